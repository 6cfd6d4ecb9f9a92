"""The page of an article in a real browser: what was cited, after it has changed, and after it has gone."""

import json
import re
from urllib.parse import quote, urlencode, urlsplit

import pytest
from served import served

pytestmark = pytest.mark.browser
PATIENCE = 30_000
"""Milliseconds."""
FARE = "The harbour ferry will cost 4 euros from 1 June."
BENCHES = "\n\n".join(
    f"The island has {n} benches on street number {n}, painted by hand in green." for n in range(2, 40)
)
STORY = f"Ferry fare rises\n\nThe Ledger\n21 May 2024\n\n{BENCHES}\n\n{FARE} The council agreed to it on Monday."
ARABIC = "ارتفاع أجرة العبارة\n\nقال المجلس يوم الاثنين إن أجرة العبارة ستبلغ أربعة يورو اعتبارا من أول يونيو."
GERMAN = (
    "Die Fähre wird teurer\n\nDie Hafenfähre kostet ab dem ersten Juni vier Euro, sagte der Rat am Montag. "
    "Viele Menschen auf der Insel fahren jeden Tag mit ihr zur Arbeit und wieder nach Hause."
)
PAYLOADS = (
    "<img src=x onerror=alert(1)>",
    "</title><script>alert(2)</script>",
    '"><svg onload=alert(3)>',
    "javascript:alert(4)",
    "![x](http://evil.example/?q=5)",
    "{{constructor.constructor('alert(6)')()}}",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The address of a server of its own."""
    with served(tmp_path_factory.mktemp("served")) as server:
        yield server.address


@pytest.fixture
def visit(chromium, address):
    """Opens a page in a fresh profile; afterwards none may have asked elsewhere, shown a dialog or failed."""
    contexts, requests, troubles = [], [], []

    def visit(path: str, **options):
        context = chromium.new_context(**{"locale": "en-GB", **options})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("dialog", lambda dialog: (troubles.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: troubles.append(f"error {error}"))
        page.goto(f"{address}/{path}")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert {urlsplit(url).netloc for url in requests} <= {urlsplit(address).netloc}
    assert not troubles


@pytest.fixture
def keep(chromium, address):
    """Puts a file into the collection, and takes its article out again afterwards."""
    context, kept = chromium.new_context(), set()

    def keep(name: str, text: str) -> str:
        sent = {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
        reply = context.request.post(f"{address}/api/articles", multipart={"files": sent})
        assert reply.ok, reply.text()
        changed = reply.json()
        (article,) = changed["added"] + changed["updated"] + changed["unchanged"]
        kept.add(article)
        return article

    yield keep
    for article in kept:
        context.request.delete(f"{address}/api/articles/{quote(article, safe='')}")
    context.close()


def cited(page, address: str, question: str) -> str:
    """The link of the answer's first citation, as the answer's own words give it."""
    answer = page.request.get(f"{address}/api/ask", params={"question": question}).json()
    one = answer["citations"][0]
    start, end = answer["statements"][0]["span"]
    mark = f"{one['start'] + start}-{one['start'] + end}"
    query = {"version": one["version"], "start": one["start"], "end": one["end"], "mark": mark}
    return f"articles/{quote(one['article_id'], safe='')}?{urlencode(query)}#cited"


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")


def faults(page) -> list[str]:
    """What axe finds on the page as it stands."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415

    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['help']}; {node['html'][:160]}" for one in found for node in one["nodes"]]


def test_a_citations_page_opens_at_the_marked_sentence(visit, keep, address):
    keep("ferry.txt", STORY)
    page = visit("library")
    page.goto(f"{address}/{cited(page, address, 'What will the harbour ferry cost?')}")
    mark = page.locator("mark#cited")
    assert mark.inner_text() == FARE
    assert "4 euros" in mark.locator("strong").inner_text()
    box = mark.bounding_box()
    assert 0 < box["y"] < page.viewport_size["height"], "scrolled to it"
    assert page.locator(".notice").count() == 0
    assert "ferry" not in page.locator(".facts").inner_text(), "an upload's place on the disk tells nobody anything"
    page.get_by_role("link", name="Library").click()
    page.wait_for_url("**/library")


def test_a_changed_articles_old_citation_shows_the_old_version_and_leads_to_the_new(visit, keep, address):
    keep("ferry.txt", STORY)
    page = visit("library")
    old = cited(page, address, "What will the harbour ferry cost?")
    keep("ferry.txt", STORY.replace("4 euros", "5 euros"))
    page.goto(f"{address}/{old}")
    assert page.locator("mark#cited").inner_text() == FARE
    assert "An earlier version, replaced on" in page.locator(".notice").inner_text()
    assert "It no longer has the cited sentence." in page.locator(".notice").inner_text()
    page.get_by_role("link", name="Read the present version").click()
    page.get_by_text("5 euros").wait_for()
    assert page.locator("mark, .notice").count() == 0
    keep("ferry.txt", "Correction\n\n" + STORY.partition("\n\n")[2])
    page.goto(f"{address}/{old}")
    page.get_by_text("It still has the cited sentence.").wait_for()
    page.get_by_role("link", name="Read the present version").click()
    page.wait_for_url(re.compile("#cited"))
    assert page.locator("mark#cited").inner_text() == FARE
    assert "4 euros" in page.locator("mark#cited strong").inner_text()
    assert page.locator(".notice").count() == 0


def test_a_removed_articles_citation_says_so_and_keeps_the_quote(visit, keep, address):
    article = keep("ferry.txt", STORY)
    page = visit("library")
    old = cited(page, address, "What will the harbour ferry cost?")
    page.request.delete(f"{address}/api/articles/{article}")
    assert page.goto(f"{address}/{old}").status == 410
    assert page.get_by_role("heading").inner_text() == "This article was removed"
    assert page.locator("blockquote mark").inner_text() == FARE
    assert "benches" not in page.locator("main").inner_text()
    assert faults(page) == []


def test_a_link_that_does_not_fit_says_so_and_marks_nothing(visit, keep):
    keep("ferry.txt", STORY)
    page = visit("articles/ferry?start=3&end=20#cited")
    assert page.locator("mark").count() == 0
    assert "The cited place is not to be found" in page.locator(".notice").inner_text()


def test_the_interface_has_its_language_and_the_article_its_own(visit, keep):
    article = keep("abbara.txt", ARABIC)
    page = visit(
        f"articles/{quote(article)}?version=0123456789abcdef", locale="de-DE", viewport={"width": 390, "height": 844}
    )
    assert page.locator("html").get_attribute("lang") == "de"
    assert "nicht mehr aufbewahrt" in page.locator(".notice").inner_text()
    for words in ("h1", ".text p"):
        assert page.locator(words).first.evaluate("text => getComputedStyle(text).direction") == "rtl"
    assert page.locator("body").evaluate("body => getComputedStyle(body).direction") == "ltr"
    page.goto(page.url.replace(quote(article), quote(keep("faehre.txt", GERMAN))))
    assert page.locator("h1").get_attribute("lang") == "de"
    assert "Deutsch" in page.locator(".facts").inner_text()
    assert faults(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_a_phone_shows_all(visit, keep, address, scheme):
    keep("ferry.txt", STORY)
    page = visit("library", color_scheme=scheme, viewport={"width": 390, "height": 844})
    old = cited(page, address, "What will the harbour ferry cost?")
    page.goto(f"{address}/{old}")
    assert faults(page) == []
    keep("ferry.txt", STORY.replace("4 euros", "5 euros") + "\n\n" + "Unbreakable" * 30)
    for place in (old, "articles/ferry"):
        page.goto(f"{address}/{place}")
        assert faults(page) == []
        assert fits(page)
    page.keyboard.press("Tab")
    seen = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert seen == "solid", "who uses the keyboard sees where they are"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_in_an_article_runs(visit, keep, payload):
    line = {"_id": payload, "title": payload, "text": f"The lighthouse {payload} is 31 metres tall."}
    line["metadata"] = {"url": payload, "publisher": payload, "author": payload}
    article = keep("evil.jsonl", json.dumps(line))
    page = visit(f"articles/{quote(article, safe='')}")
    assert page.get_by_role("heading").inner_text() == payload
    assert f"The lighthouse {payload} is 31 metres tall." in page.locator(".text").inner_text()
    assert page.locator("article :is(img, svg, script)").count() == 0
    assert page.locator("article a").count() == 0
