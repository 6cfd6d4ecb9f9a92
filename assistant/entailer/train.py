"""Teach the entailer: ``python -m assistant.entailer.train PAIRS.npz … --out DIR --tokens N``.

How a run goes, stops and goes on is told in ``assistant/reader/training.py``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from assistant.entailer.network import Verdict, begun
from assistant.reader.batches import Laid, Padded
from assistant.reader.training import arguments, mean, run, wrong

RARE = 3.0
"""How much more a word counts that is not supported: of a false statement most words are."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Statements beside evidence, with what is right."""

    read: Padded
    words: Tensor
    """(pairs, tokens): 1 for a word that is not supported, 0 for one that is, -1 where that is unknown."""
    unsupported: Tensor
    """(pairs): 1 or 0."""


class Pairs(Laid):
    """Statements beside evidence."""

    def __init__(self, paths: Sequence[Path]) -> None:
        super().__init__(paths)
        self.unsupported, self.supported = self.column("unsupported"), self.column("supported")

    def batch(self, numbers: Sequence[int]) -> Batch:
        """The pairs with these numbers."""
        words = self.beside(self.unsupported, numbers, -1)
        return Batch(self.padded(numbers), _floats(words), _floats(1 - self.supported[numbers]))


def losses(verdict: Verdict, batch: Batch) -> tuple[Tensor, Tensor]:
    """Of the words of which it is known, and of the statements; the mean of each."""
    words = wrong(verdict.words, batch.words) * (1 + (RARE - 1) * (batch.words > 0))
    return mean(words, batch.words >= 0), wrong(verdict.unsupported, batch.unsupported).mean()


def _floats(numbers: NDArray[np.int64]) -> Tensor:
    return torch.from_numpy(numbers.astype(np.float32))


def main() -> None:
    """Train the entailer, or go on training it."""
    chosen = arguments(main.__doc__).parse_args()
    torch.manual_seed(1)
    network, pairs = begun(), Pairs(chosen.pairs)
    network.train()

    def lesson(numbers: list[int]) -> tuple[Tensor, Mapping[str, float], int]:
        batch = pairs.batch(numbers)
        verdict = network(batch.read.ids, batch.read.segments, batch.read.mask)
        of_words, of_statements = losses(verdict, batch)
        figures = {"words": of_words.item(), "statements": of_statements.item()}
        return of_words + of_statements, figures, int(batch.read.mask.sum())

    run(network, lesson, pairs, chosen)


if __name__ == "__main__":
    main()
