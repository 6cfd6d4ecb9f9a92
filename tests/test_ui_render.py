from datetime import date

import pytest

from assistant.answers import Citation, Statement
from ui.render import article_path, confidence, credit, period, plain, readable, source_path, web_link


def cited(quote="Rain fell on 4 June.", **values):
    given = {"number": 1, "article_id": "rain", "title": "Rain", "url": None, "published": None, "publisher": None}
    return Citation(**{**given, "quote": quote, "start": 40, "end": 40 + len(quote), **values})


def test_text_becomes_one_line_without_markup():
    assert plain('a <b>\n"c" & d') == "a &lt;b&gt; &quot;c&quot; &amp; d"


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "4 June 2024"), ("de", "4. Juni 2024"), ("es", "4 de junio de 2024"), ("zh", "2024年6月4日")],
)
def test_a_date_is_written_as_people_write_it(language, written):
    assert readable(date(2024, 6, 4), language) == written
    assert readable(None, language) == ""


@pytest.mark.parametrize(
    ("days", "language", "named"),
    [
        ("2024-07-19/2024-07-19", "de", "19. Juli 2024"),
        ("2024-07-01/2024-07-31", "es", "julio de 2024"),
        ("2024-02-01/2024-02-29", "zh", "2024年2月"),
        ("2024-07-01/2024-09-30", "de", "Juli 2024 – September 2024"),
        ("2020-01-01/2029-12-31", "zh", "2020年 – 2029年"),
        ("2024-07-15/2024-07-21", "de", "15. Juli 2024 – 21. Juli 2024"),
        ("2024-07-06~/2024-07-06~", "de", "etwa 6. Juli 2024"),
    ],
)
def test_days_from_and_to_are_named_by_month_or_year_where_they_are_one(days, language, named):
    assert period(days, language) == named


def test_a_credit_leaves_out_what_is_not_known():
    assert credit(cited(publisher="The Tide", published=date(2024, 6, 4))) == "The Tide, 4 June 2024"
    assert credit(cited(publisher="The Tide")) == "The Tide"
    assert credit(cited()) == ""


def test_how_sure_is_said_in_words():
    assert confidence(0.95) == "Well supported"
    assert confidence(0.8) == "Probably right"
    assert "check the source" in confidence(0.3)
    assert confidence(0.95, "de") == "Gut belegt"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "http://[", "//x", ""]
)
def test_only_addresses_of_the_web_become_links(address):
    assert web_link(address) is None


def test_an_address_of_the_web_is_kept():
    assert web_link("https://tide.example/a?b=1") == "https://tide.example/a?b=1"


def test_an_articles_id_is_one_segment_of_its_path():
    assert article_path("a/b?c#d e") == "/articles/a%2Fb%3Fc%23d%20e"


def test_a_source_is_opened_at_the_sentence_with_the_answer_marked():
    statement = Statement("Rain fell on 4 June.", (1,), (13, 19))
    assert source_path(cited(), statement).endswith("?start=40&end=60&mark=53-59#cited")
    assert "mark" not in source_path(cited("It rained a lot."), statement)
    assert "version=ab12cd34" in source_path(cited(version="ab12cd34"))
