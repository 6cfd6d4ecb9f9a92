"""Tokens with which programs ask: made once, shown once, kept as hashes, revoked at once."""

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ui.access.accounts import NameRefused, regular
from ui.access.person import Person, Role
from ui.database import database
from ui.security.origins import MARK

SHOWN = len(MARK) + 6
LISTED = "SELECT name, role, prefix, created, expires, revoked FROM tokens"
REVOKE = """
UPDATE tokens SET revoked = ? WHERE (name = ? OR prefix = ?) AND revoked IS NULL
RETURNING name, role, prefix, created, expires, revoked
"""


@dataclass(frozen=True, slots=True)
class Token:
    """A token as the list shows it."""

    name: str
    role: Role
    prefix: str
    """How it begins."""
    created: str
    expires: str | None = None
    revoked: str | None = None

    @property
    def expired(self) -> bool:
        """Whether its time is over."""
        return self.expires is not None and datetime.fromisoformat(self.expires) <= datetime.now(UTC)


class Tokens:
    """The tokens of a data directory."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def create(self, name: str, *, role: Role, lasts: timedelta | None = None) -> tuple[Token, str]:
        """A new token and its secret, which cannot be shown again; ``NameRefused``."""
        secret, now = MARK + secrets.token_urlsafe(32), datetime.now(UTC)
        expires = (now + lasts).isoformat(timespec="seconds") if lasts else None
        token = Token(regular(name), role, secret[:SHOWN], now.isoformat(timespec="seconds"), expires)
        values = (_hash(secret), token.name, role, token.prefix, token.created, expires)
        with database(self._data) as db:
            try:
                db.execute("INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?, NULL)", values)
            except sqlite3.IntegrityError as exc:
                raise NameRefused(f"A token named {token.name} is in use; revoke it first.") from exc
        return token, secret

    def all(self) -> list[Token]:
        """Every token, the oldest first, the revoked ones too."""
        with database(self._data) as db:
            return [Token(*row) for row in db.execute(f"{LISTED} ORDER BY created, name")]

    def revoke(self, named: str) -> Token:
        """Switch off the token in use of that name, or that begins so; ``NameRefused``."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with database(self._data) as db:
            row = db.execute(REVOKE, (now, named, named)).fetchone()
        if not row:
            raise NameRefused(f"No token {named} is in use; see: byline token list")
        return Token(*row)

    def person(self, secret: str) -> Person | None:
        """In whose name it asks; None where there is no such token, or no longer."""
        with database(self._data) as db:
            row = db.execute(f"{LISTED} WHERE hash = ?", (_hash(secret),)).fetchone()
        token = Token(*row) if row else None
        if token is None or token.revoked or token.expired:
            return None
        # No person is named so: a token has its own conversations, whatever it is called.
        return Person(f"token:{token.name}", token.role)


def _hash(secret: str) -> bytes:
    # 256 random bits cannot be guessed, so that a fast hash will do.
    return hashlib.sha256(secret.encode(errors="replace")).digest()
