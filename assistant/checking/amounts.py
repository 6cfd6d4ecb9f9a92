"""Numbers as a text tells them: 100,000 is 100k and a hundred thousand; money, shares, measures, ranks and counts.

Long because each way to tell a number has its pattern and the few lines that read it.
"""

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from assistant.checking.numerals import SCALE, WORDED, WORTH, worded
from assistant.checking.units import CLOCK, MEASURE_OF, SIGNS, UNIT_OF
from assistant.terms import ONES

Bound = Literal["", "about", "over", "under"]

_ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_UNIT = (
    r"percentage points?|square (?:metres|meters|miles|kilometres|kilometers|feet)|cubic (?:metres|meters|feet)|km/h"
    r"|(?:kilomet(?:re|er)s|miles) (?:an|per) hour|%|[^\W\d]+"
)
_AMOUNT = re.compile(
    rf"(?P<sign>US\$|[$€£¥₹])?\s?(?<![\w.])(?P<number>{_DIGITS}|\b(?:{WORDED})\b)(?:(?:st|nd|rd|th)\b(?P<rank>))?"
    rf"(?:[ -]?(?P<scale>hundred|thousand|million|billion|trillion|dozen|mn|bn|tn|[kmb](?![\w/]))\b)?"
    rf"(?:(?: more |[ -])?(?!(?:{'|'.join(WORTH)})\b)(?P<unit>{_UNIT}))?",
    re.IGNORECASE,
)
_SHARES = {"half": 50.0, "third": 100 / 3, "quarter": 25.0, "fifth": 20.0, "tenth": 10.0}
_SHARE = re.compile(
    r"\b(?:(?P<many>an?|one|two|three|four|five|six|seven|eight|nine)[ -])?(?P<part>half|third|quarter|fifth|tenth)s?\b"
    r"(?:(?= (?:of(?! an? (?:hundred|thousand|million|billion|dozen)\b)"
    r"|the|its|their|lower|higher|more|less|fewer)\b)|(?(many)(?=[.,;]|$)|(?!)))",
    re.IGNORECASE,
)
_MULTIPLE = re.compile(
    r"\b(?P<two>doubl(?:e[sd]?|ing)|twice|twofold)\b|\b(?P<three>tripl(?:e[sd]?|ing)|threefold)\b"
    r"|\b(?P<half>halv(?:es?|ed|ing))\b",
    re.IGNORECASE,
)
_MEASURED = "|".join(form for form, unit in UNIT_OF.items() if unit in MEASURE_OF and len(form) > 2)
_HALF_MORE = re.compile(
    rf"\b(?:(?P<whole>an?|\d+|{'|'.join(WORTH)}) (?P<unit>{_MEASURED}) and a half|half an? (?P<half>{_MEASURED}))\b",
    re.IGNORECASE,
)
_ONE_IN = re.compile(
    r"\b(?P<part>one|two|three|four|nine|\d) (?:[a-z]+ )?(?:in|out of) (?:every )?"
    r"(?P<whole>two|three|four|five|six|seven|eight|nine|ten|\d+)\b",
    re.IGNORECASE,
)
_LASTED = re.compile(r"(?<![\w.:])(?P<hours>\d{1,3}):(?P<minutes>[0-5]\d):(?P<seconds>[0-5]\d)(?![\w:])")
_CLOCK = re.compile(
    rf"(?<![\w.:,$€£¥])(?:(?P<hour>1[0-2]|0?[1-9])(?:[.:](?P<minute>[0-5]\d))?|\b(?P<told>{'|'.join(ONES[1:13])}))"
    r"(?:\ ?(?P<half>[ap])\.?m\b\.?"
    r"|(?:\ o['’]clock)?\s+(?:(?:in\ the|on|this|that|yesterday|tomorrow)\b\s*)?(?P<part>morning|afternoon|evening)\b)",
    re.IGNORECASE,
)
"""A time of day; on Wednesday morning stands there without the day, which is blanked."""
_AT = re.compile(r"\b(?:at|about|around|before|after|by|until|till|from|since|to|than|past)\s+$", re.IGNORECASE)
"""What a time of day stands behind, and three on Monday morning does not."""
_AGED = re.compile(r"[- ]old\b", re.IGNORECASE)
_JOINED = re.compile(r",? (?:and )?")
"""What stands between the parts of one measure."""
_RANGED = re.compile(r"\s*(?:to|or|-|–)\s*", re.IGNORECASE)
"""What stands between the two ends of a range."""
_SMALL = 1_000
"""What is as large as this is told in ones: "from 20,000 to 0.9 million"."""
_BARE = re.compile(r"[^\d]{0,3}(\d[\d,]*(?:\.\d+)?)")
_INSTEAD = re.compile(r"\b(?:the|this|that) \w+$", re.IGNORECASE)
"""What stands before a "one" that stands for a thing: the British one."""
_RANK = re.compile(rf"\b(?P<rank>{'|'.join(_ORDINALS)})\b(?! (?:quarter|half))", re.IGNORECASE)
_BOUNDS: tuple[tuple[Bound, str], ...] = (
    (
        "over",
        r"(?:(?:(?<!no )more|older|heavier|higher|longer|larger|greater|taller|later) than|over|above|at least"
        r"|(?<!not )exceed(?:s|ed|ing)?|upwards of|no (?:fewer|less) than|in excess of)",
    ),
    (
        "under",
        r"(?:(?:less|fewer|younger|lighter|lower|shorter|smaller|earlier) than|under|below|at most"
        r"|(?<!\bgo )(?<!\bgoes )(?<!\bwent )(?<!\bgone )(?<!\bgoing )up to"
        r"|no more than|not exceed"
        r"|as (?:many|much) as|(?:very )?nearly|almost|just under|close to)",
    ),
    ("about", r"(?:about|around|roughly|some|approximately|an estimated|circa|or so)"),
)


_BESIDE = re.compile(
    r"(?<!\bno )(?<!\bnot )\b(?:(?P<under>before|earlier than)|(?P<over>after|later than)|(?P<about>about|around))\s+$",
    re.IGNORECASE,
)
"""Which side of a time of day is meant."""
_QUARTER = 15.0
"""How many minutes from "about" a time of day the true one may be."""
_NEARLY, _WELL_OVER = 0.05, 0.15
"""How far from "about" a value, and beyond "more than" it, the true one may be, as a share of it."""
_BEHIND: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    ("over", re.compile(r"(?: \w+)? (?:or|and) (?:more|longer|older|over|above|higher)\b", re.IGNORECASE)),
    (
        "under",
        re.compile(
            r"(?: \w+)? (?:or|and) (?:less|fewer|shorter|younger|under|below|lower)\b| at (?:the )?most\b",
            re.IGNORECASE,
        ),
    ),
    ("about", re.compile(r"(?: \w+)? or so\b", re.IGNORECASE)),
)
"""How exactly the number is meant, by the words behind it: "three years or more"."""
_EXACTNESS = re.compile(
    r"(?:\b(?:slightly|just|a little|well|far)\s+)*"
    r"(?:\b(?:no\s+)?(?:more|less|\w+er)\s+than|\b(?:over|under|above|below|up to))?"
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
        *_LASTED.finditer(text),
        *_CLOCK.finditer(text),
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
        bound = _bound(text[:start], unit) or next((bound for bound, said in _BEHIND if said.match(text, end)), "")
        found.append(Amount(start, end, value, unit, bound, _role(text[:start]), text[start:end]))
        if unit == "year" and (aged := _AGED.match(text, end)):
            found[-1] = replace(found[-1], unit="", end=aged.end())  # "22-year-old", and "was 22"
    return _scaled(text, _summed(text, sorted(found, key=lambda amount: amount.start)))


def _summed(text: str, found: list[Amount]) -> list[Amount]:
    """The amounts, those told in several measures as one: "2 hours, 9 minutes and 14 seconds"."""
    summed: list[Amount] = []
    for one in found:
        last = summed[-1] if summed else one
        (measure, _), (its_measure, value) = in_base(last), in_base(one)
        smaller = (
            last.unit in MEASURE_OF and measure == its_measure and MEASURE_OF[one.unit][1] < MEASURE_OF[last.unit][1]
        )
        if smaller and _JOINED.fullmatch(text, last.end, one.start):
            total = (in_base(last)[1] + value) / MEASURE_OF[one.unit][1]
            summed[-1] = replace(last, end=one.end, value=total, unit=one.unit, said=text[last.start : one.end])
        else:
            summed.append(one)
    return summed


def _scaled(text: str, found: list[Amount]) -> list[Amount]:
    """The amounts, the lower end of each range in the scale and unit of its upper end: "6 to 7 million dollars"."""
    for place, (low, high) in enumerate(pairwise(found)):
        between = text[low.end : high.start]
        ranged = _RANGED.fullmatch(between) or (between == " and " and text[: low.start].lower().endswith("between "))
        if low.unit or not ranged or not (bare := _BARE.match(high.said)):
            continue
        scale = high.value / (float(bare[1].replace(",", "")) or 1.0) if low.value < _SMALL else 1.0
        value = low.value * scale
        if low.role == "from" or value < high.value:  # "cut from 92 to 71 million"
            found[place] = replace(low, value=value, unit=high.unit)
        elif low.value < high.value:
            found[place] = replace(low, unit=high.unit)
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
    if unit.startswith(("percentage", "square", "cubic")) or unit in UNIT_OF:
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
    return WORTH.get((match["many"] or "").lower(), 1.0) * _SHARES[match["part"].lower()], "%", match.end()


def _half_more(match: re.Match[str]) -> tuple[float, str, int]:
    if match["half"]:
        return 0.5, UNIT_OF[match["half"].lower()], match.end()
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


def _lasted(match: re.Match[str]) -> tuple[float, str, int]:
    """2:09:14 in seconds."""
    return 3600.0 * int(match["hours"]) + 60 * int(match["minutes"]) + int(match["seconds"]), "second", match.end()


def _clocked(match: re.Match[str]) -> tuple[float, str, int] | None:
    """A time of day in minutes from midnight."""
    if not match["half"] and not _AT.search(match.string, 0, match.start()):
        return None
    hour = int(match["hour"]) if match["hour"] else int(worded(match["told"].lower()))
    late = match["half"].lower() == "p" if match["half"] else match["part"].lower() != "morning"
    return 60.0 * (hour % 12 + 12 * late) + int(match["minute"] or 0), CLOCK, match.end()


_READ = {
    _LASTED: _lasted,
    _CLOCK: _clocked,
    _AMOUNT: _counted,
    _HALF_MORE: _half_more,
    _SHARE: _shared,
    _ONE_IN: _one_in,
    _MULTIPLE: _multiplied,
    _RANK: _ranked,
}


def _bound(before: str, unit: str) -> Bound:
    """How exactly the number is meant, by the words before it; "over 18 weeks" and "over 400 metres" tell how far."""
    if unit == CLOCK:
        beside = _BESIDE.search(before)
        return next(bound for bound, _ in _BOUNDS if beside[bound]) if beside else ""
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
    if measure == CLOCK:
        apart = abs(value - its_value)
        return apart <= (_QUARTER if said.bound == "about" else 0) and {said.bound, source.bound} != {"over", "under"}
    if abs(value - its_value) <= 1e-6 * max(1.0, abs(its_value)):
        return source.bound in {said.bound, "about"} or said.bound == "about"
    away = (its_value - value) / max(abs(its_value), 1e-9)
    exact = source.bound in {"", "about"}
    return exact and (
        (said.bound == "about" and abs(away) <= _NEARLY)
        or (said.bound == "over" and 0 < away <= _WELL_OVER)
        or (said.bound == "under" and -_WELL_OVER <= away < 0)
    )
