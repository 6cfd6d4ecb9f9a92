"""The clauses of a text, and which words stand together in them."""

import re
from collections.abc import Sequence

from assistant.checking.said import Said, Token
from assistant.checking.wording import wording
from assistant.terms import word_set

_JOINT = re.compile(
    r"[;:—–()]|,(?!\d)|\b(?:but|while|and|whereas|which|who"
    r"|(?:after|before)(?! (?:dawn|dusk|sunrise|sunset|daybreak|nightfall|noon|midday|midnight)\b))\b"
)
_NOMINAL = word_set(
    "the a an its his her their this these those of in at on by for with from our some any despite every each no"
)


def alike_to(token: Token, others: Sequence[Token]) -> list[Token]:
    """The same word, or else those that say the same and are no part of a name."""
    same = [other for other in others if other.stem == token.stem]
    return same or [other for other in others if not other.name and wording().alike(token.stem, other.stem)]


def clauses_of(said: Said) -> list[set[str]]:
    """The words of each clause that has any."""
    begins = [match.start() for match in _JOINT.finditer(said.text)]
    clauses: dict[int, set[str]] = {}
    for token in said.tokens:
        clauses.setdefault(sum(start <= token.start for start in begins), set()).add(token.stem)
    return list(clauses.values())


def any_alike(some: set[str], others: set[str]) -> bool:
    """Whether a word of the one says the same as one of the other."""
    return any(wording().alike(one, other) for one in some for other in others)


def is_led(said: Said, token: Token) -> bool:
    """Whether a word is probably a noun, since an article, a possessive or a preposition stands before it."""
    before = re.search(r"(\w+)\W+$", said.text[: token.start])
    return bool(before and before[1].lower() in _NOMINAL)
