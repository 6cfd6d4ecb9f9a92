"""Which URLs and which network addresses may be fetched."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import httpx

from index.errors import BylineError, FetchRefused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LONGEST_URL = 2_000
"""Characters; servers and browsers stop near it too."""
NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*\.?", re.ASCII)
NUMBER = re.compile(r"(?:.*\.)?(?:0x[0-9a-f]*|[0-9]+)\.?", re.ASCII)
"""A host that the system's resolver may take for an IPv4 address: 2130706433, 0x7f.1, 127.1."""

# IPv6's unicast addresses on the public internet all begin with the bits 001, so all else is refused: loopback,
# private, link-local and multicast ones, and those that carry an IPv4 address (::ffff:0:0/96, ::/96, 64:ff9b:1::/48).
PUBLIC_6 = ipaddress.IPv6Network("2000::/3")
NOT_PUBLIC: tuple[Network, ...] = tuple(
    map(
        ipaddress.ip_network,
        (
            "192.0.0.0/24",  # protocol assignments
            "192.88.99.0/24",  # relays from 6to4
            "2001::/23",  # protocol assignments, with Teredo, which carries an IPv4 address
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4, which carries an IPv4 address
            "3fff::/20",  # documentation
        ),
    )
)
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""How a network without IPv4 reaches it; the last 32 bits are the IPv4 address, which is checked instead."""


def parse(url: str) -> httpx.URL:
    """The URL as it will be fetched, without its fragment; ``FetchRefused`` says why it will not be."""
    if len(url) > LONGEST_URL:
        raise FetchRefused(f"{shown(url[:80])}… is longer than {LONGEST_URL:,} characters. Check the address.")
    try:
        parsed = httpx.URL(url).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError, TypeError) as exc:
        raise FetchRefused(f"{url[:80]!a} is not a web address ({exc}). Check its spelling.") from exc
    if parsed.scheme not in ("http", "https"):
        raise FetchRefused(f"{shown(url)} is neither http nor https. Save what stands there as a file and add that.")
    if parsed.userinfo:
        raise FetchRefused(f"{shown(url)} carries a user name or password, which is not sent. Leave it out.")
    if not _is_host(host_of(parsed)) or (parsed.port is not None and not 0 < parsed.port < 65_536):
        raise FetchRefused(f"{shown(url)} names no host that can be fetched. Check its spelling.")
    return parsed


def host_of(url: httpx.URL) -> str:
    """The host as it is looked up, in ASCII."""
    return url.raw_host.decode("ascii")


def shown(url: str | httpx.URL) -> str:
    """The address as messages and logs show it: without user name, password, query and fragment, which may be secret.

    >>> shown("https://ida:secret@ledger.example/feed.xml?key=1")
    'https://ledger.example/feed.xml?…'
    """
    bare, query, _ = str(url).partition("#")[0].partition("?")
    scheme, slashes, rest = bare.partition("://")
    host, slash, path = rest.partition("/")
    text = f"{scheme}{slashes}{host.rpartition('@')[2]}{slash}{path}" if slashes else bare
    return ascii(text)[1:-1] + ("?…" if query else "")


def _is_host(host: str) -> bool:
    """Whether the host is a name, or an address in its usual form; no number that is read as one by some only."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return bool(NAME.fullmatch(host)) and not NUMBER.fullmatch(host)
    return "%" not in host


@dataclass(frozen=True, slots=True)
class Allowed:
    """The owner's own hosts and networks that may be fetched beside the public ones."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[str]) -> Self:
        """Read host names, addresses and networks, such as ``wiki.corp`` or ``10.1.0.0/16``; ``BylineError``."""
        hosts, networks = set(), []
        for entry in entries:
            name = entry.strip().lower()
            try:
                networks.append(ipaddress.ip_network(name, strict=False))
            except ValueError:
                if not NAME.fullmatch(name) or NUMBER.fullmatch(name):
                    raise BylineError(
                        f"setting fetch_private: {entry!r} is neither a host's name nor a network such as 10.1.0.0/16."
                    ) from None
                hosts.add(name.rstrip("."))
        return cls(frozenset(hosts), tuple(networks))

    def permits(self, host: str, address: str) -> bool:
        """Whether the address, to which the host's name leads, may be connected to."""
        found = ipaddress.ip_address(address)
        if is_public(found) or any(found in network for network in self.networks):
            return True
        # A name alone opens no link-local address: behind one of those, clouds keep their machines' keys.
        private = found.is_private and not (found.is_link_local or found.is_unspecified or _embeds(found))
        return private and host.rstrip(".") in self.hosts


def is_public(address: Address) -> bool:
    """Whether the address is one machine's on the public internet."""
    if any(address in network for network in NOT_PUBLIC):
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast
    if address in NAT64:
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return address in PUBLIC_6 and address.is_global


def _embeds(address: Address) -> bool:
    return isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None
