"""The catalog's tables, one step after another: a fresh catalog takes them all, an older one those it has not had."""

import sqlite3
from importlib.resources import files

_STEPS = files("index") / "migrations"


def newest() -> int:
    """The number of the last step: the schema that this code reads and writes."""
    return max(int(step.name.removesuffix(".sql")) for step in _STEPS.iterdir() if step.name.endswith(".sql"))


def migrate(db: sqlite3.Connection, have: int) -> None:
    """Take the steps after ``have`` inside the caller's transaction; 0 for an empty database."""
    for number in range(have + 1, newest() + 1):
        for statement in _statements((_STEPS / f"{number}.sql").read_text(encoding="utf-8")):
            db.execute(statement)
    db.execute("INSERT OR REPLACE INTO meta VALUES ('schema', ?)", (str(newest()),))


def _statements(script: str) -> list[str]:
    """The statements of a script; ``executescript`` would end the transaction."""
    found, begun = [], ""
    for line in script.splitlines(keepends=True):
        begun += line
        if sqlite3.complete_statement(begun):
            found.append(begun)
            begun = ""
    return found
