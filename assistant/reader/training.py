"""How a network is taught: by batches of pairs, at a rate that rises, stays and falls, with checkpoints to go on from.

A run may be stopped at any time and goes on from its last checkpoint when started again with the same pairs, or more
behind them. The learning rate warms up, stays, and falls to nothing over the last part of ``--tokens``;
``before-fall.pt``, the last checkpoint at the full rate, is what a longer run starts from (``--start``, with new
pairs).
"""

import argparse
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from assistant.reader.batches import Laid
from assistant.reader.network import Body

WARM_UP = 150_000
"""Tokens."""
FALL = 0.35
"""Share of all tokens over which the rate falls."""
HEADS_RATE = 4.0
"""The new heads learn by so many times the rate of the body."""
WEIGHT_DECAY = 0.01
SAVE_SECONDS = 180
LOG_STEPS = 20
KEEP = 1_000_000
"""Tokens between the networks that are kept, for the curve of quality against training."""

Lesson = Callable[[list[int]], tuple[Tensor, Mapping[str, float], int]]
"""From the numbers of some pairs to their loss, the figures to log, and their tokens."""


def wrong(said: Tensor, right: Tensor) -> Tensor:
    """The loss of each log-odds; of those whose right is -1, without meaning."""
    return torch.nn.functional.binary_cross_entropy_with_logits(said, right.clamp(min=0), reduction="none")


def mean(each: Tensor, among: Tensor) -> Tensor:
    """The mean of some; 0 of none."""
    return (each * among).sum() / among.sum().clamp(min=1)


def rate(done: int, whole: int) -> float:
    """Share of the highest rate after so many tokens."""
    falling = (whole - done) / (FALL * whole)
    return max(0.0, min(1.0, (done + 1_000) / WARM_UP, falling))


class Log:
    """A line every few steps: the means of the figures, and the speed."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._sums, self._seen, self._since = dict[str, float](), 0, time.monotonic()

    def add(self, figures: Mapping[str, float], tokens: int) -> None:
        """Of one step."""
        self._sums = {name: self._sums.get(name, 0.0) + figure for name, figure in figures.items()}
        self._seen += tokens

    def write(self, training: "Training") -> None:
        """Print the line and begin the next."""
        figures = " ".join(f"{name} {total / LOG_STEPS:.3f}" for name, total in self._sums.items())
        speed = self._seen / (time.monotonic() - self._since)
        print(
            f"{time.strftime('%H:%M:%S')} step {training.step} tokens {training.tokens:,} {figures} "
            f"{speed:.0f} tokens/s",
            flush=True,
        )
        self._begin()


class Training:
    """A network on its way, with all that is needed to stop and go on."""

    def __init__(self, network: Body, lesson: Lesson, *, highest: float) -> None:
        self.step = self.tokens = 0
        self._network, self._lesson, self._highest = network, lesson, highest
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

    def learn(self, numbers: list[int], *, share: float) -> tuple[Mapping[str, float], int]:
        """One step by this share of the highest rate; gives the figures and the tokens read."""
        for group in self._optimizer.param_groups:
            group["lr"] = self._highest * group["times"] * share
        with torch.autocast("cpu", torch.bfloat16):
            loss, figures, tokens = self._lesson(numbers)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._learning, 1.0)
        self._optimizer.step()
        self._optimizer.zero_grad()
        self.step += 1
        self.tokens += tokens
        return figures, tokens


def train(training: Training, pairs: Laid, *, out: Path, tokens: int) -> None:
    """Train until ``tokens`` have been read, or the pairs are."""
    checkpoint, log, saved, kept = out / "checkpoint.pt", Log(), time.monotonic(), training.tokens // KEEP
    for number, numbers in enumerate(pairs.batches()):
        if training.tokens >= tokens:
            break
        if number < training.step:
            continue
        share = rate(training.tokens, tokens)
        log.add(*training.learn(numbers, share=share))
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


def arguments(description: str | None) -> argparse.ArgumentParser:
    """What every run is told."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("pairs", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tokens", type=int, required=True, help="where the run ends, those of --start included")
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--start", type=Path, help="checkpoint of another run to go on from, with new pairs")
    return parser


def run(network: Body, lesson: Lesson, pairs: Laid, chosen: argparse.Namespace) -> None:
    """Train as the arguments say."""
    torch.set_num_threads(chosen.threads)
    chosen.out.mkdir(parents=True, exist_ok=True)
    training = Training(network, lesson, highest=chosen.rate)
    if (own := chosen.out / "checkpoint.pt").exists():
        training.load(own, same_pairs=True)
    elif chosen.start:
        training.load(chosen.start, same_pairs=False)
    train(training, pairs, out=chosen.out, tokens=chosen.tokens)
