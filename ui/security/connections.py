"""Connections that cannot be held without asking for anything: uvicorn's own, with ends to what it waits for.

uvicorn waits for the head of a first request, and for a body that nobody reads any more, for as long as it takes, and
keeps a head of any size.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ui.security.peers import Network, loopback, networks, within

HEAD_SECONDS = 30.0
"""Seconds within which the head of a request has to come."""
LARGEST_HEAD = 64 * 2**10
"""Bytes of it; a page that has many cookies sends a tenth."""
MOST_HEADERS = 200
LINGERING = 5.0
"""Seconds for a client to see a reply that was given before it had sent everything."""
MOST_CONNECTIONS = 800
"""At once; a process may have 1,024 files and connections open, unless its system is told otherwise."""
MOST_OF_ONE = 200
"""Of one address elsewhere, which may be an office's; a browser opens six at most."""


class BoundedHttp(HttpToolsProtocol):
    """One connection: closed when a head is late or large, and when there are too many of them."""

    proxies: ClassVar[Sequence[Network]] = ()
    """Who may have as many as there are."""
    head_seconds = HEAD_SECONDS
    lingering = LINGERING
    most = MOST_CONNECTIONS
    _late: asyncio.TimerHandle | None = None
    _head = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take it, if there are not too many."""
        super().connection_made(transport)
        if self._crowded():
            transport.abort()
            return
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._head_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take a part; a head that grows too large ends the connection."""
        if self._late:
            self._head += len(data)
        super().data_received(data)
        # What came with the end of a head may be a body, which is measured elsewhere.
        if self._late and self._head > LARGEST_HEAD:
            self.transport.abort()
        elif not self._late and (self.cycle is None or self.cycle.response_complete):
            # Empty lines before a request are no request.
            self._await_head()

    def on_message_begin(self) -> None:
        """Await the head of the next request."""
        super().on_message_begin()
        if not self._late:
            self._await_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, one after a body as well."""
        super().on_header(name, value)
        if len(self.headers) > MOST_HEADERS or len(name) + len(value) > LARGEST_HEAD:
            self.transport.abort()

    def on_headers_complete(self) -> None:
        """The head has come."""
        self._head_came()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Do not wait for the rest of a body that is answered already."""
        unread = self.cycle is not None and self.cycle.more_body
        super().on_response_complete()
        if unread:
            self._late = self._late or self.loop.call_later(self.lingering, self.transport.abort)

    def _await_head(self) -> None:
        self._head = 0
        self._late = self.loop.call_later(self.head_seconds, self.transport.abort)

    def _head_came(self) -> None:
        if self._late:
            self._late.cancel()
            self._late = None

    def _crowded(self) -> bool:
        hosts = [other.client[0] for other in self.connections if isinstance(other, BoundedHttp) and other.client]
        own = self.client[0] if self.client else ""
        alone = not loopback(own) and not within(own, self.proxies)
        return len(hosts) > self.most or (alone and hosts.count(own) > MOST_OF_ONE)


def bounded_http(trusted_proxies: Iterable[str]) -> type[BoundedHttp]:
    """The protocol for a server behind these proxies."""

    class Proxied(BoundedHttp):
        proxies = networks(trusted_proxies)

    return Proxied
