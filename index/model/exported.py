"""The encoder as exporters write it, operator by operator and with a mask: what is compared with.

Its texts may be padded to the longest of a call. It gives the last layer's output; its mean over a text's own tokens,
scaled to length 1, is the vector.
"""

import numpy as np
from onnx import ModelProto, TensorProto, checker, helper

from index.model.graph import HEADS, LAYERS, ONNX_FORMAT, ONNX_OPERATORS, WIDTH, Encoder

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUT = "last_hidden_state"


class ExportedEncoder(Encoder):
    """The encoder in float32 without an operator that stands for several; what a runtime fuses, it fuses itself."""

    def model(self) -> ModelProto:
        """``INPUTS`` int64 (texts, tokens) to ``OUTPUT`` float32 (texts, tokens, 384); call it once."""
        real = self.add("Cast", self.add("Unsqueeze", "attention_mask", self._axes(1, 2)), to=TensorProto.FLOAT)
        least = self.constant("least", np.array(np.finfo(np.float32).min))
        self._mask = self.add("Mul", self.add("Sub", self._number(1), real), least)
        hidden = self._embed("input_ids")
        for layer in range(LAYERS):
            hidden = self._layer(hidden, f"encoder.layer.{layer}")
        self._nodes.append(helper.make_node("Identity", [hidden], [OUTPUT]))
        graph = helper.make_graph(
            self._nodes,
            "all-MiniLM-L6-v2, as exported",
            [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"]) for name in INPUTS],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["texts", "tokens", WIDTH])],
            self._constants,
        )
        operators = [helper.make_opsetid("", ONNX_OPERATORS)]
        model = helper.make_model(graph, opset_imports=operators, ir_version=ONNX_FORMAT, producer_name="byline")
        checker.check_model(model)
        return model

    def _embed(self, ids: str) -> str:
        words, kinds, places = (
            self.constant(f"{name}s", self.tensors[f"embeddings.{name}_embeddings.weight"])
            for name in ("word", "token_type", "position")
        )
        tokens = self.add("Shape", ids, start=1, end=2)
        positions = self.add("Slice", places, self.constant("first", np.array([0], np.int64)), tokens)
        seen = self.add("Add", self.add("Gather", words, ids), self.add("Gather", kinds, "token_type_ids"))
        return self._normalised(self.add("Add", seen, positions), "embeddings.LayerNorm")

    def _layer(self, hidden: str, name: str) -> str:
        query, key, value = (
            self._heads(self.linear(hidden, f"{name}.attention.self.{part}"), turned)
            for part, turned in (("query", (0, 2, 1, 3)), ("key", (0, 2, 3, 1)), ("value", (0, 2, 1, 3)))
        )
        scores = self.add("Div", self.add("MatMul", query, key), self._number((WIDTH / HEADS) ** 0.5))
        weights = self.add("Softmax", self.add("Add", scores, self._mask), axis=-1)
        mixed = self.add("Transpose", self.add("MatMul", weights, value), perm=(0, 2, 1, 3))
        context = self.add("Reshape", mixed, self._axes(0, 0, WIDTH))
        attended = self.add("Add", self.linear(context, f"{name}.attention.output.dense"), hidden)
        hidden = self._normalised(attended, f"{name}.attention.output.LayerNorm")
        read = self.linear(self._gelu(self.linear(hidden, f"{name}.intermediate.dense")), f"{name}.output.dense")
        return self._normalised(self.add("Add", read, hidden), f"{name}.output.LayerNorm")

    def _heads(self, value: str, turned: tuple[int, ...]) -> str:
        split = self.add("Reshape", value, self._axes(0, 0, HEADS, WIDTH // HEADS))
        return self.add("Transpose", split, perm=turned)

    def _gelu(self, value: str) -> str:
        error = self.add("Erf", self.add("Div", value, self._number(2**0.5)))
        return self.add("Mul", self.add("Mul", value, self.add("Add", error, self._number(1))), self._number(0.5))

    def _axes(self, *numbers: int) -> str:
        return self.constant(f"axes.{len(self._constants)}", np.array(numbers, np.int64))

    def _number(self, value: float) -> str:
        return self.constant(f"number.{len(self._constants)}", np.array(value, np.float32))
