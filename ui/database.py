"""The tables of conversations and ratings in ``ui.sqlite``, which other parts have tables of their own in as well."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from index.errors import BylineError, StorageFull

FILE = "ui.sqlite"
SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
    person TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, changed_at TEXT NOT NULL, limits TEXT NOT NULL,
    PRIMARY KEY (person, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS conversations_changed ON conversations (changed_at);
CREATE TABLE IF NOT EXISTS exchanges (
    key INTEGER PRIMARY KEY AUTOINCREMENT, person TEXT NOT NULL, conversation TEXT NOT NULL,
    asked_at TEXT NOT NULL, question TEXT NOT NULL, words TEXT NOT NULL, state TEXT NOT NULL,
    answer TEXT, notice TEXT, suggested TEXT,
    FOREIGN KEY (person, conversation) REFERENCES conversations ON DELETE CASCADE
) STRICT;
CREATE INDEX IF NOT EXISTS exchanges_conversation ON exchanges (person, conversation);
CREATE TABLE IF NOT EXISTS ratings (
    id TEXT PRIMARY KEY, person TEXT NOT NULL, exchange INTEGER, rated_at TEXT NOT NULL, rated TEXT NOT NULL,
    reason TEXT, comment TEXT, question TEXT NOT NULL, history TEXT NOT NULL, answer TEXT NOT NULL,
    UNIQUE (person, exchange)
) STRICT;
"""


@contextmanager
def database(file: Path) -> Iterator[sqlite3.Connection]:
    """One transaction on ``ui.sqlite`` with these tables; a full disk or a damaged file is told in a line."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file, timeout=10)) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("PRAGMA foreign_keys = ON")
            db.executescript(SCHEMA)
            with db:
                yield db
    except sqlite3.OperationalError as exc:
        if exc.sqlite_errorcode == sqlite3.SQLITE_FULL:
            raise StorageFull("The disk has no room for this; nothing was changed.") from exc
        raise BylineError(f"The conversations in {file} cannot be used: {exc}. Try again.") from exc
    except sqlite3.DatabaseError as exc:
        if isinstance(exc, sqlite3.IntegrityError):
            raise
        raise BylineError(f"{file} is damaged ({exc}). Move it away; conversations then begin anew.") from exc
    except OSError as exc:
        raise BylineError(f"The conversations in {file} cannot be used: {exc}. Try again.") from exc
