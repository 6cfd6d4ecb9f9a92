"""Passwords at rest: scrypt with a salt of each person's own, its cost stored beside the hash so that it can grow."""

import base64
import hashlib
import hmac
import secrets
import threading
import unicodedata

from index.errors import BylineError

SHORTEST, LONGEST = 8, 200
COST, BLOCKS, LANES = 2**15, 8, 3
"""32 MB and about a fifth of a second for each guess."""
MEMORY = 64 * 2**20
_at_once = threading.Semaphore(2)
"""However many log in at once, their guesses take two processors and 64 MB at most."""
_waiting = threading.Semaphore(8)
"""Guesses that are made or wait; each keeps a thread that other requests need."""


class PasswordWeak(BylineError):
    """A password that is too easily guessed, or too long to be one."""


class PasswordsBusy(BylineError):
    """More passwords are being looked at than is good for the server."""


def hashed(password: str) -> str:
    """The password as it is kept; ``PasswordWeak``."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordWeak(f"A password has {SHORTEST} to {LONGEST} characters; several words are a good one.")
    salt = secrets.token_bytes(16)
    parts = salt, _scrypt(password, salt, COST, BLOCKS, LANES)
    return "$".join(
        ["scrypt", str(COST), str(BLOCKS), str(LANES), *(base64.b64encode(part).decode() for part in parts)]
    )


def matches(password: str, kept: str) -> bool:
    """Whether it is the password that was kept so; ``PasswordsBusy``."""
    _, cost, blocks, lanes, salt, digest = kept.split("$")
    if len(password) > LONGEST:
        return False
    if not _waiting.acquire(blocking=False):
        raise PasswordsBusy("Too many people log in at once. Try again in a few seconds.")
    try:
        found = _scrypt(password, base64.b64decode(salt), int(cost), int(blocks), int(lanes))
    finally:
        _waiting.release()
    return hmac.compare_digest(found, base64.b64decode(digest))


def _scrypt(password: str, salt: bytes, cost: int, blocks: int, lanes: int) -> bytes:
    # Keyboards differ in how they write a character that has an accent.
    typed = unicodedata.normalize("NFKC", password).encode(errors="surrogatepass")
    with _at_once:
        return hashlib.scrypt(typed, salt=salt, n=cost, r=blocks, p=lanes, maxmem=MEMORY, dklen=32)
