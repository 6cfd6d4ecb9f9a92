"""Make a collection follow its sources, and keep the list of them."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from index.collection import Collection
from index.errors import FetchRefused, SourceUnreadable
from index.fetching.addresses import Allowed, parse
from index.fetching.fetcher import Fetcher
from index.fetching.robots import Robots
from index.items import Reach
from index.listing import recognise
from index.passes import Pass
from index.runs import Progress, Run, Synced
from index.settings import IndexSettings
from index.sources import VANISHED, Source, Vanished


def now_in_utc() -> datetime:
    """The time, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


class Follower:
    """Adds sources to an open collection and follows them, from any thread; ``stopped`` ends a pass early."""

    def __init__(
        self,
        collection: Collection,
        fetcher: Fetcher,
        *,
        clock: Callable[[], datetime] = now_in_utc,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._collection = collection
        self._book = collection.followed
        self._fetcher = fetcher
        self._clock = clock
        self._stopped = stopped

    @classmethod
    def of(
        cls, collection: Collection, settings: IndexSettings, *, stopped: Callable[[], bool] = lambda: False
    ) -> Self:
        """A follower that fetches what the settings allow."""
        return cls(collection, Fetcher(Allowed.of(settings.fetch_private)), stopped=stopped)

    def sources(self) -> list[Source]:
        """Every source, in the order in which they were added."""
        return self._book.all()

    def add(
        self, named: Sequence[str], *, vanished: Vanished | None = None, progress: Progress | None = None
    ) -> Synced:
        """Read paths and URLs, and follow them from now on; one that gives nothing but problems is not followed.

        ``vanished`` decides what becomes of what such a source lists no longer; None leaves that to its kind.
        """
        runs: dict[str, Run] = {}
        problems: list[SourceUnreadable] = []
        for name in named:
            try:
                location, kind, fetched = recognise(name, self._fetcher)
            except SourceUnreadable as problem:
                problems.append(problem)
                continue
            source = self._book.get(location) or Source(location, kind, VANISHED[kind], self._clock())
            source = replace(source, kind=kind, vanished=vanished or source.vanished)
            self._book.keep(source)
            runs[location] = Run(source, fetched)
        synced = self._pass(list(runs.values()), force=True, progress=progress)
        synced.added.problems[:0] = problems
        for run in runs.values():
            if run.problems and not run.articles and run.source.last_success is None:
                self._book.forget(run.source.location)
        return synced

    def sync(self, *, only: Sequence[str] = (), force: bool = False, progress: Progress | None = None) -> Synced:
        """Bring every source up to date that is not waiting after a failure; ``force`` reads all of every one.

        ``only``: none but those at these locations, whether they wait or not.
        """
        now, sources = self._clock(), [one for one in self._book.all() if not only or one.location in only]
        waiting = [] if force or only else [source for source in sources if source.next_try and source.next_try > now]
        synced = self._pass(
            [Run(source) for source in sources if source not in waiting], force=force, progress=progress
        )
        synced.waiting = waiting
        return synced

    def remove(self, named: str) -> int:
        """Follow the source no longer; how many of its articles went: those that no other source has.

        ``SourceUnreadable`` where nothing of the name is followed.
        """
        location = next((place for place in (named, *_locations(named)) if self._book.get(place)), None)
        if location is None:
            raise SourceUnreadable(f"{named} is not followed. See all sources with: byline list --sources")
        items = [item for item in self._book.items(location) if not self._book.listed_elsewhere(location, item)]
        gone = sum(self._collection.remove_source(source) for source, _ in self._book.articles_of(items))
        self._book.forget(location)
        return gone

    def _pass(self, runs: Sequence[Run], *, force: bool, progress: Progress | None) -> Synced:
        chance = random.random()  # noqa: S311  spreads retries; nobody gains by guessing it
        reach = Reach(self._fetcher, Robots(self._fetcher), self._clock(), chance, force)
        return Pass(self._collection, runs, reach=reach, stopped=self._stopped).go(progress)


def _locations(named: str) -> list[str]:
    """How a path or URL that a person types stands in the list."""
    try:
        return [str(Path(named).resolve()), str(parse(named))]
    except (FetchRefused, OSError, ValueError):
        return [str(Path(named).resolve())]
