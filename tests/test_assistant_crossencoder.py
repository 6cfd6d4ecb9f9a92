import shutil
from pathlib import Path

import pytest

from assistant.crossencoder import MODEL, CrossEncoder
from index.articles import Hit, Metadata, Passage
from index.embedding import MiniLM
from index.errors import ModelFileWrong

FERRY = "The harbour ferry will cost 4 euros from 1 June. Some 12,000 people take it each day."
BENCHES = "The island has many benches. They were painted green by volunteers."


def hit(text: str, title: str = "News from the harbour") -> Hit:
    return Hit(Passage("a", 0, 0, len(text), text, ()), Metadata(title), 1.0, 0.5, 8.0)


@pytest.fixture(scope="module")
def embedder() -> MiniLM:
    return MiniLM()


@pytest.fixture(scope="module")
def crossencoder(embedder: MiniLM) -> CrossEncoder:
    return CrossEncoder(embedder)


@pytest.mark.parametrize(
    ("question", "words"), [("What will the ferry cost?", "4 euros"), ("How many people take the ferry?", "12,000")]
)
def test_the_words_that_answer_are_found_in_the_passage(crossencoder: CrossEncoder, question: str, words: str):
    (reading,) = crossencoder.read(question, [hit(FERRY)])
    marked = reading.within(0, len(FERRY))
    assert marked
    assert words in FERRY[marked.start : marked.end]
    assert len(FERRY[marked.start : marked.end]) < 30


def test_a_span_stays_within_the_stretch_that_is_asked_for(crossencoder: CrossEncoder):
    (reading,) = crossencoder.read("What will the ferry cost?", [hit(FERRY)])
    second = FERRY.index("Some")
    marked = reading.within(second, len(FERRY))
    whole = reading.within(0, len(FERRY))
    assert marked
    assert whole
    assert second <= marked.start < marked.end <= len(FERRY)
    assert marked.score < whole.score
    assert reading.within(len(FERRY), len(FERRY) + 50) is None


def test_a_passage_that_does_not_answer_is_told_from_one_that_does(crossencoder: CrossEncoder):
    answers, silent = crossencoder.read("What will the ferry cost?", [hit(FERRY), hit(BENCHES)])
    best = [one.within(0, 200) for one in (answers, silent)]
    assert best[0]
    assert best[1]
    assert best[0].score - answers.nothing > 0 > best[1].score - silent.nothing
    assert answers.relevant > silent.relevant


def test_a_passage_is_read_the_same_alone_and_among_others(crossencoder: CrossEncoder, embedder: MiniLM):
    question, hits = "What will the ferry cost?", [hit(BENCHES), hit(FERRY), hit(FERRY + " " + BENCHES)]
    together = CrossEncoder(embedder, workers=2).read(question, hits)
    for alone, one in zip(hits, together, strict=True):
        (reading,) = crossencoder.read(question, [alone])
        assert reading.spans.tobytes() == one.spans.tobytes()
        assert (reading.relevant, reading.nothing) == (one.relevant, one.nothing)


def test_no_passages_give_no_readings_and_long_ones_are_read_as_far_as_it_goes(crossencoder: CrossEncoder):
    assert crossencoder.read("What will the ferry cost?", []) == []
    (reading,) = crossencoder.read("what " * 500, [hit("harbour " * 2_000)])
    assert len(reading.offsets) == len(reading.spans) <= 254


def test_odd_characters_are_read(crossencoder: CrossEncoder):
    text = "\ud83d Fährgeld \u202e 4 € \x00 渡轮票价为四欧元。 🚢"
    (reading,) = crossencoder.read("Was kostet die Fähre? 🚢", [hit(text, title="")])
    marked = reading.within(0, len(text))
    assert marked is None or 0 <= marked.start < marked.end <= len(text)


def test_a_model_that_is_not_the_released_one_is_refused(embedder: MiniLM, tmp_path: Path):
    for name in (MODEL.name, "SHA256SUMS"):
        shutil.copy(MODEL.with_name(name), tmp_path / name)
    model = tmp_path / MODEL.name
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 1
    model.write_bytes(content)
    with pytest.raises(ModelFileWrong, match="is not the file that was released"):
        CrossEncoder(embedder, model).read("What will the ferry cost?", [hit(FERRY)])
    model.unlink()
    with pytest.raises(ModelFileWrong, match="cannot be read"):
        CrossEncoder(embedder, model).read("What will the ferry cost?", [hit(FERRY)])
