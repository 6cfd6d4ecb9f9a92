from dataclasses import replace

import pytest

from assistant.reading import Finding
from assistant.unnamed import agreed, unnamed
from index.articles import Hit, Metadata, Passage, Sentence

TEXTS = (
    "Greta Solheim will be the town's next harbour master.",
    "Solheim has piloted ships for twenty years.",
    "Her predecessor, Anton Riis, retires after fourteen years in the tower.",
)


def hit(title: str = "A new harbour master") -> Hit:
    sentences: list[Sentence] = []
    for text in TEXTS:
        start = sentences[-1].end + 1 if sentences else 0
        sentences.append(Sentence(start, start + len(text), text))
    passage = Passage("harbour", 0, 0, sentences[-1].end, " ".join(TEXTS), tuple(sentences))
    return Hit(passage, Metadata(title), 1.0, 0.5, 1.0)


def finding(place: int, probability: float, *missing: str) -> Finding:
    found = hit()
    return Finding(found, found.passage.sentences[place], None, "person", None, probability, probability, missing)


@pytest.mark.parametrize(
    ("question", "without"),
    [
        ("Whom does Greta Solheim follow?", "Whom does he follow?"),
        ("What is Greta Solheim's work?", "What is his work?"),
    ],
)
def test_within_an_article_about_a_name_a_question_needs_only_a_pronoun(question: str, without: str):
    assert unnamed(question, [hit()]) == (without, ("harbour",))


@pytest.mark.parametrize(
    "question",
    [
        "Whom does Anton Riis follow?",
        "Whom does Tomas Wirth follow?",
        "Who is the next harbour master?",
        "Wem folgt Greta Solheim?",
        "",
    ],
)
def test_a_name_that_no_article_is_about_stays(question: str):
    assert unnamed(question, [hit()]) is None


def test_a_name_that_tells_the_kind_of_a_thing_stays():
    assert unnamed("Which Solheim pilots retire?", [hit("Solheim")]) is None


def test_what_both_readings_believe_leads():
    first = [finding(0, 0.7), finding(2, 0.3)]
    second = [finding(2, 0.9), finding(0, 0.1)]
    joined = agreed(first, second)
    assert [one.sentence.text for one in joined] == [TEXTS[2], TEXTS[0]]
    assert joined[0].probability == pytest.approx(0.6)


def test_a_sentence_of_one_reading_alone_counts_half():
    assert agreed([finding(0, 0.8)], [finding(1, 0.1)])[0].probability == pytest.approx(0.4)


def test_without_a_second_reading_the_first_stands():
    first = [finding(0, 0.7)]
    assert agreed(first, []) == first


def test_what_the_question_names_and_the_articles_lack_is_still_missing():
    first = [finding(0, 0.7, "Wirth")]
    assert agreed(first, [replace(first[0], missing=())]) == first
