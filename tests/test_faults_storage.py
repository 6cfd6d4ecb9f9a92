"""Disks that lie, fill up, break or may not be written: answers go on, or one clear line says why not."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from index.articles import Article, Metadata
from index.collection import Collection
from index.database import CHECKED_AT_ONCE
from index.doctor import examine
from index.embedding import HashEmbedder
from index.errors import BylineError, CollectionBusy, CollectionDamaged, StorageFull
from index.settings import IndexSettings

ROOT = Path(__file__).parent.parent
EMBEDDER = HashEmbedder(256)
THOROUGH = "FAULT_ROUNDS" in os.environ
"""In `make faults`."""


def opened(folder: Path, *, write: bool = True) -> Collection:
    return Collection.open(folder, EMBEDDER, settings=IndexSettings(), write=write)


def story(number: int, text: str = "") -> Article:
    text = text or f"The town of Number{number} has a mill. Its river is called Brook{number}."
    return Article(f"s{number}", text, Metadata(f"Story {number}"), f"/stories/{number}.txt")


def best(collection: Collection, number: int) -> str:
    hits = collection.retriever.retrieve(f"brook{number} number{number}", 1)
    return hits[0].passage.text if hits else ""


def whole(collection: Collection, numbers: range) -> bool:
    """Whether these articles and no others are there, in every store."""
    stored = collection._catalog.passages_after(0, 10_000)
    return (
        sorted(found.passage.article_id for found in stored) == sorted(f"s{n}" for n in numbers)
        and all(index.holds(stored[::3], len(stored)) for index in collection._stores.kept)
        and all(best(collection, n) == story(n).text for n in numbers[::40])
    )


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collection so large that Chroma has written its graph."""
    folder = tmp_path_factory.mktemp("sound") / "collection"
    with opened(folder) as collection:
        collection.add(story(n) for n in range(1_100))
    return folder


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "collection", copy_function=shutil.copy2))


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for place in range(len(content) // 3, len(content) // 3 + 64):
        content[place % len(content)] ^= 0xFF
    path.write_bytes(content)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


SPOILING = [cut_short, flipped, emptied, Path.unlink]
DENSE = ["data_level0.bin", "header.bin", "index_metadata.pickle", "length.bin", "link_lists.bin", "chroma.sqlite3"]
LEXICAL = ["meta.json", ".managed.json", "*.idx", "*.term", "*.store", "*.fast", "*.fieldnorm"]


SPOILT = [(name, spoil) for name in (*DENSE, "seal.json", *LEXICAL) for spoil in SPOILING]


@pytest.mark.parametrize(("name", "spoil"), SPOILT if THOROUGH else SPOILT[1::4])
def test_a_spoilt_index_file_is_noticed_and_the_index_rebuilt(folder: Path, name: str, spoil: Callable[[Path], None]):
    file = next((folder / ("lexical" if name in LEXICAL else "dense")).rglob(name))
    spoil(file)
    with opened(folder, write=False) as reader:
        assert best(reader, 7) == story(7).text, "meanwhile answers go on"
    with opened(folder) as collection:
        assert whole(collection, range(1_100))


@pytest.mark.parametrize("store", ["dense", "lexical"])
def test_a_removed_graph_is_not_silent_loss(folder: Path, store: str):
    if store == "dense":
        (graph,) = {table.parent for table in folder.rglob("index_metadata.pickle")}
        shutil.rmtree(graph)
    else:
        shutil.rmtree(folder / "lexical")
    with opened(folder) as collection:
        assert whole(collection, range(1_100))


def test_flipped_pages_of_the_catalog_stop_everything_with_a_line_that_offers_the_backup(folder: Path):
    file = folder / "catalog.sqlite"
    content = bytearray(file.read_bytes())
    for page in range(2, len(content) // 4096, 7):
        content[page * 4096 : page * 4096 + 512] = bytes(512)
    file.write_bytes(content)
    with pytest.raises(CollectionDamaged, match="byline restore") as told:
        opened(folder)
    assert len(str(told.value).splitlines()) == 1
    assert not examine(folder, EMBEDDER.id)[0].sound


def test_damage_in_a_large_catalog_is_found_beside_its_use_which_then_stops(folder: Path):
    file = folder / "catalog.sqlite"
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE padding (bytes)")
        db.execute("INSERT INTO padding VALUES (zeroblob(?))", (CHECKED_AT_ONCE,))
        db.commit()
    content = bytearray(file.read_bytes())
    content[-3 * 4096 : -4096] = b"\xff" * (2 * 4096)
    file.write_bytes(content)
    with pytest.raises(CollectionDamaged, match="byline restore"):
        use_for_a_while(folder)


def use_for_a_while(folder: Path) -> None:
    with opened(folder) as collection:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            collection.counts()
            time.sleep(0.01)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    if not mounted("-t", "tmpfs", "-o", "size=8m", "tmpfs", place):
        pytest.skip("only root may mount a small file system")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def mounted(*arguments: object) -> bool:
    return os.geteuid() == 0 and subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0


def fill(place: Path) -> Path:
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    return filler


def test_a_full_disk_refuses_what_is_new_keeps_what_is_old_and_recovers(small_disk: Path):
    folder = small_disk / "collection"
    with opened(folder) as collection:
        collection.add(story(n) for n in range(100))
        filler = fill(small_disk)
        for _ in range(2):
            with pytest.raises(StorageFull) as told:
                collection.add(story(n) for n in range(100, 160))
            assert len(str(told.value).splitlines()) == 1
            assert best(collection, 7) == story(7).text
            assert collection.counts() == (100, 100)
        filler.unlink()
        assert len(collection.add(story(n) for n in range(100, 160)).added) == 60
        assert whole(collection, range(160))
    with opened(folder) as collection:
        assert whole(collection, range(160))


@pytest.mark.parametrize("kilobytes", [300, 700, 1_100])
def test_a_disk_that_fills_up_between_the_stores_heals_when_there_is_room(small_disk: Path, kilobytes: int):
    folder = small_disk / "collection"
    with opened(folder) as collection:
        collection.add(story(n) for n in range(20))
        filler = fill(small_disk)
        os.truncate(filler, filler.stat().st_size - 1024 * kilobytes)
        last = 20
        with suppress(BylineError):
            while last < 10_000:
                collection.add(story(n) for n in range(last, last + 40))
                last += 40
        assert last < 10_000
        assert best(collection, 7) == story(7).text
        filler.unlink()
        collection.add(story(n) for n in range(last, last + 40))
        assert whole(collection, range(last + 40))
    with opened(folder) as collection:
        assert whole(collection, range(last + 40))


def test_a_read_only_disk_answers_and_refuses_changes_in_one_line(folder: Path, tmp_path: Path):
    place = tmp_path / "readonly"
    place.mkdir()
    if not mounted("--bind", folder, place) or not mounted("-o", "remount,bind,ro", place):
        pytest.skip("only root may mount a read-only file system")
    try:
        with opened(place, write=False) as collection:
            assert best(collection, 7) == story(7).text
            assert collection.counts() == (1_100, 1_100)
        with pytest.raises(BylineError, match=r"Cannot write .*--data") as told:
            opened(place)
        assert len(str(told.value).splitlines()) == 1
        assert examine(place, EMBEDDER.id)[0].sound
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)
    with opened(folder) as collection:
        assert whole(collection, range(1_100)), "and nothing was written"


SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
/* The N-th call that writes or flushes a file fails with EIO, and every later one too. */
static int spent(void) {
    static int left = -1;
    if (left < 0) left = getenv("FAIL_AT") ? atoi(getenv("FAIL_AT")) : 0;
    if (left == 0) return 0;
    return __sync_sub_and_fetch(&left, 1) < 1 ? (left = 1) : 0;
}
#define FAILING(result, name, parameters, arguments) \
    result name parameters { \
        static result (*real) parameters; \
        if (!real) real = dlsym(RTLD_NEXT, #name); \
        if (spent()) { errno = EIO; return -1; } \
        return real arguments; \
    }
FAILING(int, fsync, (int file), (file))
FAILING(int, fdatasync, (int file), (file))
FAILING(ssize_t, pwrite64, (int file, const void *from, size_t size, off64_t at), (file, from, size, at))
"""
ADDING = """
import sys
from pathlib import Path
from index.articles import Article, Metadata
from index.collection import Collection
from index.embedding import HashEmbedder
from index.errors import BylineError
from index.settings import IndexSettings
try:
    with Collection.open(Path(sys.argv[1]), HashEmbedder(256), settings=IndexSettings(), write=True) as collection:
        for n in range(5):
            text = f"The town of Number{n} has a mill. Its river is called Brook{n}."
            collection.add([Article(f"s{n}", text, Metadata(f"Story {n}"), f"/stories/{n}.txt")])
            print(n, flush=True)
except BylineError as error:
    sys.exit(f"told: {error}")
"""


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that makes the N-th write fail."""
    folder = tmp_path_factory.mktemp("shim")
    (folder / "shim.c").write_text(SHIM)
    command = ["cc", "-shared", "-fPIC", "-o", folder / "shim.so", folder / "shim.c", "-ldl"]
    if not shutil.which("cc") or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no C compiler to build the failing disk with")
    return folder / "shim.so"


@pytest.mark.parametrize("failing", [1, 4, 9, 16, 30, 45, 60, 90])
def test_an_input_or_output_error_is_told_and_nothing_is_acknowledged_that_is_not_there(
    shim: Path, tmp_path: Path, failing: int
):
    folder = tmp_path / "collection"
    added = subprocess.run(
        [sys.executable, "-c", ADDING, folder],
        cwd=ROOT,
        env=os.environ | {"LD_PRELOAD": str(shim), "FAIL_AT": str(failing)},
        capture_output=True,
        text=True,
        check=False,
    )
    acknowledged = [int(line) for line in added.stdout.split()]
    assert added.returncode == 1
    assert added.stderr.splitlines()[-1].startswith("told: ")
    with opened(folder) as collection:
        stored = [article.id for article in collection.articles()]
        assert {f"s{n}" for n in acknowledged} <= set(stored)
        assert whole(collection, range(len(stored)))


def test_a_second_writer_is_refused_within_two_seconds(folder: Path):
    with opened(folder):
        start = time.monotonic()
        with pytest.raises(CollectionBusy):
            opened(folder)
        assert time.monotonic() - start < 2


def test_what_was_added_is_found_at_once_a_hundred_times(folder: Path):
    with opened(folder) as collection:
        for n in range(2_000, 2_100):
            collection.add([story(n)])
            assert best(collection, n) == story(n).text


def test_more_passages_than_chroma_takes_at_once_come_in_one_article_and_in_one_import(tmp_path: Path):
    padding = "It goes on for a while about nothing. " * 20
    long = "\n\n".join(f"Paragraph {n} tells of Gate{n}. {padding}" for n in range(6_100))
    with opened(tmp_path / "collection") as collection:
        collection.add([story(1, long)])
        passages = collection.counts()[1]
        assert passages > 6_000
        stored = collection._catalog.sample(300)
        assert all(index.holds(stored, passages) for index in collection._stores.kept)
    shutil.rmtree(tmp_path / "collection" / "dense")
    shutil.rmtree(tmp_path / "collection" / "lexical")
    with opened(tmp_path / "collection") as collection:
        assert all(index.holds(stored, passages) for index in collection._stores.kept)


def test_a_changed_article_is_cited_as_it_is_now_and_a_removed_one_no_more(folder: Path):
    with opened(folder) as collection:
        collection.add([story(7, "The mill of Number7 has closed.")])
        assert said(collection, "s7") == ["The mill of Number7 has closed."]
        collection.remove("s7")
        assert said(collection, "s7") == []
    with opened(folder) as collection:
        assert said(collection, "s7") == []


def said(collection: Collection, article_id: str) -> list[str]:
    hits = collection.retriever.retrieve("mill number7 brook7", 50)
    return [hit.passage.text for hit in hits if hit.passage.article_id == article_id]


@pytest.mark.parametrize("isolated", [True, False])
def test_it_adds_and_answers_without_any_network_or_home(tmp_path: Path, isolated: bool):
    """In a network that has nothing, not even loopback; and with a key set that must not tempt it outside."""
    (tmp_path / "ferry.txt").write_text("Ferry fare rises\n\nThe harbour ferry will cost 4 euros from 1 June.")
    outside = ["unshare", "-n"] if isolated else []
    if isolated and subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no network namespaces here")
    watch = tmp_path / "watch"
    watch.mkdir()
    (watch / "sitecustomize.py").write_text(WATCH)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{watch}:{ROOT}",
        "HOME": str(tmp_path / "no home"),
        "OPENAI_API_KEY": "sk-not-a-key",
        "WATCHED": str(tmp_path / "connections"),
    }

    def byline(*arguments: str) -> str:
        command = [*outside, sys.executable, "-m", "ui", "--data", str(tmp_path / "data"), *arguments]
        ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    assert byline("add", str(tmp_path / "ferry.txt")).startswith("1 added")
    answer = json.loads(byline("ask", "--json", "What will the harbour ferry cost?"))
    assert (answer["engine"], "4 euros" in answer["answer"]) == ("extractive", True)
    assert json.loads(byline("doctor", "--json"))["sound"] is True
    assert (tmp_path / "connections").read_text().split() == ["started"] * 3, "and nothing was connected to"


WATCH = """
import os, sys
def note(line):
    with open(os.environ["WATCHED"], "a") as file:
        file.write(line + "\\n")
def hook(event, args):
    if event == "socket.connect" or event == "socket.getaddrinfo":
        note(f"{event}:{args[-1]}".replace(" ", ""))
note("started")
sys.addaudithook(hook)
"""
