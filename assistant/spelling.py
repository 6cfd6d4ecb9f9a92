"""Words of a question that no article has, read as the nearest that one has; what was read is always told.

A word is taken for a slip of the keys only where it is none of English's common words, the collection does not have it,
and a word of the collection differs from it by what fingers and ears do: letters swapped, doubled, left out, put in,
or taken for a neighbour. A name may differ by one such slip. Any other name is another name.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from assistant.answers import Remark
from assistant.remarks import remark
from assistant.terms import STOPWORDS, Word, word_set, words
from assistant.tongues import FUNCTION_WORDS
from assistant.vocabulary import Vocabulary
from index.articles import Hit
from index.derived import IndexBroken
from index.retrieval import Retriever
from index.scope import Scope

_SHORTEST, _SHORTEST_NAME = 4, 5
"""Letters from which on a word may be a slip; shorter ones are too near to too many."""
_LONG = 10
"""Letters from which on a word that is no name may hold two slips; a shorter one only if its letters are the same."""
_ORDINARY = 9_000
"""Words up to this rank are never slips of a question word, as "manny" is and "main" is not."""
_TRIED = 4
"""Words of the index that are looked for among the passages."""
_PASSAGES = 10
_WORDS = 6
"""Unknown words of a question that are looked at: more of them are another language, or no language."""
_ENDING = 4
"""Letters of an ending that an indexed form may have lost, as "perplex" has that of perplexity."""
_MOST, _FAR = 2, 9
"""Slips that are counted, and what stands for more."""
_ROWS = ("qwertyuiop", " asdfghjkl", "  zxcvbnm")
_SOUNDS = word_set("ck cs sz fv vw bv iy ie ea ei dt bp gj kq mn")
"""Letters that are taken for each other by ear."""
_FRAME = frozenset(word for word in STOPWORDS if len(word) >= _SHORTEST) | {"who", "how", "did", "was"}
_LETTERS = re.compile(r"[^\W\d_]+")


class Lexicon(Protocol):
    """The words that the collection has, in the form in which they are indexed."""

    def knows(self, word: str) -> bool:
        """Whether a passage or title has the word or a form of it."""
        ...

    def beginning(self, letters: str) -> list[tuple[str, int]]:
        """The indexed forms that begin so, and how many passages have each, the most common first."""
        ...


@dataclass(frozen=True, slots=True)
class Spelled:
    """A question with its slips mended."""

    text: str
    notes: tuple[Remark, ...] = ()
    """What was read as what, in words for the reader."""


class Spelling:
    """Mends the words of questions by those of the collection; one whose words are all known costs next to nothing."""

    def __init__(self, retriever: Retriever, lexicon: Lexicon, vocabulary: Vocabulary) -> None:
        self._retriever = retriever
        self._lexicon = lexicon
        self._vocabulary = vocabulary

    def mended(self, question: str, scope: Scope | None = None) -> Spelled:
        """The question with each unknown word put right for which a known one was meant; as it is without the index."""
        try:
            return self._mended(question, scope)
        except IndexBroken:
            return Spelled(question)

    def _mended(self, question: str, scope: Scope | None) -> Spelled:
        found = words(question)
        unknown = [word for word in found if self._unknown(word, question, first=word is found[0])]
        if not unknown or len(unknown) > _WORDS or 2 * len(unknown) > len(found) + 1:
            return Spelled(question)
        meant = {word: frame for word in unknown if (frame := self._frame(word))}
        text = _replaced(question, meant)
        proposed = {word: terms for word in unknown if word not in meant and (terms := self._terms(word))}
        if proposed:
            asked = _replaced(question, meant | {word: " ".join(terms) for word, terms in proposed.items()})
            written = _written(self._retriever.retrieve(asked, _PASSAGES, scope=scope))
            meant |= {word: near for word in proposed if (near := _nearest(word, written))}
            text = _replaced(question, meant)
        read = (remark("read_as", typed=word.text, meant=meant[word]) for word in unknown if word in meant)
        return Spelled(text, tuple(read))

    def _unknown(self, word: Word, question: str, *, first: bool) -> bool:
        """Whether a word may be a slip: letters alone, of no known word, and no abbreviation."""
        name = word.capital and not first
        if not word.text.isalpha() or len(word.text) < (_SHORTEST_NAME if name else _SHORTEST):
            return False
        beside = question[max(0, word.start - 1) : word.start] + question[word.end : word.end + 1]
        if word.text[1:] != word.text[1:].lower() or set(beside) & set("-’'@/_.&") - {"."} or not word.text.isascii():
            return False
        lowered = word.text.lower()
        if lowered in STOPWORDS or lowered in FUNCTION_WORDS or self._vocabulary.rank(lowered) < _ORDINARY:
            return False
        return not self._lexicon.knows(word.text)

    def _frame(self, word: Word) -> str:
        """The question word that was meant, such as "which" by "wich"; empty if none."""
        if word.capital and word.start:
            return ""
        able = [frame for frame in sorted(_FRAME) if frame[0] == word.text[0].lower() and slips(word.text, frame) == 1]
        able = [frame for frame in able if not _inflected(word.text.lower(), frame)]
        return able[0] if len(able) == 1 else ""

    def _terms(self, word: Word) -> list[str]:
        """The indexed forms that may have been meant, the nearest first, of equals the most common."""
        typed = _plain(word.text)
        if self._vocabulary.rank(typed) < self._vocabulary.size:  # an English word, even if no article has it
            return []
        most = _most(word)
        near = {
            (away, -count, term)
            for letters in _beginnings(typed)
            for term, count in self._lexicon.beginning(letters)
            if -most <= len(typed) - len(term) <= most + _ENDING
            and len(set(term) - set(typed)) <= most
            and (away := _stemmed(typed, term)) <= most
        }
        return [term for _, _, term in sorted(near)][:_TRIED]


def slips(typed: str, meant: str) -> int:
    """How many slips of fingers or ears lead from one word to the other; a letter taken for a far one counts twice."""
    if abs(len(typed) - len(meant)) > _MOST:
        return _FAR
    return _by_prefix(_plain(typed), _plain(meant))[-1]


def _by_prefix(typed: str, meant: str) -> list[int]:
    """The slips from each prefix of one word, the empty one first, to the other: the edits of Damerau, weighed."""
    rows = [list(range(len(meant) + 1))]
    for i, letter in enumerate(typed, 1):
        row = [i]
        for j, wanted in enumerate(meant, 1):
            cost = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + _mistaken(letter, wanted))
            if i > 1 and j > 1 and letter == meant[j - 2] and typed[i - 2] == wanted:
                cost = min(cost, rows[i - 2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
        if min(row) > _MOST:
            return [*(one[-1] for one in rows), *[_FAR] * (len(typed) - i)]
    return [row[-1] for row in rows]


@lru_cache(maxsize=2_000)
def _mistaken(typed: str, meant: str) -> int:
    """What it costs that one letter stands for another: 1 where fingers or ears mistake them, else 2."""
    if typed == meant:
        return 0
    return 1 if typed + meant in _SOUNDS or meant + typed in _SOUNDS or _neighbours(typed, meant) else 2


def _neighbours(one: str, other: str) -> bool:
    """Whether two letters lie beside each other on a keyboard."""
    places = [(row, keys.index(letter)) for letter in (one, other) for row, keys in enumerate(_ROWS) if letter in keys]
    if len(places) < 2:
        return False
    (row, column), (other_row, other_column) = places
    return abs(row - other_row) <= 1 and abs(column - other_column) <= 1


def _most(word: Word) -> int:
    """How many slips a word may hold."""
    return 1 if word.capital else _MOST


def _beginnings(typed: str) -> list[str]:
    """How the word that was meant may begin: as typed, with its first two letters swapped, or with one heard so."""
    heard = {letter for pair in _SOUNDS if typed[0] in pair for letter in pair}
    return [typed[0], *sorted({typed[1] + typed[0]} | {letter + typed[1] for letter in heard if letter != typed[0]})]


def _stemmed(typed: str, term: str) -> int:
    """Slips between a typed word and an indexed form, which may have lost its ending."""
    return min(_by_prefix(typed, term)[max(3, len(typed) - _ENDING) :])


def _written(hits: Sequence[Hit]) -> Counter[str]:
    """The words of the passages and their titles as they are written there, and how often."""
    texts = (text for hit in hits for text in (hit.metadata.title, hit.passage.text))
    return Counter(at[0] for text in texts for at in _LETTERS.finditer(text))


def _nearest(word: Word, written: Mapping[str, int]) -> str:
    """The written word that was meant: the one with the fewest slips, of equals the most frequent; empty if none."""
    most, typed = _most(word), word.text.lower()
    near = [
        (away, meant[0].isupper() != word.capital, -count, meant)
        for meant, count in written.items()
        if abs(len(meant) - len(typed)) <= most
        and meant.lower() not in STOPWORDS
        and not (word.capital and meant.islower())
        and 0 < (away := slips(typed, meant)) <= most
        and not _inflected(_plain(typed), _plain(meant))
        and (away < 2 or _twice(_plain(typed), _plain(meant)))
        and (len(typed) > _SHORTEST or len(typed) == len(meant))
    ]
    return min(near)[-1] if near else ""


def _twice(one: str, other: str) -> bool:
    """Whether two slips are believed of a word: it ends as the other does, and is long or has the same letters."""
    return one[-2:] == other[-2:] and (len(one) >= _LONG or sorted(one) == sorted(other))


def _inflected(one: str, other: str) -> bool:
    """Whether two words differ by their endings alone, and so are forms of one word, or two words."""
    shorter, longer = sorted((one, other), key=len)
    if longer[: len(shorter)] == shorter:
        return longer[-1:] != shorter[-1:]  # a letter doubled at the end is a slip
    return len(one) == len(other) and one[:-1] == other[:-1]


def _plain(word: str) -> str:
    """In lower case and without accents."""
    split = unicodedata.normalize("NFKD", word.lower())
    return "".join(letter for letter in split if not unicodedata.combining(letter))


def _replaced(question: str, meant: Mapping[Word, str]) -> str:
    """The question with other words in the place of some of its own."""
    for word in sorted(meant, key=lambda one: -one.start):
        question = question[: word.start] + meant[word] + question[word.end :]
    return question
