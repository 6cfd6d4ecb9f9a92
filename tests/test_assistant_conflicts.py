from dataclasses import replace
from datetime import date

import pytest

from assistant.conflicts import amount, disagreements
from assistant.reading import Finding
from index.articles import Hit, Metadata, Passage, Sentence


def finding(article: str, text: str, said: str, *, published: date | None = None, kind: str = "count") -> Finding:
    sentence = Sentence(0, len(text), text)
    hit = Hit(
        Passage(article, 0, 0, len(text), text, (sentence,)), Metadata("Title", published=published), 1.0, 0.5, 5.0
    )
    start = text.index(said)
    return Finding(hit, sentence, None, kind, (start, start + len(said)), 1.0, 0.9, ())  # type: ignore[arg-type]


SUMMER = finding("a", "Xiaomi has delivered 30,000 cars to its customers.", "30,000", published=date(2024, 8, 1))
WINTER = finding("b", "Xiaomi has delivered 75,000 cars to its customers.", "75,000", published=date(2024, 11, 18))


def test_two_articles_with_different_values_disagree_and_the_later_one_is_known():
    (pair,) = disagreements([WINTER, SUMMER])
    assert (pair.earlier, pair.later, pair.dated) == (SUMMER, WINTER, True)


def test_without_dates_neither_is_later():
    (pair,) = disagreements([replace(SUMMER, hit=replace(SUMMER.hit, metadata=Metadata("Title"))), WINTER])
    assert not pair.dated


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Xiaomi has delivered 30,100 cars to its customers.", "30,100"),
        ("Xiaomi plans to have delivered 75,000 cars to its customers.", "75,000"),
        ("Xiaomi delivered 75,000 cars to its customers annually.", "75,000"),
        ("The plant in Wuhan employs 75,000 people in two shifts.", "75,000"),
        ("Xiaomi has delivered 0.03 million cars to its customers.", "0.03 million"),
        ("Xiaomi has delivered $75,000 cars to its customers.", "$75,000"),
    ],
)
def test_rounding_other_quantities_and_other_units_are_no_disagreement(text: str, said: str):
    assert not disagreements([SUMMER, finding("b", text, said)])


def test_another_year_is_another_matter():
    one = finding("a", "Car sales in China reached 21 million in 2022.", "21 million")
    other = finding("b", "Car sales in China reached 23 million in 2023.", "23 million")
    assert not disagreements([one, other])


def test_one_article_does_not_disagree_with_itself():
    assert not disagreements([SUMMER, replace(WINTER, hit=replace(WINTER.hit, passage=SUMMER.hit.passage))])


def test_scales_and_units_are_worked_out():
    assert amount("$1.6 billion", "money") == ("$", 1_600_000_000)
    assert amount("100,000 cars", "count") == ("count", 100_000)
    assert amount("54.5%", "percent") == ("%", 54.5)
    assert amount("many", "count") is None
