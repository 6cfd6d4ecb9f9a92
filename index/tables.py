"""The catalog's tables: how an article gets into them and comes out; all inside a transaction of the catalog."""

import hashlib
import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.articles import Article, Metadata, Passage, Sentence

PASSAGES = """
SELECT p.key, p.number, p.start, p."end", p.text, p.sentences, p.vector,
       a.id AS article_id, a.title, a.url, a.published, a.author, a.publisher, a.updated, a.language
FROM passages AS p JOIN articles AS a ON p.article = a.key
"""


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """An article ready to be stored: cut into passages, each with its vector (a row of ``vectors``)."""

    article: Article
    passages: tuple[Passage, ...]
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of an article that was put into the catalog, and the id that it has there."""

    id: str
    outcome: Literal["added", "updated", "unchanged"]


@dataclass(frozen=True, slots=True, eq=False)
class StoredPassage:
    """A passage as the catalog holds it."""

    key: int
    passage: Passage
    metadata: Metadata
    vector: NDArray[np.float32]
    """Of length 1."""


def put(db: sqlite3.Connection, entry: Entry) -> Stored:
    """Store the article; where its source is known it replaces the old version and keeps its id."""
    article, said = entry.article, entry.article.metadata
    if (same := stored_as(db, article)) is not None:
        return Stored(same, "unchanged")
    content = {
        "title": said.title,
        "text": article.text,
        "url": said.url,
        "published": said.published.isoformat() if said.published else None,
        "author": said.author,
        "publisher": said.publisher,
        "updated": said.updated.isoformat() if said.updated else None,
        "language": said.language,
        "digest": _digest(article),
        "added_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    old = db.execute("SELECT key, id FROM articles WHERE source = ?", (article.source,)).fetchone()
    if old:
        key, stored = old["key"], Stored(old["id"], "updated")
        _note_passages(db, key)
        db.execute("DELETE FROM passages WHERE article = ?", (key,))
        db.execute(
            f"UPDATE articles SET {', '.join(f'{name} = :{name}' for name in content)} WHERE key = :key",  # noqa: S608
            content | {"key": key},
        )
    else:
        stored = Stored(_free_id(db, article), "added")
        content |= {"id": stored.id, "source": article.source}
        key = db.execute(
            f"INSERT INTO articles ({', '.join(content)}) VALUES ({', '.join(f':{name}' for name in content)})",  # noqa: S608
            content,
        ).lastrowid
    _insert_passages(db, key, entry)
    _note_passages(db, key)
    return stored


def delete(db: sqlite3.Connection, article_id: str) -> bool:
    """Remove the article with its passages; False where there is none."""
    row = db.execute("SELECT key FROM articles WHERE id = ?", (article_id,)).fetchone()
    if row:
        _note_passages(db, row["key"])
        db.execute("DELETE FROM articles WHERE key = ?", (row["key"],))
    return row is not None


def stored_as(db: sqlite3.Connection, article: Article) -> str | None:
    """The id of the same text and metadata from the same source, or from another source under the same id."""
    rows = db.execute(
        "SELECT id, source, digest FROM articles WHERE source = ? OR id = ?", (article.source, article.id)
    ).fetchall()
    # A known source decides alone: its changed article is not to hide behind an equal one from elsewhere.
    decisive = [row for row in rows if row["source"] == article.source] or rows
    return next((row["id"] for row in decisive if row["digest"] == _digest(article)), None)


def read_passages(db: sqlite3.Connection, keys: Collection[int]) -> list[StoredPassage]:
    """The passages with these keys, ordered by key; keys that are gone are left out."""
    # One parameter however many keys, so that SQLite's limit on their number does not matter.
    wanted = json.dumps(list(keys))
    rows = db.execute(PASSAGES + "JOIN json_each(?) AS wanted ON p.key = wanted.value ORDER BY p.key", (wanted,))
    return [read_passage(row) for row in rows]


def read_passage(row: sqlite3.Row) -> StoredPassage:
    """The passage in a row of ``PASSAGES``."""
    start, text = row["start"], row["text"]
    sentences = tuple(Sentence(a, b, text[a - start : b - start]) for a, b in json.loads(row["sentences"]))
    passage = Passage(row["article_id"], row["number"], start, row["end"], text, sentences)
    return StoredPassage(row["key"], passage, read_metadata(row), np.frombuffer(row["vector"], np.float32))


def read_metadata(row: sqlite3.Row) -> Metadata:
    """The metadata in a row that has its columns."""
    published, updated = (date.fromisoformat(row[name]) if row[name] else None for name in ("published", "updated"))
    return Metadata(row["title"], row["url"], published, row["author"], row["publisher"], updated, row["language"])


def _insert_passages(db: sqlite3.Connection, article: int | None, entry: Entry) -> None:
    db.executemany(
        'INSERT INTO passages (article, number, start, "end", text, sentences, vector) VALUES (?, ?, ?, ?, ?, ?, ?)',
        (
            (
                article,
                passage.number,
                passage.start,
                passage.end,
                passage.text,
                json.dumps([(sentence.start, sentence.end) for sentence in passage.sentences]),
                np.asarray(vector, np.float32).tobytes(),
            )
            for passage, vector in zip(entry.passages, entry.vectors, strict=True)
        ),
    )


def _free_id(db: sqlite3.Connection, article: Article) -> str:
    """The article's own id, or where another has it already, that with a suffix from its source."""
    suffix = hashlib.sha256(article.source.encode()).hexdigest()
    wanted = (article.id, f"{article.id}-{suffix[:8]}", f"{article.id}-{suffix}")
    taken = {row["id"] for row in db.execute("SELECT id FROM articles WHERE id IN (?, ?, ?)", wanted)}
    return next(name for name in wanted if name not in taken)


def _digest(article: Article) -> str:
    said = article.metadata
    # Language is read from the text, and a better guess is no change of the article.
    content = [article.text, said.title, said.url, str(said.published), said.author, said.publisher, str(said.updated)]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _note_passages(db: sqlite3.Connection, article: int | None) -> None:
    """Put the article's passages into the outbox; whether a key there still stands for one is looked up later."""
    db.execute("INSERT INTO outbox (passage) SELECT key FROM passages WHERE article = ? ORDER BY number", (article,))
