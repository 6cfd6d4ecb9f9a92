"""The catalog: the one truth of a collection, in one SQLite file.

Articles, their passages with offsets, each passage's vector, and an outbox of the passages that changed. Everything
else in a data directory is derived from it. Every change is one transaction, and grows ``version``.

It speaks to SQLite without SQLAlchemy, whose import alone takes longer than answering a question from cold.
"""

import sqlite3
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.articles import Article, Metadata, Passage
from index.errors import ArticleUnknown, BylineError, CollectionDamaged, CollectionForeign
from index.migrating import migrate, newest
from index.tables import (
    PASSAGES,
    Entry,
    Stored,
    StoredPassage,
    delete,
    put,
    read_metadata,
    read_passage,
    read_passages,
    stored_as,
)

BUSY_SECONDS = 10
"""How long a transaction waits for another process's before it fails as locked."""
PRAGMAS = (
    "PRAGMA journal_mode = WAL",  # questions are answered while articles are added
    "PRAGMA synchronous = FULL",  # what was reported as stored survives a power cut
    "PRAGMA foreign_keys = ON",
)


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """An article without its text."""

    id: str
    metadata: Metadata
    source: str
    passages: int
    """How many it was cut into."""
    added_at: datetime
    """In UTC."""


class Catalog:
    """An open catalog, made if it is not there; shared between threads, one of which may write at a time.

    ``CollectionForeign``: another embedder or version wrote it. ``CollectionDamaged``: it cannot be read.
    """

    def __init__(self, path: Path, embedder_id: str) -> None:
        self._path = path
        self._idle: deque[sqlite3.Connection] = deque()
        self._closed = False
        try:
            self._require_ours(embedder_id)
        except BylineError:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def check(self) -> None:
        """``CollectionDamaged`` where SQLite finds a page that does not fit the others; reads the whole file."""
        with self._transaction() as db:
            found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise CollectionDamaged(self._damage(found))

    def unchanged(self, article: Article) -> str | None:
        """The id under which this very article, text and metadata, is stored already."""
        with self._transaction() as db:
            return stored_as(db, article)

    def put(self, entries: Sequence[Entry]) -> list[Stored]:
        """Store all or none; an article whose source is known replaces its old version and keeps its id."""
        with self._transaction("BEGIN IMMEDIATE") as db:
            return [put(db, entry) for entry in entries]

    def remove(self, article_id: str) -> None:
        """Forget the article and its passages; ``ArticleUnknown``."""
        with self._transaction("BEGIN IMMEDIATE") as db:
            if not delete(db, article_id):
                raise _unknown(article_id)

    def articles(self) -> list[ListedArticle]:
        """Every article without its text: the latest published first, undated ones last, then by title."""
        with self._transaction() as db:
            rows = db.execute(
                "SELECT id, source, added_at, title, url, published, author, publisher, updated, language,"
                " (SELECT count(*) FROM passages WHERE article = articles.key) AS passages"
                " FROM articles ORDER BY published DESC NULLS LAST, title, id"
            ).fetchall()
        return [
            ListedArticle(
                row["id"], read_metadata(row), row["source"], row["passages"], datetime.fromisoformat(row["added_at"])
            )
            for row in rows
        ]

    def article(self, article_id: str) -> Article:
        """The article as it was stored; ``ArticleUnknown``."""
        with self._transaction() as db:
            row = db.execute("SELECT * FROM articles WHERE id = ?", (article_id,)).fetchone()
        if row is None:
            raise _unknown(article_id)
        return Article(row["id"], row["text"], read_metadata(row), row["source"])

    def article_passages(self, article_id: str) -> list[Passage]:
        """The article's passages in their order; ``ArticleUnknown``."""
        with self._transaction() as db:
            rows = db.execute(PASSAGES + "WHERE a.id = ? ORDER BY p.number", (article_id,)).fetchall()
        if not rows:
            raise _unknown(article_id)
        return [read_passage(row).passage for row in rows]

    def passages(self, keys: Collection[int]) -> list[StoredPassage]:
        """The passages with these keys, ordered by key; keys that are gone are left out."""
        with self._transaction() as db:
            return read_passages(db, keys)

    def passages_after(self, key: int, limit: int) -> list[StoredPassage]:
        """The next passages in the order of their keys."""
        with self._transaction() as db:
            rows = db.execute(PASSAGES + "WHERE p.key > ? ORDER BY p.key LIMIT ?", (key, limit))
            return [read_passage(row) for row in rows]

    def sample(self, size: int) -> list[StoredPassage]:
        """Up to ``size`` passages spread over the collection, the first and the last among them."""
        with self._transaction() as db:
            first, last = db.execute("SELECT min(key), max(key) FROM passages").fetchone()
            if first is None:
                return []
            marks = np.linspace(first, last, size).astype(int).tolist()
            nearest = [db.execute("SELECT min(key) FROM passages WHERE key >= ?", (mark,)) for mark in marks]
            return read_passages(db, {row.fetchone()[0] for row in nearest})

    def matrix(self) -> tuple[int, NDArray[np.int64], NDArray[np.float32]]:
        """The version, and of every passage its key and its vector, one row each."""
        with self._transaction() as db:
            version = _version(db)
            rows = db.execute("SELECT key, vector FROM passages ORDER BY key").fetchall()
        vectors = np.frombuffer(b"".join(row["vector"] for row in rows), np.float32)
        return version, np.array([row["key"] for row in rows], np.int64), vectors.reshape(len(rows), -1 if rows else 0)

    def counts(self) -> tuple[int, int]:
        """How many articles and how many passages."""
        with self._transaction() as db:
            row = db.execute("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages)").fetchone()
        return row[0], row[1]

    def version(self) -> int:
        """Grows with every change."""
        with self._transaction() as db:
            return _version(db)

    def changes(self, seq: int, limit: int) -> list[tuple[int, int]]:
        """The next outbox rows after ``seq``: (seq, key of a passage that was stored or removed)."""
        with self._transaction() as db:
            rows = db.execute("SELECT seq, passage FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit))
            return [(row["seq"], row["passage"]) for row in rows]

    def progress(self, name: str) -> int | None:
        """The last outbox row that this derived index has taken in; None if it has never been built."""
        with self._transaction() as db:
            row = db.execute("SELECT seq FROM progress WHERE name = ?", (name,)).fetchone()
        return row["seq"] if row else None

    def mark(self, name: str, seq: int) -> None:
        """Note that this derived index has taken in everything up to ``seq``; what all have taken in is deleted."""
        with self._transaction("BEGIN IMMEDIATE") as db:
            db.execute("INSERT OR REPLACE INTO progress VALUES (?, ?)", (name, seq))
            db.execute("DELETE FROM outbox WHERE seq <= (SELECT min(seq) FROM progress)")

    def _require_ours(self, embedder_id: str) -> None:
        with self._transaction() as db:
            known = db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").fetchone()
            meta = dict(db.execute("SELECT name, value FROM meta").fetchall()) if known else {}
        if int(meta.get("schema", 0)) < newest():
            meta = self._migrate(embedder_id)
        for name, ours in (("schema", str(newest())), ("embedder", embedder_id)):
            if meta.get(name) != ours:
                raise CollectionForeign(
                    f"{self._path.parent} was written with {name} {meta.get(name)}, and this is {name} {ours}. "
                    "Choose another directory with --data, or remove this one and add its articles again."
                )

    def _migrate(self, embedder_id: str) -> dict[str, str]:
        with self._transaction("BEGIN IMMEDIATE") as db:
            # Another process may have been quicker.
            known = db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").fetchone()
            have = int(db.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()[0]) if known else 0
            migrate(db, have)
            db.execute("INSERT OR IGNORE INTO meta VALUES ('embedder', ?)", (embedder_id,))
            return dict(db.execute("SELECT name, value FROM meta").fetchall())

    @contextmanager
    def _transaction(self, begin: str = "BEGIN") -> Iterator[sqlite3.Connection]:
        """One consistent view, or one change that happens whole or not at all."""
        try:
            db = self._connection()
            try:
                db.execute(begin)
                yield db
                db.execute("COMMIT")
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                if self._closed:
                    db.close()
                else:
                    self._idle.append(db)
        except sqlite3.OperationalError as exc:
            advice = "See that its disk has room and that it may be written."
            raise BylineError(f"The catalog {self._path} cannot be used: {exc}. {advice}") from exc
        except sqlite3.DatabaseError as exc:
            raise CollectionDamaged(self._damage(str(exc))) from exc

    def _connection(self) -> sqlite3.Connection:
        with suppress(IndexError):
            return self._idle.pop()
        db = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        db.row_factory = sqlite3.Row
        for pragma in PRAGMAS:
            db.execute(pragma)
        return db

    def _damage(self, found: str) -> str:
        return (
            f"The catalog {self._path} is damaged ({found}). Restore a backup, or remove it and add its articles again."
        )


def _version(db: sqlite3.Connection) -> int:
    # AUTOINCREMENT keeps the last number here after the outbox itself has been emptied.
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").fetchone()
    return row["seq"] if row else 0


def _unknown(article_id: str) -> ArticleUnknown:
    return ArticleUnknown(f"No article has the id {article_id!r}. See all ids with: byline list")
