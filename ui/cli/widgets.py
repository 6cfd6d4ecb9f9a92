"""``byline widget``: the pages elsewhere that may show a chat of this collection."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.options import Json, show

# ruff: noqa: PLC0415  a command imports what it needs when it runs, so that `byline ask` answers in under a second
if TYPE_CHECKING:
    from rich.text import Text

    from ui.widgets.registry import Widget

widgets = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Chats of this collection on other pages.")


@widgets.command()
def create(  # noqa: PLR0913  each is an option that a person gives
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What you call it.")],
    *,
    origin: Annotated[
        list[str], typer.Option(help="Where it may stand, such as https://intranet.example or https://*.example.org.")
    ],
    article: Annotated[list[str] | None, typer.Option(metavar="ID", help="Only this article; give it again.")] = None,
    source: Annotated[list[str] | None, typer.Option(help="Only articles whose source begins so.")] = None,
    per_minute: Annotated[int, typer.Option(min=1, max=1_000, help="Questions of one visitor in a minute.")] = 10,
    per_day: Annotated[int, typer.Option(min=1, max=10_000_000, help="Questions of all visitors in a day.")] = 1_000,
    as_json: Json = False,
) -> None:
    """Register a widget, and print the line that puts it into a page."""
    from rich.text import Text

    from ui.widgets.registry import Registry, Widget

    wanted = Widget(
        "",
        name,
        tuple(origin),
        articles=tuple(article or ()),
        sources=tuple(source or ()),
        per_minute=per_minute,
        per_day=per_day,
    )
    widget = Registry(context.obj.data).create(wanted)
    server = f"http://{context.obj.host}:{context.obj.port}"
    lines = (
        f"{widget.name} is widget {widget.id}, for {', '.join(widget.origins)}\n\n"
        f'<script src="{server}/widget.js" data-widget="{widget.id}" defer></script>\n\n'
        f"Put this line into the page, with the address of your server. To choose its looks: {server}/widget/snippet"
    )
    show(asdict(widget), Text(lines), as_json=as_json)


@widgets.command("list")
def list_widgets(context: typer.Context, as_json: Json = False) -> None:
    """List the widgets with where they may stand, what they may use, and how often they were asked today."""
    from rich.text import Text

    from ui.widgets.registry import Registry

    found = Registry(context.obj.data).all()
    lines = Text("\n").join(map(_line, found)) if found else Text("No widgets yet. Create one: byline widget create")
    show([asdict(widget) for widget in found], lines, as_json=as_json)


@widgets.command()
def revoke(
    context: typer.Context,
    widget: Annotated[str, typer.Argument(metavar="WIDGET", help="Its id, or its name.")],
    as_json: Json = False,
) -> None:
    """Switch a widget off at once, on every page that shows it."""
    from rich.text import Text

    from ui.widgets.registry import Registry

    revoked = Registry(context.obj.data).revoke(widget)
    show(asdict(revoked), Text(f"{revoked.name} ({revoked.id}) is switched off"), as_json=as_json)


def _line(widget: "Widget") -> "Text":
    from rich.text import Text

    from ui.terminal import printable

    scope = ", ".join((*widget.articles, *widget.sources)) or "all articles"
    state = f"revoked {widget.revoked[:10]}" if widget.revoked else f"today {widget.asked_today:,}/{widget.per_day:,}"
    line = f"{widget.id}  {widget.name}  {' '.join(widget.origins)}  {scope}  {widget.per_minute}/min  {state}"
    return Text(printable(line), style="dim" if widget.revoked else "")
