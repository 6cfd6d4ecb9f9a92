"""Families of near copies in the catalog; all inside a transaction of the catalog.

A family is named after the lowest key among its articles. Looking for an article's copies reads a bounded number of
rows however many articles there are.
"""

import sqlite3

from index.duplicates import COPY, bands, resemblance, shingles, telling

PER_BAND, COMPARED = 50, 20
"""Articles taken from one band, and those compared word for word: the ones that share most bands."""


def join(db: sqlite3.Connection, key: int, text: str) -> None:
    """Note what the article is recognised by, and put it into one family with its near copies."""
    leave(db, key)
    enter(db, key, text)


def enter(db: sqlite3.Connection, key: int, text: str) -> None:
    """``join``, for an article that is in no family but its own."""
    if not telling(text):
        return
    own = shingles(text)
    marks = bands(own)
    copies = [other for other in _sharing(db, marks, key) if resemblance(own, shingles(_text(db, other))) >= COPY]
    db.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", ((mark, key) for mark in marks))
    families = {key} | {
        db.execute("SELECT family FROM articles WHERE key = ?", (copy,)).fetchone()[0] for copy in copies
    }
    for family in families - {min(families)}:
        db.execute("UPDATE articles SET family = ? WHERE family = ?", (min(families), family))


def leave(db: sqlite3.Connection, key: int) -> None:
    """Take the article out of its family, which keeps a name of its own."""
    db.execute("DELETE FROM bands WHERE article = ?", (key,))
    heir = db.execute("SELECT min(key) FROM articles WHERE family = ? AND key != ?", (key, key)).fetchone()[0]
    if heir is not None:
        db.execute("UPDATE articles SET family = ? WHERE family = ?", (heir, key))
    db.execute("UPDATE articles SET family = key WHERE key = ?", (key,))


def _sharing(db: sqlite3.Connection, marks: list[int], key: int) -> list[int]:
    """The articles that share most bands, without this one."""
    shared: dict[int, int] = {}
    for mark in marks:
        for (other,) in db.execute("SELECT article FROM bands WHERE band = ? LIMIT ?", (mark, PER_BAND)):
            shared[other] = shared.get(other, 0) + 1
    shared.pop(key, None)
    return sorted(shared, key=lambda other: (-shared[other], other))[:COMPARED]


def _text(db: sqlite3.Connection, key: int) -> str:
    return str(db.execute("SELECT text FROM articles WHERE key = ?", (key,)).fetchone()[0])
