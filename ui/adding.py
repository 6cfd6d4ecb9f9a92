"""Sources added and followed from the command line, with a progress bar on a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from index.errors import BylineError
from index.runs import Progress as Told
from index.runs import Synced


class Stopped(BylineError):
    """A person has interrupted a pass over sources."""


class Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        """The rate as text, empty until it is known."""
        return Text(f"{task.speed:.1f}/s" if task.speed else "", style="dim")


@contextmanager
def progress_bar(what: str) -> Iterator[Told]:
    """A bar with its rate and the time that is left, on a terminal only; gives what it is told by.

    ``Stopped`` where it is interrupted.
    """
    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task("", total=None)
        try:
            yield lambda done, total: bar.update(task, completed=done, total=total)
        except KeyboardInterrupt as exc:
            raise Stopped("Stopped. What was added stays; the same command goes on from there.") from exc


def told(synced: Synced) -> str:
    """What became of a pass, in one line."""
    added = synced.added
    line = f"{len(added.added)} added, {len(added.updated)} updated, {len(added.unchanged)} unchanged"
    return f"{line}, {synced.removed} removed" if synced.removed else line
