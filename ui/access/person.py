"""Who makes a request."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal

from ui.security.peers import address_of_client, from_elsewhere, visitor

KEY = "person"
"""Where in a request's ASGI ``state`` its person stands, once the access control has let it through."""
Role = Literal["owner", "reader"]
_asker: ContextVar[str] = ContextVar("asker", default="")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was let in; without a name where nobody is asked for one."""

    name: str = ""
    role: Role = "owner"
    """An owner may also add and remove."""


def person_of(scope: Mapping[str, Any]) -> Person:
    """The person behind the request of this ASGI scope; the owner without a name where none was asked for."""
    person: Person = scope.get("state", {}).get(KEY, Person())
    return person


def asker_of(scope: Mapping[str, Any]) -> str:
    """In whose name a request asks: a person's, an address's where nobody logs in; empty for this machine itself."""
    if name := person_of(scope).name:
        return f"person {name}"
    return f"address {visitor(address_of_client(scope))}" if from_elsewhere(scope) else ""


def asking() -> str:
    """The asker of the request that is being served; empty outside of one."""
    return _asker.get()


def ask_as(asker: str) -> None:
    """Let what is asked from here on, in this task and the threads it starts, be asked in this name."""
    _asker.set(asker)
