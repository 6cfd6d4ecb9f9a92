"""A collection's articles a page at a time, searched and sorted; all inside a transaction of the catalog.

An index has each order, so what is read grows with the page and not with the collection. A search reads over the titles
and publishers of all articles in an index that holds no text, a tenth of a second for 100,000 of them.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from index.articles import Metadata
from index.tables import read_metadata

Order = Literal["published", "oldest", "added", "title", "publisher"]
"""Latest first, earliest first, last added first, or by the letters of title or publisher; what has none comes last."""
ORDERS: tuple[Order, ...] = get_args(Order)
_SQL: dict[Order, str] = {
    "published": "a.published DESC, a.language DESC, a.key DESC",
    "oldest": "a.published ASC NULLS LAST, a.language, a.key",
    "added": "a.key DESC",
    "title": "a.title COLLATE NOCASE, a.key",
    "publisher": "a.publisher ASC NULLS LAST, a.published, a.language, a.key",
}
TEXTS = 2_000
"""Passages at most in whose articles' texts all words of a search are looked up."""
_SHOWN = """
SELECT a.id, a.title, a.url, a.published, a.author, a.publisher, a.updated, a.language, a.added_at,
       (SELECT count(*) FROM articles AS c WHERE c.family = a.family) - 1 AS copies,
       f.id AS first, f.title AS first_title
FROM json_each(?) AS wanted CROSS JOIN articles AS a ON a.key = wanted.value
LEFT JOIN articles AS f ON f.key = a.family AND f.key != a.key
ORDER BY wanted.key
"""


@dataclass(frozen=True, slots=True)
class Copied:
    """The article of which another is a near copy: the first of them that the collection had."""

    article_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Shelved:
    """An article in a list, without its text."""

    id: str
    metadata: Metadata
    added_at: datetime
    """In UTC."""
    copies: int
    """How many other articles are near copies of it."""
    copy_of: Copied | None
    """None of the first one."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of the list, and how many articles the whole list has."""

    articles: tuple[Shelved, ...]
    total: int


def shelf(db: sqlite3.Connection, order: Order, *, first: int, limit: int) -> Shelf:
    """``limit`` of all articles in this order, from the ``first`` on, counted from 0."""
    rows = db.execute(f"SELECT a.key FROM articles AS a ORDER BY {_SQL[order]} LIMIT ? OFFSET ?", (limit, first))  # noqa: S608
    keys = [row[0] for row in rows]
    return Shelf(_shelved(db, keys), db.execute("SELECT count(*) FROM articles").fetchone()[0])


def found(db: sqlite3.Connection, words: str, passages: Sequence[int], *, order: Order, page: tuple[int, int]) -> Shelf:
    """Those with every word in title, author and publisher, or with one of these passages; ``page``: first, limit."""
    said = "coalesce(a.title, '') || ' ' || coalesce(a.author, '') || ' ' || coalesce(a.publisher, '')"
    every = " AND ".join([f"{said} LIKE ? ESCAPE '!'"] * len(words.split())) or "0"
    matched = db.execute(
        f"SELECT a.key FROM articles AS a INDEXED BY articles_said WHERE {every}"  # noqa: S608
        " UNION SELECT p.article FROM json_each(?) AS wanted CROSS JOIN passages AS p ON p.key = wanted.value",
        (*(f"%{_literal(word)}%" for word in words.split()), json.dumps(passages)),
    ).fetchall()
    rows = db.execute(
        "SELECT a.key FROM json_each(?) AS wanted CROSS JOIN articles AS a INDEXED BY articles_said"  # noqa: S608
        f" ON a.key = wanted.value ORDER BY {_SQL[order]} LIMIT ? OFFSET ?",
        (json.dumps([row[0] for row in matched]), page[1], page[0]),
    )
    return Shelf(_shelved(db, [row[0] for row in rows]), len(matched))


def _shelved(db: sqlite3.Connection, keys: Sequence[int]) -> tuple[Shelved, ...]:
    """What the list shows of the articles with these keys, in their order."""
    return tuple(
        Shelved(
            row["id"],
            read_metadata(row),
            datetime.fromisoformat(row["added_at"]),
            row["copies"],
            Copied(row["first"], row["first_title"]) if row["first"] else None,
        )
        for row in db.execute(_SHOWN, (json.dumps(keys),))
    )


def _literal(word: str) -> str:
    """The word for LIKE, in which it stands for itself."""
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
