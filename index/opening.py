"""Open the stores of a data directory: for its one writer, or for a reader beside it."""

import logging
import shutil
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from index.catalog import Catalog
from index.database import CATALOG, UpgradeNeeded
from index.derived import PROBES, DerivedIndex, IndexBroken, fill, prove
from index.errors import BylineError
from index.exact import MOST_PASSAGES, ExactSearch
from index.lexical import LexicalIndex, LexicalReader
from index.retrieval import DenseSearch

if TYPE_CHECKING:
    from index.dense import DenseIndex
    from index.lock import WriterLock
    from index.served import ServedIndex

SERVED = "chroma-collection"
"""The file that says what the directory's passages are called in a Chroma server."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stores:
    """The open stores of a data directory."""

    catalog: Catalog
    dense: DenseSearch
    lexical: LexicalReader
    closing: ExitStack
    """Closes them all."""
    kept: tuple[DerivedIndex, ...] = ()
    """The indexes to bring up to date after a change; none for a reader."""
    lock: "WriterLock | None" = None
    writing: threading.Lock = field(default_factory=threading.Lock)
    """Held by the thread that changes them."""


def open_to_write(folder: Path, embedder_id: str, purpose: str, *, chroma_url: str | None = None) -> Stores:
    """Chroma and tantivy caught up with the catalog and proven; ``CollectionBusy`` if another process has them.

    A Chroma server that does not answer is waited for aside.
    """
    from index.lock import WriterLock  # noqa: PLC0415  asking needs no lock

    _make(folder)
    with ExitStack() as opened:
        lock = WriterLock(folder, purpose)
        opened.callback(lock.release)
        catalog = Catalog(folder / CATALOG, embedder_id)
        opened.callback(catalog.close)
        catalog.check()
        writing = threading.Lock()
        dense = _served(folder, catalog, opened, chroma_url, writing) if chroma_url else _own(folder, catalog, opened)
        lexical = LexicalIndex(folder / "lexical")
        opened.callback(lexical.close)
        prove(catalog, lexical)
        return Stores(catalog, dense, lexical, opened.pop_all(), (dense, lexical), lock, writing)


def open_to_read(folder: Path, embedder_id: str, *, chroma_url: str | None = None) -> Stores:
    """What answers without Chroma where the collection is small enough, beside a writer or without one."""
    _make(folder)
    with ExitStack() as opened:
        catalog = open_catalog(folder, embedder_id)
        opened.callback(catalog.close)
        dense = _dense(folder, catalog, opened, chroma_url)
        return Stores(catalog, dense, _lexical(folder / "lexical", catalog), opened.pop_all())


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise BylineError(f"Cannot make the data directory {folder}: {exc.strerror}. Choose one with --data.") from exc


def open_catalog(folder: Path, embedder_id: str) -> Catalog:
    """The catalog; one of an earlier version is upgraded first, unless a process of that version is writing it."""
    try:
        return Catalog(folder / CATALOG, embedder_id, upgrade=False)
    except UpgradeNeeded:
        from index.lock import WriterLock  # noqa: PLC0415  asking needs no lock

        lock = WriterLock(folder, "an upgrade")
        try:
            return Catalog(folder / CATALOG, embedder_id)
        finally:
            lock.release()


def _own(folder: Path, catalog: Catalog, opened: ExitStack) -> "DenseIndex":
    """Chroma inside this process, proven; what a server holds for the directory is not followed any longer."""
    from index.dense import DenseIndex  # noqa: PLC0415  Chroma takes a second: a second writer is not to wait for it

    (folder / SERVED).unlink(missing_ok=True)
    dense = DenseIndex(folder / "dense")
    opened.callback(dense.close)
    prove(catalog, dense)
    return dense


def _served(folder: Path, catalog: Catalog, opened: ExitStack, url: str, writing: threading.Lock) -> "ServedIndex":
    """The directory's collection in a Chroma server, mended when it answers; the one inside the process goes."""
    from index.served import Mending, ServedIndex, collection_name  # noqa: PLC0415  as above

    shutil.rmtree(folder / "dense", ignore_errors=True)
    dense = ServedIndex(url, collection_name(folder / SERVED))
    opened.callback(Mending(catalog, dense, writing=writing).close)
    return dense


def _dense(folder: Path, catalog: Catalog, opened: ExitStack, chroma_url: str | None) -> DenseSearch:
    if catalog.counts()[1] <= MOST_PASSAGES:
        return ExactSearch(catalog)
    if chroma_url and (folder / SERVED).exists():
        from index.served import ServedReader, collection_name  # noqa: PLC0415  Chroma takes a second to import

        served = ServedReader(chroma_url, collection_name(folder / SERVED))
        opened.callback(served.close)
        return served
    from index.dense import DenseReader  # noqa: PLC0415  as above

    try:
        dense = DenseReader(folder / "dense")
    except IndexBroken as exc:
        log.warning("Searching every vector, which is slow: %s", exc)
        return ExactSearch(catalog)
    opened.callback(dense.close)
    return dense


def _lexical(folder: Path, catalog: Catalog) -> LexicalReader:
    """The writer's index; where it is missing or not the catalog's, one in memory."""
    seq = catalog.progress(LexicalReader.name)
    try:
        lexical = LexicalReader(folder)
        # While a writer is at work the index is a moment behind, and its count proves nothing.
        behind = seq is not None and catalog.changes(seq, 1)
        if behind or lexical.holds(catalog.sample(PROBES), catalog.counts()[1]):
            return lexical
    except IndexBroken as exc:
        log.info("%s", exc)
    in_memory = LexicalIndex(None)
    fill(catalog, in_memory)
    return in_memory
