"""The pairs that the cross-encoder learns from, side by side in batches of like length."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

BATCH = 3_072
"""Tokens of a batch, padding included."""
BLOCK = 1_024
"""Pairs among which those of a length are put together."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs side by side."""

    ids: Tensor
    segments: Tensor
    mask: Tensor
    right: Tensor
    """(spans, 3): pair, first token, last token; 0 and 0 where there is no answer."""
    missing: Tensor
    relevant: Tensor
    supported: Tensor
    """1 or 0 of a statement, -1 of a question."""


class Pairs:
    """The pairs of several files, one after the other."""

    def __init__(self, paths: Sequence[Path]) -> None:
        files = [np.load(path) for path in paths]
        self.ids, self.sizes, self.firsts, self.spans, self.counts, self.relevant, self.supported = (
            np.concatenate([file[name] for file in files]).astype(np.int64)
            for name in ("ids", "sizes", "firsts", "spans", "counts", "relevant", "supported")
        )
        self._at = np.append(0, np.cumsum(self.sizes))
        self._spans_at = np.append(0, np.cumsum(self.counts))

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

    def batch(self, numbers: list[int]) -> Batch:
        """The pairs with these numbers."""
        longest = int(self.sizes[numbers].max())
        ids = np.zeros((len(numbers), longest), np.int64)
        segments, mask, right = np.zeros_like(ids), np.zeros_like(ids, bool), []
        for row, number in enumerate(numbers):
            size = self.sizes[number]
            ids[row, :size] = self.ids[self._at[number] : self._at[number + 1]]
            segments[row, self.firsts[number] : size] = 1
            mask[row, :size] = True
            spans = self.spans[self._spans_at[number] : self._spans_at[number + 1]]
            right += [(row, *span) for span in spans.tolist()] or [(row, 0, 0)]
        return Batch(
            torch.from_numpy(ids),
            torch.from_numpy(segments),
            torch.from_numpy(mask),
            torch.tensor(right),
            torch.from_numpy((self.counts[numbers] == 0).astype(np.float32)),
            torch.from_numpy(self.relevant[numbers].astype(np.float32)),
            torch.from_numpy(self.supported[numbers].astype(np.float32)),
        )
