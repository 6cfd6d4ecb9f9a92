"""Teach the cross-encoder: ``python -m assistant.reader.train PAIRS.npz … --out DIR --tokens N``.

It may be stopped at any time and goes on from its last checkpoint when started again with the same pairs, or more
behind them. The learning rate warms up, stays, and falls to nothing over the last part of ``--tokens``;
``before-fall.pt``, the last checkpoint at the full rate, is what a longer run starts from (``--start``, with new
pairs).
"""

import argparse
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from assistant.reader.batches import Batch, Pairs
from assistant.reader.network import Network, Verdict, published

WARM_UP = 150_000
"""Tokens."""
FALL = 0.35
"""Share of all tokens over which the rate falls."""
HEADS_RATE = 4.0
"""The new heads learn by so many times the rate of the body."""
WEIGHT_DECAY = 0.01
MISSING, RELEVANT, SUPPORTED = 0.5, 0.3, 0.5
"""Weights of the losses of the pair's heads beside that of the span."""
SAVE_SECONDS = 180
LOG_STEPS = 20
KEEP = 1_000_000
"""Tokens between the networks that are kept, for the curve of quality against training."""


def losses(verdict: Verdict, batch: Batch) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Of the spans, of the missing answers, of the relevance and of the support; each the mean of its pairs."""
    allowed = batch.segments.bool() & batch.mask
    allowed[:, 0] = True
    starts = verdict.starts.masked_fill(~allowed, -1e4).log_softmax(1)
    ends = verdict.ends.masked_fill(~allowed, -1e4).log_softmax(1)
    row, first, last = batch.right.unbind(1)
    # Whichever of the places where an answer stands: only their sum is known to be right.
    each = starts[row, first] + ends[row, last]
    highest = torch.full((len(batch.ids),), -1e9).scatter_reduce(0, row, each.detach(), "amax")
    summed = torch.zeros(len(batch.ids)).index_add(0, row, (each - highest[row]).exp()).log() + highest
    asks, known = batch.supported < 0, batch.relevant >= 0
    return (
        mean(-summed / 2, asks),
        mean(wrong(verdict.missing, batch.missing), asks),
        mean(wrong(verdict.relevant, batch.relevant), known),
        mean(wrong(verdict.supported, batch.supported), ~asks),
    )


def wrong(said: Tensor, right: Tensor) -> Tensor:
    """The loss of each log-odds; of those whose right is -1, without meaning."""
    return binary_cross_entropy_with_logits(said, right.clamp(min=0), reduction="none")


def mean(each: Tensor, among: Tensor) -> Tensor:
    """The mean of some; 0 of none."""
    return (each * among).sum() / among.sum().clamp(min=1)


def rate(done: int, whole: int) -> float:
    """Share of the highest rate after so many tokens."""
    falling = (whole - done) / (FALL * whole)
    return max(0.0, min(1.0, (done + 1_000) / WARM_UP, falling))


class Log:
    """A line every few steps: the mean losses, the share of missing answers known, and the speed."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._sums, self._seen, self._since = np.zeros(5), 0, time.monotonic()

    def add(self, figures: Sequence[float], tokens: int) -> None:
        """Of one step."""
        self._sums += figures
        self._seen += tokens

    def write(self, training: "Training") -> None:
        """Print the line and begin the next."""
        span, missing, relevant, supported, right = self._sums / LOG_STEPS
        speed = self._seen / (time.monotonic() - self._since)
        print(
            f"{time.strftime('%H:%M:%S')} step {training.step} tokens {training.tokens:,} span {span:.3f} "
            f"missing {missing:.3f} ({right:.2f} right) relevant {relevant:.3f} supported {supported:.3f} "
            f"{speed:.0f} tokens/s",
            flush=True,
        )
        self._begin()


class Training:
    """A network on its way, with all that is needed to stop and go on."""

    def __init__(self, network: Network, *, highest: float) -> None:
        self.step = self.tokens = 0
        self._network, self._highest = network, highest
        body = [p for name, p in network.named_parameters() if p.requires_grad and "_heads." not in name]
        heads = [p for name, p in network.named_parameters() if "_heads." in name]
        self._learning = body + heads
        groups = [{"params": body, "times": 1.0}, {"params": heads, "times": HEADS_RATE}]
        self._optimizer = torch.optim.AdamW(groups, weight_decay=WEIGHT_DECAY, foreach=True)

    def load(self, checkpoint: Path, *, same_pairs: bool) -> None:
        """Go on from a checkpoint; with other pairs, from their beginning."""
        stored = torch.load(checkpoint)
        self._network.load_state_dict(stored["network"], strict=False)
        self._optimizer.load_state_dict(stored["optimizer"])
        self.step, self.tokens = stored["step"] if same_pairs else 0, stored["tokens"]
        print(f"from {checkpoint}: step {self.step}, {self.tokens:,} tokens", flush=True)

    def save(self, checkpoint: Path) -> None:
        """Written whole or not at all."""
        partial = checkpoint.with_suffix(".partial")
        state = {"network": self.learned(), "optimizer": self._optimizer.state_dict()}
        torch.save(state | {"step": self.step, "tokens": self.tokens}, partial)
        partial.rename(checkpoint)

    def learned(self) -> dict[str, Tensor]:
        """All weights but the frozen word embeddings."""
        return {name: value for name, value in self._network.state_dict().items() if name != "words.weight"}

    def learn(self, batch: Batch, *, share: float) -> list[float]:
        """One step by this share of the highest rate; gives the losses and the share of missing answers known."""
        for group in self._optimizer.param_groups:
            group["lr"] = self._highest * group["times"] * share
        with torch.autocast("cpu", torch.bfloat16):
            verdict = self._network(batch.ids, batch.segments, batch.mask)
        of_span, of_missing, of_relevance, of_support = losses(verdict, batch)
        (of_span + MISSING * of_missing + RELEVANT * of_relevance + SUPPORTED * of_support).backward()
        torch.nn.utils.clip_grad_norm_(self._learning, 1.0)
        self._optimizer.step()
        self._optimizer.zero_grad()
        self.step += 1
        self.tokens += int(batch.mask.sum())
        right = ((verdict.missing > 0) == (batch.missing > 0)).float().mean()
        return [one.item() for one in (of_span, of_missing, of_relevance, of_support, right)]


def train(training: Training, pairs: Pairs, *, out: Path, tokens: int) -> None:
    """Train until ``tokens`` have been read, or the pairs are."""
    checkpoint, log, saved, kept = out / "checkpoint.pt", Log(), time.monotonic(), training.tokens // KEEP
    for number, numbers in enumerate(pairs.batches()):
        if training.tokens >= tokens:
            break
        if number < training.step:
            continue
        before, share = training.tokens, rate(training.tokens, tokens)
        log.add(training.learn(pairs.batch(numbers), share=share), training.tokens - before)
        if training.step % LOG_STEPS == 0:
            log.write(training)
        if time.monotonic() - saved > SAVE_SECONDS:
            training.save(checkpoint)
            saved = time.monotonic()
            if share == 1.0:
                shutil.copyfile(checkpoint, out / "before-fall.pt")
        if training.tokens // KEEP > kept:
            kept = training.tokens // KEEP
            torch.save(training.learned(), out / f"network-{kept * KEEP // 1_000_000}M.pt")
    training.save(checkpoint)
    learned: dict[str, Any] = {name: value.numpy() for name, value in training.learned().items()}
    np.savez(out / "network.npz", **learned)
    print(f"done: {training.tokens:,} tokens", flush=True)


def main() -> None:
    """Train the reader, or go on training it."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("pairs", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tokens", type=int, required=True, help="where the run ends, those of --start included")
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--start", type=Path, help="checkpoint of another run to go on from, with new pairs")
    chosen = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(chosen.threads)
    chosen.out.mkdir(parents=True, exist_ok=True)
    training = Training(published(), highest=chosen.rate)
    if (own := chosen.out / "checkpoint.pt").exists():
        training.load(own, same_pairs=True)
    elif chosen.start:
        training.load(chosen.start, same_pairs=False)
    train(training, Pairs(chosen.pairs), out=chosen.out, tokens=chosen.tokens)


if __name__ == "__main__":
    main()
