"""What a request may send: no more than its path takes, and no slower than somebody who means it."""

import asyncio
import time

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.security.refusing import refuse, route_path

UPLOADS = ("/api/articles",)
SILENCE = 20.0
"""Seconds until the next part of a body has to come."""
SLOWEST = 25_000
"""Bytes a second that a body has to bring on the whole, after ``SILENCE``: 60 MB may take forty minutes, 2 MB one and a
half."""
TOO_SLOW = "The request came too slowly; send it again."


class BodyLimit:
    """Refuses a body over the limit with 413, whether its length was announced or not, and a slow one with 408."""

    def __init__(self, app: ASGIApp, *, largest: int, largest_upload: int, silence: float = SILENCE) -> None:
        self.app = app
        self.largest = largest
        self.largest_upload = largest_upload
        self.silence = silence

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body counted and timed."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.largest_upload if route_path(scope) in UPLOADS else self.largest
        error = f"The request is larger than {limit // 2**20} MB; send less at a time."
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdecimal() or len(announced) > 12 or int(announced) > limit:
            await refuse(scope, send, status=413, error=error)
            return
        await self.app(scope, Counted(receive, limit=limit, error=error, silence=self.silence), send)


class Counted:
    """What is received of a body, with an end to its size and to the time it takes."""

    def __init__(self, receive: Receive, *, limit: int, error: str, silence: float) -> None:
        self.receive = receive
        self.limit = limit
        self.error = error
        self.silence = silence
        self.taken = 0
        self.waited = 0.0
        self.whole = False

    async def __call__(self) -> Message:
        """The next part; ``HTTPException`` 413 or 408."""
        if self.whole:
            # What comes now is that the client has left, whenever that is.
            return await self.receive()
        began = time.monotonic()
        try:
            # The next part has to be here soon, and the whole in step with what has come; our own delays do not count.
            async with asyncio.timeout(min(self.silence, self.silence + self.taken / SLOWEST - self.waited)):
                message = await self.receive()
        except TimeoutError as exc:
            raise HTTPException(408, TOO_SLOW, headers={"connection": "close"}) from exc
        self.waited += time.monotonic() - began
        self.taken += len(message.get("body", b""))
        if self.taken > self.limit:
            raise HTTPException(413, self.error)
        self.whole = not message.get("more_body", False)
        return message
