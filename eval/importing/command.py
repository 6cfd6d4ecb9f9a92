"""``byline-eval import``: a public benchmark becomes a corpus and a question set."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from eval.importing import beir, clapnq, mtrag, ragas, rgb, squad
from eval.importing.writing import CORPUS, QUESTIONS, write

FORMATS = {
    "beir": beir.read,
    "squad": squad.read,
    "rgb": rgb.read,
    "clapnq": clapnq.read,
    "mtrag": mtrag.read,
    "ragas": ragas.read,
}


def import_set(
    kind: Annotated[
        Literal["beir", "squad", "rgb", "clapnq", "mtrag", "ragas"],
        typer.Argument(metavar="FORMAT", help="beir, squad, rgb, clapnq, mtrag or ragas."),
    ],
    path: Annotated[Path, typer.Argument(help="The benchmark's file or folder.")],
    *,
    out: Annotated[Path | None, typer.Option(help="Where to write; default: FORMAT and the path's name.")] = None,
) -> None:
    """Turn a public benchmark into corpus.jsonl and questions.jsonl."""
    folder = out or Path(f"{kind}-{path.resolve().stem}")
    imported = FORMATS[kind](path)
    written = write(imported, folder)
    print(
        f"{written.articles:,} articles, {written.questions:,} questions: {written.answerable:,} answerable, "
        f"{written.questions - written.answerable:,} not, {written.with_gold:,} with gold sentences."
    )
    for reason, number in imported.left_out.items():
        print(f"Left out: {number:,} {reason}.")
    where = f"--articles {folder / CORPUS} --questions {folder / QUESTIONS} --out runs/{folder.name}"
    print(f"Run them: byline-eval run {where}")
