"""People with a password: added, listed, removed, and known again when they log in."""

import re
import sqlite3
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from index.errors import BylineError
from ui.access.passwords import hashed, matches
from ui.access.person import Person, Role
from ui.database import database

NAME = re.compile(r"[\w.@+-]{1,64}")


class NameRefused(BylineError):
    """A name that nobody can have, that another has, or that nobody has."""


@dataclass(frozen=True, slots=True)
class Account:
    """A person as the list shows it."""

    name: str
    role: Role
    created: str


class Accounts:
    """The people of a data directory."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def add(self, name: str, password: str, *, role: Role) -> Account:
        """A new person; ``NameRefused``, ``PasswordWeak``."""
        known = regular(name)
        account = Account(known, role, datetime.now(UTC).isoformat(timespec="seconds"))
        kept = hashed(password)
        with database(self._data) as db:
            try:
                db.execute("INSERT INTO people VALUES (?, ?, ?, ?)", (known, role, kept, account.created))
            except sqlite3.IntegrityError as exc:
                raise NameRefused(
                    f"{known} is there already; for a new password: byline user password {known}"
                ) from exc
        return account

    def all(self) -> list[Account]:
        """Everybody, by name."""
        with database(self._data) as db:
            return [Account(*row) for row in db.execute("SELECT name, role, created FROM people ORDER BY name")]

    def remove(self, name: str) -> Person:
        """Let the person in no more, who is given back; every session ends. ``NameRefused``."""
        with database(self._data) as db:
            if not db.execute("DELETE FROM people WHERE name = ?", (known := folded(name),)).rowcount:
                raise NameRefused(f"There is nobody named {known}; see: byline user list")
        return Person(known, "reader")

    def change_password(self, name: str, password: str) -> None:
        """Set another password; every session ends. ``NameRefused``, ``PasswordWeak``."""
        known, kept = folded(name), hashed(password)
        with database(self._data) as db:
            if not db.execute("UPDATE people SET password = ? WHERE name = ?", (kept, known)).rowcount:
                raise NameRefused(f"There is nobody named {known}; see: byline user list")
            db.execute("DELETE FROM sessions WHERE person = ?", (known,))

    def verified(self, name: str, password: str) -> Person | None:
        """The person, if it is their password; an unknown name takes as long as a wrong password."""
        with database(self._data) as db:
            row = db.execute("SELECT name, role, password FROM people WHERE name = ?", (folded(name),)).fetchone()
        right = matches(password, row[2] if row else nobody())
        return Person(row[0], row[1]) if row and right else None


def regular(name: str) -> str:
    """The name as it is kept: upper and lower case and the ways to write a character make no difference."""
    if not NAME.fullmatch(known := folded(name)):
        raise NameRefused("A name has letters, digits and . _ - + @ only, 64 of them at most.")
    return known


def folded(name: str) -> str:
    """The name by which an account is looked for, whatever was typed."""
    return unicodedata.normalize("NFKC", name.strip()).casefold()


@cache
def nobody() -> str:
    """A password at rest that nobody has; made once."""
    return hashed("nobody's password")
