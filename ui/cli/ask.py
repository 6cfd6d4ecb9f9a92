"""``byline ask``: a question answered on the terminal."""

import gc
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ui.cli.options import Json, show

# ruff: noqa: PLC0415  a command imports what it needs when it runs, so that `byline ask` answers in under a second
if TYPE_CHECKING:
    from assistant.answers import Turn
    from assistant.settings import Settings

ABSTAINED = 3


def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="What to ask, in quotes.")],
    history: Annotated[str, typer.Option(metavar="JSON", help="Earlier turns: a list of role/content objects.")] = "[]",
    engine: Annotated[
        Literal["extractive", "generative"] | None, typer.Option(help="Who writes the answer; else as set.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask a question; exit code 3 when the articles do not answer it."""
    gc.disable()  # The process ends with its answer; collecting while it imports costs it a tenth of its time.
    from assistant.answers import Question
    from assistant.wiring import build_assistant, open_collection
    from ui.terminal import answer_text

    turns = turns_of(history)
    settings = with_engine(context.obj, engine)
    with open_collection(settings) as collection:
        assistant = build_assistant(collection, settings)
        answer = assistant.ask(Question(question, turns))
        offered = assistant.suggest(answer) if answer.abstained and not as_json else ()
    show(answer.to_json(), answer_text(answer, offered), as_json=as_json)
    raise typer.Exit(ABSTAINED if answer.abstained else 0)


def with_engine(settings: "Settings", engine: str | None) -> "Settings":
    """The settings with another engine; one that they have no model for is wrong usage."""
    from pydantic import ValidationError

    from assistant.settings import Settings

    if engine is None:
        return settings
    try:
        return Settings(**(settings.model_dump() | {"engine": engine}))
    except ValidationError as error:
        wrong = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise typer.BadParameter(wrong, param_hint="--engine") from error


def turns_of(history: str) -> "tuple[Turn, ...]":
    """The turns in the JSON; wrong JSON is wrong usage."""
    from pydantic import TypeAdapter, ValidationError

    from assistant.answers import Turn

    try:
        return TypeAdapter(tuple[Turn, ...]).validate_json(history)
    except ValidationError as error:
        wrong = error.errors()[0]
        where = ".".join(map(str, wrong["loc"])) or "the JSON"
        raise typer.BadParameter(f"{where}: {wrong['msg']}", param_hint="--history") from error
