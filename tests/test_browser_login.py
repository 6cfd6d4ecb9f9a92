"""Logging in and out in a real browser, by mouse and by keyboard alone."""

import re

import pytest
from served import served

from ui.access.accounts import Accounts
from ui.words import LANGUAGES, texts

pytestmark = pytest.mark.browser
PASSWORD = "four plain words here"
PATIENCE = 60_000


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a served collection that anna owns and ben reads."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "ferry.txt").write_text("Ferry fare rises\n\nThe harbour ferry will cost 4 euros from 1 June.\n")
    for name, role in (("anna", "owner"), ("ben", "reader")):
        Accounts(folder / "data").add(name, PASSWORD, role=role)
    with served(folder, "--auth", "password", add=["ferry.txt"]) as server:
        yield server.address


@pytest.fixture
def open_page(chromium):
    """A page of a browser of its own, of which every complaint is kept."""
    contexts = []

    def opened(**given):
        context = chromium.new_context(**given)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
        return page

    yield opened
    for context in contexts:
        context.close()


def findings(page) -> list[str]:
    """What axe finds wrong with the page."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    return [found["id"] for found in axe.Axe().run(page).response["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wrong_with_the_login_page_for_anybody(server, open_page, scheme):
    page = open_page(color_scheme=scheme, viewport={"width": 390, "height": 700})
    page.goto(f"{server}/")
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.fill("#name", "ben")
    page.fill("#password", "not the password")
    page.click(".login button")
    page.wait_for_selector("[role=alert]")
    assert findings(page) == []
    assert page.evaluate("document.activeElement.id") == "password", "the name is kept, the password typed again"
    assert page.input_value("#name") == "ben"
    assert page.input_value("#password") == ""
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server}/")
    page.goto(f"{server}/login")
    assert findings(page) == []


def test_by_keyboard_in_and_out_again_and_back_to_where_it_went(server, open_page):
    page = open_page()
    page.goto(f"{server}/library?sort=title")
    assert "/login?next=" in page.url
    page.wait_for_selector("#name:focus")
    page.keyboard.type("anna")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server}/library?sort=title")
    assert page.context.cookies()[0]["httpOnly"]
    assert "byline" not in page.evaluate("document.cookie")
    page.goto(f"{server}/login")
    assert "anna" in page.inner_text("main")
    page.focus(".login button")
    page.keyboard.press("Enter")
    page.wait_for_selector("#password")
    page.go_back()
    page.goto(f"{server}/library")
    assert "/login" in page.url
    assert not [said for said in page.complaints if "Content Security Policy" in said]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_the_browsers_language(server, open_page, language):
    page = open_page(locale=language)
    page.goto(f"{server}/login")
    assert page.get_attribute("html", "lang") == language
    assert page.inner_text("h1") == texts("access")["title"][language]


def test_every_text_is_there_in_every_language():
    for key, said in texts("access").items():
        assert set(said) == set(LANGUAGES), key
        assert len({tuple(sorted(re.findall(r"{\w+}", text))) for text in said.values()}) == 1, key


@pytest.mark.parametrize("typed", ["<img src=x onerror=alert(1)>", '"><script>alert(1)</script>', "{{7*7}}"])
def test_what_is_typed_is_shown_as_text(server, open_page, typed):
    page = open_page()
    page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    page.goto(f"{server}/login")
    page.evaluate("document.querySelectorAll('input').forEach(input => input.removeAttribute('maxlength'))")
    page.fill("#name", typed)
    page.fill("#password", "x")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    assert page.input_value("#name") == typed
    assert page.locator("main img, main script").count() == 0
    page.goto(f"{server}/login?next={typed.replace('#', '')}")
    assert page.locator("main img, main script").count() == 0


def test_a_reader_asks_in_the_chat_and_is_led_to_the_login_page_when_the_session_has_ended(server, open_page):
    page = open_page()
    page.goto(f"{server}/")
    page.fill("#name", "ben")
    page.fill("#password", PASSWORD)
    page.click(".login button")
    page.fill("#box textarea", "What will the harbour ferry cost?")
    page.keyboard.press("Enter")
    page.wait_for_selector("#conversation a.cite")
    assert "4 euros" in page.inner_text("#conversation")
    page.context.clear_cookies()
    page.fill("#box textarea", "And when?")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/login"))
