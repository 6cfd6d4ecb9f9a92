"""Numbers as a text tells them: 100,000 is 100k and a hundred thousand; money, shares, measures, ranks and counts."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from assistant.checking.numerals import SCALE, WORDED, WORTH, worded
from assistant.checking.units import MEASURE_OF, SIGNS, UNIT_OF

Bound = Literal["", "about", "over", "under"]

_ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_UNIT = (
    r"percentage points?|square (?:metres|meters|miles|kilometres|kilometers|feet)|km/h"
    r"|(?:kilomet(?:re|er)s|miles) (?:an|per) hour|%|[^\W\d]+"
)
_AMOUNT = re.compile(
    rf"(?P<sign>US\$|[$€£¥₹])?\s?(?<![\w.])(?P<number>{_DIGITS}|\b(?:{WORDED})\b)(?:(?:st|nd|rd|th)\b(?P<rank>))?"
    rf"(?:[ -]?(?P<scale>hundred|thousand|million|billion|trillion|dozen|mn|bn|tn|[kmb](?![\w/]))\b)?"
    rf"(?:[ -]?(?P<unit>{_UNIT}))?",
    re.IGNORECASE,
)
_SHARES = {"half": 50.0, "third": 100 / 3, "quarter": 25.0, "fifth": 20.0, "tenth": 10.0}
_SHARE = re.compile(
    r"\b(?:(?P<many>an?|one|two|three|four|nine)[ -])?(?P<part>half|third|quarter|fifth|tenth)s?\b"
    r"(?= of\b| the\b| its\b| their\b)",
    re.IGNORECASE,
)
_MULTIPLE = re.compile(
    r"\b(?P<two>doubl(?:e[sd]?|ing)|twice|twofold)\b|\b(?P<three>tripl(?:e[sd]?|ing)|threefold)\b"
    r"|\b(?P<half>halv(?:es?|ed|ing))\b",
    re.IGNORECASE,
)
_HALF_MORE = re.compile(
    rf"\b(?P<whole>an?|\d+|{'|'.join(WORTH)}) (?P<unit>(?:hour|day|week|month|year|decade|mile|tonne|kilometre)s?)"
    r" and a half\b",
    re.IGNORECASE,
)
_ONE_IN = re.compile(
    r"\b(?P<part>one|two|three|four|nine|\d) (?:in|out of) (?:every )?"
    r"(?P<whole>two|three|four|five|six|seven|eight|nine|ten|\d+)\b",
    re.IGNORECASE,
)
_AGED = re.compile(r"[- ]old\b", re.IGNORECASE)
_RANGED = re.compile(r"\s*(?:to|or|-|–)\s*", re.IGNORECASE)
"""What stands between the two ends of a range."""
_BARE = re.compile(r"[^\d]{0,3}(\d[\d,]*(?:\.\d+)?)")
_INSTEAD = re.compile(r"\b(?:the|this|that) \w+$", re.IGNORECASE)
"""What stands before a "one" that stands for a thing: the British one."""
_RANK = re.compile(rf"\b(?P<rank>{'|'.join(_ORDINALS)})\b(?! (?:quarter|half))", re.IGNORECASE)
_BOUNDS: tuple[tuple[Bound, str], ...] = (
    (
        "over",
        r"(?:(?:(?<!no )more|older|heavier|higher|longer|larger|greater|taller|later) than|over|above|at least"
        r"|exceed(?:s|ed|ing)?|upwards of|no (?:fewer|less) than|in excess of)",
    ),
    (
        "under",
        r"(?:(?:less|fewer|younger|lighter|lower|shorter|smaller|earlier) than|under|below|up to|at most|no more than"
        r"|as (?:many|much) as|(?:very )?nearly|almost|just under|close to)",
    ),
    ("about", r"(?:about|around|roughly|some|approximately|an estimated|circa|or so)"),
)


_EXACTNESS = re.compile(
    r"(?:\b(?:slightly|just|a little|well|far)\s+)*(?:\b(?:more|less|\w+er)\s+than|\b(?:over|under|above|below|up to))?"
    r"\s+(?:US)?[$€£¥₹]?$"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """One number with what it counts."""

    start: int
    end: int
    value: float
    unit: str
    """A currency, a measure, "%", "points", "times", "rank"; empty for a count of things."""
    bound: Bound
    role: str
    """Whether it stands behind "from", "to" or "by"."""
    said: str


def amounts(text: str) -> list[Amount]:
    """The amounts of a text in order; dates must have been blanked out before."""
    found = []
    taken: list[tuple[int, int]] = []
    for match in (
        *_HALF_MORE.finditer(text),
        *_SHARE.finditer(text),
        *_ONE_IN.finditer(text),
        *_MULTIPLE.finditer(text),
        *_AMOUNT.finditer(text),
        *_RANK.finditer(text),
    ):
        start, end = match.span("number") if match.re is _AMOUNT else match.span()
        if any(start < other_end and other_start < end for other_start, other_end in taken):
            continue
        read = _READ[match.re](match)
        if read is None:
            continue
        value, unit, end = read
        if match.re is _AMOUNT and match["sign"]:
            start = match.start("sign")
        taken.append((start, end))
        found.append(Amount(start, end, value, unit, _bound(text[:start], unit), _role(text[:start]), text[start:end]))
        if unit == "year" and (aged := _AGED.match(text, end)):
            found[-1] = replace(found[-1], unit="", end=aged.end())  # "22-year-old", and "was 22"
    return _scaled(text, sorted(found, key=lambda amount: amount.start))


def _scaled(text: str, found: list[Amount]) -> list[Amount]:
    """The amounts, the lower end of each range in the scale and unit of its upper end: "6 to 7 million dollars"."""
    for place, (low, high) in enumerate(pairwise(found)):
        between = text[low.end : high.start]
        ranged = _RANGED.fullmatch(between) or (between == " and " and text[: low.start].lower().endswith("between "))
        if low.unit or not ranged or not (bare := _BARE.match(high.said)):
            continue
        scale = high.value / (float(bare[1].replace(",", "")) or 1.0)
        value = low.value * scale
        if min(value, low.value) < high.value:
            found[place] = replace(low, value=value if value < high.value else low.value, unit=high.unit)
    return found


def _counted(match: re.Match[str]) -> tuple[float, str, int] | None:
    number, scale = match["number"].lower(), (match["scale"] or "").lower()
    value = float(number.replace(",", "")) if number[0].isdigit() else worded(number)
    end = match.end("scale") if scale else match.end("number")
    value *= SCALE.get(scale, 1.0)
    unit = (match["unit"] or "").lower()
    if match["rank"] is not None:
        return value, "rank", end + 2
    if match["sign"]:
        return value, SIGNS[match["sign"].lower()], end
    if unit.endswith(" hour"):
        return value, "mph" if unit.startswith("mile") else "kmh", match.end()
    if unit.startswith(("percentage", "square")) or unit in UNIT_OF:
        measure = "points" if unit.startswith("percentage") else unit.replace("meter", "metre")
        return value, UNIT_OF.get(unit, measure), match.end()
    if (
        number == "one"
        and not scale
        and (unit in {"of", "another", "day", ""} or _INSTEAD.search(match.string[: match.start()]))
    ):
        return None
    return value, "", end


def _shared(match: re.Match[str]) -> tuple[float, str, int]:
    many = {"two": 2, "three": 3, "four": 4, "nine": 9}.get((match["many"] or "").lower(), 1)
    return many * _SHARES[match["part"].lower()], "%", match.end()


def _half_more(match: re.Match[str]) -> tuple[float, str, int]:
    whole = match["whole"].lower()
    return (float(whole) if whole.isdigit() else worded(whole)) + 0.5, UNIT_OF[match["unit"].lower()], match.end()


def _one_in(match: re.Match[str]) -> tuple[float, str, int]:
    part, whole = (
        worded(match[name].lower()) if match[name].isalpha() else float(match[name]) for name in ("part", "whole")
    )
    return 100 * part / (whole or 1), "%", match.end()


def _multiplied(match: re.Match[str]) -> tuple[float, str, int]:
    return {"two": 2.0, "three": 3.0, "half": 0.5}[match.lastgroup or "two"], "times", match.end()


def _ranked(match: re.Match[str]) -> tuple[float, str, int]:
    return float(_ORDINALS.index(match["rank"].lower()) + 1), "rank", match.end()


_READ = {
    _AMOUNT: _counted,
    _HALF_MORE: _half_more,
    _SHARE: _shared,
    _ONE_IN: _one_in,
    _MULTIPLE: _multiplied,
    _RANK: _ranked,
}


def _bound(before: str, unit: str) -> Bound:
    """How exactly the number is meant, by the words before it; "over 18 weeks" and "over 400 metres" tell how far."""
    if MEASURE_OF.get(unit, ("", 0))[0] in {"time", "length"} and re.search(
        r"\bover (?:the )?$", before, re.IGNORECASE
    ):
        return ""
    behind = re.sub(r"\s+(?:an?|its)?\s*$", "", before.lower())
    return next((bound for bound, said in _BOUNDS if re.search(rf"\b{said}$", behind)), "")


def _role(before: str) -> str:
    found = re.search(r"\b(from|to|by)\s+(?:(?:about|around|nearly|almost|over|more than|just)\s+)*$", before.lower())
    return found.group(1) if found else ""


def begin(text: str, amount: Amount) -> int:
    """Where an amount begins, with the "older than" or "slightly over" that only tells how exactly it is meant."""
    bound = _EXACTNESS.search(text, 0, amount.start)
    return bound.start() if bound else amount.start


def in_base(amount: Amount) -> tuple[str, float]:
    """The measure of an amount and its value in that measure's base unit: 2 days and 48 hours are one."""
    measure, size = MEASURE_OF.get(amount.unit, (amount.unit, 1.0))
    return measure, amount.value * size


def told(said: Amount, source: Amount) -> bool:
    """Whether the source tells the amount that is said: the same value and measure, and as exactly or less so."""
    (measure, value), (its_measure, its_value) = in_base(said), in_base(source)
    if measure != its_measure:
        return False
    if abs(value - its_value) <= 1e-6 * max(1.0, abs(its_value)):
        return source.bound in {said.bound, "about"} or said.bound == "about"
    if said.unit != source.unit:
        return False
    away = (its_value - value) / max(abs(its_value), 1e-9)
    exact = source.bound in {"", "about"}
    return exact and (
        (said.bound == "about" and abs(away) <= 0.05)
        or (said.bound == "over" and 0 < away <= 0.15)
        or (said.bound == "under" and -0.15 <= away < 0)
    )
