"""Which names stand together, and behind which words: whether a sentence has them so."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.checking.roles import NAME
from assistant.checking.said import Said
from assistant.terms import STOPWORDS

_PAIRED = re.compile(rf"({NAME}(?:, (?:the )?{NAME})*),? and (?:the )?({NAME})")
_SLOT = re.compile(r" (?:in|at|of|on|for|with|against) [‘“'\"]?(?:the |an? )?", re.IGNORECASE)
"""What stands between a word and the name behind it."""


def other_company(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """Names paired by "and" of which one is paired with another there: "Pasca and Cardeno", "Pasca and Lumet"."""
    there = [names for source in sources for names in _companies(source.text)]
    known = {_bare(name) for source in sources for name in re.findall(NAME, source.text)}
    for names in _companies(said.text):
        paired = [theirs for theirs in there if theirs & names]
        if paired and names <= known and not any(names <= theirs for theirs in paired):
            yield f"{' and '.join(sorted(names))} do not stand together there"


def _companies(text: str) -> Iterator[frozenset[str]]:
    """The names of each list that ends with "and"."""
    for one in _PAIRED.finditer(text):
        yield frozenset(_bare(name) for name in (*one[1].split(", "), one[2]))


def _bare(name: str) -> str:
    """A name without the "In" or "the" before it."""
    return " ".join(word for word in name.split() if word.lower() not in STOPWORDS)


def other_slot(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """A name behind a word and its preposition that has another name there: a judge in "The Recess", in "Salt Road"."""
    theirs = [slot for source in sources for slot in _slots(source)]
    known = {token.stem for source in sources for token in source.tokens if token.name}
    for word, behind, name in _slots(said):
        there = [its for other, where, its in theirs if other == word and where == behind]
        if there and name <= known and all(name.isdisjoint(its) for its in there):
            yield f"another name stands behind “{behind}” there"


def _slots(said: Said) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Each word with the preposition right behind it, and the stems of the name that the preposition leads to."""
    for number, (before, token) in enumerate(pairwise(said.tokens), start=1):
        between = _SLOT.fullmatch(said.text, before.start + len(before.text), token.start)
        if between and token.name and not before.name:
            behind = enumerate(said.tokens[number : number + 3], start=token.place)
            name = frozenset(one.stem for place, one in behind if one.name and one.place == place)
            yield before.stem, token.behind, name
