"""How near sentences are to a question in meaning, by the embedder; sentences met before are remembered."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from index.embedding import Embedder

REMEMBERED = 8_192
"""Sentences whose vectors are kept: 12 MB at 384 dimensions."""


class Meaning:
    """Compares sentences with a question; safe to share between threads."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._vectors: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = Lock()

    def cosines(self, question: str, sentences: Sequence[str]) -> NDArray[np.float64]:
        """The cosine of each sentence with the question."""
        with self._lock:
            known = {text: self._vectors[text] for text in sentences if text in self._vectors}
        new = [text for text in dict.fromkeys(sentences) if text not in known]
        # By itself, since the embedder remembers the vector with which passages were found.
        of_question = self._embedder.embed([question])[0]
        known |= zip(new, self._embedder.embed(new), strict=True)
        with self._lock:
            for text in sentences:
                self._vectors[text] = known[text]
                self._vectors.move_to_end(text)
            while len(self._vectors) > REMEMBERED:
                self._vectors.popitem(last=False)
        return np.array([known[text] @ of_question for text in sentences], np.float64)
