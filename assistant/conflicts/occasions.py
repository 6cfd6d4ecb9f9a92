"""Whether two values are told of different times: this year and next year, the first week and all of them."""

# ruff: noqa: E501  a rule is one line

import re
from collections.abc import Iterator

from assistant.conflicts.narrowing import bounds, clause
from assistant.conflicts.values import Value
from assistant.dates import Period, told

_LENGTH = re.compile(
    r"\b(?:(?:first|past|opening) ((?:\w+ )?UNIT)|(?:within|over|in|of|for|last) (\w+ UNIT))\b".replace(
        "UNIT", "(?:hour|day|night|week|weekend|month|quarter|season|year|decade)s?"
    ),
    re.IGNORECASE,
)
"""How long a time is, rather than when it is: "in ten years", "the first week", but not "last week"."""
_OPENING = re.compile(
    r"\b(?:first|opening) (?:\w+ )?(?:hour|day|night|week|weekend|month|quarter|season|year|decade)s?\b", re.IGNORECASE
)
_ANOTHER = re.compile(
    r"(?<!his )(?<!her )(?<!its )(?<!their )\b(?:last|previous|next|coming) (year|season|summer|winter|spring|autumn)\b",
    re.IGNORECASE,
)
_RECURRING = re.compile(
    r"\b(?:(?:at|by) (?:night|day)|in (?:the )?(?:summer|winter|spring|autumn|morning|afternoon|evening)|on (?:\w+days|weekdays|weekends|(?:\w+ )?holidays))\b",
    re.IGNORECASE,
)
"""When something is so again and again."""
_SAY = r"\b(?:said|says|told|report(?:ed)?|announced?|admit(?:ted)?|showed|wrote)\b"
_SAYING = re.compile(rf"{_SAY}[^,;]{{0,25}}$", re.IGNORECASE)
_SAYS_THEN = re.compile(rf"[^,;]{{0,60}}{_SAY} that\b", re.IGNORECASE)
_RECORD = re.compile(r"\b(?:first|most|least|best|worst|\w+est)\b[^,;]* since $", re.IGNORECASE)
"""What stands before the time since which nothing was like it."""


def other_time(question: str, one: Value, other: Value) -> bool:
    """Two times that are no part of the values and do not meet: this year and next year; yes or no is told of all."""
    if one.form in {"time", "truth"}:
        return one.form == "truth" and _other_habit(question, one, other)
    lengths = [_lengths(each) for each in (one, other)]
    if _opening(one) != _opening(other) or (all(lengths) and lengths[0] != lengths[1]):
        return True
    first, second = ([*_times(each)] for each in (one, other))
    if (lengths[0] and not lengths[1] and second) or (lengths[1] and not lengths[0] and first):
        return True
    if not first or not second:
        return bool(first or second) and (_another_year(one, other) or _another_year(other, one))
    return not all(
        any(mine.meets(theirs) for theirs in there)
        for here, there in ((first, second), (second, first))
        for mine in here
    )


def _another_year(one: Value, other: Value) -> bool:
    """Whether only the one is told of the year or season before or behind this: "the winter" is the coming one."""
    found = _ANOTHER.search(clause(one))
    return found is not None and found[1].lower() not in clause(other).lower()


def _other_habit(question: str, one: Value, other: Value) -> bool:
    """Whether only one is told of a time of day or year at which it is so again and again: no swimming at night."""
    asks, ours, theirs = (
        {found.lower() for found in _RECURRING.findall(text)}
        for text in (question, one.finding.sentence.text, other.finding.sentence.text)
    )
    return ours - asks != theirs - asks


def _opening(said: Value) -> bool:
    """Whether what is told is told of the first of several days, weeks or years."""
    return _OPENING.search(said.finding.sentence.text) is not None


def _lengths(said: Value) -> set[str]:
    """How long what a value's clause tells took, but for a length that is its value."""
    start, end = bounds(said)
    found = _LENGTH.finditer(said.finding.sentence.text, start, end)
    return {(one[1] or one[2]).lower() for one in found if one.end() <= said.start or said.end <= one.start()}


def _times(said: Value) -> Iterator[Period]:
    """The times of a sentence, but for the day on which someone said it, and that since which it is a record."""
    text = said.finding.sentence.text
    for time in told(text, said.finding.hit.metadata.published):
        before = text[: time.start]
        aside = _SAYING.search(before) or _RECORD.search(before) or _SAYS_THEN.match(text, time.end)
        if time.period and not aside:
            yield time.period
