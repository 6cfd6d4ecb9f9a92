"""``byline serve``: the chat and the API until interrupted."""

from typing import Annotated, Literal

import typer

# ruff: noqa: PLC0415  a command imports what it needs when it runs, so that `byline ask` answers in under a second


def serve(  # noqa: PLR0913  each is an option that a person gives
    context: typer.Context,
    *,
    host: Annotated[str | None, typer.Option(help="Address to bind.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65_535, help="Port; the next free one if taken.")] = None,
    auth: Annotated[
        Literal["password", "header", "token"] | None,
        typer.Option(help="Who may use it: people with a password, people whom a proxy names, programs with a token."),
    ] = None,
    everybody: Annotated[
        bool, typer.Option("--open", help="Everybody who reaches the address may ask; only this machine adds.")
    ] = False,
    sync_every: Annotated[str, typer.Option(metavar="TIME", help="Follow all sources so often, such as 15m.")] = "",
) -> None:
    """Serve the chat and the API until interrupted: to this machine alone, unless you say who else may use them."""
    from ui.following import interval

    try:
        every = interval(sync_every) if sync_every else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--sync-every") from error
    if auth and everybody:
        raise typer.BadParameter("it cannot be both open and closed; leave one out", param_hint="--auth and --open")
    from ui.server import serve_collection

    given = {k: v for k, v in (("host", host), ("port", port), ("auth", "open" if everybody else auth)) if v}
    serve_collection(context.obj.model_copy(update=given), sync_every=every)
