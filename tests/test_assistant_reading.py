import json
from pathlib import Path

import numpy as np
import pytest

from assistant.meaning import REMEMBERED, Meaning
from assistant.reading import SHORTLIST, WEIGHTS, FeatureReader
from assistant.vocabulary import Vocabulary
from index.articles import Hit, Metadata, Passage, Sentence
from index.embedding import HashEmbedder
from index.errors import ModelFileWrong


def hit(text: str, *, article: str = "a", title: str = "News") -> Hit:
    """A passage of the text's lines, one sentence a line."""
    sentences, start = [], 0
    for line in text.split("\n"):
        sentences.append(Sentence(start, start + len(line), line))
        start += len(line) + 1
    return Hit(Passage(article, 0, 0, len(text), text, tuple(sentences)), Metadata(title), 1.0, 0.5, 8.0)


def reader(weights: Path = WEIGHTS) -> FeatureReader:
    return FeatureReader(Vocabulary(), Meaning(HashEmbedder()), weights=weights)


SHIFT = hit("The plant in Corrie makes vans.\nA second shift began in June 2021.\nIt employs 1,200 people.")


def test_findings_come_best_first_with_their_span_and_neighbour():
    findings = reader().read("When did the second shift begin?", [SHIFT])
    assert [one.score for one in findings] == sorted((one.score for one in findings), reverse=True)
    best = findings[0]
    assert best.sentence.text == "A second shift began in June 2021."
    assert best.before
    assert best.before.text == "The plant in Corrie makes vans."
    assert best.span
    assert "June" in best.sentence.text[slice(*best.span)]
    assert best.kind == "date"
    assert 0 < best.probability < 1


def test_what_the_question_names_and_the_article_has_not_is_missing():
    assert reader().read("When did the second shift in Oban begin?", [SHIFT])[0].missing == ("Oban",)
    assert reader().read("When did the second shift begin in May?", [SHIFT])[0].missing == ("May",)
    assert reader().read("When did the second shift begin in 2021?", [SHIFT])[0].missing == ()


def test_many_things_in_capitals_are_no_name():
    assert reader().read("When did the second shift for EVs begin?", [SHIFT])[0].missing == ()
    assert reader().read("When did the second shift for SEAT begin?", [SHIFT])[0].missing == ("SEAT",)


@pytest.mark.parametrize(
    ("name", "written"), [("NDRC", "National Development and Reform Commission"), ("Solen", "Solens")]
)
def test_an_abbreviation_and_another_ending_are_the_same_name(name: str, written: str):
    approved = hit(f"The {written} approved the vans.")
    assert reader().read(f"Did {name} approve the vans?", [approved])[0].missing == ()


def test_a_sentence_of_two_passages_is_found_once():
    assert len(reader().read("What makes vans?", [SHIFT, SHIFT])) == len(SHIFT.passage.sentences)


def test_no_more_than_the_short_list_is_worked_out():
    many = hit("\n".join(f"Van number {number} is blue." for number in range(50)))
    assert len(reader().read("Which van is blue?", [many])) == SHORTLIST


@pytest.mark.parametrize("question", ["", "?", "the of and"])
def test_a_question_without_words_finds_nothing_or_little_but_never_breaks(question: str):
    assert len(reader().read(question, [SHIFT])) <= SHORTLIST
    assert reader().read(question, []) == []


def test_weights_of_another_version_are_refused_in_one_line(tmp_path: Path):
    fitted = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    fitted["sentence"]["columns"][0] = "something else"
    (tmp_path / "weights.json").write_text(json.dumps(fitted), encoding="utf-8")
    with pytest.raises(ModelFileWrong, match="other columns"):
        reader(tmp_path / "weights.json").read("Who makes vans?", [SHIFT])
    with pytest.raises(ModelFileWrong, match="Reinstall"):
        reader(tmp_path / "missing.json").read("Who makes vans?", [SHIFT])


def test_a_word_table_that_is_no_table_is_refused_in_one_line(tmp_path: Path):
    (tmp_path / "words.npz").write_bytes(b"no table")
    with pytest.raises(ModelFileWrong, match="word table"):
        Vocabulary(tmp_path / "words.npz").weight("plant")


def test_rare_words_tell_more_and_like_words_are_near():
    vocabulary = Vocabulary()
    assert vocabulary.weight("the") < vocabulary.weight("company") < vocabulary.weight("xyzzy") == 1
    car, vehicle, nothing = vocabulary.vectors(["car", "vehicle", "xyzzy"])
    assert car @ vehicle > 0.6
    assert not nothing.any()


def test_sentences_met_before_are_remembered_and_not_for_ever():
    class Counting(HashEmbedder):
        texts = 0

        def embed(self, texts):  # type: ignore[no-untyped-def]
            self.texts += len(texts)
            return super().embed(texts)

    embedder = Counting()
    meaning = Meaning(embedder)
    first = meaning.cosines("Who?", ["One.", "Two.", "One."])
    assert embedder.texts == 3
    assert np.array_equal(first, meaning.cosines("Who?", ["One.", "Two.", "One."]))
    assert embedder.texts == 4
    meaning.cosines("Who?", [f"Sentence {number}." for number in range(REMEMBERED)])
    assert len(meaning._vectors) == REMEMBERED
