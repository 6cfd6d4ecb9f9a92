"""What stands before every route: who asks is found out, and whether they may."""

from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.settings import Settings
from ui.access.identifying import AccessRefused, identify_by
from ui.access.person import KEY, Person, ask_as, asker_of
from ui.access.rules import Needed, needed_for
from ui.errors import openai_error
from ui.security.peers import from_elsewhere
from ui.security.refusing import refuse, route_path

LOG_IN = "Say who you are: log in, or send a token as Authorization: Bearer."
OWNERS = "Only an owner may do this."
NOTHING = "There is nothing here."
LONGEST_BACK = 1_000
LOOKING_UP = 4
"""Requests whose person is looked up at once."""


class AccessGate:
    """Lets a request through where the table of rules allows its person, whom what comes after finds in its state."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self.app = app
        self.login = settings.auth == "password"
        self.identify = identify_by(settings)
        self.threads = CapacityLimiter(LOOKING_UP)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it: 404 what is not in the table, 401 a stranger, 403 who may not."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        path = route_path(scope)
        needed = needed_for(scope.get("method", scope["type"]), path)
        if needed is None:
            await refuse(scope, send, status=404, error=told(path, NOTHING))
            return
        try:
            person = await self._person(scope, needed)
        except AccessRefused as error:
            await refuse(scope, send, status=403, error=told(path, str(error)))
            return
        if person is None and self.login and wants_page(scope):
            await _send_to_login(scope, send)
        elif person is None:
            challenge = [("www-authenticate", 'Bearer realm="Byline"')]
            await refuse(scope, send, status=401, error=told(path, LOG_IN), headers=challenge)
        elif needed > Needed.READER and person.role != "owner":
            await refuse(scope, send, status=403, error=told(path, OWNERS))
        else:
            scope.setdefault("state", {})[KEY] = person
            ask_as(asker_of(scope))
            await self.app(scope, receive, _private(send) if person.name else send)

    async def _person(self, scope: Scope, needed: Needed) -> Person | None:
        if needed == Needed.NOBODY:
            return Person(role="reader")
        if needed == Needed.HERE and not from_elsewhere(scope):
            return Person()
        # In threads of their own: those that other requests share may all be busy with uploads.
        return await to_thread.run_sync(self.identify, scope, limiter=self.threads)


def told(path: str, line: str) -> object:
    """The line as the error of this path."""
    return openai_error(line)["error"] if path.startswith("/v1/") else line


def wants_page(scope: Scope) -> bool:
    """Whether a browser wants to show what it gets as a page."""
    headers = Headers(scope=scope)
    navigates = headers.get("sec-fetch-mode", "navigate") == "navigate"
    return scope.get("method") == "GET" and navigates and "text/html" in headers.get("accept", "")


async def _send_to_login(scope: Scope, send: Send) -> None:
    """Show the login page, which leads back here; the address is relative, for a proxy may have taken a prefix off."""
    # As it was sent: a quoted slash is no step down.
    raw = scope.get("raw_path", scope["path"].encode()).decode("latin-1")
    path = raw.removeprefix(scope.get("root_path", "")).lstrip("/")
    query = scope.get("query_string", b"").decode("latin-1")
    back = quote(path + (f"?{query}" if query else ""), safe="")
    location = ("../" * path.count("/") or "./") + "login" + (f"?next={back}" if 0 < len(back) < LONGEST_BACK else "")
    headers = [(b"location", location.encode()), (b"content-length", b"0"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _private(send: Send) -> Send:
    """Replies that no cache between may keep for others."""

    async def private(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).setdefault("cache-control", "private")
        await send(message)

    return private
