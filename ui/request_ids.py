"""Which request is being served: an id that its reply, its log lines, its trace and its errors name."""

import re
import secrets
from contextvars import ContextVar
from typing import Any

WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """The id of the request that is being served; empty outside of one."""
    return _current.get()


def begin_request(offered: str = "") -> str:
    """The id of a request that is served from here on: the one that is offered if it is well formed, else a new one.

    It holds for the rest of the task, since unexpected errors are told outside of all middleware.
    """
    identity = offered if WELL_FORMED.fullmatch(offered) else secrets.token_hex(16)
    _current.set(identity)
    return identity


def error_json(error: object) -> dict[str, Any]:
    """What went wrong, with the id by which the log can be asked about it."""
    identity = request_id()
    return {"error": error} | ({"request_id": identity} if identity else {})
