"""Whether two values of one form exclude each other."""

# ruff: noqa: E501  a rule is one line

import re

from assistant.checking.said import DENIED, Said, Token, take_apart
from assistant.checking.wording import key, wording
from assistant.conflicts.values import Value, scores, times
from assistant.quantities import LONGEST, quantities, same
from assistant.terms import words

_REGION = re.compile(r"\b(?:coast|north|south|east|west|region|border|outskirts)(?:ern)?\b")
"""Where a place lies, rather than what it is called."""
_YEAR = re.compile(r"\d{4}")
_FEW = 31
"""Days that a time has at most that may be compared without its year."""
_NOT_TOLD = re.compile(
    r",? (?:and |but )?(?:not|rather than|instead of|contrary to)\b[^;]*$"
    r"|,[^,;]*\b(?:said|says|wrote|writes|told|announced|promised|testified|believes?|reports?|reported|according to)\b[^,;]*$",
    re.IGNORECASE,
)
"""What a report sets aside at the end of a sentence, or who says it: neither is what it tells."""


def differ(question: str, one: Value, other: Value) -> bool:
    """Whether two values of one form exclude each other."""
    if one.form == "amount":
        return _amounts_differ(one, other)
    if one.form == "time":
        return _times_differ(one, other) and _times_differ(other, one)
    if one.form == "truth":
        return _contradict(one.said, other.said, take_apart(question[:LONGEST]))
    if one.form == "name" and len({bool(_REGION.search(_answer(each))) for each in (one, other)}) > 1:
        return False
    if one.form == "score":
        return one.name.isdisjoint(scores(other.finding)) and other.name.isdisjoint(scores(one.finding))
    return not _known(one, other) and not _known(other, one)


def _known(one: Value, other: Value) -> bool:
    """Whether the sentence of another value tells this one too: at least half of a name, or any of mere words."""
    there = {key(word.text.lower()) for word in words(_told(other))}
    met = [mine for mine in one.name if any(wording().alike(mine, theirs) for theirs in there)]
    return len(met) >= (len(one.name) / 2 if one.form == "name" else 1)


def _told(said: Value) -> str:
    """The sentence of a value up to the next semicolon, without what it does not tell behind that."""
    text = said.finding.sentence.text
    return text[: said.end] + _NOT_TOLD.sub("", text[said.end :].split(";")[0])


def _answer(said: Value) -> str:
    """The words of a finding that answer."""
    start, end = said.finding.span or (said.start, said.end)
    return said.finding.sentence.text[start:end]


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
    if one.period.meets(other.period) or _same_days(one, other):
        return False
    return not any(time.period and time.period.meets(one.period) for time in times(other.finding))


def _of_one_thing(token: Token, one: Said, their: Token, other: Said) -> bool:
    """Whether what is affirmed and denied goes on alike, or not at all: selling bread and not selling cakes does not."""
    ours, theirs = _goes_on(token, one), _goes_on(their, other)
    return not ours or not theirs or any(wording().alike(mine, its) for mine in ours for its in theirs)


def _same_days(one: Value, other: Value) -> bool:
    """Whether two times of some days are the same ones of a year, and one does not say which year."""
    days = []
    for each in (one, other):
        assert each.period
        if (each.period.last - each.period.first).days > _FEW:
            return False
        days.append([(day.month, day.day) for day in (each.period.first, each.period.last)])
    named = all(_YEAR.search(each.finding.sentence.text[each.start : each.end]) for each in (one, other))
    return not named and days[0][0] <= days[1][1] and days[1][0] <= days[0][1]


def _goes_on(deed: Token, said: Said) -> list[str]:
    """To what a deed is done: what stands behind it, or before "was signed by"."""
    if said.text.startswith(" by ", deed.start + len(deed.text)):
        return [each.stem for each in said.tokens if each.place < deed.place]
    return [each.stem for each in said.tokens if each.clause == deed.clause and each.place > deed.place]


def _negated(token: Token, said: Said) -> bool:
    """Whether a word is told as not so: "was not cancelled", "denied that it was cancelled"."""
    denied = any(each.text.lower() in DENIED and each.place < token.place for each in said.tokens)
    return token.negated != denied


def _contradict(one: Said, other: Said, asked: Said) -> bool:
    """Whether what the one affirms the other denies, or they use words that exclude each other.

    It must be a word of the question that decides, or one of several that both have.
    """
    wanted = [token.stem for token in asked.tokens if not token.name]
    both = [(token, their) for token in one.tokens for their in other.tokens]
    shared = {token.stem for token, their in both if wording().alike(token.stem, their.stem)}
    pairs = [(token, their) for token, their in both if not token.name and not their.name]
    for token, their in pairs:
        decides = any(wording().alike(stem, each) for stem in wanted for each in (token.stem, their.stem))
        if (
            wording().alike(token.stem, their.stem)
            and _negated(token, one) != _negated(their, other)
            and (decides or len(shared) > 1)
            and _of_one_thing(token, one, their, other)
        ):
            return True
        if wording().opposed(token.stem, their.stem) and token.negated == their.negated and decides and len(shared) > 1:
            return True
    return False
