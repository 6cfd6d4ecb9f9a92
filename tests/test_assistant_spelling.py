from collections.abc import Iterator

import pytest

from assistant.answers import Question
from assistant.chain import Assistant
from assistant.settings import Settings
from assistant.spelling import Spelling, slips
from assistant.vocabulary import Vocabulary
from assistant.wiring import build_assistant, open_collection
from index.articles import Article, Metadata
from index.collection import Collection
from index.derived import IndexBroken

FERRIES = """Norsund Lines carried 412,000 passengers in 2025. Norsund was founded by Ingrid Falk, a former pilot. \
The pipeline at Bergvik is 4.2 kilometres long. Bicycles travel free. The storm sank fourteen vehicles."""
BIBLIOTHEK = "Die neue Stadtbibliothek bietet Platz für 180.000 Bücher. Der Verein hat 620 Mitglieder."


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    settings = Settings(data=tmp_path_factory.mktemp("spelling"))
    with open_collection(settings, write=True, purpose="a test") as opened:
        opened.add(
            [
                Article("ferries", FERRIES, Metadata("Norsund Lines has its best year"), "ferries"),
                Article("bibliothek", BIBLIOTHEK, Metadata("Die neue Bibliothek"), "bibliothek"),
            ]
        )
        yield opened


@pytest.fixture(scope="module")
def spelling(collection: Collection) -> Spelling:
    return Spelling(collection.retriever, collection.lexicon, Vocabulary())


@pytest.fixture(scope="module")
def assistant(collection: Collection, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return build_assistant(collection, Settings(data=tmp_path_factory.mktemp("asking")))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Who founded Nordsund?", "Who founded Norsund?"),
        ("Who founded Norsudn?", "Who founded Norsund?"),
        ("How long is the pipleine?", "How long is the pipeline?"),
        ("How many pasengers did Norsund carry?", "How many passengers did Norsund carry?"),
        ("wich line carries bycicles for free", "which line carries Bicycles for free"),
        ("how manny vehicels sank in the strom", "how many vehicles sank in the storm"),
        ("Wie viele Mitglider hat der Verein?", "Wie viele Mitglieder hat der Verein?"),
        ("Wie viele Bücher passen in die Stadbibliothek?", "Wie viele Bücher passen in die Stadtbibliothek?"),
    ],
)
def test_a_slip_is_read_as_the_word_of_the_articles_that_was_meant(spelling: Spelling, typed: str, meant: str):
    assert spelling.mended(typed).text == meant


@pytest.mark.parametrize(
    "question",
    [
        "Who founded Norsand?",  # another vowel: another name
        "Who founded Norland Lines?",
        "Who is Inga Falke?",
        "How long is the pipe?",  # a word of its own, if not of the articles
        "What do pilots earn in Bergen?",
        "When was NRSD founded?",
        "What is X2-norsudn?",
        "Warum keine Bücher?",
        "¿Quién compró el barco?",
        "它的馆长是谁？",
        "xqzzv wvvk zzyq blorf",
        "", "?", "a" * 5_000,
    ],
)  # fmt: skip
def test_what_may_be_another_word_is_left_as_it_is(spelling: Spelling, question: str):
    assert spelling.mended(question).text == question
    assert not spelling.mended(question).notes


def test_what_was_read_is_told_with_the_answer(assistant: Assistant):
    answer = assistant.ask(Question("Who founded Nordsund?"))
    assert answer.question == "Who founded Norsund?"
    assert answer.short == "Ingrid Falk"
    assert "Read “Nordsund” as “Norsund”." in answer.notes


def test_what_was_read_is_told_with_a_refusal_and_with_a_survey_too(assistant: Assistant):
    refusal = assistant.ask(Question("What does the mayor of Nordsund eat?"))
    assert refusal.abstained
    assert refusal.notes == ("Read “Nordsund” as “Norsund”.",)
    assert "Read “Nordsund” as “Norsund”." in assistant.ask(Question("Which articles mention Nordsund?")).notes


def test_a_question_is_read_as_typed_where_the_word_index_cannot_be_asked(collection: Collection):
    class Broken:
        def knows(self, word: str) -> bool:
            raise IndexBroken(f"cannot look for {word}")

        def beginning(self, letters: str) -> list[tuple[str, int]]:
            raise IndexBroken(f"cannot list {letters}")

    spelling = Spelling(collection.retriever, Broken(), Vocabulary())
    assert spelling.mended("Who founded Nordsund?").text == "Who founded Nordsund?"


@pytest.mark.parametrize(
    ("typed", "meant", "count"),
    [
        ("storm", "storm", 0),
        ("strom", "storm", 1),
        ("tarif", "tariff", 1),
        ("varco", "barco", 1),
        ("Havorn", "Håvorn", 0),
        ("Norsand", "Norsund", 2),
        ("bycicles", "bicycles", 2),
    ],
)
def test_slips_are_counted_and_a_letter_taken_for_a_far_one_is_two(typed: str, meant: str, count: int):
    assert slips(typed, meant) == count
    assert slips(meant, typed) == count


def test_the_lexicon_knows_the_words_of_texts_and_titles_in_every_form(collection: Collection):
    lexicon = collection.lexicon
    assert all(map(lexicon.knows, ("Norsund", "norsund", "passenger", "Stadtbibliothek", "best")))
    assert not any(map(lexicon.knows, ("Nordsund", "zeppelin", "the")))
    assert dict(lexicon.beginning("nors")) == {"norsund": 1}
    assert lexicon.beginning("qqq") == []
