"""What a finding says in answer to a question: an amount, a time, a name, a cause, or yes or no."""

# ruff: noqa: E501  a rule is one line, so that a list of them can be read down

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from assistant.checking.said import Said, take_apart
from assistant.checking.wording import key, wording
from assistant.dates import Period, told
from assistant.expected import NAMED, NUMERIC, shaped
from assistant.quantities import LONGEST, Quantity, quantities, same
from assistant.reading import Finding
from assistant.terms import word_set, words

Form = Literal["amount", "time", "name", "cause", "truth"]

_YES_NO = re.compile(
    r"^\W*(?:did|do|does|is|are|was|were|has|have|had|can|could|will|would|should|may|might)\b(?!.*\bor\b)",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"\b(?:what (?:caused|triggered|led to|set off|killed|causes)"
    r"|the (?:cause|reason)|why|what .* die (?:of|from))\b",
    re.IGNORECASE,
)
_WHICH = re.compile(r"^\W*(?:which|who|whom|whose)\b", re.IGNORECASE)
_CAUSING = re.compile(
    r"\bcaus\w+|\bbecause\b|\bdue to\b|\bowing to\b|\bled to\b|\bsparked\b|\btriggered\b|\bset\b.*\b(?:off|alight|on fire)\b"
    r"|\bblam\w+|\bthanks to\b|\bafter\b|\b(?:died|dies|killed) (?:of|from|by)\b|\bsuffer\w*",
    re.IGNORECASE,
)
_PEOPLE = frozenset(
    key(word)
    for word in word_set(
        """people person persons workers employees customers passengers visitors fans residents guests students members
        soldiers neighbours inhabitants voters demonstrators protesters patients spectators runners buyers staff homes
        households pupils children marchers travellers"""
    )
)
"""Words that count people, one way or another."""
_WHO = re.compile(r"\w{3,}(?:ers|ors|ists|ants|ees|ians|men|women)$")
_EARLIEST, _LATEST = date(1, 1, 1), date(9999, 12, 31)
_TITLES = word_set("mr mrs ms dr prof professor judge colonel captain general sir engineer singer banker president")


@dataclass(frozen=True, slots=True)
class Value:
    """What one finding says."""

    form: Form
    finding: Finding
    said: Said
    """Its sentence taken apart."""
    start: int = 0
    end: int = 0
    """Where in the sentence it stands; 0 and 0 for what the whole sentence decides."""
    quantity: Quantity | None = None
    period: Period | None = None
    name: frozenset[str] = frozenset()
    """Of a name the stems of its words, of a cause those of the words that tell it."""


def value(question: str, finding: Finding, *, like: Value | None = None) -> Value | None:
    """What a finding says; ``like``: what it is to be compared with. None where it says nothing that compares."""
    text, about = finding.sentence.text, finding.hit.metadata.published
    said = take_apart(text[:LONGEST], about)
    if like.form == "truth" if like else _YES_NO.search(question):
        return Value("truth", finding, said)
    forms: Sequence[Form] = (like.form,) if like else _forms(question, finding)
    return next((found for form in forms if (found := _READ[form](question, finding, said, like))), None)


def differ(question: str, one: Value, other: Value) -> bool:
    """Whether two values of one form exclude each other."""
    if one.form == "amount":
        return _amounts_differ(one, other)
    if one.form == "time":
        return _times_differ(one, other) and _times_differ(other, one)
    if one.form == "truth":
        return _contradict(one.said, other.said, take_apart(question[:LONGEST]))
    elsewhere = [{key(word.text.lower()) for word in words(each.finding.sentence.text)} for each in (other, one)]
    return not any(
        wording().alike(mine, theirs)
        for each, there in zip((one, other), elsewhere, strict=True)
        for mine in each.name
        for theirs in there
    )


def _forms(question: str, finding: Finding) -> Sequence[Form]:
    """The forms that the answer may have, the likeliest first."""
    if finding.kind == "date" or (
        finding.kind not in NAMED and _time(question, finding, take_apart(finding.sentence.text), None)
    ):
        return ("time", "amount")
    if finding.kind == "reason" or _CAUSE.search(question):
        return ("cause",)
    if finding.kind in NAMED:
        return ("name",)
    if finding.kind == "other" and _WHICH.search(question):
        return ("amount", "time", "name")
    return ("amount", "time") if finding.kind in NUMERIC or finding.kind == "other" else ()


def _amount(question: str, finding: Finding, said: Said, like: Value | None) -> Value | None:
    """The amount in the span, or else one of the sentence that can be compared."""
    found = quantities(finding.sentence.text)
    fitting = [one for one in found if _fits(one, question, like, said)]
    start, end = finding.span or (0, 0)
    chosen = next((one for one in fitting if one.start < end and start < one.end), None)
    if chosen is None and like:
        chosen = next(iter(fitting), None)
    return Value("amount", finding, said, chosen.start, chosen.end, quantity=chosen) if chosen else None


def _fits(one: Quantity, question: str, like: Value | None, said: Said) -> bool:
    """Whether an amount is of the kind asked for: the same measure, and of things the same things."""
    wanted = like.quantity if like else None
    if one.unit == "rank" or (wanted and one.unit != wanted.unit):
        return False
    if one.unit or not one.counted or wanted is None:
        return True
    asked = {key(word.text.lower()) for word in words(question)}
    counted, theirs = key(one.counted), key(wanted.counted)
    if not theirs or wording().alike(counted, theirs) or counted in asked:
        return True
    if all(key_ in _PEOPLE or _WHO.search(word) for key_, word in ((counted, one.counted), (theirs, wanted.counted))):
        return True
    return any(token.stem == theirs for token in said.tokens)


def _time(question: str, finding: Finding, said: Said, like: Value | None) -> Value | None:  # noqa: ARG001
    text = finding.sentence.text
    start, end = finding.span or (0, 0)
    found = [one for one in told(text, finding.hit.metadata.published) if one.period]
    inside = [one for one in found if one.start < end and start < one.end] or (found if like else [])
    if not inside:
        return None
    period = inside[0].period
    assert period
    before = text[: inside[0].start].lower() + inside[0].said.lower()
    if re.search(r"\bnot\b[^,;]*\b(?:before|until) ?(?:the )?\S*\s*\S*$", before) or re.search(
        r"\b(?:after|since) \S+(?: \S+)?$", before
    ):
        period = Period(period.first, _LATEST)
    elif re.search(
        r"(?<!delayed )(?<!postponed )(?<!put off )\b(?:by|before|until) (?:the )?(?:end of )?\S+(?: \S+)?$", before
    ):
        period = Period(_EARLIEST, period.last)
    return Value("time", finding, said, inside[0].start, inside[0].end, period=period)


def _name(question: str, finding: Finding, said: Said, like: Value | None) -> Value | None:  # noqa: ARG001
    """The name in the span; words of the question are no answer to it."""
    start, end = finding.span or (0, 0)
    asked = {word.stem for word in words(question)}
    text = finding.sentence.text
    for first, last in shaped("name", text):
        low, high = max(first, start), min(last, end)
        named = [
            word
            for word in words(text[low:high])
            if word.telling and word.stem not in asked and word.text.lower() not in _TITLES
        ]
        if low < high and any(word.capital for word in named):
            return Value("name", finding, said, low, high, name=frozenset(key(word.text.lower()) for word in named))
    plain = frozenset(
        key(word.text.lower()) for word in words(text[start:end]) if word.telling and word.stem not in asked
    )
    return Value("name", finding, said, start, end, name=plain) if finding.kind == "place" and plain else None


def _cause(question: str, finding: Finding, said: Said, like: Value | None) -> Value | None:  # noqa: ARG001
    """The words of the span that the question does not have, in a sentence that tells a cause."""
    start, end = finding.span or (0, 0)
    if start == end or not _CAUSING.search(finding.sentence.text):
        return None
    asked = {key(word.text.lower()) for word in words(question)}
    told_as = frozenset(
        stem for word in words(finding.sentence.text[start:end]) if word.telling
        and (stem := key(word.text.lower())) not in asked and not _CAUSING.fullmatch(word.text)
    )  # fmt: skip
    return Value("cause", finding, said, start, end, name=told_as) if told_as else None


_READ = {"amount": _amount, "time": _time, "name": _name, "cause": _cause}


def _amounts_differ(one: Value, other: Value) -> bool:
    """Whether two amounts differ, and neither sentence tells the other's too."""
    assert one.quantity
    assert other.quantity
    if same(one.quantity, other.quantity) is not False:
        return False
    for mine, there in ((one, other), (other, one)):
        assert mine.quantity
        if any(
            same(mine.quantity, each) and each.unit == mine.quantity.unit
            for each in quantities(there.finding.sentence.text)
        ):
            return False
    return True


def _times_differ(one: Value, other: Value) -> bool:
    """Whether no time of the other's sentence meets this one."""
    assert one.period
    assert other.period
    if one.period.meets(other.period):
        return False
    there = told(other.finding.sentence.text, other.finding.hit.metadata.published)
    return not any(time.period and time.period.meets(one.period) for time in there)


def _contradict(one: Said, other: Said, asked: Said) -> bool:
    """Whether what the one affirms the other denies, or they use words that exclude each other.

    It must be a word of the question that decides, or one of several that both have.
    """
    wanted = [token.stem for token in asked.tokens if not token.name]
    pairs = [(token, their) for token in one.tokens for their in other.tokens if not token.name and not their.name]
    shared = {token.stem for token, their in pairs if wording().alike(token.stem, their.stem)}
    for token, their in pairs:
        decides = any(wording().alike(stem, each) for stem in wanted for each in (token.stem, their.stem))
        if wording().alike(token.stem, their.stem) and token.negated != their.negated and (decides or len(shared) > 1):
            return True
        if wording().opposed(token.stem, their.stem) and token.negated == their.negated and decides and len(shared) > 1:
            return True
    return False
