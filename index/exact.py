"""Search by meaning without an index: the question's vector against every vector of the catalog.

For a process that asks once: reading the vectors of 50,000 passages costs less than importing Chroma.
"""

import threading

import numpy as np
from numpy.typing import NDArray

from index.catalog import Catalog

MOST_PASSAGES = 50_000
"""Beyond, reading every vector (77 MB) and comparing it takes longer than an index."""


class ExactSearch:
    """Every passage by its vector; sees each change of the catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._reading = threading.Lock()
        self._version = -1

    def search(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """Keys of the passages nearest to the vector and their cosines with it, best first."""
        keys, vectors = self._current()
        if not len(keys):
            return []
        cosines = vectors @ vector
        # Putting only the nearest in order takes a tenth of the time that putting all of them would.
        nearest = np.argpartition(-cosines, limit)[:limit] if limit < len(keys) else np.arange(len(keys))
        nearest = nearest[np.lexsort((keys[nearest], -cosines[nearest]))]
        return list(zip(keys[nearest].tolist(), cosines[nearest].tolist(), strict=True))

    def _current(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        with self._reading:
            if self._version != self._catalog.version():
                self._version, self._keys, self._vectors = self._catalog.matrix()
            return self._keys, self._vectors
