"""The chat in a real browser, served by a real process, with nothing reaching beyond this machine."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ROOT = Path(__file__).parent.parent
if not CHROMIUM:
    pytest.skip(
        "browser tests skipped: no chromium found; install it with: apt-get install chromium", allow_module_level=True
    )
pytestmark = pytest.mark.browser
FLAGS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync "
    "--no-first-run"
)
STORY = (
    "Ferry fare rises\n\nThe Ledger\n21 May 2024\n\n"
    "The harbour ferry will cost 4 euros from 1 June. The council agreed to the new fare on Monday.\n\n"
    "Some 12,000 people take the ferry each day, and most of them live on the island.\n\n"
    + "\n\n".join(
        f"The island has {n} benches on street number {n}, painted by hand in a warm shade of green."
        for n in range(2, 40)
    )
)
HOSTILE = {
    "_id": "evil",
    "title": "<img src=x onerror=alert(1)> Lighthouse",
    "text": "The lighthouse <script>alert(2)</script> is 31 metres tall. ![x](http://evil.example/?q=1)",
    "metadata": {"url": "javascript:alert(3)", "publisher": "<svg onload=alert(4)>"},
}
# Runs the server with an audit hook that writes down every look-up and connection beyond this machine.
SERVER = """
import sys
def watch(event, args):
    if event in ("socket.getaddrinfo", "socket.connect", "socket.gethostbyname"):
        target = args[1] if event == "socket.connect" else args[0]
        host = target[0] if isinstance(target, tuple) else target
        if host and str(host) not in ("127.0.0.1", "localhost", "::1", "0.0.0.0") and not str(host).startswith("/"):
            with open(sys.argv[1], "a") as log:
                print(event, target, file=log)
sys.addaudithook(watch)
from ui.cli import main
main(sys.argv[2:])
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A served collection: its address, and the file in which requests to elsewhere are written down."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "ferry.txt").write_text(STORY)
    (folder / "evil.jsonl").write_text(json.dumps(HOSTILE))
    log, data = folder / "outside.log", str(folder / "data")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "BYLINE_DATA": data, "HOME": str(folder)}
    add = [sys.executable, "-m", "ui", "add", str(folder / "ferry.txt"), str(folder / "evil.jsonl")]
    subprocess.run(add, env=environment, cwd=folder, check=True, capture_output=True, timeout=120)
    command = [sys.executable, "-c", SERVER, str(log), "serve", "--port", "48620"]
    with subprocess.Popen(command, env=environment, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        address = next((found[0] for line in process.stdout if (found := re.search(r"http://\S+", line))), None)
        assert address, "the server did not start"
        yield address, log
        process.terminate()
        process.stdout.read()


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  not needed where no browser is

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture
def open_chat(chromium, server):
    """Opens the chat in a fresh profile; afterwards no page may have asked elsewhere, shown a dialog or failed."""
    address, _ = server
    contexts, requests, troubles = [], [], []

    def open_(**options):
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("dialog", lambda dialog: (troubles.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: troubles.append(f"error {error}"))
        page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
        page.goto(address)
        page.wait_for_selector(".greeting", timeout=60_000)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert {urlsplit(url).netloc for url in requests if not url.startswith(("data:", "blob:"))} == {
        urlsplit(address).netloc
    }
    assert not troubles


def ask(page, question: str) -> None:
    before = page.locator(".bot-row").count()
    page.fill("#box textarea", question)
    page.press("#box textarea", "Enter")
    page.locator(".bot-row").nth(before).locator(".sources, .silence, .notice").first.wait_for(timeout=30_000)


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")


def test_a_click_on_a_number_opens_the_article_at_the_highlighted_sentence(open_chat):
    page = open_chat(viewport={"width": 1440, "height": 900})
    ask(page, "What will the harbour ferry cost?")
    link = page.locator(".statement a.cite").first
    assert link.inner_text() == "[1]"
    assert "Ferry fare rises" in link.get_attribute("title")
    link.click()
    cited = page.locator("#source mark#cited")
    cited.wait_for()
    assert cited.inner_text() == "The harbour ferry will cost 4 euros from 1 June."
    assert cited.locator("strong").inner_text() == page.locator(".answer mark").inner_text()
    assert page.url.rstrip("/").count("/") == 2, "the chat is still there"
    box = cited.bounding_box()
    assert box["x"] > 700
    assert 0 < box["y"] < 900
    page.keyboard.press("Escape")
    assert page.locator("#source").is_hidden()
    assert link.evaluate("link => link === document.activeElement")


def test_the_link_leads_to_a_page_of_its_own(open_chat):
    page = open_chat()
    ask(page, "What will the harbour ferry cost?")
    with page.context.expect_page() as opened:
        page.locator(".statement a.cite").first.click(modifiers=["Control"])
    opened.value.wait_for_selector("mark#cited")
    assert "/articles/ferry?" in opened.value.url


def test_the_keyboard_alone_will_do(open_chat):
    page = open_chat()
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.keyboard.type("What will the harbour ferry cost?")
    page.keyboard.press("Enter")
    page.locator(".sources").wait_for(timeout=30_000)
    page.locator(".statement a.cite").first.focus()
    page.keyboard.press("Enter")
    page.locator("#source mark#cited").wait_for()
    assert page.evaluate("document.activeElement.id") == "source"


def test_an_example_is_asked_and_a_new_conversation_starts_empty(open_chat):
    page = open_chat()
    page.locator(".example").first.click()
    page.locator(".bot-row").locator(".sources, .silence").first.wait_for(timeout=30_000)
    page.click("#fresh")
    page.wait_for_selector(".greeting")
    assert page.locator(".bot-row").count() == 0


def test_silence_looks_different_and_offers_what_is_nearest(open_chat):
    page = open_chat()
    ask(page, "Who won the chess final in Oslo?")
    assert page.locator(".silence").count() == 1
    assert page.locator(".answer").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_browsers_scheme_is_followed_and_can_be_turned(open_chat, scheme):
    page = open_chat(color_scheme=scheme)

    def dark() -> bool:
        red = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/)[0]")
        return float(red) < 80

    assert dark() == (scheme == "dark")
    page.click("#theme")
    assert dark() == (scheme != "dark")
    page.reload()
    page.wait_for_selector(".greeting")
    assert dark() == (scheme != "dark"), "the choice is remembered"


def test_a_phone_shows_everything_without_scrolling_sideways(open_chat):
    page = open_chat(viewport={"width": 390, "height": 844}, has_touch=True)
    assert fits(page)
    ask(page, "What will the harbour ferry cost?")
    assert fits(page)
    page.locator(".statement a.cite").first.tap()
    page.locator("#source mark#cited").wait_for()
    assert fits(page)
    assert page.locator("#source").bounding_box()["width"] == 390
    page.locator("#source button").tap()
    assert page.locator("#source").is_hidden()
    page.get_by_role("tab", name="Articles").tap()
    page.locator("ul.articles").wait_for()
    assert fits(page)


def test_a_chosen_file_is_added_and_can_be_asked(open_chat, tmp_path):
    page = open_chat()
    (tmp_path / "library.txt").write_text(
        "Library opens on Sundays\n\nThe town library will open on Sundays from 7 July."
    )
    page.get_by_role("tab", name="Articles").click()
    page.set_input_files("#drop input[type=file]", tmp_path / "library.txt")
    page.locator("#result .notice").wait_for(timeout=30_000)
    assert "1 added" in page.locator("#result").inner_text()
    assert "Library opens on Sundays" in page.locator("#listed").inner_text()
    page.get_by_role("tab", name="Ask").click()
    ask(page, "When will the town library open on Sundays?")
    assert "7 July" in page.locator(".answer").inner_text()


def test_a_dropped_file_is_added(open_chat):
    page = open_chat()
    page.get_by_role("tab", name="Articles").click()
    story = "Mill reopens\n\nThe old mill reopens in May after two years of work on its roof."
    dropped = page.evaluate_handle(
        "story => { const data = new DataTransfer(); data.items.add(new File([story], 'mill.txt')); return data; }",
        story,
    )
    page.locator("#drop button").first.dispatch_event("drop", {"dataTransfer": dropped})
    page.locator("#result .notice").wait_for(timeout=30_000)
    assert "1 added" in page.locator("#result").inner_text()
    assert "Mill reopens" in page.locator("#listed").inner_text()


def test_a_hostile_article_and_question_stay_text(open_chat):
    page = open_chat()
    ask(page, "How tall is the lighthouse?")
    assert "<script>alert(2)</script>" in page.locator(".answer .statement").inner_text()
    page.locator(".statement a.cite").first.click()
    page.locator("#source mark#cited").wait_for()
    assert "<img src=x" in page.locator("#source h1").inner_text()
    assert page.locator("#source a[href^='javascript']").count() == 0
    ask(page, "<img src=x onerror=alert(5)> **bold** [x](javascript:alert(6))")
    assert "**bold** [x](javascript:alert(6))" in page.locator(".question").last.inner_text()
    page.get_by_role("tab", name="Articles").click()
    assert "<img src=x" in page.locator("#listed").inner_text()
    assert page.locator("#conversation img, #source img, #listed img").count() == 0


def test_the_server_reached_for_nothing_outside(server):
    _, log = server
    assert not log.exists(), log.read_text()
