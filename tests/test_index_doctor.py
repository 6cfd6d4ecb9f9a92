import json
import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index.articles import Article, Metadata
from index.collection import Collection
from index.database import connected
from index.doctor import Finding, examine, repair
from index.embedding import HashEmbedder
from index.errors import BylineError, CollectionBusy, CollectionDamaged
from index.settings import IndexSettings

EMBEDDER = HashEmbedder(256)
STORES = ["catalog", "contents", "dense", "lexical", "leftovers"]


class CountingEmbedder(HashEmbedder):
    """Counts the texts that it has embedded."""

    embedded = 0

    def embed(self, texts):
        self.embedded += len(texts)
        return super().embed(texts)


def opened(folder: Path, *, write: bool = True, purpose: str = "a test") -> Collection:
    return Collection.open(folder, EMBEDDER, settings=IndexSettings(), write=write, purpose=purpose)


def story(number: int) -> Article:
    text = f"The town of Number{number} has a mill. Its river is called Brook{number}."
    return Article(f"s{number}", text, Metadata(f"Story {number}"), f"/stories/{number}.txt")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with opened(tmp_path / "collection") as collection:
        collection.add(story(n) for n in range(30))
    return tmp_path / "collection"


def wrong(findings: list[Finding]) -> list[str]:
    return [finding.store for finding in findings if not finding.sound]


def change(folder: Path, statement: str, *values: object) -> None:
    with closing(connected(folder / "catalog.sqlite")) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute(statement, values)


def test_a_sound_collection_has_one_line_for_each_store(folder: Path):
    findings = examine(folder, EMBEDDER.id)
    assert [finding.store for finding in findings] == STORES
    assert wrong(findings) == []
    assert all(len(finding.line.splitlines()) == 1 for finding in findings)
    assert "30 articles, 30 passages" in findings[0].line


def test_looking_changes_nothing_that_is_relied_on(folder: Path):
    def state() -> dict[str, bytes]:
        files = [folder / "catalog.sqlite", folder / "dense" / "seal.json", *(folder / "lexical").iterdir()]
        return {path.name: path.read_bytes() for path in files}

    before = state()
    for _ in range(2):
        assert wrong(examine(folder, EMBEDDER.id)) == []
    assert state() == before


@pytest.mark.parametrize("store", ["dense", "lexical"])
def test_a_lost_index_is_found_and_rebuilt_without_embedding(folder: Path, store: str):
    shutil.rmtree(folder / store)
    assert wrong(examine(folder, EMBEDDER.id)) == [store]
    embedder = CountingEmbedder(256)
    assert (wrong(repair(folder, embedder)), embedder.embedded) == ([], 0)
    with opened(folder) as collection:
        assert "Brook7." in collection.retriever.retrieve("brook7", 1)[0].passage.text


def test_vectors_of_another_embedder_are_found_and_made_anew(folder: Path):
    embedder = CountingEmbedder(64)
    (found,) = examine(folder, embedder.id)
    assert (found.sound, "--repair" in found.line) == (False, True)
    assert (wrong(repair(folder, embedder)), embedder.embedded) == ([], 30)
    with Collection.open(folder, embedder, settings=IndexSettings()) as collection:
        assert collection.retriever.retrieve("The town of Number7 has a mill.", 1)[0].similarity > 0.6
    embedder.embedded = 0
    assert (wrong(repair(folder, embedder)), embedder.embedded) == ([], 0)


def test_whoever_stops_the_embedding_has_the_collection_as_it_was(folder: Path):
    class Stopped(HashEmbedder):
        def embed(self, texts):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        repair(folder, Stopped(64))
    assert wrong(examine(folder, EMBEDDER.id)) == []


def test_an_index_of_another_collection_is_found_though_its_count_is_right(folder: Path, tmp_path: Path):
    with opened(tmp_path / "other") as other:
        other.add(story(n) for n in range(100, 130))
    for store in ("dense", "lexical"):
        shutil.rmtree(folder / store)
        shutil.copytree(tmp_path / "other" / store, folder / store)
    assert wrong(examine(folder, EMBEDDER.id)) == ["dense", "lexical"]
    assert wrong(repair(folder, EMBEDDER)) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE articles SET text = replace(text, 'mill', 'pond') WHERE id = 's4'",
        "UPDATE articles SET title = 'Another' WHERE id = 's4'",
        "UPDATE passages SET start = start + 1 WHERE article = (SELECT key FROM articles WHERE id = 's4')",
        "UPDATE passages SET text = 'x' || text WHERE article = (SELECT key FROM articles WHERE id = 's4')",
        "UPDATE passages SET sentences = '[[0, 0]]' WHERE article = (SELECT key FROM articles WHERE id = 's4')",
        "DELETE FROM passages WHERE article = (SELECT key FROM articles WHERE id = 's4')",
    ],
)
def test_an_article_that_was_changed_behind_the_catalogs_back_is_named(folder: Path, statement: str):
    change(folder, statement)
    (contents,) = [finding for finding in examine(folder, EMBEDDER.id) if finding.store == "contents"]
    assert not contents.sound
    assert "s4" in contents.line


@pytest.mark.parametrize("vector", [np.ones(256), np.ones(8) / np.sqrt(8), np.full(256, np.nan)])
def test_a_vector_of_another_length_or_size_is_found(folder: Path, vector: np.ndarray):
    change(folder, "UPDATE passages SET vector = ? WHERE key = 9", vector.astype(np.float32).tobytes())
    assert "contents" in wrong(examine(folder, EMBEDDER.id))


def test_rows_that_belong_to_nothing_are_damage_that_only_a_backup_mends(folder: Path):
    change(folder, "UPDATE passages SET article = 999 WHERE key = 9")
    (catalog,) = examine(folder, EMBEDDER.id)
    assert "byline restore" in catalog.line
    with pytest.raises(CollectionDamaged, match="byline restore"):
        repair(folder, EMBEDDER)


def test_a_catalog_that_cannot_be_read_is_one_finding(folder: Path):
    (folder / "catalog.sqlite").write_bytes(b"no database at all" * 1000)
    (catalog,) = examine(folder, EMBEDDER.id)
    assert (catalog.store, catalog.sound) == ("catalog", False)
    assert "byline restore" in catalog.line


def test_what_killed_processes_left_is_found_and_removed(folder: Path):
    (folder / "restoring-x").mkdir()
    (folder / "restoring-x" / "catalog.sqlite").write_bytes(b"half")
    (folder / "writer.new").write_text("{")
    assert wrong(examine(folder, EMBEDDER.id)) == ["leftovers"]
    assert wrong(repair(folder, EMBEDDER)) == []
    assert not (folder / "restoring-x").exists()


def test_the_room_of_what_was_removed_is_given_back(folder: Path):
    with opened(folder) as collection:
        collection.add(story(n) for n in range(30, 2_000))
        before = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        for article in collection.articles()[20:]:
            collection._catalog.remove(article.id)
        collection._catch_up()
    change(folder, "DELETE FROM versions")  # as thirty days later
    repair(folder, EMBEDDER)
    after = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert after < before / 5
    with opened(folder) as collection:
        assert collection.counts()[0] == 20


def test_beside_a_writer_its_own_stores_are_left_to_it_and_nothing_is_repaired(folder: Path):
    with opened(folder, purpose="byline serve"):
        findings = examine(folder, EMBEDDER.id)
        assert wrong(findings) == []
        assert "byline serve" in {finding.store: finding.line for finding in findings}["dense"]
        with pytest.raises(CollectionBusy):
            repair(folder, EMBEDDER)


def test_changes_that_wait_are_told(folder: Path):
    with opened(folder, write=True) as collection:
        collection._catalog.remove("s4")
    (dense,) = [finding for finding in examine(folder, EMBEDDER.id) if finding.store == "dense"]
    assert (dense.sound, dense.line.startswith("1 changes behind")) == (False, True)
    assert wrong(repair(folder, EMBEDDER)) == []


def test_where_there_is_no_collection_none_is_made(tmp_path: Path):
    with pytest.raises(BylineError, match="--data"):
        examine(tmp_path / "nowhere", EMBEDDER.id)
    assert not (tmp_path / "nowhere").exists()


def test_on_the_command_line_the_exit_code_tells(tmp_path: Path):
    (tmp_path / "ferry.txt").write_text("Ferry fare rises\n\nThe harbour ferry will cost 4 euros from 1 June.")
    assert byline(tmp_path, "add", tmp_path / "ferry.txt").returncode == 0
    shutil.rmtree(tmp_path / "data" / "lexical")
    found = byline(tmp_path, "doctor")
    assert found.returncode == 1
    assert [line.split()[:2] for line in found.stdout.splitlines()] == [
        ["WRONG" if store == "lexical" else "ok", store] for store in STORES
    ]
    assert byline(tmp_path, "doctor", "--repair").returncode == 0
    said = json.loads(byline(tmp_path, "doctor", "--json").stdout)
    assert said["sound"] is True
    assert [store["store"] for store in said["stores"]] == STORES


def byline(place: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ui", "--data", str(place / "data"), *map(str, arguments)]
    root = Path(__file__).parent.parent
    return subprocess.run(command, cwd=root, env=dict(os.environ), capture_output=True, text=True, check=False)
