"""The library's page and what it sets going, in process: lists, searches, roles, and jobs over a real site."""

import http.server
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import Receive, Scope, Send

from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from index.articles import Article, Metadata
from index.browsing import ORDERS
from index.collection import Added, Collection
from index.embedding import HashEmbedder
from index.errors import SourceUnreadable
from index.runs import Synced
from index.settings import IndexSettings
from index.sources import Source
from index.syncing import Follower, now_in_utc
from ui.access.person import KEY, Person
from ui.answering import Overloaded
from ui.library.jobs import MOST_WAITING, REMEMBERED, Job, Jobs
from ui.library.routes import PER_PAGE, Library
from ui.server import create_api

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'); alert(1); ('",
    "{{ 7*7 }}",
    "</div></dialog><svg onload=alert(1)>",
    "\u202egnp.exe\u202c <b>",
]


def article(number: int, **said) -> Article:
    about = {
        "title": f"Report {number}",
        "published": date(2024, 1, 1 + number % 28),
        "publisher": "The Ledger",
        **said,
    }
    text = f"Report number {number} tells of lighthouse {number}. Its keeper counted {number * 7} ships in a week."
    return Article(f"report-{number}", text, Metadata(**about), f"/reports/{number}.txt")


class Site(http.server.ThreadingHTTPServer):
    """A site with a feed of three pages; ``gate`` lets the pages, not the feed, go out."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Paper)
        self.gate = threading.Event()
        self.gate.set()
        self.asked = 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class Paper(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        story = re.fullmatch(r"/story/(\d)", self.path)
        if story:
            self.server.asked += 1
            self.server.gate.wait(20)
        known = story or self.path == "/feed.xml"
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        items = "".join(f"<item><link>/story/{number}</link></item>" for number in range(3))
        feed = f"<rss version='2.0'><channel><title>Paper</title>{items}</channel></rss>"
        number = story[1] if story else ""
        page = (
            f"<!doctype html><html><head><title>Story {number}</title></head><body><article><h1>Story {number}</h1>"
            f"<p>The harbour ferry number {number} will cost {number} euros from June on, the council said.</p>"
            "</article></body></html>"
        )
        self.wfile.write((page if story else feed if known else "").encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.gate.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def settings(tmp_path):
    return Settings(data=tmp_path / "data", fetch_private=("127.0.0.1",))


@pytest.fixture
def collection(settings):
    with open_collection(settings, write=True, purpose="test") as collection:
        yield collection


@pytest.fixture
def client(collection, settings):
    app = create_api(collection, build_assistant(collection, settings), settings)
    with TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False) as client:
        yield client


def titles(page: str) -> list[str]:
    return [unescape(title) for title in re.findall(r'data-title="([^"]*)"', page)]


def until(holds: Callable[[], object]) -> None:
    """Wait until it holds; a busy machine takes its time."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def job_of(client: TestClient, job: str) -> dict:
    return next(one for one in client.get("/library/jobs").json()["jobs"] if one["id"] == job)


def settled(client: TestClient, job: str) -> dict:
    until(lambda: job_of(client, job)["state"] not in ("waiting", "running"))
    return job_of(client, job)


def ended(jobs: Jobs) -> bool:
    return not any(job.state in ("waiting", "running") for job in jobs.all())


def begin(client: TestClient, kind: str, location: str = "") -> str:
    reply = client.post("/library/jobs", json={"kind": kind, "location": location})
    assert reply.status_code == 202, reply.text
    return reply.json()["id"]


# The list


def test_the_list_is_sorted_as_asked_and_turned_a_page_at_a_time(client, collection):
    collection.add([article(number) for number in range(PER_PAGE + 3)])
    first = client.get("/library?sort=added").text
    assert titles(first)[:2] == [f"Report {PER_PAGE + 2}", f"Report {PER_PAGE + 1}"]
    assert f"1–{PER_PAGE} of {PER_PAGE + 3}" in first
    after = unescape(re.search(r'rel="next" href="([^"]+)"', first)[1])
    second = client.get(f"/{after}").text
    assert titles(second) == ["Report 2", "Report 1", "Report 0"]
    assert 'rel="prev"' in second
    assert 'rel="next"' not in second
    assert titles(client.get("/library?sort=added&page=99").text) == titles(second), "beyond the end is the last page"


def test_every_order_puts_last_what_it_knows_nothing_of(collection):
    dated = [("b", date(2024, 2, 1), "B Post"), ("A", date(2024, 3, 1), "C Post"), ("c", None, None)]
    for number, (title, day, publisher) in enumerate(dated):
        collection.add([article(number, title=title, published=day, publisher=publisher)])
    found = {order: "".join(row.metadata.title for row in collection.browse(order=order).articles) for order in ORDERS}
    assert found == {"published": "Abc", "oldest": "bAc", "added": "cAb", "title": "Abc", "publisher": "bAc"}


def test_a_search_finds_words_of_titles_publishers_authors_and_texts(client, collection):
    collection.add(
        [
            article(1, title="Ferry fare rises", publisher="The Ledger"),
            article(2, title="Snow", publisher="Straßenbahn Anzeiger", author="Ida Brandt"),
            article(3, title="100% wool"),
        ]
    )
    for words, found in {
        "ferry": ["Ferry fare rises"],
        "fare ledger": ["Ferry fare rises"],
        "brandt": ["Snow"],
        "anzeig": ["Snow"],
        "lighthouse 2": ["Snow"],
        "the lighthouses counted 21": ["100% wool"],
        "%": ["100% wool"],
        "_": [],
        "unheardof": [],
    }.items():
        assert titles(client.get("/library", params={"q": words}).text) == found, words
    assert "No article has these words." in client.get("/library?q=unheardof").text


def test_a_search_and_its_order_stay_when_the_page_is_turned(client, collection):
    collection.add([article(number) for number in range(PER_PAGE + 1)])
    page = client.get("/library?q=lighthouse&sort=title").text
    after = unescape(re.search(r'rel="next" href="([^"]+)"', page)[1])
    assert after == "library?q=lighthouse&sort=title&page=2"
    assert len(titles(client.get(f"/{after}").text)) == 1


@pytest.mark.parametrize(
    "query",
    [
        "sort=evil",
        "page=-1",
        "page=1e9",
        "page=99999999999999999999",
        "q=" + "x" * 5000,
        "q=%00",
        "q=%ED%A0%80",
        "q=(((",
    ],
)
def test_nothing_in_the_address_breaks_the_page(client, collection, query):
    collection.add([article(1)])
    assert client.get(f"/library?{query}").status_code == 200


def test_near_copies_are_labelled_with_the_first_one(client, collection):
    text = " ".join(f"The storm sank boat number {number} in the harbour before noon." for number in range(12))
    first = Article("first", text, Metadata("Storm sinks boats"), "/a.txt")
    collection.add([first, replace(first, id="second", text=text + " More follows.", source="/b.txt")])
    page = " ".join(client.get("/library?sort=added").text.split())
    assert 'Near copy of <a href="articles/first">Storm sinks boats</a>' in page
    assert "1 near copy" in page


def test_an_empty_library_says_what_to_do(client):
    page = client.get("/library").text
    assert "No articles yet" in page
    assert "No source is followed yet." in page


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_that_an_article_a_source_or_a_search_says_becomes_markup(client, collection, hostile):
    collection.add([article(1, title=hostile, publisher=hostile, author=hostile, url=hostile)])
    collection.followed.keep(
        Source(f"/news/{hostile}", "folder", "remove", now_in_utc(), now_in_utc(), last_error=hostile)
    )
    page = client.get("/library", params={"q": hostile}).text
    page += client.get("/library").text
    assert not re.findall(r"<(img|svg|b)\b", page)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page)), "no script but files of ours"
    assert not re.findall(r"<[^>]+\son\w+=", re.sub(r'"[^"]*"', '""', page)), "no handler"
    assert unescape(page).count(hostile) > 4, "shown as it is written, in every place"
    assert titles(client.get("/library").text) == [hostile]


@pytest.mark.parametrize(("language", "title"), [("de", "Bibliothek"), ("es-MX", "Biblioteca"), ("zh-TW", "文库")])
def test_the_page_speaks_the_browsers_language(client, collection, language, title):
    collection.add([article(number) for number in range(2)])
    page = client.get("/library", headers={"accept-language": language}).text
    assert f"<h1>{title}</h1>" in page
    assert f'<html lang="{language[:2]}">' in page


def test_the_page_loads_its_own_files_alone_and_has_no_script_or_style_in_it(client):
    reply = client.get("/library")
    policy = reply.headers["content-security-policy"]
    assert "script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "style=" not in reply.text
    for address in re.findall(r'(?:href|src|action)="([^"]*)"', reply.text):
        assert not address.startswith(("/", "http")), "every address is relative"


# Readers


def test_a_reader_sees_nothing_to_add_or_remove_and_no_place_on_the_servers_disk(collection, settings, tmp_path):
    folder = tmp_path / "secret-place"
    folder.mkdir()
    (folder / "a.txt").write_text("Ferry\n\nThe ferry costs 4 euros from June on, the council said.")
    (folder / "b.pdf").write_text("no pdf")
    Follower.of(collection, settings).add([str(folder)])
    app = FastAPI()

    async def as_reader(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})[KEY] = Person("ida", "reader")
        await app(scope, receive, send)

    with closing(Jobs(collection, settings)) as jobs:
        app.include_router(Library(collection, jobs, 1).router())
        page = TestClient(as_reader).get("/library").text
    assert '<a href="login" dir="auto">ida</a>' in page, "the way to leave"
    assert "secret-place" in page
    assert str(tmp_path) not in page
    for gone in ('id="pick"', 'id="url"', 'class="quiet remove"', "Sync now", "data-owner"):
        assert gone not in page
    assert "choose-1" in page, "but may ask about chosen articles"


# Jobs


def test_an_address_is_read_with_its_progress_and_then_followed(client, collection, site):
    site.gate.clear()
    job = begin(client, "add", site.url("/feed.xml"))
    until(lambda: site.asked)
    assert job_of(client, job)["state"] == "running"
    site.gate.set()
    done = settled(client, job)
    assert (done["state"], done["added"], done["problems"]) == ("done", 3, [])
    assert (done["done"], done["total"]) == (3, 3)
    page = client.get("/library").text
    assert sorted(titles(page)) == ["Story 0", "Story 1", "Story 2"]
    assert "3 new" in page
    assert site.url("/feed.xml") in page


def test_one_source_is_brought_up_to_date_and_removed_with_its_articles(client, collection, site):
    settled(client, begin(client, "add", site.url("/feed.xml")))
    settled(client, begin(client, "add", site.url("/story/1")))
    synced = settled(client, begin(client, "sync", site.url("/feed.xml")))
    assert (synced["state"], synced["added"], synced["updated"]) == ("done", 0, 0)
    removed = settled(client, begin(client, "remove", site.url("/feed.xml")))
    assert (removed["state"], removed["removed"]) == ("done", 2), "the third has another source"
    assert titles(client.get("/library").text) == ["Story 1"]
    again = settled(client, begin(client, "remove", site.url("/feed.xml")))
    assert again["state"] == "failed"
    assert "is not followed" in again["problems"][0]


def test_what_cannot_be_read_is_told_in_a_line(client, site):
    done = settled(client, begin(client, "add", site.url("/nothing")))
    assert (done["state"], done["added"]) == ("done", 0)
    assert len(done["problems"]) == 1
    assert client.get("/library").text.count('class="source"') == 0, "what gave nothing is not followed"


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "ftp://x/", "http://", "https://ida:pw@ledger.example/", "x" * 1_990]
)
def test_an_address_that_is_never_fetched_is_refused_at_once(client, address):
    reply = client.post("/library/jobs", json={"kind": "add", "location": address})
    assert reply.status_code == 422
    assert "\n" not in reply.json()["error"]


def test_an_address_of_this_network_is_refused_by_the_fetcher(tmp_path, site):
    settings = Settings(data=tmp_path / "closed")
    with (
        open_collection(settings, write=True, purpose="test") as collection,
        closing(Jobs(collection, settings)) as jobs,
    ):
        job = jobs.begin("add", site.url("/feed.xml"))
        until(lambda: ended(jobs))
        (now,) = jobs.all()
        assert "not on the public internet" in now.problems[0]
        assert now.id == job.id
    assert site.asked == 0


def test_a_job_is_stopped_and_what_it_has_read_is_kept(client, collection, site):
    site.gate.clear()
    job = begin(client, "add", site.url("/feed.xml"))
    until(lambda: site.asked)
    assert client.delete(f"/library/jobs/{job}").status_code == 204
    site.gate.set()
    assert settled(client, job)["state"] == "stopped"
    assert site.asked < 3
    assert client.delete(f"/library/jobs/{job}").status_code == 404


def test_the_same_job_is_not_set_going_twice_and_others_wait_their_turn(client, site):
    site.gate.clear()
    first = begin(client, "add", site.url("/feed.xml"))
    assert begin(client, "add", site.url("/feed.xml")) == first
    second = begin(client, "add", site.url("/story/2"))
    states = {job["id"]: job["state"] for job in client.get("/library/jobs").json()["jobs"]}
    assert states[second] == "waiting"
    assert client.delete(f"/library/jobs/{second}").status_code == 204
    site.gate.set()
    settled(client, first)
    assert settled(client, second)["state"] == "stopped"


def test_closing_ends_the_work_and_a_later_run_goes_on(tmp_path, site):
    settings = IndexSettings(data=tmp_path / "data", fetch_private=("127.0.0.1",))
    site.gate.clear()
    with Collection.open(settings.data, HashEmbedder(), settings=settings, write=True) as collection:
        with closing(Jobs(collection, settings)) as jobs:
            jobs.begin("add", site.url("/feed.xml"))
            until(lambda: site.asked)
            threading.Timer(0.3, site.gate.set).start()
        assert [job.state for job in jobs.all()] == ["stopped"]
        assert [source.location for source in collection.followed.all()] == [site.url("/feed.xml")]
        with closing(Jobs(collection, settings)) as later:
            later.begin("sync", "")
            until(lambda: ended(later))
        assert collection.counts()[0] == 3


def test_waiting_and_ended_jobs_are_bounded(tmp_path, site):
    settings = IndexSettings(data=tmp_path / "data", fetch_private=("127.0.0.1",))
    site.gate.clear()
    with (
        Collection.open(settings.data, HashEmbedder(), settings=settings, write=True) as collection,
        closing(Jobs(collection, settings)) as jobs,
    ):
        jobs.begin("add", site.url("/story/0"))
        for number in range(MOST_WAITING - 1):
            jobs.begin("remove", f"/nothing/{number}")
        with pytest.raises(Overloaded, match="some of it is done"):
            jobs.begin("add", site.url("/story/1"))
        site.gate.set()
        until(lambda: ended(jobs))
        jobs.begin("sync", "")
        assert len(jobs.all()) <= REMEMBERED + 1


def test_a_site_that_is_down_is_not_told_page_by_page():
    problems = [SourceUnreadable(f"page {number}") for number in range(250)]
    job = Job("1", "add", "x").ended(Synced(Added(problems=problems)), stopped=False)
    assert len(job.problems) == 100
    assert job.more_problems == 150


def test_pages_of_another_origin_set_nothing_going(client, collection):
    collection.add([article(1)])
    evil = {"origin": "http://evil.example"}
    assert client.post("/library/jobs", json={"kind": "sync"}, headers=evil).status_code == 403
    assert client.delete("/library/jobs/x", headers=evil).status_code == 403
    assert client.delete("/api/articles/report-1", headers=evil).status_code == 403
