"""Where a request comes from: this machine, another one, or through a proxy that is believed."""

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

PROXIED = "proxied"
"""Where in a request's ASGI ``state`` it stands whether a trusted proxy has passed it on."""
FORWARDING = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def loopback(host: str) -> bool:
    """Whether the address is this machine's own."""
    address = parsed(host)
    return address is not None and address.is_loopback


def parsed(host: str) -> Address | None:
    """The address, one of IPv4 also where it is written within IPv6; None for what is none."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def visitor(host: str) -> str:
    """Who an address stands for: one IPv6 visitor has a network of 2**64 addresses, which count as one."""
    address = parsed(host)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
    return str(address or host)


def networks(named: Iterable[str]) -> list[Network]:
    """The networks; an address is one of its own."""
    return [ipaddress.ip_network(one) for one in named]


def within(host: str, known: Iterable[Network]) -> bool:
    """Whether the address lies in one of the networks."""
    address = parsed(host)
    return address is not None and any(address in network for network in known)


class Forwarded:
    """Believes the trusted proxies, and nobody else, about whom they pass on: its address and whether it used https."""

    def __init__(self, app: ASGIApp, *, proxies: Sequence[str]) -> None:
        """``proxies``: addresses and networks."""
        self.app = app
        self.networks = networks(proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with the address and the scheme that the proxy tells."""
        if scope["type"] in ("http", "websocket"):
            believed = within(address_of_client(scope), self.networks)
            scope.setdefault("state", {})[PROXIED] = believed
            if believed:
                scope = self._told(scope)
        await self.app(scope, receive, send)

    def _told(self, scope: Scope) -> Scope:
        headers = Headers(scope=scope)
        told = dict(scope)
        scheme = headers.get("x-forwarded-proto", "").strip().lower()
        if scheme in ("http", "https"):
            told["scheme"] = scheme
        if hops := ",".join(headers.getlist("x-forwarded-for")):
            # Each proxy adds whom it has seen at the end; what stands before the first stranger is that one's claim.
            seen = [hop.strip() for hop in hops.split(",")]
            stranger = next((hop for hop in reversed(seen) if not within(hop, self.networks)), seen[0])
            told["client"] = (stranger if parsed(stranger) else "", 0)
        return told


def from_trusted_proxy(scope: Mapping[str, Any]) -> bool:
    """Whether a trusted proxy has passed the request on."""
    return bool(scope.get("state", {}).get(PROXIED))


def address_of_client(scope: Mapping[str, Any]) -> str:
    """The address that the request comes from, as a trusted proxy tells it; empty where there is none."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def from_elsewhere(scope: Mapping[str, Any]) -> bool:
    """Whether the request was made on another machine, or passed on by a proxy that nobody has named.

    A Unix socket and a call within the process are this machine.
    """
    address = parsed(address_of_client(scope))
    if from_trusted_proxy(scope):
        # A proxy may pass on a client that has no address to tell.
        return address is None or not address.is_loopback
    return forwarded_by_a_stranger(scope) or (address is not None and not address.is_loopback)


def forwarded_by_a_stranger(scope: Mapping[str, Any]) -> bool:
    """Whether the request says that it was passed on, by a proxy that nobody has named."""
    headers = Headers(scope=scope)  # type: ignore[arg-type]
    return not from_trusted_proxy(scope) and any(name in headers for name in FORWARDING)
