from pathlib import Path

import numpy as np
import pytest

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


def passage(key: int, text: str, title: str = "Story") -> StoredPassage:
    return StoredPassage(key, Passage(f"a{key}", 0, 0, len(text), text, ()), Metadata(title), np.ones(1, np.float32))


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
