"""``byline-eval``: measure Byline on a question set, and hold a run to its figures."""

import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from assistant.settings import Settings
from eval.gating import bounds, held
from eval.manifest import Plan
from eval.report import HEADLINES, shown, shown_interval
from eval.runner import Progress as Told
from eval.runner import Run
from eval.runner import run as carry_out
from index.errors import BylineError

SAMPLES = Path(str(files("index") / "samples"))
SAMPLE_QUESTIONS = Path(str(files("eval") / "sets" / "samples.jsonl"))

app = typer.Typer(
    help="Measure Byline on a question set: are the answers right, cited, and silent when no article says it?",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; a trouble that has a name is one line and exit code 1."""
    try:
        app(arguments)
    except BylineError as exc:
        print(exc, file=sys.stderr)
        raise SystemExit(1) from exc


@app.command()
def run(  # noqa: PLR0913  typer reads the options from the signature
    articles: Annotated[Path, typer.Option(help="A file, a folder or a corpus.jsonl.")] = SAMPLES,
    questions: Annotated[Path, typer.Option(help="The question set, one case a line.")] = SAMPLE_QUESTIONS,
    *,
    out: Annotated[Path | None, typer.Option(help="Where to write; default: runs/ and the run's fingerprint.")] = None,
    engine: Annotated[Literal["extractive"], typer.Option(help="Which engine answers.")] = "extractive",
    limit: Annotated[int | None, typer.Option(min=1, help="Ask the first so many cases only.")] = None,
    tag: Annotated[str | None, typer.Option(help="Ask the cases of this tag only.")] = None,
) -> None:
    """Ask every question of a set over a collection of articles and write a report; a killed run goes on."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    plan = Plan(articles, questions, engine=engine, limit=limit, tag=tag)
    with _progress() as told:
        done = carry_out(plan, _settings(), out=out, progress=told)
    _show(done)


@app.command()
def gate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a finished run.")],
    more: Annotated[list[str] | None, typer.Argument(metavar="NAME=VALUE", help="More bounds.")] = None,
    *,
    least: Annotated[list[str], typer.Option("--min", metavar="NAME=VALUE", help="A figure and its lower bound.")],
) -> None:
    """Exit with 1 if a figure of a run is below its bound, for use in CI."""
    results = held(folder, bounds([*least, *(more or [])]))
    for result in results:
        print(result.line, file=sys.stdout if result.passed else sys.stderr)
    raise typer.Exit(0 if all(result.passed for result in results) else 1)


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as exc:
        wrong = exc.errors()[0]
        raise BylineError(f"The setting {'.'.join(map(str, wrong['loc']))} is wrong: {wrong['msg']}") from exc


@contextmanager
def _progress() -> Iterator[Told]:
    """Progress bars on stderr, and nothing where that is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        steps: dict[str, TaskID] = {}

        def told(step: str, done: int, total: int | None) -> None:
            if step not in steps:
                steps[step] = bars.add_task(step, total=total)
            bars.update(steps[step], completed=done, total=total)

        yield told


def _show(done: Run) -> None:
    for problem in done.problems:
        print(problem, file=sys.stderr)
    table = Table(box=None, pad_edge=False)
    for heading in ("figure", "value", "95 % interval", "cases"):
        table.add_column(heading, no_wrap=True, justify="left" if heading == "figure" else "right")
    table.add_column("meaning")
    for name, words in HEADLINES.items():
        if figure := done.figures.get(name):
            table.add_row(name, shown(figure, name), shown_interval(figure), str(figure.cases), words)
    Console().print(table)
    if failed := sum("error" in outcome.reply for outcome in done.outcomes):
        print(f"\n{failed} of {len(done.outcomes)} questions ended in an error.", file=sys.stderr)
    print(f"\nReport: {done.folder / 'report.html'}")
