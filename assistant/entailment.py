"""Read a statement beside its evidence: does the evidence entail it, and which of its words does it not support?"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.crossencoder import BEGIN, PART
from index.embedding import MiniLM, open_session, released

MODEL = Path(__file__).parent / "entailer" / "entailer.onnx"
STATEMENT_TOKENS, EVIDENCE_TOKENS = 61, 254
"""What is read of each: of a statement the beginning, of evidence the end."""


@dataclass(frozen=True, slots=True)
class Support:
    """What speaks against a statement's being entailed by its evidence."""

    whole: float
    """Log-odds that the evidence does not support it."""
    offsets: NDArray[np.int64]
    """(tokens, 2): where each token of the statement stands."""
    words: NDArray[np.float32]
    """(tokens): log-odds that this token says what is not supported."""

    @property
    def against(self) -> float:
        """The log-odds of the whole and of the least supported word together."""
        return self.whole + float(self.words.max(initial=-np.inf))


class Entailment:
    """MiniLM's body with heads for words and for the whole; one may serve many threads.

    The model is read, and checked against the sum beside it, when first needed; ``ModelFileWrong`` if it is not right.
    """

    def __init__(self, embedder: MiniLM, model: Path = MODEL) -> None:
        """``embedder``: its tokenizer is the entailer's too."""
        self._embedder = embedder
        self._model = model
        self._loading = Lock()

    def support(self, statement: str, evidence: str) -> Support:
        """Whether the evidence entails the statement."""
        with self._loading:
            session = self._session
        ids, first, offsets = pair_ids(self._embedder, statement, evidence)
        segments = np.arange(len(ids)) >= first
        feed = {"ids": np.array([ids], np.int64), "segments": segments[None].astype(np.int64)}
        (words,), ((whole,),) = session.run(["unsupported", "pair"], feed)
        return Support(float(whole), offsets, words[1 : first - 1, 0])

    @cached_property
    def _session(self) -> Any:
        return open_session(released(self._model))


def pair_ids(embedder: MiniLM, statement: str, evidence: str) -> tuple[list[int], int, NDArray[np.int64]]:
    """A statement beside its evidence as the network reads them, where the evidence begins, and the words' offsets."""
    said, there = embedder.tokens([statement, evidence])
    opening = [BEGIN, *said.ids[:STATEMENT_TOKENS], PART]
    offsets = np.array(said.offsets[:STATEMENT_TOKENS], np.int64).reshape(-1, 2)
    return [*opening, *there.ids[-EVIDENCE_TOKENS:], PART], len(opening), offsets
