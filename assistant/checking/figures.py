"""Numbers and times: whether a sentence tells them."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.checking import amounts, times
from assistant.checking.amounts import Amount
from assistant.checking.said import Said, Token
from assistant.checking.units import MEASURE_OF
from assistant.checking.wording import key, thesaurus, wording
from assistant.terms import words

_OF_A_WHOLE = re.compile(r"\s+(?:\w+\s+)?of\s+(?:(?:the|its|his|her|their|some|about)\s+)*", re.IGNORECASE)
_OF_THEM = re.compile(r" of (?:them|these|those|whom|which)\b")
_ONE_OF = re.compile(
    r"\b(?:an?|one|per|every|each|another)[ -](?:whole |full )?"
    r"(second|minute|hour|day|week|fortnight|month|year|decade)\b"
)
"""One of a measure of time without a number."""
_EXACTLY = re.compile(r"\b(?:only|just|exactly|of|at least) $", re.IGNORECASE)
_MORE = re.compile(r" (?:other|more|further|earlier|previous)\b", re.IGNORECASE)
"""What stands before and behind "one" where it tells how many; elsewhere it may be an article: one expert thinks."""
_NUMBER_OF = re.compile(r"\bnumbers? of\b", re.IGNORECASE)
_PAIR = re.compile(r"\b(?:the|these|those|both|its|their)(?: other)? $", re.IGNORECASE)
"""What stands before two of which the sentence gives the names."""


def wrong_amounts(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """Numbers that no source tells."""
    for one in said.amounts:
        there = [(other, source) for source in sources for other in source.amounts if amounts.told(one, other)]
        if not there and not _unnumbered(one, said, sources) and not any(_between(one, source) for source in sources):
            yield f"the number “{one.said}” is not in the sentence"
        elif there and one.role and all(_another_part(one, other, source) for other, source in there):
            yield f"“{one.role} {one.said}” has another part there"
        elif there and (things := _numbered(one, said)) and not any(_count(things, *each) for each in there):
            yield f"“{one.said}” is not the number of {things[0].text} there"


def _numbered(one: Amount, said: Said) -> list[Token]:
    """What "the number of cars is 3" counts; nothing where the statement does not tell it so."""
    found = list(_NUMBER_OF.finditer(said.text, 0, one.start))
    if not found or one.unit or any(found[-1].end() < other.end < one.start for other in said.amounts):
        return []
    return [token for token in said.tokens if found[-1].end() <= token.start < one.start][:2]


def _count(things: Sequence[Token], amount: Amount, source: Said) -> bool:
    """Whether an amount of a sentence may count these things: they stand behind it, or it is called their number."""
    counted = {token.stem for token in _behind(source, amount)}
    return bool(_NUMBER_OF.search(source.text)) or any(_means(token.stem, counted) for token in things)


def _unnumbered(one: Amount, said: Said, sources: Sequence[Said]) -> bool:
    """Whether a sentence may tell it without a number: a year for twelve months, a man for one, two by their names."""
    if one.value == 1 and one.unit == "rank":  # whether anything is the first, ``overstated`` asks
        return not any(other.unit == "rank" for source in sources for other in source.amounts)
    if one.value == 1 and not one.unit:
        counted = {token.stem for source in sources for token in _counted(source)}
        exact = _EXACTLY.search(said.text, 0, one.start) or _MORE.match(said.text, one.end)
        plain = one.said.lower() == "one" and not exact
        article = plain and not any(_means(token.stem, counted) for token in _behind(said, one))
        return article or any(source.every & {"a", "an", "one", "single"} for source in sources)
    if one.value == 2 and not one.unit and _PAIR.search(said.text[: one.start]):
        return True
    measure, value = amounts.in_base(one)
    spans = (found[1].lower() for source in sources for found in _ONE_OF.finditer(source.text))
    return measure == "time" and any(abs(value - MEASURE_OF[span][1]) < value / 50 for span in spans)


def _counted(source: Said) -> Iterator[Token]:
    """What a sentence tells the number of: the words right behind its counts."""
    return (token for one in source.amounts if not one.unit for token in _behind(source, one))


def _behind(said: Said, amount: Amount) -> list[Token]:
    """The two words behind an amount."""
    return [token for token in said.tokens if token.start >= amount.end][:2]


def _means(stem: str, others: set[str]) -> bool:
    """Whether one of the others says the same, or a kind of it."""
    return any(wording().alike(stem, other) or thesaurus().says(stem, other) for other in others)


def _between(one: Amount, source: Said) -> bool:
    """Whether it is by how much something changes there, from one number to another."""
    ends = [other.value for other in source.amounts if other.role in {"from", "to"} and other.unit in {"", one.unit}]
    return any(abs(abs(low - high) - one.value) < 1e-6 * one.value for low in ends for high in ends if low != high)


def _another_part(said: Amount, other: Amount, source: Said) -> bool:
    """Whether a number is told there as what something changes by, or from, and here as what it changes to, or so."""
    before = words(source.text[: other.start])
    changes = bool(before) and any(wording().alike(key(before[-1].text), key(word)) for word in ("rise", "fall"))
    return said.role != other.role and (bool(other.role) or (said.role == "to" and changes))


def wholes(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """What is told there of a part, told of the whole: "close two of its five plants", but here "close five plants".

    And a whole there that is told as a part: "injured four, two of them badly", but here "four of them badly".
    """
    parted = [one for source in sources for one in source.amounts if _OF_THEM.match(source.text, one.end)]
    for one in said.amounts:
        if parted and _OF_THEM.match(said.text, one.end) and not any(amounts.told(one, part) for part in parted):
            yield f"“{one.said}” is not how many of them there"
    for source in sources:
        for part, whole in pairwise(source.amounts):
            if not _OF_A_WHOLE.fullmatch(source.text[part.end : whole.start]):
                continue
            before = [token for token in source.tokens if token.start < part.start and token.text[0].islower()]
            told = {token.stem for token in before[-1:]} & {token.stem for token in said.tokens}
            parts = any(amounts.told(one, part) for one in said.amounts)
            if told and not parts and any(amounts.told(one, whole) for one in said.amounts):
                yield f"“{whole.said}” is the whole there, and it is told of {part.said}"


def wrong_times(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """Times that no source tells."""
    for one in said.times:
        again = times.YEAR_BEFORE.match(one.said) and any(times.YEAR_BEFORE.search(source.text) for source in sources)
        if not again and not any(times.told(one, other) for source in sources for other in source.times):
            yield f"the time “{one.said}” is not in the sentence, or told otherwise"
