import json
import logging
import random
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event

import pytest

from index.articles import Article, Metadata
from index.build import cut, embedded
from index.catalog import Catalog
from index.chunking import Budget
from index.collection import Collection
from index.embedding import HashEmbedder
from index.errors import ArticleUnknown, BylineError, CollectionBusy, CollectionForeign, SourceUnreadable
from index.scope import Scope
from index.settings import IndexSettings

ROOT = Path(__file__).parent.parent
EMBEDDER = HashEmbedder(1_024)  # so many places that no two words of these tests share one


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "collection"


def opened(folder: Path, *, write: bool = True, purpose: str = "a test") -> Collection:
    return Collection.open(folder, EMBEDDER, settings=IndexSettings(), write=write, purpose=purpose)


def story(number: int, text: str = "") -> Article:
    text = text or f"The town of Number{number} has a mill. Its river is called Brook{number}."
    return Article(f"s{number}", text, Metadata(f"Story {number}"), f"/stories/{number}.txt")


def best(collection: Collection, question: str) -> str:
    return collection.retriever.retrieve(question, 5)[0].passage.text


def articles_found(collection: Collection, question: str) -> list[str]:
    return [hit.passage.article_id for hit in collection.retriever.retrieve(question, 10)]


def test_what_was_added_is_listed_shown_and_found(folder: Path):
    with opened(folder) as collection:
        added = collection.add([story(1), story(2)])
        assert (added.added, added.updated, added.unchanged, added.problems) == (["s1", "s2"], [], [], [])
        assert [article.id for article in collection.articles()] == ["s1", "s2"]
        assert collection.article("s2") == story(2)
        assert [s.text for s in collection.sentences("s1")] == [
            "The town of Number1 has a mill.",
            "Its river is called Brook1.",
        ]
        assert collection.counts() == (2, 2)
        assert "Brook2" in best(collection, "brook2")


def test_it_is_all_there_when_opened_again_by_a_writer_or_a_reader(folder: Path):
    with opened(folder) as collection:
        collection.add([story(n) for n in range(30)])
        hits = collection.retriever.retrieve("What is the river of Number7 called?", 5)
    for write in (True, False):
        with opened(folder, write=write) as again:
            assert again.retriever.retrieve("What is the river of Number7 called?", 5) == pytest.approx(hits)


def test_adding_again_changes_nothing(folder: Path):
    with opened(folder) as collection:
        collection.add([story(1), story(2)])
        version = collection.version()
        again = collection.add([story(2), story(1)])
        assert (again.added, again.updated, again.unchanged) == ([], [], ["s2", "s1"])
        assert collection.version() == version


def test_a_changed_article_replaces_its_old_version_for_every_search(folder: Path):
    with opened(folder) as collection:
        collection.add([story(1), story(2)])
        version = collection.version()
        changed = collection.add([story(1, "The mill has closed.")])
        assert changed.updated == ["s1"]
        assert collection.version() > version
        assert articles_found(collection, "brook1 number1").count("s1") == 1
        assert best(collection, "mill closed") == "The mill has closed."
        assert collection.counts() == (2, 2)


def test_a_removed_article_is_found_no_more(folder: Path):
    with opened(folder) as collection:
        collection.add([story(1), story(2)])
        collection.remove("s1")
        assert articles_found(collection, "brook1") == ["s2"]
        for ask in (collection.article, collection.sentences, collection.passages, collection.remove):
            with pytest.raises(ArticleUnknown):
                ask("s1")


def test_problems_are_handed_on_and_the_rest_is_added(folder: Path):
    trouble = SourceUnreadable("line 2 is broken")
    with opened(folder) as collection:
        added = collection.add([story(1), trouble, story(2, " \n\n "), story(3, "Half a \ud800 character."), story(4)])
        assert added.added == ["s1", "s4"]
        assert added.problems[0] is trouble
        assert [str(problem).split()[0] for problem in added.problems[1:]] == ["/stories/2.txt", "'/stories/3.txt'"]


def test_progress_is_told_up_to_the_last_article(folder: Path):
    told: list[int] = []
    with opened(folder) as collection:
        collection.add((story(n) for n in range(150)), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 150
    assert any(0 < n < 150 for n in told)


def test_an_article_of_many_passages_is_added_whole(folder: Path):
    padding = "It goes on for a while about nothing. " * 20
    text = "\n\n".join(f"Paragraph {n} tells of Gate{n}. {padding}" for n in range(600))
    with opened(folder) as collection:
        collection.add([story(1, text)])
        assert collection.counts()[1] >= 600
        assert "Gate444" in best(collection, "gate444")


def test_the_order_of_adding_does_not_change_what_is_found(tmp_path: Path):
    stories = [story(n) for n in range(40)]
    found = []
    for order in (stories, stories[::-1]):
        with opened(tmp_path / order[0].id) as collection:
            collection.add(order)
            hits = collection.retriever.retrieve("Which river flows through Number7 and Number9?", 10)
            found.append([(hit.passage, round(hit.score, 5)) for hit in hits])
    assert found[0] == found[1]


@pytest.mark.parametrize("lost", [["dense"], ["lexical"], ["dense", "lexical"]])
def test_a_removed_index_is_rebuilt_from_the_catalog(folder: Path, lost: list[str], caplog: pytest.LogCaptureFixture):
    with opened(folder) as collection:
        collection.add([story(n) for n in range(30)])
        hits = collection.retriever.retrieve("brook7", 5)
    for name in lost:
        shutil.rmtree(folder / name)
    with opened(folder, write=False) as collection:
        assert collection.retriever.retrieve("brook7", 5) == pytest.approx(hits)
    with caplog.at_level(logging.WARNING), opened(folder) as collection:
        assert collection.retriever.retrieve("brook7", 5) == pytest.approx(hits)
    assert [record.getMessage().split()[1] for record in caplog.records] == lost
    caplog.clear()
    with caplog.at_level(logging.WARNING), opened(folder):
        assert caplog.records == [], "once rebuilt it is trusted"


def test_an_index_of_another_collection_is_noticed_and_rebuilt(tmp_path: Path):
    for name, first in (("one", 0), ("two", 100)):
        with opened(tmp_path / name) as collection:
            collection.add([story(n) for n in range(first, first + 20)])
    for index in ("dense", "lexical"):
        shutil.rmtree(tmp_path / "one" / index)
        shutil.copytree(tmp_path / "two" / index, tmp_path / "one" / index)
    with opened(tmp_path / "one") as collection:
        assert "Brook7." in best(collection, "brook7")


def test_a_change_that_never_reached_the_indexes_is_taken_in_on_opening(folder: Path):
    with opened(folder) as collection:
        collection.add([story(1), story(2)])
    # What a crash between the catalog's commit and the indexes leaves behind:
    catalog = Catalog(folder / "catalog.sqlite", EMBEDDER.id)
    budget = Budget(EMBEDDER.count_tokens, EMBEDDER.max_tokens, EMBEDDER.count_tokens, 200)
    catalog.put(embedded([cut(story(3), budget), cut(story(1, "The mill has closed."), budget)], EMBEDDER))
    catalog.close()
    for write in (False, True):
        with opened(folder, write=write) as collection:
            assert "Brook3" in best(collection, "What is the river of Number3 called, Brook3?")
            assert best(collection, "has the mill closed") == "The mill has closed."
            assert articles_found(collection, "mill").count("s1") == 1


def test_another_embedder_is_refused_and_the_collection_left_as_it_is(folder: Path):
    with opened(folder) as collection:
        collection.add([story(1)])
    for write in (True, False):
        with pytest.raises(CollectionForeign, match=r"hash-1024.*hash-8"):
            Collection.open(folder, HashEmbedder(8), settings=IndexSettings(), write=write)
    with opened(folder) as collection:
        assert collection.counts() == (1, 1)


def test_a_second_writer_is_told_within_two_seconds_who_the_first_is(folder: Path):
    with opened(folder, purpose="byline serve") as collection:
        collection.announce("http://127.0.0.1:7860")
        said = json.loads((folder / "writer.json").read_text())
        start = time.monotonic()
        with pytest.raises(CollectionBusy) as busy:
            opened(folder)
        assert time.monotonic() - start < 2
        for part in ("byline serve", str(said["pid"]), said["since"], "http://127.0.0.1:7860", "--data"):
            assert part in str(busy.value)
    with opened(folder):
        pass


def test_the_lock_of_a_process_that_died_does_not_block(folder: Path):
    code = (
        "import os, sys; from pathlib import Path; from index.lock import WriterLock; "
        "lock = WriterLock(Path(sys.argv[1]), 'byline add'); os.kill(os.getpid(), 9)"
    )
    folder.mkdir()
    died = subprocess.run([sys.executable, "-c", code, folder], cwd=ROOT, check=False)
    assert died.returncode == -signal.SIGKILL
    assert "byline add" in (folder / "writer.json").read_text()
    with opened(folder):
        pass


def test_a_reader_answers_beside_a_writer_and_sees_what_it_adds(folder: Path):
    with opened(folder) as writer, opened(folder, write=False) as reader:
        writer.add([story(1)])
        assert articles_found(reader, "brook1") == ["s1"]
        with pytest.raises(BylineError, match="write=True"):
            reader.add([story(2)])
        with pytest.raises(BylineError, match="write=True"):
            reader.remove("s1")


def test_an_empty_or_new_collection_can_be_read(folder: Path):
    with opened(folder, write=False) as collection:
        assert collection.articles() == []
        assert collection.retriever.retrieve("anything", 5) == []
        assert (collection.counts(), collection.version()) == ((0, 0), 0)


def test_a_file_in_the_place_of_the_data_directory_is_a_clear_line(folder: Path):
    folder.write_text("not a directory")
    for write in (True, False):
        with pytest.raises(BylineError, match="--data"):
            opened(folder, write=write)


def test_every_article_is_found_the_moment_it_was_added_while_others_ask(folder: Path):
    done = Event()

    def ask(collection: Collection) -> int:
        asked = 0
        while not done.is_set():
            collection.retriever.retrieve("Which river flows through Number3?", 5)
            asked += 1
        return asked

    with opened(folder) as collection, ThreadPoolExecutor(4) as pool:
        askers = [pool.submit(ask, collection) for _ in range(4)]
        try:
            for n in range(60):
                collection.add([story(n)])
                assert f"Brook{n}." in best(collection, f"number{n} brook{n}")
                collection.add([story(n, f"Brook{n} ran dry in Number{n}.")])
                assert best(collection, f"number{n} brook{n}") == f"Brook{n} ran dry in Number{n}."
        finally:
            done.set()
        assert all(asker.result() > 0 for asker in askers)


KILLED = """
import sys
from pathlib import Path
from index.articles import Article, Metadata
from index.collection import Collection
from index.embedding import HashEmbedder
from index.settings import IndexSettings
version = sys.argv[2]
with Collection.open(Path(sys.argv[1]), HashEmbedder(1024), settings=IndexSettings(), write=True) as collection:
    print("open", flush=True)
    for n in range(400):
        collection.add([Article(f"s{n}", f"Brook{n} has version{version}.", Metadata(f"Story {n}"), f"/stories/{n}")])
        print(n, flush=True)
"""


def killed_while_adding(folder: Path, version: int, *, chance: random.Random) -> list[int]:
    """The numbers of the articles that a process reported as added before it was killed."""
    command = [sys.executable, "-c", KILLED, str(folder), str(version)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        reported = [process.stdout.readline() for _ in range(chance.randint(2, 30))]
        time.sleep(chance.uniform(0, 0.1))
        process.kill()
        reported += process.stdout.read().splitlines()
    assert reported[0] == "open\n"
    return [int(line) for line in reported[1:]]


def test_whatever_was_reported_as_added_survives_a_kill(folder: Path):
    chance = random.Random(3)
    for version in range(4):
        acknowledged = killed_while_adding(folder, version, chance=chance)
        with opened(folder) as collection:
            articles = [article.id for article in collection.articles()]
            assert len(articles) == len(set(articles)) == collection.counts()[1] >= len(acknowledged)
            for n in acknowledged:
                assert best(collection, f"brook{n} version{version}") == f"Brook{n} has version{version}."


def test_a_reader_of_a_small_collection_loads_neither_chroma_nor_llama_index(folder: Path):
    with opened(folder) as collection:
        collection.add([story(1)])
    code = (
        "import sys; from pathlib import Path; from index.collection import Collection; "
        "from index.embedding import HashEmbedder; from index.settings import IndexSettings; "
        "c = Collection.open(Path(sys.argv[1]), HashEmbedder(1024), settings=IndexSettings()); "
        "print(c.retriever.retrieve('brook1', 1)[0].passage.article_id); c.close(); "
        "print(sorted({'chromadb', 'llama_index', 'gradio', 'sqlalchemy', 'tiktoken'} & sys.modules.keys()))"
    )
    ran = subprocess.run([sys.executable, "-c", code, folder], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout == "s1\n[]\n"


REPORT = (
    "The mill in the valley is to close in May, its owner said on Tuesday. It ground flour for three hundred years. "
    "Twelve people will lose their work, and the brook will run free for the first time since the wheel was built."
)


class CountingEmbedder(HashEmbedder):
    """Counts the texts that it has embedded."""

    embedded = 0

    def embed(self, texts):
        self.embedded += len(texts)
        return super().embed(texts)


def test_the_same_article_from_a_second_source_is_not_embedded_again(folder: Path):
    embedder = CountingEmbedder(1_024)
    copy = Article("copy", REPORT, Metadata("Mill closes", publisher="The Courier"), "/courier.txt")
    with Collection.open(folder, embedder, settings=IndexSettings(), write=True) as collection:
        collection.add([Article("mill", REPORT, Metadata("The mill"), "/ledger.txt")])
        before = embedder.embedded
        added = collection.add([copy])
        assert (added.added, added.updated, added.unchanged, embedder.embedded) == ([], [], ["mill"], before)
        assert collection.sources("mill") == ("/ledger.txt", "/courier.txt")
        found = collection.retriever.retrieve("mill", 5, scope=Scope(publishers=("The Courier",)))
        assert [hit.metadata.title for hit in found] == ["The mill"], "what the second says fills the gaps of the first"
        with pytest.raises(ArticleUnknown):
            collection.sources("copy")


def test_two_sources_of_one_article_in_one_batch_are_one_article(folder: Path):
    prints = [Article(f"p{n}", REPORT, Metadata(f"Print {n}"), f"/{n}.txt") for n in range(3)]
    with opened(folder) as collection:
        assert collection.add(prints).settled == 3
        assert collection.counts() == (1, 1)
        assert collection.articles()[0].sources == ("/0.txt", "/1.txt", "/2.txt")


def test_an_article_is_found_until_its_last_source_is_removed(folder: Path):
    with opened(folder) as collection:
        collection.add([Article(name, REPORT, Metadata(name), f"/{name}.txt") for name in ("one", "two")])
        assert collection.remove_source("/one.txt")
        assert articles_found(collection, "mill") == ["one"]
        assert collection.remove_source("/two.txt")
        assert articles_found(collection, "mill") == []
        assert not collection.remove_source("/two.txt")


def test_near_copies_are_one_hit_and_stay_so_when_opened_again(folder: Path):
    endings = ("It rained.", "Birds sang.", "The hall was full.")
    prints = [Article(f"p{n}", f"{REPORT} {end}", Metadata(f"Print {n}"), f"/{n}.txt") for n, end in enumerate(endings)]
    exact = Article("exact", REPORT, Metadata("The mill"), "/exact.txt")
    with opened(folder) as collection:
        collection.add([*prints, exact])
        assert collection.counts()[0] == 4
    with opened(folder, write=False) as collection:
        hits = collection.retriever.retrieve("Who will lose their work when the mill closes?", 10)
        assert len(hits) == 1
        assert {hits[0].passage.article_id, *(copy.article_id for copy in hits[0].copies)} == {
            "p0",
            "p1",
            "p2",
            "exact",
        }


def test_newer_articles_come_first_where_the_setting_says_so(folder: Path):
    texts = {"old": date(2020, 1, 1), "today": datetime.now(UTC).date()}
    stories = [
        Article(name, f"Frost came, says {name}.", Metadata(name, published=day), f"/{name}")
        for name, day in texts.items()
    ]
    with opened(folder) as collection:
        collection.add(stories)
        plain = {hit.passage.article_id: hit.score for hit in collection.retriever.retrieve("frost", 2)}
    settings = IndexSettings(recency_half_life_days=30)
    with Collection.open(folder, EMBEDDER, settings=settings) as collection:
        hits = collection.retriever.retrieve("frost", 2)
    assert hits[0].passage.article_id == "today"
    assert hits[0].score > plain["today"]
    assert hits[1].score == pytest.approx(plain["old"])
