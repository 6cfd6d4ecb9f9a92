"""The model files from the published weights and ``maxima.json``: the same bytes on every machine.

    python -m index.model.build                into this folder
    python -m index.model.build --out DIR      into another
    python -m index.model.build --plain DIR    the model in float32, and as exporters write it: to compare with

Only additions, multiplications, divisions, square roots and rounding of single numbers are used: each is exact to the
last bit in IEEE arithmetic, whatever the machine.
"""

import argparse
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto

from index.model.exported import ExportedEncoder
from index.model.graph import CONTRIB, HEADS, LAYERS, Encoder
from index.model.source import Tensors, read_source

FOLDER = Path(__file__).parent
MODEL, EXPORTED = "model.onnx", "exported.onnx"
LARGEST = 127
"""Of an int8."""
LARGE = 16
"""Channels between the two layers of a feed-forward block that are computed in float32, the largest ones.

The second layer's input has one scale, and in four blocks a single channel is several times as large as any other, on
the first token alone: with it the scale would be as many times coarser for all.
"""
SMOOTHED = {"query": 7, "attention.output": 6, "intermediate": 5}
"""How much of the difference between a layer's input channels its weights take over, in eighths."""
PAIR = 128
"""What two neighbouring weights of one sign may add up to.

A processor without VNNI multiplies bytes (0-255) by int8 and adds neighbours in 16 bits, cut off above 32,767; 255
times 128 stays below, so it gets the same sums as any other.
"""

Maxima = dict[str, NDArray[np.float64]]


class Int8Encoder(Encoder):
    """The encoder with weights in int8, its activations quantised as they come.

    Channels that are large in an activation cost all others their precision. So each is divided by a factor, and the
    weights it meets multiplied by it (SmoothQuant); where some are larger still, these are multiplied in float32.
    """

    def __init__(self, tensors: Tensors, maxima: Maxima) -> None:
        super().__init__(dict(tensors))
        self._maxima = maxima
        for layer in range(LAYERS):
            self._fold_into_value(f"encoder.layer.{layer}.attention")

    def look_up(self, ids: str) -> str:
        """The word embedding of each token; every row of the table has its own scale."""
        table = self.tensors["embeddings.word_embeddings.weight"]
        scales = np.abs(table).max(axis=1, keepdims=True) / np.float32(LARGEST)
        rows = self.add("Gather", self.constant("words", _rounded(table / scales)), ids)
        factors = self.add("Gather", self.constant("words.scale", scales), ids)
        return self.add("Mul", self.add("Cast", rows, to=TensorProto.FLOAT), factors)

    def linear(self, value: str, *names: str) -> str:
        """``value`` multiplied in int8 as it comes: what is left to this has been smoothed by the layer before."""
        return self._product(value, *self.weights(*names), name=names[0])

    def attend(self, hidden: str, *heads: str) -> str:
        """Attention in float32 on queries, keys and values from one product in int8."""
        weight, bias = self.weights(*heads)
        value, weight = self._smoothed(hidden, weight, heads[0])
        levels, step, zero = self.split("DynamicQuantizeLinear", value, into=3)
        stored, scales = self._stored(weight, heads[0])
        shift = self.constant(f"{heads[0]}.bias", bias)
        inputs = (levels, stored, shift, step, scales, "", zero)
        return self.add("QAttention", *inputs, domain=CONTRIB, num_heads=HEADS)

    def widen(self, hidden: str, inner: str, outer: str) -> str:
        """Both layers in int8 but for the few largest channels between them."""
        (weight, bias), (narrowing, narrowed) = self.weights(inner), self.weights(outer)
        large = np.sort(np.argsort(-self._maxima[outer], kind="stable")[:LARGE])
        few = self.add("MatMul", hidden, self.constant(f"{inner}.exact", weight[:, large]))
        few = self.add("Gelu", self.add("Add", few, self.constant(f"{inner}.exact.bias", bias[large])), domain=CONTRIB)
        exact = self.add("MatMul", few, self.constant(f"{outer}.exact", narrowing[large]))
        weight[:, large] = bias[large] = narrowing[large] = 0
        wide = self.add("Gelu", self._product(*self._smoothed(hidden, weight, inner), bias, name=inner), domain=CONTRIB)
        return self.add("Add", self._product(wide, narrowing, narrowed, name=outer), exact)

    def _product(self, value: str, weight: NDArray[np.float32], bias: NDArray[np.float32], *, name: str) -> str:
        """``value`` times the weights in int8."""
        stored, scales = self._stored(weight, name)
        shift = self.constant(f"{name}.bias", bias)
        return self.add("DynamicQuantizeMatMul", value, stored, scales, "", shift, domain=CONTRIB)

    def _stored(self, weight: NDArray[np.float32], name: str) -> tuple[str, str]:
        """The weights in int8 and their scales, one an output channel."""
        scales = _scales(weight)
        return self.constant(f"{name}.weight", _rounded(weight / scales)), self.constant(f"{name}.scale", scales)

    def _smoothed(self, value: str, weight: NDArray[np.float32], name: str) -> tuple[str, NDArray[np.float32]]:
        """``value`` with its channels divided by their factors, and the weights that take them over."""
        factors = self._factors(weight, name)
        return self.add("Mul", value, self.constant(f"{name}.smooth", 1 / factors)), weight * factors[:, None]

    def _fold_into_value(self, attention: str) -> None:
        """Smooth the input of the attention's output layer for free: it is linear in the value layer's channels."""
        factors = self._factors(self.tensors[f"{attention}.output.dense.weight"].T, f"{attention}.output.dense")
        self.tensors[f"{attention}.output.dense.weight"] = self.tensors[f"{attention}.output.dense.weight"] * factors
        for part in ("weight", "bias"):
            tensor = self.tensors[f"{attention}.self.value.{part}"]
            self.tensors[f"{attention}.self.value.{part}"] = (tensor.T / factors).T

    def _factors(self, weight: NDArray[np.float32], name: str) -> NDArray[np.float32]:
        """Per input channel: its maximum to the power of what ``SMOOTHED`` says over its weights' to that of the rest.

        Products and square roots, since a library's power function may differ in the last bit.
        """
        eighths = next(share for kind, share in SMOOTHED.items() if kind in name)
        weights = np.abs(weight).max(axis=1).astype(np.float64)
        ratio = np.ones_like(weights)
        for _ in range(eighths):
            ratio = ratio * self._maxima[name]
        for _ in range(8 - eighths):
            ratio = ratio / weights
        factors: NDArray[np.float32] = np.sqrt(np.sqrt(np.sqrt(ratio))).astype(np.float32)
        return factors


def _scales(weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """Per output channel, what one step of int8 stands for."""
    pairs = weight.reshape(-1, 2, weight.shape[1])
    same_sign = np.maximum(np.maximum(pairs, 0).sum(axis=1), np.maximum(-pairs, 0).sum(axis=1)).max(axis=0)
    largest = np.abs(weight).max(axis=0)
    # Rounding may add a half to each of the pair.
    scales: NDArray[np.float32] = np.maximum(largest / np.float32(LARGEST), same_sign / np.float32(PAIR - 1))
    return np.where(scales > 0, scales, np.float32(1))


def _rounded(values: NDArray[np.float32]) -> NDArray[np.int8]:
    return np.rint(values).astype(np.int8)


def read_maxima() -> Maxima:
    """What ``calibrate.py`` measured."""
    stored: dict[str, Any] = json.loads((FOLDER / "maxima.json").read_text("utf-8"))
    return {name: np.array(values, np.float64) for name, values in stored.items()}


def write(folder: Path, models: Mapping[str, ModelProto], tokenizer: bytes) -> None:
    """A folder that ``MiniLM`` reads: the models by their files' names, the tokenizer, and the sums of all."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {name: model.SerializeToString(deterministic=True) for name, model in models.items()}
    files["tokenizer.json"] = tokenizer
    for name, content in files.items():
        (folder / name).write_bytes(content)
        print(f"{folder / name}: {len(content):,} bytes")
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    (folder / "SHA256SUMS").write_text(sums, "utf-8")


def write_plain(folder: Path) -> None:
    """The model in float32, once as ours and once as exporters write it."""
    source = read_source()
    models = {MODEL: Encoder(source.tensors).model(), EXPORTED: ExportedEncoder(source.tensors).model()}
    write(folder, models, source.tokenizer)


def main() -> None:
    """Build the model files."""
    parser = argparse.ArgumentParser(prog="python -m index.model.build", description=main.__doc__)
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--out", type=Path, default=FOLDER, metavar="DIR", help="where to, instead of this package")
    kind.add_argument("--plain", type=Path, metavar="DIR", help="write the float32 models to DIR instead")
    chosen = parser.parse_args()
    if chosen.plain:
        write_plain(chosen.plain)
    else:
        source = read_source()
        write(chosen.out, {MODEL: Int8Encoder(source.tensors, read_maxima()).model()}, source.tokenizer)


if __name__ == "__main__":
    main()
