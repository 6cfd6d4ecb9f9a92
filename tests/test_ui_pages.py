"""The page of an article, and what a citation's link still shows after the article has changed or gone."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from fastapi.testclient import TestClient

from assistant.answers import Citation
from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from index.articles import Article, Metadata
from ui.cited import Cited
from ui.render import source_path
from ui.server import create_api
from ui.widgets.registry import Registry, Widget

SAID = Metadata(
    "Ferry fare rises",
    "https://ledger.example/ferry",
    date(2024, 5, 21),
    "Ida Brandt",
    "The Ledger",
    date(2024, 5, 22),
    "en",
)
FIRST = (
    "The harbour ferry will cost 4 euros from 1 June. The council agreed to the new fare on Monday.\n\nIt sails hourly."
)
FERRY = Article("ferry", FIRST, SAID, "/home/ida/private/ferry.txt")
LATER = replace(FERRY, text="Correction.\n\n" + FIRST.replace("4 euros", "5 euros"))
FARE = "The harbour ferry will cost 4 euros from 1 June."
COUNCIL = "The council agreed to the new fare on Monday."
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title><svg onload=alert(1)>",
    "{{ 7*7 }}${7*7}#{7*7}",
    "javascript:alert(1)",
    "![x](http://evil.example/?q=1)",
    "\u202egnp.exe\u202c <b>",
]


@pytest.fixture
def collection(tmp_path):
    with open_collection(Settings(data=tmp_path / "data"), write=True, purpose="test") as collection:
        yield collection


@pytest.fixture
def client(collection, tmp_path):
    settings = Settings(data=tmp_path / "data")
    app = create_api(collection, build_assistant(collection, settings), settings)
    with TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False) as client:
        yield client


def link(collection, sentence: str, *, mark: str = "", version: str | None = None) -> str:
    """The link of a citation of the sentence in the article as it is now."""
    text = collection.article("ferry").text
    start = text.index(sentence)
    at = text.index(mark, start) if mark else 0
    marked = f"&mark={at}-{at + len(mark)}" if mark else ""
    version = collection.digest("ferry")[:16] if version is None else version
    return f"/articles/ferry?version={version}&start={start}&end={start + len(sentence)}{marked}"


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def marked(page: str) -> list[str]:
    return re.findall(r"<mark[^>]*>(.*?)</mark>", page, re.DOTALL)


def test_a_citation_leads_to_its_sentence_with_the_answer_marked_in_it(client, collection):
    collection.add([FERRY])
    page = client.get(link(collection, FARE, mark="4 euros"))
    assert page.status_code == 200
    assert marked(page.text) == ["The harbour ferry will cost <strong>4 euros</strong> from 1 June."]
    for said in ("Ferry fare rises", "By Ida Brandt", "The Ledger, 21 May 2024", "updated 22 May 2024", "English"):
        assert said in words_of(page.text)
    assert 'href="https://ledger.example/ferry"' in page.text


def test_an_answer_names_the_version_it_was_read_from(client, collection):
    collection.add([FERRY])
    answer = client.get("/api/ask", params={"question": "What will the harbour ferry cost?"}).json()
    cited = answer["citations"][0]
    assert collection.digest("ferry").startswith(cited["version"])
    assert len(cited["version"]) == 16


def test_where_files_lie_on_the_server_is_not_shown(client, collection):
    collection.add([FERRY])
    page = client.get("/articles/ferry").text
    assert "ferry.txt" in page
    assert "private" not in page


def test_after_a_change_the_citation_still_shows_what_was_cited_and_says_so(client, collection):
    collection.add([FERRY])
    old = link(collection, FARE, mark="4 euros")
    collection.add([LATER])
    page = client.get(old).text
    assert marked(page) == ["The harbour ferry will cost <strong>4 euros</strong> from 1 June."]
    today = datetime.now(UTC)
    assert f"An earlier version, replaced on {today.day} {today:%B %Y}" in page
    assert "It no longer has the cited sentence." in page
    present = client.get("/articles/" + re.search(r'<a href="([^"]+)">Read the present version', page)[1]).text
    assert "5 euros" in present
    assert not marked(present)
    assert 'role="note"' not in present


def test_an_older_version_leads_to_where_the_sentence_stands_now(client, collection):
    collection.add([FERRY])
    old = link(collection, COUNCIL, mark="Monday")
    collection.add([LATER])
    page = client.get(old).text
    assert "It still has the cited sentence." in page
    href = re.search(r'<a href="([^"]+)">Read the present version', page)[1].replace("&amp;", "&")
    now = client.get("/articles/" + href).text
    assert marked(now) == ["The council agreed to the new fare on <strong>Monday</strong>."]


def test_a_version_that_is_not_kept_any_more_marks_nothing_in_the_present_one(client, collection):
    collection.add([FERRY])
    page = client.get(link(collection, FARE, version="0" * 16)).text
    assert not marked(page)
    assert "The version that was cited is not kept any more." in page
    assert "4 euros" in page


@pytest.mark.parametrize(("start", "end"), [(3, 20), (0, 9_999), (40, 2), (-5, 10), (5, 5), (10**12, 10**12 + 4)])
def test_a_place_that_does_not_fit_the_text_is_told_and_nothing_marked(client, collection, start, end):
    collection.add([FERRY])
    page = client.get(f"/articles/ferry?start={start}&end={end}")
    assert page.status_code == 200
    assert not marked(page.text)
    assert "The cited place is not to be found in this text" in page.text


def test_a_link_without_a_version_marks_whole_sentences_of_the_present_text(client, collection):
    collection.add([FERRY])
    page = client.get(link(collection, FARE, version="")).text
    assert marked(page) == [FARE]


def test_a_removed_article_says_so_and_shows_the_cited_sentence_alone(client, collection):
    collection.add([FERRY])
    old = link(collection, COUNCIL)
    collection.remove("ferry")
    page = client.get(old)
    assert page.status_code == 410
    assert "This article was removed" in page.text
    assert "Ferry fare rises" in page.text
    assert marked(page.text) == [COUNCIL]
    assert "4 euros" not in page.text, "of what was removed, only the quote"


def test_an_article_of_which_nothing_is_known_is_told(client):
    page = client.get("/articles/nobody?version=0123456789abcdef&start=1&end=3")
    assert page.status_code == 404
    assert "This article is not here" in page.text


@pytest.mark.parametrize(
    "query", ["version=%25", "version=' OR 1 --", "mark=1-", "mark=9-2", "mark=-1--1", "version=" + "f" * 5000]
)
def test_no_query_breaks_the_page(client, collection, query):
    collection.add([FERRY])
    assert client.get(f"/articles/ferry?{query}&start=0&end=48").status_code == 200


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_of_an_article_becomes_markup_in_any_state_of_the_page(client, collection, hostile):
    said = Metadata(hostile, hostile, date(2024, 5, 21), hostile, hostile, None, "en")
    one = Article("ferry", f"One says {hostile} here. Two.", said, f"/x/{hostile}#{hostile}")
    collection.add([one])
    version = collection.digest("ferry")
    query = f"?version={version}&start=0&end=5"
    pages = [client.get(f"/articles/ferry{query}").text]
    collection.add([replace(one, text=f"Another one says {hostile}. Two.")])
    pages.append(client.get(f"/articles/ferry{query}").text)
    collection.remove("ferry")
    pages.append(client.get(f"/articles/ferry{query}").text)
    for page in pages:
        assert re.findall(r"<(script|img|svg|b)\b[^>]*", page) == ["script"], "our own"
        assert 'href="javascript' not in page
        assert "49" not in words_of(page)


@pytest.mark.parametrize(
    ("language", "day", "line"),
    [
        ("de-AT,de;q=0.9", "22. Mai 2024", "Dies ist"),
        ("es", "22 de mayo de 2024", "ya no se conserva"),
        ("zh-CN", "2024年5月22日", "不再保留"),
        ("xx", "22 May 2024", "not kept any more"),
    ],
)
def test_the_page_speaks_the_browsers_language_and_the_article_keeps_its_own(client, collection, language, day, line):
    collection.add([FERRY])
    page = client.get(link(collection, FARE, version="0" * 16), headers={"accept-language": language}).text
    spoken = language[:2] if language != "xx" else "en"
    assert f'<html lang="{spoken}">' in page
    assert '<h1 dir="auto" lang="en">' in page
    assert day in page
    assert line in page


def test_every_address_of_the_page_is_relative_to_it(client, collection):
    collection.add([FERRY])
    old = link(collection, FARE)
    collection.add([LATER])
    page = client.get(old).text
    for address in re.findall(r'(?:href|src)="([^"]*)"', page):
        assert address == "ferry" or address.startswith(("../", "ferry?", "https://ledger.example/"))


def test_a_widgets_visitors_see_the_cited_version_and_no_way_into_the_server(client, collection, tmp_path):
    collection.add([FERRY])
    widget = Registry(tmp_path / "data").create(Widget("", "Intranet", ("https://intranet.example",)))
    old = f"/widget/{widget.id}" + link(collection, FARE, mark="4 euros")
    collection.add([LATER])
    page = client.get(old)
    assert marked(page.text) == ["The harbour ferry will cost <strong>4 euros</strong> from 1 June."]
    assert "An earlier version" in page.text
    assert 'href="../../../static/byline/byline.css"' in page.text
    assert "library" not in page.text
    collection.remove("ferry")
    assert client.get(old).status_code == 410


def test_a_widget_shows_nothing_of_a_removed_article_outside_its_scope(client, collection, tmp_path):
    collection.add([FERRY])
    wanted = Widget("", "Intranet", ("https://intranet.example",), sources=("/home/other/",))
    widget = Registry(tmp_path / "data").create(wanted)
    old = f"/widget/{widget.id}" + link(collection, COUNCIL)
    assert client.get(old).status_code == 404
    collection.remove("ferry")
    assert client.get(old).status_code == 404
    assert "council" not in client.get(old).text


def test_the_same_words_are_found_at_their_new_place():
    moved = Cited("a/b", "1" * 16, 10, 20, "12-15").moved(110, "2" * 16)
    assert moved.sentence == (110, 120)
    assert moved.marked == (112, 115)
    assert moved.beside == f"a%2Fb?version={'2' * 16}&start=110&end=120&mark=112-115#cited"


def test_a_citations_link_names_its_version():
    cited = Citation(1, "ferry", "T", None, None, None, "x", 1, 2, "0123456789abcdef")
    assert "version=0123456789abcdef" in source_path(cited)
    assert "version" not in source_path(replace(cited, version=""))
