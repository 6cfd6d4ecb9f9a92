"""A collection whose vectors another embedding model made: its passages embedded anew, from the catalog."""

import logging
import time
from contextlib import closing
from pathlib import Path

from index.catalog import Catalog
from index.chunking import contextual
from index.database import CHANGE, connected, telling
from index.embedding import Embedder
from index.migrating import TOLD_EVERY

STEP = 500
"""Passages embedded at once."""
AFTER = """
SELECT p.key, p.text, a.title FROM passages AS p JOIN articles AS a ON a.key = p.article
WHERE p.key > ? ORDER BY p.key LIMIT ?
"""

log = logging.getLogger(__name__)


def renew(path: Path, embedder: Embedder) -> int:
    """Give every passage of a catalog the vector that this embedder makes; how many had another's.

    It happens whole or not at all: whoever stops it has the catalog as it was. What is derived is rebuilt when the
    collection is next opened. The caller holds the directory's lock. ``CollectionDamaged``.
    """
    with telling(path), closing(connected(path)) as db:
        known = db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").fetchone()
        made_by = db.execute("SELECT value FROM meta WHERE name = 'embedder'").fetchone() if known else None
    if made_by is None or made_by[0] == embedder.id:
        return 0
    with closing(Catalog(path, made_by[0])) as catalog:
        return _renew(catalog, embedder)


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
