"""Numbers as a text tells them: 100,000 is 100k and a hundred thousand; money, shares, measures, ranks and counts."""

import re
from dataclasses import dataclass, replace
from typing import Literal

Bound = Literal["", "about", "over", "under"]

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORTH = {word: float(value) for value, word in enumerate(_ONES)}
_WORTH |= {word: 10.0 * place for place, word in enumerate(_TENS, start=2)}
_SCALE = {"hundred": 1e2, "dozen": 12.0, "thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "m": 1e6}
_SCALE |= {"billion": 1e9, "bn": 1e9, "b": 1e9, "trillion": 1e12, "tn": 1e12}
_ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
_SIGNS = {"$": "dollar", "us$": "dollar", "€": "euro", "£": "pound", "¥": "yuan", "₹": "rupee"}
CURRENCIES = frozenset({"dollar", "euro", "pound", "yuan", "yen", "rupee", "franc", "krona", "won", "cent"})
_UNITS = {
    "dollar": "dollars usd bucks", "euro": "euros eur", "pound": "pounds gbp sterling", "yuan": "yuan rmb renminbi cny",
    "yen": "yen jpy", "rupee": "rupees inr", "franc": "francs chf", "krona": "kronor kronas krone kroner", "won": "won",
    "cent": "cents", "%": "% percent", "points": "points",
    "km": "km kilometres kilometre kilometers kilometer", "mile": "miles mile mi", "m": "metres metre meters meter",
    "cm": "centimetres centimetre centimeters centimeter cm", "mm": "millimetres millimetre mm", "foot": "feet foot ft",
    "inch": "inches inch", "ha": "hectares hectare ha", "acre": "acres acre", "kg": "kilograms kilogram kilos kg",
    "g": "grams gram", "tonne": "tonnes tonne tons ton", "l": "litres litre liters liter", "gallon": "gallons gallon",
    "barrel": "barrels barrel", "degree": "degrees degree", "mph": "mph", "kmh": "km/h kph", "kw": "kilowatts kw",
    "mw": "megawatts megawatt mw", "gw": "gigawatts gigawatt gw", "kwh": "kwh", "mwh": "mwh", "gwh": "gwh",
    "second": "seconds", "minute": "minutes minute", "hour": "hours hour", "day": "days day", "week": "weeks week",
    "month": "months month", "year": "years year", "decade": "decades decade", "century": "centuries century",
    "times": "times fold",
}  # fmt: skip
MEASURES: dict[str, dict[str, float]] = {
    "length": {
        "km": 1e3, "mile": 1609.344, "m": 1, "cm": 0.01, "mm": 0.001, "foot": 0.3048, "inch": 0.0254,
    },
    "area": {
        "ha": 1e4, "acre": 4046.86, "square metres": 1, "square kilometres": 1e6, "square miles": 2.59e6,
        "square feet": 0.0929,
    },
    "mass": {"kg": 1, "g": 0.001, "tonne": 1e3},
    "volume": {"l": 1, "gallon": 3.785, "barrel": 158.987},
    "speed": {"kmh": 1, "mph": 1.609344},
    "power": {"kw": 1, "mw": 1e3, "gw": 1e6},
    "energy": {"kwh": 1, "mwh": 1e3, "gwh": 1e6},
    "time": {
        "second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800, "month": 2_629_800, "year": 31_557_600,
        "decade": 315_576_000, "century": 3_155_760_000,
    },
}  # fmt: skip
MEASURE_OF = {unit: (measure, size) for measure, units in MEASURES.items() for unit, size in units.items()}
_DURATIONS = frozenset(MEASURES["time"])
_UNIT_OF = {form: unit for unit, forms in _UNITS.items() for form in forms.split()}
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_WORD = rf"(?:{'|'.join((*_WORTH, 'hundred', 'thousand', 'million', 'billion', 'dozen'))})"
_WORDED = (
    rf"(?:half an?|an?)[ -](?:hundred|thousand|million|billion|dozen)\b(?:[ -](?:and )?{_WORD}\b)*"
    rf"|{_WORD}(?:[ -](?:and )?{_WORD}\b)*(?: and a half(?: (?:hundred|thousand|million|billion))?)?"
)
_UNIT = r"percentage points?|square (?:metres|meters|miles|kilometres|kilometers|feet)|km/h|%|[^\W\d]+"
_AMOUNT = re.compile(
    rf"(?P<sign>US\$|[$€£¥₹])?\s?(?<![\w.])(?P<number>{_DIGITS}|\b(?:{_WORDED})\b)(?:(?:st|nd|rd|th)\b(?P<rank>))?"
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
_ONE_IN = re.compile(
    r"\b(?P<part>one|two|three|four|nine|\d) (?:in|out of) (?:every )?"
    r"(?P<whole>two|three|four|five|six|seven|eight|nine|ten|\d+)\b",
    re.IGNORECASE,
)
_AGED = re.compile(r"[- ]old\b", re.IGNORECASE)
_INSTEAD = re.compile(r"\b(?:the|this|that) \w+$", re.IGNORECASE)
"""What stands before a "one" that stands for a thing: the British one."""
_RANK = re.compile(rf"\b(?P<rank>{'|'.join(_ORDINALS)})\b(?! (?:quarter|half))", re.IGNORECASE)
_BOUNDS: tuple[tuple[Bound, str], ...] = (
    (
        "over",
        r"(?:more than|over|above|at least|exceed(?:s|ed|ing)?|upwards of|no (?:fewer|less) than|in excess of)",
    ),
    (
        "under",
        r"(?:less than|under|below|fewer than|up to|at most|no more than|as (?:many|much) as|(?:very )?nearly|almost"
        r"|just under|close to)",
    ),
    ("about", r"(?:about|around|roughly|some|approximately|an estimated|circa|or so)"),
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
        if unit == "year" and _AGED.match(text, end):
            found.append(replace(found[-1], unit=""))  # "22-year-old", and "was 22"
    return sorted(found, key=lambda amount: amount.start)


def _counted(match: re.Match[str]) -> tuple[float, str, int] | None:
    number, scale = match["number"].lower(), (match["scale"] or "").lower()
    value = float(number.replace(",", "")) if number[0].isdigit() else _worded(number)
    end = match.end("scale") if scale else match.end("number")
    value *= _SCALE.get(scale, 1.0)
    unit = (match["unit"] or "").lower()
    if match["rank"] is not None:
        return value, "rank", end + 2
    if match["sign"]:
        return value, _SIGNS[match["sign"].lower()], end
    if unit.startswith(("percentage", "square")) or unit in _UNIT_OF:
        measure = "points" if unit.startswith("percentage") else unit.replace("meter", "metre")
        return value, _UNIT_OF.get(unit, measure), match.end()
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


def _one_in(match: re.Match[str]) -> tuple[float, str, int]:
    part, whole = (
        _worded(match[name].lower()) if match[name].isalpha() else float(match[name]) for name in ("part", "whole")
    )
    return 100 * part / (whole or 1), "%", match.end()


def _multiplied(match: re.Match[str]) -> tuple[float, str, int]:
    return {"two": 2.0, "three": 3.0, "half": 0.5}[match.lastgroup or "two"], "times", match.end()


def _ranked(match: re.Match[str]) -> tuple[float, str, int]:
    return float(_ORDINALS.index(match["rank"].lower()) + 1), "rank", match.end()


_READ = {_AMOUNT: _counted, _SHARE: _shared, _ONE_IN: _one_in, _MULTIPLE: _multiplied, _RANK: _ranked}


def _worded(text: str) -> float:
    """The value of a number in words."""
    parts = re.split(r"[ -]+", text.replace(" and a half", " half").replace(" and ", " "))
    total, current = 0.0, 0.0
    for part in parts:
        if part == "half":
            current += 0.5
        elif part in {"a", "an"}:
            current = current or 1.0
        elif part in _WORTH:
            current += _WORTH[part]
        elif part in {"hundred", "dozen"}:
            current = (current or 1.0) * _SCALE[part]
        else:
            total += (current or 1.0) * _SCALE[part]
            current = 0.0
    return total + current


def _bound(before: str, unit: str) -> Bound:
    """How exactly the number is meant, by the words before it; "over 18 weeks" tells how long, and exactly so."""
    if unit in _DURATIONS and re.search(r"\bover (?:the )?$", before, re.IGNORECASE):
        return ""
    behind = re.sub(r"\s+(?:an?|its)?\s*$", "", before.lower())
    return next((bound for bound, said in _BOUNDS if re.search(rf"\b{said}$", behind)), "")


def _role(before: str) -> str:
    found = re.search(r"\b(from|to|by)\s+(?:(?:about|around|nearly|almost|over|more than|just)\s+)*$", before.lower())
    return found.group(1) if found else ""


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
