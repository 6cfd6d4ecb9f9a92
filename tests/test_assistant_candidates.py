import pytest

from assistant.candidates import candidates
from index.articles import Hit, Metadata, Passage
from index.sentences import split


def told(text: str) -> list[str]:
    hit = Hit(Passage("a", 0, 0, len(text), text, split(text)), Metadata("Title"), 1.0, 0.5, 5.0)
    return [one.sentence.text for one in candidates([hit, hit])]


def test_each_sentence_is_a_candidate_once():
    assert told("") == []
    assert told("The mill stands. It grinds.") == ["The mill stands.", "It grinds."]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("We said the brewery had paid. That was wrong. The club paid.", ["That was wrong.", "The club paid."]),
        ("We wrongly named Ada Holm as mayor. She is the treasurer.", ["She is the treasurer."]),
    ],
)
def test_what_an_article_takes_back_is_none(text: str, left: list[str]):
    assert told(text) == left


def test_what_somebody_else_denies_stays():
    assert len(told("The owner says the dog was on a lead. That is not true, said two witnesses.")) == 2
