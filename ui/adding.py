"""Adding files from the command line, with a progress bar on a terminal."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from index.articles import Article
from index.collection import Added, Collection
from index.errors import SourceUnreadable
from index.loading import load


def add_paths(collection: Collection, paths: Sequence[Path]) -> Added:
    """Add the articles of all paths; a path that is not there is a problem like any other, and the rest is added."""
    columns = (TextColumn("Adding articles"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task("", total=None)
        return collection.add(_articles(paths), progress=lambda settled: bar.update(task, completed=settled))


def _articles(paths: Sequence[Path]) -> Iterator[Article | SourceUnreadable]:
    for path in paths:
        try:
            yield from load(path)
        except SourceUnreadable as problem:
            yield problem
