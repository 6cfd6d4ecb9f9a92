"""What ``byline-eval`` shows on a terminal."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from eval.asking import Progress as Told
from eval.comparing import Comparison, Turned
from eval.runner import REPORT, Run
from eval.summaries import HEADLINES, SIDE_BY_SIDE, shown, shown_interval

LISTED = 20
"""Cases that a comparison names, on either side."""


@contextmanager
def progress() -> Iterator[Told]:
    """Progress bars on stderr, and nothing where that is no terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        steps: dict[str, TaskID] = {}

        def told(step: str, done: int, total: int | None) -> None:
            if step not in steps:
                steps[step] = bars.add_task(step, total=total)
            bars.update(steps[step], completed=done, total=total)

        yield told


def show_run(done: Run) -> None:
    """The headline figures of a run, its engines side by side, and where the report is."""
    for problem in done.problems:
        print(problem, file=sys.stderr)
    table = _table("figure", "value", "95 % interval", "cases", "meaning")
    for name, words in HEADLINES.items():
        if figure := done.first.figures.get(name):
            table.add_row(name, shown(figure, name), shown_interval(figure, name), str(figure.cases), words)
    _console().print(table)
    if len(done.engines) > 1:
        print()
        beside = _table("side by side", *(one.engine for one in done.engines))
        for name in SIDE_BY_SIDE:
            if name in done.first.figures:
                beside.add_row(name, *(shown(one.figures.get(name), name) for one in done.engines))
        _console().print(beside)
    if failed := sum("error" in outcome.reply for outcome in done.first.outcomes):
        print(f"\n{failed} of {len(done.first.outcomes)} questions ended in an error.", file=sys.stderr)
    print(f"\nReport: {done.folder / REPORT}")


def show_comparison(found: Comparison) -> None:
    """Every figure of two runs with what changed, and the cases that turned."""
    print(f"What shaped the runs and differs: {', '.join(found.changed_inputs) or 'nothing'}")
    table = _table("figure", "before", "after", "change", "95 % interval", "p", "better", "worse", "cases")
    for one in found.differences:
        if one.better or one.worse:
            interval = f"{one.low:+.3f} – {one.high:+.3f}"
            numbers = (f"{one.before:.3f}", f"{one.after:.3f}", f"{one.change:+.3f}", interval, _chance(one.p))
            table.add_row(one.name, *numbers, str(one.better), str(one.worse), str(one.cases))
    _console().print(table)
    same = [one.name for one in found.differences if not (one.better or one.worse)]
    print(f"The same in every case: {', '.join(same) or 'none'}")
    print("p: how often chance alone would change as much, each figure taken by itself.")
    _show_turned("better", found.better)
    _show_turned("worse", found.worse)


def _chance(p: float) -> str:
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def _show_turned(how: str, cases: Sequence[Turned]) -> None:
    print(f"\n{len(cases)} got {how}")
    for one in cases[:LISTED]:
        print(f"  {one.id}: {one.question} ({one.before} -> {one.after})")
    if len(cases) > LISTED:
        print(f"  and {len(cases) - LISTED} more; --json names them all")


def _console() -> Console:
    """Wide enough that no figure is cut; a narrower terminal breaks lines, which loses nothing."""
    return Console(width=max(100, Console().width))


def _table(first: str, *headings: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(first, no_wrap=True)
    for heading in headings:
        left = heading == "meaning"
        table.add_column(heading, no_wrap=not left, justify="left" if left else "right")
    return table
