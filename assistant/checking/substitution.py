"""Whether another word may stand for one of a sentence, by what the embedder makes of the sentence with either."""

from collections.abc import Sequence

import numpy as np

from assistant.checking.said import Said, Token
from assistant.checking.wording import key, wording
from assistant.meaning import Meaning

SAME = 0.97
"""Cosine of a statement with itself, one word exchanged, from which it says the same."""
NEAR = 0.6
"""Cosine of two words, alone, from which the one may stand for the other."""
_TRIED = 4


class Substitution:
    """Knows by the embedder which words can be exchanged."""

    def __init__(self, meaning: Meaning) -> None:
        self._meaning = meaning

    def lacking(self, said: Said, unmet: Sequence[Token], sources: Sequence[Said]) -> list[Token]:
        """Those of the unmet words for which no word of the sources can stand; names never can."""
        ours = {token.stem for token in said.tokens}
        free = {
            token.text
            for source in sources
            for token in source.tokens
            if not token.text[0].isupper() and not any(wording().alike(token.stem, stem) for stem in ours)
        }
        return [
            token
            for token in unmet
            if token.name
            or not self._meant(said.text, token, sorted(w for w in free if not wording().opposed(token.stem, key(w))))
        ]

    def _meant(self, text: str, token: Token, words: Sequence[str]) -> bool:
        """Whether one of the words says in the text what the token says."""
        if not words:
            return False
        near = self._meaning.cosines(token.text, words)
        tried = [words[place] for place in np.argsort(-near)[:_TRIED] if near[place] >= NEAR]
        exchanged = [f"{text[: token.start]}{word}{text[token.start + len(token.text) :]}" for word in tried]
        return bool(exchanged) and float(self._meaning.cosines(text, exchanged).max()) >= SAME
