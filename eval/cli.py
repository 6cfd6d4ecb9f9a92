"""``byline-eval``: measure Byline on a question set, and hold a run to its figures."""

import json
import logging
import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from assistant.settings import Settings
from eval.baselines import ENGINES, chosen
from eval.comparing import compare as compared
from eval.drafting.command import draft_set
from eval.fusion import fusion
from eval.gating import against, bounds, held, store, what_went_wrong
from eval.importing.command import import_set
from eval.judges import Judge
from eval.manifest import Plan
from eval.runner import run as carry_out
from eval.speed.command import speed
from eval.terminal import progress, show_comparison, show_run
from index.errors import BylineError

SAMPLES = Path(str(files("index") / "samples"))
SETS = Path(str(files("eval") / "sets"))

app = typer.Typer(
    help="Measure Byline on a question set: are the answers right, cited, and silent when no article says it?",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

app.command("import")(import_set)
app.command("draft")(draft_set)
app.command("speed")(speed)
app.command("fusion")(fusion)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; a trouble that has a name is one line and exit code 1."""
    try:
        app(arguments)
    except BylineError as exc:
        print(exc, file=sys.stderr)
        raise SystemExit(1) from exc
    except OSError as exc:
        advice = "See that its disk has room and that it may be written."
        print(f"{exc.filename or 'A file'} cannot be used: {exc.strerror}. {advice}", file=sys.stderr)
        raise SystemExit(1) from exc


@app.command()
def run(  # noqa: PLR0913  typer reads the options from the signature
    articles: Annotated[
        list[Path] | None, typer.Option(help="A file, a folder or a corpus.jsonl; may be given again.")
    ] = None,
    questions: Annotated[
        Path,
        typer.Option("--questions", "--set", help="A question set, one case a line, or the name of a built-in one."),
    ] = Path("samples"),
    *,
    out: Annotated[Path | None, typer.Option(help="Where to write; default: runs/ and the run's fingerprint.")] = None,
    engine: Annotated[
        list[str] | None, typer.Option(help=f"Which engines answer, the one examined first: {', '.join(ENGINES)}, all.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask so many cases only, the first or by --seed.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Choose the --limit cases at random, by this number.")] = None,
    tag: Annotated[str | None, typer.Option(help="Ask the cases of this tag only.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Questions asked at a time; each then takes longer.")] = 1,
    judge_url: Annotated[str | None, typer.Option(help="An OpenAI-compatible endpoint that judges answers.")] = None,
    judge_model: Annotated[str | None, typer.Option(help="The model that judges; not the one that answers.")] = None,
    judge_key: Annotated[str, typer.Option(envvar="BYLINE_EVAL_JUDGE_KEY", help="Its key.", hidden=True)] = "none",
) -> None:
    """Ask every question of a set over a collection of articles and write a report; a killed run goes on."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    if bool(judge_url) != bool(judge_model):
        raise typer.BadParameter("A judge needs both --judge-url and --judge-model.")
    settings = _settings()
    plan = Plan(
        tuple(articles or [SAMPLES]),
        _question_set(questions),
        engines=chosen(engine or [], settings),
        limit=limit,
        tag=tag,
        seed=seed,
        workers=workers,
        judge=Judge(judge_url, judge_model, judge_key) if judge_url and judge_model else None,
    )
    with progress() as told:
        done = carry_out(plan, settings, out=out, progress=told)
    show_run(done)


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(metavar="DIR_A", help="The folder of a finished run.")],
    after: Annotated[Path, typer.Argument(metavar="DIR_B", help="Another, over the same cases.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Pair the cases of two runs: which figures changed, beyond chance or not, and what got better and worse."""
    found = compared(before, after)
    if as_json:
        print(json.dumps(found.to_json(), ensure_ascii=False))
    else:
        show_comparison(found)


@app.command()
def gate(  # noqa: PLR0913  typer reads the options from the signature
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a finished run.")],
    more: Annotated[list[str] | None, typer.Argument(metavar="NAME=VALUE", help="More lower bounds.")] = None,
    *,
    least: Annotated[list[str] | None, typer.Option("--min", metavar="NAME=VALUE", help="A lower bound.")] = None,
    most: Annotated[list[str] | None, typer.Option("--max", metavar="NAME=VALUE", help="An upper bound.")] = None,
    baseline: Annotated[Path | None, typer.Option(help="A stored run; a significant drop against it fails.")] = None,
    write_baseline: Annotated[Path | None, typer.Option(help="Store this run for later, if its bounds hold.")] = None,
) -> None:
    """Exit with 1 if a figure of a run is out of bounds or dropped against a stored run, for use in CI."""
    low, high = bounds([*(least or []), *(more or [])]), bounds(most or [])
    if not (low or high or baseline or write_baseline):
        raise typer.BadParameter("Nothing to hold the run to. Name a bound, such as --min right=0.8, or a --baseline.")
    results = held(folder, low, high)
    if baseline:
        results += against(folder, baseline)
    for result in results:
        print(result.line, file=sys.stdout if result.passed else sys.stderr)
    if not all(result.passed for result in results):
        print(what_went_wrong(folder), file=sys.stderr)
        raise typer.Exit(1)
    if write_baseline:
        store(folder, write_baseline)
        print(f"Stored: {write_baseline}")


def _question_set(named: Path) -> Path:
    """A file, or the built-in set of that name."""
    built_in = SETS / f"{named}.jsonl"
    return built_in if not named.exists() and built_in.is_file() else named


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as exc:
        wrong = exc.errors()[0]
        raise BylineError(f"The setting {'.'.join(map(str, wrong['loc']))} is wrong: {wrong['msg']}") from exc
