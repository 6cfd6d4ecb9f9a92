"""Where articles disagree: the same quantity at the same time, told with different values."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from assistant.expected import NUMERIC, Kind, shaped
from assistant.reading import Finding
from assistant.terms import MONTHS, stem, words

_SCALES = {"hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "m": 1e6}
_SCALES |= {"billion": 1e9, "bn": 1e9, "trillion": 1e12}
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ROUNDING = 0.02
"""Values nearer than this are the same value, rounded."""
_ALIKE = 0.35
"""Least share of the telling words that two reports of one matter have in common."""
# A sentence of one of these speaks of another quantity than a sentence without it.
_QUALIFIERS = tuple(
    frozenset(stem(word) for word in group.split())
    for group in (
        "target targets plan plans planned goal aims expects expected forecast intends hopes projected will would",
        "capacity capable equipped",
        "annual annually yearly",
        "monthly month",
        "quarter quarterly",
        "daily day",
        "total cumulative altogether overall",
        "first initial",
        "second",
    )
)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two findings of different articles that give different values; the later one second where dates tell."""

    earlier: Finding
    later: Finding
    dated: bool
    """Whether the later one was published later."""


def disagreements(findings: Sequence[Finding]) -> list[Disagreement]:
    """Pairs of findings that answer the same question with different values of the same quantity."""
    found = []
    for one, other in combinations(findings, 2):
        if one.hit.passage.article_id != other.hit.passage.article_id and _disagree(one, other):
            first, second = one.hit.metadata.published, other.hit.metadata.published
            swapped = bool(first and second and first > second)
            earlier, later = (other, one) if swapped else (one, other)
            found.append(Disagreement(earlier, later, dated=bool(first and second and first != second)))
    return found


def _disagree(one: Finding, other: Finding) -> bool:
    values = [value(finding) for finding in (one, other)]
    if None in values or one.kind not in NUMERIC:
        return False
    return values[0] != values[1] and not _rounded(*values) and _same_matter(one, other)  # type: ignore[arg-type]


def value(finding: Finding) -> tuple[str, float] | str | None:
    """The amount that a finding's span tells, with its unit, or for a date its words; None where it tells none."""
    if not finding.span:
        return None
    said = finding.sentence.text[slice(*finding.span)]
    if finding.kind == "date":
        return _day(said)
    return amount(said, finding.kind)


def amount(said: str, kind: Kind) -> tuple[str, float] | None:
    """A number with its scale worked out, and what it counts: money in dollars, percent, hours, or things."""
    number = _NUMBER.search(said)
    if not number:
        return None
    digits = number.group().replace(",", "")
    size = float(digits) if digits.count(".") < 2 else 0.0
    behind = re.match(r"[ -]?([a-z]+)", said[number.end() :].lower())
    scale = _SCALES.get(behind.group(1), 1.0) if behind else 1.0
    unit = next((sign for sign in "$€£¥%" if sign in said), kind)
    return unit, size * scale


def _day(said: str) -> str | None:
    """A date's words in a comparable form; None for one too vague to differ from another."""
    parts = [word.text.lower() for word in words(said) if word.number or word.text.lower() in MONTHS]
    return " ".join(sorted(parts)) if shaped("date", said) and parts else None


def _rounded(one: tuple[str, float] | str, other: tuple[str, float] | str) -> bool:
    """Whether two values can be the same one, told more or less exactly, or are not comparable at all."""
    if isinstance(one, str) or isinstance(other, str):
        return set(str(one).split()) <= set(str(other).split()) or set(str(other).split()) <= set(str(one).split())
    if one[0] != other[0]:
        return True
    return abs(one[1] - other[1]) <= _ROUNDING * max(abs(one[1]), abs(other[1]))


def _same_matter(one: Finding, other: Finding) -> bool:
    """Whether two sentences speak of the same quantity at the same time."""
    first, second = ({word.stem for word in words(finding.sentence.text) if word.telling} for finding in (one, other))
    if any(bool(group & first) != bool(group & second) for group in _QUALIFIERS):
        return False
    times = [
        {s for s in stems if s in MONTHS or re.fullmatch(r"(?:1\d|20)\d\d|q[1-4]", s)} for stems in (first, second)
    ]
    if one.kind != "date" and all(times) and times[0] != times[1]:
        return False
    digits = re.compile(r"\d")
    first, second = ({s for s in stems if not digits.search(s)} for stems in (first, second))
    return len(first & second) >= _ALIKE * min(len(first), len(second))
