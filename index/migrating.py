"""The catalog's tables, one step after another: a fresh catalog takes them all, an older one those it has not had."""

import logging
import sqlite3
import time
from importlib.resources import files

from index.duplicates import page, wording
from index.families import enter
from index.storing import digest
from index.tables import read_metadata

TOLD_EVERY = 5
"""Seconds after which whoever waits is told how far it is."""
_STEPS = files("index") / "migrations"

log = logging.getLogger(__name__)


def newest() -> int:
    """The number of the last step: the schema that this code reads and writes."""
    return max(_numbers())


def migrate(db: sqlite3.Connection, have: int) -> None:
    """Take the steps after ``have`` inside the caller's transaction; 0 for an empty database."""
    for number in sorted(number for number in _numbers() if number > have):
        for statement in _statements((_STEPS / f"{number}.sql").read_text(encoding="utf-8")):
            db.execute(statement)
        if number == 3:
            _recognise(db)
    db.execute("INSERT OR REPLACE INTO meta VALUES ('schema', ?)", (str(newest()),))


def _numbers() -> list[int]:
    return [int(step.name.removesuffix(".sql")) for step in _STEPS.iterdir() if step.name.endswith(".sql")]


def _recognise(db: sqlite3.Connection) -> None:
    """Do for every article what adding it would do now: note what it is recognised by, and find its family.

    Its digest is made anew; the first version's did not cover when an article was updated.
    """
    keys = [key for (key,) in db.execute("SELECT key FROM articles ORDER BY key")]
    told = time.monotonic()
    for done, key in enumerate(keys):
        row = db.execute("SELECT * FROM articles WHERE key = ?", (key,)).fetchone()
        text, renewed = row["text"], digest(row["text"], read_metadata(row))
        db.execute(
            "UPDATE articles SET wording = ?, page = ?, digest = ? WHERE key = ?",
            (wording(text), page(row["url"]), renewed, key),
        )
        db.execute("UPDATE origins SET digest = ? WHERE article = ?", (renewed, key))
        enter(db, key, text)
        if time.monotonic() - told > TOLD_EVERY:
            told = time.monotonic()
            log.warning("Upgraded %d of %d articles.", done + 1, len(keys))


def _statements(script: str) -> list[str]:
    """The statements of a script; ``executescript`` would end the transaction."""
    found, begun = [], ""
    for line in script.splitlines(keepends=True):
        begun += line
        if sqlite3.complete_statement(begun):
            found.append(begun)
            begun = ""
    return found
