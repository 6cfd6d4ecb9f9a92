"""``ui.sqlite`` in the data directory: people, sessions, tokens, conversations, ratings and widgets.

Any process may write it at any time, so ``byline user remove`` and ``byline widget create`` work beside a running
server, which asks it with each request. Of passwords, sessions and tokens only hashes are kept; nobody but its owner
may read it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep

from index.errors import BylineError, StorageFull

FILE = "ui.sqlite"
BUSY_SECONDS = 10
SCHEMA = """
CREATE TABLE IF NOT EXISTS people (
    name TEXT PRIMARY KEY, role TEXT NOT NULL, password TEXT NOT NULL, created TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sessions (
    hash BLOB PRIMARY KEY, person TEXT NOT NULL REFERENCES people ON DELETE CASCADE,
    begun REAL NOT NULL, seen REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tokens (
    hash BLOB PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, prefix TEXT NOT NULL,
    created TEXT NOT NULL, expires TEXT, revoked TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS tokens_in_use ON tokens (name) WHERE revoked IS NULL;
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
CREATE TABLE IF NOT EXISTS widgets (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, origins TEXT NOT NULL, scope TEXT NOT NULL,
    per_minute INTEGER NOT NULL, per_day INTEGER NOT NULL, created TEXT NOT NULL, revoked TEXT
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS widgets_in_use ON widgets (name) WHERE revoked IS NULL;
CREATE TABLE IF NOT EXISTS widget_days (
    widget TEXT NOT NULL, day TEXT NOT NULL, questions INTEGER NOT NULL, PRIMARY KEY (widget, day)
) STRICT, WITHOUT ROWID;
"""


@contextmanager
def database(data: Path) -> Iterator[sqlite3.Connection]:
    """One transaction on the file of this data directory; a full disk or a damaged file is told in a line."""
    file = data / FILE
    try:
        data.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        with closing(sqlite3.connect(file, timeout=BUSY_SECONDS)) as db:
            _log_ahead(db)
            db.execute("PRAGMA foreign_keys = ON")
            db.executescript(SCHEMA)
            with db:
                yield db
    except (sqlite3.OperationalError, OSError) as exc:
        if getattr(exc, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            raise StorageFull("The disk has no room for this; nothing was changed.") from exc
        raise BylineError(f"{file} cannot be read or changed: {exc}. Try again.") from exc
    except sqlite3.DatabaseError as exc:
        if isinstance(exc, sqlite3.IntegrityError):
            raise
        lost = "people, widgets and conversations then begin anew"
        raise BylineError(f"{file} is damaged ({exc}). Move it away; {lost}.") from exc


def _log_ahead(db: sqlite3.Connection) -> None:
    """Switch the file to a write-ahead log; SQLite itself does not wait for another that is just switching it."""
    until = monotonic() + BUSY_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as exc:
            if exc.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > until:
                raise
            sleep(0.01)
        else:
            return
