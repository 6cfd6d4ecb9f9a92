"""The words of a statement that no sentence says."""

import re
from collections.abc import Sequence

from assistant.checking.reality import QUANTITIES
from assistant.checking.said import HEDGES, Said, Token, take_apart
from assistant.checking.units import CURRENCIES
from assistant.checking.wording import key, thesaurus, wording
from assistant.terms import word_set

_FIRMS = word_set(
    "company firm group business corporation organisation organization carmaker automaker maker manufacturer"
)
_LIGHT = word_set(
    """both only level rate run ran runs give gives gave given taking bring brings brought leave leaves left
    people person persons member members official officials
    earlier previously originally once belong belongs belonged belonging stand stands stood lie lies lay located
    situated live lives lived again anew else together something anything itself himself herself themselves"""
)
"""Words that tell nothing of their own: a rate of unemployment, a contract that runs until June."""
_LEANING = re.compile(
    r"\b(?:it|its|he|she|his|her|they|their|the (?:company|firm|group|maker|carmaker|automaker|plant|factory|city|town"
    r"|country|agency|ministry|council|team|club|minister|bank|school|hospital|model|car|project|union|court"
    r"|government))\b",
    re.IGNORECASE,
)
"""Words for something that the title names rather than the sentence."""
_LEAST = 5
"""Letters in which two forms of a word agree at least."""


def uncovered(said: Said, sources: Sequence[Said], titles: Sequence[str]) -> list[Token]:
    """The words of the statement that nothing there says: not in its words, nor in ones that say the same."""
    tokens = [token for source in sources for token in source.tokens]
    others = {token.stem for token in tokens} | {key(word) for source in sources for word in source.every}
    hedges = frozenset().union(*(words for mode, words in HEDGES.items() if any(one.mode == mode for one in tokens)))
    paid = any(one.unit in CURRENCIES for source in sources for one in source.amounts)
    named = any(token.text[0].isupper() for token in tokens)
    leaning = any(_LEANING.search(source.text) for source in sources)
    titled = {token.stem for title in titles for token in take_apart(title).tokens}
    initials = {
        "".join(token.text[0].lower() for token in source.tokens if token.text[0].isupper()) for source in sources
    }
    free = {other.stem for other in tokens if not other.text.endswith("ly")} - {token.stem for token in said.tokens}
    return [
        token
        for token in said.tokens
        if not any(wording().alike(token.stem, other) or wording().converse(token.stem, other) for other in others)
        and not (token.stem in titled and (leaning or token.text.islower()))
        and token.text.lower() not in _LIGHT | QUANTITIES | hedges
        and not (token.text.lower() in _FIRMS and named)
        and not (token.text.isupper() and len(token.text) > 1 and any(token.text.lower() in run for run in initials))
        and not (paid and wording().alike(token.stem, key("cost")))
        and not any(_derived(token, other) for other in others)
        and not _meant(token, free)
        and not any(wording().opposed(token.stem, other.stem) and other.negated != token.negated for other in tokens)
    ]


def not_there(token: Token) -> str:
    """What speaks against a statement with a word that no sentence says."""
    return f"“{token.text}” is not in the sentence"


def names(token: Token) -> bool:
    """Whether a word names someone or something, as far as its letters and its place tell."""
    return token.name or (token.text[0].isupper() and not thesaurus().knows(token.stem))


def _meant(token: Token, others: set[str]) -> bool:
    """Whether a word there means the same or more narrowly what it means; a word with an opposite is taken exactly."""
    means = thesaurus().means if token.stem in wording().sides else thesaurus().says
    return not names(token) and any(
        means(token.stem, other) and not wording().opposed(token.stem, other) for other in others
    )


def _derived(token: Token, other: str) -> bool:
    """Whether it is another form of a word there."""
    alike = len(other) >= _LEAST and len(token.stem) >= _LEAST and token.stem[:_LEAST] == other[:_LEAST]
    return alike and not names(token) and abs(len(token.stem) - len(other)) <= _LEAST - 2
