"""The tables of who may use the server, in ``ui.sqlite``: people, their sessions, and tokens of programs.

Any process may write them at any time, so ``byline user remove`` works beside a running server, which asks them with
each request. Of passwords, sessions and tokens only hashes are kept; the file is its owner's alone to read.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from index.errors import BylineError, StorageFull

FILE = "ui.sqlite"
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
"""


@contextmanager
def people(data: Path) -> Iterator[sqlite3.Connection]:
    """One transaction on the tables of this data directory; a full disk or a damaged file is told in a line."""
    file = data / FILE
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        with closing(sqlite3.connect(file, timeout=10)) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA foreign_keys = ON")
            db.executescript(SCHEMA)
            with db:
                yield db
    except (sqlite3.OperationalError, OSError) as exc:
        if getattr(exc, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            raise StorageFull("The disk has no room for this; nothing was changed.") from exc
        raise BylineError(f"The people in {file} cannot be read or changed: {exc}. Try again.") from exc
    except sqlite3.DatabaseError as exc:
        if isinstance(exc, sqlite3.IntegrityError):
            raise
        raise BylineError(f"{file} is damaged ({exc}). Move it away, and add the people anew.") from exc


def kept_private(data: Path) -> None:
    """Let nobody but its owner read the file, should another part have made it for all to read."""
    with suppress(OSError):
        (data / FILE).chmod(0o600)
