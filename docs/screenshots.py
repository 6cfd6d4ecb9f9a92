"""Take the pictures that the README shows, from a real server on the sample articles: ``make screenshots``."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

DOCS = Path(__file__).parent
SAMPLES = DOCS.parent / "index" / "samples"
BYLINE = (sys.executable, "-m", "ui", "--data")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    # A page that is made up here counts as one of the internet, which would have to be allowed to reach this machine.
    "--disable-features=LocalNetworkAccessChecks",
)
ANSWERED = "Under whose licence was the SU7 first produced?"
DISPUTED = "Who will be the new harbour master?"
SILENT = "What does the SU7 cost?"


@contextmanager
def samples() -> Iterator[Path]:
    """A copy of the sample articles in a folder with a plain name, since the library shows where articles come from."""
    folder = shutil.copytree(SAMPLES, Path(tempfile.gettempdir(), "articles"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def served() -> Iterator[str]:
    """The address of a server on the sample articles."""
    with tempfile.TemporaryDirectory() as data, samples() as articles:
        subprocess.run([*BYLINE, data, "add", str(articles)], check=True)
        with subprocess.Popen([*BYLINE, data, "serve"], stdout=subprocess.PIPE, text=True) as server:
            try:
                yield next(found[0] for line in server.stdout or () if (found := re.search(r"http://\S+", line)))
            finally:
                server.terminate()


def ask(page: Page, question: str) -> None:
    """Ask and wait for the whole answer."""
    before = page.locator(".exchange").count()
    page.fill("#box textarea", question)
    page.press("#box textarea", "Enter")
    page.locator(".exchange").nth(before).locator(".tools").wait_for()
    page.locator(".suggestions a, .suggestions:empty").first.wait_for(state="attached")


def opened(browser: Browser, address: str, *, width: int, height: int, scheme: str) -> Page:
    """The chat in a fresh window."""
    page = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme).new_page()  # type: ignore[arg-type]
    page.goto(address)
    page.wait_for_selector(".greeting")
    page.wait_for_selector("#filter")
    return page


def take_library(browser: Browser, address: str) -> None:
    """Write docs/library.png."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(f"{address}/library")
    page.locator("#shelf .row").first.wait_for()
    page.screenshot(path=DOCS / "library.png")


def take_widget(browser: Browser, address: str) -> None:
    """Write docs/widget-*.png: the widget closed, open with an answer, inline, refused, and the page of its lines."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(f"{address}/widget/demo")
    page.locator("byline-chat .bubble").wait_for()
    page.screenshot(path=DOCS / "widget-closed.png")
    for number, name in enumerate(("inline", "open")):
        chat = page.locator("byline-chat").nth(number)
        if name == "open":
            chat.locator(".bubble").click()
        chat.locator("textarea").fill(ANSWERED)
        chat.locator("textarea").press("Enter")
        chat.locator("a.cite").first.hover()
        chat.get_by_role("tooltip").wait_for()
        page.screenshot(path=DOCS / f"widget-{name}.png")
    page.goto(f"{address}/widget/snippet")
    page.get_by_label("Title").fill("Ask the newsroom")
    page.screenshot(path=DOCS / "widget-snippet.png")
    # A page of another origin, which the demonstration's widget does not answer.
    script = f'<script src="{address}/widget.js" data-widget="demo" data-open defer></script>'
    elsewhere = f"<!doctype html><html lang=en><title>Elsewhere</title><body><h1>Another page</h1>{script}"
    page.route("http://localhost:9/", lambda route: route.fulfill(body=elsewhere, content_type="text/html"))
    page.goto("http://localhost:9/")
    page.locator("byline-chat .note").wait_for()
    page.screenshot(path=DOCS / "widget-refused.png")


def main() -> None:
    """Write docs/*.png."""
    chromium = shutil.which("chromium") or sys.exit("No chromium found; install it with: apt-get install chromium")
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for scheme in ("light", "dark"):
            page = opened(browser, address, width=1280, height=760, scheme=scheme)
            ask(page, ANSWERED)
            page.click(".statement a.cite")
            page.wait_for_selector("#source #cited")
            page.wait_for_timeout(500)
            page.screenshot(path=DOCS / f"answer-{scheme}.png")
        page = opened(browser, address, width=390, height=780, scheme="light")
        ask(page, ANSWERED)
        page.screenshot(path=DOCS / "phone.png")
        for name, question in (("disagreement", DISPUTED), ("silence", SILENT)):
            page = opened(browser, address, width=1000, height=840, scheme="light")
            ask(page, question)
            page.screenshot(path=DOCS / f"{name}.png")
        take_library(browser, address)
        take_widget(browser, address)


if __name__ == "__main__":
    main()
