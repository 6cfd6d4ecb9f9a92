"""What a finding says in answer to a question: an amount, a time, a name, yes or no, or else its words."""

# ruff: noqa: E501  a rule is one line, so that a list of them can be read down

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Literal

from assistant.checking.said import Said, take_apart
from assistant.checking.wording import key, wording
from assistant.dates import Period, Told, told
from assistant.expected import NAMED, NUMERIC, shaped
from assistant.quantities import LONGEST, Quantity, quantities
from assistant.reading import Finding
from assistant.terms import word_set, words

Form = Literal["amount", "time", "name", "words", "score", "truth"]

_YES_NO = re.compile(
    r"^\W*(?:did|do|does|is|are|was|were|has|have|had|can|could|will|would|should|may|might)\b(?!.*\bor\b)",
    re.IGNORECASE,
)
_WHICH = re.compile(r"^\W*(?:(?:at|by|for|from|in|of|on|to|with) )?(?:which|who|whom|whose)\b", re.IGNORECASE)
_JOINTS = word_set("because due owing after as since so")
"""How the words that tell a cause begin."""
_RESULT = re.compile(r"\b(?:score|result)\b|^\W*how did .* (?:end|finish|go)\b", re.IGNORECASE)
_SCORE = re.compile(r"(?<![\d-])(\d{1,3})[-–](\d{1,3})(?![\d-])")
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
_DIRECTIONS = tuple(
    map(word_set, ("long longer length", "high higher height tall taller altitude elevation", "wide wider width broad breadth", "deep deeper depth", "thick thickness"))
)  # fmt: skip
"""Words for the directions in which things are measured."""
_FROM_DAY = re.compile(r"\b(\d{1,2}) ?(?:to|and|[-–]) ?$")
"""The first of some days, behind which their last one is told: "5 to 8 October"."""
_MOVED = re.compile(
    r"\b(?:postponed|delayed|moved|put (?:off|back)|brought forward|pushed back|rescheduled)\b[^,;]* from $",
    re.IGNORECASE,
)
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
    """Of a name the stems of its words, of words theirs, of a score the score, the more first."""


def value(question: str, finding: Finding, *, like: Value | None = None) -> Value | None:
    """What a finding says; ``like``: what it is to be compared with. None where it says nothing that compares."""
    return next(values(question, finding, like=like), None)


def values(question: str, finding: Finding, *, like: Value | None = None) -> Iterator[Value]:
    """What a finding says in each form in which it can be compared, the likeliest first."""
    text, about = finding.sentence.text, finding.hit.metadata.published
    said = take_apart(text[:LONGEST], about)
    if like.form == "truth" if like else _YES_NO.search(question):
        yield Value("truth", finding, said)
        return
    for form in (like.form,) if like else _forms(question, finding):
        if found := _READ[form](question, finding, said, like):
            yield found


def _forms(question: str, finding: Finding) -> Sequence[Form]:
    """The forms that the answer may have, the likeliest first."""
    if _RESULT.search(question) and scores(finding):
        return ("score",)
    if finding.kind == "date":
        return ("time", "amount")
    if finding.kind in NUMERIC:
        return ("amount", "time")
    if finding.kind in NAMED:
        return ("name", "words")
    if finding.kind == "other":
        return ("amount", "time", "name", "words") if _WHICH.search(question) else ("amount", "time", "words")
    return ("words",)


def _amount(question: str, finding: Finding, said: Said, like: Value | None) -> Value | None:
    """The amount in the span, or else one of the sentence that can be compared."""
    text = finding.sentence.text
    fitting = [one for one in _whole(text) if _fits(one, question, like, said) and _directed(one, question, text)]
    start, end = finding.span or (0, 0)
    chosen = next((one for one in fitting if one.start < end and start < one.end), None)
    if chosen is None and (like or (finding.kind == "measure" and len(fitting) == 1)):
        chosen = next(iter(fitting), None)
    return Value("amount", finding, said, chosen.start, chosen.end, quantity=chosen) if chosen else None


def _whole(text: str) -> list[Quantity]:
    """The amounts of a text, one that is told in two units as one: "1 hour 40 minutes"."""
    found: list[Quantity] = []
    for one in quantities(text):
        before = found[-1] if found else None
        if (
            before and before.unit == one.unit in {"time", "length", "mass"} and before.scale > one.scale
            and before.low > one.high and re.fullmatch(r",? (?:and )?", text[before.end : one.start])
        ):  # fmt: skip
            found[-1] = replace(
                before, end=one.end, low=before.low + one.low, high=before.high + one.high, scale=one.scale
            )
        else:
            found.append(one)
    return found


def _directed(one: Quantity, question: str, text: str) -> bool:
    """Whether a length is told in the direction asked for: how long is not how wide."""
    asked = _direction(question)
    beside = [word.text for word in (*words(text[: one.start])[-3:], *words(text[one.end :])[:2])]
    told = _direction(" ".join(beside))
    return one.unit != "length" or not asked or not told or asked == told


def _direction(text: str) -> frozenset[str]:
    """The direction of which a word stands in a text, as the words for it; empty where none does."""
    said = {word.text.lower() for word in words(text)}
    return next((direction for direction in _DIRECTIONS if direction & said), frozenset())


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
    found = times(finding)
    inside = [one for one in found if one.start < end and start < one.end] or (found if like else [])
    if not inside:
        return None
    period = inside[0].period
    assert period
    if begins := _FROM_DAY.search(text[: inside[0].start]):
        period = replace(period, first=period.first.replace(day=max(1, min(int(begins[1]), period.first.day))))
    before = text[: inside[0].start].lower() + inside[0].said.lower()
    if re.search(r"\bnot\b[^,;]*\b(?:before|until) ?(?:the )?\S*\s*\S*$", before) or re.search(
        r"\bafter \S+(?: \S+)?$", before
    ):
        period = Period(period.first, _LATEST)
    elif re.search(
        r"(?<!delayed )(?<!postponed )(?<!put off )\b(?:by|before|until) (?:the )?(?:end of )?\S+(?: \S+)?$", before
    ):
        period = Period(_EARLIEST, period.last)
    return Value("time", finding, said, inside[0].start, inside[0].end, period=period)


def times(finding: Finding) -> list[Told]:
    """The times that a sentence tells, but for one that something has been moved away from: "from May to June"."""
    text = finding.sentence.text
    found = [one for one in told(text, finding.hit.metadata.published) if one.period]
    moved = [
        one for one, to in pairwise(found) if _MOVED.search(text[: one.start]) and text[one.end : to.start] == " to "
    ]
    return [one for one in found if one not in moved]


def _name(question: str, finding: Finding, said: Said, like: Value | None) -> Value | None:  # noqa: ARG001
    """The name in the span; words of the question are no answer to it."""
    start, end = finding.span or (0, 0)
    asked = {word.stem for word in words(question)}
    text = finding.sentence.text
    names = []
    for first, last in shaped("name", text):
        low, high = max(first, start), min(last, end)
        named = [
            word
            for word in words(text[low:high])
            if word.telling and word.stem not in asked and word.text.lower() not in _TITLES
        ]
        if low < high and any(word.capital for word in named):
            names.append((low, high, frozenset(key(word.text.lower()) for word in named)))
    if names:
        # A sentence's first word is a capital whether it names or not: "Harbour captain Jens Falk".
        low, high, name = max(names, key=lambda each: (len(each[2]) > 1, -each[0])) if not names[0][0] else names[0]
        return Value("name", finding, said, low, high, name=name)
    plain = frozenset(
        key(word.text.lower()) for word in words(text[start:end]) if word.telling and word.stem not in asked
    )
    return Value("name", finding, said, start, end, name=plain) if finding.kind == "place" and plain else None


def _words(question: str, finding: Finding, said: Said, like: Value | None) -> Value | None:  # noqa: ARG001
    """The words of the span that the question does not have; a question without a name is not of one matter."""
    start, end = finding.span or (0, 0)
    if not any(token.name for token in take_apart(question[:LONGEST]).tokens):
        return None
    asked = {key(word.text.lower()) for word in words(question)}
    its = (word for word in words(finding.sentence.text[start:end]) if word.telling)
    told_as = {key(word.text.lower()) for word in its if word.text.lower() not in _JOINTS} - asked
    return Value("words", finding, said, start, end, name=frozenset(told_as)) if told_as else None


def _score(question: str, finding: Finding, said: Said, like: Value | None) -> Value | None:  # noqa: ARG001
    """The score of a sentence, if it tells one and no other, such as that at half-time."""
    told_there = scores(finding)
    if len(told_there) != 1:
        return None
    ((score, (start, end)),) = told_there.items()
    return Value("score", finding, said, start, end, name=frozenset({score}))


def scores(finding: Finding) -> dict[str, tuple[int, int]]:
    """The scores of a sentence with their places; 1-3 and 3-1 are one, told from the two sides."""
    return {
        "-".join(sorted((found[1], found[2]), key=int, reverse=True)): found.span()
        for found in _SCORE.finditer(finding.sentence.text)
    }


_READ = {"amount": _amount, "time": _time, "name": _name, "words": _words, "score": _score}
