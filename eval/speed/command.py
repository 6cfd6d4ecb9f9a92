"""``byline-eval speed``: measure, show and write down."""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.console import Console
from rich.table import Table

from assistant.settings import Settings
from eval.cases import read_cases
from eval.manifest import write_whole
from eval.speed.figures import Amount, Figure, Latency, Ratio, to_json
from index.articles import Article
from index.loading import load

SIZES = (10_000, 100_000, 1_000_000)
"""Passages of a synthetic collection, for which retrieval is measured as it grows."""
HEADINGS: dict[type, tuple[str, ...]] = {
    Ratio: ("what", "Byline", "the tutorial's chain", "ratio (least – most)", "by processor time", ""),
    Latency: ("what", "p50", "p95", "p99", "processor time", "times", ""),
    Amount: ("what", "value", ""),
}


def speed(  # noqa: PLR0913  typer reads the options from the signature
    parts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PART…", help="index, embedding, retrieval, answering (all of these unless some are named), growth."
        ),
    ] = None,
    *,
    articles: Annotated[Path, typer.Option(help="A corpus.jsonl, a file or a folder to index.")],
    questions: Annotated[Path, typer.Option(help="A question set to ask.")],
    plain: Annotated[Path, typer.Option(metavar="DIR", help="The float32 model: index.model.build --plain DIR.")],
    data: Annotated[Path | None, typer.Option(help="A collection to ask and add to; else one of the articles.")] = None,
    limit: Annotated[int, typer.Option(min=10, help="Take so many articles and questions.")] = 300,
    sizes: Annotated[
        list[int] | None, typer.Option("--size", min=10, metavar="PASSAGES", help="growth: up to this; repeatable.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Do each comparison so many times, by turns.")] = 3,
    out: Annotated[
        Path,
        typer.Option(help="Where to write speed.json and speed.html; a run's own folder, and its report shows them."),
    ] = Path("runs/speed"),
) -> None:
    """Measure the speed of indexing, retrieval and answering, as ratios against the usual chain in the same run."""
    from eval.speed.parts import PARTS, USUAL, Material, measured  # noqa: PLC0415  LlamaIndex and Chroma take seconds

    names = parts or list(USUAL)
    if unknown := [name for name in names if name not in PARTS]:
        raise typer.BadParameter(f"No part is called {unknown[0]}. There are: {', '.join(PARTS)}.", param_hint="PART")
    taken = [item for item in islice(load(articles), limit) if isinstance(item, Article)]
    asked = [case.question for case in read_cases(questions)[:limit]]
    figures = []
    with _collection(data, taken, fill=bool({"retrieval", "answering"} & set(names))) as settings:
        for name, figure in measured(names, Material(taken, asked, plain, rounds, settings, sizes or SIZES)):
            print(f"{name}: {'  '.join(figure.row())}", flush=True)
            figures.append((name, figure))
    _write(out, figures, {"articles": len(taken), "questions": len(asked), "rounds": rounds})
    _show(figures)
    print(f"Report: {out / 'speed.html'}")


@contextmanager
def _collection(data: Path | None, articles: Sequence[Article], *, fill: bool) -> Iterator[Settings]:
    """The settings of the collection in ``data``; without one of a new one, which is deleted afterwards.

    ``fill``: put the articles into a new one.
    """
    if data:
        yield Settings(data=data)
        return
    from assistant.wiring import open_collection  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        if fill:
            with open_collection(settings, write=True, purpose="byline-eval speed") as collection:
                collection.add(articles)
        yield settings


def _tables(figures: Iterable[tuple[str, Figure]]) -> list[tuple[tuple[str, ...], list[tuple[str, ...]]]]:
    """Headings and rows of each kind of figure."""
    kept = list(figures)
    tables = ((kind, [figure.row() for _, figure in kept if isinstance(figure, kind)]) for kind in HEADINGS)
    return [(HEADINGS[kind], rows) for kind, rows in tables if rows]


def _show(figures: Sequence[tuple[str, Figure]]) -> None:
    console = Console(width=max(140, Console().width))
    for headings, rows in _tables(figures):
        table = Table(*headings, box=None, pad_edge=False)
        for row in rows:
            table.add_row(*row)
        console.print(table, "")


def _write(out: Path, figures: Sequence[tuple[str, Figure]], shaped: dict[str, Any]) -> None:
    """What was measured, on what, and how busy the machine was."""
    out.mkdir(parents=True, exist_ok=True)
    about = {
        **shaped,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processors": os.cpu_count(),
        "load": [round(load, 1) for load in os.getloadavg()],
    }
    tables = _tables(figures)
    content = {
        "about": about,
        "figures": [{"part": name, **to_json(figure)} for name, figure in figures],
        "tables": [{"headings": headings, "rows": rows} for headings, rows in tables],
    }
    write_whole(out / "speed.json", json.dumps(content, indent=1) + "\n")
    templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
    page = templates.get_template("speed.html.j2").render(about=about, tables=tables)
    write_whole(out / "speed.html", page)
