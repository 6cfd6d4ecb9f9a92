"""Text to vectors: the int8 MiniLM that ships in ``index/model``, and a hashing stand-in for tests."""

import hashlib
import re
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions  # type: ignore[import-untyped]
from tokenizers import Encoding, Tokenizer

from index.errors import ModelFileWrong

SUMS = "SHA256SUMS"
ASKED = 8
"""Questions whose vectors are remembered: to answer one, its vector is asked for several times."""
REINSTALL = "Reinstall Byline, or build the file again as the README.md beside it says."
WORDS = re.compile(r"\w+")


class Embedder(Protocol):
    """Turns texts into vectors of unit length, so that their dot product is their cosine."""

    @property
    def id(self) -> str:
        """Names the vectors: two embedders with one id give the same vector for the same text."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """How much of a text is read, in tokens, the two special ones included."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special ones not counted, nothing cut off."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row a text, in their order: shape (len(texts), dimensions), each row of length 1."""
        ...


class MiniLM:
    """all-MiniLM-L6-v2 in int8 on the CPU; one may serve many threads.

    The files are read, and checked against ``SHA256SUMS`` beside them, when first needed; ``ModelFileWrong`` names one
    that is missing or altered.
    """

    dimensions = 384
    max_tokens = 256

    def __init__(self, folder: Path = Path(__file__).parent / "model", *, workers: int = 1) -> None:
        self._folder = folder
        self._workers = workers
        self._loading = Lock()
        self._asked = lru_cache(ASKED)(lambda question: self._rows([question]))

    @cached_property
    def id(self) -> str:
        """Changes with the weights and with the tokenizer, since the sums cover both."""
        return f"all-MiniLM-L6-v2-{hashlib.sha256(_read(self._folder / SUMS)).hexdigest()[:12]}"

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special ones not counted, nothing cut off."""
        tokenizer, _ = self._load()
        encodings = tokenizer.encode_batch_fast([_readable(text) for text in texts], add_special_tokens=False)
        return [len(encoding.ids) for encoding in encodings]

    def tokens(self, texts: Sequence[str]) -> list[Encoding]:
        """Tokens of each text with their offsets in it, special ones left out, nothing cut off."""
        tokenizer, _ = self._load()
        return tokenizer.encode_batch([_readable(text) for text in texts], add_special_tokens=False)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row a text, in their order; what a text has beyond ``max_tokens`` is not read."""
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        return self._asked(texts[0]).copy() if len(texts) == 1 else self._rows(texts)

    def _rows(self, texts: Sequence[str]) -> NDArray[np.float32]:
        tokenizer, session = self._load()

        def vector(ids: list[int]) -> NDArray[np.float32]:
            within = ids if len(ids) <= self.max_tokens else [*ids[: self.max_tokens - 1], ids[-1]]
            row: NDArray[np.float32] = session.run(["vectors"], {"ids": np.array([within], np.int64)})[0]
            return row

        # One text at a time: numbers are quantised to the range of the whole call, so a text's vector would depend on
        # the texts beside it (cosine .9988 between the two), and batches of equal length gain no speed on passages.
        rows = [encoding.ids for encoding in tokenizer.encode_batch_fast([_readable(text) for text in texts])]
        if min(self._workers, len(rows)) == 1:  # a question: starting a thread takes longer than embedding it
            return np.concatenate([vector(row) for row in rows])
        longest_first = sorted(range(len(rows)), key=lambda row: -len(rows[row]))  # so the threads end together
        vectors = np.empty((len(rows), self.dimensions), np.float32)
        with ThreadPoolExecutor(self._workers) as pool:
            vectors[longest_first] = np.concatenate(list(pool.map(vector, [rows[row] for row in longest_first])))
        return vectors

    def _load(self) -> tuple[Tokenizer, InferenceSession]:
        with self._loading:
            return self._loaded

    @cached_property
    def _loaded(self) -> tuple[Tokenizer, InferenceSession]:
        tokenizer, model = (released(self._folder / name) for name in ("tokenizer.json", "model.onnx"))
        return open_tokenizer(tokenizer), open_session(model)


def released(path: Path) -> bytes:
    """The content of a model file; ``ModelFileWrong`` unless its sum stands in the ``SHA256SUMS`` beside it."""
    content = _read(path)
    if f"{hashlib.sha256(content).hexdigest()}  {path.name}".encode() not in _read(path.with_name(SUMS)).splitlines():
        raise ModelFileWrong(f"{path} is not the file that was released. {REINSTALL}")
    return content


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        raise ModelFileWrong(f"{path} cannot be read ({exc.strerror}). {REINSTALL}") from exc


def open_tokenizer(content: bytes) -> Tokenizer:
    """The tokenizer in a ``tokenizer.json``; it neither cuts off nor pads."""
    tokenizer = Tokenizer.from_buffer(content)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def open_session(model: bytes) -> InferenceSession:
    """The model, run by the calling thread alone and just as its graph is written; it may serve many threads."""
    options = SessionOptions()
    # More threads a text slow each other down on a shared machine; texts side by side use the cores better.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # Our graphs are already in their fastest form: optimising them would only add to the time of a cold start.
    options.graph_optimization_level = GraphOptimizationLevel.ORT_DISABLE_ALL
    return InferenceSession(model, options, providers=["CPUExecutionProvider"])


class HashEmbedder:
    """A bag of hashed words, for tests: needs no files, and is the same in every process."""

    max_tokens = 256

    def __init__(self, dimensions: int = 64) -> None:
        self.dimensions = dimensions

    @property
    def id(self) -> str:
        """Changes with the dimensions, the only thing that shapes a vector."""
        return f"hash-{self.dimensions}"

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Words of each text."""
        return [len(WORDS.findall(text)) for text in texts]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row a text: how often each word's place was hit, scaled to length 1."""
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in enumerate(texts):
            # A text without words still needs a direction: that of the empty word.
            for word in WORDS.findall(text.lower())[: self.max_tokens] or [""]:
                vectors[row, zlib.crc32(word.encode()) % self.dimensions] += 1
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def _readable(text: str) -> str:
    """The text with each lone surrogate, which no tokenizer takes, replaced."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
