"""The catalog's tables, one step after another: a fresh catalog takes them all, an older one those it has not had."""

import sqlite3
from importlib.resources import files

from index.families import recognise
from index.storing import digest
from index.tables import read_metadata

_STEPS = files("index") / "migrations"


def newest() -> int:
    """The number of the last step: the schema that this code reads and writes."""
    return max(_numbers())


def migrate(db: sqlite3.Connection, have: int) -> None:
    """Take the steps after ``have`` inside the caller's transaction; 0 for an empty database."""
    for number in sorted(number for number in _numbers() if number > have):
        for statement in _statements((_STEPS / f"{number}.sql").read_text(encoding="utf-8")):
            db.execute(statement)
        if number == 3:
            recognise(db)
            _renew_digests(db)
    db.execute("INSERT OR REPLACE INTO meta VALUES ('schema', ?)", (str(newest()),))


def _numbers() -> list[int]:
    return [int(step.name.removesuffix(".sql")) for step in _STEPS.iterdir() if step.name.endswith(".sql")]


def _renew_digests(db: sqlite3.Connection) -> None:
    """The first version's digests did not cover when an article was updated."""
    for (key,) in db.execute("SELECT key FROM articles").fetchall():
        row = db.execute("SELECT * FROM articles WHERE key = ?", (key,)).fetchone()
        renewed = digest(row["text"], read_metadata(row))
        db.execute("UPDATE articles SET digest = ? WHERE key = ?", (renewed, key))
        db.execute("UPDATE origins SET digest = ? WHERE article = ?", (renewed, key))


def _statements(script: str) -> list[str]:
    """The statements of a script; ``executescript`` would end the transaction."""
    found, begun = [], ""
    for line in script.splitlines(keepends=True):
        begun += line
        if sqlite3.complete_statement(begun):
            found.append(begun)
            begun = ""
    return found
