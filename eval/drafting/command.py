"""``byline-eval draft``: cases proposed from articles, written as drafts."""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import track

from assistant.errors import ModelUnavailable
from assistant.model import ChatModel
from assistant.model.endpoint import Endpoint
from assistant.model.gguf import LocalModel
from assistant.model.pacing import Patience
from assistant.settings import Settings
from eval.drafting.drafting import draft
from eval.drafting.rephrasing import rephrased
from eval.errors import QuestionSetWrong
from index.articles import Article
from index.errors import BylineError
from index.loading import load

Case = dict[str, Any]


def draft_set(
    articles: Annotated[Path, typer.Option(help="A file, a folder or a corpus.jsonl.")],
    *,
    out: Annotated[Path, typer.Option(help="The file to write.")] = Path("drafts.jsonl"),
    limit: Annotated[int, typer.Option(min=1, help="At most so many cases, paraphrases apart.")] = 100,
    seed: Annotated[int, typer.Option(help="Another seed chooses other sentences.")] = 0,
) -> None:
    """Propose cases from articles, as drafts for you to look at; where a model is set, also in its words."""
    if out.exists():
        raise QuestionSetWrong(f"{out} is there already. Choose another --out, or remove it.")
    model = _model()
    cases = draft(_articles(articles), limit=limit, seed=seed)
    if not cases:
        raise QuestionSetWrong(
            f"No question could be made from {articles}. It takes English articles with plain facts."
        )
    if model:
        cases += _in_other_words(cases, model)
    _write(cases, out)
    kinds = Counter(tag for case in cases for tag in case["tags"])
    print(
        f"{len(cases):,} drafts in {out}: {kinds['fact'] + kinds['date']:,} facts and dates, "
        f"{kinds['near-miss']:,} near misses, {kinds['paraphrase']:,} paraphrases."
    )
    print('Look at each: take "draft": true and the tag "draft" off the right ones, and delete the others.')


def _articles(path: Path) -> list[Article]:
    """What can be read; what cannot is told and stops nothing."""
    found = []
    for loaded in load(path):
        if isinstance(loaded, Article):
            found.append(loaded)
        else:
            print(loaded, file=sys.stderr)
    return found


def _in_other_words(cases: Sequence[Case], model: ChatModel) -> list[Case]:
    """The paraphrases that a model gives; where it fails, those that it gave until then."""
    found = []
    console = Console(stderr=True)
    answerable = [case for case in cases if case["answerable"]]
    try:
        for case in track(answerable, "Rephrasing", console=console, disable=not console.is_terminal):
            if again := rephrased(case, model):
                found.append(again)
    except ModelUnavailable as exc:
        print(exc, file=sys.stderr)
    return found


def _model() -> ChatModel | None:
    """The model that the settings name for the generative engine, None for the extractive one."""
    try:
        settings = Settings()
    except ValidationError as exc:
        wrong = exc.errors()[0]
        raise BylineError(f"The setting {'.'.join(map(str, wrong['loc']))} is wrong: {wrong['msg']}") from exc
    if settings.engine == "extractive":
        return None
    patience = Patience.within(settings.model_seconds)
    if settings.model_file:
        return LocalModel(settings.model_file, context=settings.model_context, patience=patience)
    key = settings.model_key.get_secret_value() if settings.model_key else None
    return Endpoint(settings.model_url or "", settings.model_name, key, patience)


def _write(cases: Sequence[Case], out: Path) -> None:
    beside = out.with_name(f"{out.name}.new")
    try:
        with beside.open("w", encoding="utf-8", errors="backslashreplace") as file:
            file.writelines(json.dumps(case, ensure_ascii=False) + "\n" for case in cases)
        beside.replace(out)
    except OSError as exc:
        raise QuestionSetWrong(f"{out} cannot be written: {exc.strerror or exc}") from exc
