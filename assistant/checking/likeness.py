"""Words that say the same, and whether a word is a noun."""

import re
from collections.abc import Sequence

from assistant.checking.said import Said, Token
from assistant.checking.wording import wording
from assistant.terms import word_set

_NOMINAL = word_set(
    "the a an its his her their this these those of in at on by for with from our some any despite every each no"
)


def alike_to(token: Token, others: Sequence[Token]) -> list[Token]:
    """The same word, or else those that say the same and are no part of a name."""
    same = [other for other in others if other.stem == token.stem]
    return same or [other for other in others if not other.name and wording().alike(token.stem, other.stem)]


def any_alike(some: set[str], others: set[str]) -> bool:
    """Whether a word of the one says the same as one of the other."""
    return any(wording().alike(one, other) for one in some for other in others)


def is_led(said: Said, token: Token) -> bool:
    """Whether a word is probably a noun, since an article, a possessive or a preposition stands before it."""
    before = re.search(r"(\w+)\W+$", said.text[: token.start])
    return bool(before and before[1].lower() in _NOMINAL)
