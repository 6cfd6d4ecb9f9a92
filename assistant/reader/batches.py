"""The pairs that a network learns from, side by side in batches of like length."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

BATCH = 3_072
"""Tokens of a batch, padding included."""
BLOCK = 1_024
"""Pairs among which those of a length are put together."""


@dataclass(frozen=True, slots=True)
class Padded:
    """Pairs side by side, (pairs, tokens) each."""

    ids: Tensor
    segments: Tensor
    mask: Tensor


@dataclass(frozen=True, slots=True)
class Batch:
    """Questions and passages side by side, with what is right."""

    read: Padded
    right: Tensor
    """(spans, 3): pair, first token, last token; 0 and 0 where there is no answer."""
    missing: Tensor
    relevant: Tensor
    supported: Tensor
    """1 or 0 of a statement, -1 of a question."""


class Laid:
    """Pairs of several files, one after the other, their tokens laid end to end."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._files = [np.load(path) for path in paths]
        self.ids, self.sizes, self.firsts = self.column("ids"), self.column("sizes"), self.column("firsts")
        self._at = np.append(0, np.cumsum(self.sizes))

    def column(self, name: str) -> NDArray[np.int64]:
        """What the files have by this name."""
        return np.concatenate([file[name] for file in self._files]).astype(np.int64)

    def batches(self) -> Iterator[list[int]]:
        """Numbers of pairs of like length, the same every time."""
        for block in range(0, len(self.sizes), BLOCK):
            numbers = np.arange(block, min(block + BLOCK, len(self.sizes)))
            found: list[list[int]] = [[]]
            for number in numbers[np.argsort(self.sizes[numbers], kind="stable")].tolist():
                if (len(found[-1]) + 1) * self.sizes[number] > BATCH:
                    found.append([])
                found[-1].append(number)
            for place in np.random.default_rng(block).permutation(len(found)):
                yield found[place]

    def padded(self, numbers: Sequence[int]) -> Padded:
        """The pairs with these numbers."""
        ids = self.beside(self.ids, numbers, 0)
        segments = np.zeros_like(ids)
        for row, number in enumerate(numbers):
            segments[row, self.firsts[number] : self.sizes[number]] = 1
        mask = np.arange(ids.shape[1]) < self.sizes[numbers][:, None]
        return Padded(torch.from_numpy(ids), torch.from_numpy(segments), torch.from_numpy(mask))

    def beside(self, each: NDArray[np.int64], numbers: Sequence[int], nothing: int) -> NDArray[np.int64]:
        """What is laid end to end for the tokens of some pairs, a row a pair; ``nothing`` stands behind their ends."""
        rows = np.full((len(numbers), int(self.sizes[numbers].max())), nothing, np.int64)
        for row, number in enumerate(numbers):
            rows[row, : self.sizes[number]] = each[self._at[number] : self._at[number + 1]]
        return rows


class Pairs(Laid):
    """Pairs of question and passage."""

    def __init__(self, paths: Sequence[Path]) -> None:
        super().__init__(paths)
        self.spans, self.counts = self.column("spans"), self.column("counts")
        self.relevant, self.supported = self.column("relevant"), self.column("supported")
        self._spans_at = np.append(0, np.cumsum(self.counts))

    def batch(self, numbers: Sequence[int]) -> Batch:
        """The pairs with these numbers."""
        right: list[tuple[int, ...]] = []
        for row, number in enumerate(numbers):
            spans = self.spans[self._spans_at[number] : self._spans_at[number + 1]]
            right += [(row, *span) for span in spans.tolist()] or [(row, 0, 0)]
        return Batch(
            self.padded(numbers),
            torch.tensor(right),
            torch.from_numpy((self.counts[numbers] == 0).astype(np.float32)),
            torch.from_numpy(self.relevant[numbers].astype(np.float32)),
            torch.from_numpy(self.supported[numbers].astype(np.float32)),
        )
