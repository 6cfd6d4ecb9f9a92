"""Make the word table from the embedding model: ``python -m assistant.reader.words``, as README.md describes."""

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.vocabulary import TABLE
from index.embedding import MiniLM

DIMENSIONS = 128
COMMONEST = "the"
"""Where the tokenizer's whole words begin; from there they stand by falling frequency."""


def main() -> None:
    """Embed every whole word that the tokenizer knows, keep the main directions, and write them in 8 bits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--tokenizer", type=Path, default=Path("index/model/tokenizer.json"), help="The embedder's tokenizer.json."
    )
    parser.add_argument("--out", type=Path, default=TABLE, help="Where the table is written.")
    arguments = parser.parse_args()
    words = whole_words(arguments.tokenizer)
    vectors = reduced(MiniLM(workers=2).embed(words))
    eighth = np.round(127 * vectors / np.abs(vectors).max(axis=1, keepdims=True)).astype(np.int8)
    np.savez(arguments.out, words=np.frombuffer("\n".join(words).encode(), np.uint8), vectors=eighth)
    print(f"{len(words)} words, {arguments.out.stat().st_size:,} bytes: {arguments.out}")


def whole_words(tokenizer: Path) -> list[str]:
    """The words of the tokenizer that are neither pieces nor signs, the commonest first."""
    places: dict[str, int] = json.loads(tokenizer.read_text(encoding="utf-8"))["model"]["vocab"]
    ranked = sorted(places, key=places.__getitem__)
    return [word for word in ranked[places[COMMONEST] :] if word.isascii() and word.isalpha() and len(word) > 1]


def reduced(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vectors about their mean along their main directions, each of unit length."""
    centred = vectors - vectors.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    kept = centred @ directions[:, ::-1][:, :DIMENSIONS]
    return np.asarray(kept / np.linalg.norm(kept, axis=1, keepdims=True), np.float32)


if __name__ == "__main__":
    main()
