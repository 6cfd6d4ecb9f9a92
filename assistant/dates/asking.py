"""What a question says of time: as of which day it asks, whether it wants the latest, what its "last year" is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.answers import Remark
from assistant.dates import Period, told
from assistant.reading import Finding
from assistant.remarks import remark
from index.scope import EVERYTHING, Scope

_AS_OF = re.compile(
    r",?\s*\b(?:as (?:of|at)|as things stood (?:in|on|at)|(?:by|at) the state of|going by what was known (?:in|on|by))"
    r"\s+(?:the )?(?P<when>[^,?;]+?)\s*(?=[,?;]|$)",
    re.IGNORECASE,
)
_LATEST = re.compile(
    r"\b(?:latest|most recent(?:ly)?|newest|current(?:ly)?|now|nowadays|today|at present|up[ -]to[ -]date|so far"
    r"|to date|by now)\b",
    re.IGNORECASE,
)
_ONCE = re.compile(
    r"\b(?:first|at first|initial(?:ly)?|original(?:ly)?|earlier|former(?:ly)?|back then|at the time|used to|had)\b",
    re.IGNORECASE,
)
_NEAR = re.compile(r"\b(?:last|next|this|yesterday|tomorrow|ago|past|coming)\b", re.IGNORECASE)
_EQUAL = 1.5
"""How far behind the best finding, in log-odds, a later report answers as well."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A question with what it says of time taken out of it."""

    text: str
    """The question as it is searched, without "as of June 2024"."""
    as_of: date | None = None
    """The last day on which an article may have been published."""
    latest: bool = False
    """Whether it wants what is known last."""
    when: Period | None = None
    """What its "last year" is, told from today."""
    notes: tuple[Remark, ...] = ()
    """How its times are read, in words for the reader."""

    def within(self, scope: Scope | None) -> Scope | None:
        """The scope less what was published later."""
        if self.as_of is None:
            return scope
        asked = scope or EVERYTHING
        return replace(asked, published_to=min(self.as_of, asked.published_to or self.as_of))


def asking(question: str, today: date) -> Asking:
    """What a question says of time; its "last year" is told from ``today``, not from any article."""
    found = _AS_OF.search(question)
    if found and (when := _day(found["when"], today)):
        text = " ".join((question[: found.start()] + question[found.end() :]).split()).lstrip(", ")
        note = remark("published_by", day=when)
        return Asking(text[:1].upper() + text[1:], when, notes=(note,))
    latest = bool(_LATEST.search(question)) and not _ONCE.search(question)
    near = next(
        (one for one in told(question, today) if _NEAR.search(one.said) and not _LATEST.fullmatch(one.said)), None
    )
    if near is None or near.period is None:
        return Asking(question, latest=latest)
    note = remark("time_read_as", said=near.said, period=near.period, day=today)
    return Asking(question, latest=latest, when=near.period, notes=(note,))


def respecting(asked: Asking, findings: Sequence[Finding]) -> list[Finding]:
    """The findings that the time asked for allows, the likeliest first; of equals the latest where that is wanted.

    An article without a date is not known to be of before any day, and so is left out where one is asked for.
    """
    if asked.as_of:
        return [one for one in findings if (day := one.hit.metadata.published) and day <= asked.as_of]
    if asked.when:
        of_then = [one for one in findings if _tells_of(asked.when, one)]
        findings = [*of_then, *(one for one in findings if one not in of_then)]
    if not asked.latest or not findings:
        return list(findings)
    best = findings[0]
    equal = [
        one for one in findings if best.score - one.score <= _EQUAL and not one.missing and one.hit.metadata.published
    ]
    latest = max(equal, key=lambda one: (one.hit.metadata.published or date.min, one.score), default=best)
    ahead = not best.hit.metadata.published or (latest.hit.metadata.published or date.min) > best.hit.metadata.published
    first = latest if ahead and latest.kind == best.kind else best
    return [first, *(one for one in findings if one is not first)]


def _tells_of(when: Period, finding: Finding) -> bool:
    """Whether a sentence tells of a time, or tells of none and was written then."""
    published = finding.hit.metadata.published
    times = [one.period for one in told(finding.sentence.text, published) if one.period]
    if times:
        return any(one.meets(when) for one in times)
    return published is not None and when.first <= published <= when.last


def looks_back(question: str) -> bool:
    """Whether a question wants what was known before."""
    return bool(_ONCE.search(question)) or bool(_AS_OF.search(question))


def _day(when: str, today: date) -> date | None:
    """The last day of the time that stands behind "as of"."""
    times = told(f"in {when}", today)
    period = times[0].period if times else None
    return period.last if period else None
