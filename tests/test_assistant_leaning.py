# ruff: noqa: E501  a case is one line

import pytest

from assistant.leaning import explained, leaned_on, leans
from index.articles import Hit, Metadata, Passage, Sentence


@pytest.mark.parametrize(
    "text",
    [
        "It also opened in May.", "Of this sum, half is spent.", "The company opened in May.", "“He said no,” the report goes on.",
        "The ruling came on Monday.", "Both firms declined to comment.", "However, the price rose.",
    ],
)  # fmt: skip
def test_a_sentence_leans_that_does_not_say_of_whom_it_speaks(text: str):
    assert leans(text)


@pytest.mark.parametrize(
    "text",
    ["Xiaomi opened in May.", "The company’s founder, Lei Jun, said so.", "The Beijing plant opened.", "It is clear that Intel lost."],
)  # fmt: skip
def test_a_sentence_that_names_what_it_speaks_of_stands_alone(text: str):
    assert not leans(text)


def test_what_is_leaned_on_leans_further_until_a_sentence_stands():
    texts = ("Velora built a plant.", "It cost $3 million.", "This was too much.")
    starts = (0, 22, 42)
    sentences = tuple(Sentence(start, start + len(text), text) for start, text in zip(starts, texts, strict=True))
    hit = Hit(Passage("a", 0, 0, 60, " ".join(texts), sentences), Metadata("T"), 1.0, 0.5, 5.0)
    assert [one.text for one in leaned_on(hit, sentences[2])] == ["It cost $3 million.", "Velora built a plant."]
    assert [one.text for one in leaned_on(hit, sentences[1])] == ["Velora built a plant."]
    assert leaned_on(hit, sentences[0]) == []


def test_the_company_is_told_by_a_sentence_that_names_it_and_by_no_other():
    texts = ("Velora built a plant.", "The company paid.", "The founder agreed.")
    starts = (0, 22, 40)
    sentences = tuple(Sentence(start, start + len(text), text) for start, text in zip(starts, texts, strict=True))
    hit = Hit(Passage("a", 0, 0, 59, " ".join(texts), sentences), Metadata("T"), 1.0, 0.5, 5.0)
    assert [one.text for one in leaned_on(hit, sentences[1])] == ["Velora built a plant."]
    assert leaned_on(hit, sentences[2]) == []


def test_the_next_sentence_is_brought_along_where_it_points_back_and_tells_the_cause():
    text = "The bridge opened a year late.\nThis was because steel had run short.\nIt has four lanes."
    late, cause, lanes = sentences = [
        Sentence(text.index(one), text.index(one) + len(one), one) for one in text.split("\n")
    ]
    hit = Hit(Passage("a", 0, 0, len(text), text, tuple(sentences)), Metadata("News"), 1.0, 0.5, 8.0)
    assert explained(hit, late) == cause
    assert explained(hit, cause) is None, "it tells a cause itself"
    assert explained(hit, lanes) is None
