import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.entailment import MODEL, Entailment
from index.embedding import MiniLM
from index.errors import ModelFileWrong

SOLD = "The harbour board agreed on Tuesday to sell the old ferry to a firm from Kellmouth, which will make it a hotel."


@pytest.fixture(scope="module")
def embedder() -> MiniLM:
    return MiniLM()


@pytest.fixture(scope="module")
def entailment(embedder: MiniLM) -> Entailment:
    return Entailment(embedder)


@pytest.mark.parametrize(
    ("true", "false", "wrong"),
    [
        ("A Kellmouth company is to get the old ferry.", "The ferry is being sold because it loses money.", "money"),
        ("The board decided to part with the ferry.", "The board refused to part with the ferry.", "refused"),
        ("The ferry is to become a hotel.", "The ferry is to become a museum.", "museum"),
    ],
)
def test_a_statement_in_other_words_is_told_from_one_that_says_something_else(
    entailment: Entailment, true: str, false: str, wrong: str
):
    supported, unsupported = entailment.support(true, SOLD), entailment.support(false, SOLD)
    assert supported.whole < 0 < unsupported.whole
    start, end = unsupported.offsets[unsupported.words.argmax()]
    assert false[start:end] in wrong


def test_texts_of_any_length_are_read_alike_from_many_threads(entailment: Entailment):
    long = f"{SOLD} " * 60
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: entailment.support(long, long).whole, range(8)))
    assert len(set(found)) == 1
    assert len(entailment.support("", SOLD).words) == 0


def test_a_model_file_that_is_altered_is_not_read(embedder: MiniLM, tmp_path: Path):
    for name in (MODEL.name, "SHA256SUMS"):
        shutil.copy(MODEL.with_name(name), tmp_path / name)
    with (tmp_path / MODEL.name).open("ab") as file:
        file.write(b"x")
    with pytest.raises(ModelFileWrong, match="is not the file that was released"):
        Entailment(embedder, tmp_path / MODEL.name).support("A", "B")
