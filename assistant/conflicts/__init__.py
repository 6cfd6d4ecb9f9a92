"""Where articles answer one question differently, and where a later report brings an earlier one up to date."""

# ruff: noqa: E501  a rule is one line, so that a list of them can be read down

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Literal

from assistant.answers import Remark
from assistant.checking.wording import key
from assistant.conflicts.differing import differ
from assistant.conflicts.matter import another_matter, known_there
from assistant.conflicts.values import Value, value
from assistant.quantities import same
from assistant.reading import Finding
from assistant.remarks import remark
from assistant.terms import words

LEAST, LEAST_NAMED = 0.05, 0.02
"""Probability from which a sentence of another article answers too, and with a name; the best one's lead counts against it."""
LEAST_ALIKE = 0.02
"""The same where the sentence has as many of the question's words as the best one, or nearly."""
_SHORT = 60
"""Longest answer, in characters, that is told by itself."""
_SOON = 2
"""Days within which two reports are of one day's news: the later is no update unless it says so."""
_BROUGHT_UP = re.compile(
    r"\b(?:now|no longer|any ?more|instead|so far|to date|today|meanwhile|still|postponed|delayed|brought forward"
    r"|pushed back|put (?:off|back)|rescheduled|revised|corrected|corrects|updated|updates|taken over|took over|replaced|replaces|succeeded|succeeds|successor"
    r"|yet|since then|latest|new figure|is down to|is up to"
    r"|(?:has|have|had)(?: (?:been|since))? (?:raised (?!\D?\d)|lowered|increased|decreased|reduced|cut|moved|fallen|dropped|risen|climbed|grown|shrunk)"
    r"|(?:raised|lowered|increased|reduced|cut|rose|climbed|grew|fell|dropped|shrank)\b[^;]*\bto (?:\w+ )?\W?\d+)\b",
    re.IGNORECASE,
)
"""How a report says that things have changed."""
_STANDING = re.compile(r"\b(?:is|are|has|have|stands?|costs?|employs?|runs|had (?:\w+ )?\w+ed)\b", re.IGNORECASE)
_PAST = re.compile(r"\b(?:did|was|were)\b", re.IGNORECASE)
"""How a question asks for what happened once; how often or how many may still be counted."""
_ATTRIBUTED = re.compile(
    r"\b(?:say|says|said|speaks?|spoke|according to|told|claims?|claimed|put|puts|count(?:s|ed)?|estimates?d?|reports?|reported"
    r"|argues?d?|insists?|figures?|other papers|denie[sd]|deny)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:than|unlike|against|contrary to|differs? from|but|while|however)\b.*\b(?:other|others|another|rival|official|the company|police|reported|printed)\b",
    re.IGNORECASE,
)
"""How a report sets its own figure against that of others."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two findings that give different values; the later one second where dates tell."""

    earlier: Finding
    later: Finding
    dated: bool
    """Whether the later one was published later."""
    said: tuple[str, str]
    """What the earlier and the later one give as the answer, in their own words."""
    kind: Literal["disagreement", "update"] = "disagreement"
    """An update is a later report of what has changed, or was corrected, since the earlier one."""

    @property
    def note(self) -> Remark:
        """What the two sides say, with their dates; no side is taken."""
        said = {"earlier": self.said[0], "later": self.said[1]}
        days = self.earlier.hit.metadata.published, self.later.hit.metadata.published
        if not self.dated or not days[0] or not days[1]:
            return remark("disagree", **said)
        kind = "update" if self.kind == "update" else "disagree_dated"
        return remark(kind, **said, earlier_day=days[0], later_day=days[1])


def disagreements(question: str, findings: Sequence[Finding]) -> list[Disagreement]:
    """Pairs of the best finding with one that answers the same question with another value, the likeliest first.

    One article is one witness, and so are its near copies; of one article, two sentences disagree only where each
    names its source.
    """
    if not findings:
        return []
    best = findings[0]
    found: list[tuple[Value, Disagreement]] = []
    if (own := value(question, best)) is None:
        return []
    for other in findings[1:]:
        theirs = value(question, other, like=own)
        if theirs is None or not _disagree(question, own, theirs):
            continue
        if not any(_witness(other) & _witness(one.finding) or not differ(question, one, theirs) for one, _ in found):
            found.append((theirs, _pair(question, own, theirs)))
    return [pair for _, pair in found]


def _disagree(question: str, own: Value, theirs: Value) -> bool:
    """Whether two values answer the question, of one matter, and cannot both be right, or are told to be at odds."""
    if not _overtaken(own, theirs) and not differ(question, own, theirs):
        return False
    if _contrasts(own.finding, theirs.finding):
        return True
    return (
        _answers(question, own, theirs)
        and not another_matter(question, own, theirs)
        and (_overtaken(own, theirs) or not known_there(own, theirs))
    )


def _contrasts(best: Finding, other: Finding) -> bool:
    """Whether a sentence right behind the best one tells what others report instead."""
    return (
        bool(other.before) and other.before == best.sentence and _OTHERS.search(other.sentence.text) is not None
        and _witness(best) == _witness(other)
    )  # fmt: skip


def _answers(question: str, own: Value, theirs: Value) -> bool:
    """Whether another finding is likely an answer too, and of another witness."""
    best, other = own.finding, theirs.finding
    if other.missing or _witness(best) & _witness(other):
        apart = not other.missing and all(_ATTRIBUTED.search(one.sentence.text) for one in (best, other))
        return apart and other.probability >= LEAST and best.sentence.start != other.sentence.start
    if own.form == "name":
        return other.probability >= LEAST_NAMED
    asked = {word.stem for word in words(question) if word.telling}
    first, second = ({word.stem for word in words(one.sentence.text)} & asked for one in (best, other))
    return other.probability >= (LEAST_ALIKE if len(second) >= len(first) - 1 else LEAST)


def _witness(finding: Finding) -> frozenset[str]:
    """The article with its near copies."""
    return frozenset({finding.hit.passage.article_id, *(copy.article_id for copy in finding.hit.copies)})


def _in_order(one: Value, other: Value) -> tuple[Value, Value]:
    """Two values, that of the later report second where their days tell."""
    first, second = (each.finding.hit.metadata.published for each in (one, other))
    return (other, one) if first and second and first > second else (one, other)


def _pair(question: str, own: Value, theirs: Value) -> Disagreement:
    one, other = _in_order(own, theirs)
    first, second = (each.finding.hit.metadata.published for each in (one, other))
    dated = bool(first and second and first != second)
    changed = dated and (_says_so(one.finding, other.finding) or _stood(question, one.finding, other.finding))
    said = _words(one), _words(other)
    return Disagreement(one.finding, other.finding, dated, said, "update" if changed else "disagreement")


def _overtaken(own: Value, theirs: Value) -> bool:
    """Whether a later report tells by how much "at least 12" has been outgrown, or who has come after whom."""
    one, other = _in_order(own, theirs)
    if not _says_so(one.finding, other.finding):
        return False
    if one.form == "name":
        return one.name.isdisjoint(other.name) and _names(other.finding, one)
    if not one.quantity or not other.quantity or one.quantity.high < inf:
        return False
    least = replace(one.quantity, high=one.quantity.low)
    return same(least, other.quantity) is False


def _names(finding: Finding, said: Value) -> bool:
    """Whether a finding names, in its sentence or the one before, what another value names."""
    told = f"{finding.before.text if finding.before else ''} {finding.sentence.text}"
    return said.name <= {key(word.text.lower()) for word in words(told)}


def _says_so(earlier: Finding, later: Finding) -> bool:
    """Whether one of two reports says that things change, or have changed."""
    told = [later.sentence, *([later.before] if later.before else []), earlier.sentence]
    return any(_BROUGHT_UP.search(one.text) for one in told)


def _stood(question: str, earlier: Finding, later: Finding) -> bool:
    """Whether both tell what stood on their days, and these lie so far apart that it may have changed."""
    first, second = earlier.hit.metadata.published, later.hit.metadata.published
    if not first or not second or (_PAST.search(question) and later.kind in {"date", "person", "place"}):
        return False
    return (second - first).days > _SOON and all(_STANDING.search(one.sentence.text) for one in (earlier, later))


def _words(said: Value) -> str:
    """The answer that a sentence gives, or the sentence where nothing shorter does."""
    text, span = said.finding.sentence.text, said.finding.span
    start, end = said.start, said.end
    if span and span[0] <= start and end <= span[1] and span[1] - span[0] <= _SHORT:
        start, end = span
    return text[start:end] if start < end <= start + _SHORT else f"“{text}”"
