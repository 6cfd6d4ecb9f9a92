"""The reader's ONNX graph: a pair's token ids and segments in, log-odds of its tokens and of the pair out.

python -m assistant.reader.export NETWORK.npz … --pairs PAIRS.npz            into this folder
python -m assistant.reader.export NETWORK.npz … --pairs PAIRS.npz --plain --out FILE    in float32

The weights of several networks are averaged (a "model soup", Wortsman et al. 2022): where they are stages of one run,
that reads better than any of them.
"""

import argparse
import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, checker, helper

from assistant.crossencoder import MODEL
from index.embedding import open_session
from index.model.build import Int8Encoder, Maxima
from index.model.calibrate import ObservedEncoder
from index.model.graph import CONTRIB, LAYERS, ONNX_FORMAT, ONNX_OPERATORS, Encoder
from index.model.source import Tensors, read_source

POSITIONS = 320
CALIBRATION = 120
TOKEN_HEADS = ("spans", "unsupported")
"""What the reader's heads of each token are called, and the entailer's."""
PAIR_HEADS = 2
"""Of a pair, that the answer is missing and that the topic fits; what was learnt of statements is not read."""
INT64, FLOAT = TensorProto.INT64, TensorProto.FLOAT


class PairGraph(Encoder):
    """The encoder, reading two segments, with heads of each token (one of ``TOKEN_HEADS``) and of the ``pair``."""

    def _embed(self, ids: str) -> str:
        tokens = self.add("Shape", ids, start=1, end=2)
        table = self.constant("positions", self.tensors["embeddings.position_embeddings.weight"])
        positions = self.add("Slice", table, self.constant("first", np.array([0], np.int64)), tokens)
        kinds = self.constant("kinds", self.tensors["embeddings.token_type_embeddings.weight"])
        placed = self.add("Add", self.add("Gather", kinds, "segments"), positions)
        return self._normalised(self.add("Add", self.look_up(ids), placed), "embeddings.LayerNorm")

    def model(self) -> ModelProto:
        """``ids`` and ``segments`` int64 (pairs, tokens) to each token's heads (pairs, tokens, n) and ``pair``."""
        hidden = self._embed("ids")
        for layer in range(LAYERS):
            hidden = self._layer(hidden, f"encoder.layer.{layer}")
        opening = self.add("Gather", hidden, self.constant("opening", np.array(0, np.int64)), axis=1)
        del self.outputs["vectors"]
        of_tokens = next(name for name in TOKEN_HEADS if f"heads.{name}.bias" in self.tensors)
        for name, value, shape in ((of_tokens, hidden, ("pairs", "tokens")), ("pair", opening, ("pairs",))):
            weight, bias = self.weights(f"heads.{name}")
            product = self.add("MatMul", value, self.constant(f"heads.{name}.weight", weight))
            summed = self.add("Add", product, self.constant(f"heads.{name}.bias", bias))
            self._nodes.append(helper.make_node("Identity", [summed], [name]))
            self.outputs[name] = (*shape, len(bias))
        graph = helper.make_graph(
            self._nodes,
            "byline-reader",
            [helper.make_tensor_value_info(name, INT64, ["pairs", "tokens"]) for name in ("ids", "segments")],
            [helper.make_tensor_value_info(name, FLOAT, shape) for name, shape in self.outputs.items()],
            self._constants,
        )
        operators = [helper.make_opsetid("", ONNX_OPERATORS), helper.make_opsetid(CONTRIB, 1)]
        model = helper.make_model(graph, opset_imports=operators, ir_version=ONNX_FORMAT, producer_name="byline")
        checker.check_model(model)
        return model


class ObservedPairs(PairGraph, ObservedEncoder):
    """Gives out the input of each linear layer as well."""


class Int8Pairs(PairGraph, Int8Encoder):
    """With weights in int8."""


def tensors(network: Path, *, of_tokens: str, pair_heads: int) -> Tensors:
    """A trained network by the names of the published weights; the words are the published ones.

    ``of_tokens``: what its heads of each token are called; ``pair_heads``: how many of the pair are kept.
    """
    with np.load(network) as file:
        stored = {name: file[name] for name in file.files}
    words = read_source().tensors["embeddings.word_embeddings.weight"]
    named = {
        "embeddings.word_embeddings.weight": words,
        "embeddings.position_embeddings.weight": stored["positions.weight"],
        "embeddings.token_type_embeddings.weight": stored["segments.weight"],
    }
    for part in ("weight", "bias"):
        named[f"embeddings.LayerNorm.{part}"] = stored[f"norm.{part}"]
        named[f"heads.{of_tokens}.{part}"] = stored[f"token_heads.{part}"]
        named[f"heads.pair.{part}"] = stored[f"pair_heads.{part}"][:pair_heads]
        for number in range(LAYERS):
            ours, theirs = f"layers.{number}", f"encoder.layer.{number}"
            heads = np.split(stored[f"{ours}.heads.{part}"], 3)
            for name, tensor in zip(("query", "key", "value"), heads, strict=True):
                named[f"{theirs}.attention.self.{name}.{part}"] = tensor
            named[f"{theirs}.attention.output.dense.{part}"] = stored[f"{ours}.attended.{part}"]
            named[f"{theirs}.attention.output.LayerNorm.{part}"] = stored[f"{ours}.attended_norm.{part}"]
            named[f"{theirs}.intermediate.dense.{part}"] = stored[f"{ours}.wide.{part}"]
            named[f"{theirs}.output.dense.{part}"] = stored[f"{ours}.read.{part}"]
            named[f"{theirs}.output.LayerNorm.{part}"] = stored[f"{ours}.read_norm.{part}"]
    return named


def samples(pairs: Path) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Ids and segments of pairs spread evenly over those trained on."""
    with np.load(pairs) as file:
        at = np.append(0, np.cumsum(file["sizes"].astype(np.int64)))
        ids, firsts = file["ids"].astype(np.int64), file["firsts"].astype(np.int64)
    found = []
    for number in range(0, len(firsts), len(firsts) // CALIBRATION)[:CALIBRATION]:
        row = ids[at[number] : at[number + 1]]
        found.append((row[None], (np.arange(len(row)) >= firsts[number]).astype(np.int64)[None]))
    return found


def maxima(trained: Tensors, pairs: Path) -> Maxima:
    """Largest absolute input of each linear layer, one number a channel."""
    graph = ObservedPairs(trained)
    session = open_session(graph.model().SerializeToString())
    largest = {name: np.zeros(1, np.float64) for name in graph.observed}
    for ids, segments in samples(pairs):
        seen = session.run(list(graph.observed.values()), {"ids": ids, "segments": segments})
        for name, value in zip(graph.observed, seen, strict=True):
            largest[name] = np.maximum(largest[name], np.abs(value).max(axis=(0, 1)))
    return {name: np.array([float(f"{v:.3g}") for v in values]) for name, values in largest.items()}


def averaged(networks: Sequence[Tensors], counts: Sequence[float] | None) -> Tensors:
    """The mean of their weights, in which each counts so much; all the same for None."""
    stacked = {name: np.stack([one[name] for one in networks]).astype(np.float64) for name in networks[0]}
    return {name: np.average(every, axis=0, weights=counts).astype(np.float32) for name, every in stacked.items()}


def arguments(description: str | None, out: Path) -> argparse.ArgumentParser:
    """What every export is told; ``out``: where the graph is shipped."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("networks", type=Path, nargs="+")
    parser.add_argument("--counts", type=float, nargs="+", help="how much each network counts in the mean")
    parser.add_argument("--pairs", type=Path, required=True, help="what to calibrate on")
    parser.add_argument("--out", type=Path, default=out)
    parser.add_argument("--plain", action="store_true", help="float32 instead of int8")
    return parser


def write(networks: Sequence[Tensors], chosen: argparse.Namespace) -> None:
    """The graph of the networks' mean, as the arguments say, with its sum beside it."""
    trained = averaged(networks, chosen.counts)
    graph = PairGraph(trained) if chosen.plain else Int8Pairs(trained, maxima(trained, chosen.pairs))
    content = graph.model().SerializeToString(deterministic=True)
    chosen.out.write_bytes(content)
    sums = f"{hashlib.sha256(content).hexdigest()}  {chosen.out.name}\n"
    chosen.out.with_name("SHA256SUMS").write_text(sums, "utf-8")
    print(f"{chosen.out}: {len(content):,} bytes")


def main() -> None:
    """Write the reader's graph."""
    chosen = arguments(main.__doc__, MODEL).parse_args()
    write([tensors(one, of_tokens="spans", pair_heads=PAIR_HEADS) for one in chosen.networks], chosen)


if __name__ == "__main__":
    main()
