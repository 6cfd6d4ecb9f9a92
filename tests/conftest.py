"""What every test gets, its own data directory and a network that ends at this machine; and a browser for who asks."""

import gc
import ipaddress
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NO_CHROMIUM = "no chromium found; install it with: apt-get install chromium"
# Left out as files, so that one line says so and not one for each test.
collect_ignore_glob = [] if CHROMIUM else ["test_browser_*.py"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out."""
    if not CHROMIUM:
        terminalreporter.write_line(f"Browser tests skipped: {NO_CHROMIUM}")


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


@pytest.fixture
def byline(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    """Runs a command on an empty collection, or on ``data``: its exit code, what it printed and complained about."""
    from ui.cli import main  # noqa: PLC0415  not needed by most tests

    def run(*arguments: str, data: Path = tmp_path / "data") -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as exit_:
            main(["--data", str(data), *arguments])
        gc.enable()  # `ask` turns it off for the life of its process
        printed = capsys.readouterr()
        return exit_.value.code or 0, printed.out, printed.err

    return run


@pytest.fixture(scope="module")
def chromium():
    """A real browser, which reaches for nothing by itself; the test is skipped where none is installed."""
    if not CHROMIUM:
        pytest.skip(NO_CHROMIUM)
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  not needed where no browser is

    quiet = ("background-networking", "component-update", "sync")
    flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", *(f"--disable-{what}" for what in quiet)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()
