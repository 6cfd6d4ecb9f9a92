"""Indexes derived from the catalog: brought up to date from its outbox, proven on opening, rebuilt when they fail."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from index.catalog import Catalog
from index.errors import BylineError
from index.tables import StoredPassage

STEP = 2_000
"""Passages taken from the catalog at once: bounded memory, and large enough for Chroma to be fast."""
PROBES = 50

log = logging.getLogger(__name__)


class IndexBroken(BylineError):
    """A derived index cannot be read or written; nothing is lost, since the catalog rebuilds it."""


class IndexAway(IndexBroken):
    """The server of a derived index does not answer; it is mended when it is back."""


class DerivedIndex(Protocol):
    """What keeps passages findable; ``put`` and ``drop`` may be repeated without harm."""

    @property
    def name(self) -> str:
        """Names its progress in the catalog."""
        ...

    @property
    def batch(self) -> int:
        """Most passages that ``put`` takes at once."""
        ...

    def put(self, passages: Sequence[StoredPassage]) -> None:
        """Store the passages, in place of any with the same keys."""
        ...

    def drop(self, keys: Sequence[int]) -> None:
        """Forget the passages; keys that are not there do no harm."""
        ...

    def commit(self) -> None:
        """Make everything so far durable and visible to searches."""
        ...

    def holds(self, passages: Sequence[StoredPassage], count: int) -> bool:
        """Whether there are exactly ``count`` passages and a search finds these."""
        ...

    def clear(self) -> None:
        """Begin again with an empty index."""
        ...


def catch_up(catalog: Catalog, index: DerivedIndex) -> int:
    """Take in every change since the index was last up to date; how many there were."""
    seq, taken = catalog.progress(index.name) or 0, 0
    while changes := catalog.changes(seq, min(index.batch, STEP)):
        keys = {key for _, key in changes}
        present = catalog.passages(keys)
        # New before old: while both stand there, a question drops the old one, which the catalog no longer knows.
        index.put(present)
        index.drop(sorted(keys.difference(stored.key for stored in present)))
        index.commit()
        seq, taken = changes[-1][0], taken + len(changes)
        catalog.mark(index.name, seq)
    return taken


def prove(catalog: Catalog, index: DerivedIndex) -> None:
    """Leave an index that has caught up and finds a sample of its own passages, rebuilt if need be."""
    if catalog.progress(index.name) is not None:
        try:
            behind = catch_up(catalog, index)
            if index.holds(catalog.sample(PROBES), catalog.counts()[1]):
                index.commit()  # Chroma may write its files anew when it is first searched
                if behind:
                    log.warning("The %s index had missed %d changes of the catalog: taken in.", index.name, behind)
                return
        except IndexBroken as exc:
            log.info("%s", exc)
        passages = catalog.counts()[1]
        log.warning("The %s index does not match the catalog: rebuilding it, %d passages.", index.name, passages)
    rebuild(catalog, index)


def rebuild(catalog: Catalog, index: DerivedIndex) -> None:
    """Make the index anew from the catalog's passages and vectors."""
    seq = catalog.version()
    index.clear()
    fill(catalog, index)
    catalog.mark(index.name, seq)


def fill(catalog: Catalog, index: DerivedIndex) -> None:
    """Put every passage of the catalog into an empty index."""
    key = 0
    while passages := catalog.passages_after(key, min(index.batch, STEP)):
        index.put(passages)
        key = passages[-1].key
    index.commit()


@contextmanager
def breaking(name: str, *errors: type[Exception]) -> Iterator[None]:
    """Turn a library's errors, and the panics of its Rust code, into ``IndexBroken``, the cause kept."""
    try:
        yield
    except BaseException as exc:
        # A panic is no Exception, and its class cannot be imported.
        if not isinstance(exc, errors) and type(exc).__name__ != "PanicException":
            raise
        raise IndexBroken(
            f"The {name} index cannot be used: {exc}. See that its disk has room; the next `byline add` repairs it."
        ) from exc
