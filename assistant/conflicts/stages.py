"""Whether two values are of different stages or parts of a thing: planned and done, target and capacity, gross and net."""

# ruff: noqa: E501  a rule is one line, so that a list of them can be read down

import re

from assistant.checking.wording import key
from assistant.conflicts.narrowing import bounds, clause
from assistant.conflicts.values import Form, Value
from assistant.terms import word_set, words

_STAGES = tuple(
    frozenset(group.split())
    for group in (
        "target targets goal goals aim",
        "capacity capable equipped designed room accommodate peak holds",
        "total cumulative altogether overall",
        "first initial initially preliminary",
        "poll polls survey",
        "forecast forecasts estimate predicted prediction",
        "ordered orders order bought buys buy",
        "earned earns sold sells sales",
        "asked asks demanded demands sought seeks prosecutor",
        "pair apiece each dozen",
        "average averages averaged mean median typical typically",
        "top maximum",
        "deputy vice assistant",
        "former ex predecessor outgoing",
        "acting interim",
        "finance financial",
    )
)
"""A sentence with a word of one of these speaks of another quantity than a sentence without."""
_PAYING = word_set("children pupils students pensioners seniors families concessions reduced")
"""For whom a price is another; a person may be one of five children."""
_STAGES_OF: dict[Form, tuple[frozenset[str], ...]] = {"amount": (*_STAGES, _PAYING), "name": _STAGES}
_PLANNED = re.compile(
    r"\b(?:(?:will|would|shall|could|might|(?-i:may))(?! not\b)|plans?|planned|aims?|wants?|hopes?|expects?|expected|intends?|(?:is|are) to(?! blame)|proposed"
    r"|pledge[sd]?|promise[sd]?|vow(?:s|ed)|earmarked|in mind|meant|supposed|reckons? with|budgeted|projected|(?:it|there) must be|feels? like)\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"\b(?:that|which|who|why|how|whether|and (?=(?:wants?|plans?|hopes?|expects?|aims?|intends?|will|would|is|has)\b))\b"
)
_PAST = re.compile(r"\b(?:did|was|were)\b", re.IGNORECASE)
_NET = re.compile(
    r"\b(?:after|before|less|minus) (?:\w+ )?(?:costs?|tax|taxes|fees|expenses|deductions?)\b|\b(?:gross|net|pre-?tax)\b",
    re.IGNORECASE,
)
"""What an amount of money has or has not been lessened by."""
_HAVING = re.compile(r"\b(?:has|have|had|already)\b", re.IGNORECASE)
_PART = re.compile(r"^(?:Of|From|Out of) (?:this|that)\b|^(?P<all>(?:Of|Among) (?:the|these|those|its|their|all)?)")
_THEIR_PART = re.compile(r"\bof (?:them|these|those|whom|which)\b|\balone\b|\btowards? (?:the|its|their)\b")
_REST = re.compile(r"\bthe (?:(?:other|remaining) \d|rest\b|others\b|remainder\b)")
_OPENING = re.compile(r"(?:After|At|Before|By|During|For|In|On|With)\b[^,;]*,")
_NEXT = re.compile(r"\s(?:from|to|in|at|on|by|with|since|until|during|after|before|because)\s")
"""Where behind a value something else of it is told."""


def other_stage(question: str, one: Value, other: Value) -> bool:
    """Planned and done, target and capacity, a part and the whole."""
    if one.form in {"truth", "words", "score"}:
        return False
    beside = [{word.text.lower() for word in words(_beside(each))} for each in (one, other)]
    anywhere = [{word.text.lower() for word in words(each.finding.sentence.text)} for each in (other, one)]
    # Who "designed" a hall is asked of no capacity, and who scored a "goal" of no target.
    asked = {word.text.lower() for word in words(question)} if one.form == "name" else set()
    if any(
        group & near - asked and not group & there
        for group in _STAGES_OF.get(one.form, ())
        for near, there in zip(beside, anywhere, strict=True)
    ):
        return True
    if _as_real(question, one.form) and _less_real(question, one) != _less_real(question, other):
        return True
    return one.form == "amount" and (
        _lessened(one) != _lessened(other) or _of_a_part(question, one) != _of_a_part(question, other)
    )


def _beside(said: Value) -> str:
    """What stands before a value in its clause, and behind it until something else of it is told: "40 hours from first to last".

    "In the first round, ..." tells of all that follows.
    """
    text = said.finding.sentence.text
    start, end = bounds(said)
    found, opening = _NEXT.search(text, said.end, end), _OPENING.match(text, 0, start)
    return f"{opening.group() if opening else ''} {text[start : found.start() if found else end]}"


def _as_real(question: str, form: Form) -> bool:
    """Whether both must be planned or both done: who will do it is told by who was chosen, too, and when, by delays."""
    return form == "amount" or (_PAST.search(question) is not None if form == "time" else not _PLANNED.search(question))


def _less_real(question: str, said: Value) -> bool:
    """Whether a sentence tells of a plan, or, asked for one, of what there is."""
    # Asked for what is to come, "the price is put at" tells it too, but "has" tells what is there.
    start, end = bounds(said)
    text = said.finding.sentence.text
    before, behind = _RELATIVE.split(text[start : said.start])[-1], _RELATIVE.split(text[said.start : end])[0]
    return bool((_HAVING if _PLANNED.search(question) else _PLANNED).search(f"{before} {behind}"))


def _lessened(said: Value) -> set[str]:
    """What a sentence says of costs or taxes that are or are not taken off."""
    return {found[0].lower() for found in _NET.finditer(said.finding.sentence.text)}


def _of_a_part(question: str, said: Value) -> bool:
    """Whether a sentence counts some of the things that are asked for, rather than all of them; a share is one of all."""
    text = said.finding.sentence.text
    if said.quantity and said.quantity.unit == "%":
        return False
    if _THEIR_PART.search(clause(said)) or _REST.search(text, said.end):
        return True
    found = _PART.search(text)
    if not found or not found["all"]:
        return bool(found)
    asked = {key(word.text.lower()) for word in words(question) if word.telling}
    things = {key(word.text.lower()) for word in words(text[: said.start])}
    doing = {key(word.text.lower()) for word in words(text[said.end :])} - things
    of_these = any(key(word.text.lower()) in asked for word in words(text[found.end("all") :])[:3])
    return of_these and doing.isdisjoint(asked)
