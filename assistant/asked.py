"""A question taken apart: the words to look for, how telling each is, and what kind of answer is expected."""

import re
from dataclasses import dataclass

from assistant.expected import NAMED, Expected, expected
from assistant.terms import MONTHS, ORDINALS, Word, word_set, words
from assistant.vocabulary import Vocabulary

# Words that ask for a kind of answer rather than say what it is about.
_ASKING = word_set(
    """many much long often far kind type sort name called named people person year years month months date day time
    place amount number percentage percent happen happened happens exactly please tell describe explain know say
    says said mention mentioned according article articles"""
)
_OF_TYPE = dict.fromkeys(NAMED, 0.3) | {"amount": 0.5}
"""Weight of "newspaper" in "which newspaper": the answer is one, and seldom says so; nor does every capacity."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; ``weights`` go with ``terms``, one a term."""

    text: str
    expected: Expected
    terms: tuple[Word, ...]
    weights: tuple[float, ...]
    names: frozenset[str]
    """Stems of the terms that are written like names."""
    numbers: frozenset[str]
    """Stems of the terms that are numbers written with digits, years among them, or places in a row."""
    months: frozenset[str]
    """Stems of the months."""

    @property
    def stems(self) -> tuple[str, ...]:
        """The stem of each term."""
        return tuple(term.stem for term in self.terms)


def ask(question: str, vocabulary: Vocabulary) -> Asked:
    """Take a question apart."""
    everything = words(question)
    telling = [word for word in everything if word.telling]
    terms = {word.stem: word for word in telling if word.text.lower() not in _ASKING}
    kept = tuple(terms.values()) or tuple({word.stem: word for word in telling}.values())
    first = everything[0] if everything else None
    wanted = expected(question)
    of_type = _OF_TYPE.get(wanted.kind, 1.0) if wanted.of_type or wanted.kind == "amount" else 1.0
    return Asked(
        question,
        wanted,
        kept,
        tuple(vocabulary.weight(word.text) * (of_type if word.text.lower() == wanted.head else 1) for word in kept),
        frozenset(word.stem for word in kept if _named(word, is_first=word is first)),
        frozenset(word.stem for word in kept if word.number or word.text.lower() in ORDINALS),
        frozenset(word.stem for word in kept if word.stem in MONTHS and _dated(word)),
    )


def _dated(word: Word) -> bool:
    """Whether the name of a month means one: march and may are other words in lower case."""
    return word.capital or word.text not in {"march", "may"}


def _named(word: Word, *, is_first: bool) -> bool:
    """Whether a word is written like a name; the first of a question has a capital anyway and must be an acronym."""
    if re.fullmatch(r"[A-Z]{2,}s", word.text):  # PCs: many things, no name
        return False
    if any(character.isdigit() for character in word.text):
        return any(character.isalpha() for character in word.text)
    return word.capital and (not is_first or word.text[1:] != word.text[1:].lower()) and word.text.lower() not in MONTHS
