"""The library in a real browser, served by a real process behind a line that can be slowed, cut and taken away."""

import http.server
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from served import served

pytestmark = pytest.mark.browser
PATIENCE = 30_000
"""Milliseconds."""
REPORTS = 60
PAYLOADS = (
    "<img src=x onerror=alert(1)>",
    "'\"><svg onload=alert(2)>",
    "</script><script>alert(3)</script>",
    "![x](http://evil.example/?q=4)",
    "javascript:alert(5)",
    "{{constructor.constructor('alert(6)')()}}",
    "\u202etxt.exe",
)
STORY = (
    "<!doctype html><html><head><title>Story {0}</title></head><body><article><h1>Story {0}</h1><p>The harbour ferry "
    "number {0} will cost {0} euros from June on, the council said.</p></article></body></html>"
)
FEED = (
    "<rss version='2.0'><channel><title>Paper</title>"
    + "".join(f"<item><link>/story/{number}</link></item>" for number in range(3))
    + "</channel></rss>"
)


class Paper(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        story = re.fullmatch(r"/story/(\d)", self.path)
        if story and story[1] == "1":
            self.server.gate.wait(20)
        body = STORY.format(story[1]) if story else FEED if self.path == "/feed.xml" else ""
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[http.server.ThreadingHTTPServer]:
    """A paper with a feed; its second story waits for ``gate``."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Paper) as server:
        server.daemon_threads = True
        server.gate = threading.Event()
        server.gate.set()
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.gate.set()
        server.shutdown()
        thread.join()


class Line:
    """A line to the server: it passes bytes on, until it is told to cut off what is sent, or to be down."""

    def __init__(self, server: tuple[str, int]) -> None:
        self.server = server
        self.cut_after = 0
        """Bytes that the browser may send on a connection, 0 for any number."""
        self.slow = 0.0
        """Seconds before each further piece."""
        self.listener: socket.socket | None = None
        self.ends: list[socket.socket] = []
        self.address = ("127.0.0.1", 0)
        self.up()

    def up(self) -> None:
        self.listener = socket.create_server(self.address)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        self.address = self.listener.getsockname()
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def down(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        # What the browser keeps open for its next request goes too.
        while self.ends:
            with suppress(OSError):
                self.ends.pop().shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                browser, _ = listener.accept()
            except OSError:
                return
            server = socket.create_connection(self.server)
            self.ends += [browser, server]
            for ends in ((browser, server, True), (server, browser, False)):
                threading.Thread(target=self._pass, args=ends, daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, sending: bool) -> None:
        passed = 0
        with suppress(OSError):
            while piece := source.recv(32_768):
                passed += len(piece)
                if sending and self.cut_after and passed > self.cut_after:
                    break
                if sending and self.slow and len(piece) > 4_096:
                    time.sleep(self.slow)
                sink.sendall(piece)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@pytest.fixture(scope="module")
def line(tmp_path_factory, site) -> Iterator[Line]:
    """The line to a server with reports, near copies and a hostile article."""
    folder = tmp_path_factory.mktemp("served")
    reports = [
        {
            "_id": f"report-{number}",
            "title": f"Report {number}",
            "text": f"Report number {number} tells of lighthouse {number}. Its keeper counted {number * 7} ships.",
            "metadata": {"published": f"2024-01-{1 + number % 28:02}", "publisher": "The Ledger"},
        }
        for number in range(REPORTS)
    ]
    (folder / "reports.jsonl").write_text("\n".join(map(json.dumps, reports)))
    with served(folder, add=["reports.jsonl"], BYLINE_FETCH_PRIVATE='["127.0.0.1"]') as server:
        parts = urlsplit(server.address)
        line = Line((parts.hostname, parts.port))
        yield line
        line.down()


@pytest.fixture
def open_library(chromium, line):
    """Opens the library in a fresh profile; afterwards no page may have asked elsewhere, shown a dialog or failed."""
    address = f"http://127.0.0.1:{line.address[1]}"
    contexts, requests, troubles = [], [], []

    def watched(page):
        page.on("request", lambda request: requests.append(request.url))
        page.on("dialog", lambda dialog: (troubles.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: troubles.append(f"error {error}"))

    def open_(path="library", *, beside=None, **options):
        context = beside.context if beside else chromium.new_context(**{"locale": "en-GB", **options})
        if not beside:
            context.set_default_timeout(PATIENCE)
            context.on("page", watched)
            contexts.append(context)
        page = context.new_page()
        page.goto(f"{address}/{path}")
        page.evaluate("window.loadedOnce = true")
        return page

    yield open_
    line.cut_after, line.slow = 0, 0.0
    for context in contexts:
        context.close()
    assert {urlsplit(url).netloc for url in requests if not url.startswith("data:")} <= {urlsplit(address).netloc}
    assert not troubles


def file(name: str, text: str) -> dict:
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


def ferry(number: int) -> str:
    return f"Ferry story {number}\n\nThe ferry number {number} sails at {number} in the morning, the council said."


def drop(page, *files: dict) -> None:
    """Let go of files over the page, as from a folder's window."""
    page.evaluate(
        """(files) => {
            const carried = new DataTransfer();
            for (const {name, text} of files) carried.items.add(new File([text], name, {type: "text/plain"}));
            for (const kind of ["dragover", "drop"]) {
                document.body.dispatchEvent(
                    new DragEvent(kind, {dataTransfer: carried, bubbles: true, cancelable: true}));
            }
        }""",
        [{"name": one["name"], "text": one["buffer"].decode()} for one in files],
    )


def task(page, name: str):
    return page.locator(".task").filter(has=page.get_by_text(name, exact=True))


def titles(page) -> list[str]:
    return page.locator(".row .headline").all_inner_texts()


def told(page, words: str) -> None:
    page.locator("#told").filter(has_text=words).wait_for()


def shown(page, words: str) -> None:
    """Wait until the list's first line says this."""
    page.locator("#span").filter(has_text=words).wait_for()


def same_page(page) -> bool:
    return page.evaluate("window.loadedOnce === true")


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")


def faults(page) -> list[str]:
    """What axe finds on the page as it stands."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415

    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['help']}; {node['html'][:160]}" for one in found for node in one["nodes"]]


# ---- Finding ----------------------------------------------------------------------------------------------------


def test_articles_are_searched_sorted_and_turned_without_a_reload(open_library):
    page = open_library()
    shown(page, "1–50 of 60")
    page.get_by_label("Search titles, publishers and texts").type("lighthouse 17")
    shown(page, "1–1 of 1 found")
    assert titles(page) == ["Report 17"]
    told(page, "1–1 of 1 found")
    assert "q=lighthouse+17" in page.url
    page.fill("#q", "")
    shown(page, "1–50 of 60")
    page.select_option("#sort", "title")
    page.locator(".row .headline").first.filter(has_text=re.compile("^Report 0$")).wait_for()
    page.get_by_role("link", name="Next page").click()
    shown(page, "51–60 of 60")
    assert page.evaluate("document.activeElement.id") == "span", "who reads by ear is told where the list goes on"
    page.go_back()
    shown(page, "1–50 of 60")
    assert page.input_value("#sort") == "title"
    page.fill("#q", "unheardof")
    shown(page, "No article has these words.")
    page.get_by_role("link", name="Show all articles").click()
    shown(page, "1–50 of 60")
    assert same_page(page)


def test_chosen_articles_stay_chosen_and_are_taken_to_the_chat(open_library):
    page = open_library("library?sort=title")
    page.get_by_label("Choose “Report 0”").check()
    page.get_by_role("link", name="Next page").click()
    shown(page, "51–60 of 60")
    page.locator(".choose").last.check()
    assert "2 articles chosen" in page.locator("#chosen").inner_text()
    page.reload()
    assert "2 articles chosen" in page.locator("#chosen").inner_text()
    last = page.locator(".row").last.get_attribute("data-id")
    page.get_by_role("link", name="Ask about them").click()
    page.wait_for_url(f"**/?articles=report-0,{last}")
    page.go_back()
    page.get_by_role("button", name="Clear").click()
    assert page.locator("#chosen").is_hidden()
    assert not page.locator(".choose:checked").count()


# ---- Adding files -----------------------------------------------------------------------------------------------


def test_dropped_files_are_added_one_by_one_and_every_problem_is_told(open_library):
    page = open_library("library?sort=added")
    drop(
        page,
        file("dropped.txt", ferry(1)),
        file("broken.pdf", "no pdf"),
        file("empty.txt", ""),
        file("b.txt", ferry(2)),
    )
    task(page, "b.txt").get_by_text("1 added").wait_for()
    assert "1 added" in task(page, "dropped.txt").inner_text()
    assert "broken.pdf is not a PDF" in task(page, "broken.pdf").inner_text()
    assert "empty or a folder" in task(page, "empty.txt").inner_text()
    page.locator(".row .headline").first.filter(has_text="Ferry story 2").wait_for()
    assert titles(page)[:2] == ["Ferry story 2", "Ferry story 1"]
    drop(page, file("dropped.txt", ferry(1)))
    task(page, "dropped.txt").get_by_text("1 unchanged").wait_for()
    task(page, "dropped.txt").last.get_by_role("link").click()
    page.wait_for_url("**/articles/dropped")
    page.go_back()
    page.get_by_role("button", name="Choose files").wait_for()
    for name in ("Ferry story 1", "Ferry story 2"):
        page.get_by_role("button", name=f"Remove “{name}”").click()
        page.locator("#confirm").get_by_role("button", name="Remove").click()
        told(page, f"Removed “{name}”.")


def test_an_upload_tells_how_far_it_is_and_one_that_is_cut_can_be_tried_again(open_library, line):
    page = open_library("library?sort=added")
    # Four bytes a character: more than the buffers on the way hold, and not longer than an article may be.
    large = STORY.format(7).replace("<head>", f"<head><!-- {'𝄞' * 1_900_000} -->")
    line.slow, line.cut_after = 0.02, 5_000_000
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files([file("large.html", large)])
    going = task(page, "large.html")
    going.get_by_text(re.compile(r"Sending, [1-9]\d* %")).wait_for()
    assert going.get_by_role("progressbar").count() == 1
    going.get_by_text("The connection broke").wait_for()
    told(page, "large.html: The connection broke")
    assert "Story 7" not in titles(page), "nothing of it was added"
    line.slow, line.cut_after = 0.0, 0
    going.get_by_role("button", name="Try large.html again").click()
    going.get_by_text("1 added").wait_for()
    page.locator(".row .headline").first.filter(has_text="Story 7").wait_for()
    assert page.request.delete(f"{page.url.partition('library')[0]}api/articles/large").status == 204


# ---- Adding addresses, and sources ------------------------------------------------------------------------------


def test_an_address_is_added_with_its_progress_synced_and_removed(open_library, site):
    page = open_library()
    feed = f"http://127.0.0.1:{site.server_port}/feed.xml"
    site.gate.clear()
    page.get_by_label("Address of a page, feed or sitemap").fill(feed)
    page.keyboard.press("Enter")
    task(page, feed).get_by_text(re.compile(r"Reading, \d of 3")).wait_for()
    other = open_library(beside=page)
    task(other, feed).get_by_text("Reading").wait_for()
    site.gate.set()
    for tab in (page, other):
        task(tab, feed).get_by_text("3 added").wait_for()
    source = page.locator(".source").filter(has_text=feed)
    source.get_by_text("3 new").wait_for()
    assert "Last read" in source.inner_text()
    assert page.input_value("#url") == ""
    source.get_by_role("button", name=f"Sync {feed} now").click()
    task(page, feed).filter(has_text=re.compile("Nothing has changed|unchanged")).wait_for()
    page.get_by_role("button", name="Clear what is done").click()
    assert page.locator("#work").is_hidden()
    source.get_by_role("button", name=f"Remove the source {feed}").click()
    assert "Its articles are removed too" in page.locator("#confirm").inner_text()
    page.keyboard.press("Escape")
    assert source.count() == 1, "Escape keeps it"
    source.get_by_role("button", name=f"Remove the source {feed}").click()
    page.locator("#confirm").get_by_role("button", name="Remove").click()
    task(page, feed).get_by_text("3 removed").wait_for()
    source.wait_for(state="detached")
    assert same_page(page)


def test_an_address_that_gives_nothing_says_why(open_library, site):
    page = open_library()
    nothing = f"http://127.0.0.1:{site.server_port}/nothing"
    page.fill("#url", nothing)
    page.get_by_role("button", name="Add", exact=True).click()
    task(page, nothing).get_by_text("Nothing could be read").wait_for()
    assert "404" in task(page, nothing).locator(".problems").inner_text()
    page.fill("#url", "file:///etc/passwd")
    page.get_by_role("button", name="Add", exact=True).click()
    told(page, "is neither http nor https")
    assert page.input_value("#url") == "file:///etc/passwd", "what was typed is kept"


def test_what_is_typed_while_an_address_is_sent_is_kept(open_library, site):
    page = open_library()
    held = []
    page.route(
        "**/library/jobs", lambda route: held.append(route) if route.request.method == "POST" else route.continue_()
    )
    first = f"http://127.0.0.1:{site.server_port}/nothing?first"
    page.fill("#url", first)
    with page.expect_request("**/library/jobs"):
        page.keyboard.press("Enter")
    page.fill("#url", "https://example.org/second")
    held[0].continue_()
    task(page, first).get_by_text("Nothing could be read").wait_for()
    assert page.input_value("#url") == "https://example.org/second"


def test_a_job_can_be_stopped(open_library, site):
    page = open_library()
    feed = f"http://127.0.0.1:{site.server_port}/feed.xml?again"
    site.gate.clear()
    page.fill("#url", f"http://127.0.0.1:{site.server_port}/story/1")
    page.keyboard.press("Enter")
    page.fill("#url", feed)
    page.keyboard.press("Enter")
    waiting = task(page, feed)
    waiting.get_by_text("Waiting its turn").wait_for()
    waiting.get_by_role("button", name=re.compile("^Stop reading")).click()
    waiting.get_by_text("Stopped").wait_for()
    site.gate.set()
    task(page, f"http://127.0.0.1:{site.server_port}/story/1").get_by_text("1 added").wait_for()
    page.locator(".source").filter(has_text="/story/1").get_by_role("button", name="Remove").click()
    page.locator("#confirm").get_by_role("button", name="Remove").click()
    page.locator(".task").get_by_text("1 removed").wait_for()


# ---- By keyboard, from another tab, and without a server --------------------------------------------------------


def test_by_keyboard_alone_a_file_is_found_chosen_and_removed(open_library):
    page = open_library()
    drop(page, file("keys.txt", ferry(3)))
    task(page, "keys.txt").get_by_text("1 added").wait_for()
    page.locator("#q").focus()
    page.keyboard.type("ferry story 3")
    shown(page, "1–1 of 1 found")
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.choose')"):
            break
    page.keyboard.press("Space")
    assert "1 article chosen" in page.locator("#chosen").inner_text()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "headline"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#confirm").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Keep", "the careful choice comes first"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.remove')"), "the focus is where it was"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    told(page, "Removed “Ferry story 3”.")
    shown(page, "No article has these words.")
    assert page.locator("#chosen").is_hidden(), "what is gone is not chosen"


def test_what_another_tab_has_removed_is_told(open_library):
    page = open_library("library?sort=added")
    drop(page, file("tabs.txt", ferry(4)))
    task(page, "tabs.txt").get_by_text("1 added").wait_for()
    row = page.locator(".row").filter(has_text="Ferry story 4")
    page.request.delete(f"{page.url.partition('library')[0]}api/articles/tabs")
    row.get_by_role("button", name="Remove").click()
    page.locator("#confirm").get_by_role("button", name="Remove").click()
    told(page, "“Ferry story 4” had been removed already.")
    row.wait_for(state="detached")


def test_a_server_that_does_not_answer_is_told_and_nothing_typed_is_lost(open_library, line):
    page = open_library()
    shown(page, "of 60")
    line.down()
    page.fill("#q", "lighthouse 5")
    told(page, "The server does not answer")
    page.fill("#url", "https://ledger.example/feed.xml")
    page.locator("#url").press("Enter")
    told(page, "The server does not answer")
    assert page.input_value("#url") == "https://ledger.example/feed.xml"
    drop(page, file("later.txt", ferry(5)))
    task(page, "later.txt").get_by_text("The connection broke").wait_for()
    line.up()
    task(page, "later.txt").get_by_role("button", name="Try later.txt again").click()
    task(page, "later.txt").get_by_text("1 added").wait_for()
    page.locator("#q").press("Enter")
    shown(page, "found")
    page.request.delete(f"{page.url.partition('library')[0]}api/articles/later")


# ---- For everybody ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_that_is_added_typed_or_named_runs(open_library, payload):
    page = open_library("library?sort=added")
    said = {"_id": payload, "title": payload, "text": f"The lighthouse {payload} is 31 metres tall, they said."}
    said["metadata"] = {"url": payload, "publisher": payload, "author": payload}
    drop(page, file(f"{payload}.jsonl", json.dumps(said)))
    page.locator(".task").filter(has_text="1 added").wait_for()
    page.locator(".row .headline").first.filter(has_text=payload).wait_for()
    assert payload in page.locator(".task .name").inner_text()
    page.locator(".choose").first.check()
    page.fill("#q", payload)
    page.locator("#q").press("Enter")
    page.wait_for_url("**q=**")
    page.fill("#url", payload)
    page.keyboard.press("Enter")
    page.locator(".task, #told.bad").last.wait_for()
    page.goto(page.url.partition("?")[0] + "?sort=added")
    page.locator(".remove").first.click()
    assert payload in page.locator("#confirm h2").inner_text()
    page.locator("#confirm").get_by_role("button", name="Remove").click()
    told(page, "Removed")
    assert page.locator(".library :is(img, svg, script)").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(open_library, scheme):
    page = open_library(color_scheme=scheme, viewport={"width": 1280, "height": 900})
    drop(page, file("axe.txt", ferry(6)), file("broken.pdf", "no pdf"))
    task(page, "broken.pdf").get_by_text("is not a PDF").wait_for()
    page.locator(".choose").first.check()
    page.wait_for_timeout(400)
    assert faults(page) == []
    page.locator(".remove").first.click()
    page.locator("#confirm").wait_for()
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.fill("#q", "unheardof")
    shown(page, "No article has these words.")
    page.wait_for_timeout(400)
    assert faults(page) == []
    page.request.delete(f"{page.url.partition('library')[0]}api/articles/axe")


def test_a_phone_shows_everything_without_scrolling_sideways(open_library):
    page = open_library("library?sort=added", viewport={"width": 390, "height": 844})
    wide = "Unbreakable" * 20
    drop(page, file(f"{wide}.jsonl", json.dumps({"_id": "wide", "title": wide, "text": f"{wide} is 31 metres tall."})))
    task(page, f"{wide}.jsonl").get_by_text("1 added").wait_for()
    page.locator(".row .headline").first.filter(has_text=wide).wait_for()
    page.locator(".choose").first.check()
    assert fits(page)
    page.locator(".remove").first.click()
    assert fits(page)
    page.locator("#confirm").get_by_role("button", name="Remove").click()
    told(page, "Removed")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de-DE", ("Bibliothek", "Dateien auswählen", "1–50 von 60 gefundenen", "1 Artikel ausgewählt", "Behalten")),
        ("es-ES", ("Biblioteca", "Elegir archivos", "1–50 de 60 encontrados", "1 artículo elegido", "Conservar")),
        ("zh-CN", ("文库", "选择文件", "找到 60 篇", "已选 1 篇文章", "保留")),
    ],
)
def test_the_library_speaks_the_browsers_language(open_library, language, words):
    page = open_library("library?q=report", locale=language, viewport={"width": 390, "height": 844})
    page.locator(".choose").first.check()
    page.locator(".remove").first.click()
    seen = page.locator("body").inner_text()
    for said in words:
        assert said in seen
    assert page.locator("html").get_attribute("lang") == language[:2]
    assert fits(page)
