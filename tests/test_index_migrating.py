import hashlib
import json
import logging
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from index.articles import Article, Metadata
from index.collection import Collection
from index.embedding import HashEmbedder
from index.errors import CollectionBusy, CollectionForeign
from index.killpoints import KILLED, VARIABLE
from index.lock import WriterLock
from index.migrating import newest
from index.settings import IndexSettings

ROOT = Path(__file__).parent.parent
EMBEDDER = HashEmbedder(256)
FIRST = (ROOT / "index" / "migrations" / "1.sql").read_text(encoding="utf-8")


def opened(folder: Path, *, write: bool = True) -> Collection:
    return Collection.open(folder, EMBEDDER, settings=IndexSettings(), write=write)


def text(number: int) -> str:
    return f"The town of Number{number} has a mill. Its river is called Brook{number}."


def story(number: int) -> Article:
    return Article(f"s{number}", text(number), Metadata(f"Story {number}"), f"/stories/{number}.txt")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data directory as the first version wrote it: its tables, its digests, and no indexes worth keeping."""
    folder = tmp_path / "collection"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(FIRST)
        db.executemany("INSERT INTO meta VALUES (?, ?)", [("schema", "1"), ("embedder", EMBEDDER.id)])
        for number in range(20):
            content = [text(number), f"Story {number}", None, "None", None, None]
            db.execute(
                "INSERT INTO articles VALUES (?, ?, ?, ?, ?, NULL, NULL, NULL, NULL, ?, '2026-11-01T08:00:00+00:00')",
                (
                    number + 1,
                    f"s{number}",
                    f"/stories/{number}.txt",
                    f"Story {number}",
                    text(number),
                    hashlib.sha256(json.dumps(content).encode()).hexdigest(),
                ),
            )
            cut = text(number).index(".") + 1
            vector = EMBEDDER.embed([f"Story {number}\n{text(number)}"])[0]
            db.execute(
                "INSERT INTO passages VALUES (?, ?, 0, 0, ?, ?, ?, ?)",
                (
                    number + 1,
                    number + 1,
                    len(text(number)),
                    text(number),
                    json.dumps([(0, cut), (cut + 1, len(text(number)))]),
                    vector.tobytes(),
                ),
            )
            db.execute("INSERT INTO outbox (passage) VALUES (?)", (number + 1,))
        db.commit()
    return folder


@pytest.mark.parametrize("write", [True, False])
def test_a_collection_of_the_first_version_answers_as_before(folder: Path, write: bool):
    with opened(folder, write=write) as collection:
        assert collection.counts() == (20, 20)
        assert collection.article("s7") == story(7)
        assert collection.retriever.retrieve("brook7", 1)[0].passage.text == text(7)
        assert [sentence.text for sentence in collection.sentences("s7")][1] == "Its river is called Brook7."
        assert collection.sources("s7") == ("/stories/7.txt",)


def test_what_was_stored_by_the_first_version_is_known_again(folder: Path):
    with opened(folder) as collection:
        again = collection.add(story(n) for n in range(20))
        assert (len(again.unchanged), again.added, again.updated) == (20, [], [])


def test_an_upgrade_is_told_in_one_line_and_leaves_the_old_catalog_beside_the_new(
    folder: Path, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.WARNING):
        opened(folder).close()
    kept = folder / f"catalog.sqlite.before-{newest()}"
    told = [record.getMessage() for record in caplog.records if "Upgrading" in record.getMessage()]
    assert len(told) == 1
    assert kept.name in told[0]
    with closing(sqlite3.connect(kept)) as db:
        assert db.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone() == ("1",)
        assert db.execute("SELECT count(*) FROM passages").fetchone() == (20,)
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        opened(folder).close()
    assert caplog.records == [], "an upgrade happens once"


def test_the_copy_is_what_can_be_gone_back_to(folder: Path):
    opened(folder).close()
    shutil.move(folder / f"catalog.sqlite.before-{newest()}", folder / "catalog.sqlite")
    with opened(folder) as collection:
        assert collection.counts() == (20, 20)
        assert collection.retriever.retrieve("brook7", 1)[0].passage.text == text(7)


def test_a_catalog_of_a_later_version_is_refused_and_left_as_it_is(folder: Path):
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as db:
        db.execute("UPDATE meta SET value = '99' WHERE name = 'schema'")
        db.commit()
    before = (folder / "catalog.sqlite").read_bytes()
    for write in (True, False):
        with pytest.raises(CollectionForeign, match="later version"):
            opened(folder, write=write)
    assert (folder / "catalog.sqlite").read_bytes() == before


def test_no_reader_upgrades_under_a_process_of_the_earlier_version(folder: Path):
    lock = WriterLock(folder, "byline serve")
    try:
        with pytest.raises(CollectionBusy, match="byline serve"):
            opened(folder, write=False)
    finally:
        lock.release()
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as db:
        assert db.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone() == ("1",)


@pytest.mark.parametrize(
    "point", ["before catalog copy", "after catalog copy", "before catalog commit", "after catalog commit"]
)
def test_a_kill_during_an_upgrade_leaves_the_old_version_or_the_new(folder: Path, point: str):
    code = (
        "import os, sys; from pathlib import Path; from index.catalog import Catalog; "
        f"os.environ['{VARIABLE}'] = sys.argv[2]; Catalog(Path(sys.argv[1]), '{EMBEDDER.id}')"
    )
    killed = subprocess.run([sys.executable, "-c", code, folder / "catalog.sqlite", point], cwd=ROOT, check=False)
    assert killed.returncode == KILLED
    with opened(folder) as collection:
        assert collection.counts() == (20, 20)
        assert collection.retriever.retrieve("brook7", 1)[0].passage.text == text(7)


def test_without_room_for_the_copy_nothing_is_upgraded(folder: Path):
    code = (
        "import resource, signal, sys; from pathlib import Path; from index.catalog import Catalog; "
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000)); "
        f"Catalog(Path(sys.argv[1]), '{EMBEDDER.id}')"
    )
    before = (folder / "catalog.sqlite").read_bytes()
    refused = subprocess.run(
        [sys.executable, "-c", code, folder / "catalog.sqlite"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 1
    assert "disk" in refused.stderr.splitlines()[-1]
    assert (folder / "catalog.sqlite").read_bytes() == before
    with opened(folder) as collection:
        assert collection.counts() == (20, 20)


def test_whoever_waits_for_an_upgrade_is_told_how_far_it_is(
    folder: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("index.migrating.TOLD_EVERY", 0)
    with caplog.at_level(logging.WARNING):
        opened(folder).close()
    told = [record.getMessage() for record in caplog.records]
    assert "Upgraded 20 of 20 articles." in told


def test_an_upgrade_finds_the_copies_that_adding_would_have_found(folder: Path):
    report = " ".join(f"The mill of Brookton ground {n} sacks of rye that day, said its owner." for n in range(9))
    copy = report.replace("rye", "oats", 2)
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as db:
        for number, words in ((3, report), (7, copy)):
            db.execute("UPDATE articles SET text = ? WHERE key = ?", (words, number))
        db.commit()
    opened(folder).close()
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as db:
        families = dict(db.execute("SELECT key, family FROM articles"))
    assert families[7] == 3
    assert {key: family for key, family in families.items() if key != 7} == {key: key for key in families if key != 7}
