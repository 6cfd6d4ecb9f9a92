import http.server
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index.collection import Collection
from index.embedding import HashEmbedder
from index.errors import SourceUnreadable
from index.fetching.addresses import Allowed
from index.fetching.fetcher import Fetcher, Limits
from index.items import later
from index.settings import IndexSettings
from index.sources import Counts
from index.syncing import Follower

ROOT = Path(__file__).parent.parent
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Clock:
    now = NOON

    def __call__(self) -> datetime:
        return self.now


class Site(http.server.ThreadingHTTPServer):
    """A small paper: pages by path, with ETags; each request is kept with its status."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Paper)
        self.pages: dict[str, bytes] = {}
        self.types: dict[str, str] = {}
        self.asked: list[tuple[str, int]] = []
        self.down = False

    def url(self, path: str) -> str:
        return f"http://news.example:{self.server_port}{path}"

    def page(self, name: str, text: str, title: str = "") -> None:
        title = title or name.strip("/").capitalize()
        self.pages[name] = (
            f"<!doctype html><html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{text}</p>"
            f"<p>The council of the town will speak of {title} again on Friday, its clerk wrote.</p></article>"
        ).encode()

    def feed(self, *names: str, body: str = "", path: str = "/feed.xml") -> None:
        items = "".join(
            f"<item><title>{name.strip('/').capitalize()}</title><link>{name}</link>"
            f"<pubDate>Tue, 21 May 2024 10:00:00 GMT</pubDate>{body}</item>"
            for name in names
        )
        self.pages[path] = f"<rss version='2.0'><channel><title>Paper</title>{items}</channel></rss>".encode()
        self.types[path] = "application/rss+xml"

    def taken(self) -> list[tuple[str, int]]:
        """What was asked since the last look, robots.txt left out."""
        asked = [entry for entry in self.asked if entry[0] != "/robots.txt"]
        self.asked.clear()
        return asked


class Paper(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        content = self.server.pages.get(self.path)
        etag = f'"{hash(content)}"'
        down = self.server.down and self.path not in ("/feed.xml", "/robots.txt")
        status = 503 if down else 404 if content is None else 304 if self.headers["If-None-Match"] == etag else 200
        self.server.asked.append((self.path, status))
        self.send_response(status)
        self.send_header("ETag", etag)
        self.send_header("Content-Type", self.server.types.get(self.path, "text/html; charset=utf-8"))
        self.end_headers()
        if status == 200:
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        server.page("/ferry", "The harbour ferry will cost 4 euros from 1 June, the council said.")
        server.page("/library", "The town library will open on Sundays from 7 July, the mayor said.")
        server.feed("/ferry", "/library")
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    with Collection.open(
        tmp_path / "data", HashEmbedder(1_024), settings=IndexSettings(), write=True, purpose="a test"
    ) as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def follower(collection: Collection, clock: Clock) -> Follower:
    fetcher = Fetcher(
        Allowed.of(["news.example"]), resolver=lambda host, port: ["127.0.0.1"], limits=Limits(seconds=10)
    )
    return Follower(collection, fetcher, clock=clock)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "news"
    (made / "deep").mkdir(parents=True)
    write(made / "mill.txt", "The mill opens in May, said the miller.")
    write(made / "deep" / "bridge.txt", "The bridge closes in June, said the mayor.")
    return made


def write(path: Path, text: str, *, age: float = 60) -> None:
    """A file that was written a while before noon, so that its time is trusted."""
    path.write_text(f"{path.stem.capitalize()}\n\n{text}\n", errors="replace")
    when = NOON.timestamp() - age
    os.utime(path, (when, when))


def texts(collection: Collection) -> str:
    return "\n".join(collection.article(article.id).text for article in collection.articles())


def ids(collection: Collection) -> set[str]:
    return {article.id for article in collection.articles()}


def only(follower: Follower):
    (source,) = follower.sources()
    return source


# Files and folders


def test_a_folder_that_is_added_is_followed(follower, collection, folder):
    synced = follower.add([str(folder)])
    assert sorted(synced.added.added) == ["bridge", "mill"]
    source = only(follower)
    assert (source.kind, source.vanished, source.location) == ("folder", "remove", str(folder))
    assert source.counts == Counts(new=2)
    assert (source.last_run, source.last_success, source.last_error, source.next_try) == (NOON, NOON, None, None)

    synced = follower.sync()
    assert (synced.added.settled, synced.removed) == (0, 0)  # nothing was even read
    assert only(follower).counts == Counts(unchanged=2)

    write(folder / "mill.txt", "The mill opens in July, said the miller.", age=30)
    write(folder / "market.txt", "The market moves to the square.")
    (folder / "deep" / "bridge.txt").unlink()
    synced = follower.sync()
    assert (synced.added.added, synced.added.updated, synced.removed) == (["market"], ["mill"], 1)
    assert ids(collection) == {"mill", "market"}
    assert "July" in texts(collection)
    assert only(follower).counts == Counts(new=1, changed=1, removed=1)


def test_a_file_is_read_again_only_where_its_content_has_changed(follower, folder):
    follower.add([str(folder)])
    os.utime(folder / "mill.txt", (NOON.timestamp() - 10, NOON.timestamp() - 10))
    assert follower.sync().added.settled == 0
    # A change that keeps the size and sets the time back is not seen, unless all is read again.
    write(folder / "mill.txt", "The mill opens in Mai, said the miller.", age=10)
    assert follower.sync().added.settled == 0
    assert follower.sync(force=True).added.updated == ["mill"]


def test_a_file_written_this_very_moment_is_looked_at_again(follower, folder):
    write(folder / "mill.txt", "The mill opens in May, said the miller.", age=0)
    follower.add([str(folder)])
    write(folder / "mill.txt", "The mill opens in Mai, said the miller.", age=0)
    assert follower.sync().added.updated == ["mill"]


def test_what_vanishes_stays_where_the_source_keeps_it(follower, collection, folder):
    follower.add([str(folder)], vanished="keep")
    (folder / "mill.txt").unlink()
    assert follower.sync().removed == 0
    assert ids(collection) == {"mill", "bridge"}
    assert only(follower).counts == Counts(unchanged=1)
    write(folder / "mill.txt", "The mill opens in May, said the miller.")
    follower.sync()
    assert only(follower).counts == Counts(unchanged=2)
    follower.add([str(folder)], vanished="remove")
    (folder / "mill.txt").unlink()
    assert follower.sync().removed == 1


def test_a_folder_that_is_gone_or_suddenly_empty_loses_nothing(follower, collection, folder, clock):
    follower.add([str(folder)])
    folder.rename(folder.with_name("away"))
    for trouble in ("is not there", "lists nothing and did before"):
        synced = follower.sync(force=True)
        assert synced.removed == 0
        assert [trouble in str(problem) for problem in synced.added.problems] == [True]
        assert trouble in only(follower).last_error
        assert ids(collection) == {"mill", "bridge"}
        folder.mkdir(exist_ok=True)
    folder.rmdir()
    folder.with_name("away").rename(folder)
    assert follower.sync(force=True).added.problems == []
    assert (only(follower).failures, only(follower).last_error) == (0, None)


def test_a_line_that_leaves_a_corpus_leaves_the_collection_if_the_source_says_so(follower, collection, tmp_path):
    corpus = tmp_path / "news.jsonl"

    def save(*names: str) -> None:
        lines = [json.dumps({"_id": name, "title": name, "text": f"The {name} is open again."}) for name in names]
        corpus.write_text("\n".join(lines))

    save("mill", "bridge", "market")
    follower.add([str(corpus)], vanished="remove")
    save("mill", "market", "bakery")
    synced = follower.sync()
    assert (synced.added.added, sorted(synced.added.unchanged), synced.removed) == (["bakery"], ["market", "mill"], 1)
    assert ids(collection) == {"mill", "market", "bakery"}
    corpus.write_text(corpus.read_text() + "\n{broken")
    synced = follower.sync()
    assert (synced.removed, len(synced.added.problems)) == (0, 1)
    assert only(follower).counts == Counts(unchanged=3, failed=1)


def test_a_file_is_a_source_of_its_own_and_its_going_is_told(follower, collection, folder):
    follower.add([str(folder / "mill.txt")])
    assert (only(follower).kind, only(follower).vanished) == ("file", "keep")
    (folder / "mill.txt").unlink()
    synced = follower.sync()
    assert "not there" in str(synced.added.problems[0])
    assert ids(collection) == {"mill"}
    assert only(follower).failures == 1
    follower.add([str(folder)])
    assert len(follower.sources()) == 2


def test_a_file_that_says_so_takes_its_article_with_it(follower, collection, folder):
    follower.add([str(folder / "mill.txt")], vanished="remove")
    (folder / "mill.txt").unlink()
    assert follower.sync().removed == 1
    assert ids(collection) == set()


def test_an_article_of_two_sources_goes_with_the_last(follower, collection, folder):
    follower.add([str(folder), str(folder / "mill.txt")], vanished="remove")
    assert follower.remove(str(folder)) == 1  # the bridge; the mill is listed by its own source too
    assert ids(collection) == {"mill"}
    assert follower.remove(str(folder / "mill.txt")) == 1
    assert ids(collection) == set()
    with pytest.raises(SourceUnreadable, match="byline list --sources"):
        follower.remove(str(folder))


def test_what_cannot_be_read_is_told_tried_later_and_stops_nothing(follower, collection, folder, clock):
    (folder / "empty.txt").write_text("")
    os.utime(folder / "empty.txt", (NOON.timestamp() - 60,) * 2)
    synced = follower.add([str(folder)])
    assert sorted(synced.added.added) == ["bridge", "mill"]
    assert only(follower).counts == Counts(new=2, failed=1)
    assert "empty.txt" in only(follower).last_error
    synced = follower.sync()
    assert synced.added.problems == []  # not due yet, but not forgotten
    assert only(follower).counts == Counts(unchanged=2, failed=1)
    assert "empty.txt" in only(follower).last_error
    clock.now = NOON + 2 * MINUTE
    assert len(follower.sync().added.problems) == 1
    write(folder / "empty.txt", "The empty house is sold.")
    assert follower.sync().added.added == ["empty"]
    assert only(follower).last_error is None


def test_what_never_gave_an_article_is_no_source(follower, tmp_path, site):
    (tmp_path / "empty.txt").write_text("")
    site.types["/picture"] = "image/png"
    site.pages["/picture"] = b"\x89PNG"
    named = [
        str(tmp_path / "empty.txt"),
        str(tmp_path / "missing"),
        "ftp://news.example/",
        site.url("/nowhere"),
        site.url("/picture"),
    ]
    synced = follower.add(named)
    assert len(synced.added.problems) == synced.added.settled == 5
    assert follower.sources() == []


def test_adding_again_reads_again_and_brings_back_what_was_removed(follower, collection, folder):
    follower.add([str(folder)])
    collection.remove("mill")
    assert follower.sync().added.settled == 0  # what a person has removed is not brought back unasked
    synced = follower.add([str(folder)])
    assert (synced.added.added, synced.added.unchanged) == (["mill"], ["bridge"])


# Pages


def test_a_page_is_added_and_asked_for_again_only_if_it_changed(follower, collection, site):
    synced = follower.add([site.url("/ferry")])
    assert synced.added.added == ["ferry"]
    article = collection.article("ferry")
    assert (article.source, article.metadata.url) == (site.url("/ferry"), site.url("/ferry"))
    assert article.metadata.title == "Ferry"
    assert article.metadata.published is None  # and not the day on which it was fetched
    assert site.taken() == [("/ferry", 200)]
    follower.sync()
    assert site.taken() == [("/ferry", 304)]
    site.page("/ferry", "The harbour ferry will cost 5 euros from 1 June, the council said.")
    assert follower.sync().added.updated == ["ferry"]
    assert "5 euros" in texts(collection)


def test_a_page_that_fails_is_tried_ever_later_and_keeps_its_article(follower, collection, site, clock):
    follower.add([site.url("/ferry")])
    page = site.pages.pop("/ferry")
    waits = []
    for failures in range(1, 4):
        assert len(follower.sync().added.problems) == 1
        source = only(follower)
        assert source.failures == failures
        assert "404" in source.last_error
        assert source.last_success == NOON
        waits.append((source.next_try - clock.now) / MINUTE)
        site.taken()
        assert [waiting.location for waiting in follower.sync().waiting] == [source.location]
        assert site.taken() == []
        clock.now = source.next_try
    assert all(0.8 * 2**n <= wait <= 2**n for n, wait in enumerate(waits))
    assert ids(collection) == {"ferry"}
    site.pages["/ferry"] = page
    follower.sync()
    assert (only(follower).failures, only(follower).next_try, only(follower).last_error) == (0, None, None)


def test_a_page_that_is_gone_goes_where_its_source_says_so(follower, collection, site):
    follower.add([site.url("/ferry")], vanished="remove")
    site.pages.clear()
    assert follower.sync().removed == 1
    assert ids(collection) == set()


def test_force_tries_what_is_waiting(follower, site):
    follower.add([site.url("/ferry")])
    page = site.pages.pop("/ferry")
    follower.sync()
    site.pages["/ferry"] = page
    assert follower.sync().waiting
    assert follower.sync(force=True).added.unchanged == ["ferry"]


def test_the_wait_doubles_from_a_minute_to_a_day():
    waits = [later(failures, NOON, 1.0) - NOON for failures in range(1, 40)]
    assert waits[:4] == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert waits[-1] == DAY == max(waits)
    assert later(40, NOON, 0.0) - NOON == 0.8 * DAY
    assert later(10**9, NOON, 1.0) - NOON == DAY


# Feeds


def test_a_feed_is_followed_entry_by_entry(follower, collection, site, clock):
    synced = follower.add([site.url("/feed.xml")])
    assert synced.added.added == ["ferry", "library"]
    assert (only(follower).kind, only(follower).vanished) == ("feed", "keep")
    metadata = collection.article("ferry").metadata
    assert (str(metadata.published), metadata.publisher) == ("2024-05-21", "Paper")
    assert site.taken() == [("/feed.xml", 200), ("/ferry", 200), ("/library", 200)]

    follower.sync()
    assert site.taken() == [("/feed.xml", 304)]
    assert only(follower).counts == Counts(unchanged=2)

    site.page("/mill", "The mill opens in May, said the miller.")
    site.feed("/mill", "/library")
    synced = follower.sync()
    assert (synced.added.added, synced.removed) == (["mill"], 0)
    assert site.taken() == [("/feed.xml", 200), ("/mill", 200)]
    assert ids(collection) == {"ferry", "library", "mill"}
    assert only(follower).counts == Counts(new=1, unchanged=1)


def test_the_pages_of_a_feed_are_asked_for_again_a_day_later(follower, collection, site, clock):
    follower.add([site.url("/feed.xml")])
    site.taken()
    site.page("/ferry", "The harbour ferry will cost 5 euros from 1 June, the council said.")
    clock.now = NOON + DAY
    assert follower.sync().added.updated == ["ferry"]
    # That the feed itself is as it was does not end it there.
    assert site.taken() == [("/feed.xml", 304), ("/feed.xml", 200), ("/ferry", 200), ("/library", 304)]


def test_an_entry_that_changes_is_read_at_once(follower, site):
    follower.add([site.url("/feed.xml")])
    site.page("/ferry", "The harbour ferry will cost 5 euros from 1 June, the council said.")
    site.feed("/ferry", "/library", body="<description>Corrected.</description>")
    assert follower.sync().added.updated == ["ferry"]


def test_what_leaves_a_feed_goes_where_the_source_says_so(follower, collection, site):
    follower.add([site.url("/feed.xml")], vanished="remove")
    site.feed("/library")
    assert follower.sync().removed == 1
    assert ids(collection) == {"library"}
    for broken in (b"<rss version='2.0'><channel></channel></rss>", b"<rss", b"<html>Sorry</html>"):
        site.pages["/feed.xml"] = broken
        synced = follower.sync(force=True)
        assert (synced.removed, len(synced.added.problems)) == (0, 1)
    assert ids(collection) == {"library"}


def test_a_feed_cut_short_removes_nothing(follower, collection, site):
    follower.add([site.url("/feed.xml")], vanished="remove")
    site.feed("/library")
    site.pages["/feed.xml"] = site.pages["/feed.xml"].replace(b"</item>", b"</item><item")
    assert follower.sync().removed == 0
    assert ids(collection) == {"ferry", "library"}


def test_an_entry_whose_page_fails_stops_nothing_and_is_tried_later(follower, collection, site, clock):
    page = site.pages.pop("/ferry")
    synced = follower.add([site.url("/feed.xml")])
    assert (synced.added.added, len(synced.added.problems)) == (["library"], 1)
    source = only(follower)
    assert (source.failures, source.counts) == (0, Counts(new=1, failed=1))
    assert "/ferry" in source.last_error
    site.taken()
    follower.sync()
    assert site.taken() == [("/feed.xml", 304)]
    site.pages["/ferry"] = page
    clock.now = NOON + 2 * MINUTE
    assert follower.sync().added.added == ["ferry"]
    assert only(follower).last_error is None


def test_a_site_that_is_down_is_not_asked_for_every_page(follower, collection, site, clock):
    names = [f"/story{number}" for number in range(12)]
    site.feed(*names)
    site.down = True
    synced = follower.add([site.url("/feed.xml")])
    assert len(synced.added.problems) == 5
    assert follower.sources() == []
    site.down = False
    site.feed("/ferry")
    follower.add([site.url("/feed.xml")])
    for name in names:
        site.page(name, f"The story of {name} is told here for the first time.")
    site.feed(*names)
    site.down = True
    follower.sync()
    source = only(follower)
    assert (source.failures, source.next_try is not None) == (1, True)
    site.down = False
    clock.now = NOON + 2 * MINUTE
    assert len(follower.sync().added.added) == 12


def test_a_feed_with_whole_articles_needs_no_pages(follower, collection, site):
    whole = "The harbour ferry will cost 4 euros from 1 June, the council said. " * 20
    site.feed("/ferry", body=f"<description><![CDATA[<p>{whole}</p>]]></description>")
    follower.add([site.url("/feed.xml")])
    assert site.taken() == [("/feed.xml", 200)]
    assert "4 euros" in texts(collection)
    assert collection.article("ferry").metadata.url == site.url("/ferry")


def test_a_feed_s_own_words_stand_in_for_a_page_that_cannot_be_had(follower, collection, site):
    words = "The harbour ferry will cost 4 euros from 1 June, the council said on Monday. " * 4
    site.pages.pop("/ferry")
    site.feed("/ferry", body=f"<description>{words}</description>")
    assert follower.add([site.url("/feed.xml")]).added.added == ["ferry"]
    assert "4 euros" in texts(collection)


def test_robots_txt_holds_for_what_a_feed_lists_and_not_for_what_a_person_names(follower, collection, site):
    site.pages["/robots.txt"] = b"User-agent: *\nDisallow: /ferry\n"
    synced = follower.add([site.url("/feed.xml")])
    assert synced.added.added == ["library"]
    assert "robots.txt" in str(synced.added.problems[0])
    assert follower.add([site.url("/ferry")]).added.added == ["ferry"]


def test_a_feed_that_later_lists_the_private_network_is_refused_item_by_item(follower, collection, site):
    follower.add([site.url("/feed.xml")])
    private = [f"http://127.0.0.1:{site.server_port}/secret", "http://169.254.169.254/latest/", "file:///etc/passwd"]
    site.page("/secret", "The keys of the town are under the mat.")
    site.feed("/library", *private)
    synced = follower.sync()
    assert len(synced.added.problems) == 3
    assert "/secret" not in [path for path, _ in site.asked]
    assert ids(collection) == {"ferry", "library"}


# Sitemaps


def test_a_sitemap_and_those_that_it_names_are_followed(follower, collection, site):
    def pages(*entries: tuple[str, str]) -> bytes:
        body = "".join(f"<url><loc>{site.url(path)}</loc><lastmod>{day}</lastmod></url>" for path, day in entries)
        return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{body}</urlset>".encode()

    named = "".join(f"<sitemap><loc>{site.url(path)}</loc></sitemap>" for path in ("/1.xml", "/2.xml", "/missing.xml"))
    site.pages["/sitemap.xml"] = f"<sitemapindex>{named}</sitemapindex>".encode()
    site.pages["/1.xml"] = pages(("/ferry", "2024-05-21"))
    site.pages["/2.xml"] = pages(("/library", "2024-05-21"))
    synced = follower.add([site.url("/sitemap.xml")])
    assert sorted(synced.added.added) == ["ferry", "library"]
    assert ["missing.xml" in str(problem) for problem in synced.added.problems] == [True]
    assert only(follower).kind == "sitemap"
    site.taken()
    site.page("/ferry", "The harbour ferry will cost 5 euros from 1 June, the council said.")
    site.pages["/1.xml"] = pages(("/ferry", "2024-05-22"))
    assert follower.sync().added.updated == ["ferry"]
    assert ("/library", 304) not in site.taken()


def test_sitemaps_that_name_each_other_end(follower, site):
    site.pages["/sitemap.xml"] = (
        f"<sitemapindex><sitemap><loc>{site.url('/sitemap.xml')}</loc></sitemap></sitemapindex>".encode()
    )
    follower.add([site.url("/sitemap.xml")])
    assert site.taken() == [("/sitemap.xml", 200)]


# Cut short


def test_a_pass_that_is_stopped_goes_on_where_it_was(collection, folder, clock, tmp_path):
    for number in range(200):
        write(folder / f"story{number}.txt", f"The town of Number{number} has a mill.")
    read = []

    def stopped() -> bool:
        read.append(None)
        return len(read) > 101

    Follower(collection, Fetcher(Allowed()), clock=clock, stopped=stopped).add([str(folder)])
    before = len(collection.articles())
    assert 50 <= before < 202
    follower = Follower(collection, Fetcher(Allowed()), clock=clock)
    assert only(follower).last_run is None
    synced = follower.sync()
    assert len(synced.added.added) == 202 - before
    assert synced.added.unchanged == []  # what was stored was noted, and is not read again
    assert only(follower).last_success == NOON


def test_ctrl_c_in_the_middle_loses_nothing_that_was_stored(collection, folder, clock):
    for number in range(400):
        write(folder / f"story{number}.txt", f"The town of Number{number} has a mill.")
    follower = Follower(collection, Fetcher(Allowed()), clock=clock)

    def interrupt(done: int, total: int) -> None:
        assert total == 402
        if done == 300:  # four batches of 64 have been put in, so that two are stored and noted
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        follower.add([str(folder)], progress=interrupt)
    stored = len(collection.articles())
    assert stored >= 64
    noted = collection.followed.items(str(folder))
    assert 64 <= len(noted) <= stored  # what was under way has been stored as well, and is only read once more
    follower.sync()
    assert len(collection.articles()) == 402


ADDING = """
import sys
from pathlib import Path
from index.collection import Collection
from index.embedding import HashEmbedder
from index.fetching.addresses import Allowed
from index.fetching.fetcher import Fetcher
from index.settings import IndexSettings
from index.syncing import Follower

data, folder = sys.argv[1:]
with Collection.open(Path(data), HashEmbedder(1_024), settings=IndexSettings(), write=True, purpose="add") as opened:
    Follower(opened, Fetcher(Allowed())).add([folder], progress=lambda done, total: print(done, flush=True))
"""


def test_a_kill_in_the_middle_costs_no_more_than_reading_a_few_again(folder, tmp_path):
    for number in range(400):
        write(folder / f"story{number}.txt", f"The town of Number{number} has a mill.")
    command = [sys.executable, "-c", ADDING, str(tmp_path / "killed"), str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as adding:
        while int(adding.stdout.readline()) < 300:
            pass
        adding.send_signal(signal.SIGKILL)
    with Collection.open(
        tmp_path / "killed", HashEmbedder(1_024), settings=IndexSettings(), write=True, purpose="a test"
    ) as opened:
        noted = opened.followed.items(str(folder))
        assert len(noted) >= 60
        assert all(opened.followed.articles_of([item]) for item in noted)  # nothing was noted that is not stored
        before = len(opened.articles())
        synced = Follower(opened, Fetcher(Allowed())).sync()
        assert len(opened.articles()) == before + len(synced.added.added) == 402
        assert len(synced.added.unchanged) == before - len(noted)


def test_an_item_is_noted_only_after_its_articles_are_stored(collection, folder, clock, monkeypatch):
    follower = Follower(collection, Fetcher(Allowed()), clock=clock)
    catalog = collection._catalog

    def full(entries):
        raise SourceUnreadable("The disk is full.")

    monkeypatch.setattr(catalog, "put", full)
    with pytest.raises(SourceUnreadable):
        follower.add([str(folder)])
    assert collection.followed.items(str(folder)) == {}
    monkeypatch.undo()
    assert len(follower.sync().added.added) == 2


def test_progress_counts_the_lines_of_a_corpus(follower, tmp_path, folder):
    lines = [
        json.dumps({"_id": f"a{n}", "title": f"A{n}", "text": f"The mill of Number{n} is open."}) for n in range(100)
    ]
    (tmp_path / "news.jsonl").write_text("\n".join(lines) + "\n")
    told = []
    follower.add([str(tmp_path / "news.jsonl"), str(folder)], progress=lambda done, total: told.append((done, total)))
    assert told[0][1] == 103
    assert told[-1] == (103, 103)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_two_passes_at_once_do_no_harm(follower, collection, folder):
    for number in range(40):
        write(folder / f"story{number}.txt", f"The town of Number{number} has a mill.")
    threads = [threading.Thread(target=follower.add, args=([str(folder)],)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(collection.articles()) == 42
    assert follower.sync().added.settled == 0


def test_a_source_removed_during_its_run_does_not_come_back(collection, folder, clock):
    follower = Follower(collection, Fetcher(Allowed()), clock=clock)
    follower.add([str(folder)])
    follower.sync(force=True, progress=lambda done, total: collection.followed.forget(str(folder)))
    assert follower.sources() == []
    assert collection.followed.items(str(folder)) == {}


def test_names_that_are_no_text_are_followed_too(follower, collection, folder):
    write(folder / os.fsdecode(b"caf\xe9.txt"), "The cafe on the square is open again.")
    assert len(follower.add([str(folder)]).added.added) == 3
    assert follower.sync().added.problems == []
    assert replace(only(follower).counts, unchanged=0) == Counts()
