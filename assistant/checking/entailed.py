"""Whether the sentences entail a statement that no rule speaks against, as a network that has learnt it tells."""

from collections.abc import Iterator, Sequence
from datetime import date

from assistant.checking import Source, amounts, times
from assistant.checking.amounts import Amount
from assistant.checking.coverage import not_there
from assistant.checking.said import Token, blanked
from assistant.checking.times import Time
from assistant.entailment import Entailment
from assistant.terms import word_set, words

OTHER_WORDS, SAME_WORDS = -3.0, 7.0
"""Log-odds against a statement up to which it is believed: one with words that no sentence has, and one without.

Fitted on the statements of tests/data.
"""
_ENGLISH = word_set("the of and to is has had that with for by from which it will been not are were at")
"""Words of which an English sentence has one, and a German, Spanish or Chinese one hardly any."""


class Entailing:
    """Asks for each statement that passes the rules whether its sentences entail it."""

    def __init__(self, entailment: Entailment) -> None:
        self._entailment = entailment

    def unsupported(self, text: str, sources: Sequence[Source], free: Sequence[Token]) -> Iterator[str]:
        """What speaks against a statement; ``free``: its words that no source has.

        The network has learnt English alone: of other sentences every word must be theirs, as the rules have it.
        """
        if not all(_ENGLISH & {word.text.lower() for word in words(one.quote)} for one in sources):
            yield from map(not_there, free)
            return
        evidence = dict.fromkeys(part for one in sources for part in (one.title and f"{one.title}.", one.quote) if part)
        against = self._entailment.support(as_told(text, sources), " ".join(evidence)).against
        if free and against > OTHER_WORDS:
            yield from map(not_there, free)
        elif against > SAME_WORDS:
            yield "the sentence does not say so"


def as_told(text: str, sources: Sequence[Source]) -> str:
    """A statement with its times and numbers as the sources word them: whether they are the same, rules have told."""
    there = [(one, source.quote) for source in sources for one in _measured(source.quote, source.published)]
    for one in reversed(_measured(text, sources[0].published)):
        worded = (quote[other.start : other.end] for other, quote in there if _same(one, other))
        text = f"{text[: one.start]}{next(worded, text[one.start : one.end])}{text[one.end :]}"
    return text


def _measured(text: str, published: date | None) -> list[Time | Amount]:
    """The times and amounts of a text in order."""
    dated = times.times(text, published)
    counted = amounts.amounts(blanked(text, [(one.start, one.end) for one in dated]))
    return sorted([*dated, *counted], key=lambda one: one.start)


def _same(one: Time | Amount, other: Time | Amount) -> bool:
    if isinstance(one, Time) and isinstance(other, Time):
        return times.told(one, other)
    return isinstance(one, Amount) and isinstance(other, Amount) and amounts.told(one, other)
