"""Search by meaning: nearest vectors, in embedded Chroma. The only door to chromadb."""

import json
import logging
import os
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
from index.killpoints import around
from index.tables import StoredPassage

SEAL = "seal.json"
TRIAL = "trial"
EF_SEARCH = 200
"""Candidates HNSW keeps while it searches: recall for a tenth of a millisecond."""
NEIGHBOURS = 32
"""Links of a vector. With Chroma's 16, 23 of 1,100 articles of one template were on no path and never found; with 32,
none. It costs a quarter of a millisecond a passage."""

log = logging.getLogger(__name__)


class DenseReader:
    """Search in an index that another process has written; ``IndexBroken`` where it cannot be read.

    Chroma takes the whole process down when one of its graph files is cut short. The writer therefore seals them (size
    and time of last change) whenever they are sound, and files that do not match their seal are never opened.
    """

    name = "dense"

    def __init__(self, folder: Path) -> None:
        with breaking(self.name, ChromaError, OSError, ValueError, KeyError):
            seal = json.loads((folder / SEAL).read_text())
            self._sealed: dict[str, list[int]] | None = seal["files"]
            if _graph_files(folder / seal["folder"]) != self._sealed:
                raise ValueError("its files have changed since they were written")
            self._open(folder / seal["folder"])

    def search(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """Keys of the passages nearest to the vector and their cosines with it, best first."""
        if self._empty:
            return []
        query: Any = vector[np.newaxis]
        with breaking(self.name, ChromaError):
            found = self._collection.query(query_embeddings=query, n_results=limit, include=["distances"])
        distances = found["distances"] or [[]]
        return [(int(key), 1 - distance) for key, distance in zip(found["ids"][0], distances[0], strict=True)]

    def holds(self, passages: Sequence[StoredPassage], count: int) -> bool:
        """Whether there are exactly ``count`` passages, and these find themselves or their equals.

        One in twenty may fail to: among near copies a graph leaves some on no path, however often it is rebuilt. In
        what is damaged, or another collection's, nearly all fail.
        """
        with breaking(self.name, ChromaError):
            if self._collection.count() != count:
                return False
        nearest = [self.search(stored.vector, 1) for stored in passages]
        lost = sum(not hits or hits[0][1] <= 0.9999 for hits in nearest)
        return lost * 20 <= len(passages)

    def close(self) -> None:
        """Let go of the files; the index is not used again."""
        self._client.close()

    def _open(self, path: Path) -> None:
        self._path = path
        self._client: Any = chromadb.PersistentClient(path=str(path), settings=Settings(anonymized_telemetry=False))
        self._collection = self._client.get_or_create_collection(
            "passages",
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "ef_search": EF_SEARCH, "max_neighbors": NEIGHBOURS}},
        )
        # Chroma fails a search that runs beside the first write to a collection: the vectors have a length by then, but
        # no graph ("Nothing found on disk"). An empty collection is therefore not asked.
        self._empty = self._collection.count() == 0


class DenseIndex(DenseReader):
    """Passages by their vectors; derived from the catalog, and so free to be thrown away.

    One that cannot be opened is begun anew, empty. The graph is written by Chroma every 1,000 changes, and kept up to
    date from its own log of changes until then: a seal from before them still tells a sound graph from a spoilt one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sound = True
        try:
            with breaking(self.name, OSError, RuntimeError):
                if (folder / TRIAL).exists():
                    raise RuntimeError("the process that opened it last died of it")
                if folder.exists():
                    (folder / TRIAL).touch()
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
            with around("dense upsert"):
                self._collection.upsert(ids=[str(stored.key) for stored in passages], embeddings=vectors)
            self._empty = False

    def drop(self, keys: Sequence[int]) -> None:
        """Forget the passages; keys that are not there do no harm."""
        if not keys:
            return
        with self._changing(), around("dense delete"):
            self._collection.delete(ids=[str(key) for key in keys])

    def commit(self) -> None:
        """Seal the files as they are now, once they are on the disk; after a failed change they never are sealed."""
        with breaking(self.name, OSError):
            (self._folder / TRIAL).unlink(missing_ok=True)
            files = _graph_files(self._path)
            if not self._sound or files == self._sealed:
                return
            for name in files:
                _flush(self._path / name)
            fresh = self._folder / f"{SEAL}.new"
            fresh.write_text(json.dumps({"folder": self._path.name, "files": files}))
            _flush(fresh)
            with around("dense seal"):
                fresh.replace(self._folder / SEAL)
            self._sealed = files

    def close(self) -> None:
        """Let go of the files; the index is not used again."""
        super().close()
        (self._folder / TRIAL).unlink(missing_ok=True)

    def clear(self) -> None:
        """Begin again with an empty index."""
        self.close()
        self._begin()

    def _begin(self) -> None:
        with breaking(self.name, ChromaError, OSError), around("dense begin"):
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(exist_ok=True)
            # A fresh name each time: within a process, Chroma goes on using what it once opened under an old one.
            self._open(self._folder / uuid.uuid4().hex[:8])
            self._sealed, self._sound = None, True

    @contextmanager
    def _changing(self) -> Iterator[None]:
        try:
            with breaking(self.name, ChromaError, OSError):
                yield
        except IndexBroken:
            # Chroma goes on, but what its files hold now is not known: the next opening begins anew.
            self._sound = False
            (self._folder / SEAL).unlink(missing_ok=True)
            raise


def _graph_files(path: Path) -> dict[str, list[int]]:
    """Size and time of last change of every file of the graph; Chroma checks its SQLite file itself.

    Before Chroma has written a graph, with its table of ids, its files are empty and begun anew at every opening.
    """
    written = (table.parent for table in path.glob("*/index_metadata.pickle"))
    files = {str(file.relative_to(path)): file.stat() for folder in written for file in sorted(folder.iterdir())}
    return {name: [stat.st_size, stat.st_mtime_ns] for name, stat in files.items()}


def _flush(path: Path) -> None:
    """Have the system write the file to the disk, so that its seal cannot outlive a power cut that it does not."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
