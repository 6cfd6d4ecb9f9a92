"""How large the inputs of each linear layer get, channel by channel, on real passages; ``build.py`` smooths by it.

    python -m index.model.calibrate CORPUS.jsonl

writes ``maxima.json``. Only running the model needs floating-point sums, whose last bits differ between machines; kept
apart here and rounded, they leave ``build.py`` the same bytes everywhere.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embedding import MiniLM, open_session, open_tokenizer
from index.model.graph import Encoder
from index.model.source import Source, Tensors, read_source

MAXIMA = Path(__file__).with_name("maxima.json")
PASSAGES = 120
DIGITS = 3


class ObservedEncoder(Encoder):
    """The float32 encoder, giving out the input of each linear layer as well."""

    def __init__(self, tensors: Tensors) -> None:
        super().__init__(tensors)
        self.observed: dict[str, str] = {}

    def linear(self, value: str, *names: str) -> str:
        """As the encoder's; remembers ``value`` under the first name."""
        self.observed[names[0]] = value
        self.outputs[value] = ("texts", "tokens", self.tensors[f"{names[0]}.weight"].shape[1])
        return super().linear(value, *names)


def maxima(source: Source, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
    """Largest absolute input of each linear layer, one number a channel; texts too long for the model are left out."""
    encoder = ObservedEncoder(source.tensors)
    session = open_session(encoder.model().SerializeToString())
    rows = [encoding.ids for encoding in open_tokenizer(source.tokenizer).encode_batch_fast(list(texts))]
    largest = {name: np.zeros(1, np.float32) for name in encoder.observed}
    for row in rows:
        if len(row) > MiniLM.max_tokens:
            continue
        inputs = session.run(list(encoder.observed.values()), {"ids": np.array([row], np.int64)})
        for name, value in zip(encoder.observed, inputs, strict=True):
            largest[name] = np.maximum(largest[name], np.abs(value).max(axis=(0, 1)))
    return largest


def main() -> None:
    """Calibrate on passages spread evenly over a corpus."""
    parser = argparse.ArgumentParser(prog="python -m index.model.calibrate", description=main.__doc__)
    parser.add_argument("corpus", type=Path, help="a corpus.jsonl of passages")
    texts = [json.loads(line)["text"] for line in parser.parse_args().corpus.read_text("utf-8").splitlines()]
    chosen = texts[:: max(1, len(texts) // PASSAGES)][:PASSAGES]
    measured = maxima(read_source(), chosen)
    rounded = {name: [float(f"{v:.{DIGITS}g}") for v in values.tolist()] for name, values in measured.items()}
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(values)}" for name, values in rounded.items())
    MAXIMA.write_text(f"{{\n{lines}\n}}\n", "utf-8")
    print(f"{MAXIMA}: {len(rounded)} layers, {len(chosen)} passages")


if __name__ == "__main__":
    main()
