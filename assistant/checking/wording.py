"""How reports word things: which words say the same, and which exclude each other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.terms import stem
from index.errors import ModelFileWrong

LISTED = Path(__file__).parent / "wording.txt"
SYNONYMS = Path(__file__).parent / "synonyms.txt"


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
    same: dict[str, set[int]] = {}
    sides: dict[str, dict[str, dict[int, int]]] = {"opposite": {}, "converse": {}}
    phrases = []
    for number, (part, line) in enumerate(_lines(_read(LISTED))):
        if part == "phrase":
            several, word = line.split(" = ")
            phrases.append((re.compile(rf"\b(?:{several})(?!\w)", re.IGNORECASE), word))
        elif part == "same":
            for word in line.split():
                for stem_ in {key(form) for form in _forms(word)}:
                    same.setdefault(stem_, set()).add(number)
        else:
            for side, words in enumerate(line.split("|")):
                for word in words.split():
                    for stem_ in {key(form) for form in _forms(word)}:
                        sides[part].setdefault(stem_, {})[number] = side
    return Wording(
        tuple(phrases), {one: frozenset(groups) for one, groups in same.items()}, sides["opposite"], sides["converse"]
    )


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """The senses of ``synonyms.txt``, by stems; wider than ``Wording``, and for coverage only."""

    senses: dict[str, frozenset[str]]
    wider: dict[str, frozenset[str]]
    """The senses that a stem is a kind of: to obtain is to get."""

    def knows(self, one: str) -> bool:
        """Whether it is a word of the language rather than a name alone."""
        return one in self.senses

    def means(self, one: str, other: str) -> bool:
        """Whether both have a sense in common."""
        return not self.senses.get(one, frozenset()).isdisjoint(self.senses.get(other, frozenset()))

    def says(self, one: str, other: str) -> bool:
        """Whether the one may be said where the other stands: a word of its sense, or a wider one."""
        own = self.senses.get(one, frozenset())
        return not own.isdisjoint(self.senses.get(other, frozenset()) | self.wider.get(other, frozenset()))


@cache
def thesaurus() -> Thesaurus:
    """The senses, read once; ``ModelFileWrong`` if they are missing."""
    senses, wider = dict[str, frozenset[str]](), dict[str, frozenset[str]]()
    for line in _read(SYNONYMS):
        if line and not line.startswith("#"):
            own, _, kinds = line.partition(" > ")
            stem_, *its = own.split()
            senses[stem_], wider[stem_] = frozenset(its), frozenset(kinds.split())
    return Thesaurus(senses, wider)


def _read(file: Path) -> list[str]:
    """The lines of one of the lists."""
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except OSError as cause:
        raise ModelFileWrong(f"The list {file} cannot be read. Reinstall Byline.") from cause


def key(word: str) -> str:
    """What the forms of a word share; cutting and cut too."""
    stripped = stem(word)
    doubled = len(stripped) == 4 and stripped[-1] == stripped[-2] and stripped[-1] not in "aeious"
    return stripped[:-1] if doubled else stripped


def _forms(word: str) -> Iterator[str]:
    """A word and those of its forms whose stems may be others: facilities beside facility, received beside receive."""
    yield word
    if word.endswith("y"):
        yield f"{word[:-1]}ies"
    elif word.endswith("e"):
        yield f"{word}d"
        yield f"{word[:-1]}ing"
    elif word.endswith("t"):
        yield from (f"{word}s", f"{word}ed", f"{word}ing")


def _lines(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Each line with the part that it stands in."""
    part = ""
    for line in lines:
        if line.startswith("["):
            part = line.strip("[]")
        elif line and not line.startswith("#"):
            yield part, line
