"""Whose conversations a request may see: a person's, and where nobody logs in those of a browser."""

import hashlib
import re
import secrets
from collections.abc import Mapping
from http.cookies import SimpleCookie
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.access.person import person_of
from ui.head import opens_chat

COOKIE = "byline-visitor"
TOKEN = re.compile(r"[0-9a-f]{32}")
LONGEST = 400 * 24 * 3600
"""Seconds that a browser keeps the cookie after its last visit: the most that browsers allow."""


def keeper(scope: Mapping[str, Any], session: str = "") -> str:
    """In whose name conversations are kept; ``session`` stands in for a browser that keeps no cookie.

    Without all of these it is a name that nothing was or will be kept under. The cookie itself is a secret and is
    stored nowhere.
    """
    if name := person_of(scope).name:
        return f"person {name}"
    token = visitor_token(scope)
    return f"visitor {hashlib.sha256((token or session or secrets.token_hex()).encode()).hexdigest()[:32]}"


def visitor_token(scope: Mapping[str, Any]) -> str:
    """The secret that the browser was given; empty for none."""
    for name, value in scope.get("headers", ()):
        if name == b"cookie":
            token = cookie_parser(value.decode("latin-1")).get(COOKIE, "")
            if TOKEN.fullmatch(token):
                return str(token)
    return ""


class Visitors:
    """Gives each browser that opens the chat a secret of its own, so that it finds its conversations again."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; the reply to one for the chat's page carries the cookie."""
        if not opens_chat(scope):
            await self.app(scope, receive, send)
            return
        cookie = self._cookie(visitor_token(scope) or secrets.token_hex(16), secure=scope["scheme"] == "https")

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await self.app(scope, receive, send_with_cookie)

    def _cookie(self, token: str, *, secure: bool) -> str:
        cookie = SimpleCookie({COOKIE: token})
        # No path is given: the browser then takes that of the page, whatever prefix a proxy has put before it.
        cookie[COOKIE] |= {"max-age": LONGEST, "httponly": True, "samesite": "Lax", "secure": secure}
        return cookie[COOKIE].OutputString()
