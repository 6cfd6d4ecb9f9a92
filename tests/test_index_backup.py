import hashlib
import json
import os
import stat
import subprocess
import sys
import threading
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from index.articles import Article, Metadata
from index.backup import MANIFEST, BackupUnusable, back_up
from index.collection import Collection
from index.database import connected
from index.embedding import HashEmbedder
from index.errors import BylineError, CollectionBusy, CollectionForeign
from index.restore import restore
from index.settings import IndexSettings

EMBEDDER = HashEmbedder(256)


def opened(folder: Path, *, write: bool = True) -> Collection:
    return Collection.open(folder, EMBEDDER, settings=IndexSettings(), write=write)


def story(number: int, text: str = "") -> Article:
    text = text or f"The town of Number{number} has a mill. Its river is called Brook{number}."
    return Article(f"s{number}", text, Metadata(f"Story {number}"), f"/stories/{number}.txt")


def best(collection: Collection, question: str) -> str:
    return collection.retriever.retrieve(question, 1)[0].passage.text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "collection"
    with opened(folder) as collection:
        collection.add(story(n) for n in range(20))
    return folder


@pytest.fixture
def backup(folder: Path, tmp_path: Path) -> Path:
    (folder / "uploads" / "ab").mkdir(parents=True)
    (folder / "uploads" / "ab" / "ferry.txt").write_text("Ferries sail.")
    back_up(folder, tmp_path / "news.zip")
    return tmp_path / "news.zip"


def test_a_collection_comes_back_elsewhere_with_its_uploads_and_answers_alike(
    folder: Path, backup: Path, tmp_path: Path
):
    manifest = restore(backup, tmp_path / "elsewhere", embedder=EMBEDDER)
    assert (manifest.articles, manifest.passages) == (20, 20)
    with opened(folder) as one, opened(tmp_path / "elsewhere") as other:
        assert [article.id for article in other.articles()] == [article.id for article in one.articles()]
        question = "What is the river of Number7 called?"
        assert other.retriever.retrieve(question, 5) == pytest.approx(one.retriever.retrieve(question, 5))
    assert (tmp_path / "elsewhere" / "uploads" / "ab" / "ferry.txt").read_text() == "Ferries sail."
    assert [path.name for path in (tmp_path / "elsewhere").glob("restoring-*")] == []


def test_a_backup_may_be_read_by_its_owner_only_and_leaves_nothing_beside_it(backup: Path, tmp_path: Path):
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["collection", "news.zip"]


def test_a_backup_made_while_articles_are_added_is_of_one_moment(folder: Path, tmp_path: Path):
    done = threading.Event()

    def keep_adding(collection: Collection) -> None:
        number = 100
        while not done.is_set():
            collection.add([story(number), story(number + 1)])
            number += 2

    with opened(folder) as collection:
        writer = threading.Thread(target=keep_adding, args=(collection,))
        writer.start()
        try:
            for number in range(4):
                manifest = back_up(folder, tmp_path / "news.zip")
                assert manifest.articles % 2 == 0, "two that were added together are both in it, or neither is"
                restore(tmp_path / "news.zip", tmp_path / str(number), embedder=EMBEDDER)
        finally:
            done.set()
            writer.join()
    for number in range(4):
        with opened(tmp_path / str(number)) as copy:
            assert copy.counts()[0] >= 20
            for article in copy.articles():
                assert best(copy, f"brook{article.id[1:]}") == story(int(article.id[1:])).text


def test_articles_that_are_there_are_replaced_only_when_told_to_and_kept_beside(folder: Path, backup: Path):
    with opened(folder) as collection:
        collection.add([story(1, "The mill has closed."), story(50)])
    with pytest.raises(BackupUnusable, match="--force"):
        restore(backup, folder, embedder=EMBEDDER)
    restore(backup, folder, embedder=EMBEDDER, force=True)
    with opened(folder) as collection:
        assert collection.counts() == (20, 20)
        assert best(collection, "brook1 number1") == story(1).text
        assert "Brook50" not in best(collection, "brook50")
    assert (folder / "catalog.sqlite.before-restore").exists()


def test_a_damaged_catalog_is_replaced(folder: Path, backup: Path):
    content = bytearray((folder / "catalog.sqlite").read_bytes())
    content[100:40_000] = b"\xff" * 39_900
    (folder / "catalog.sqlite").write_bytes(content)
    restore(backup, folder, embedder=EMBEDDER, force=True)
    with opened(folder) as collection:
        assert best(collection, "brook7") == story(7).text


def test_nothing_is_restored_under_a_process_that_writes(folder: Path, backup: Path):
    with opened(folder), pytest.raises(CollectionBusy):
        restore(backup, folder, embedder=EMBEDDER, force=True)


def test_a_backup_of_a_later_version_is_refused_before_anything_changes(folder: Path, tmp_path: Path):
    with closing(connected(folder / "catalog.sqlite")) as db:
        db.execute("UPDATE meta SET value = '1000' WHERE name = 'schema'")
    back_up(folder, tmp_path / "later.zip")
    (tmp_path / "there").mkdir()
    with pytest.raises(CollectionForeign, match="later version"):
        restore(tmp_path / "later.zip", tmp_path / "there", embedder=EMBEDDER, force=True)
    assert not (tmp_path / "there" / "catalog.sqlite").exists()


def test_a_restore_that_is_stopped_while_it_embeds_has_replaced_nothing(backup: Path, tmp_path: Path):
    class Stopped(HashEmbedder):
        def embed(self, texts):
            raise KeyboardInterrupt

    with opened(tmp_path / "there") as collection:
        collection.add([story(99)])
    with pytest.raises(KeyboardInterrupt):
        restore(backup, tmp_path / "there", embedder=Stopped(64), force=True)
    with opened(tmp_path / "there") as collection:
        assert [article.id for article in collection.articles()] == ["s99"]


def test_what_another_embedder_made_is_embedded_anew(backup: Path, tmp_path: Path):
    other = HashEmbedder(64)
    restore(backup, tmp_path / "there", embedder=other)
    with Collection.open(tmp_path / "there", other, settings=IndexSettings()) as collection:
        assert collection.counts() == (20, 20)
        assert collection.retriever.retrieve("The town of Number7 has a mill.", 1)[0].similarity > 0.6


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("../outside.sqlite", b"x"),
        ("uploads/../../outside", b"x"),
        ("/outside.sqlite", b"x"),
        ("uploads\\..\\outside", b"x"),
        ("writer.lock", b"x"),
        ("byline.toml", b"x"),
    ],
)
def test_a_file_that_would_be_written_anywhere_else_is_refused(backup: Path, tmp_path: Path, name: str, content: bytes):
    hostile = forged(backup, tmp_path / "hostile.zip", extra=zipfile.ZipInfo(name), content=content)
    refused(hostile, tmp_path)


def test_a_symbolic_link_is_refused(backup: Path, tmp_path: Path):
    link = zipfile.ZipInfo("uploads/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    refused(forged(backup, tmp_path / "hostile.zip", extra=link, content=b"/etc/passwd"), tmp_path)


def test_a_bomb_is_refused_before_it_is_unpacked(backup: Path, tmp_path: Path):
    bomb = zipfile.ZipInfo("uploads/bomb")
    bomb.compress_type = zipfile.ZIP_DEFLATED
    refused(forged(backup, tmp_path / "hostile.zip", extra=bomb, content=b"\0" * 80_000_000), tmp_path)


def forged(backup: Path, target: Path, *, extra: zipfile.ZipInfo, content: bytes) -> Path:
    """The backup with one file more, which its manifest names as it should."""
    with zipfile.ZipFile(backup) as source, zipfile.ZipFile(target, "w") as archive:
        manifest = json.loads(source.read(MANIFEST))
        manifest["files"][extra.filename] = [len(content), hashlib.sha256(content).hexdigest()]
        for name in source.namelist():
            archive.writestr(name, json.dumps(manifest) if name == MANIFEST else source.read(name))
        archive.writestr(extra, content)
    return target


def refused(file: Path, tmp_path: Path) -> None:
    before = sorted(path.name for path in tmp_path.rglob("*"))
    with pytest.raises(BackupUnusable) as refusal:
        restore(file, tmp_path / "fresh", embedder=EMBEDDER)
    assert len(str(refusal.value).splitlines()) == 1
    assert not (tmp_path / "fresh" / "catalog.sqlite").exists()
    assert sorted(path.name for path in tmp_path.rglob("*") if path.name not in {"fresh", "writer.lock"}) == [
        name for name in before if name != "writer.lock"
    ]


def test_a_file_that_is_no_backup_or_a_spoilt_one_is_refused(backup: Path, tmp_path: Path):
    whole = backup.read_bytes()
    middle = len(whole) // 2
    for spoilt in (b"", b"no zip", whole[:middle], whole[:middle] + b"\xff" * 64 + whole[middle + 64 :]):
        backup.write_bytes(spoilt)
        with pytest.raises(BackupUnusable):
            restore(backup, tmp_path / "fresh", embedder=EMBEDDER)
        assert not (tmp_path / "fresh" / "catalog.sqlite").exists()


def test_a_backup_never_overwrites_another_kind_of_file_and_needs_a_collection(folder: Path, tmp_path: Path):
    (tmp_path / "letter.txt").write_text("Dear all")
    with pytest.raises(BylineError, match="no backup"):
        back_up(folder, tmp_path / "letter.txt")
    assert (tmp_path / "letter.txt").read_text() == "Dear all"
    with pytest.raises(BylineError, match="--data"):
        back_up(tmp_path / "nowhere", tmp_path / "news.zip")
    with pytest.raises(BylineError, match="Cannot write"):
        back_up(folder, tmp_path / "missing" / "news.zip")
    assert not (tmp_path / "news.zip").exists()


def test_on_the_command_line_a_backup_is_made_and_restored(tmp_path: Path):
    (tmp_path / "ferry.txt").write_text("Ferry fare rises\n\nThe harbour ferry will cost 4 euros from 1 June.")
    assert byline(tmp_path / "one", "add", tmp_path / "ferry.txt").returncode == 0
    made = byline(tmp_path / "one", "backup", tmp_path / "news.zip", "--json")
    assert json.loads(made.stdout)["articles"] == 1
    restored = byline(tmp_path / "two", "restore", tmp_path / "news.zip")
    assert restored.stdout.startswith("1 articles, 1 passages, as of ")
    again = byline(tmp_path / "two", "restore", tmp_path / "news.zip")
    assert (again.returncode, len(again.stderr.splitlines())) == (1, 1)
    assert "--force" in again.stderr
    asked = byline(tmp_path / "two", "ask", "--json", "What will the harbour ferry cost?")
    assert "4 euros" in json.loads(asked.stdout)["answer"]


def byline(data: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ui", "--data", str(data), *map(str, arguments)]
    root = Path(__file__).parent.parent
    return subprocess.run(command, cwd=root, env=dict(os.environ), capture_output=True, text=True, check=False)
