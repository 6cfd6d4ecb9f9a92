"""Amounts made comparable: feet and metres, ranges, bounds, and how exactly a number is told."""

import re
from dataclasses import dataclass, replace

from assistant.checking.amounts import Amount, amounts, in_base
from assistant.checking.numerals import SCALE
from assistant.checking.times import times
from assistant.checking.units import CURRENCIES
from assistant.terms import words

_RATE = re.compile(
    r"^\W*(?:[\w'’-]+ ){0,5}?(?:(?:a|per|each|every|an)[ -]"
    r"(?P<unit>second|minute|hour|day|night|week|month|quarter|year)\b"
    r"|(?P<adverb>hourly|daily|nightly|weekly|monthly|quarterly|annually|yearly)\b)",
    re.IGNORECASE,
)
_RATE_BEFORE = re.compile(
    r"\b(?:(?:each|every|per) (?P<unit>hour|day|night|week|month|quarter|year)"
    r"|(?P<adverb>annual|yearly|monthly|daily|weekly)(?:ly)?)\b",
    re.IGNORECASE,
)
_ADVERBS = {"hourly": "hour", "daily": "day", "nightly": "night", "weekly": "week", "monthly": "month"}
_ADVERBS |= {"quarterly": "quarter", "annually": "year", "annual": "year", "yearly": "year"}
_SCALED = re.compile(r"\b(?:hundred|thousand|million|billion|dozen)\b")
_BETWEEN = re.compile(r"\s*(?:and|to|or|-|–)\s*(?:\w+\s+)?", re.IGNORECASE)
_AFTER = re.compile(r"\s+or (?P<over>more|so|above)\b|\s+or (?P<under>less|fewer|below)\b", re.IGNORECASE)
LONGEST = 600
"""Characters of a sentence that are read."""
_EXACT, _ROUGH = 0.02, 0.06
"""By what share two numbers of one thing differ when told exactly, and when one is told roughly."""
_ROUNDED = 0.12
"""By what share a number differs at most from the same one with fewer digits."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount in the base unit of its measure: metres, kilograms, kilowatts, seconds."""

    start: int
    end: int
    low: float
    """The value; of a range the lower end, and minus infinity for "under 50"."""
    high: float
    unit: str
    """A measure, a currency, "%", "points", "times", "rank"; empty for a count of things."""
    about: bool
    decimals: int
    """Digits behind the point of the number as it was written."""
    scale: float
    """What one of the number as it was written is worth."""
    counted: str
    """The word behind it that tells what is counted, in lower case; empty where it does not stand there."""
    rate: str
    """What it is told per, such as "year"; empty where it is not."""


def quantities(text: str) -> list[Quantity]:
    """The amounts of a text in order, the two ends of a range as one; numbers of dates are none.

    Of a text longer than ``LONGEST`` only the beginning is read: the work grows with the square of its numbers.
    """
    text = text[:LONGEST]
    blank = text
    for one in times(text):
        blank = blank[: one.start] + " " * (one.end - one.start) + blank[one.end :]
    found: list[Quantity] = []
    for amount in amounts(blank):
        new = _quantity(amount, text)
        before = found[-1] if found else None
        if before and before.unit == "%" and re.fullmatch(r"\s+of\s+", text[before.end : amount.start]):
            found[-1] = replace(
                new, start=before.start, low=new.low * before.low / 100, high=new.high * before.low / 100
            )
        elif before and _BETWEEN.fullmatch(text[before.end : amount.start]) and _one_range(text, before, new):
            found[-1] = _joined(before, new)
        else:
            found.append(new)
    return found


def same(one: Quantity, other: Quantity) -> bool | None:
    """Whether two amounts can be the same one, told more or less exactly; None where they cannot be compared."""
    if one.unit != other.unit or (one.rate and other.rate and one.rate != other.rate):
        return None
    if one.low <= other.high and other.low <= one.high:
        return True
    nearer, further = sorted((one, other), key=lambda each: each.high)
    apart = further.low - nearer.high
    share = apart / max(abs(further.low), abs(nearer.high), 1e-9)
    return share <= (_ROUGH if one.about or other.about else _EXACT) or _rounded(one, other) or _rounded(other, one)


def _quantity(amount: Amount, text: str) -> Quantity:
    measure, value = in_base(amount)
    written = re.search(r"\d[\d,]*(?:\.(\d+))?", amount.said)
    bare = float(written.group().replace(",", "")) if written else _bare(amount)
    bound = next(
        (name for name in ("over", "under") if (end := _AFTER.match(text, amount.end)) and end[name]), amount.bound
    )
    counted = _counted(text, amount) if not measure else ""
    return Quantity(
        amount.start, amount.end, float("-inf") if bound == "under" and _limit(text, amount) else value,
        float("inf") if bound == "over" else value, measure, bound != "", len(written[1] or "") if written else 0,
        value / bare if bare else 1.0, counted, _rate(text, amount),
    )  # fmt: skip


def _bare(amount: Amount) -> float:
    """Of a number in words what stands before its last scale: 3 of "three million", 112 of "a hundred and twelve"."""
    scales = [SCALE[found] for found in _SCALED.findall(amount.said.lower())]
    scale = scales[-1] if scales else 1.0
    return amount.value / scale if amount.value % scale == 0 else amount.value


def _limit(text: str, amount: Amount) -> bool:
    """Whether "under" leaves open how far; nearly 50 does not."""
    before = text[max(0, amount.start - 20) : amount.start]
    return bool(re.search(r"\b(?:less|fewer|under|below|up to|at most|no more)\b", before, re.IGNORECASE))


def _counted(text: str, amount: Amount) -> str:
    """The noun behind a number: the first plural among the words that follow without a break."""
    end = amount.end
    for word in words(text[amount.end :])[:5]:
        if text[end : amount.end + word.start].strip(" -") or not (word.telling or word.text in {"of", "the", "its"}):
            return ""
        if word.telling and (word.text.endswith("s") or word.text in {"people", "women", "men", "children"}):
            return word.text.lower()
        end = amount.end + word.end
    return ""


def _rate(text: str, amount: Amount) -> str:
    found = _RATE.match(text[amount.end :]) or _RATE_BEFORE.search(text[: amount.start])
    if not found:
        return ""
    return (found["unit"] or _ADVERBS[found["adverb"].lower()]).lower()


def _one_range(text: str, low: Quantity, high: Quantity) -> bool:
    """Whether two numbers are the ends of one: between 40 and 50, 40 to 50; not 12 and 5 of different things."""
    joint = text[low.end : high.start].strip().lower()
    between = bool(re.search(r"\bbetween\s+\S*$", text[: low.start], re.IGNORECASE))
    return low.high < high.low and (between or not joint.startswith("and")) and low.unit in {"", high.unit}


def _joined(low: Quantity, high: Quantity) -> Quantity:
    scaled = low.low * high.scale / low.scale
    share = scaled if low.low < scaled < high.high else low.low
    return Quantity(
        low.start, high.end, share, high.high, high.unit, about=True, decimals=high.decimals, scale=high.scale,
        counted=high.counted, rate=high.rate,
    )  # fmt: skip


def _rounded(exact: Quantity, rough: Quantity) -> bool:
    """Whether the one is the other with digits left off: 48,312 and 48,000, 7.2 and 7 kilometres."""
    if exact.unit in CURRENCIES and rough.scale == 1:
        return False
    apart = abs(exact.low - rough.low)
    more = exact.decimals > rough.decimals or exact.scale < rough.scale
    return more and apart <= 0.5 * rough.scale * 10.0**-rough.decimals and apart <= _ROUNDED * abs(exact.low)
