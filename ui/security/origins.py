"""By which names the server may be called, and which pages may have it change anything.

The checks keep web pages that the same browser shows from reaching the server, also after their own name has been
pointed at its address (DNS rebinding).
"""

import ipaddress
import re
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.security.refusing import refuse, route_path

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
MARK = "byline_"
"""How every token of ours begins, so that people and scanners know one where it should not stand."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SameOrigin:
    """Refuses host names that are not the server's, and changes asked for by pages of another origin.

    ``addresses``: any IP address will do as the name; it is none that anybody could point elsewhere. ``elsewhere``
    matches whole paths that check the origin themselves, such as a widget's. ``tokens``: whoever sends a token is let
    through, for no browser sends one by itself; the token has to be checked behind.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: frozenset[str] = LOOPBACK,
        addresses: bool = False,
        elsewhere: re.Pattern[str] | None = None,
        tokens: bool = False,
    ) -> None:
        self.app = app
        self.hosts = hosts
        self.addresses = addresses
        self.elsewhere = elsewhere
        self.tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it with 403."""
        if scope["type"] in ("http", "websocket"):
            headers = Headers(scope=scope)
            host = headers.get("host", "")
            if not self._known(_name(host)):
                error = "This server answers on its own address only; its owner names others in allowed_hosts."
                await refuse(scope, send, status=403, error=error)
                return
            elsewhere = self.elsewhere and self.elsewhere.fullmatch(route_path(scope))
            by_token = self.tokens and bearer(headers).startswith(MARK)
            if not (elsewhere or by_token) and scope.get("method") not in SAFE_METHODS and foreign(headers, host):
                await refuse(scope, send, status=403, error="Pages of another origin may not do this.")
                return
        await self.app(scope, receive, send)

    def _known(self, name: str) -> bool:
        return name in self.hosts or (self.addresses and _is_address(name))


def _name(host: str) -> str:
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdecimal() else host.lower()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def bearer(headers: Mapping[str, str]) -> str:
    """The token that the request brings; empty without one."""
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def foreign(headers: Mapping[str, str], host: str) -> bool:
    """Whether the request was made by a page of another origin than the host it is sent to."""
    origin = headers.get("origin")
    if origin is not None:
        return origin.partition("://")[2].lower() != host.lower()
    return headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
