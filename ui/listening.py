"""Where the server listens: an address that others can reach only once it is decided who may use it."""

import socket

from index.errors import BylineError
from ui.security import loopback

PORTS_TRIED = 20
BACKLOG = 2_048
"""Connections that may wait to be accepted."""


class AddressRefused(BylineError):
    """The server may not, or cannot, bind the address."""


def reachable(host: str) -> bool:
    """Whether other machines can reach a server that binds this address."""
    return host != "localhost" and not loopback(host)


def listen(host: str, port: int, *, decided: bool = False) -> socket.socket:
    """A listening socket on the port or the next free one.

    Refuses an address that other machines can reach until it is ``decided`` who may use the server.
    """
    if reachable(host) and not decided:
        raise AddressRefused(
            f"{host} can be reached by other machines. Decide who may use the server: --auth password, --auth header "
            "(people whom your proxy names), --auth token, or --open for everybody."
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + PORTS_TRIED, 65_536)):
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            # Bound alone, the port would be free for a second server that is started in the same second.
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
        else:
            return listener
    raise AddressRefused(f"No free port from {port} on at {host}; choose another with --port.")


def address_of(listener: socket.socket) -> str:
    """The address to open in a browser on this machine."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  told apart, not bound
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
