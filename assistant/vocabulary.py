"""How telling a word is, and how near two words are in meaning: a small table made from the embedding model."""

from functools import cached_property
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelFileWrong

TABLE = Path(__file__).parent / "reader" / "words.npz"


class Vocabulary:
    """Words by falling frequency, each with a vector of unit length; read from its file when first needed."""

    def __init__(self, table: Path = TABLE) -> None:
        self._table = table

    @cached_property
    def _read(self) -> tuple[dict[str, int], NDArray[np.int8]]:
        """The place of each word, and one row a word."""
        try:
            with np.load(self._table) as stored:
                ranked = stored["words"].tobytes().decode().split("\n")
                return {word: rank for rank, word in enumerate(ranked)}, stored["vectors"]
        except (OSError, ValueError, KeyError) as cause:
            raise ModelFileWrong(
                f"The word table {self._table} cannot be read. Reinstall Byline, or rebuild it as "
                "assistant/reader/README.md says."
            ) from cause

    @property
    def size(self) -> int:
        """How many words the table has."""
        return len(self._read[0])

    def rank(self, word: str) -> int:
        """The place of a word by falling frequency, from 0; ``size`` for one that the table does not have."""
        return self._read[0].get(word.lower(), self.size)

    def weight(self, word: str) -> float:
        """How telling a word is, from 0.2 for the commonest to 1 for one the table does not have."""
        return 0.2 + 0.8 * log(1 + self.rank(word)) / log(1 + self.size)

    def vectors(self, words: list[str]) -> NDArray[np.float32]:
        """One row a word, of length 1, or all zeros for a word the table does not have."""
        ranks, table = self._read
        rows = np.zeros((len(words), table.shape[1]), np.float32)
        known = [(row, ranks[word.lower()]) for row, word in enumerate(words) if word.lower() in ranks]
        if known:
            places, ranked = zip(*known, strict=True)
            found = table[list(ranked)].astype(np.float32)
            rows[list(places)] = found / np.linalg.norm(found, axis=1, keepdims=True)
        return rows
