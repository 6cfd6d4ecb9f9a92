"""Search by meaning: nearest vectors, in embedded Chroma. The only door to chromadb."""

import json
import logging
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.config import Settings
from chromadb.errors import ChromaError
from numpy.typing import NDArray

from index.derived import IndexBroken, breaking
from index.tables import StoredPassage

SEAL = "seal.json"
EF_SEARCH = 200
"""Candidates HNSW keeps while it searches: recall for a tenth of a millisecond."""

log = logging.getLogger(__name__)


class DenseReader:
    """Search in an index that another process has written; ``IndexBroken`` where it cannot be read.

    Chroma takes the whole process down when one of its graph files is cut short. The writer therefore seals them (size
    and time of last change) after each change, and files that do not match their seal are never opened.
    """

    name = "dense"

    def __init__(self, folder: Path) -> None:
        with breaking(self.name, ChromaError, OSError, ValueError, KeyError):
            seal = json.loads((folder / SEAL).read_text())
            if _graph_files(folder / seal["folder"]) != seal["files"]:
                raise ValueError("its files have changed since they were written")
            self._open(folder / seal["folder"])

    def search(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """Keys of the passages nearest to the vector and their cosines with it, best first."""
        query: Any = vector[np.newaxis]
        with breaking(self.name, ChromaError):
            found = self._collection.query(query_embeddings=query, n_results=limit, include=["distances"])
        distances = found["distances"] or [[]]
        return [(int(key), 1 - distance) for key, distance in zip(found["ids"][0], distances[0], strict=True)]

    def holds(self, passages: Sequence[StoredPassage], count: int) -> bool:
        """Whether there are exactly ``count`` passages, and each of these finds itself or its equal."""
        with breaking(self.name, ChromaError):
            if self._collection.count() != count:
                return False
        nearest = [self.search(stored.vector, 1) for stored in passages]
        return all(hits and hits[0][1] > 0.9999 for hits in nearest)

    def close(self) -> None:
        """Let go of the files; the index is not used again."""
        self._client.close()

    def _open(self, path: Path) -> None:
        self._path = path
        self._client: Any = chromadb.PersistentClient(path=str(path), settings=Settings(anonymized_telemetry=False))
        self._collection = self._client.get_or_create_collection(
            "passages", embedding_function=None, configuration={"hnsw": {"space": "cosine", "ef_search": EF_SEARCH}}
        )


class DenseIndex(DenseReader):
    """Passages by their vectors; derived from the catalog, and so free to be thrown away.

    One that cannot be opened is begun anew, empty.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            super().__init__(folder)
        except IndexBroken as exc:
            log.info("%s", exc)
            self._begin()

    @property
    def batch(self) -> int:
        """Passages that Chroma takes at once."""
        return int(self._client.get_max_batch_size())

    def put(self, passages: Sequence[StoredPassage]) -> None:
        """Store the passages, in place of any with the same keys; at most ``batch`` of them."""
        if not passages:
            return
        vectors: Any = np.stack([stored.vector for stored in passages])
        with self._changing():
            self._collection.upsert(ids=[str(stored.key) for stored in passages], embeddings=vectors)

    def drop(self, keys: Sequence[int]) -> None:
        """Forget the passages; keys that are not there do no harm."""
        if not keys:
            return
        with self._changing():
            self._collection.delete(ids=[str(key) for key in keys])

    def commit(self) -> None:
        """Seal the files as they are now."""
        with breaking(self.name, OSError):
            seal = {"folder": self._path.name, "files": _graph_files(self._path)}
            (self._folder / SEAL).write_text(json.dumps(seal))

    def clear(self) -> None:
        """Begin again with an empty index."""
        self.close()
        self._begin()

    def _begin(self) -> None:
        with breaking(self.name, ChromaError, OSError):
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(exist_ok=True)
            # A fresh name each time: within a process, Chroma goes on using what it once opened under an old one.
            self._open(self._folder / uuid.uuid4().hex[:8])

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with breaking(self.name, ChromaError, OSError):
            (self._folder / SEAL).unlink(missing_ok=True)
            yield


def _graph_files(path: Path) -> dict[str, list[int]]:
    """Size and time of last change of every file of the graph; Chroma checks its SQLite file itself."""
    files = {str(file.relative_to(path)): file.stat() for file in sorted(path.glob("*/*"))}
    return {name: [stat.st_size, stat.st_mtime_ns] for name, stat in files.items()}
