import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embedding import Embedder, HashEmbedder, MiniLM
from index.errors import ModelFileWrong

ROOT = Path(__file__).parents[1]
SENTENCES = [
    "The plant turned out its first car in March.",
    "Frost.",
    "Its founder told shareholders that the second line would open before the summer, without a loan.",
    "A car left the factory for the first time this spring.",
    "",
    "The orchestra plays Mahler tonight.",
]


@pytest.fixture(scope="module")
def minilm() -> MiniLM:
    return MiniLM()


@pytest.fixture
def model_copy(tmp_path: Path) -> Path:
    """A folder with the shipped files, free to be spoiled."""
    for name in ("SHA256SUMS", "model.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes((ROOT / "index" / "model" / name).read_bytes())
    return tmp_path


def both(minilm: MiniLM) -> list[Embedder]:
    return [minilm, HashEmbedder()]


def test_each_text_has_a_row_of_length_one(minilm: MiniLM) -> None:
    for embedder in both(minilm):
        vectors = embedder.embed(SENTENCES)
        assert vectors.shape == (len(SENTENCES), embedder.dimensions)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_texts_give_no_rows(minilm: MiniLM) -> None:
    for embedder in both(minilm):
        assert embedder.embed([]).shape == (0, embedder.dimensions)
        assert embedder.count_tokens([]) == []


def test_texts_that_mean_the_same_are_nearer_than_others(minilm: MiniLM) -> None:
    first_car, _, _, paraphrase, _, orchestra = minilm.embed(SENTENCES)
    assert first_car @ paraphrase > 0.5
    assert first_car @ orchestra < 0.2


def test_a_vector_depends_on_its_text_alone(minilm: MiniLM) -> None:
    together = minilm.embed(SENTENCES)
    backwards = minilm.embed(SENTENCES[::-1])[::-1]
    alone = np.concatenate([minilm.embed([text]) for text in SENTENCES])
    assert np.array_equal(together, backwards)
    assert np.array_equal(together, alone)


def test_workers_keep_the_order(minilm: MiniLM) -> None:
    texts = [f"{text} {n}" for n in range(10) for text in SENTENCES]
    assert np.array_equal(MiniLM(workers=3).embed(texts), minilm.embed(texts))


def test_threads_that_all_need_the_model_first_get_the_same_vectors(minilm: MiniLM) -> None:
    fresh = MiniLM()
    with ThreadPoolExecutor(8) as pool:
        for vectors in pool.map(lambda _: fresh.embed(SENTENCES), range(8)):
            assert np.array_equal(vectors, minilm.embed(SENTENCES))


def test_a_question_asked_again_has_the_same_vector_whatever_was_done_with_the_first(minilm: MiniLM) -> None:
    first = minilm.embed(["When did frost come?"])
    kept = first.copy()
    first[:] = 0
    assert np.array_equal(minilm.embed(["When did frost come?"]), kept)
    assert np.array_equal(MiniLM().embed(["When did frost come?"]), kept)


def test_tokens_are_counted_beyond_what_is_read(minilm: MiniLM) -> None:
    assert minilm.count_tokens(["frost", "frost " * 1000, ""]) == [1, 1000, 0]


def test_a_text_of_the_longest_length_is_read_to_its_end_and_a_longer_one_is_not(minilm: MiniLM) -> None:
    fits = "frost " * (minilm.max_tokens - 3)
    car, rain, car_and_more = minilm.embed([fits + "car", fits + "rain", fits + "car rain rain"])
    assert not np.array_equal(car, rain)
    assert np.array_equal(car, car_and_more)


@settings(max_examples=50, deadline=None)
@given(text=st.text(st.characters(), max_size=60))
def test_any_text_can_be_embedded(minilm: MiniLM, text: str) -> None:
    for embedder in both(minilm):
        assert np.linalg.norm(embedder.embed([text])) == pytest.approx(1, abs=1e-5)
        assert embedder.count_tokens([text])[0] >= 0


@pytest.mark.parametrize(
    "text", ["\ud800", "a\x00b", "\udcff\ud83d", "\u202e\u200b", "🙂" * 300, "[SEP] [MASK]", "\n", "x" * 5000]
)
def test_odd_text_can_be_embedded(minilm: MiniLM, text: str) -> None:
    for embedder in both(minilm):
        assert np.isfinite(embedder.embed([text])).all()
        assert embedder.count_tokens([text])[0] >= 0


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_file_with_one_flipped_bit_is_refused(model_copy: Path, name: str) -> None:
    content = bytearray((model_copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (model_copy / name).write_bytes(content)
    with pytest.raises(ModelFileWrong, match=rf"{name} is not the file that was released\. Reinstall"):
        MiniLM(model_copy).embed(["frost"])


@pytest.mark.parametrize("sums", [b"", b"\xff\n", b"one two three"])
def test_files_that_no_sum_vouches_for_are_refused(model_copy: Path, sums: bytes) -> None:
    (model_copy / "SHA256SUMS").write_bytes(sums)
    with pytest.raises(ModelFileWrong, match="is not the file that was released"):
        MiniLM(model_copy).embed(["frost"])


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "SHA256SUMS"])
def test_a_missing_file_is_named(model_copy: Path, name: str) -> None:
    (model_copy / name).unlink()
    with pytest.raises(ModelFileWrong, match=rf"{name} cannot be read \(No such file.*\)\. Reinstall"):
        MiniLM(model_copy).count_tokens(["frost"])


def test_the_id_changes_with_the_files(minilm: MiniLM, model_copy: Path) -> None:
    assert MiniLM(model_copy).id == minilm.id
    sums = (model_copy / "SHA256SUMS").read_text()
    (model_copy / "SHA256SUMS").write_text(sums.replace(sums[0], "0" if sums[0] != "0" else "1", 1))
    assert MiniLM(model_copy).id != minilm.id


def test_hashed_words_are_the_same_in_every_process() -> None:
    show = "from index.embedding import HashEmbedder; print(HashEmbedder(16).embed(['Frost came early']).tolist())"
    here = f"{HashEmbedder(16).embed(['Frost came early']).tolist()}\n"
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", show]
        elsewhere = subprocess.run(command, check=False, env=environment, cwd=ROOT, capture_output=True, text=True)
        assert (elsewhere.stdout, elsewhere.stderr) == (here, "")


def test_hashed_words_of_a_shared_topic_are_nearer() -> None:
    frost, frost_again, rain = HashEmbedder().embed(["Frost came early", "An early frost came", "Rain fell on Monday"])
    assert frost @ frost_again > frost @ rain


def test_hash_ids_differ_by_dimensions() -> None:
    assert HashEmbedder(32).id != HashEmbedder(64).id
