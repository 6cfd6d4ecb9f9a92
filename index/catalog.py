"""The catalog: the one truth of a collection, in one SQLite file.

Articles, their passages with offsets, each passage's vector, and an outbox of the passages that changed. Everything
else in a data directory is derived from it. Every change is one transaction, and grows ``version``.

It speaks to SQLite without SQLAlchemy, whose import alone takes longer than answering a question from cold.
"""

import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from index.articles import Article, Metadata, Passage
from index.database import CHANGE, Database
from index.errors import ArticleUnknown
from index.storing import delete, detach, put, settle
from index.tables import (
    PASSAGES,
    Entry,
    Stored,
    StoredPassage,
    read_metadata,
    read_passage,
    read_passages,
    sources,
)

SHORTEST_DIGEST = 8
"""Characters of a digest that still name one version of an article."""


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """An article without its text."""

    id: str
    metadata: Metadata
    source: str
    """The first of its sources."""
    sources: tuple[str, ...]
    """Every place it was read from."""
    passages: int
    """How many it was cut into."""
    added_at: datetime
    """In UTC."""


@dataclass(frozen=True, slots=True)
class Version:
    """An article as it is or was."""

    article: Article
    replaced_at: datetime | None
    """When another took its place or it was removed, in UTC; None of the present one."""


class Catalog(Database):
    """An open catalog, made if it is not there; shared between threads, one of which may write at a time.

    Its errors are those of ``Database``.
    """

    def checked(self) -> None:
        """Return once a ``check`` that goes on beside us has read the whole file: it takes a processor until then."""
        if self._checker:
            self._checker.join()

    def settle(self, article: Article) -> Stored | None:
        """What becomes of an article whose text is stored already, from this source or another; None for any other."""
        with self.transaction(CHANGE) as db:
            return settle(db, article)

    def put(self, entries: Sequence[Entry]) -> list[Stored]:
        """Store all or none; an article whose source is known replaces its old version and keeps its id."""
        with self.transaction(CHANGE) as db:
            return [put(db, entry) for entry in entries]

    def remove(self, article_id: str) -> None:
        """Forget the article and its passages; ``ArticleUnknown``."""
        with self.transaction(CHANGE) as db:
            if not delete(db, article_id):
                raise _unknown(article_id)

    def remove_source(self, source: str) -> bool:
        """Forget that this source has its article, and the article if no other has it; False where it is unknown."""
        with self.transaction(CHANGE) as db:
            return detach(db, source)

    def articles(self) -> list[ListedArticle]:
        """Every article without its text: the latest published first, undated ones last, then by title."""
        with self.transaction() as db:
            rows = db.execute(
                "SELECT id, source, added_at, title, url, published, author, publisher, updated, language,"
                " (SELECT count(*) FROM passages WHERE article = articles.key) AS passages,"
                " (SELECT json_group_array(source) FROM (SELECT source FROM origins WHERE article = articles.key"
                "  ORDER BY rowid)) AS sources"
                " FROM articles ORDER BY published DESC NULLS LAST, title, id"
            ).fetchall()
        return [
            ListedArticle(
                row["id"],
                read_metadata(row),
                row["source"],
                tuple(json.loads(row["sources"])),
                row["passages"],
                datetime.fromisoformat(row["added_at"]),
            )
            for row in rows
        ]

    def article(self, article_id: str) -> Article:
        """The article as it was stored; ``ArticleUnknown``."""
        with self.transaction() as db:
            row = db.execute("SELECT * FROM articles WHERE id = ?", (article_id,)).fetchone()
        if row is None:
            raise _unknown(article_id)
        return Article(row["id"], row["text"], read_metadata(row), row["source"])

    def digest(self, article_id: str) -> str:
        """Names the text and metadata that the article has now; ``ArticleUnknown``."""
        with self.transaction() as db:
            row = db.execute("SELECT digest FROM articles WHERE id = ?", (article_id,)).fetchone()
        if row is None:
            raise _unknown(article_id)
        return str(row["digest"])

    def version_of(self, article_id: str, digest: str) -> Version:
        """The article as it was when its digest began with this; ``ArticleUnknown`` where that is not kept any more.

        An article that was replaced or removed is kept as it was for thirty days, in its last five versions.
        """
        named = "WHERE id = ? AND substr(digest, 1, length(?)) = ?"
        with self.transaction() as db:
            for table in ("*, NULL AS replaced_at FROM articles", "* FROM versions"):
                row = db.execute(f"SELECT {table} {named}", (article_id, digest, digest)).fetchone()
                if row and len(digest) >= SHORTEST_DIGEST:
                    article = Article(row["id"], row["text"], read_metadata(row), row["source"])
                    until = row["replaced_at"]
                    return Version(article, datetime.fromisoformat(until) if until else None)
        raise ArticleUnknown(f"No version {digest!r} of the article {article_id!r} is kept. See: byline show ID")

    def sources(self, article_id: str) -> tuple[str, ...]:
        """Every place the article was read from, the first one first; ``ArticleUnknown``."""
        with self.transaction() as db:
            found = sources(db, article_id)
        if not found:
            raise _unknown(article_id)
        return found

    def article_passages(self, article_id: str) -> list[Passage]:
        """The article's passages in their order; ``ArticleUnknown``."""
        with self.transaction() as db:
            rows = db.execute(PASSAGES + "WHERE a.id = ? ORDER BY p.number", (article_id,)).fetchall()
        if not rows:
            raise _unknown(article_id)
        return [read_passage(row).passage for row in rows]

    def passages(self, keys: Collection[int]) -> list[StoredPassage]:
        """The passages with these keys, ordered by key; keys that are gone are left out."""
        with self.transaction() as db:
            return read_passages(db, keys)

    def passages_after(self, key: int, limit: int) -> list[StoredPassage]:
        """The next passages in the order of their keys."""
        with self.transaction() as db:
            rows = db.execute(PASSAGES + "WHERE p.key > ? ORDER BY p.key LIMIT ?", (key, limit))
            return [read_passage(row) for row in rows]

    def sample(self, size: int) -> list[StoredPassage]:
        """Up to ``size`` passages spread over the collection, the first and the last among them."""
        with self.transaction() as db:
            first, last = db.execute("SELECT min(key), max(key) FROM passages").fetchone()
            if first is None:
                return []
            marks = np.linspace(first, last, size).astype(int).tolist()
            nearest = [db.execute("SELECT min(key) FROM passages WHERE key >= ?", (mark,)) for mark in marks]
            return read_passages(db, {row.fetchone()[0] for row in nearest})

    def matrix(self) -> tuple[int, NDArray[np.int64], NDArray[np.float32]]:
        """The version, and of every passage its key and its vector, one row each."""
        with self.transaction() as db:
            version = _version(db)
            rows = db.execute("SELECT key, vector FROM passages ORDER BY key").fetchall()
        vectors = np.frombuffer(b"".join(row["vector"] for row in rows), np.float32)
        return version, np.array([row["key"] for row in rows], np.int64), vectors.reshape(len(rows), -1 if rows else 0)

    def counts(self) -> tuple[int, int]:
        """How many articles and how many passages."""
        with self.transaction() as db:
            row = db.execute("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages)").fetchone()
        return row[0], row[1]

    def publishers(self, limit: int) -> list[str]:
        """Who published the articles, those of most articles, by name."""
        with self.transaction() as db:
            rows = db.execute(
                "SELECT publisher FROM articles WHERE publisher IS NOT NULL"
                " GROUP BY publisher ORDER BY count(*) DESC LIMIT ?",
                (limit,),
            ).fetchall()
        return sorted((row["publisher"] for row in rows), key=str.casefold)

    def version(self) -> int:
        """Grows with every change."""
        with self.transaction() as db:
            return _version(db)

    def changes(self, seq: int, limit: int) -> list[tuple[int, int]]:
        """The next outbox rows after ``seq``: (seq, key of a passage that was stored or removed)."""
        with self.transaction() as db:
            rows = db.execute("SELECT seq, passage FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit))
            return [(row["seq"], row["passage"]) for row in rows]

    def progress(self, name: str) -> int | None:
        """The last outbox row that this derived index has taken in; None if it has never been built."""
        with self.transaction() as db:
            row = db.execute("SELECT seq FROM progress WHERE name = ?", (name,)).fetchone()
        return row["seq"] if row else None

    def mark(self, name: str, seq: int) -> None:
        """Note that this derived index has taken in everything up to ``seq``; what all have taken in is deleted."""
        with self.transaction(CHANGE) as db:
            db.execute("INSERT OR REPLACE INTO progress VALUES (?, ?)", (name, seq))
            db.execute("DELETE FROM outbox WHERE seq <= (SELECT min(seq) FROM progress)")


def _version(db: sqlite3.Connection) -> int:
    # AUTOINCREMENT keeps the last number here after the outbox itself has been emptied.
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").fetchone()
    return row["seq"] if row else 0


def _unknown(article_id: str) -> ArticleUnknown:
    return ArticleUnknown(f"No article has the id {article_id!r}. See all ids with: byline list")
