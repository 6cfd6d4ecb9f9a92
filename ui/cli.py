"""The command line, ``byline``; nothing heavy is imported before a command needs it.

Exit codes: 0 done or answered, 1 a failure told in one line, 2 wrong usage or settings, 3 the articles do not answer.
"""

import gc
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from index.errors import BylineError

# ruff: noqa: PLC0415  a command imports what it needs when it runs, so that `byline ask` answers in under a second
if TYPE_CHECKING:
    from rich.text import Text

    from assistant.answers import Turn
    from assistant.settings import Settings

LOG = logging.getLogger(__name__)
ABSTAINED = 3
app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The article's id, as `byline list` shows it.")]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit; whatever fails is one line on standard error."""
    for stream in (sys.stdout, sys.stderr):
        # Arguments may hold bytes that are no text; they are shown escaped rather than stop the command.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        app(arguments)
    except BylineError as error:
        fail(str(error))
    except Exception as error:
        LOG.debug("The command failed", exc_info=True)
        fail(f"{type(error).__name__}: {error} (`byline --debug …` shows where)")


def fail(line: str, code: int = 1) -> None:
    """Print the line on standard error and exit."""
    print(f"byline: {' '.join(line.split())}", file=sys.stderr)
    raise SystemExit(code)


def show_version(wanted: bool) -> None:
    """Print the version and exit."""
    if wanted:
        from importlib.metadata import version

        print(f"byline {version('byline')}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    data: Annotated[Path | None, typer.Option(metavar="DIR", help="The data directory of the collection.")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Log everything, with stack traces.")] = False,
    version: Annotated[bool, typer.Option("--version", is_eager=True, callback=show_version)] = False,  # noqa: ARG001
) -> None:
    """Ask a collection of articles; every sentence of an answer carries the sentence it rests on."""
    logging.basicConfig(level=logging.DEBUG if debug else logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    context.obj = read_settings(data)


def read_settings(data: Path | None) -> "Settings":
    """The settings, with the data directory of the command line; a wrong one is told in a line."""
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    from assistant.settings import Settings

    given: dict[str, Any] = {"data": data.absolute()} if data else {}
    try:
        return Settings(**given)
    except ValidationError as error:
        wrong = error.errors()[0]
        name = ".".join(map(str, wrong["loc"]))
        fail(f"setting {name}: {wrong['msg']}. See byline.toml and the BYLINE_ variables.", 2)
    except (SettingsError, ValueError) as error:
        fail(f"settings: {error}. See byline.toml and the BYLINE_ variables.", 2)
    raise AssertionError


def show(value: Any, text: "Text", *, as_json: bool) -> None:
    """Print the value as JSON, or the text for people."""
    if as_json:
        print(json.dumps(value, ensure_ascii=False))
        return
    from rich.console import Console

    Console(highlight=False, markup=False, emoji=False).print(text, soft_wrap=not sys.stdout.isatty())


@app.command()
def add(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Files, folders, or .jsonl corpora.")],
    as_json: Json = False,
) -> None:
    """Add articles; what is there already is kept, what has changed replaces its old version."""
    from assistant.wiring import open_collection
    from ui.adding import add_paths

    with open_collection(context.obj, write=True, purpose="byline add") as collection:
        added = add_paths(collection, paths)
    problems = [str(problem) for problem in added.problems]
    for problem in problems:
        print(f"byline: {problem}", file=sys.stderr)
    if as_json:
        ids = {"added": added.added, "updated": added.updated, "unchanged": added.unchanged}
        print(json.dumps({**ids, "problems": problems}, ensure_ascii=False))
    else:
        print(f"{len(added.added)} added, {len(added.updated)} updated, {len(added.unchanged)} unchanged")
    raise typer.Exit(1 if problems and len(problems) == added.settled else 0)


@app.command("list")
def list_articles(context: typer.Context, as_json: Json = False) -> None:
    """List the articles."""
    from assistant.wiring import open_collection
    from ui.terminal import list_text

    with open_collection(context.obj) as collection:
        articles = collection.articles()
    show({"articles": [listed(article) for article in articles]}, list_text(articles), as_json=as_json)


@app.command("show")
def show_article(context: typer.Context, article_id: Id, as_json: Json = False) -> None:
    """Print an article as it is searched, page furniture removed."""
    from assistant.wiring import open_collection
    from ui.terminal import article_text

    with open_collection(context.obj) as collection:
        article = collection.article(article_id)
    show({**listed(article), "text": article.text}, article_text(article), as_json=as_json)


def listed(article: Any) -> dict[str, Any]:
    """An article's id, metadata and source as JSON values."""
    metadata = article.metadata
    return {
        "id": article.id,
        "title": metadata.title,
        "url": metadata.url,
        "published": metadata.published.isoformat() if metadata.published else None,
        "author": metadata.author,
        "publisher": metadata.publisher,
        "source": article.source,
    }


@app.command()
def remove(context: typer.Context, article_id: Id, as_json: Json = False) -> None:
    """Remove an article."""
    from rich.text import Text

    from assistant.wiring import open_collection

    with open_collection(context.obj, write=True, purpose="byline remove") as collection:
        collection.remove(article_id)
    show({"removed": article_id}, Text(f"Removed {article_id}"), as_json=as_json)


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="What to ask, in quotes.")],
    history: Annotated[str, typer.Option(metavar="JSON", help="Earlier turns: a list of role/content objects.")] = "[]",
    as_json: Json = False,
) -> None:
    """Ask a question; exit code 3 when the articles do not answer it."""
    gc.disable()  # The process ends with its answer; collecting while it imports costs it a tenth of its time.
    from assistant.answers import Question
    from assistant.wiring import build_assistant, open_collection
    from ui.terminal import answer_text

    turns = turns_of(history)
    with open_collection(context.obj) as collection:
        answer = build_assistant(collection, context.obj).ask(Question(question, turns))
    show(answer.to_json(), answer_text(answer), as_json=as_json)
    raise typer.Exit(ABSTAINED if answer.abstained else 0)


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


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to bind; this machine's own only.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65_535, help="Port; the next free one if taken.")] = None,
) -> None:
    """Serve the chat and the API on this machine until interrupted."""
    from ui.server import serve_collection

    serve_collection(context.obj.model_copy(update={k: v for k, v in (("host", host), ("port", port)) if v}))
