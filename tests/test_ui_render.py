from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answers import Answer, Citation, Conflict, Statement
from index.articles import Article, Metadata
from ui.pages import Pages, templates
from ui.render import (
    answer_html,
    article_path,
    articles_html,
    confidence,
    notice_html,
    paragraphs,
    partial_html,
    question_html,
    readable,
    source_path,
    web_link,
)

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<svg onload=alert(1)>",
    "[click](javascript:alert(1))",
    "![x](http://evil.example/?q=1)",
    "{{ 7 * 7 }} {% raw %} ${7*7} <%= 7 %>",
    "\n\n<iframe src=//evil.example></iframe>",
    "\r\r# heading\r\r<b>bold</b>",
    "&lt;script&gt; &#60;b&#62;",
    "</p></div></article><form action=//evil.example>",
]
OURS = {
    *("div", "p", "sup", "a", "mark", "ul", "li", "span", "h2", "em", "code"),
    *("html", "head", "meta", "title", "link", "script", "body", "nav", "main", "article", "header", "h1", "strong"),
}


class Seen(HTMLParser):
    """The tags, attributes and text that a browser would make of the HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data


def cited(quote: str = "It rained 12 mm in May.", **changes) -> Citation:
    values = {"title": "Rain", "url": None, "published": date(2024, 5, 31), "publisher": "The Ledger"} | changes
    return Citation(1, "rain", quote=quote, start=40, end=40 + len(quote), **values)


def answered(citation: Citation, span: tuple[int, int] | None = None, **changes) -> Answer:
    return Answer("How much rain?", (Statement(citation.quote, (1,), span),), (citation,), 0.95, **changes)


def assert_harmless(html: str) -> Seen:
    seen = Seen(html)
    assert set(seen.tags) <= OURS
    assert not [name for name, _ in seen.attributes if name.startswith("on") or name == "style"]
    assert all(
        (value or "").startswith(("/", "https://", "http://")) for name, value in seen.attributes if name == "href"
    )
    return seen


def test_a_statement_shows_its_span_and_a_link_to_the_cited_sentence():
    html = answer_html(answered(cited(), span=(10, 15)))
    assert "It rained <mark>12 mm</mark> in May." in html
    assert 'href="/articles/rain?start=40&amp;end=63&amp;mark=50-55#cited"' in html
    assert "Rain · The Ledger, 31 May 2024 — “It rained 12 mm in May.”" in html


def test_a_span_of_a_statement_in_other_words_is_looked_for_in_the_quote():
    statement = Statement("There were 12 mm of rain.", (1,), (11, 16))
    assert "mark=50-55" in source_path(cited(), statement)
    assert "mark" not in source_path(cited("It rained a lot."), statement)


def test_a_refusal_gives_its_reason_and_offers_the_nearest_sentences():
    refusal = Answer("Snow?", (), (), 0.1, abstained=True, reason="No article mentions snow.", nearest=(cited(),))
    html = answer_html(refusal)
    assert "No article mentions snow." in html
    assert "“It rained 12 mm in May.”" in html
    assert 'class="answer"' not in html


def test_a_conflict_shows_both_sides_with_their_dates():
    sides = (cited(), Citation(2, "b", "B", None, date(2024, 6, 2), "The Post", "It rained 15 mm in May.", 0, 23))
    answer = Answer("?", (), sides, 0.9, conflicts=(Conflict((1, 2), "Two articles differ."),))
    html = answer_html(answer)
    assert "Two articles differ." in html
    assert "The Ledger, 31 May 2024" in html
    assert "The Post, 2 June 2024" in html
    assert "15 mm" in html


def test_an_answer_that_has_not_begun_says_so():
    assert "Reading the articles" in partial_html((), ())
    assert "Reading the articles" not in partial_html([Statement("A.", (1,), None)], [cited()])


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_in_an_answer_becomes_markup(hostile):
    citation = cited(hostile, title=hostile, publisher=hostile, url=hostile)
    both = answered(citation, span=(2, 8), conflicts=(Conflict((1,), hostile),))
    refusal = Answer(hostile, (), (), 0, abstained=True, reason=hostile, nearest=(citation,))
    listed = articles_html([(hostile, Metadata(hostile, publisher=hostile))])
    for html in (answer_html(both), answer_html(refusal), question_html(hostile), notice_html(hostile), listed):
        seen = assert_harmless(html)
        assert " ".join(hostile.split()) in " ".join(seen.text.split())
        assert not set(html) & set("\r\n"), "a line break would end the block that Markdown leaves alone"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_in_an_article_becomes_markup(hostile):
    metadata = Metadata(hostile, url=hostile, author=hostile, publisher=hostile)
    page = Pages(None, templates()).page(Article("a", f"One.\n\n{hostile}", metadata, "a.txt"), (0, 4), (1, 2))
    seen = assert_harmless(page)
    assert hostile.strip().split()[0] in seen.text
    assert seen.tags.count("script") == 1, "our own, from /static"


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JaVaScRiPt://x/%0aalert(1)", "data:text/html,x", "file:///etc/passwd", "//evil", "", None],
)
def test_only_addresses_of_the_web_become_links(url):
    assert web_link(url) is None


def test_a_web_address_becomes_a_link():
    assert web_link("https://ledger.example/a?b=1") == "https://ledger.example/a?b=1"
    assert web_link("http://[broken") is None


def test_an_id_with_any_character_makes_one_path_segment():
    assert article_path("a/b?c#d e") == "/articles/a%2Fb%3Fc%23d%20e"


def test_the_cited_sentence_is_marked_where_it_stands():
    article = Article("a", "First one. Then two.\n\nThird.", Metadata("T"), "a")
    first, second = paragraphs(article, (11, 20), (16, 19))
    assert (first.before, first.lead, first.span, first.tail, first.after) == ("First one. ", "Then ", "two", ".", "")
    assert second.before + second.after == "Third."
    assert not second.cited


@given(
    st.text("ab \n", max_size=40),
    st.tuples(st.integers(-5, 60), st.integers(-5, 60)),
    st.tuples(st.integers(-5, 60), st.integers(-5, 60)),
)
def test_whatever_is_marked_no_text_is_lost(text, cited_part, marked_part):
    found = paragraphs(Article("a", text, Metadata("T"), "a"), cited_part, marked_part)
    assert "\n\n".join(p.before + p.lead + p.span + p.tail + p.after for p in found) == text


def test_the_page_marks_one_place_to_scroll_to_even_across_paragraphs():
    article = Article("a", "One.\n\nTwo.", Metadata("T"), "a")
    page = Pages(None, templates()).page(article, (0, 10), (0, 0))
    assert page.count('id="cited"') == 1
    assert page.count("<mark") == 2


def test_dates_and_confidence_are_in_words():
    assert readable(date(2024, 7, 2)) == "2 July 2024"
    assert readable(None) == ""
    assert confidence(0.95) == "Well supported"
    assert "check" in confidence(0.5)
