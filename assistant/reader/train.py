"""Teach the cross-encoder: ``python -m assistant.reader.train PAIRS.npz … --out DIR --tokens N``.

How a run goes, stops and goes on is told in ``training.py``.
"""

from collections.abc import Mapping

import torch
from torch import Tensor

from assistant.reader.batches import Batch, Pairs
from assistant.reader.network import Verdict, published
from assistant.reader.training import arguments, mean, run, wrong

MISSING, RELEVANT, SUPPORTED = 0.5, 0.3, 0.5
"""Weights of the losses of the pair's heads beside that of the span."""


def losses(verdict: Verdict, batch: Batch) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Of the spans, of the missing answers, of the relevance and of the support; each the mean of its pairs."""
    allowed = batch.read.segments.bool() & batch.read.mask
    allowed[:, 0] = True
    starts = verdict.starts.masked_fill(~allowed, -1e4).log_softmax(1)
    ends = verdict.ends.masked_fill(~allowed, -1e4).log_softmax(1)
    row, first, last = batch.right.unbind(1)
    # Whichever of the places where an answer stands: only their sum is known to be right.
    each = starts[row, first] + ends[row, last]
    highest = torch.full((len(batch.missing),), -1e9).scatter_reduce(0, row, each.detach(), "amax")
    summed = torch.zeros(len(batch.missing)).index_add(0, row, (each - highest[row]).exp()).log() + highest
    asks, known = batch.supported < 0, batch.relevant >= 0
    return (
        mean(-summed / 2, asks),
        mean(wrong(verdict.missing, batch.missing), asks),
        mean(wrong(verdict.relevant, batch.relevant), known),
        mean(wrong(verdict.supported, batch.supported), ~asks),
    )


def main() -> None:
    """Train the reader, or go on training it."""
    chosen = arguments(main.__doc__).parse_args()
    torch.manual_seed(1)
    network, pairs = published(), Pairs(chosen.pairs)

    def lesson(numbers: list[int]) -> tuple[Tensor, Mapping[str, float], int]:
        batch = pairs.batch(numbers)
        verdict = network(batch.read.ids, batch.read.segments, batch.read.mask)
        of_span, of_missing, of_relevance, of_support = losses(verdict, batch)
        right = ((verdict.missing > 0) == (batch.missing > 0)).float().mean()
        figures = {
            "span": of_span.item(),
            "missing": of_missing.item(),
            "right": right.item(),
            "relevant": of_relevance.item(),
            "supported": of_support.item(),
        }
        loss = of_span + MISSING * of_missing + RELEVANT * of_relevance + SUPPORTED * of_support
        return loss, figures, int(batch.read.mask.sum())

    run(network, lesson, pairs, chosen)


if __name__ == "__main__":
    main()
