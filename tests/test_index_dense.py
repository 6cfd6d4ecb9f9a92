import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from index.articles import Metadata, Passage
from index.dense import DenseIndex, DenseReader
from index.derived import IndexBroken
from index.tables import StoredPassage

ROOT = Path(__file__).parent.parent
RANDOM = np.random.default_rng(7).normal(size=(1_200, 16)).astype(np.float32)
VECTORS = RANDOM / np.linalg.norm(RANDOM, axis=1, keepdims=True)
"""More than Chroma's threshold of 1,000, so that its graph is on disk."""


def passages(count: int) -> list[StoredPassage]:
    return [
        StoredPassage(key, Passage(f"a{key}", 0, 0, 1, "x", ()), Metadata("Story"), VECTORS[key])
        for key in range(count)
    ]


@pytest.fixture
def index(tmp_path: Path):
    index = DenseIndex(tmp_path / "dense")
    index.put(passages(1_200))
    index.commit()
    yield index
    index.close()


def test_the_nearest_come_first_with_their_true_cosines(index: DenseIndex):
    cosines = VECTORS @ VECTORS[5]
    hits = index.search(VECTORS[5], 50)
    assert [key for key, _ in hits] == np.argsort(-cosines)[:50].tolist()
    assert np.allclose([cosine for _, cosine in hits], np.sort(cosines)[::-1][:50], atol=1e-5)


def test_an_empty_index_finds_nothing(tmp_path: Path):
    index = DenseIndex(tmp_path / "dense")
    assert index.search(VECTORS[0], 10) == []
    assert index.holds([], 0)
    index.close()


def test_a_passage_put_again_takes_the_place_of_the_old_one(index: DenseIndex):
    moved = StoredPassage(3, Passage("a3", 0, 0, 1, "x", ()), Metadata("Story"), -VECTORS[3])
    index.put([moved])
    assert index.search(-VECTORS[3], 1)[0][0] == 3
    assert index.search(VECTORS[3], 1)[0][0] != 3


def test_dropped_passages_are_not_found_and_missing_ones_do_no_harm(index: DenseIndex):
    index.drop([3, 99_999])
    index.put([])
    index.drop([])
    assert 3 not in [key for key, _ in index.search(VECTORS[3], 50)]
    assert index.holds(passages(3), 1_199)


def test_the_proof_fails_on_a_wrong_count_or_a_missing_passage(index: DenseIndex):
    assert index.holds(passages(1_200)[::40], 1_200)
    assert not index.holds([], 1_201)
    stranger = StoredPassage(1, Passage("a", 0, 0, 1, "x", ()), Metadata("Story"), np.eye(16, dtype=np.float32)[0])
    assert not index.holds([stranger], 1_200)


def test_what_was_stored_is_there_when_opened_again(index: DenseIndex, tmp_path: Path):
    index.close()
    for opened in (DenseReader(tmp_path / "dense"), DenseIndex(tmp_path / "dense")):
        assert opened.holds(passages(1_200)[::40], 1_200)
        opened.close()


def test_a_graph_that_was_written_anew_and_not_sealed_is_not_trusted(index: DenseIndex, tmp_path: Path):
    index.drop(range(1_100))  # so many that Chroma writes its graph
    index.close()
    with pytest.raises(IndexBroken, match="have changed"):
        DenseReader(tmp_path / "dense")


def test_changes_since_the_graph_was_written_need_no_rebuilding(index: DenseIndex, tmp_path: Path):
    index.drop([1])
    index.close()
    again = DenseIndex(tmp_path / "dense")
    assert again.holds(passages(1), 1_199)
    again.close()


def test_an_index_whose_opening_killed_the_process_is_begun_anew(index: DenseIndex, tmp_path: Path):
    index.close()
    code = (
        "import os, sys; from pathlib import Path; from index.dense import DenseIndex; "
        "DenseIndex(Path(sys.argv[1])); os.kill(os.getpid(), 11)"
    )
    died = subprocess.run([sys.executable, "-c", code, tmp_path / "dense"], cwd=ROOT, check=False)
    assert died.returncode == -signal.SIGSEGV
    again = DenseIndex(tmp_path / "dense")
    assert again.holds([], 0)
    again.close()


def test_searches_beside_the_very_first_write_find_nothing_or_it(tmp_path: Path):
    for number in range(12):
        index = DenseIndex(tmp_path / str(number))
        with ThreadPoolExecutor(4) as pool:
            done = Event()
            asked = [pool.submit(searches, index, done) for _ in range(4)]
            index.put(passages(200))
            done.set()
            found = {len(hits) for future in asked for hits in future.result()}
        assert found <= {0, 5}
        assert len(index.search(VECTORS[0], 5)) == 5
        index.close()


def searches(index: DenseIndex, done: Event) -> list[list[tuple[int, float]]]:
    found = []
    while not done.is_set():
        found.append(index.search(VECTORS[0], 5))
    return found


@pytest.mark.parametrize("fault", ["cut short", "emptied", "removed"])
@pytest.mark.parametrize(
    "name", ["data_level0.bin", "link_lists.bin", "header.bin", "index_metadata.pickle", "chroma.sqlite3"]
)
def test_a_spoilt_file_is_never_searched(index: DenseIndex, tmp_path: Path, name: str, fault: str):
    index.close()
    (file,) = (tmp_path / "dense").rglob(name)
    if fault == "removed":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2 if fault == "cut short" else 0])
    again = DenseIndex(tmp_path / "dense")
    assert again.holds([], 0), "an index that cannot be trusted begins anew, for its keeper to fill"
    again.put(passages(10))
    again.commit()
    assert again.holds(passages(10), 10)
    again.close()


def test_importing_and_using_chroma_says_nothing(tmp_path: Path):
    code = (
        "import sys; from pathlib import Path; from index.dense import DenseIndex; "
        "DenseIndex(Path(sys.argv[1]) / 'dense').close()"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, tmp_path], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
