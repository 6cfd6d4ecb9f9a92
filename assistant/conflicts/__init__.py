"""Where articles answer one question differently, and where a later report brings an earlier one up to date."""

# ruff: noqa: E501  a rule is one line, so that a list of them can be read down

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.answers import Remark
from assistant.conflicts.differing import differ
from assistant.conflicts.matter import another_matter, known_there
from assistant.conflicts.updating import changed, in_order, moved_on, overtaken
from assistant.conflicts.values import Value, value, values
from assistant.reading import Finding
from assistant.remarks import remark

LEAST, LEAST_WORDS, LEAST_THERE = 0.4, 0.75, 0.05
"""Probability from which a sentence of another article answers by itself, also with mere words, and one of the same article beside the best."""
LEAST_BESIDE = 0.02
"""Probability beside the best one that a sentence of another article has at least: with less it answers something else.

Of 230 look-alikes it spares seven false alarms of 17, and of 217 disagreements costs seven of 169 that are told."""
_SHORT = 60
"""Longest answer, in characters, that is told by itself."""
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
    owns = list(values(question, findings[0]))
    found: list[tuple[Value, Disagreement]] = []
    for other in findings[1:]:
        both = ((own, theirs) for own in owns if (theirs := value(question, other, like=own)))
        own, theirs = next(both, (None, None))
        if not own or not theirs or not _disagree(question, own, theirs):
            continue
        if not any(_witness(other) & _witness(one.finding) or not differ(question, one, theirs) for one, _ in found):
            found.append((theirs, _pair(question, own, theirs)))
    return [pair for _, pair in found]


def _disagree(question: str, own: Value, theirs: Value) -> bool:
    """Whether two values answer the question, of one matter, and cannot both be right, or are told to be at odds."""
    if not overtaken(own, theirs) and not differ(question, own, theirs):
        return False
    if _contrasts(own.finding, theirs.finding):
        return True
    return (
        _answers(own, theirs)
        and not another_matter(question, own, theirs)
        and (overtaken(own, theirs) or moved_on(own, theirs) or not known_there(own, theirs))
    )


def _contrasts(best: Finding, other: Finding) -> bool:
    """Whether a sentence right behind the best one tells what others report instead."""
    return (
        bool(other.before) and other.before == best.sentence and _OTHERS.search(other.sentence.text) is not None
        and _witness(best) == _witness(other)
    )  # fmt: skip


def _answers(own: Value, theirs: Value) -> bool:
    """Whether another finding is likely an answer too, and of another witness."""
    best, other = own.finding, theirs.finding
    if other.missing or _witness(best) & _witness(other):
        apart = not other.missing and all(_ATTRIBUTED.search(one.sentence.text) for one in (best, other))
        return apart and other.probability >= LEAST_THERE and best.sentence.start != other.sentence.start
    alone = max(other.probability, other.alone) >= (LEAST_WORDS if own.form == "words" else LEAST)
    return alone and other.probability >= LEAST_BESIDE


def _witness(finding: Finding) -> frozenset[str]:
    """The article with its near copies."""
    return frozenset({finding.hit.passage.article_id, *(copy.article_id for copy in finding.hit.copies)})


def _pair(question: str, own: Value, theirs: Value) -> Disagreement:
    one, other = in_order(own, theirs)
    first, second = (each.finding.hit.metadata.published for each in (one, other))
    dated = bool(first and second and first != second)
    new = dated and changed(question, one.finding, other.finding)
    said = _words(one), _words(other)
    return Disagreement(one.finding, other.finding, dated, said, "update" if new else "disagreement")


def _words(said: Value) -> str:
    """The answer that a sentence gives, or the sentence where nothing shorter does."""
    text, span = said.finding.sentence.text, said.finding.span
    start, end = said.start, said.end
    if span and span[0] <= start and end <= span[1] and span[1] - span[0] <= _SHORT:
        start, end = span
    return text[start:end] if start < end <= start + _SHORT else f"“{text}”"
