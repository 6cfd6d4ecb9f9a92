"""Times as a text tells them: dates, months, quarters, weekdays, and what is told from the day of the report."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.dates import english
from assistant.dates.periods import Period, year
from assistant.terms import DAYS, MONTHS, SHORT_MONTHS

Items = frozenset[tuple[str, int | str]]

_MONTH_NAME = "|".join((*MONTHS, *SHORT_MONTHS))
_YEAR = r"(?:1[5-9]\d\d|20\d\d)"
_NEAR = "last|this|next|previous|coming|current|past|same|following"
_YEARS = ("year", "year_behind", "part_year", "season_year")
"""The groups of a match that hold a year."""
_NUMBERED = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_TIME = re.compile(
    rf"""
    (?P<iso>\b\d{{4}}-\d\d-\d\d\b)
    | \b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\ (?:of\ )?)?(?P<month>{_MONTH_NAME})\b\.?
      (?:\ (?P<day_behind>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,?\d|\ (?:percent|million)))?
      (?:,?\ (?:of\ )?(?P<year_behind>{_YEAR})\b|\ (?:of\ )?(?P<near_behind>{_NEAR})\ year\b)?
    | \b(?P<part>first|second|third|fourth|q[1-4])(?:\ |-)?(?P<of>quarter|half)?\b
      (?:\ of\ (?:(?P<part_year>{_YEAR})|(?P<part_near>{_NEAR})\ year))?
    | \b(?P<near>{_NEAR})\ (?P<unit>year|month|week|quarter|weekend|spring|summer|autumn|winter
      |{"|".join(DAYS)}|{_MONTH_NAME})\b
    | \b(?P<weekday>{"|".join(DAYS)})s?\b
    | \b(?P<simple>today|yesterday|tomorrow|tonight)\b
    | \b(?P<season>spring|summer|autumn|winter)\b(?:\ of)?(?:\ (?P<season_year>{_YEAR})\b)?
    | \b(?P<decade>{_YEAR}s)\b
    | (?<![$€£¥\d.,])\b(?P<year>{_YEAR})\b
      (?![,.]\d|\ ?(?:%|percent|million|billion|thousand|km|kilomet|tonnes|euros|dollars|pounds|people|workers|jobs
      |homes|units|cars|vans))
    """,
    re.IGNORECASE | re.VERBOSE,
)  # fmt: skip
_BEHIND = re.compile(
    r"\b(by|before|up to|until|till|after|since|following|throughout|from|in|on|at|during|of|for|to)\s+(?:the\s+)?"
    r"(?:(?:end|start|beginning|close|middle|morning|evening|night)\s+of\s+|late\s+|early\s+|mid-?)?(?:the\s+)?$",
    re.IGNORECASE,
)
YEAR_BEFORE = re.compile(
    r"\b(?:the|a) year (?:before|earlier)\b(?! \w)|\bthe (?:previous|preceding) year\b", re.IGNORECASE
)
"""The year before the one that a text has told of last."""
_NAMES_A_THING = re.compile(r" (?!the |an? |its |his |her |their )[a-z]{3,}")
"""Behind "the 1708", what is named by its year: "after the 1708 passage" tells no time after 1708."""
_SIDES = {
    "by": "by",
    "before": "before",
    "up to": "until",
    "until": "until",
    "till": "until",
    "after": "after",
    "following": "after",
    "since": "since",
    "from": "since",
    "throughout": "throughout",
}


@dataclass(frozen=True, slots=True)
class Time:
    """One time, by what is told of it."""

    start: int
    end: int
    items: Items
    """Such as ("year", 2024), ("month", 7), ("day", 20), ("weekday", 4), ("near", "last week")."""
    side: str
    """Whether it is told as before, until, after or since; empty for at that time."""
    said: str
    period: Period | None = None
    """Its days, where they are known exactly."""


def times(text: str, published: date | None = None) -> list[Time]:
    """The times of a text in order; those told from the day of the report are worked out where that is known."""
    found = []
    dated = [one for one in english.told(text, published) if one.period and not one.period.about]
    for match in _TIME.finditer(text):
        items = _items(match, text, published)
        if items:
            behind = _BEHIND.search(text[: match.start()])
            names = behind and match["year"] and behind[0].endswith("the ") and _NAMES_A_THING.match(text, match.end())
            side = _SIDES.get(behind.group(1).lower(), "") if behind and not names else ""
            period = next((one.period for one in dated if one.start < match.end() and match.start() < one.end), None)
            found.append(Time(match.start(), match.end(), frozenset(items), side, match.group(), period))
    before = list(_years_before(text, found))
    return sorted(
        [one for one in found if not any(each.start <= one.start < each.end for each in before)] + before,
        key=lambda one: one.start,
    )


def _years_before(text: str, found: list[Time]) -> Iterator[Time]:
    """The years told by the one before them: in 2024 more than the year before."""
    for match in YEAR_BEFORE.finditer(text):
        told_of = [value for one in found if one.end <= match.start() for kind, value in one.items if kind == "year"]
        if told_of and isinstance(told_of[-1], int):
            items = frozenset({("year", told_of[-1] - 1)})
            yield Time(match.start(), match.end(), items, "", match.group(), year(told_of[-1] - 1))


def _items(match: re.Match[str], text: str, published: date | None) -> set[tuple[str, int | str]]:
    """What a match tells of its time; nothing if it is no time after all."""
    told = {name: value.lower() for name, value in match.groupdict().items() if value}
    if "iso" in told:
        year, month, day = map(int, told["iso"].split("-"))
        return {("year", year), ("month", month), ("day", day)}
    no_month = told.get("month") in {"may", "march", "mar", "sep", "jun", "dec"} and not _a_month(match, text)
    no_part = "part" in told and "of" not in told and not told["part"].startswith("q")
    if no_month or no_part:
        return set()
    items: set[tuple[str, int | str]] = {(name, told[name]) for name in ("season", "decade") if name in told}
    items |= {("day", int(told[name])) for name in ("day", "day_behind") if name in told}
    items |= {("year", int(told[name])) for name in _YEARS if name in told}
    for name in ("near_behind", "part_near"):
        if name in told:
            items |= _near(told[name], "year", published)
    return items | _named(told, published)


def _named(told: dict[str, str], published: date | None) -> set[tuple[str, int | str]]:
    """What the named parts of a match tell: a month, a quarter, a weekday, today, last week."""
    items: set[tuple[str, int | str]] = set()
    if "month" in told:
        items.add(("month", _month(told["month"])))
    if "part" in told:
        items.add((told.get("of", "quarter"), _NUMBERED[told["part"].lstrip("q")]))
    if "weekday" in told:
        items.add(("weekday", DAYS.index(told["weekday"])))
    if "near" in told:
        items |= _near(told["near"], told["unit"], published)
    if "simple" in told:
        items |= _simple(told["simple"], published)
    return items


def _a_month(match: re.Match[str], text: str) -> bool:
    """Whether may, march and the like are written as months."""
    before = text[: match.start("month")]
    dated = any(match[name] for name in ("day", "day_behind", "year_behind", "near_behind"))
    led = re.search(
        r"\b(?:in|since|by|until|of|last|next|this|early|late|from|to|during|and|before|after|for|mid)[ -]$",
        before,
        re.IGNORECASE,
    )
    return dated or (match["month"][0].isupper() and bool(led)) or (bool(led) and match["month"].lower() == "march")


def _month(name: str) -> int:
    return next(number for number, month in enumerate(MONTHS, start=1) if month.startswith(name[:3]))


def _near(near: str, unit: str, published: date | None) -> set[tuple[str, int | str]]:
    """A time told by its distance from the report, in its words and worked out."""
    near = {"previous": "last", "past": "last", "coming": "next", "current": "this"}.get(near, near)
    if unit in DAYS:
        return {("weekday", DAYS.index(unit))}
    items: set[tuple[str, int | str]] = {("near", f"{near} {unit}")}
    step = {"last": -1, "this": 0, "next": 1}.get(near)
    if unit[:3] in {month[:3] for month in MONTHS}:
        return {("month", _month(unit))}
    if published is None or step is None:
        return items
    if unit == "year":
        items.add(("year", published.year + step))
    elif unit == "month":
        months = published.year * 12 + published.month - 1 + step
        items |= {("year", months // 12), ("month", months % 12 + 1)}
    elif unit == "quarter":
        quarters = published.year * 4 + (published.month - 1) // 3 + step
        items |= {("year", quarters // 4), ("quarter", quarters % 4 + 1)}
    return items


def _simple(word: str, published: date | None) -> set[tuple[str, int | str]]:
    items: set[tuple[str, int | str]] = {("near", word)}
    if published:
        day = published + timedelta({"yesterday": -1, "tomorrow": 1}.get(word, 0))
        items |= {("year", day.year), ("month", day.month), ("day", day.day), ("weekday", day.weekday())}
    return items


def told(said: Time, source: Time) -> bool:
    """Whether the source tells the time that is said, as exactly or more so, and on the same side."""
    worked_out = {kind for kind, _ in said.items} & {kind for kind, _ in source.items} - {"near"}
    alike = said.items <= source.items or (
        # "this year" in one and 2024 in the other, worked out from the report's day
        bool(worked_out) and {item for item in said.items if item[0] != "near"} <= source.items
        and any(kind == "near" for kind, _ in said.items)
    ) or _within(source.period, said.period)  # fmt: skip
    if "throughout" in {said.side, source.side} and said.side == "throughout":
        return said.items == source.items
    sides = {said.side, source.side}
    return alike and (
        len(sides) == 1
        or sides == {"by", "before"}
        or (source.side in {"", "throughout"} and said.side in {"", "since", "until", "by"})
        or (source.side == "since" and not said.side and _is_day(source))  # "since Saturday, when they found it"
    )


def _is_day(one: Time) -> bool:
    return one.period is not None and one.period.first == one.period.last


def _within(one: Period | None, other: Period | None) -> bool:
    """Whether all days of the one are days of the other: Tuesday is 11 March to those who read it on the 13th."""
    return one is not None and other is not None and other.first <= one.first and one.last <= other.last
