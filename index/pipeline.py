"""Batches embedded and stored beside the thread that reads more, each after the one before it."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

from index.build import Cut
from index.tables import Entry

UNDER_WAY = 3
"""Batches that are embedded, stored, or wait for it: memory stays bounded, and no step waits for another."""


class Pipeline:
    """A context manager; on leaving it, even by an interrupt, every batch that was put in has been stored."""

    def __init__(self, embed: Callable[[list[Cut]], list[Entry]], store: Callable[[list[Entry]], None]) -> None:
        self._embed, self._store = embed, store
        # Each has one thread of its own, so that batches stay in their order.
        self._embedding = ThreadPoolExecutor(1, "embedding")
        self._storing = ThreadPoolExecutor(1, "storing")
        self._under_way: deque[tuple[int, Future[None]]] = deque()
        self._settled = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._embedding.shutdown()
        self._storing.shutdown()

    def put(self, cuts: list[Cut], taken: int) -> None:
        """Have a batch embedded and stored; waits while too many are, and raises what went wrong with one of them."""
        entries = self._embedding.submit(self._embed, cuts)
        self._under_way.append((taken, self._storing.submit(lambda: self._store(entries.result()))))
        self._settle(most=UNDER_WAY - 1)

    def settled(self, taken: int) -> int:
        """How much had been taken when the last stored batch was put in; at least ``taken`` if none is under way."""
        self._settle(most=UNDER_WAY)
        return self._settled if self._under_way else max(self._settled, taken)

    def finish(self, cuts: list[Cut], taken: int) -> Iterator[int]:
        """Have the last batch stored; gives how much had been taken by each that is still under way, once it is stored.

        A batch that is the only one is stored by the calling thread: one article is found in half the time so.
        """
        if not self._under_way:
            self._store(self._embed(cuts))
            yield taken
            return
        self.put(cuts, taken)
        while self._under_way:
            self._settle(most=len(self._under_way) - 1)
            yield self._settled

    def _settle(self, *, most: int) -> None:
        while self._under_way and (len(self._under_way) > most or self._under_way[0][1].done()):
            taken, stored = self._under_way.popleft()
            stored.result()
            self._settled = taken
