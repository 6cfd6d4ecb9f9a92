"""``byline mcp``: the tools for other assistants, over standard input and output or over HTTP."""

from typing import Annotated

import typer

# ruff: noqa: PLC0415  a command imports what it needs when it runs, so that `byline ask` answers in under a second


def mcp(
    context: typer.Context,
    http: Annotated[
        int | None,
        typer.Option("--http", metavar="PORT", min=1, max=65_535, help="Serve over HTTP on this port instead."),
    ] = None,
) -> None:
    """Give other assistants three tools over MCP: search, ask, read_article; the collection is only read."""
    if http is None:
        from ui.mcp import speak

        speak(context.obj)
    else:
        from ui.server import serve_tools

        serve_tools(context.obj.model_copy(update={"port": http}))
