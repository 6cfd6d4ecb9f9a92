"""``byline serve``: the chat and the API until interrupted."""

from typing import Annotated

import typer

# ruff: noqa: PLC0415  a command imports what it needs when it runs, so that `byline ask` answers in under a second


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to bind; this machine's own only.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65_535, help="Port; the next free one if taken.")] = None,
    sync_every: Annotated[str, typer.Option(metavar="TIME", help="Follow all sources so often, such as 15m.")] = "",
) -> None:
    """Serve the chat and the API on this machine until interrupted."""
    from ui.following import interval

    try:
        every = interval(sync_every) if sync_every else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--sync-every") from error
    from ui.server import serve_collection

    given = {k: v for k, v in (("host", host), ("port", port)) if v}
    serve_collection(context.obj.model_copy(update=given), sync_every=every)
