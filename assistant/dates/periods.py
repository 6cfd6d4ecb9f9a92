"""Spans of days: a day, a month, a quarter, a year and what lies between two days."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included."""

    first: date
    last: date
    about: bool = False
    """Whether it is told roughly, as in two weeks ago."""

    def meets(self, other: "Period") -> bool:
        """Whether they have a day in common, or nearly where one is told roughly."""
        near = max((max(3, (one.last - one.first).days) for one in (self, other) if one.about), default=0)
        # In plain days, since a period without a beginning or an end has no day beyond it.
        (first, last), (from_, to) = ((one.first.toordinal(), one.last.toordinal()) for one in (self, other))
        return first - near <= to and from_ - near <= last

    def __str__(self) -> str:
        """As a person writes it: 19 July 2024, July 2024, July to September 2024, 2024, 15 to 21 July 2024."""
        return f"about {self._plain()}" if self.about else self._plain()

    def _plain(self) -> str:
        first, last = self.first, self.last
        whole = first.day == 1 and last == month(last.year, last.month).last
        if first == last:
            return f"{first.day} {first:%B %Y}"
        if whole and (first.month, last.month) == (1, 12):
            return str(first.year) if first.year == last.year else f"{first.year} to {last.year}"
        if whole and (first.year, first.month) == (last.year, last.month):
            return f"{first:%B %Y}"
        begin = f"{first:%B}" if whole else str(first.day)
        if first.year != last.year:
            begin = f"{first:%B %Y}" if whole else f"{first.day} {first:%B %Y}"
        elif not whole and first.month != last.month:
            begin = f"{first.day} {first:%B}"
        return f"{begin} to {last:%B %Y}" if whole else f"{begin} to {last.day} {last:%B %Y}"


def day(when: date) -> Period:
    """One day."""
    return Period(when, when)


def week(when: date) -> Period:
    """The week of a day, Monday to Sunday."""
    monday = when - timedelta(days=when.weekday())
    return Period(monday, monday + timedelta(days=6))


def months(year: int, number: int, count: int = 1) -> Period:
    """Whole months from one on; a month's ``number`` may lie outside 1 to 12 and then counts into another year."""
    first, last = divmod(year * 12 + number - 1, 12), divmod(year * 12 + number + count - 2, 12)
    return Period(date(first[0], first[1] + 1, 1), date(last[0], last[1] + 1, monthrange(last[0], last[1] + 1)[1]))


def month(year: int, number: int) -> Period:
    """One month."""
    return months(year, number)


def year(number: int) -> Period:
    """One year."""
    return months(number, 1, 12)


def moved(when: date, *, by_months: int) -> date:
    """The same day some months later, or the last of that month where it has no such day."""
    there = month(when.year, when.month + by_months)
    return there.first.replace(day=min(when.day, there.last.day))
