"""Which words of a collection are names, and which names and years each article holds."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.expected import shaped
from assistant.terms import DAYS, MONTHS, words
from index.articles import Article

TITLES = {"Mr", "Mrs", "Ms", "Dr", "Professor", "President", "Sir"}
_INSIDE = re.compile(r"(?<=[a-z,] )[A-Z][\w’'-]*\w")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w-]*[a-z][\w-]*(?: [A-Z][\w-]*[a-z][\w-]*)*")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Term:
    """A name or a year that another of its kind may take the place of."""

    text: str
    kind: str
    """"year", "person", "place", "named with the" or "name"."""


class Naming:
    """What the texts of a collection tell about their names."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._capital = Counter(word for a in articles for word in _INSIDE.findall(a.text))
        self._small = Counter(word for a in articles for word in re.findall(r"\b[a-z][\w’'-]*\w", a.text))
        whole = " ".join(article.text for article in articles)
        self._places = Counter(re.findall(r"\b(?:in|In|from|at|to) ([A-Z][\w-]+)", whole))
        self._persons = {
            part for name in _NAME.findall(whole) if _personal(name) for part in (name, name.split(" ")[-1])
        }
        self._stems = {article.id: {word.stem for word in words(article.text)} for article in articles}
        self.terms = {article.id: self._terms(article.text) for article in articles}

    def is_name(self, word: str) -> bool:
        """Whether a word is a name: capitals in the middle of a sentence, and never small."""
        if word in TITLES:
            return True
        bare = word.rstrip("’'s") if word.endswith(("'s", "’s")) else word
        named = self._capital[bare] and not self._small[bare.lower()]
        return bool(named or (bare[:1].isupper() and bare[1:2].isupper())) and bare.lower() not in {*DAYS, *MONTHS}

    def says(self, term: Term, telling: Iterable[str]) -> bool:
        """Whether an article holds the term and half of these stems, and so may well say it."""
        wanted, parts = set(telling), {word.stem for word in words(term.text)}
        return any(parts <= stems and len(wanted & stems) * 2 >= len(wanted) for stems in self._stems.values())

    def _terms(self, text: str) -> list[Term]:
        found = {year: Term(year, "year") for year in _YEAR.findall(text)}
        for match in _NAME.finditer(text):
            before = text[: match.start()].split(" ")[-2:-1]
            part = bool(before) and before[0][:1].isupper()  # the rest of a name, as Creed of Assassin's Creed
            if not part and all(self.is_name(word) for word in match[0].split(" ")):
                found.setdefault(match[0], Term(match[0], self._kind(text, match)))
        # A name that stands in a text only once may be of anything: Christmas, a ship, a street.
        return [term for term in found.values() if term.kind != "name" or text.count(term.text) > 1]

    def _kind(self, text: str, match: re.Match[str]) -> str:
        if text[: match.start()].endswith(("the ", "The ")):
            return "named with the"
        if match[0] in self._persons and not self._places[match[0]]:
            return "person"
        # What stands behind such a word one time in three is a place.
        return "place" if self._places[match[0]] * 3 > self._capital[match[0]] else "name"


def _personal(name: str) -> bool:
    return " " in name and bool(shaped("person", f"asked {name} today"))
