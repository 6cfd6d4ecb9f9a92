# ruff: noqa: E501  a case is one line

import pytest

from assistant.expected import Kind
from assistant.reading import Finding
from assistant.short import short_answer
from index.articles import Hit, Metadata, Passage, Sentence


def finding(sentence: str, span: str, kind: Kind) -> Finding:
    """A finding with some words of the sentence as its span."""
    one = Sentence(0, len(sentence), sentence)
    hit = Hit(Passage("a", 0, 0, len(sentence), sentence, (one,)), Metadata("T"), 1.0, 0.5, 5.0)
    start = sentence.index(span)
    return Finding(hit, one, None, kind, (start, start + len(span)), 1.0, 0.9, ())


@pytest.mark.parametrize(
    ("sentence", "span", "kind", "short"),
    [
        ("It is ready to reach annual volumes of 100,000 electric vehicles by November.", "100,000", "amount", "100,000 electric vehicles a year"),
        ("It aims at annual production volumes of 100,000 electric vehicles by then.", "production volumes of 100,000 electric vehicles", "amount", "100,000 electric vehicles a year"),
        ("The site is laid out for as many as 200,000 electric cars a year.", "200,000", "count", "as many as 200,000 electric cars a year"),
        ("The rate might be 25% or more.", "25% or more", "percent", "25% or more"),
        ("The plant has swallowed $756 million of that sum.", "$756 million", "money", "$756 million"),
        ("It pays about 3.5 million euros per year.", "3.5 million euros", "money", "about 3.5 million euros per year"),
        ("The plant opened at the end of June 2021 with a party.", "June 2021", "date", "the end of June 2021"),
        ("Steam ran first on 21 December 1846, in Boston.", "December 1846", "date", "21 December 1846"),
        ("The plan was approved by the planning agency, and then dropped.", "the planning agency, and", "organisation", "planning agency"),
        ("As the South Bay Morning Post explains, the firm was listed.", "the South Bay Morning", "organisation", "South Bay Morning Post"),
        ("Then Ann Lee Thursday night told the board.", "Ann Lee", "person", "Ann Lee"),
        ("Then Ann Lee July rains forgot.", "Ann Lee", "person", "Ann Lee"),
        ("The firm was bought by Xu Motors CEO Mia Roth.", "Xu Motors", "organisation", "Xu Motors"),
        ("Der Umbau hat 1,8 Millionen Euro gekostet.", "1,8 Millionen", "money", "1,8 Millionen Euro"),
        ("Der Umbau hat 1,8 Millionen Euro gekostet.", "1,8", "amount", "1,8 Millionen Euro"),
        ("La reforma ha costado 2,6 millones de euros.", "2,6", "amount", "2,6 millones de euros"),
    ],
)  # fmt: skip
def test_the_words_that_answer_are_made_whole(sentence: str, span: str, kind: Kind, short: str):
    assert short_answer("?", finding(sentence, span, kind)) == short


def test_a_yes_or_no_question_is_answered_by_the_sentence_alone():
    assert short_answer("Did it open?", finding("It opened in May.", "in May", "confirmation")) is None


def test_what_the_question_says_itself_is_no_short_answer():
    assert (
        short_answer("Is it the south ferry?", finding("Bikes go free on the south ferry.", "south ferry", "name"))
        is None
    )


def test_a_span_as_long_as_its_sentence_is_no_short_answer():
    assert (
        short_answer("Why?", finding("Frost came early to the valley.", "Frost came early to the valley", "reason"))
        is None
    )


@pytest.mark.parametrize(
    ("span", "short"), [("the Department of Trade", None), ("sold parts to rebels", "sold parts to rebels")]
)
def test_nobody_is_the_reason_why(span: str, short: str | None):
    told = "Arden, which sold parts to rebels, was listed by the Department of Trade in spring."
    assert short_answer("Why was Arden blacklisted?", finding(told, span, "reason")) == short
