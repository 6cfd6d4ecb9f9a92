import logging
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.answers import Question
from assistant.chain import Assistant
from assistant.meaning import Meaning
from assistant.reading import FeatureReader
from assistant.remarks import LINES
from assistant.settings import Settings
from assistant.vocabulary import Vocabulary
from index.articles import Article, Metadata, Passage
from index.collection import Collection
from index.dense import DenseIndex
from index.derived import IndexAway
from index.doctor import examine, repair
from index.embedding import HashEmbedder
from index.retrieval import ByWordsAlone
from index.served import ServedIndex, ServedReader, collection_name
from index.settings import IndexSettings
from index.tables import StoredPassage

EMBEDDER = HashEmbedder(256)
RANDOM = np.random.default_rng(7).normal(size=(1_200, 16)).astype(np.float32)
VECTORS = RANDOM / np.linalg.norm(RANDOM, axis=1, keepdims=True)
CHROMA = Path(sys.executable).with_name("chroma")


class Server:
    """A real ``chroma run``, which can be stopped, begun again, and begun again with nothing in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        command = [CHROMA, "run", "--path", self.folder, "--host", "127.0.0.1", "--port", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(lambda: answers(self.url), 30)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/api/v2/heartbeat", timeout=1):
            return True
    except OSError:
        return False


def until(holds, seconds: float) -> None:
    """Wait for what is to come true."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("chroma"))
    yield running
    running.stop()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """One that a test may stop."""
    running = Server(tmp_path / "chroma")
    yield running
    running.stop()


def passages(count: int) -> list[StoredPassage]:
    return [
        StoredPassage(key, Passage(f"a{key}", 0, 0, 1, "x", ()), Metadata("Story"), VECTORS[key])
        for key in range(count)
    ]


@pytest.fixture(params=["embedded", "server"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DenseIndex | ServedIndex]:
    """The same passages in either Chroma; the same tests hold."""
    made: DenseIndex | ServedIndex
    if request.param == "embedded":
        made = DenseIndex(tmp_path / "dense")
    else:
        made = ServedIndex(request.getfixturevalue("server").url, collection_name(tmp_path / "name"))
        made.clear()
        made.doubtful = False
    for start in range(0, 1_200, 600):
        made.put(passages(1_200)[start : start + 600])
    made.commit()
    yield made
    made.close()


def test_the_nearest_come_first_with_their_true_cosines(index: DenseIndex | ServedIndex):
    cosines = VECTORS @ VECTORS[5]
    hits = index.search(VECTORS[5], 50)
    assert [key for key, _ in hits] == np.argsort(-cosines)[:50].tolist()
    assert np.allclose([cosine for _, cosine in hits], np.sort(cosines)[::-1][:50], atol=1e-5)


def test_a_passage_put_again_takes_the_place_of_the_old_one(index: DenseIndex | ServedIndex):
    index.put([StoredPassage(3, Passage("a3", 0, 0, 1, "x", ()), Metadata("Story"), -VECTORS[3])])
    assert index.search(-VECTORS[3], 1)[0][0] == 3
    assert index.search(VECTORS[3], 1)[0][0] != 3


def test_dropped_passages_are_not_found_and_missing_ones_do_no_harm(index: DenseIndex | ServedIndex):
    index.drop([3, 99_999])
    index.put([])
    index.drop([])
    assert 3 not in [key for key, _ in index.search(VECTORS[3], 50)]
    assert index.holds(passages(3), 1_199)


def test_the_proof_fails_on_a_wrong_count_or_a_missing_passage(index: DenseIndex | ServedIndex):
    assert index.holds(passages(1_200)[::40], 1_200)
    assert not index.holds([], 1_201)
    stranger = StoredPassage(1, Passage("a", 0, 0, 1, "x", ()), Metadata("Story"), np.eye(16, dtype=np.float32)[0])
    assert not index.holds([stranger], 1_200)


def test_a_cleared_index_is_empty_and_takes_passages_again(index: DenseIndex | ServedIndex):
    index.clear()
    assert index.holds([], 0)
    assert index.search(VECTORS[0], 10) == []
    index.put(passages(2))
    assert index.search(VECTORS[1], 1)[0][0] == 1


def story(n: int, text: str = "") -> Article:
    text = text or f"The river of Number{n} is called Brook{n}. It has flowed through the town for ages."
    return Article(f"s{n}", text, Metadata(f"Story {n}"), f"/stories/{n}")


def opened(folder: Path, url: str | None, *, write: bool = True) -> Collection:
    return Collection.open(folder, EMBEDDER, settings=IndexSettings(chroma_url=url), write=write)


def found(collection: Collection, question: str) -> list[str]:
    return [hit.passage.article_id for hit in collection.retriever.retrieve(question, 5)]


@pytest.fixture(params=["embedded", "server"])
def url(request: pytest.FixtureRequest) -> str | None:
    return request.getfixturevalue("server").url if request.param == "server" else None


def test_what_is_added_changed_and_removed_is_found_so_at_once_and_when_opened_again(tmp_path: Path, url: str | None):
    with opened(tmp_path / "c", url) as collection:
        collection.add([story(n) for n in range(30)])
        collection.add([story(7, "Brook7 ran dry.")])
        collection.remove("s8")
        hits = collection.retriever.retrieve("Which river flows through Number3?", 5)
        assert not isinstance(hits, ByWordsAlone)
        assert hits[0].passage.article_id == "s3"
    for write in (True, False):
        with opened(tmp_path / "c", url, write=write) as collection:
            assert collection.retriever.retrieve("Which river flows through Number3?", 5) == pytest.approx(hits)
            assert collection.retriever.retrieve("Brook7", 1)[0].passage.text == "Brook7 ran dry."
            assert "s8" not in found(collection, "Brook8")


def test_two_directories_in_one_server_know_nothing_of_each_other(tmp_path: Path, server: Server):
    with opened(tmp_path / "one", server.url) as one, opened(tmp_path / "two", server.url) as two:
        one.add([story(1)])
        two.add([story(2)])
        assert found(one, "Brook1") == ["s1"]
        assert found(two, "Brook1") == ["s2"]


def test_moving_to_a_server_and_back_finds_what_was_changed_meanwhile(
    tmp_path: Path, server: Server, caplog: pytest.LogCaptureFixture
):
    with opened(tmp_path, None) as collection:
        collection.add([story(n) for n in range(5)])
    with opened(tmp_path, server.url) as collection:
        assert not (tmp_path / "dense").exists()
        collection.add([story(1, "Brook1 froze in the cold winter.")])
    with opened(tmp_path, None) as collection:
        assert found(collection, "what froze in winter")[0] == "s1"
    with opened(tmp_path, server.url) as collection:
        assert found(collection, "what froze in winter")[0] == "s1"


def test_without_the_server_words_are_searched_and_the_answer_says_so(
    tmp_path: Path, own_server: Server, caplog: pytest.LogCaptureFixture
):
    with opened(tmp_path, own_server.url) as collection:
        collection.add([story(n) for n in range(30)])
        own_server.stop()
        assistant = Assistant(
            collection.retriever, FeatureReader(Vocabulary(), Meaning(EMBEDDER)), settings=Settings(data=tmp_path)
        )
        answer = assistant.ask(Question("What is the river of Number3 called?"))
        assert answer.notes == (LINES["by_words_alone"],)
        assert answer.to_json()["notes"] == [LINES["by_words_alone"]]
        assert answer.retrieved[0] == "s3"
        unheard = assistant.ask(Question("Zyzzyva quokka?"))
        assert unheard.abstained
        assert "no articles yet" not in str(unheard.reason)

        collection.add([story(99)])  # what is stored while the server is away is found by words, and later by meaning
        assert isinstance(collection.retriever.retrieve("Brook99", 1), ByWordsAlone)
        assert found(collection, "Brook99")[0] == "s99"

        own_server.start()
        until(lambda: not isinstance(collection.retriever.retrieve("Brook99", 1), ByWordsAlone), 20)
        assert not assistant.ask(Question("What is the river of Number99 called?")).notes
        assert found(collection, "Brook99")[0] == "s99"
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert own_server.url in told[0]
    assert "chroma run" in told[0]
    assert sum("does not give" in line for line in told) == 1, "told once, not with every question"


def test_a_server_that_comes_back_with_nothing_is_filled_again(tmp_path: Path, own_server: Server):
    with opened(tmp_path / "data", own_server.url) as collection:
        collection.add([story(n) for n in range(30)])
        own_server.stop()
        shutil.rmtree(own_server.folder)
        own_server.start()
        collection.retriever.retrieve("Brook3", 5)
        until(lambda: not isinstance(collection.retriever.retrieve("Brook3", 5), ByWordsAlone), 20)
        reader = ServedReader(own_server.url, collection_name(tmp_path / "data" / "chroma-collection"))
        assert reader.holds([], 30)
        reader.close()


def test_a_collection_opens_and_takes_articles_while_its_server_is_away(tmp_path: Path, own_server: Server):
    own_server.stop()
    with opened(tmp_path / "data", own_server.url) as collection:
        assert collection.add([story(1), story(2)]).added == ["s1", "s2"]
        assert found(collection, "Brook2")[0] == "s2"
        own_server.start()
        until(lambda: not isinstance(collection.retriever.retrieve("Brook2", 5), ByWordsAlone), 20)


def test_a_server_that_takes_connections_and_says_nothing_costs_one_question_its_patience():
    with socket.create_server(("127.0.0.1", 0)) as mute:
        reader = ServedReader(f"http://127.0.0.1:{mute.getsockname()[1]}", "byline-x", patience=0.5)
        for most in (3, 0.1):
            started = time.monotonic()
            with pytest.raises(IndexAway, match="does not give"):
                reader.search(VECTORS[0], 5)
            assert time.monotonic() - started < most
        reader.close()


def test_something_else_that_answers_at_the_address_is_told_as_such():
    class NotChroma(threading.Thread):
        def __init__(self) -> None:
            super().__init__(daemon=True)
            self.socket = socket.create_server(("127.0.0.1", 0))

        def run(self) -> None:
            while True:
                try:
                    taken, _ = self.socket.accept()
                except OSError:
                    return
                with taken:
                    taken.recv(10_000)
                    taken.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")

    other = NotChroma()
    other.start()
    reader = ServedReader(f"http://127.0.0.1:{other.socket.getsockname()[1]}", "byline-x")
    with pytest.raises(IndexAway, match="chroma_url"):
        reader.search(VECTORS[0], 5)
    reader.close()
    other.socket.shutdown(socket.SHUT_RDWR)
    other.socket.close()
    other.join()


def test_the_doctor_probes_the_server_and_repairs_what_it_lost(tmp_path: Path, own_server: Server):
    folder = tmp_path / "data"
    with opened(folder, own_server.url) as collection:
        collection.add([story(n) for n in range(30)])
    assert all(finding.sound for finding in examine(folder, EMBEDDER.id, chroma_url=own_server.url))
    own_server.stop()
    shutil.rmtree(own_server.folder)
    own_server.start()
    wrong = [one.store for one in examine(folder, EMBEDDER.id, chroma_url=own_server.url) if not one.sound]
    assert wrong == ["dense"]
    assert all(finding.sound for finding in repair(folder, EMBEDDER, chroma_url=own_server.url))


def test_a_key_in_the_address_is_refused_since_addresses_are_told():
    with pytest.raises(ValueError, match="chroma_url"):
        IndexSettings(chroma_url="http://user:secret@127.0.0.1:8000")
