"""What a request claims of the way it came, kept from Gradio, which would build the addresses of its page from it."""

from starlette.types import ASGIApp, Receive, Scope, Send

CLAIMS = frozenset({b"x-forwarded-host", b"x-forwarded-proto", b"x-gradio-server"})
"""What holds of these stands in the request's scope by now, and in its Host header."""


class Unclaimed:
    """Takes the headers off."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] in ("http", "websocket"):
            scope["headers"] = [(name, value) for name, value in scope["headers"] if name not in CLAIMS]
        await self.app(scope, receive, send)
