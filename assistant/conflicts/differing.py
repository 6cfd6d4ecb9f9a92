"""Whether two values of one form exclude each other."""

# ruff: noqa: E501  a rule is one line

import re

from assistant.checking.said import Said, Token, take_apart
from assistant.checking.wording import key, wording
from assistant.conflicts.values import Value, scores
from assistant.dates import told
from assistant.quantities import LONGEST, quantities, same
from assistant.terms import words

_REGION = re.compile(r"\b(?:coast|north|south|east|west|region|border|outskirts)(?:ern)?\b")
"""Where a place lies, rather than what it is called."""


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
    elsewhere = [{key(word.text.lower()) for word in words(each.finding.sentence.text)} for each in (other, one)]
    return not any(
        wording().alike(mine, theirs)
        for each, there in zip((one, other), elsewhere, strict=True)
        for mine in each.name
        for theirs in there
    )


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
    if one.period.meets(other.period):
        return False
    there = told(other.finding.sentence.text, other.finding.hit.metadata.published)
    return not any(time.period and time.period.meets(one.period) for time in there)


def _of_one_thing(token: Token, one: Said, their: Token, other: Said) -> bool:
    """Whether what is affirmed and denied goes on alike, or not at all: selling bread and not selling cakes does not."""
    ours, theirs = (
        [each.stem for each in said.tokens if each.clause == deed.clause and each.place > deed.place]
        for said, deed in ((one, token), (other, their))
    )
    return not ours or not theirs or any(wording().alike(mine, its) for mine in ours for its in theirs)


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
            and token.negated != their.negated
            and (decides or len(shared) > 1)
            and _of_one_thing(token, one, their, other)
        ):
            return True
        if wording().opposed(token.stem, their.stem) and token.negated == their.negated and decides and len(shared) > 1:
            return True
    return False
