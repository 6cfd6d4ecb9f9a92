"""Whether a later report tells what has changed since an earlier one."""

# ruff: noqa: E501  a rule is one line, so that a list of them can be read down

import re
from dataclasses import replace
from itertools import pairwise
from math import inf

from assistant.checking.amounts import amounts, in_base
from assistant.checking.wording import key
from assistant.conflicts.values import Value
from assistant.quantities import same
from assistant.reading import Finding
from assistant.terms import words

_SOON = 2
"""Days within which two reports are of one day's news: the later is no update unless it says so."""
_BROUGHT_UP = re.compile(
    r"\b(?:now|no longer|any ?more|instead|so far|to date|today|meanwhile|still|postponed|delayed|brought forward"
    r"|pushed back|put (?:off|back)|rescheduled|revised|corrected|corrects|updated|updates|taken over|takes over|took over|replaced|replaces|succeeded|succeeds|successor"
    r"|yet|after all|call(?:s|ed) off|as we (?:said|reported|wrote)|we gave (?:a|the) wrong|(?:that|this|it) (?:was|is) (?:wrong|incorrect|a mistake)|since then|latest|new figure|is down to|is up to|gone up to|gone down to"
    r"|(?-i:[Tt]he|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir) new \w+ (?:is|will be)"
    r"|(?:has|have|had)(?: (?:been|since))? (?:raised (?!\D?\d)|lowered|increased|decreased|reduced|cut|moved|fallen|dropped|risen|climbed|grown|shrunk)"
    r"|(?:raised|lowered|increased|reduced|cut|rose|climbed|grew|fell|dropped|shrank)\b[^;]*\bto (?:\w+ )?\W?\d+)\b",
    re.IGNORECASE,
)
"""How a report says that things have changed."""
_NOT = re.compile(r",?(?: and| but)? (?:not|instead of|rather than) (?:the )?[$€£]?", re.IGNORECASE)
"""What stands between an amount and the one that it is not."""
_STANDING = re.compile(r"\b(?:is|are|has|have|stands?|costs?|employs?|runs|had (?:\w+ )?\w+ed)\b", re.IGNORECASE)
_PAST = re.compile(r"\b(?:did|was|were)\b", re.IGNORECASE)
"""How a question asks for what happened once; how often or how many may still be counted."""


def in_order(one: Value, other: Value) -> tuple[Value, Value]:
    """Two values, that of the later report second where their days tell."""
    first, second = (each.finding.hit.metadata.published for each in (one, other))
    return (other, one) if first and second and first > second else (one, other)


def changed(question: str, earlier: Finding, later: Finding) -> bool:
    """Whether what the earlier of two reports tells has changed by the later one."""
    return says_so(earlier, later) or _stood(question, earlier, later)


def moved_on(one: Value, other: Value) -> bool:
    """Whether the later of two reports says that an amount or a name is now another: their days differ, as they must."""
    return one.form in {"amount", "name"} and brought_up(in_order(one, other)[1].finding.sentence.text)


def overtaken(own: Value, theirs: Value) -> bool:
    """Whether a later report tells what "at least 12" or "22" has grown to since, or who has come after whom."""
    one, other = in_order(own, theirs)
    if one.form == "amount" and _moved_from(one, other):
        return True
    if not says_so(one.finding, other.finding):
        return False
    if one.form == "name":
        return one.name.isdisjoint(other.name) and _names(other.finding, one)
    if not one.quantity or not other.quantity or one.quantity.high < inf:
        return False
    least = replace(one.quantity, high=one.quantity.low)
    return same(least, other.quantity) is False


def _moved_from(one: Value, other: Value) -> bool:
    """Whether the other's sentence has the one's amount as what it was or is not: "risen from 22 to 39", "39, not 22"."""
    assert one.quantity
    text = other.finding.sentence.text
    for first, second in pairwise(amounts(text)):
        rises = first.role == "from" and second.role == "to"
        was = first if rises else second if _NOT.fullmatch(text, first.end, second.start) else None
        if was and first.unit == second.unit and in_base(was)[1] == one.quantity.low:
            return True
    return False


def _names(finding: Finding, said: Value) -> bool:
    """Whether a finding names, in its sentence or the one before, what another value names."""
    told = f"{finding.before.text if finding.before else ''} {finding.sentence.text}"
    return said.name <= {key(word.text.lower()) for word in words(told)}


def says_so(earlier: Finding, later: Finding) -> bool:
    """Whether one of two reports says that things change, or have changed."""
    told = [later.sentence, *([later.before] if later.before else []), earlier.sentence]
    return any(brought_up(one.text) for one in told)


def brought_up(text: str) -> bool:
    """Whether a text says that things have changed."""
    return _BROUGHT_UP.search(text) is not None


def _stood(question: str, earlier: Finding, later: Finding) -> bool:
    """Whether both tell what stood on their days, and these lie so far apart that it may have changed.

    How old, deep or long a thing is does not change unless that is said.
    """
    first, second = earlier.hit.metadata.published, later.hit.metadata.published
    once = later.kind == "measure" or (_PAST.search(question) and later.kind in {"date", "person", "place"})
    if not first or not second or once:
        return False
    return (second - first).days > _SOON and all(_STANDING.search(one.sentence.text) for one in (earlier, later))
