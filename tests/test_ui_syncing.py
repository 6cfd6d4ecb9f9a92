import http.server
import io
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from served import served

from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from index.syncing import Follower
from ui.following import following, interval
from ui.server import create_api

PAGE = (
    b"<!doctype html><html><head><title>Ferry fare rises</title></head><body><article><h1>Ferry fare rises</h1>"
    b"<p>The harbour ferry will cost 4 euros from 1 June, the council said on Monday.</p></article></body></html>"
)
FEED = b"<rss version='2.0'><channel><title>Paper</title><item><link>/ferry</link></item></channel></rss>"


class Site(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Paper)
        self.pages = {"/ferry": PAGE, "/feed.xml": FEED}

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class Paper(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        content = self.server.pages.get(self.path)
        self.send_response(404 if content is None else 200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def own_site(monkeypatch) -> None:
    """The owner's settings allow this machine."""
    monkeypatch.setenv("BYLINE_FETCH_PRIVATE", '["127.0.0.1"]')


def write(path: Path, text: str) -> Path:
    path.write_text(f"{path.stem.capitalize()}\n\n{text}\n")
    os.utime(path, (time.time() - 60,) * 2)
    return path


# The command line


@pytest.mark.usefixtures("own_site")
def test_a_feed_is_added_followed_listed_and_removed(byline, site):
    feed = site.url("/feed.xml")
    assert byline("add", feed)[:2] == (0, "1 added, 0 updated, 0 unchanged\n")
    assert byline("sync")[:2] == (0, "0 added, 0 updated, 0 unchanged; sources: 1\n")
    site.pages["/ferry"] = PAGE.replace(b"4 euros", b"5 euros")
    assert byline("sync", "--force")[:2] == (0, "0 added, 1 updated, 0 unchanged; sources: 1\n")
    assert "5 euros" in byline("ask", "What will the harbour ferry cost?")[1]
    listed = byline("list", "--sources")[1]
    assert listed.splitlines()[0] == f"feed    {feed}"
    assert "1 changed" in listed
    (source,) = json.loads(byline("list", "--sources", "--json")[1])["sources"]
    assert (source["kind"], source["vanished"], source["counts"]["changed"]) == ("feed", "keep", 1)
    assert byline("remove", "--source", feed)[:2] == (0, f"Removed {feed}; articles removed: 1\n")
    assert json.loads(byline("list", "--json")[1]) == {"articles": []}
    assert "byline add" in byline("list", "--sources")[1]


def test_an_address_of_this_machine_is_refused_until_the_owner_allows_it(byline, site):
    code, out, err = byline("add", site.url("/ferry?key=secret"))
    assert (code, out) == (1, "0 added, 0 updated, 0 unchanged\n")
    assert "fetch_private" in err
    assert "secret" not in err
    assert len(err.splitlines()) == 1
    assert byline("list", "--sources", "--json")[1] == '{"sources": []}\n'


@pytest.mark.usefixtures("own_site")
def test_one_failing_source_stops_no_other_and_is_shown_with_its_next_try(byline, site, tmp_path):
    (tmp_path / "news").mkdir()
    mill = write(tmp_path / "news" / "mill.txt", "The mill opens in May, said the miller.")
    byline("add", site.url("/feed.xml"), str(tmp_path / "news"))
    site.pages.pop("/feed.xml")
    write(mill, "The mill opens in July, said the miller.")
    code, out, err = byline("sync")
    assert (code, out) == (0, "0 added, 1 updated, 0 unchanged; sources: 2\n")
    assert "404" in err
    listed = byline("list", "--sources")[1]
    assert "404" in listed
    assert "failed once, next try" in listed
    mill.unlink()
    write(tmp_path / "news" / "bridge.txt", "The bridge closes in June, said the mayor.")
    changed, sources, waiting = byline("sync")[1].strip().split("; ")
    assert changed == "1 added, 0 updated, 0 unchanged, 1 removed"
    assert (sources, waiting) == ("sources: 2", "not due yet after failing: 1 (try now with --force)")
    done = json.loads(byline("sync", "--force", "--json")[1])
    assert [source["failures"] for source in done["sources"]] == [2, 0]


@pytest.mark.usefixtures("own_site")
def test_when_no_source_can_be_read_the_exit_code_says_so(byline, site):
    assert byline("sync")[0] == 0
    byline("add", site.url("/feed.xml"))
    site.pages.clear()
    assert byline("sync")[0] == 1


def test_what_vanishes_is_kept_where_the_command_says_so(byline, tmp_path):
    (tmp_path / "news").mkdir()
    for name in ("mill", "bridge"):
        write(tmp_path / "news" / f"{name}.txt", f"The {name} is open again, said the mayor.")
    byline("add", "--vanished", "keep", str(tmp_path / "news"))
    (tmp_path / "news" / "mill.txt").unlink()
    assert "removed" not in byline("sync")[1]
    assert len(json.loads(byline("list", "--json")[1])["articles"]) == 2
    assert byline("add", "--vanished", "maybe", str(tmp_path / "news"))[0] == 2


def test_remove_wants_an_article_or_a_source(byline):
    assert byline("remove")[0] == 2
    assert byline("remove", "ferry", "--source", "/news")[0] == 2
    code, _, err = byline("remove", "--source", "/news")
    assert code == 1
    assert "list --sources" in err


def test_a_setting_that_names_no_network_is_one_line(byline, monkeypatch):
    monkeypatch.setenv("BYLINE_FETCH_PRIVATE", '["every where"]')
    code, _, err = byline("sync")
    assert code == 1
    assert "fetch_private" in err
    assert len(err.splitlines()) == 1


# Within the server


@pytest.mark.parametrize(
    ("text", "every"),
    [
        ("15m", timedelta(minutes=15)),
        ("2H", timedelta(hours=2)),
        ("1d", timedelta(days=1)),
        (" 30s ", timedelta(seconds=30)),
    ],
)
def test_a_time_is_read_as_people_write_it(text, every):
    assert interval(text) == every


@pytest.mark.parametrize("text", ["", "15", "m", "-5m", "1.5h", "15 minutes", "0s", "9s", "999999999d"])
def test_a_time_that_is_none_is_wrong_usage(text, byline):
    with pytest.raises(ValueError, match=r"time|often"):
        interval(text)
    if text:
        code, _, err = byline("serve", f"--sync-every={text}")
        assert code == 2
        assert "--sync-every" in err


def eventually(holds: Callable[[], bool], seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)
    return holds()


def test_the_sources_are_followed_until_the_server_ends(tmp_path):
    settings = Settings(data=tmp_path / "data")
    (tmp_path / "news").mkdir()
    write(tmp_path / "news" / "mill.txt", "The mill opens in May, said the miller.")
    with open_collection(settings, write=True, purpose="a test") as collection:
        Follower.of(collection, settings).add([str(tmp_path / "news")])
        with following(collection, settings, every=timedelta(seconds=0.05)):
            write(tmp_path / "news" / "bridge.txt", "The bridge closes in June, said the mayor.")
            assert eventually(lambda: len(collection.articles()) == 2)
            (tmp_path / "news" / "mill.txt").unlink()
            assert eventually(lambda: len(collection.articles()) == 1)
        assert "following" not in [thread.name for thread in threading.enumerate()]
        with following(collection, settings, every=None):
            assert "following" not in [thread.name for thread in threading.enumerate()]


@pytest.fixture
def client(tmp_path, site):
    settings = Settings(data=tmp_path / "data", fetch_private=("127.0.0.1",))
    with open_collection(settings, write=True, purpose="test") as collection:
        app = create_api(collection, build_assistant(collection, settings), settings)
        with TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False) as client:
            yield client


def test_an_article_is_added_by_its_address_over_http(client, site):
    reply = client.post("/api/articles", json={"url": site.url("/ferry")})
    assert reply.status_code == 200
    assert reply.json() == {"added": ["ferry"], "updated": [], "unchanged": [], "problems": []}
    assert (
        "4 euros" in client.get("/api/ask", params={"question": "What will the harbour ferry cost?"}).json()["answer"]
    )
    (source,) = client.get("/api/sources").json()
    assert (source["location"], source["kind"]) == (site.url("/ferry"), "page")


def test_uploads_go_on_beside_addresses(client):
    file = ("mill.txt", io.BytesIO(b"Mill\n\nThe mill opens in May, said the miller."))
    assert client.post("/api/articles", files=[("files", file)]).json()["added"] == ["mill"]
    assert client.get("/api/sources").json() == []


def test_a_feed_is_followed_and_removed_over_http(client, site):
    assert client.post("/api/sources", json={"url": site.url("/feed.xml"), "vanished": "remove"}).status_code == 200
    (source,) = client.get("/api/sources").json()
    assert (source["kind"], source["vanished"], source["counts"]["new"]) == ("feed", "remove", 1)
    assert client.delete("/api/sources", params={"location": source["location"]}).status_code == 204
    assert client.get("/api/sources").json() == client.get("/api/articles").json() == []
    assert client.delete("/api/sources", params={"location": source["location"]}).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {"url": "/etc/passwd"}, {"url": "file:///etc/passwd"}, {"url": "http://169.254.169.254/latest/"}, {"url": ""},
        {"url": "http://[::1]/"}, {"url": "http://ida:pw@127.0.0.1/"}, {"url": "http://x" * 2_000}, {"url": 7}, {},
        {"url": "http://127.0.0.1/", "more": 1}, {"url": "http://127.0.0.1/", "vanished": "maybe"}, [], "x",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/api/articles", "/api/sources"])
def test_what_is_no_web_address_of_others_is_refused_in_one_line(client, path, body):
    reply = client.post(path, json=body)
    assert reply.status_code == 422
    assert list(reply.json()) == ["error", "request_id"]
    assert "\n" not in reply.json()["error"]
    assert client.get("/api/sources").json() == []


def test_a_page_of_another_origin_adds_nothing(client, site):
    headers = {"origin": "http://evil.example"}
    assert client.post("/api/articles", json={"url": site.url("/ferry")}, headers=headers).status_code == 403
    assert client.get("/api/sources").json() == []


@pytest.mark.usefixtures("own_site")
def test_a_real_server_follows_its_sources_and_ends_at_once(tmp_path, site, byline):
    byline("add", site.url("/feed.xml"))
    site.pages["/mill"] = PAGE.replace(b"ferry will cost 4 euros", b"mill will open again").replace(b"Ferry", b"Mill")
    site.pages["/feed.xml"] = FEED.replace(b"<item>", b"<item><link>/mill</link></item><item>")
    with served(tmp_path, "--sync-every", "15m") as server:
        with httpx.Client(base_url=server.address, trust_env=False) as client:
            assert eventually(lambda: len(client.get("/api/articles").json()) == 2)
        began = time.monotonic()
        server.end(signal.SIGINT)
    assert time.monotonic() - began < 15
