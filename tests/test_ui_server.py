import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from served import FIRST_PORT, served

from ui.listening import AddressRefused, address_of, listen

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """A server in a process of its own, on a port that was taken: what it said, a client for it, and its data."""
    with listen("127.0.0.1", FIRST_PORT), served(tmp_path_factory.mktemp("served")) as server:
        with httpx.Client(base_url=server.address) as client:
            yield server.said, client, server.data
        server.end(signal.SIGINT)
        assert len(server.said) == 2, "it ends quietly"


def test_a_taken_port_is_told_and_the_next_one_served(started):
    said, client, _ = started
    taken = int(re.fullmatch(r"Port (\d+) is taken; serving on the next free one\.\n", said[0])[1])
    assert client.base_url.port > taken
    assert client.get("/healthz").json() == {"status": "up"}


def test_a_second_server_on_the_same_articles_names_the_first(started):
    _, client, data = started
    second = [sys.executable, "-m", "ui", "--data", str(data), "serve"]
    done = subprocess.run(second, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert str(client.base_url) in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_chat_page_runs_no_script_but_its_own(started):
    _, client, _ = started
    page = client.get("/")
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    assert page.text.count("<script") == page.text.count(f'<script nonce="{nonce}"') > 1
    assert "unsafe" not in policy.partition("script-src")[2].partition(";")[0]


def test_the_chat_is_closed_to_pages_of_another_origin(started):
    _, client, _ = started
    evil = {"origin": "http://evil.example"}
    for path in ("/gradio_api/queue/join", "/gradio_api/upload", "/gradio_api/run/predict"):
        assert client.post(path, headers=evil, json={}).status_code == 403
    for path in ("/", "/config", "/gradio_api/info", "/healthz"):
        assert "access-control-allow-origin" not in client.get(path, headers=evil).headers
        assert client.get(path, headers={"host": "evil.example"}).status_code == 403


def test_the_chat_hands_out_no_file_and_takes_no_huge_body(started):
    _, client, _ = started
    for path in ("/etc/passwd", str(ROOT / "pyproject.toml")):
        assert client.get(f"/gradio_api/file={path}").status_code == 404
    # A connection on which a body was refused unread is not used again.
    refused = client.post("/gradio_api/queue/join", content=b"x" * (3 * 2**20), headers={"connection": "close"})
    assert refused.status_code == 413
    assert client.post("/gradio_api/queue/join", content=(b"x" * 2**18 for _ in range(12))).status_code == 413


def test_a_taken_port_gives_the_next_free_one():
    with listen("127.0.0.1", 48_611) as first, listen("127.0.0.1", first.getsockname()[1]) as second:
        assert second.getsockname()[1] > first.getsockname()[1]
        assert address_of(second) == f"http://127.0.0.1:{second.getsockname()[1]}"


def test_a_server_for_everybody_is_opened_on_this_machine_by_its_loopback_address():
    with listen("0.0.0.0", 48_613, decided=True) as listener:
        assert address_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_no_free_port_is_told():
    with listen("127.0.0.1", 65_535), pytest.raises(AddressRefused, match="--port"):
        listen("127.0.0.1", 65_535)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", "127.0.0.1.example.org"])
def test_only_this_machine_is_served_until_it_is_decided_who_else_may(host):
    with pytest.raises(AddressRefused, match="--auth password"):
        listen(host, 7860)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.9.9.9"])
def test_every_name_of_this_machine_will_do(host):
    with listen(host, 48_700) as listener:
        assert listener.family == socket.AF_INET
