"""Who has logged in, from which browser: random ids, of which only hashes are kept, so that they outlast a restart."""

import hashlib
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import Scope

from ui.access.person import Person
from ui.database import database

DAY = 86_400.0
IDLE, LONGEST = 7 * DAY, 30 * DAY
"""Seconds until a session ends that is not used, and until any ends."""
NOTED = 600.0
"""Seconds within which a session's use is written down but once."""
FIND = """
SELECT p.name, p.role, s.seen FROM sessions AS s JOIN people AS p ON p.name = s.person
WHERE s.hash = ? AND s.seen > ? AND s.begun > ?
"""


class Sessions:
    """The sessions of a data directory."""

    def __init__(self, data: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._data = data
        self._clock = clock

    def begin(self, person: Person) -> str:
        """The secret of a new session, for the person's browser alone; sessions that have ended are forgotten."""
        secret, now = secrets.token_urlsafe(32), self._clock()
        with database(self._data) as db:
            db.execute("DELETE FROM sessions WHERE seen <= ? OR begun <= ?", (now - IDLE, now - LONGEST))
            db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", (_hash(secret), person.name, now, now))
        return secret

    def person(self, secret: str) -> Person | None:
        """Whose session it is; None once it has ended."""
        now = self._clock()
        with database(self._data) as db:
            row = db.execute(FIND, (_hash(secret), now - IDLE, now - LONGEST)).fetchone()
            if row and now - row[2] > NOTED:
                db.execute("UPDATE sessions SET seen = ? WHERE hash = ?", (now, _hash(secret)))
        return Person(row[0], row[1]) if row else None

    def end(self, secret: str) -> None:
        """End it."""
        with database(self._data) as db:
            db.execute("DELETE FROM sessions WHERE hash = ?", (_hash(secret),))


def cookie_name(scope: Scope, prefix: str) -> str:
    """The name of the cookie that holds the secret: over https one that no page of http, or of another host, can set.

    Browsers send a host's cookies to each of its ports, and to every path below the cookie's, so the name says by
    which port and ``prefix`` the server is reached. ``prefix`` is the path under which a proxy serves it.
    """
    port = Headers(scope=scope).get("host", "").rpartition(":")[2]
    name = "byline" + (f"-{port}" if port.isdecimal() else "") + prefix.replace("/", "-")
    if scope["scheme"] != "https":
        return name
    return f"__Secure-{name}" if prefix else f"__Host-{name}"


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode(errors="replace")).digest()
