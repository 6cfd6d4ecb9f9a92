"""What stands before every request: who may ask, how much they may send, and what a browser may do with the reply.

There is no access control yet, so the server is for this machine alone. The Host and Origin checks keep web pages that
the same browser shows from reaching it, also after their own name has been pointed at this machine (DNS rebinding).
"""

import ipaddress
import json
import re
import secrets
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
# Gradio's page starts with scripts of its own, which get a nonce, and sets styles on its elements.
CHAT = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'"
)
OURS = ("/articles/", "/api/", "/eval", "/static/byline", "/widget")
"""How the paths begin whose replies are ours and not Gradio's."""
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


async def refuse(scope: Scope, send: Send, *, status: int, error: str) -> None:
    """Send a JSON error, or close a WebSocket that was never accepted."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    body = json.dumps({"error": error}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class SafeHeaders:
    """Adds the headers that tell a browser what a page may load and who may frame it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and the reply back with the headers."""
        nonce = secrets.token_urlsafe(16)
        own = scope["path"].startswith(OURS) if scope["type"] == "http" else False

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if own and "content-security-policy" in headers:
                    # A page with a policy of its own says in it who may frame it.
                    del headers["x-frame-options"]
                else:
                    headers["content-security-policy"] = OWN_PAGE if own else CHAT.format(nonce=nonce)
            await send(message)

        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"] == "/":
            await self.app(uncompressed(scope), receive, ScriptNonces(send_with_headers, nonce))
        else:
            await self.app(scope, receive, send_with_headers)


def loopback(host: str) -> bool:
    """Whether the address is this machine's own."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def uncompressed(scope: Scope) -> Scope:
    """The request without its offer to take a compressed reply."""
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]}


class ScriptNonces:
    """Gives each script tag of a page the nonce; a page's data has its angle brackets escaped, so it holds no tag."""

    def __init__(self, send: Send, nonce: str) -> None:
        self.send = send
        self.tag = f'<script nonce="{nonce}"'.encode()
        self.start: Message = {}
        self.body = b""

    async def __call__(self, message: Message) -> None:
        """Hold the reply back until it is whole, then send it on."""
        if message["type"] == "http.response.start":
            self.start = message
            return
        self.body += message.get("body", b"")
        if message.get("more_body"):
            return
        body = self.body.replace(b"<script", self.tag)
        MutableHeaders(scope=self.start)["content-length"] = str(len(body))
        await self.send(self.start)
        await self.send({"type": "http.response.body", "body": body})


class SameOrigin:
    """Refuses other host names than this machine's, and changes asked for by pages of another origin.

    ``elsewhere`` matches whole paths that check the origin themselves, such as a widget's.
    """

    def __init__(
        self, app: ASGIApp, *, hosts: frozenset[str] = LOOPBACK, elsewhere: re.Pattern[str] | None = None
    ) -> None:
        self.app = app
        self.hosts = hosts
        self.elsewhere = elsewhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it with 403."""
        if scope["type"] in ("http", "websocket"):
            headers = Headers(scope=scope)
            host = headers.get("host", "")
            if _name(host) not in self.hosts:
                await refuse(scope, send, status=403, error="This server answers on its own address only.")
                return
            elsewhere = self.elsewhere and self.elsewhere.fullmatch(scope["path"])
            if not elsewhere and scope.get("method") not in SAFE_METHODS and foreign(headers, host):
                await refuse(scope, send, status=403, error="Pages of another origin may not do this.")
                return
        await self.app(scope, receive, send)


def _name(host: str) -> str:
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdecimal() else host.lower()


def foreign(headers: Mapping[str, str], host: str) -> bool:
    """Whether the request was made by a page of another origin than the host it is sent to."""
    origin = headers.get("origin")
    if origin is not None:
        return origin.partition("://")[2].lower() != host.lower()
    return headers.get("sec-fetch-site", "none") not in ("none", "same-origin")


class BodyLimit:
    """Refuses a body over the limit with 413, whether its length was announced or not."""

    def __init__(self, app: ASGIApp, *, largest: int, largest_upload: int) -> None:
        self.app = app
        self.largest = largest
        self.largest_upload = largest_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body counted."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        upload = scope["path"] in ("/api/articles", "/gradio_api/upload")
        limit = self.largest_upload if upload else self.largest
        error = f"The request is larger than {limit // 2**20} MB; send less at a time."
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdecimal() or len(announced) > 12 or int(announced) > limit:
            await refuse(scope, send, status=413, error=error)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise HTTPException(413, error)
            return message

        await self.app(scope, counted, send)
