"""The headers that tell a browser what a page may load, and who may frame it."""

import secrets

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.security.refusing import route_path

# Gradio's page starts with scripts of its own, which get a nonce, and sets styles on its elements.
CHAT = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'"
)
OURS = ("/articles/", "/api/", "/eval", "/library", "/login", "/logout", "/static/byline", "/widget")
"""How the paths begin whose replies are ours and not Gradio's."""
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


def own_page(*, forms: str = "'none'", framed: str = "'self'") -> str:
    """The policy of a page that loads its own files and nothing else; where its forms go, and who may frame it."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; "
        f"form-action {forms}; frame-ancestors {framed}"
    )


class SafeHeaders:
    """Adds the headers that tell a browser what a page may load and who may frame it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and the reply back with the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        path = route_path(scope)
        own = path.startswith(OURS)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if own and "content-security-policy" in headers:
                    # A page with a policy of its own says in it who may frame it.
                    del headers["x-frame-options"]
                else:
                    headers["content-security-policy"] = own_page() if own else CHAT.format(nonce=nonce)
            await send(message)

        if path == "/":
            uncompressed(scope)
            await self.app(scope, receive, ScriptNonces(send_with_headers, nonce))
        else:
            await self.app(scope, receive, send_with_headers)


def uncompressed(scope: Scope) -> None:
    """Take off the request its offer to take a compressed reply; its route is still found in it afterwards."""
    scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]


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
