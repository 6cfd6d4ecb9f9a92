"""What all commands share: the settings, one line for a failure, JSON or text for a result."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

# ruff: noqa: PLC0415  a command imports what it needs when it runs, so that `byline ask` answers in under a second
if TYPE_CHECKING:
    from rich.text import Text

    from assistant.settings import Settings

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The article's id, as `byline list` shows it.")]


def fail(line: str, code: int = 1) -> None:
    """Print the line on standard error and exit."""
    print(f"byline: {' '.join(line.split())}", file=sys.stderr)
    raise SystemExit(code)


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
