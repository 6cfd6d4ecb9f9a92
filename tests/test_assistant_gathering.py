from collections.abc import Iterator
from datetime import date

import pytest

from assistant.answers import Answer, Question, Turn
from assistant.chain import Assistant
from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from index.articles import Article, Metadata

FERRIES = """Two ferries cross the bay, and newcomers ask which to take. The north ferry needs 25 minutes for the \
crossing and has room for 240 passengers. The south ferry needs 40 minutes and has room for 180. Bicycles travel free \
on both."""
LINES = """Norsund Lines carried 412,000 passengers in 2025, its best year since it was founded in 1988. Its rival \
Kystruta carried 287,500 passengers in 2025. A ticket costs 38 euros with Norsund and 31 euros with Kystruta. Norsund \
was founded by Ingrid Falk, a former pilot."""

HALL = """Velden's town hall will close for repairs in June. Mayor Petra Lang said the roof leaks. Her deputy, Jonas \
Brem, is to move into the old school with 40 clerks. The repairs cost 3 million euros and end in 2028."""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    settings = Settings(data=tmp_path_factory.mktemp("gathering"))
    with open_collection(settings, write=True, purpose="a test") as collection:
        collection.add(
            [
                Article("ferries", FERRIES, Metadata("Which ferry to take", published=date(2026, 5, 4)), "ferries"),
                Article("lines", LINES, Metadata("Two lines, two years", published=date(2026, 3, 4)), "lines"),
                Article("hall", HALL, Metadata("Town hall to close", published=date(2026, 2, 1)), "hall"),
            ]
        )
        yield build_assistant(collection, settings)


def texts(answer: Answer) -> list[str]:
    return [statement.text for statement in answer.statements]


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Which ferry is faster, the north or the south one?", "25 minutes", "40 minutes"),
        ("Has the north ferry more room than the south ferry?", "240 passengers", "room for 180"),
        ("Which carried more passengers in 2025, Norsund or Kystruta?", "412,000", "287,500"),
        ("Did Kystruta carry more passengers than Norsund in 2025?", "287,500", "412,000"),
    ],
)
def test_a_comparison_brings_the_sentence_of_each_side_in_the_order_asked(
    assistant: Assistant, question: str, one: str, other: str
):
    first, second = texts(assistant.ask(Question(question)))
    assert one in first
    assert other in second


def test_a_sentence_that_tells_of_both_sides_stands_once_and_no_side_is_the_short_answer(assistant: Assistant):
    answer = assistant.ask(Question("Is a ticket cheaper with Norsund or with Kystruta?"))
    assert texts(answer) == ["A ticket costs 38 euros with Norsund and 31 euros with Kystruta."]
    assert answer.short is None
    assert answer.notes == ()


def test_a_side_that_no_article_tells_of_is_said_to_be_missing(assistant: Assistant):
    answer = assistant.ask(Question("Did Norsund carry more passengers than Havlinja?"))
    assert "412,000" in " ".join(texts(answer))
    assert answer.notes == ("The articles do not say: How many passengers did Havlinja carry?",)


def test_one_sentence_answers_two_parts_with_other_words(assistant: Assistant):
    answer = assistant.ask(Question("How long does the south ferry need, and how many passengers does it hold?"))
    assert texts(answer) == ["The south ferry needs 40 minutes and has room for 180."]
    assert answer.short == "40 minutes; 180"
    assert answer.notes == ()


def test_a_part_without_an_answer_is_named_beside_the_one_that_has_one(assistant: Assistant):
    answer = assistant.ask(Question("Who founded Norsund and how much does Ingrid Falk earn?"))
    assert answer.short == "Ingrid Falk"
    assert answer.notes == ("The articles do not say: How much does Ingrid Falk earn?",)


def test_what_was_just_said_is_no_reason_for_itself(assistant: Assistant):
    said = "Its rival Kystruta carried 287,500 passengers in 2025."
    history = [Turn("user", "Did Kystruta carry fewer passengers than Norsund?"), Turn("assistant", f"{said} [1]")]
    assert said not in texts(assistant.ask(Question("Why?", history)))[:1]


def test_a_part_is_read_as_typed_within_the_article_that_answered_the_one_before(assistant: Assistant):
    answer = assistant.ask(Question("When will Velden's town hall close and who is the mayor's deputy?"))
    assert "in June" in texts(answer)[0]
    assert texts(answer)[1].startswith("Her deputy, Jonas Brem")
