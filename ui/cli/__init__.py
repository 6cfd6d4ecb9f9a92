"""The command line, ``byline``; nothing heavy is imported before a command needs it.

Exit codes: 0 done or answered, 1 a failure told in one line, 2 wrong usage or settings, 3 the articles do not answer.
"""

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from index.errors import BylineError
from ui.cli.access import tokens, users
from ui.cli.articles import add, list_articles, remove, show_article
from ui.cli.ask import ask
from ui.cli.feedback import feedback
from ui.cli.mcp import mcp
from ui.cli.options import fail, read_settings
from ui.cli.serve import serve
from ui.cli.syncing import sync
from ui.cli.upkeep import backup, doctor, restore
from ui.cli.widgets import widgets

LOG = logging.getLogger(__name__)
app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


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


def show_version(wanted: bool) -> None:
    """Print the version and exit."""
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415  only asked for here

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


app.command()(add)
app.command("list")(list_articles)
app.command("show")(show_article)
app.command()(remove)
app.command()(sync)
app.command()(ask)
app.command()(serve)
app.command()(mcp)
app.command()(doctor)
app.command()(backup)
app.command()(restore)
app.add_typer(widgets, name="widget")
app.add_typer(feedback, name="feedback")
app.add_typer(users, name="user")
app.add_typer(tokens, name="token")
