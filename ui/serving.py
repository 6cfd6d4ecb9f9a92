"""Requests served until the process is told to end; then those in flight are finished first."""

import asyncio
import gc
import logging
import signal
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.security.connections import bounded_http

LOG = logging.getLogger(__name__)
FINISHING = 25.0
"""Seconds that replies in flight are waited for: less than the 30 after which container engines kill."""
ENDLESS = ("/gradio_api/heartbeat/", "/mcp")
"""How the paths begin that last for as long as a page or another assistant's connection is open, when they are read."""
HANGING_UP = 3
"""Seconds for what never ends to see that its connection is gone."""


class InFlight:
    """Counts the requests that are being served, less those that never end."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.requests = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and count it until it is served."""
        endless = scope["type"] == "http" and scope["method"] == "GET" and scope["path"].startswith(ENDLESS)
        counted = scope["type"] == "http" and not endless
        self.requests += counted
        try:
            await self.app(scope, receive, send)
        finally:
            self.requests -= counted


class Finishing(uvicorn.Server):
    """A server that says when it takes requests, and finishes those in flight before it ends."""

    def __init__(
        self, config: uvicorn.Config, flight: InFlight, *, ready: Callable[[], None], patience: float = FINISHING
    ) -> None:
        """``patience``: seconds that replies in flight are waited for."""
        super().__init__(config)
        self.flight = flight
        self.ready = ready
        self.patience = patience

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then call ``ready``."""
        await super().startup(sockets)
        if self.started:
            self.ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take nothing new, finish what is in flight for as long as its patience lasts, then hang up on the rest."""
        # uvicorn would report every stream that ends before its time as a failure of the app.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        end = time.monotonic() + self.patience
        while self.flight.requests and time.monotonic() < end and not self.force_exit:
            await asyncio.sleep(0.05)
        if self.flight.requests:
            LOG.warning("Requests in flight that were cut off: %d", self.flight.requests)
        for connection in list(self.server_state.connections):
            if transport := connection.transport:
                transport.close()
        await super().shutdown(sockets)


def run(
    app: ASGIApp, listener: socket.socket, *, ready: Callable[[], None], trusted_proxies: Iterable[str] = ()
) -> None:
    """Serve on the socket until interrupted or terminated."""
    flight = InFlight(app)
    # What proxies say is read by ui/security/peers.py, and requests are logged by ui/logs.py.
    config = uvicorn.Config(
        flight,
        http=bounded_http(trusted_proxies),
        log_config=None,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=HANGING_UP,
        proxy_headers=False,
    )
    # What is loaded by now stays for good. To look through all of it for garbage would stop everybody for 0.25 s.
    gc.collect()
    gc.freeze()
    Finishing(config, flight, ready=ready).run(sockets=[listener])


@contextmanager
def ending_quietly() -> Iterator[None]:
    """Within, a SIGTERM ends the process as it would by itself: everything open is closed, and the exit code is 0."""

    def leave(_: int, __: FrameType | None) -> None:
        # What is being closed is not interrupted by being told again.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise SystemExit(0)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
