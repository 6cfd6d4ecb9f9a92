"""Whether two values are of different stages or parts of a thing: planned and done, target and capacity, gross and net."""

# ruff: noqa: E501  a rule is one line, so that a list of them can be read down

import re

from assistant.checking.wording import key
from assistant.conflicts.narrowing import clause
from assistant.conflicts.values import Form, Value
from assistant.terms import words

_STAGES = tuple(
    frozenset(group.split())
    for group in (
        "target targets goal goals aim",
        "capacity capable equipped designed room accommodate peak",
        "total cumulative altogether overall",
        "first initial initially preliminary",
        "poll polls survey",
        "forecast forecasts estimate predicted prediction",
        "ordered orders order bought buys buy",
        "registered reserved reservations booked",
        "earned earns sold sells sales",
        "asked asks demanded demands sought seeks prosecutor",
        "pair apiece each dozen",
        "reached survived failed hatched broken",
        "began begin begins beginning started starts",
        "end ends ended finish finishes finished",
        "average averages averaged mean median typical typically",
        "top maximum",
        "minimum least",
        "run maintain maintenance upkeep",
    )
)
"""A sentence with a word of one of these speaks of another quantity than a sentence without."""
_ROLES = tuple(
    frozenset(group.split())
    for group in ("deputy vice assistant", "former ex predecessor outgoing", "acting interim", "finance financial")
)
"""The same for who someone is."""
_PLANNED = re.compile(
    r"\b(?:will|would|shall|could|might|may|plans?|planned|aims?|wants?|hopes?|expects?|expected|intends?|is to|are to|proposed"
    r"|pledge[sd]?|promise[sd]?|vow(?:s|ed)|earmarked|in mind)\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:did|was|were)\b", re.IGNORECASE)
_NET = re.compile(
    r"\b(?:after|before|less|minus) (?:\w+ )?(?:costs?|tax|taxes|fees|expenses|deductions?)\b|\b(?:gross|net|pre-?tax)\b",
    re.IGNORECASE,
)
"""What an amount of money has or has not been lessened by."""
_HAVING = re.compile(r"\b(?:has|have|had|already)\b", re.IGNORECASE)
_PART = re.compile(
    r"^(?:Of|From|Out of) (?:this|that)\b|^(?P<all>(?:Of|Among) (?:the|these|those|its|their|all)?)|\b(?:of them|of these|of those|of whom|of which|alone|only)\b"
)


def other_stage(question: str, one: Value, other: Value) -> bool:
    """Planned and done, target and capacity, a part and the whole."""
    if one.form in {"truth", "cause"}:
        return False
    first, second = ({word.text.lower() for word in words(clause(each))} for each in (one, other))
    stages = (*_STAGES, *_ROLES) if one.form == "name" else _STAGES
    if any(bool(group & first) != bool(group & second) for group in stages):
        return True
    if _as_real(question, one.form) and _less_real(question, one) != _less_real(question, other):
        return True
    texts = [each.finding.sentence.text for each in (one, other)]
    return one.form == "amount" and (
        _lessened(texts[0]) != _lessened(texts[1]) or _of_a_part(question, texts[0]) != _of_a_part(question, texts[1])
    )


def _as_real(question: str, form: Form) -> bool:
    """Whether both must be planned or both done: who will do it is told by who was chosen, too, and when, by delays."""
    return form == "amount" or (_PAST.search(question) is not None if form == "time" else not _PLANNED.search(question))


def _less_real(question: str, said: Value) -> bool:
    """Whether a sentence tells of a plan, or, asked for one, of what there is."""
    # Asked for what is to come, "the price is put at" tells it too, but "has" tells what is there.
    return bool((_HAVING if _PLANNED.search(question) else _PLANNED).search(clause(said)))


def _lessened(text: str) -> set[str]:
    """What a text says of costs or taxes that are or are not taken off."""
    return {found[0].lower() for found in _NET.finditer(text)}


def _of_a_part(question: str, text: str) -> bool:
    """Whether a sentence counts some of the things that are asked for, rather than all of them."""
    found = _PART.search(text)
    if not found or not found["all"]:
        return bool(found)
    asked = {key(word.text.lower()) for word in words(question) if word.telling}
    return any(key(word.text.lower()) in asked for word in words(text[found.end("all") :])[:3])
