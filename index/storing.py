"""How an article gets into the catalog and out of it, all inside a transaction of the catalog.

An article may have several sources. What a source gave is noted with its digest, so that giving it again changes
nothing; the article goes when its last source does.
"""

import hashlib
import json
import sqlite3
from dataclasses import fields, replace
from datetime import UTC, datetime

import numpy as np

from index.articles import Article, Metadata
from index.duplicates import COPY, page, resemblance, shingles, telling, wording
from index.families import join, leave
from index.tables import Entry, Stored, read_metadata


def put(db: sqlite3.Connection, entry: Entry) -> Stored:
    """Store the article under its source; where that is known it replaces the old version and keeps its id.

    The same text from another source, or a newer version of the same page, becomes one article with both sources.
    """
    article = entry.article
    if (settled := settle(db, article)) is not None:
        return settled
    known = _of_source(db, article.source)
    its_own = known and (_alone(db, known["key"]) or known["wording"] == wording(article.text))
    old = known if its_own else _same_page(db, article)
    if old and old != known:
        _move(db, article, old["key"])
        if _is_older(article.metadata, read_metadata(old)):
            return Stored(old["id"], "updated" if known else "unchanged")
    elif known and not old:
        # Another source still has the old text.
        detach(db, article.source)
    if old:
        _replace(db, old, entry)
        return Stored(old["id"], "updated")
    return Stored(_insert(db, entry), "updated" if known else "added")


def settle(db: sqlite3.Connection, article: Article) -> Stored | None:
    """What becomes of an article that need not be cut and embedded, since its text is stored; None for any other.

    Where another source gave the text, this one is noted beside it and fills in what that one did not say.
    """
    if (same := stored_as(db, article)) is not None:
        return Stored(same, "unchanged")
    known, twin = _of_source(db, article.source), _twin(db, article)
    if twin is None or (known and known["key"] == twin["key"]):
        return None
    _move(db, article, twin["key"])
    _fill_in(db, twin, article.metadata)
    return Stored(twin["id"], "updated" if known else "unchanged")


def delete(db: sqlite3.Connection, article_id: str) -> bool:
    """Remove the article with its passages and sources; False where there is none."""
    row = db.execute("SELECT key FROM articles WHERE id = ?", (article_id,)).fetchone()
    if row:
        _drop(db, row["key"])
    return row is not None


def detach(db: sqlite3.Connection, source: str) -> bool:
    """Take the article from this source, and remove it if it had no other; False where the source is unknown."""
    row = db.execute("DELETE FROM origins WHERE source = ? RETURNING article", (source,)).fetchone()
    if row is None:
        return False
    left = db.execute(
        "SELECT source FROM origins WHERE article = ? ORDER BY rowid LIMIT 1", (row["article"],)
    ).fetchone()
    if left:
        db.execute("UPDATE articles SET source = ? WHERE key = ?", (left["source"], row["article"]))
    else:
        _drop(db, row["article"])
    return True


def stored_as(db: sqlite3.Connection, article: Article) -> str | None:
    """The id under which the same text and metadata from the same source is stored."""
    row = db.execute(
        "SELECT a.id FROM origins AS o JOIN articles AS a ON a.key = o.article WHERE o.source = ? AND o.digest = ?",
        (article.source, digest(article.text, article.metadata)),
    ).fetchone()
    return row["id"] if row else None


def _insert(db: sqlite3.Connection, entry: Entry) -> str:
    """Store a new article; its id."""
    article = entry.article
    content = _columns(article.text, article.metadata)
    content |= {"id": _free_id(db, article), "source": article.source}
    content["added_at"] = datetime.now(UTC).isoformat(timespec="seconds")
    key = db.execute(
        f"INSERT INTO articles ({', '.join(content)}) VALUES ({', '.join(f':{name}' for name in content)})",  # noqa: S608
        content,
    ).lastrowid
    assert key is not None
    _move(db, article, key)
    _insert_passages(db, key, entry)
    _note_passages(db, key)
    join(db, key, article.text)
    return str(content["id"])


def _replace(db: sqlite3.Connection, old: sqlite3.Row, entry: Entry) -> None:
    """Put the new version in the place of the old one."""
    key, said = old["key"], entry.article.metadata
    if not _alone(db, key):
        said = _filled(said, read_metadata(old))
    _move(db, entry.article, key)
    _note_passages(db, key)
    db.execute("DELETE FROM passages WHERE article = ?", (key,))
    _update(db, key, _columns(entry.article.text, said) | {"added_at": datetime.now(UTC).isoformat(timespec="seconds")})
    _insert_passages(db, key, entry)
    _note_passages(db, key)
    join(db, key, entry.article.text)


def _drop(db: sqlite3.Connection, key: int) -> None:
    leave(db, key)
    _note_passages(db, key)
    db.execute("DELETE FROM articles WHERE key = ?", (key,))


def _columns(text: str, said: Metadata) -> dict[str, str | None]:
    return {
        "title": said.title,
        "text": text,
        "url": said.url,
        "published": said.published.isoformat() if said.published else None,
        "author": said.author,
        "publisher": said.publisher,
        "updated": said.updated.isoformat() if said.updated else None,
        "language": said.language,
        "digest": digest(text, said),
        "wording": wording(text),
        "page": page(said.url),
    }


def _update(db: sqlite3.Connection, key: int, content: dict[str, str | None]) -> None:
    changes = ", ".join(f"{name} = :{name}" for name in content)
    db.execute(f"UPDATE articles SET {changes} WHERE key = :key", content | {"key": key})  # noqa: S608


def _of_source(db: sqlite3.Connection, source: str) -> sqlite3.Row | None:
    """The article that this source has given."""
    return _first(db, "key = (SELECT article FROM origins WHERE source = ?)", source)


def _twin(db: sqlite3.Connection, article: Article) -> sqlite3.Row | None:
    """An article of the same text; of a short text, one that has the same title too."""
    if telling(article.text):
        return _first(db, "wording = ? ORDER BY key", wording(article.text))
    return _first(db, "wording = ? AND title = ? ORDER BY key", wording(article.text), article.metadata.title)


def _same_page(db: sqlite3.Connection, article: Article) -> sqlite3.Row | None:
    """An article from the same page whose text is nearly this one's."""
    place = page(article.metadata.url)
    found = _first(db, "page = ? ORDER BY key", place) if place else None
    if found and resemblance(shingles(article.text), shingles(found["text"])) >= COPY:
        return found
    return None


def _first(db: sqlite3.Connection, where: str, *values: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute(f"SELECT * FROM articles WHERE {where}", values).fetchone()  # noqa: S608
    return row


def _alone(db: sqlite3.Connection, key: int) -> bool:
    """Whether the article has one source only."""
    return len(db.execute("SELECT 1 FROM origins WHERE article = ? LIMIT 2", (key,)).fetchall()) == 1


def _move(db: sqlite3.Connection, article: Article, key: int) -> None:
    """Note that the article's source has the one with this key, and with what content; no other has it any more."""
    row = db.execute("SELECT article FROM origins WHERE source = ?", (article.source,)).fetchone()
    if row and row["article"] != key:
        detach(db, article.source)
    db.execute(
        "INSERT INTO origins VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET digest = excluded.digest",
        (article.source, key, digest(article.text, article.metadata)),
    )


def _fill_in(db: sqlite3.Connection, old: sqlite3.Row, said: Metadata) -> None:
    """Give the stored article what it did not say and ``said`` does."""
    before = read_metadata(old)
    after = _filled(before, said)
    if after != before:
        _update(db, old["key"], _columns(old["text"], after))
        _note_passages(db, old["key"])


def _filled(said: Metadata, other: Metadata) -> Metadata:
    gaps = (field.name for field in fields(said) if getattr(said, field.name) is None)
    return replace(said, **{name: getattr(other, name) for name in gaps})


def _is_older(one: Metadata, other: Metadata) -> bool:
    """Whether one is known to be from before the other."""
    mine, others = one.updated or one.published, other.updated or other.published
    return mine is not None and others is not None and mine < others


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


def digest(text: str, said: Metadata) -> str:
    """Names an article's text and metadata."""
    # Language is read from the text, and a better guess is no change of the article.
    content = [text, said.title, said.url, str(said.published), said.author, said.publisher, str(said.updated)]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _note_passages(db: sqlite3.Connection, article: int | None) -> None:
    """Put the article's passages into the outbox; whether a key there still stands for one is looked up later."""
    db.execute("INSERT INTO outbox (passage) SELECT key FROM passages WHERE article = ? ORDER BY number", (article,))
