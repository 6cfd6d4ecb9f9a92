"""Times that an English sentence tells from the day it was written on, and dates that it gives in full.

Long because a dozen ways to tell a time each have a line of one pattern and the few lines that read it.
"""

# ruff: noqa: E501  a rule is one line, so that a list of them can be read down

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.dates.periods import Period, day, month, months, moved, week, year
from assistant.terms import DAYS, MONTHS, ONES, SHORT_MONTHS

_MONTH = "|".join((*MONTHS, *SHORT_MONTHS)).title()
_COUNTS = ONES[1:13]
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "final": 4}
_STEPS = {"last": -1, "past": -1, "previous": -1, "this": 0, "current": 0, "the": 0, "next": 1, "coming": 1}
_YEAR = r"(?:1[5-9]\d\d|20\d\d)"
_NEAR = r"(?:[Tt]his|[Ll]ast|[Nn]ext|[Tt]he (?:coming|current|past|previous))"
_COUNT = rf"(?:\d{{1,3}}|[Aa]n?|{'|'.join(f'[{one[0].upper()}{one[0]}]{one[1:]}' for one in _COUNTS)})"
_UNITS = r"(?:day|week|month|year)s?"
_EDGE = r"[Tt]he (?:very )?(?:beginning|start|middle|end|close) of|[Ee]arly|[Ll]ate|[Mm]id-?|[Ee]arlier|[Ll]ater"
_PART = r"[Tt]he (?:first|second|third|fourth|last|final) (?:half|quarter) of"
_TENSE = re.compile(
    r"(?P<between>\bfrom \S+(?: \S+)? to\b)|(?P<ahead>\b(?:^|(?-i:(?![A-Z])))(?:(?:will|shall|is to|are to|to|can|may) be(?: \w+)?|will|shall|is to|are to|to begin|to start|plans?|planned|aims?|expects?|expected|due|scheduled|opens?"
    r"|reopens?|begins?|starts?|closes|returns|ends|takes effect|wants?|hopes?|promises|target|goal|deadline|must|postponed|delayed|moved"
    r"|can|may|coming|upcoming)\b(?!-))|(?P<back>\b(?:was|were|had|has|have|did|says?|said|told|since|began|came|went|made|sank|fell"
    r"|rose|won|lost|sold|held|built|\w{2,}ed)\b)",
    re.IGNORECASE,
)  # fmt: skip
_UP_TO = re.compile(r"\b(?:by|until|from) (?:the )?(?:\w+ of )?$", re.IGNORECASE)
_TIMES = rf"""(?P<iso>\b\d{{4}}-\d\d-\d\d\b)
|(?P<dated>\b(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?)?(?P<m1>{_MONTH})\b\.?(?: (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?![.,]?\d))?
       ,? (?:of )?(?P<y1>{_YEAR})\b)
|(?P<of_year>(?:(?P<e1>{_EDGE})[ -]?)?\b(?P<m2>{_MONTH}) (?:of )?(?P<n2>{_NEAR}) year\b)
|(?P<part>(?P<p3>{_EDGE}|{_PART}) ?(?P<n3>{_NEAR}|[Tt]he)? ?(?P<u3>year|month|week|quarter|decade|{_YEAR})\b)
|(?P<quarter>\b[Tt]he (?P<q4>first|second|third|fourth) quarter\b(?! of (?:the (?:game|match|final|race)|{_YEAR}|{_NEAR}))|\bQ(?P<q5>[1-4])\b(?! {_YEAR}))
|(?P<half>\b[Tt]he (?P<h1>first|second) half of (?P<y6>{_YEAR})\b|\bQ(?P<q6>[1-4]) (?P<y7>{_YEAR})\b)
|(?P<near>\b(?P<n7>{_NEAR}) (?P<u7>year|month|week|quarter|weekend|night|morning|afternoon|evening|decade|spring|summer|autumn|fall|winter
       |{_MONTH})\b(?!['’]s (?:game|match)))
|(?P<weekday>\b(?<!Black )(?<!Good )(?<!Ash )(?<!Super )(?<!every )(?<!Easter )(?<!Palm )(?:[Oo]n )?(?:(?P<n8>{_NEAR}) )?(?:(?:early|late) )?
       (?P<w8>{"|".join(DAYS).title()})\b(?! (?:shoppers|Times))(?: (?:night|morning|afternoon|evening))?(?: of (?P<o8>{_NEAR}) week)?)
|(?P<simple>\b(?:[Tt]he day before yesterday|[Tt]he day after tomorrow|[Yy]esterday|[Tt]omorrow|[Tt]onight|(?<!USA )[Tt]oday(?!['’]s))\b)
|(?P<ago>\b(?P<c9>{_COUNT}) (?P<u9>{_UNITS}) ago\b|\b[Ii]n (?P<c10>{_COUNT}) (?P<u10>{_UNITS})(?:['’]? time)?\b(?! of\b))
|(?P<span>\b[Tt]he (?P<s11>last|past|next|coming) (?:(?P<c11>\d{{1,3}}|{"|".join(_COUNTS)}) )(?P<u11>{_UNITS})\b)
|(?P<bare>\b(?:[Oo]n )(?:(?P<d12>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<m12>{_MONTH})|(?P<m13>{_MONTH}) (?P<d13>\d{{1,2}})(?:st|nd|rd|th)?)\b
       |\b(?P<d14>\d{{1,2}})(?:st|nd|rd|th)? (?P<m14>{_MONTH})\b
       |\b(?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Ff]rom|[Dd]uring|[Bb]efore|[Aa]fter|[Tt]hroughout|to) (?:(?P<e15>[Ee]arly|[Ll]ate|[Mm]id|the (?:beginning|start|middle|end) of)[ -])?(?P<m15>{_MONTH})\b)(?!,? (?:of )?(?:{_YEAR}\b|{_NEAR} year))
|(?P<absolute>(?<![$€£¥\d.,-])\b(?P<y16>{_YEAR})\b(?![,.]\d| ?%| (?:percent|million|people|cars|units)))
    """
_TIME = re.compile("".join(line.strip() for line in _TIMES.splitlines()))


@dataclass(frozen=True, slots=True)
class Told:
    """A time where a text tells it."""

    start: int
    end: int
    said: str
    period: Period | None
    """None where it is told from the day of the article, and that is not known."""
    relative: bool
    """Whether it is told from the day of the article."""


def told(text: str, published: date | None) -> Iterator[Told]:
    """The times of a text in order; ``published`` is the day it was written on."""
    for match in _TIME.finditer(text):
        name = next(name for name in _READ if match[name])
        relative = name not in {"iso", "dated", "half", "absolute"} and not (match["u3"] or "").isdigit()
        if published is None and relative:
            yield Told(match.start(), match.end(), match.group(), None, relative=True)
            continue
        try:
            period = _READ[name](match, published or date.min)
        except (ValueError, OverflowError):  # 31 June is no day
            continue
        if period:
            yield Told(match.start(), match.end(), match.group(), period, relative=relative)


def _iso(match: re.Match[str], _: date) -> Period:
    return day(date.fromisoformat(match["iso"]))


def _dated(match: re.Match[str], _: date) -> Period:
    number = match["d1"] or match["d2"]
    whole = month(int(match["y1"]), _month(match["m1"]))
    return day(whole.first.replace(day=int(number))) if number else whole


def _of_year(match: re.Match[str], published: date) -> Period:
    return _edge(match["e1"], month(published.year + _step(match["n2"]), _month(match["m2"])))


def _part(match: re.Match[str], published: date) -> Period | None:
    """Early next year, the end of the month, the first half of this year, the second quarter of 2024."""
    part, near, unit = match["p3"].lower(), match["n3"], match["u3"]
    if near is None and not unit.isdigit():
        return None
    whole = year(int(unit)) if unit.isdigit() else _unit(unit, _step(near), published)
    if part in {"earlier", "later"}:
        return Period(whole.first, published) if part == "earlier" else Period(published, whole.last)
    if " half " in part or " quarter " in part:
        length = 6 if "half" in part else 3
        number = 2 if length == 6 and ("last" in part or "final" in part) else _QUARTERS[part.split()[1]]
        return months(whole.first.year, 1 + length * (number - 1), length)
    return _edge(part, whole)


def _quarter(match: re.Match[str], published: date) -> Period:
    number = int(match["q5"]) if match["q5"] else _QUARTERS[match["q4"]]
    return _nearest(match, published, lambda of: months(of, 3 * number - 2, 3))


def _half(match: re.Match[str], _: date) -> Period:
    """The first half of 2024, Q3 2024."""
    if match["q6"]:
        return months(int(match["y7"]), 3 * int(match["q6"]) - 2, 3)
    return months(int(match["y6"]), 1 if match["h1"] == "first" else 7, 6)


def _near(match: re.Match[str], published: date) -> Period:
    """Last week, this weekend, next June, last summer, this morning."""
    near, unit = match["n7"].lower(), match["u7"]
    step = _step(near)
    if unit in _SEASONS:
        begin = _SEASONS[unit]
        of = published.year - (unit == "winter" and step == 0 and published.month < 3)
        ended = months(of, begin, 3).last < published if step < 0 else step == 0
        begun = months(of, begin, 3).first > published
        return months(of + (0 if ended or (step > 0 and begun) else step), begin, 3)
    if unit == "weekend":
        saturday = week(published).first + timedelta(days=5 + 7 * step)
        late = step == 0 and published.weekday() < 2 and not _ahead(match)
        saturday -= timedelta(days=7 if late else 0)
        return Period(saturday, saturday + timedelta(days=1))
    if unit in {"night", "morning", "afternoon", "evening"}:
        return day(published + timedelta(days=step))
    if unit[0].isupper():
        number = _month(unit)
        of = published.year + step
        if step:  # the one before or behind this month
            of = (
                published.year - (number >= published.month)
                if step < 0
                else published.year + (number <= published.month)
            )
        return month(of, number)
    return _unit(unit, step, published)


def _weekday(match: re.Match[str], published: date) -> Period | None:
    number = DAYS.index(match["w8"].lower())
    if match["o8"] or (match["n8"] or "").lower() in {"next", "this", "the coming"}:
        near = match["o8"] or match["n8"]
        step = 0 if near.lower() == "the coming" else _step(near)
        there = week(published).first + timedelta(days=7 * step + number)
        return day(there + timedelta(days=7)) if near.lower() == "the coming" and there <= published else day(there)
    before = published - timedelta(days=(published.weekday() - number) % 7)
    if match["n8"]:
        return day(before - timedelta(days=7 if before == published else 0))
    return day(before + timedelta(days=7)) if _ahead(match) else day(before)


def _simple(match: re.Match[str], published: date) -> Period:
    days = {"the day before yesterday": -2, "yesterday": -1, "tomorrow": 1, "the day after tomorrow": 2}
    return day(published + timedelta(days=days.get(match["simple"].lower(), 0)))


def _ago(match: re.Match[str], published: date) -> Period | None:
    """Two weeks ago, in three months: a day for days, and roughly a day, a month or a year for the others."""
    if match["c10"] and not _ahead(match):
        return None  # "in two weeks it sold": how long it took
    count = _count(match["c9"] or match["c10"]) * (1 if match["c10"] else -1)
    unit = (match["u9"] or match["u10"]).rstrip("s")
    if unit in {"day", "week"}:
        there = day(published + timedelta(days=count * (7 if unit == "week" else 1)))
        return Period(there.first, there.last, about=unit == "week")
    if unit == "month" or abs(count) == 1:
        there = month(published.year, published.month + count * (12 if unit == "year" else 1))
    else:
        there = year(published.year + count)
    return Period(there.first, there.last, about=True)


def _span(match: re.Match[str], published: date) -> Period:
    count = _count(match["c11"]) * (-1 if match["s11"] in {"last", "past"} else 1)
    unit = match["u11"].rstrip("s")
    if unit in {"day", "week"}:
        there = published + timedelta(days=count * (7 if unit == "week" else 1))
    else:
        there = moved(published, by_months=count * (12 if unit == "year" else 1))
    return Period(min(there, published), max(there, published))


def _bare(match: re.Match[str], published: date) -> Period | None:
    """On 3 February, in June: of the year that the tense tells."""
    name = next(match[one] for one in ("m12", "m13", "m14", "m15") if match[one])
    number = next((match[one] for one in ("d12", "d13", "d14") if match[one]), None)

    def of(there: int) -> Period:
        whole = _edge(match["e15"], month(there, _month(name)))
        return day(whole.first.replace(day=int(number))) if number else whole

    return _nearest(match, published, of)


def _absolute(match: re.Match[str], _: date) -> Period:
    return year(int(match["y16"]))


_READ: dict[str, Callable[[re.Match[str], date], Period | None]] = {
    "iso": _iso, "dated": _dated, "of_year": _of_year, "part": _part, "quarter": _quarter, "half": _half, "near": _near,
    "weekday": _weekday, "simple": _simple, "ago": _ago, "span": _span, "bare": _bare, "absolute": _absolute,
}  # fmt: skip


def _step(near: str) -> int:
    return _STEPS[near.lower().removeprefix("the ") or "the"]


def _month(name: str) -> int:
    return next(number for number, full in enumerate(MONTHS, start=1) if full.startswith(name[:3].lower()))


def _count(said: str) -> int:
    lowered = said.lower()
    return int(said) if said.isdigit() else 1 if lowered in {"a", "an"} else _COUNTS.index(lowered) + 1


def _unit(unit: str, step: int, published: date) -> Period:
    if unit == "decade":
        first = published.year // 10 * 10 + 10 * step
        return Period(date(first, 1, 1), date(first + 9, 12, 31))
    if unit == "week":
        return week(published + timedelta(days=7 * step))
    if unit == "quarter":
        return months(published.year, (published.month - 1) // 3 * 3 + 1 + 3 * step, 3)
    return year(published.year + step) if unit == "year" else month(published.year, published.month + step)


def _edge(part: str | None, whole: Period) -> Period:
    """The beginning, middle or end of a period."""
    said = (part or "").lower().strip("-")
    if not said:
        return whole
    if "end of" in said or "close of" in said:
        return day(whole.last)
    place = 0 if said.startswith("early") or "beginning" in said or "start" in said else 1 if "mid" in said else 2
    if (whole.last - whole.first).days > 31:
        first = whole.first
        if "of" in said.split():
            return month(first.year, first.month + (0 if place == 0 else 5))
        return months(first.year, first.month + (0, 4, 9)[place], (3, 4, 3)[place])
    first = whole.first + timedelta(days=10 * place)
    return Period(first, whole.last if place == 2 else first + timedelta(days=9))


def _nearest(match: re.Match[str], published: date, of: Callable[[int], Period]) -> Period:
    """A time without a year: the next one where the sentence looks ahead, otherwise the one before."""
    if _ahead(match):
        return of(published.year if of(published.year).last >= published else published.year + 1)
    return of(published.year if of(published.year).first <= published else published.year - 1)


def _ahead(match: re.Match[str]) -> bool:
    """Whether the words around a time tell of what is still to come: the nearest before it, or else behind it."""
    if match.group().lower().startswith(("by ", "until ", "from ")) or _UP_TO.search(match.string, 0, match.start()):
        return True
    before = [one for one in _TENSE.finditer(match.string, 0, match.start()) if not one["between"]]
    behind = _TENSE.search(match.string, match.end())
    found = before[-1] if before else behind
    return bool(found and found["ahead"])
