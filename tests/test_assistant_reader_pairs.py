import json
import random
from pathlib import Path

import numpy as np
import pytest

from assistant.reader.corpora import Material, own, public
from assistant.reader.pairs import Sort, pairs, store, told
from index.embedding import MiniLM

FERRY = "The harbour ferry will cost 4 euros from 1 June. Some 12,000 people take it each day. It was built in 1998."
BENCHES = "The island has many benches. Volunteers painted them green in May. A ferry brought the paint."


@pytest.fixture(scope="module")
def embedder() -> MiniLM:
    return MiniLM()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "squadshifts" / "new_wiki"
    folder.mkdir(parents=True)
    entries = [{"_id": "a#0", "title": "Ferry", "text": FERRY}, {"_id": "b#0", "title": "Benches", "text": BENCHES}]
    questions = [
        {"question": "What will the ferry cost?", "answers": ["4 euros"], "sources": ["a#0"]},
        {"question": "Who built the ferry?", "answers": [], "sources": ["a#0"]},
    ]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, entries)))
    (folder / "questions.jsonl").write_text("\n".join(map(json.dumps, questions)))
    return tmp_path


def made(material: Material, **more: float):
    sort = Sort(hard=more.get("hard", 0), near=0, gapped=more.get("gapped", 0), cropped=0)
    return pairs(material, sort, random.Random(1))


def test_an_answer_is_marked_where_it_stands_in_the_tokens_that_are_read(data: Path, embedder: MiniLM):
    stored, lost = store(made(public(data, "squadshifts/new_wiki", embedder)), embedder)
    (first, last) = stored.spans[0]
    (answer,) = embedder.tokens(["4 euros"])
    assert stored.ids[first : last + 1] == answer.ids
    assert (stored.counts, stored.relevant, lost) == ([1, 0], [1, 1], 0)


def test_a_passage_less_its_answer_and_one_that_only_looks_right_hold_none(data: Path, embedder: MiniLM):
    material = public(data, "squadshifts/new_wiki", embedder)
    own_passage, less_its_answer = made(material, gapped=1)[:2]
    assert own_passage.answers == ("4 euros",)
    assert "4 euros" not in less_its_answer.context
    assert "12,000" in less_its_answer.context
    assert [one.relevant for one in made(material, hard=1) if BENCHES in one.context] == [0, 0]


def test_statements_are_read_with_what_is_nearest_to_them_and_are_no_questions(data: Path, embedder: MiniLM):
    material = own(data, "news", embedder)
    few = Material(material.corpus, material.asked, material.told[:40])
    read = told(few, Sort(hard=0, near=0, gapped=0, cropped=0), random.Random(1))
    assert {one.supported for one in read} == {0, 1}
    assert all(one.answers == () and one.relevant == -1 for one in read)
    stored, _ = store(read, embedder)
    assert np.all(np.array(stored.counts) == 0)
    assert stored.supported == [one.supported for one in read]
