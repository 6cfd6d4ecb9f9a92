"""Which words of a text meet the words of a question: by their stem, or by their meaning."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.asked import Asked
from assistant.expected import is_asked
from assistant.terms import Word, words
from assistant.vocabulary import Vocabulary

_UNRELATED = 0.35
"""Cosine in the word table below which two words have nothing to do with each other."""


@dataclass(frozen=True, slots=True)
class Met:
    """The words of one text and what each has to do with the question."""

    words: tuple[Word, ...]
    strength: NDArray[np.float32]
    """How well each term of the question (rows) is met by each word (columns)."""
    asking: NDArray[np.float32]
    """How near each word is in meaning to the noun that is asked for, as Germany is to country."""


class Matches:
    """How well each word of some texts meets each term of a question: 1 for the same stem, else by meaning."""

    def __init__(self, asked: Asked, texts: Collection[str], vocabulary: Vocabulary) -> None:
        self.words = {text: words(text) for text in texts}
        columns: dict[str, int] = {}
        spelled: list[str] = []
        for word in (word for text in sorted(texts) for word in self.words[text] if word.telling):
            if word.stem not in columns:
                columns[word.stem] = len(spelled)
                spelled.append(word.text)
        # The last column is for words that tell nothing.
        exact = np.zeros((len(asked.terms), len(spelled) + 1), np.float32)
        for row, stem in enumerate(asked.stems):
            if stem in columns:
                exact[row, columns[stem]] = 1
        near = vocabulary.vectors([term.text for term in asked.terms]) @ vocabulary.vectors(spelled).T
        soft = exact.copy()
        soft[:, :-1] = np.maximum(exact[:, :-1], np.clip((near - _UNRELATED) / (1 - _UNRELATED), 0, 1))
        # Another name, number or month is as near in meaning as can be, and still another.
        certain = [stem in asked.names | asked.numbers | asked.months for stem in asked.stems]
        soft[certain] = exact[certain]
        self.columns = {text: [columns.get(word.stem, -1) for word in found] for text, found in self.words.items()}
        asking = (vocabulary.vectors([asked.expected.head]) @ vocabulary.vectors(spelled).T)[0]
        sure = np.array([is_asked(asked.expected.head, word) for word in spelled], np.float32)
        self._asking = np.append(np.maximum(asking, sure), 0.0)
        self.exact = {text: exact[:, [*places, -1]] for text, places in self.columns.items()}
        self.soft = {text: soft[:, [*places, -1]] for text, places in self.columns.items()}
        self.best = {text: met.max(axis=1) for text, met in self.exact.items()}
        self.near = {text: met.max(axis=1) for text, met in self.soft.items()}

    def met(self, text: str) -> Met:
        """The words of one of the texts with what they have to do with the question."""
        return Met(self.words[text], self.soft[text][:, :-1], self._asking[self.columns[text]])
