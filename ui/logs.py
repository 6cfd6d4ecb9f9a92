"""What the server logs: a line of JSON each, plain lines on a terminal, and by which request it came about.

No line holds what was asked or answered, a cookie or a token; a failure is told by its kind and the lines of code it
passed, without the text of a foreign error, which may quote any of these. Only ``byline --debug`` logs everything.
"""

import json
import logging
import re
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import gettempdir
from types import TracebackType
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.errors import BylineError
from ui.request_ids import begin_request, request_id
from ui.security.peers import PROXIED

REQUESTS = logging.getLogger("ui.requests")
OURS = ("assistant", "index", "ui")
CREDENTIALS = re.compile(r"(?i)\b(bearer |basic |byline_)[\w.~+/=-]{8,}")
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
MOST_FRAMES = 30
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def start_logging(level: str, *, data: Path) -> None:
    """Log to standard error from now on, at this level for our own code and from warnings on for the libraries.

    After ``--debug`` the level stays, and failures are logged with all they hold. ``data`` is the data directory.
    """
    whole = logging.getLogger().level == logging.DEBUG
    handler = logging.StreamHandler(sys.stderr)
    lines = Plain if sys.stderr.isatty() else Json
    handler.setFormatter(lines(whole=whole, data=data))
    logging.basicConfig(force=True, handlers=[handler], level=logging.DEBUG if whole else logging.WARNING)
    for name in () if whole else OURS:
        logging.getLogger(name).setLevel(level.upper())
    # A failed request has been logged by its id already.
    logging.getLogger("uvicorn.error").addFilter(lambda record: "Exception in ASGI" not in record.getMessage())


class Json(logging.Formatter):
    """Each record as one JSON object: time, level, logger, message, and request_id, error, at where there are any."""

    def __init__(self, *, whole: bool, data: Path) -> None:
        super().__init__()
        self.whole = whole
        places = {gettempdir(): "TMP", str(Path.home()): "HOME", str(Path.cwd()): "HERE", sys.prefix: "PYTHON"}
        places |= {str(Path(__file__).parents[1]): "BYLINE", str(data.absolute()): "DATA"}
        # The longest first, since one may lie in another; "/" names nothing.
        self.places = sorted(
            ((path, name) for path, name in places.items() if len(path) > 1), key=lambda one: -len(one[0])
        )

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return json.dumps({"time": moment(record.created), **self.told(record)}, ensure_ascii=False)

    def told(self, record: logging.LogRecord) -> dict[str, Any]:
        """What the line says, less its time."""
        said = {"level": record.levelname.lower(), "logger": record.name, "message": self.public(record.getMessage())}
        if by := getattr(record, "request_id", "") or request_id():
            said["request_id"] = by
        said |= getattr(record, "request", {})
        if record.exc_info and record.exc_info[1]:
            said |= self.failure(record.exc_info[1])
        return said

    def failure(self, error: BaseException) -> dict[str, Any]:
        """What failed, and where in the code."""
        if self.whole:
            return {"error": repr(error), "trace": self.formatException((type(error), error, error.__traceback__))}
        kinds = [type(one).__name__ for one in causes(error)]
        words = f": {self.public(str(error))}" if isinstance(error, BylineError) else ""
        return {"error": " from ".join(kinds) + words, "at": places(error.__traceback__)}

    def public(self, text: str) -> str:
        """The text with credentials out, and this machine's places by what they are."""
        if self.whole:
            return text
        for path, name in self.places:
            text = text.replace(path, name)
        return CREDENTIALS.sub(r"\1…", text)


class Plain(Json):
    """The same for people; what could move a terminal's cursor is written out."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told = self.told(record)
        trace = told.pop("trace", "")
        level, logger, message = (told.pop(name) for name in ("level", "logger", "message"))
        rest = " ".join(f"{name}={value}" for name, value in told.items())
        line = f"{level.upper()} {logger}: {message} {rest}".rstrip()
        return CONTROLS.sub(lambda found: ascii(found[0])[1:-1], line) + (f"\n{trace}" if trace else "")


def moment(seconds: float) -> str:
    """The time in UTC to the millisecond, as ISO 8601 has it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def causes(error: BaseException | None) -> list[BaseException]:
    """The error and what it came from."""
    found: list[BaseException] = []
    while error and error not in found and len(found) < 5:
        found.append(error)
        error = error.__cause__
    return found


def places(trace: TracebackType | None) -> list[str]:
    """The modules and lines that a failure passed, the innermost last."""
    found = []
    while trace:
        # A template's name is its whole path.
        module = Path(trace.tb_frame.f_globals.get("__name__", "?")).name
        found.append(f"{module}:{trace.tb_lineno}")
        trace = trace.tb_next
    return found[-MOST_FRAMES:]


def route_of(scope: Mapping[str, Any]) -> str:
    """The template of the route that serves the request, such as /articles/{article_id:path}; "none" without one."""
    if path := getattr(scope.get("route"), "path", ""):
        return str(path)
    if "app_root_path" in scope:  # an app mounted under the server's, such as the one of static files
        return str(scope.get("root_path") or "none")
    # Where a route without parameters has matched, the path is its template.
    return str(scope["path"]) if "endpoint" in scope and not scope.get("path_params") else "none"


class RequestLog:
    """Gives each request an id, which its reply names in X-Request-ID, and logs it once it is served."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; a trusted proxy's id is kept."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        offered = Headers(scope=scope).get("x-request-id", "") if scope.get("state", {}).get(PROXIED) else ""
        identity = begin_request(offered)
        began, status = time.perf_counter(), 500

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = identity
            await send(message)

        try:
            await self.app(scope, receive, named)
        finally:
            seen: Mapping[str, Any] = {
                "method": scope["method"] if scope["method"] in METHODS else "other",
                "route": route_of(scope),
                "status": status,
                "ms": round(1_000 * (time.perf_counter() - began), 1),
            }
            REQUESTS.info("request", extra={"request": seen, "request_id": identity})
