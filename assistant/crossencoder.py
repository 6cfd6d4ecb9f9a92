"""Read a question and a passage together: where an answer may stand in the passage, and whether one does."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.articles import Hit
from index.chunking import contextual
from index.embedding import MiniLM, open_session, released

MODEL = Path(__file__).parent / "reader" / "reader.onnx"
BEGIN, PART = 101, 102
"""Tokens before a pair, and after each of its halves."""
QUESTION_TOKENS, PASSAGE_TOKENS = 61, 254
"""What is read of each half; the longest pair has 318 tokens."""
LONGEST = 30
"""Tokens of a span."""


@dataclass(frozen=True, slots=True)
class Marked:
    """The likeliest answer within a stretch of a passage."""

    start: int
    """Offsets in the passage's text."""
    end: int
    score: float
    """How much speaks for its beginning and end together."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of one passage."""

    offsets: NDArray[np.int64]
    """(tokens, 2): where each token stands in the passage's text; before it, for those of the title."""
    spans: NDArray[np.float32]
    """(tokens, 2): how much speaks for each token as the beginning and as the end of an answer."""
    nothing: float
    """How much speaks for none."""
    missing: float
    """Log-odds that the passage does not answer."""
    relevant: float
    """Log-odds that the passage is about what is asked."""

    def within(self, start: int, end: int) -> Marked | None:
        """The best span between two offsets in the passage's text, None where no token stands."""
        inside = np.flatnonzero((self.offsets[:, 0] >= start) & (self.offsets[:, 1] <= end))
        if not len(inside):
            return None
        first, last = inside[0], inside[-1] + 1
        both = self.spans[first:last, :1] + self.spans[first:last, 1]
        size = len(both)
        allowed = np.triu(np.ones((size, size), bool)) & ~np.triu(np.ones((size, size), bool), LONGEST)
        begins, finishes = np.unravel_index(np.where(allowed, both, -np.inf).argmax(), both.shape)
        return Marked(
            int(self.offsets[first + begins, 0]), int(self.offsets[first + finishes, 1]), float(both[begins, finishes])
        )


class CrossEncoder:
    """MiniLM's body with heads for the beginning, the end and the absence of an answer; one may serve many threads.

    The model is read, and checked against the sum beside it, when first needed; ``ModelFileWrong`` if it is not right.
    """

    def __init__(self, embedder: MiniLM, model: Path = MODEL, *, workers: int = 1) -> None:
        """``embedder``: its tokenizer is the cross-encoder's too."""
        self._embedder = embedder
        self._model = model
        self._workers = workers
        self._loading = Lock()

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        """One reading a passage."""
        with self._loading:
            session = self._session
        contexts = [contextual(hit.metadata.title, hit.passage.text) for hit in hits]
        asked, *passages = self._embedder.tokens([question, *contexts])
        first = [BEGIN, *asked.ids[:QUESTION_TOKENS], PART]

        def reading(number: int) -> Reading:
            encoding, before = passages[number], len(contexts[number]) - len(hits[number].passage.text)
            ids = [*first, *encoding.ids[:PASSAGE_TOKENS], PART]
            segments = np.arange(len(ids)) >= len(first)
            feed = {"ids": np.array([ids], np.int64), "segments": segments[None].astype(np.int64)}
            (spans,), ((missing, relevant),) = session.run(["spans", "pair"], feed)
            offsets = np.array(encoding.offsets[:PASSAGE_TOKENS], np.int64).reshape(-1, 2) - before
            return Reading(offsets, spans[len(first) : -1], float(spans[0].sum()), float(missing), float(relevant))

        # One pair at a time: numbers are quantised to the range of the whole call, so one would depend on the others.
        if min(self._workers, len(passages)) <= 1:
            return [reading(number) for number in range(len(passages))]
        with ThreadPoolExecutor(self._workers) as pool:
            return list(pool.map(reading, range(len(passages))))

    def costs(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text."""
        return self._embedder.count_tokens(texts)

    @cached_property
    def _session(self) -> Any:
        return open_session(released(self._model))
