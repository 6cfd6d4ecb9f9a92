"""A collection whose vectors another embedding model made: its passages embedded anew, from the catalog."""

import logging
import time
from contextlib import closing
from pathlib import Path

from index.catalog import Catalog
from index.chunking import contextual
from index.database import CATALOG, CHANGE, connected, telling
from index.embedding import Embedder
from index.lock import WriterLock

STEP = 500
"""Passages embedded at once."""
TOLD_EVERY = 5
"""Seconds after which whoever waits is told how far it is."""
AFTER = """
SELECT p.key, p.text, a.title FROM passages AS p JOIN articles AS a ON a.key = p.article
WHERE p.key > ? ORDER BY p.key LIMIT ?
"""

log = logging.getLogger(__name__)


def renew(folder: Path, embedder: Embedder) -> int:
    """Give every passage the vector that this embedder makes, unless it has it already; how many were embedded.

    It happens whole or not at all: whoever stops it has the collection as it was. What is derived is rebuilt when the
    collection is next opened. ``CollectionBusy``, ``CollectionDamaged``.
    """
    path = folder / CATALOG
    with telling(path), closing(connected(path)) as db:
        made_by = dict(db.execute("SELECT name, value FROM meta").fetchall())["embedder"]
    if made_by == embedder.id:
        return 0
    lock = WriterLock(folder, "byline doctor")
    try:
        with closing(Catalog(path, made_by)) as catalog:
            return _renew(catalog, embedder)
    finally:
        lock.release()


def _renew(catalog: Catalog, embedder: Embedder) -> int:
    every = catalog.counts()[1]
    log.warning("The embedding model has changed: embedding %d passages anew.", every)
    done, key, told = 0, 0, time.monotonic()
    with catalog.transaction(CHANGE) as db:
        while rows := db.execute(AFTER, (key, STEP)).fetchall():
            vectors = embedder.embed([contextual(row["title"], row["text"]) for row in rows])
            db.executemany(
                "UPDATE passages SET vector = ? WHERE key = ?",
                [(vector.tobytes(), row["key"]) for vector, row in zip(vectors, rows, strict=True)],
            )
            done, key = done + len(rows), rows[-1]["key"]
            if time.monotonic() - told > TOLD_EVERY:
                told = time.monotonic()
                log.warning("Embedded %d of %d passages.", done, every)
        db.execute("UPDATE meta SET value = ? WHERE name = 'embedder'", (embedder.id,))
        db.execute("DELETE FROM progress")
    return done
