"""The encoder as an ONNX graph: token ids in, one vector of unit length a text out.

The texts of one call have the same length, so there is no mask and no padding.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, checker, helper

from index.model.source import Tensors

LAYERS = 6
HEADS = 12
WIDTH = 384
POSITIONS = 256  # The published table has 512 rows, but the model was tuned on texts of up to 256 tokens.
CONTRIB = "com.microsoft"
ONNX_OPERATORS = 18
ONNX_FORMAT = 8  # Read by every onnxruntime since 1.14.


class Encoder:
    """The encoder in float32; a subclass says otherwise how weights are stored and multiplied."""

    def __init__(self, tensors: Tensors) -> None:
        self.tensors = tensors
        self.outputs: dict[str, tuple[str | int, ...]] = {"vectors": ("texts", WIDTH)}
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []

    def look_up(self, ids: str) -> str:
        """The word embedding of each token."""
        words = self.constant("words", self.tensors["embeddings.word_embeddings.weight"])
        return self.add("Gather", words, ids)

    def linear(self, value: str, *names: str) -> str:
        """``value`` through the named linear layers, their outputs side by side."""
        weight, bias = self.weights(*names)
        product = self.add("MatMul", value, self.constant(f"{names[0]}.weight", weight))
        return self.add("Add", product, self.constant(f"{names[0]}.bias", bias))

    def attend(self, hidden: str, *heads: str) -> str:
        """What each token takes from all, through the linear layers that give queries, keys and values."""
        query, key, value = self.split("Split", self.linear(hidden, *heads), into=3, axis=-1, num_outputs=3)
        return self.add("MultiHeadAttention", query, key, value, domain=CONTRIB, num_heads=HEADS)

    def widen(self, hidden: str, inner: str, outer: str) -> str:
        """Each token through the layer that widens it to four times as many channels, and the one that narrows it."""
        return self.linear(self.add("Gelu", self.linear(hidden, inner), domain=CONTRIB), outer)

    def weights(self, *names: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Weight (in, out) and bias (out) of linear layers laid side by side."""
        weight = np.concatenate([self.tensors[f"{name}.weight"].T for name in names], axis=1)
        return weight, np.concatenate([self.tensors[f"{name}.bias"] for name in names])

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """An operator with one output, whose name it gives back."""
        return self.split(operator, *inputs, into=1, **attributes)[0]

    def split(self, operator: str, *inputs: str, into: int, **attributes: Any) -> list[str]:
        """An operator with several outputs, whose names it gives back."""
        names = [f"{operator}{len(self._nodes)}.{n}" for n in range(into)]
        self._nodes.append(helper.make_node(operator, inputs, names, **attributes))
        return names

    def constant(self, name: str, values: NDArray[Any]) -> str:
        """A stored tensor; gives back its name."""
        # Little-endian whatever the machine, so that the file is the same everywhere.
        raw = np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<")).tobytes()
        kind = helper.np_dtype_to_tensor_dtype(values.dtype)
        self._constants.append(helper.make_tensor(name, kind, values.shape, raw, raw=True))
        return name

    def model(self) -> ModelProto:
        """``ids`` int64 (texts, tokens) to ``vectors`` float32 (texts, 384); call it once."""
        hidden = self._embed("ids")
        for layer in range(LAYERS):
            hidden = self._layer(hidden, f"encoder.layer.{layer}")
        mean = self.add("ReduceMean", hidden, self.constant("axis", np.array([1], np.int64)), keepdims=0)
        length = self.add("ReduceL2", mean, "axis", keepdims=1)
        self._nodes.append(helper.make_node("Div", [mean, length], ["vectors"]))
        graph = helper.make_graph(
            self._nodes,
            "all-MiniLM-L6-v2",
            [helper.make_tensor_value_info("ids", TensorProto.INT64, ["texts", "tokens"])],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in self.outputs.items()],
            self._constants,
        )
        operators = [helper.make_opsetid("", ONNX_OPERATORS), helper.make_opsetid(CONTRIB, 1)]
        model = helper.make_model(graph, opset_imports=operators, ir_version=ONNX_FORMAT, producer_name="byline")
        checker.check_model(model)
        return model

    def _embed(self, ids: str) -> str:
        tokens = self.add("Shape", ids, start=1, end=2)
        # Every token is of the first segment, so that segment's embedding is added to the positions once and for all.
        table = self.tensors["embeddings.position_embeddings.weight"][:POSITIONS]
        table = table + self.tensors["embeddings.token_type_embeddings.weight"][0]
        bounds = self.constant("first", np.array([0], np.int64))
        positions = self.add("Slice", self.constant("positions", table), bounds, tokens)
        return self._normalised(self.add("Add", self.look_up(ids), positions), "embeddings.LayerNorm")

    def _layer(self, hidden: str, name: str) -> str:
        context = self.attend(hidden, *(f"{name}.attention.self.{part}" for part in ("query", "key", "value")))
        attended = self.add("Add", hidden, self.linear(context, f"{name}.attention.output.dense"))
        hidden = self._normalised(attended, f"{name}.attention.output.LayerNorm")
        read = self.add("Add", hidden, self.widen(hidden, f"{name}.intermediate.dense", f"{name}.output.dense"))
        return self._normalised(read, f"{name}.output.LayerNorm")

    def _normalised(self, value: str, name: str) -> str:
        scale, bias = (self.constant(f"{name}.{part}", self.tensors[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self.add("LayerNormalization", value, scale, bias, epsilon=1e-12)
