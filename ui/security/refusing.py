"""A request refused before the app has seen it."""

import json
from collections.abc import Iterable

from starlette.types import Scope, Send

from ui.request_ids import error_json


async def refuse(
    scope: Scope, send: Send, *, status: int, error: object, headers: Iterable[tuple[str, str]] = ()
) -> None:
    """Send ``{"error": …, "request_id": …}``, or close a WebSocket that was never accepted."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    body = json.dumps(error_json(error)).encode()
    told = [("content-type", "application/json"), ("content-length", str(len(body))), *headers]
    start = {"status": status, "headers": [(name.encode(), value.encode()) for name, value in told]}
    await send({"type": "http.response.start", **start})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def route_path(scope: Scope) -> str:
    """The path of a request below the prefix under which a proxy serves the whole server."""
    path, prefix = scope["path"], scope.get("root_path", "")
    below: str = path.removeprefix(prefix) if path == prefix or path.startswith(f"{prefix}/") else path
    return below or "/"
