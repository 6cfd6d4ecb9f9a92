"""One pass over sources: listed, read where they have changed, noted, and cleared of what has vanished.

An item is noted as read only after its articles are stored and findable, so a pass that is cut short, by Ctrl-C or by
the power, costs no more than reading a few items again.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from index.collection import Added, Collection
from index.errors import FetchRefused, SourceGone, SourceUnreadable
from index.fetching.replies import Marks
from index.items import Reach, is_due, later, read_item, weight
from index.listing import Listing, list_source
from index.loading import Loaded
from index.runs import Progress, Run, Synced
from index.sources import Counts, Item, Listed

NOTED_AT_ONCE = 64
"""Items in one transaction."""


class Pass:
    """A pass over the sources of ``runs``."""

    def __init__(
        self, collection: Collection, runs: Sequence[Run], *, reach: Reach, stopped: Callable[[], bool]
    ) -> None:
        self._collection = collection
        self._book = collection.followed
        self._runs = runs
        self._reach = reach
        self._stopped = stopped
        self._handed = 0  # articles and problems given to the collection
        self._read: deque[tuple[int, tuple[str, Item]]] = deque()  # items given to it whole, and ``_handed`` by then
        self._stored: list[tuple[str, Item]] = []  # items that it has stored
        self._done = self._total = 0

    def go(self, progress: Progress | None = None) -> Synced:
        """Do it; failures are in the result, and each source's own in its row."""
        for run in self._runs:
            if not self._stopped():
                self._list(run)
        self._total = sum(weight(listed) for run in self._runs for listed in run.due)

        def settled(number: int) -> None:
            while self._read and self._read[0][0] <= number:
                self._stored.append(self._read.popleft()[1])
            if len(self._stored) >= NOTED_AT_ONCE:
                self._note()
            if progress:
                progress(self._done, self._total)

        try:
            added = self._collection.add(self._articles(), progress=settled)
            self._stored += [item for _, item in self._read]
        finally:
            self._note()
        synced = Synced(added)
        for run in self._runs:
            if run.complete:
                synced.removed += self._finish(run, added)
        return synced

    def _note(self) -> None:
        self._book.keep_items(self._stored)
        self._stored = []

    def _list(self, run: Run) -> None:
        """Find out what the source holds and what of it is due."""
        source, reach = run.source, self._reach
        run.items = self._book.items(source.location)
        try:
            run.listing = self._listing(run, Marks() if reach.force else source.marks)
            if run.listing.same:
                listed = [Listed(item.location, item.stamp) for item in run.items.values() if item.listed]
                if not any(self._is_due(run, item) for item in listed):
                    return
                run.listing = self._listing(run, Marks())
            if source.vanished == "remove" and run.items and not run.listing.items:
                run.listing = None
                raise SourceUnreadable(  # noqa: TRY301
                    f"{source.location} lists nothing and did before, so nothing is removed. If that is meant: "
                    f"byline remove --source '{source.location}'."
                )
        except SourceUnreadable as problem:
            run.problems.append(problem)
            if isinstance(problem, SourceGone) and source.kind == "file":
                run.gone.add(source.location)
        else:
            run.problems += run.listing.problems
            run.due = [item for item in run.listing.items if reach.force or self._is_due(run, item)]

    def _listing(self, run: Run, marks: Marks) -> Listing:
        return list_source(run.source, self._reach.fetcher, now=self._reach.now, marks=marks, fetched=run.fetched)

    def _is_due(self, run: Run, listed: Listed) -> bool:
        return is_due(listed, run.items.get(listed.location), kind=run.source.kind, now=self._reach.now)

    def _articles(self) -> Iterator[Loaded]:
        """What the collection is to take in: everything that is due, source by source."""
        for run in self._runs:
            for problem in run.problems[:]:
                self._handed += 1
                yield problem
            for listed in run.due:
                if self._stopped():
                    return
                if run.gave_up:
                    break
                yield from self._item(run, listed)
            run.complete = not self._stopped()

    def _item(self, run: Run, listed: Listed) -> Iterator[Loaded]:
        held: set[str] = set()
        problems = len(run.problems)
        after = self._done + weight(listed)
        for found in read_item(listed, run.items.get(listed.location), kind=run.source.kind, reach=self._reach):
            if isinstance(found, Item):
                self._read.append((self._handed, (run.source.location, found)))
                continue
            if isinstance(found, SourceUnreadable):
                run.problems.append(found)
                if isinstance(found, SourceGone):
                    run.gone.add(listed.location)
                elif not isinstance(found, FetchRefused):
                    run.in_a_row += 1
            else:
                held.add(found.source)
                run.articles += 1
                run.in_a_row = 0
            self._handed += 1
            self._done = min(self._done + 1, after)
            yield found
        self._done = after
        if len(run.problems) == problems:
            run.held[listed.location] = held

    def _finish(self, run: Run, added: Added) -> int:
        """Clear what has vanished, and write down how the run went; how many articles were removed."""
        source, now = run.source, self._reach.now
        removed = self._clear(run)
        if run.failed:
            failures = source.failures + 1
            due = later(failures, now, self._reach.chance)
            source = replace(
                source,
                last_run=now,
                last_error=_summary([str(problem) for problem in run.problems]),
                failures=failures,
                next_try=due,
            )
        else:
            assert run.listing
            errors = [str(problem) for problem in run.problems] + self._older_errors(run)
            source = replace(
                source,
                last_run=now,
                last_success=now,
                last_error=_summary(errors),
                failures=0,
                next_try=None,
                counts=self._counts(run, added, removed=removed, failed=len(errors)),
                marks=run.listing.marks,
            )
        if self._book.get(source.location):  # Somebody may have removed it meanwhile.
            self._book.keep(source)
        return removed

    def _clear(self, run: Run) -> int:
        vanished = [item.location for item in run.vanished]
        if run.source.vanished == "keep":
            self._book.keep_items((run.source.location, replace(run.items[item], listed=False)) for item in vanished)
            return 0
        going = [item for item in [*vanished, *run.gone] if not self._book.listed_elsewhere(run.source.location, item)]
        lost = [source for source, _ in self._book.articles_of(going)]
        for item, held in run.held.items():
            if held and item in run.items:
                lost += [source for source, _ in self._book.articles_of([item]) if source not in held]
        removed = sum(self._collection.remove_source(source) for source in lost)
        for item in vanished:
            self._book.forget_item(run.source.location, item)
        return removed

    def _older_errors(self, run: Run) -> list[str]:
        """What is wrong with items that failed before and were not due."""
        due = {listed.location for listed in run.due}
        return [item.error for item in run.items.values() if item.error and item.listed and item.location not in due]

    def _counts(self, run: Run, added: Added, *, removed: int, failed: int) -> Counts:
        items = [item.location for item in self._book.items(run.source.location).values() if item.listed]
        new, changed = set(added.added), set(added.updated)
        found = {article for _, article in self._book.articles_of(items)}
        came = len(found & new), len(found & changed - new)
        return Counts(*came, len(found) - sum(came), removed, failed)


def _summary(errors: Sequence[str]) -> str | None:
    if len(errors) < 2:
        return errors[0] if errors else None
    return f"{len(errors)} problems, the first: {errors[0]}"
