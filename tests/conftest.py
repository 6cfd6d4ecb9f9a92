"""What every test gets: its own data directory, and a network that ends at this machine."""

import ipaddress
import sys
from pathlib import Path

import pytest


def refuse_outside(event: str, args: tuple[object, ...]) -> None:
    """Audit hook: a connection or look-up beyond loopback is a failure, whoever makes it."""
    if event == "socket.connect":
        address = args[1]
        host = address[0] if isinstance(address, tuple) else "127.0.0.1"
    elif event == "socket.getaddrinfo":
        host = args[0] or "127.0.0.1"
    else:
        return
    host = host.decode() if isinstance(host, bytes) else str(host)
    if host == "localhost":
        return
    try:
        outside = not ipaddress.ip_address(host).is_loopback and host not in {"0.0.0.0", "::"}
    except ValueError:
        outside = True
    if outside:
        raise PermissionError(f"A test reached for {host}; tests stay on this machine.")


sys.addaudithook(refuse_outside)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the collection or the settings of the person who runs it."""
    monkeypatch.setenv("BYLINE_DATA", str(tmp_path / "collection"))
    monkeypatch.chdir(tmp_path)
