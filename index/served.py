"""Search by meaning in a Chroma server, which is away at times: searches fail at once then, and mending waits for it.

Only Byline's own vectors and keys go there. Its client raises a bare ``Exception`` for a reply that it does not know
and httpx's errors where there is none, so that whatever a call raises means that the server is away.
"""

import logging
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import chromadb
import numpy as np
from chromadb.config import Settings
from numpy.typing import NDArray

from index.catalog import Catalog
from index.dense import EF_SEARCH, NEIGHBOURS
from index.derived import IndexAway, prove
from index.tables import StoredPassage

PATIENCE = 10.0
"""Seconds for a reply: 2,000 passages are stored in one."""
RETRY_AFTER = 5.0
"""Seconds for which a server that did not answer is not asked again, so that questions do not wait for it."""
BATCH = 1_000
"""Passages in one request: 2 MB."""
Reply = TypeVar("Reply")

log = logging.getLogger(__name__)


def collection_name(file: Path) -> str:
    """What a data directory's passages are called in a server; made up when first asked for, and kept in the file."""
    if not file.exists():
        fresh = file.with_suffix(".new")
        fresh.write_text(f"byline-{uuid.uuid4().hex[:16]}", encoding="utf-8")
        fresh.replace(file)
    return file.read_text(encoding="utf-8").strip()


class ServedReader:
    """Search in a collection of the server; ``IndexAway`` where it does not answer or has no such collection."""

    name = "dense"

    def __init__(self, url: str, collection: str, *, patience: float = PATIENCE) -> None:
        self._url = url.rstrip("/")
        self._patience = patience
        self._named = collection
        self._client: Any = None
        self._collection: Any = None
        self._connecting = threading.Lock()
        self._closed = False
        self._resting_until = 0.0
        self._trouble = ""

    def search(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """Keys of the passages nearest to the vector and their cosines with it, best first."""
        query: Any = vector[np.newaxis]
        found = self._ask(lambda held: held.query(query_embeddings=query, n_results=limit, include=["distances"]))
        distances = found["distances"] or [[]]
        return [(int(key), 1 - distance) for key, distance in zip(found["ids"][0], distances[0], strict=True)]

    def holds(self, passages: Sequence[StoredPassage], count: int) -> bool:
        """Whether there are exactly ``count`` passages, and each of these finds itself or its equal."""
        if self._ask(lambda held: held.count()) != count:
            return False
        nearest = [ServedReader.search(self, stored.vector, 1) for stored in passages]
        return all(hits and hits[0][1] > 0.9999 for hits in nearest)

    def close(self) -> None:
        """Let go of the connection; the index is not used again, and calls that are under way end."""
        self._closed = True
        if self._client:
            self._client.close()
            for part in (self._client, self._client._admin_client):  # noqa: SLF001  Chroma leaves connections open
                part._server._session.close()  # noqa: SLF001

    def _ask(self, ask: Callable[[Any], Reply]) -> Reply:
        """What the collection says; asked once more where the connection had only gone stale."""
        if self._closed or time.monotonic() < self._resting_until:
            raise IndexAway(self._trouble)
        for again in (True, False):
            started = time.monotonic()
            try:
                return ask(self._found())
            except Exception as exc:
                self._collection = None  # A server that was begun anew knows it by another number, or not at all.
                if not again or time.monotonic() - started > 1:
                    self._lost(exc)
                    raise IndexAway(self._trouble) from exc
        raise AssertionError("the loop returns or raises")

    def _lost(self, trouble: Exception) -> None:
        self._resting_until = time.monotonic() + RETRY_AFTER
        self._trouble = (
            f"The Chroma server at {self._url} does not give what it should ({' '.join(str(trouble).split())[:200]}). "
            "Start it with `chroma run --path DIR`, or unset chroma_url; until then passages are found by words alone."
        )

    def _found(self) -> Any:
        with self._connecting:
            if self._collection is None:
                self._collection = self._connected().get_collection(self._named, embedding_function=None)
            return self._collection

    def _connected(self) -> Any:
        if self._client is None:
            # Chroma's client would wait for ever for a server that takes a connection and says nothing.
            with urllib.request.urlopen(f"{self._url}/api/v2/heartbeat", timeout=self._patience):  # noqa: S310  http or https
                pass
            self._client = chromadb.HttpClient(host=self._url, settings=Settings(anonymized_telemetry=False))
            self._client._server._session.timeout = self._patience  # noqa: SLF001  there is no setting for it
        return self._client


class ServedIndex(ServedReader):
    """Passages by their vectors in the server; derived from the catalog, and proven again whenever it was away."""

    batch = BATCH

    def __init__(self, url: str, collection: str) -> None:
        super().__init__(url, collection)
        self.doubtful = True
        """Whether a call has failed since ``mend`` last found the index to hold every passage."""

    def search(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """Keys of the passages nearest to the vector and their cosines with it, best first."""
        if self.doubtful:
            raise IndexAway(self._trouble or "The search by meaning is being made ready.")
        return super().search(vector, limit)

    def put(self, passages: Sequence[StoredPassage]) -> None:
        """Store the passages, in place of any with the same keys; at most ``batch`` of them."""
        if passages:
            keys, vectors = [str(stored.key) for stored in passages], np.stack([stored.vector for stored in passages])
            self._ask(lambda held: held.upsert(ids=keys, embeddings=vectors))

    def drop(self, keys: Sequence[int]) -> None:
        """Forget the passages; keys that are not there do no harm."""
        for start in range(0, len(keys), BATCH):
            some = [str(key) for key in keys[start : start + BATCH]]
            self._ask(lambda held, some=some: held.delete(ids=some))  # type: ignore[misc]

    def commit(self) -> None:
        """Nothing: what the server has taken it keeps."""

    def clear(self) -> None:
        """Begin again with an empty collection."""
        self._collection = None
        try:
            client = self._connected()
            client.get_or_create_collection(self._named, embedding_function=None)
            client.delete_collection(self._named)
            hnsw = {"space": "cosine", "ef_search": EF_SEARCH, "max_neighbors": NEIGHBOURS}
            client.create_collection(self._named, embedding_function=None, configuration={"hnsw": hnsw})
        except Exception as exc:
            self._lost(exc)
            raise IndexAway(self._trouble) from exc
        self._resting_until = 0.0  # What it did not have, such as the collection, it has now.

    def mend(self, catalog: Catalog) -> None:
        """Have it hold what the catalog holds, if the server answers; ``IndexAway``."""
        if time.monotonic() < self._resting_until:
            raise IndexAway(self._trouble)
        try:
            self._connected().heartbeat()
        except Exception as exc:
            self._lost(exc)
            raise IndexAway(self._trouble) from exc
        self.doubtful = True
        prove(catalog, self)
        self.doubtful = False

    def _lost(self, trouble: Exception) -> None:
        super()._lost(trouble)
        self.doubtful = True


class Mending:
    """Watches over an index whose server may be away, and mends it when it is back; until ``close``."""

    def __init__(self, catalog: Catalog, index: ServedIndex, *, writing: threading.Lock) -> None:
        """Mends it now if that can be; ``writing`` is held while it is changed."""
        self._catalog, self._index, self._writing = catalog, index, writing
        self._said = ""
        self._closing = threading.Event()
        self._mend()
        self._thread = threading.Thread(target=self._watch, name="chroma server", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Watch no longer, and let go of the index."""
        self._closing.set()
        self._index.close()
        self._thread.join()

    def _watch(self) -> None:
        while not self._closing.wait(0.5):
            if self._index.doubtful:
                self._mend()

    def _mend(self) -> None:
        try:
            with self._writing:
                self._index.mend(self._catalog)
        except IndexAway as exc:
            if not self._said and not self._closing.is_set():
                log.warning("%s", exc)
                self._said = str(exc)
        else:
            if self._said:
                log.warning("The Chroma server answers again, and has every passage.")
                self._said = ""
