"""Every store of a data directory probed, one line each; what is derived is rebuilt from the catalog where it fails.

Nothing is changed by looking. Beside a process that is writing, the stores that only it may open are left to it: it
proved them when it opened them.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from index.catalog import Catalog
from index.database import CATALOG, EmbedderChanged, UpgradeNeeded, connected, telling
from index.derived import IndexBroken
from index.embedding import Embedder
from index.errors import BylineError, CollectionBusy, CollectionDamaged
from index.lexical import LexicalReader
from index.lock import WriterLock
from index.opening import SERVED, open_catalog, open_to_write
from index.renewing import renew
from index.storing import digest
from index.tables import PASSAGES, StoredPassage, read_metadata, read_passage

PROBES = 200
"""Passages that must find themselves."""
LEFT_BEHIND = ("restoring-*", "*.part", "*.new", "uploads/incoming-*")
"""What a process that was killed may leave in a data directory."""
WASTEFUL = 4
"""Times the size of its vectors at which an index is mostly what was removed from it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a probe found."""

    store: str
    sound: bool
    line: str


@dataclass(frozen=True, slots=True)
class _Patient:
    """A data directory whose catalog can be opened."""

    folder: Path
    catalog: Catalog
    writer: str
    """Who is writing it; "" for nobody."""


class _Probed(Protocol):
    def holds(self, passages: Sequence[StoredPassage], count: int) -> bool: ...


def examine(folder: Path, embedder_id: str, *, chroma_url: str | None = None) -> list[Finding]:
    """What is found in each store, the catalog first; an index that cannot be looked at beside its writer is sound."""
    _require_collection(folder)
    with ExitStack() as held:
        writer = _claim(folder, held)
        try:
            catalog = Catalog(folder / CATALOG, embedder_id, upgrade=False)
            held.callback(catalog.close)
            patient = _Patient(folder, catalog, writer)
            first = _catalog(patient)
        except UpgradeNeeded:
            return [Finding("catalog", False, "of an earlier version: `byline doctor --repair` upgrades it")]
        except EmbedderChanged:
            said = "its vectors were made by another embedding model: `byline doctor --repair` makes them anew"
            return [Finding("catalog", False, said)]
        except CollectionDamaged as exc:
            return [Finding("catalog", False, str(exc))]
        if not first.sound:
            return [first]
        dense = _served(patient, chroma_url) if chroma_url else _dense(patient)
        return [first, _contents(patient), dense, _lexical(patient), _leftovers(patient)]


def repair(folder: Path, embedder: Embedder, *, chroma_url: str | None = None) -> list[Finding]:
    """Rebuild what is derived where it fails, remove what was left behind, give back room; what is found then.

    Nothing is embedded again, unless another embedder made the vectors.

    ``CollectionDamaged`` where the catalog itself cannot be read: only a backup helps. ``CollectionBusy``.
    """
    _require_collection(folder)
    lock = WriterLock(folder, "byline doctor")
    try:
        renew(folder / CATALOG, embedder)
    finally:
        lock.release()
    open_catalog(folder, embedder.id).close()  # upgrades it
    found = {finding.store: finding for finding in examine(folder, embedder.id, chroma_url=chroma_url)}
    if not found["catalog"].sound:
        raise CollectionDamaged(f"The catalog of {folder} is {found['catalog'].line}")
    lock = WriterLock(folder, "byline doctor")
    try:
        for store in ("dense", "lexical"):
            if not found[store].sound:
                shutil.rmtree(folder / store, ignore_errors=True)
        for path in _left_behind(folder):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        _compact(folder / CATALOG)
    finally:
        lock.release()
    open_to_write(folder, embedder.id, "byline doctor", chroma_url=chroma_url).closing.close()
    return examine(folder, embedder.id, chroma_url=chroma_url)


def _require_collection(folder: Path) -> None:
    if not (folder / CATALOG).exists():
        raise BylineError(f"There is no collection in {folder}. Choose its directory with --data.")


def _claim(folder: Path, held: ExitStack) -> str:
    """Keep writers out while the stores are probed; who writes already, or "" """
    try:
        lock = WriterLock(folder, "byline doctor")
    except CollectionBusy as exc:
        return str(exc).partition(" is being written by ")[2].partition(". Wait")[0]
    except BylineError:
        return ""  # It may not be written, by anybody.
    held.callback(lock.release)
    return ""


def _catalog(patient: _Patient) -> Finding:
    with patient.catalog.transaction() as db:
        found = [row[0] for row in db.execute("PRAGMA quick_check(5)")]
        orphans = len(db.execute("PRAGMA foreign_key_check").fetchall())
        size = db.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").fetchone()[0]
        schema = db.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()[0]
    if found != ["ok"] or orphans:
        trouble = f"{orphans} rows belong to nothing" if orphans else "; ".join(found)
        return Finding("catalog", False, f"damaged ({trouble}). Restore a backup: byline restore FILE --force")
    articles, passages = patient.catalog.counts()
    holds = f"{articles:,} articles, {passages:,} passages, {size >> 10:,} KB, schema {schema}"
    return Finding("catalog", True, f"{holds}; its pages are sound")


def _contents(patient: _Patient) -> Finding:
    """Whether every article is what its digest says, every passage stands where it says, every vector has length 1."""
    wrong = sorted(set(_wrong_articles(patient.catalog)))
    if wrong:
        named = ", ".join(wrong[:5]) + (" …" if len(wrong) > 5 else "")
        return Finding("contents", False, f"{len(wrong)} articles have changed in place ({named}): add them again")
    return Finding("contents", True, "every digest, offset and vector holds")


def _wrong_articles(catalog: Catalog) -> Iterator[str]:
    dimensions = {stored.vector.size for stored in catalog.sample(1)}
    with catalog.transaction() as db:
        for article in db.execute("SELECT * FROM articles"):
            text = article["text"]
            rows = db.execute(PASSAGES + "WHERE p.article = ? ORDER BY p.number", (article["key"],))
            passages = [read_passage(row) for row in rows]
            if (
                article["digest"] != digest(text, read_metadata(article))
                or not passages
                or not all(_holds(stored, text) and stored.vector.size in dimensions for stored in passages)
            ):
                yield article["id"]


def _holds(stored: StoredPassage, text: str) -> bool:
    passage = stored.passage
    return (
        text[passage.start : passage.end] == passage.text
        and all(text[s.start : s.end] == s.text and s.text for s in passage.sentences)
        and abs(float(np.linalg.norm(stored.vector)) - 1) < 1e-3
    )


def _dense(patient: _Patient) -> Finding:
    if patient.writer:
        return Finding("dense", True, f"in the hands of {patient.writer}, which proved it; not opened beside it")
    from index.dense import DenseReader  # noqa: PLC0415  Chroma takes a second to import

    finding = _index(patient, DenseReader.name, lambda: closing(DenseReader(patient.folder / "dense")))
    vectors = sum(stored.vector.nbytes for stored in patient.catalog.sample(1)) * patient.catalog.counts()[1]
    size = sum(path.stat().st_size for path in (patient.folder / "dense").rglob("*") if path.is_file())
    if finding.sound and size > WASTEFUL * vectors + 2**21:
        sizes = f"{size >> 20:,} MB for {vectors >> 20:,} MB of vectors"
        return Finding("dense", False, f"{sizes}, mostly of removed passages; --repair rebuilds it")
    return finding


def _served(patient: _Patient, url: str) -> Finding:
    from index.served import ServedReader, collection_name  # noqa: PLC0415  as above

    named = collection_name(patient.folder / SERVED)
    return _index(patient, ServedReader.name, lambda: closing(ServedReader(url, named)))


def _lexical(patient: _Patient) -> Finding:
    return _index(patient, LexicalReader.name, lambda: nullcontext(LexicalReader(patient.folder / "lexical")))


def _index(patient: _Patient, name: str, opened: Callable[[], AbstractContextManager[_Probed]]) -> Finding:
    """Whether it has every change, and a search finds passages of the whole collection in it."""
    catalog = patient.catalog
    seq = catalog.progress(name)
    behind = len(catalog.changes(seq or 0, 100_000))
    if seq is None or behind:
        said = "never built" if seq is None else f"{behind:,} changes behind the catalog"
        return Finding(name, bool(patient.writer), f"{said}; the next command that writes takes them in")
    try:
        with opened() as index:
            count, sample = catalog.counts()[1], catalog.sample(PROBES)
            if index.holds(sample, count):
                return Finding(name, True, f"{count:,} passages; a sample of {len(sample)} finds itself")
            return Finding(name, False, "does not find the passages of the catalog; --repair rebuilds it")
    except IndexBroken as exc:
        return Finding(name, False, f"{exc.__cause__ or exc}; --repair rebuilds it")


def _leftovers(patient: _Patient) -> Finding:
    left = [] if patient.writer else [path.name for path in _left_behind(patient.folder)]
    kept = [path.name for path in sorted(patient.folder.glob("*.sqlite.before-*")) if path.suffix != ".part"]
    also = f"; kept from before: {', '.join(kept)}" if kept else ""
    if left:
        return Finding("leftovers", False, f"{', '.join(sorted(left)[:5])}; --repair removes them{also}")
    return Finding("leftovers", True, f"none{also}")


def _left_behind(folder: Path) -> list[Path]:
    return [path for pattern in LEFT_BEHIND for path in folder.glob(pattern)]


def _compact(catalog: Path) -> None:
    """Forget versions that are past their time, and give room back to the disk if it is a tenth of the file."""
    with telling(catalog), closing(connected(catalog)) as db:
        db.execute("DELETE FROM versions WHERE replaced_at < strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-30 days')")
        free, pages = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_count"))
        if free * 10 > pages:
            db.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
