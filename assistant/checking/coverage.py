"""The words of a statement that no sentence says."""

import re
from collections.abc import Sequence

from assistant.checking.reality import QUANTITIES
from assistant.checking.said import HEDGES, Said, Token, take_apart
from assistant.checking.units import CURRENCIES
from assistant.checking.wording import key, thesaurus, wording
from assistant.terms import word_set

FIRMS = word_set(
    "company firm group business corporation organisation organization carmaker automaker maker manufacturer"
)
_LIGHT = word_set(
    """level rate run ran runs give gives gave given taking bring brings brought leave leaves left
    people person persons member members official officials
    earlier previously originally once belong belongs belonged belonging stand stands stood lie lies lay located
    situated live lives lived"""
)
"""Words that tell nothing of their own: a rate of unemployment, a contract that runs until June."""
_LEANING = re.compile(
    r"\b(?:it|its|he|she|his|her|they|their|the (?:company|firm|group|maker|carmaker|automaker|plant|factory|city|town"
    r"|country|agency|ministry|council|team|club|minister|bank|school|hospital|model|car|project|union|court"
    r"|government))\b",
    re.IGNORECASE,
)
"""Words for something that the title names rather than the sentence."""


def uncovered(said: Said, sources: Sequence[Said], titles: Sequence[str]) -> list[Token]:
    """The words of the statement that nothing there says: not in its words, nor in ones that say the same."""
    others = {token.stem for source in sources for token in source.tokens}
    others |= {key(word) for source in sources for word in source.every}
    modes = {token.mode for source in sources for token in source.tokens}
    hedges = frozenset().union(*(words for mode, words in HEDGES.items() if mode in modes))
    paid = any(one.unit in CURRENCIES for source in sources for one in source.amounts)
    named = any(token.text[0].isupper() for source in sources for token in source.tokens)
    leaning = any(_LEANING.search(source.text) for source in sources)
    titled = {token.stem for title in titles for token in take_apart(title).tokens}
    initials = {
        "".join(token.text[0].lower() for token in source.tokens if token.text[0].isupper()) for source in sources
    }
    ours = {token.stem for token in said.tokens}
    free = {
        token.stem
        for source in sources
        for token in source.tokens
        if token.stem not in ours and not token.text.endswith("ly")
    }
    return [
        token
        for token in said.tokens
        if not any(wording().alike(token.stem, other) for other in others)
        and not (token.stem in titled and (leaning or token.text.islower()))
        and token.text not in _LIGHT | QUANTITIES
        and not any(wording().converse(token.stem, other) for other in others)
        and not (token.text.lower() in FIRMS and named)
        and not (token.text.isupper() and len(token.text) > 1 and any(token.text.lower() in run for run in initials))
        and token.text.lower() not in hedges
        and not (paid and wording().alike(token.stem, key("cost")))
        and not _derived(token, others)
        and not _meant(token, free)
        and not _opposite_denied(token, sources)
    ]


def _opposite_denied(token: Token, sources: Sequence[Said]) -> bool:
    """Whether it says by its opposite what is denied, as rejected says not approved."""
    return any(
        wording().opposed(token.stem, other.stem) and other.negated != token.negated
        for source in sources
        for other in source.tokens
    )


def _meant(token: Token, others: set[str]) -> bool:
    """Whether a word there means the same or more narrowly what it means; a word with an opposite is taken exactly."""
    means = thesaurus().means if token.stem in wording().sides else thesaurus().says
    return not token.text[0].isupper() and any(
        means(token.stem, other) and not wording().opposed(token.stem, other) for other in others
    )


def _derived(token: Token, others: set[str]) -> bool:
    """Whether it is another form of a word there."""
    if token.name or token.text[0].isupper():
        return False
    least = 5
    return any(
        len(other) >= least and len(token.stem) >= least and token.stem[:least] == other[:least]
        and abs(len(token.stem) - len(other)) <= 3
        for other in others
    )  # fmt: skip
