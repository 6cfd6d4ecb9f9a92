"""Who makes a request, by each of the ways that the server can be told to ask."""

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import Scope

from assistant.settings import Settings
from index.errors import BylineError
from ui.access.accounts import Accounts
from ui.access.person import Person
from ui.access.sessions import Sessions, cookie_name
from ui.access.tokens import Tokens
from ui.security.origins import MARK, bearer
from ui.security.peers import from_elsewhere, from_trusted_proxy

LONGEST_NAME = 200
NOT_FROM_ELSEWHERE = (
    "This server is for its own machine. For others, or behind a proxy, its owner decides who may use it: "
    "byline serve --auth password|header|token, or --open."
)
Identify = Callable[[Scope], Person | None]


class AccessRefused(BylineError):
    """A request that is let in by nobody's name, for a reason that its sender may know."""


class NobodyYet(BylineError):
    """A server that would let nobody in."""


def identify_by(settings: Settings) -> Identify:
    """What finds the person behind a request, by ``settings.auth``: None for a stranger, or ``AccessRefused``."""
    if settings.auth == "local":
        return this_machine
    if settings.auth == "open":
        return everybody
    sessions, tokens = Sessions(settings.data), Tokens(settings.data)
    ways: dict[str, Identify] = {
        "password": lambda scope: logged_in(scope, sessions, prefix=settings.root_path),
        "header": lambda scope: named_by_proxy(scope, settings),
        "token": lambda _: None,
    }
    other = ways[settings.auth]

    def identify(scope: Scope) -> Person | None:
        secret = bearer(Headers(scope=scope))
        return tokens.person(secret) if secret.startswith(MARK) else other(scope)

    return identify


def require_somebody(settings: Settings) -> None:
    """``NobodyYet`` where nobody could use the server as it is set."""
    if settings.auth == "password" and not any(one.role == "owner" for one in Accounts(settings.data).all()):
        raise NobodyYet("Nobody could add an article yet. Make the first owner: byline user add NAME --role owner")
    if settings.auth == "token" and not any(not (one.revoked or one.expired) for one in Tokens(settings.data).all()):
        raise NobodyYet("There is no token yet. Make one: byline token create NAME --role owner")
    if settings.auth == "header" and not settings.trusted_proxies:
        raise NobodyYet("Say whose header is believed: set trusted_proxies to the addresses of your proxies.")


def this_machine(scope: Scope) -> Person:
    """Whoever is at this machine is the owner."""
    if from_elsewhere(scope):
        raise AccessRefused(NOT_FROM_ELSEWHERE)
    return Person()


def everybody(scope: Scope) -> Person:
    """Everybody may read; whoever is at this machine is the owner."""
    return Person(role="reader" if from_elsewhere(scope) else "owner")


def logged_in(scope: Scope, sessions: Sessions, *, prefix: str) -> Person | None:
    """Whose browser it is."""
    secret = HTTPConnection(scope).cookies.get(cookie_name(scope, prefix))
    return sessions.person(secret) if secret else None


def named_by_proxy(scope: Scope, settings: Settings) -> Person | None:
    """Whom a trusted proxy names; ``AccessRefused`` where anybody else does."""
    named = Headers(scope=scope).getlist(settings.auth_header)
    if named and not from_trusted_proxy(scope):
        raise AccessRefused("Only a trusted proxy may say who asks; its owner names them in trusted_proxies.")
    if not named or not (name := named[0].strip()):
        return None
    # A token's name begins so, and is not to be had by a person.
    if len(named) > 1 or len(name) > LONGEST_NAME or not name.isprintable() or name.startswith("token:"):
        raise AccessRefused("The proxy names nobody who could be let in.")
    return Person(name, "owner" if name in settings.auth_owners else "reader")
