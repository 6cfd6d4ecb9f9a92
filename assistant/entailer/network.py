"""MiniLM's body with heads for what of a statement is not supported.

It goes on from the shipped reader, which has learnt to look for the words of one text in another.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor

from assistant.crossencoder import MODEL
from assistant.reader.network import LAYERS, Body, published

DROPOUT = 0.1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the heads say of each pair."""

    words: Tensor
    """Log-odds (pairs, tokens) that this token of a statement is not supported."""
    unsupported: Tensor
    """Log-odds (pairs) that the statement is not."""


class Entailer(Body):
    """Reads a statement beside evidence."""

    def __init__(self) -> None:
        super().__init__(token_heads=1, pair_heads=1, dropout=DROPOUT)

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor | None) -> Verdict:
        """As ``said`` takes them."""
        (words,), (unsupported,) = self.said(ids, segments, mask)
        return Verdict(words, unsupported)


def begun() -> Entailer:
    """The body of the shipped reader, its heads new; the word embeddings are frozen."""
    network = Entailer()
    state = network.state_dict()
    state["words.weight"] = published().words.weight
    state |= {name: torch.tensor(tensor) for name, tensor in restored(MODEL).items()}
    for head in ("token_heads", "pair_heads"):
        torch.nn.init.normal_(state[f"{head}.weight"], std=0.02)
        torch.nn.init.zeros_(state[f"{head}.bias"])
    network.load_state_dict(state)
    network.words.weight.requires_grad_(False)
    return network


def restored(model: Path) -> dict[str, NDArray[np.float32]]:
    """The body of a graph in int8 (``index/model/build.py``) by the names of ``Body``, but for the words."""
    stored = {one.name: numpy_helper.to_array(one) for one in onnx.load(model).graph.initializer}
    found = {"positions.weight": stored["positions"], "segments.weight": stored["kinds"]}

    def product(name: str) -> NDArray[np.float32]:
        """The weights (in, out), what their input was smoothed by taken back."""
        weight = stored[f"{name}.weight"].astype(np.float32) * stored[f"{name}.scale"]
        smoothed: NDArray[np.float32] = weight * stored.get(f"{name}.smooth", np.ones(1, np.float32))[:, None]
        return smoothed

    def keep(name: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
        found[f"{name}.weight"], found[f"{name}.bias"] = weight.T.copy(), bias.copy()

    keep("norm", stored["embeddings.LayerNorm.weight"], stored["embeddings.LayerNorm.bias"])
    for number in range(LAYERS):
        ours, theirs = f"layers.{number}", f"encoder.layer.{number}"
        heads, inner, outer = f"{theirs}.attention.self.query", f"{theirs}.intermediate.dense", f"{theirs}.output.dense"
        attended = f"{theirs}.attention.output"
        keep(f"{ours}.heads", product(heads), stored[f"{heads}.bias"])
        keep(f"{ours}.attended", product(f"{attended}.dense"), stored[f"{attended}.dense.bias"])
        widening, widened, narrowing = product(inner), stored[f"{inner}.bias"].copy(), product(outer)
        exact = np.flatnonzero((stored[f"{inner}.weight"] == 0).all(axis=0))
        widening[:, exact], widened[exact] = stored[f"{inner}.exact"], stored[f"{inner}.exact.bias"]
        narrowing[exact] = stored[f"{outer}.exact"]
        keep(f"{ours}.wide", widening, widened)
        keep(f"{ours}.read", narrowing, stored[f"{outer}.bias"])
        for norm, name in (("attended_norm", attended), ("read_norm", f"{theirs}.output")):
            keep(f"{ours}.{norm}", stored[f"{name}.LayerNorm.weight"], stored[f"{name}.LayerNorm.bias"])
    return found
