"""The catalog's file: connections, transactions, upgrades, and the check that its pages are sound."""

import logging
import os
import sqlite3
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from index.errors import BylineError, CollectionDamaged, CollectionForeign, StorageFull
from index.killpoints import around
from index.migrating import migrate, newest

BUSY_SECONDS = 10
"""How long a transaction waits for another process's before it fails as locked."""
CHECKED_AT_ONCE = 64 * 2**20
"""Bytes that are checked in half a second; the check of a larger file does not keep anyone waiting."""
CATALOG = "catalog.sqlite"
"""The file's name in a data directory."""
CHANGE = "BEGIN IMMEDIATE"

log = logging.getLogger(__name__)


class UpgradeNeeded(BylineError):
    """The file is of an earlier version, and was opened without the right to upgrade it."""


class EmbedderChanged(CollectionForeign):
    """Another embedding model made the vectors."""


class Database:
    """An open SQLite file, made if it is not there; shared between threads, one of which may write at a time.

    One of an earlier version is upgraded, with a copy kept beside it, or refused with ``UpgradeNeeded``. One of a later
    version is refused with ``CollectionForeign``, one of another embedder with ``EmbedderChanged``, one that cannot be
    read with ``CollectionDamaged``.
    Where its directory may not be written it is only read.
    """

    def __init__(self, path: Path, embedder_id: str, *, upgrade: bool = True) -> None:
        self._path = path
        self._idle: deque[sqlite3.Connection] = deque()
        self._closed = False
        self._spoilt = ""
        self._checking: sqlite3.Connection | None = None
        self._checker: threading.Thread | None = None
        try:
            self._require_ours(embedder_id, upgrade=upgrade)
        except BylineError:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._closed = True
        if checking := self._checking:
            checking.interrupt()
        if self._checker:
            self._checker.join()
        while self._idle:
            self._idle.pop().close()

    def check(self) -> None:
        """``CollectionDamaged`` where SQLite finds a page that does not fit the others.

        It reads the whole file. A large one is checked beside its use, which fails from then on if damage is found.
        """
        if self._path.stat().st_size <= CHECKED_AT_ONCE:
            self._check()
        else:
            self._checker = threading.Thread(target=self._check_aside, name="catalog check", daemon=True)
            self._checker.start()

    @contextmanager
    def transaction(self, begin: str = "BEGIN") -> Iterator[sqlite3.Connection]:
        """One consistent view; with ``CHANGE``, one change that happens whole or not at all."""
        if self._spoilt:
            raise CollectionDamaged(self._spoilt)
        with telling(self._path):
            db = self._connection()
            try:
                db.execute(begin)
                yield db
                if begin == CHANGE:
                    with around("catalog commit"):
                        db.execute("COMMIT")
                else:
                    db.execute("COMMIT")
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                if self._closed:
                    db.close()
                else:
                    self._idle.append(db)

    def _check(self) -> None:
        with self.transaction() as db:
            self._checking = db
            try:
                require_sound(db, self._path)
            finally:
                self._checking = None

    def _check_aside(self) -> None:
        try:
            self._check()
        except BylineError as exc:
            if not self._closed:
                log.error("%s", exc)  # noqa: TRY400  one line; the trace would name only this thread
                self._spoilt = str(exc)

    def _require_ours(self, embedder_id: str, *, upgrade: bool) -> None:
        meta = self._meta()
        if meta:
            self._require_readable(meta, embedder_id)
        if (have := int(meta.get("schema", 0))) < newest():
            if meta and not upgrade:
                raise UpgradeNeeded(f"{self._path} is of an earlier version.")
            self._upgrade(embedder_id, have)
            self._require_readable(self._meta(), embedder_id)

    def _require_readable(self, meta: dict[str, str], embedder_id: str) -> None:
        if (have := int(meta.get("schema", 0))) > newest():
            raise CollectionForeign(
                f"{self._path.parent} was written by a later version of Byline (schema {have}, and this one reads "
                f"{newest()}). Use that version, or choose another directory with --data."
            )
        if meta.get("embedder") != embedder_id:
            raise EmbedderChanged(
                f"{self._path.parent} was written with embedder {meta.get('embedder')}, and this is embedder "
                f"{embedder_id}. Have it embedded anew with: byline doctor --repair, or choose another with --data."
            )

    def _meta(self) -> dict[str, str]:
        """Schema and embedder; empty for a new file."""
        with self.transaction() as db:
            known = db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").fetchone()
            return dict(db.execute("SELECT name, value FROM meta").fetchall()) if known else {}

    def _upgrade(self, embedder_id: str, have: int) -> None:
        kept = self._path.with_name(f"{self._path.name}.before-{newest()}")
        if have:
            part = kept.with_name(f"{kept.name}.part")
            part.unlink(missing_ok=True)
            snapshot(self._path, part)
            part.replace(kept)
            log.warning("Upgrading the catalog from schema %d to %d; %s keeps the old one.", have, newest(), kept.name)
        with self.transaction(CHANGE) as db:
            # Another process may have been quicker.
            known = db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").fetchone()
            have = int(db.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()[0]) if known else 0
            migrate(db, have)
            db.execute("INSERT OR IGNORE INTO meta VALUES ('embedder', ?)", (embedder_id,))

    def _connection(self) -> sqlite3.Connection:
        with suppress(IndexError):
            return self._idle.pop()
        return connected(self._path)


def connected(path: Path) -> sqlite3.Connection:
    """A connection to the file, for any thread; only to read where its directory may not be written."""
    # 16 MB hold the inner pages of a million passages; with the usual 2 MB a question reads most of them again.
    address, pragmas = path.absolute().as_uri(), ["PRAGMA foreign_keys = ON", "PRAGMA cache_size = -16000"]
    if os.access(path.parent, os.W_OK):
        # Questions are answered while articles are added; what was reported as stored survives a power cut.
        pragmas += ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"]
    else:
        # Without a log beside it nobody is writing it, and SQLite need not make one.
        address += "?mode=ro" if path.with_name(f"{path.name}-wal").exists() else "?mode=ro&immutable=1"
    db = sqlite3.connect(address, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=True)
    db.row_factory = sqlite3.Row
    for pragma in pragmas:
        db.execute(pragma)
    return db


def snapshot(path: Path, target: Path) -> None:
    """Write the file as it is at this moment to ``target``, whatever is written meanwhile; the copy is sound.

    ``CollectionDamaged``, ``StorageFull``.
    """
    with telling(path), closing(connected(path)) as db, closing(sqlite3.connect(target, isolation_level=None)) as copy:
        with around("catalog copy"):
            # In one step: another connection's write would make SQLite begin a copy in several anew.
            db.backup(copy)
        # The copy is one file, readable where nothing may be written beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
        require_sound(copy, path)


def require_sound(db: sqlite3.Connection, path: Path) -> None:
    """``CollectionDamaged`` where SQLite finds a page that does not fit the others; reads the whole file."""
    found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise CollectionDamaged(_damage(path, found))


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours, the cause kept."""
    try:
        yield
    except sqlite3.OperationalError as exc:
        if exc.sqlite_errorcode == sqlite3.SQLITE_FULL:
            raise StorageFull(f"The disk of {path} is full; nothing was changed. Make room.") from exc
        advice = "See that its disk has room and that it may be written."
        raise BylineError(f"{path} cannot be used: {exc}. {advice}") from exc
    except sqlite3.DatabaseError as exc:
        raise CollectionDamaged(_damage(path, str(exc))) from exc


def _damage(path: Path, found: str) -> str:
    told = " ".join(found.split())
    return (
        f"{path} is damaged ({told}). Restore a backup with `byline restore FILE --force`, or move it away: what it "
        "held then begins anew."
    )
