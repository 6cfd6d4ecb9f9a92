"""How reports word things: which words say the same, and which exclude each other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.terms import stem
from index.errors import ModelFileWrong

LISTED = Path(__file__).parent / "wording.txt"


@dataclass(frozen=True, slots=True)
class Wording:
    """The lists of ``wording.txt``, by stems."""

    phrases: tuple[tuple[re.Pattern[str], str], ...]
    same: dict[str, frozenset[int]]
    """The groups that a stem is of."""
    sides: dict[str, dict[int, int]]
    """The oppositions that a stem is of, and its side in each."""
    converses: dict[str, dict[int, int]]
    """The deeds seen from both ends that a stem is of, and its end of each."""

    def plain(self, text: str) -> str:
        """A text with one word for each phrase that has one."""
        for pattern, word in self.phrases:
            text = pattern.sub(word, text)
        return text

    def alike(self, one: str, other: str) -> bool:
        """Whether two stems say the same."""
        return one == other or bool(self.same.get(one, frozenset()) & self.same.get(other, frozenset()))

    def opposed(self, one: str, other: str) -> bool:
        """Whether two stems exclude each other."""
        return _apart(self.sides, one, other)

    def converse(self, one: str, other: str) -> bool:
        """Whether two stems tell one deed from its two ends, as buy and sell."""
        return _apart(self.converses, one, other)


def _apart(axes: dict[str, dict[int, int]], one: str, other: str) -> bool:
    sides = axes.get(other, {})
    return one != other and any(sides.get(axis, side) != side for axis, side in axes.get(one, {}).items())


@cache
def wording() -> Wording:
    """The lists, read once; ``ModelFileWrong`` if they are missing."""
    try:
        lines = LISTED.read_text(encoding="utf-8").splitlines()
    except OSError as cause:
        raise ModelFileWrong(f"The list {LISTED} cannot be read. Reinstall Byline.") from cause
    same: dict[str, set[int]] = {}
    sides: dict[str, dict[str, dict[int, int]]] = {"opposite": {}, "converse": {}}
    phrases = []
    for number, (part, line) in enumerate(_lines(lines)):
        if part == "phrase":
            several, word = line.split(" = ")
            phrases.append((re.compile(rf"\b(?:{several})(?!\w)", re.IGNORECASE), word))
        elif part == "same":
            for word in line.split():
                same.setdefault(key(word), set()).add(number)
        else:
            for side, words in enumerate(line.split("|")):
                for word in words.split():
                    sides[part].setdefault(key(word), {})[number] = side
    return Wording(
        tuple(phrases), {one: frozenset(groups) for one, groups in same.items()}, sides["opposite"], sides["converse"]
    )


def key(word: str) -> str:
    """What the forms of a word share; cutting and cut too."""
    stripped = stem(word)
    doubled = len(stripped) == 4 and stripped[-1] == stripped[-2] and stripped[-1] not in "aeious"
    return stripped[:-1] if doubled else stripped


def _lines(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Each line with the part that it stands in."""
    part = ""
    for line in lines:
        if line.startswith("["):
            part = line.strip("[]")
        elif line and not line.startswith("#"):
            yield part, line
