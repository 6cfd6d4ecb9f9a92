"""``byline feedback``: what people thought of answers, as a question set."""

import json
from pathlib import Path
from typing import Annotated

import typer

from ui.cli.options import Json, show

# ruff: noqa: PLC0415  a command imports what it needs when it runs, so that `byline ask` answers in under a second

feedback = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="What people thought of answers.")


@feedback.command()
def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The question set to write, such as ratings.jsonl.")],
    as_json: Json = False,
) -> None:
    """Write the ratings as cases for `byline-eval run --questions FILE`; those of bad answers are drafts."""
    from rich.text import Text

    from index.errors import BylineError
    from ui.ratings import Ratings

    cases = [rating.case() for rating in Ratings(context.obj.data).all()]
    lines = "".join(f"{json.dumps(case, ensure_ascii=False)}\n" for case in cases)
    half = file.with_name(f"{file.name}.part")
    try:
        half.write_text(lines, encoding="utf-8")
        half.replace(file)
    except OSError as exc:
        raise BylineError(f"{file} cannot be written: {exc.strerror}. Name another file.") from exc
    drafts = sum(case.get("draft", False) for case in cases)
    said = f"{len(cases)} ratings in {file}: {len(cases) - drafts} cases, {drafts} drafts to look at"
    show({"file": str(file), "cases": len(cases) - drafts, "drafts": drafts}, Text(said), as_json=as_json)
