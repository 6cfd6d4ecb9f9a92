"""What stands before a widget's questions: the Origin of the page is checked here, on the server.

CORS only tells a browser what a page may read; a request of a page that is not allowed is refused before it is read.
"""

import re
from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.security import SAFE_METHODS, foreign, refuse
from ui.widgets.origins import allows
from ui.widgets.registry import DEMO, Registry, Widget, WidgetUnknown

GUARDED = re.compile(r"/widget/(?P<id>[0-9a-f]{16}|demo)/(ask|config)")
"""The paths that pages of other origins may ask, if their origin is allowed."""
REFUSED = "This page may not use the widget. Its origin has to be named: byline widget create NAME --origin ORIGIN"
PREFLIGHT = (
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-allow-headers", b"content-type"),
    (b"access-control-max-age", b"600"),
    (b"content-length", b"0"),
)


class WidgetGate:
    """Lets only the pages of a widget's origins ask; what comes after finds the widget in the request's state."""

    def __init__(self, app: ASGIApp, *, registry: Registry) -> None:
        self.app = app
        self.registry = registry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass other paths on; on a widget's, answer a preflight, pass on what is allowed, refuse the rest with 403."""
        found = GUARDED.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if not found:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            widget = await run_in_threadpool(self.registry.find, found["id"])
        except WidgetUnknown:
            widget = Widget(found["id"], "", origins=())
        told = _sharing(send, headers.get("origin") if allows(widget.origins, headers.get("origin", "")) else None)
        if not admitted(widget, headers, scope["method"]):
            await refuse(scope, told, status=403, error=REFUSED)
        elif scope["method"] == "OPTIONS":
            await told({"type": "http.response.start", "status": 204, "headers": list(PREFLIGHT)})
            await told({"type": "http.response.body", "body": b""})
        else:
            scope.setdefault("state", {})["widget"] = widget
            await self.app(scope, receive, told)


def admitted(widget: Widget, headers: Mapping[str, str], method: str) -> bool:
    """Whether the request comes from a page that may use the widget."""
    if widget.id != DEMO:
        return allows(widget.origins, headers.get("origin", ""))
    # A browser names no origin where a page only reads from its own server.
    return ("origin" in headers or method in SAFE_METHODS) and not foreign(headers, headers.get("host", ""))


def _sharing(send: Send, origin: str | None) -> Send:
    """Replies that a page of this origin alone may read; None: no page of another origin."""

    async def share(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["vary"] = "Origin"
            if origin:
                headers["access-control-allow-origin"] = origin
                headers["access-control-expose-headers"] = "Retry-After"
        await send(message)

    return share
