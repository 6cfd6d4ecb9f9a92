import random

import numpy as np
import pytest

from assistant.entailer import written
from assistant.entailer.pairs import changed, claim, claims, quoted, store, told
from assistant.entailer.written import Evidence, Stated
from assistant.entailment import pair_ids
from assistant.reader.corpora import Corpus, Material, Told
from index.embedding import MiniLM

LEARNT, MEASURED = (written.evidences(held_out=held_out) for held_out in (False, True))
FERRY = Evidence(
    "The old ferry was sold to a firm from Kellmouth on Tuesday, and the firm will make it a hotel.",
    (Stated("The ship was sold.", ()), Stated("The ferry was leased.", ((14, 20),))),
)
RENTS = Evidence("Rents fell in May.", (Stated("Rents went down.", ()),))


@pytest.fixture(scope="module")
def embedder() -> MiniLM:
    return MiniLM()


@pytest.fixture(scope="module")
def material(embedder: MiniLM) -> Material:
    entry = {"_id": "a", "title": "Ferry", "text": f"Rents fell in May, and nobody knows why. {FERRY.text}"}
    statements = [
        Told("The ship was sold.", supported=True, source=0),
        Told("The ship was lost.", supported=False, source=0),
    ]
    return Material(Corpus([entry], embedder), [], statements)


def test_brackets_say_which_words_are_not_supported():
    lines = ["The ferry was sold on Tuesday.", "+ The ship was sold.", "- The ferry was [[leased]] on [[Monday]]."]
    true, false = written._evidence(lines).statements
    assert (true.text, true.unsupported) == ("The ship was sold.", ())
    assert false.text == "The ferry was leased on Monday."
    assert [false.text[slice(*span)] for span in false.unsupported] == ["leased", "Monday"]


@pytest.mark.parametrize("line", ["+ The ship was [[sold]].", "- The ship was sold.", "? Was the ship sold?"])
def test_a_statement_that_is_neither_true_nor_marked_is_named(line: str):
    with pytest.raises(ValueError, match="neither true nor has brackets"):
        written._evidence(["The ferry was sold.", line])


def test_what_is_measured_on_is_not_learnt_and_both_have_truths_and_lies():
    assert not {one.text for one in LEARNT} & {one.text for one in MEASURED}
    for evidences, least in ((LEARNT, 7_000), (MEASURED, 400)):
        false = [bool(said.unsupported) for one in evidences for said in one.statements]
        assert min(sum(false), len(false) - sum(false)) > least


def test_a_false_statement_made_from_a_true_one_is_wrong_where_they_differ():
    said = changed("The tram drivers went back on Thursday.", "The tram drivers went back on Tuesday.", "")
    assert said.unsupported
    assert [said.text[slice(*span)] for span in said.unsupported] == ["Tuesday"]
    lost = changed("The pool will not open in May.", "The pool will open in May.", "")
    assert lost.unsupported
    assert [lost.text[slice(*span)] for span in lost.unsupported] == ["will open"]
    assert changed("Rents fell.", "A comet was seen over Lund at dawn.", "").unsupported is None


def test_statements_stand_with_their_own_evidence_and_astray_with_that_of_others():
    made = claims([FERRY, RENTS] * 20, random.Random(1))
    true, false = ([one for one in made if one.supported is supported] for supported in (True, False))
    assert all(one.unsupported == () for one in true)
    assert {one.unsupported for one in false} == {((14, 20),), None}
    assert any(one.evidence == RENTS.text and one.text == "The ship was sold." for one in false)


def test_the_words_of_the_evidence_are_true_as_they_stand_and_false_with_one_thing_exchanged(material: Material):
    made = quoted([FERRY], material, random.Random(1))
    true, false = ([one for one in made if one.supported is supported] for supported in (True, False))
    assert true
    assert all(one.text in one.evidence for one in true)
    assert false
    assert all(one.text not in one.evidence and one.unsupported for one in false)


def test_what_was_told_of_the_readers_articles_stands_beside_the_nearest_sentences(material: Material):
    true, false = told(material, random.Random(1))
    assert "ferry was sold" in true.evidence
    assert (true.supported, false.supported) == (True, False)
    assert false.unsupported == ((13, 17),)


def test_pairs_are_stored_as_the_network_reads_them(embedder: MiniLM):
    false, true = claim(FERRY.statements[1], FERRY.text), claim(RENTS.statements[0], RENTS.text)
    stored = store([true, false], embedder)
    ids, first, offsets = pair_ids(embedder, false.text, false.evidence)
    assert stored.ids[stored.sizes[0] :] == ids
    assert (stored.firsts[1], stored.supported) == (first, [1, 0])
    (leased,) = [n for n, (start, end) in enumerate(offsets.tolist(), 1) if false.text[start:end] == "leased"]
    marks = np.array(stored.unsupported[stored.sizes[0] :])
    assert np.flatnonzero(marks == 1).tolist() == [leased]
    assert np.flatnonzero(marks == 0).tolist() == [n for n in range(1, first - 1) if n != leased]


def test_long_evidence_is_read_to_its_end(embedder: MiniLM):
    ids, first, _ = pair_ids(embedder, "word " * 100, f"{'The race was long. ' * 100}Anna won.")
    (won,) = embedder.tokens(["Anna won."])
    assert ids[-1 - len(won.ids) : -1] == won.ids
    assert (first, len(ids)) == (63, 318)
