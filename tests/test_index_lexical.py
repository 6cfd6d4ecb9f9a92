from pathlib import Path

import numpy as np
import pytest
import tantivy

from index.articles import Metadata, Passage
from index.derived import IndexBroken
from index.lexical import LexicalIndex, LexicalReader, spaced
from index.tables import StoredPassage

TEXTS = {
    1: "The regulator approved the plant in Beijing.",
    2: "Deliveries reached 100,000 cars in November.",
    3: "小米汽车获得生产许可。",
    4: "Der Müller mahlt Getreide.",
    5: "Factories were running at half their capacity.",
}


def passage(key: int, text: str, title: str = "Story", *, language: str | None = None) -> StoredPassage:
    said = Metadata(title, language=language)
    return StoredPassage(key, Passage(f"a{key}", 0, 0, len(text), text, ()), said, np.ones(1, np.float32))


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    index = LexicalIndex(tmp_path / "lexical")
    index.put([passage(key, text) for key, text in TEXTS.items()])
    index.commit()
    return index


def found(index: LexicalReader, question: str) -> list[int]:
    return [key for key, _ in index.search(question, 10)]


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("Which plants were approved?", 1),
        ("Who is the regulator's head?", 1),
        ("100,000", 2),
        ("How about 100000 cars?", 2),
        ("小米的许可", 3),
        ("汽车", 3),
        ("Muller", 4),
        ("the factory", 5),
    ],
)
def test_a_passage_is_found_by_its_words_in_other_forms(index: LexicalIndex, question: str, key: int):
    assert found(index, question)[0] == key


def test_a_rarer_word_weighs_more_and_every_score_is_positive(index: LexicalIndex):
    hits = index.search("plant cars November", 10)
    assert [key for key, _ in hits] == [2, 1]
    assert hits[0][1] > hits[1][1] > 0


@pytest.mark.parametrize("question", ["", "   ", "?!", "the of and", "🚗", "\x00", "\udcff"])
def test_a_question_without_words_finds_nothing(index: LexicalIndex, question: str):
    assert found(index, question) == []


@pytest.mark.parametrize(
    "question",
    ['body:"plant" AND (', "plant*", "-plant", "+plant ~2", "[a TO plant]", "plant^5", "title:plant", '\\plant"'],
)
def test_nothing_in_a_question_is_query_syntax(index: LexicalIndex, question: str):
    assert found(index, question) == [1]


def test_a_word_of_the_title_finds_every_passage_below_it(index: LexicalIndex):
    index.put([passage(7, "It opens in May.", "A bridge for Ulm"), passage(8, "It costs little.", "A bridge for Ulm")])
    index.commit()
    assert sorted(found(index, "What does the bridge in Ulm cost?")) == [7, 8]


def test_a_passage_put_again_takes_the_place_of_the_old_one(index: LexicalIndex):
    index.put([passage(1, "The harbour froze.")])
    index.commit()
    assert found(index, "plant") == []
    assert found(index, "harbour") == [1]


def test_dropped_passages_are_not_found_and_missing_ones_do_no_harm(index: LexicalIndex):
    index.drop([1, 999])
    index.commit()
    assert found(index, "plant") == []
    assert index.holds([passage(2, TEXTS[2])], 4)


def test_the_proof_fails_on_a_wrong_count_or_a_missing_passage(index: LexicalIndex):
    assert index.holds([passage(key, text) for key, text in TEXTS.items()], 5)
    assert not index.holds([], 6)
    assert not index.holds([passage(99, "elsewhere")], 5)


def test_a_reader_sees_what_a_writer_beside_it_has_committed(index: LexicalIndex, tmp_path: Path):
    assert found(LexicalReader(tmp_path / "lexical"), "plant") == [1]


def test_what_was_stored_is_there_when_opened_again(index: LexicalIndex, tmp_path: Path):
    index.close()
    again = LexicalIndex(tmp_path / "lexical")
    assert found(again, "plant") == [1]
    again.clear()
    assert again.holds([], 0)


def test_a_reader_refuses_what_it_cannot_read_and_a_writer_begins_anew(index: LexicalIndex, tmp_path: Path):
    index.close()
    (tmp_path / "lexical" / "meta.json").write_text("{")
    with pytest.raises(IndexBroken):
        LexicalReader(tmp_path / "lexical")
    assert LexicalIndex(tmp_path / "lexical").holds([], 0)


def test_an_index_in_memory_leaves_no_files(tmp_path: Path):
    index = LexicalIndex(None)
    index.put([passage(1, TEXTS[1])])
    index.commit()
    assert found(index, "plant") == [1]
    assert list(tmp_path.iterdir()) == []


def test_scripts_without_spaces_become_pairs_of_characters():
    assert spaced("小米汽车 EV").split() == ["小米", "米汽", "汽车", "EV"]
    assert spaced("한국어 text").split() == ["한국어", "text"]
    assert spaced("米").split() == ["米"]
    assert spaced("1,000,000 or 1,00").split() == ["1000000", "or", "1,00"]


GERMAN = passage(11, "Der Zoo zeigt die jungen Löwen; die Häuser sind alt.", "Zoo", language="de")
SPANISH = passage(12, "La empresa despidió a los trabajadores.", "Empleo", language="es")


@pytest.fixture
def tongues(index: LexicalIndex) -> LexicalIndex:
    """English passages, a German and a Spanish one."""
    index.put([GERMAN, SPANISH])
    index.commit()
    return index


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("Welches Haus ist alt?", 11),
        ("Wo ist ein junger Löwe?", 11),
        ("¿Qué empresas despiden a un trabajador?", 12),
        ("que empresa despidio", 12),
        ("Which plants were approved?", 1),
        ("Factory", 5),
    ],
)
def test_words_are_found_in_other_forms_in_the_language_of_their_article(
    tongues: LexicalIndex, question: str, key: int
):
    assert found(tongues, question)[0] == key


def test_the_small_words_of_a_language_find_nothing_in_another(tongues: LexicalIndex):
    tongues.put([passage(13, 'Sie lasen "The Lord of the Rings".', "Lesung", language="de")])
    tongues.commit()
    assert found(tongues, "Which of the plants?") == [1]


def test_a_question_is_read_in_the_languages_that_the_index_holds_and_no_other(index: LexicalIndex):
    assert found(index, "Fabriken") == []
    index.put([passage(12, "La empresa despidió a los trabajadores.", "Empleo", language="es")])
    index.put([passage(14, "Die Fabriken schließen.", "Arbeit")])
    index.commit()
    assert found(index, "Fabrik") == [], "a passage of no known language is English"
    index.put([passage(15, "Die Fabriken schließen.", "Arbeit", language="de")])
    index.commit()
    assert found(index, "Fabrik") == [15]


def test_every_word_that_is_looked_for_may_stand_in_any_language(tongues: LexicalIndex):
    assert tongues.holding("Haus Löwe", 10) == [11]
    assert tongues.holding("die Häuser", 10) == [11], "what one language leaves out need not be there"
    assert tongues.holding("regulator Haus", 10) == []
    assert tongues.knows("trabajador")
    assert not tongues.knows("Fabrik")


def test_each_passage_proves_itself_in_its_own_language(tongues: LexicalIndex):
    assert tongues.holds([GERMAN, SPANISH, passage(1, TEXTS[1])], 7)


def test_an_index_of_an_earlier_version_is_begun_anew(tmp_path: Path):
    folder = tmp_path / "lexical"
    folder.mkdir()
    schema = tantivy.SchemaBuilder().add_integer_field("key", indexed=True, fast=True).add_text_field("body").build()
    earlier = tantivy.Index(schema, path=str(folder))
    writer = earlier.writer(15_000_000, num_threads=1)
    writer.add_document(tantivy.Document(key=1, body=TEXTS[1]))
    writer.commit()
    writer.wait_merging_threads()
    with pytest.raises(IndexBroken):
        LexicalReader(folder)
    assert LexicalIndex(folder).holds([], 0)
