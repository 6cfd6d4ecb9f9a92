"""The sources that a collection follows, kept in its catalog: what each is, what it listed, how its last run went."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import astuple, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from index.cleaning.facts import Facts
from index.fetching.replies import Fetched, Marks

Kind = Literal["file", "folder", "page", "feed", "sitemap"]
Vanished = Literal["keep", "remove"]
"""What becomes of the articles of an item that its source no longer lists."""

VANISHED: dict[Kind, Vanished] = {
    "file": "keep",
    "folder": "remove",  # a folder is the owner's own, and what is taken out of it is meant to go
    "page": "keep",
    "feed": "keep",  # a feed lists the latest only
    "sitemap": "keep",
}
"""What a source of the kind does unless it is told otherwise."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What one run made of a source: articles, and for what could not be read, items."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A source as it stands in the catalog; times are in UTC."""

    location: str
    """An absolute path or a URL."""
    kind: Kind
    vanished: Vanished
    added_at: datetime
    last_run: datetime | None = None
    last_success: datetime | None = None
    last_error: str | None = None
    failures: int = 0
    """Runs in a row in which the source itself could not be read."""
    next_try: datetime | None = None
    """Before then it is not tried again; None where it may be at any time."""
    counts: Counts = field(default_factory=Counts)
    marks: Marks = field(default_factory=Marks)
    """Of the listing."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An item as its source lists it now."""

    location: str
    """An absolute path or a URL; its articles have this as their source, or this with ``#`` and a name."""
    stamp: str | None = None
    """Changes when the item does; None where the listing does not tell."""
    known: Facts = field(default_factory=Facts)
    """What the listing says about the item."""
    content: str | None = None
    """The item's text as HTML, where the listing carries it."""
    fetched: Fetched | None = None
    """The item itself, where it has been fetched already."""
    path: Path | None = None
    """Where a file is; its location leaves out what is no text in its name."""


@dataclass(frozen=True, slots=True)
class Item:
    """What is kept of an item: when it was read, and what tells whether it has changed since."""

    location: str
    read_at: datetime
    stamp: str | None = None
    digest: str | None = None
    marks: Marks = field(default_factory=Marks)
    error: str | None = None
    failures: int = 0
    next_try: datetime | None = None
    listed: bool = True
    """Whether its source still lists it; what became of its articles if not, the source's ``vanished`` says."""


Transaction = Callable[[str], AbstractContextManager[sqlite3.Connection]]
READ, WRITE = "BEGIN", "BEGIN IMMEDIATE"  # what index.database.Database.transaction takes


class SourceBook:
    """The list of the sources; safe to share between threads."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def all(self) -> list[Source]:
        """Every source in the order in which they were added."""
        with self._transaction(READ) as db:
            return [_source(row) for row in db.execute("SELECT * FROM sources ORDER BY rowid")]

    def get(self, location: str) -> Source | None:
        """The source, None where it is not followed."""
        with self._transaction(READ) as db:
            row = db.execute("SELECT * FROM sources WHERE location = ?", (location,)).fetchone()
        return _source(row) if row else None

    def keep(self, source: Source) -> None:
        """Write the source down as it is now, whether it was known or not."""
        values = _columns(source)
        changed = ", ".join(f"{name} = excluded.{name}" for name in values if name not in ("location", "added_at"))
        with self._transaction(WRITE) as db:
            db.execute(
                f"INSERT INTO sources ({', '.join(values)}) VALUES ({', '.join(f':{name}' for name in values)})"  # noqa: S608
                f" ON CONFLICT (location) DO UPDATE SET {changed}",
                values,
            )

    def forget(self, location: str) -> None:
        """Follow the source no longer; its articles stay."""
        with self._transaction(WRITE) as db:
            db.execute("DELETE FROM sources WHERE location = ?", (location,))

    def items(self, location: str) -> dict[str, Item]:
        """What is kept of the items of the source, by their locations."""
        with self._transaction(READ) as db:
            rows = db.execute("SELECT * FROM items WHERE source = ?", (location,)).fetchall()
        return {row["location"]: _item(row) for row in rows}

    def keep_items(self, items: Iterable[tuple[str, Item]]) -> None:
        """Write down the items, each with the location of its source; those of a source no longer followed are not."""
        with self._transaction(WRITE) as db:
            for source, item in items:
                values = _columns(item) | {"source": source}
                db.execute(
                    f"INSERT OR REPLACE INTO items ({', '.join(values)}) "  # noqa: S608
                    f"SELECT {', '.join(f':{name}' for name in values)} WHERE EXISTS "
                    "(SELECT 1 FROM sources WHERE location = :source)",
                    values,
                )

    def forget_item(self, source: str, item: str) -> None:
        """The source no longer lists the item."""
        with self._transaction(WRITE) as db:
            db.execute("DELETE FROM items WHERE source = ? AND location = ?", (source, item))

    def listed_elsewhere(self, source: str, item: str) -> bool:
        """Whether another source lists the item too."""
        with self._transaction(READ) as db:
            found = db.execute("SELECT 1 FROM items WHERE location = ? AND source <> ?", (item, source)).fetchone()
        return found is not None

    def articles_of(self, items: Sequence[str]) -> list[tuple[str, str]]:
        """The articles that came from the items: (the article's own source, its id)."""
        found: list[tuple[str, str]] = []
        with self._transaction(READ) as db:
            for item in items:
                # "$" follows "#", so this is every source that begins with the item and "#", by the index.
                rows = db.execute(
                    "SELECT o.source, a.id FROM origins AS o JOIN articles AS a ON a.key = o.article "
                    "WHERE o.source = ?1 OR (o.source >= ?1 || '#' AND o.source < ?1 || '$')",
                    (item,),
                )
                found += [(row["source"], row["id"]) for row in rows]
        return found


def _columns(kept: Source | Item) -> dict[str, Any]:
    """The columns of a row; what is a part of its own in the dataclass has a column for each of its fields."""
    values: dict[str, Any] = {}
    for column in fields(kept):
        name, value = column.name, getattr(kept, column.name)
        if isinstance(value, Counts | Marks):
            values |= dict(zip((part.name for part in fields(value)), astuple(value), strict=True))
        else:
            values[name] = value.isoformat() if isinstance(value, datetime) else value
    return values


def _source(row: sqlite3.Row) -> Source:
    counts = Counts(*(row[part.name] for part in fields(Counts)))
    return Source(
        row["location"],
        row["kind"],
        row["vanished"],
        datetime.fromisoformat(row["added_at"]),
        _time(row["last_run"]),
        _time(row["last_success"]),
        row["last_error"],
        row["failures"],
        _time(row["next_try"]),
        counts,
        Marks(row["etag"], row["modified"]),
    )


def _item(row: sqlite3.Row) -> Item:
    return Item(
        row["location"],
        datetime.fromisoformat(row["read_at"]),
        row["stamp"],
        row["digest"],
        Marks(row["etag"], row["modified"]),
        row["error"],
        row["failures"],
        _time(row["next_try"]),
        bool(row["listed"]),
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
