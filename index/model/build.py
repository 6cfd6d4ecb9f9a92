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
from index.model.graph import CONTRIB, LAYERS, Encoder
from index.model.source import Tensors, read_source

FOLDER = Path(__file__).parent
MODEL, EXPORTED = "model.onnx", "exported.onnx"
LARGEST = 127
"""Of an int8."""
LARGE = 4
"""Input channels of a linear layer that are multiplied in float32, the largest ones.

A layer's input has one scale, and in four layers a single channel is four times as large as any other, on the first
token alone: with it the scale would be four times as coarse for all. Four of them cost a hundredth of the time.
"""
PAIR = 128
"""What two neighbouring weights of one sign may add up to.

A processor without VNNI multiplies bytes (0-255) by int8 and adds neighbours in 16 bits, cut off above 32,767; 255
times 128 stays below, so it gets the same sums as any other.
"""

Maxima = dict[str, NDArray[np.float64]]


class Int8Encoder(Encoder):
    """The encoder with weights in int8, its activations quantised as they come.

    Channels that are large in an activation cost all others their precision. So each is divided by a factor, and the
    weights it meets multiplied by it (SmoothQuant); the few largest are left out, and multiplied in float32.
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
        """``value`` smoothed and multiplied in int8, its largest channels in float32."""
        weight, bias = self.weights(*names)
        # Folded into the layer before, the attention's output needs no smoothing here.
        if names[0].endswith("attention.output.dense"):
            return self._product(value, weight, bias, name=names[0])
        factors, large = self._factors(*names), self._large(names[0])
        exact = self.add("Gather", value, self.constant(f"{names[0]}.large", large), axis=2)
        exact = self.add("MatMul", exact, self.constant(f"{names[0]}.exact", weight[large]))
        shrink, weight = 1 / factors, weight * factors[:, None]
        shrink[large] = weight[large] = 0
        value = self.add("Mul", value, self.constant(f"{names[0]}.smooth", shrink))
        return self.add("Add", self._product(value, weight, bias, name=names[0]), exact)

    def _product(self, value: str, weight: NDArray[np.float32], bias: NDArray[np.float32], *, name: str) -> str:
        """``value`` times the weights in int8; every output channel has its own scale."""
        scales = _scales(weight)
        stored = self.constant(f"{name}.weight", _rounded(weight / scales))
        scale, shift = self.constant(f"{name}.scale", scales), self.constant(f"{name}.bias", bias)
        return self.add("DynamicQuantizeMatMul", value, stored, scale, "", shift, domain=CONTRIB)

    def _large(self, name: str) -> NDArray[np.int64]:
        """The channels of the layer's input that get largest, in their order."""
        return np.sort(np.argsort(-self._maxima[name], kind="stable")[:LARGE])

    def _fold_into_value(self, attention: str) -> None:
        """Smooth the input of the attention's output layer for free: it is linear in the value layer's channels."""
        factors = self._factors(f"{attention}.output.dense")
        self.tensors[f"{attention}.output.dense.weight"] = self.tensors[f"{attention}.output.dense.weight"] * factors
        for part in ("weight", "bias"):
            tensor = self.tensors[f"{attention}.self.value.{part}"]
            self.tensors[f"{attention}.self.value.{part}"] = (tensor.T / factors).T

    def _factors(self, *names: str) -> NDArray[np.float32]:
        """Per input channel: its maximum to the power 3/4 over that of its weights to the power 1/4."""
        weights = np.abs(self.weights(*names)[0]).max(axis=1).astype(np.float64)
        largest = self._maxima[names[0]]
        # Products and square roots, since a library's power function may differ in the last bit.
        ratio = largest * largest * largest / weights
        factors: NDArray[np.float32] = np.sqrt(np.sqrt(ratio)).astype(np.float32)
        return factors


def _scales(weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """Per output channel, what one step of int8 stands for."""
    pairs = weight.reshape(-1, 2, weight.shape[1])
    same_sign = np.maximum(np.maximum(pairs, 0).sum(axis=1), np.maximum(-pairs, 0).sum(axis=1)).max(axis=0)
    largest = np.abs(weight).max(axis=0)
    # Rounding may add a half to each of the pair.
    scales: NDArray[np.float32] = np.maximum(largest / np.float32(LARGEST), same_sign / np.float32(PAIR - 1))
    return scales


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
