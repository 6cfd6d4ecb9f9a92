"""``byline user`` and ``byline token``: the people and the programs that may use the server."""

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ui.cli.options import Json, fail, show

# ruff: noqa: PLC0415  a command imports what it needs when it runs, so that `byline ask` answers in under a second
if TYPE_CHECKING:
    from rich.text import Text

    from ui.access.tokens import Token

Role = Annotated[Literal["reader", "owner"], typer.Option(help="A reader asks; an owner may also add and remove.")]
Person = Annotated[str, typer.Argument(metavar="NAME", help="The name they log in with.")]
users = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="People who log in with a password.")
tokens = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Tokens with which programs ask.")


@users.command("add")
def add_user(context: typer.Context, name: Person, role: Role = "reader", as_json: Json = False) -> None:
    """Add a person; the password is asked for, or read as a line of standard input."""
    from ui.access.accounts import Accounts, regular

    regular(name)
    account = Accounts(context.obj.data).add(name, _password(), role=role)
    show(
        asdict(account),
        _text(f"{account.name} may log in, as {'an owner' if role == 'owner' else 'a reader'}"),
        as_json=as_json,
    )


@users.command("list")
def list_users(context: typer.Context, as_json: Json = False) -> None:
    """List the people."""
    from ui.access.accounts import Accounts

    found = Accounts(context.obj.data).all()
    lines = "\n".join(f"{one.role:7} {one.created[:10]}  {one.name}" for one in found)
    show(
        [asdict(one) for one in found],
        _text(lines or "Nobody yet. Add a person: byline user add NAME"),
        as_json=as_json,
    )


@users.command("remove")
def remove_user(context: typer.Context, name: Person, as_json: Json = False) -> None:
    """Let a person in no more, and delete their conversations; where they are logged in, they are out at once."""
    from ui.access.accounts import Accounts
    from ui.access.person import KEY
    from ui.history import History
    from ui.visitors import keeper

    person = Accounts(context.obj.data).remove(name)
    # Somebody else may have the name one day.
    History(context.obj.data).delete(keeper({"state": {KEY: person}}))
    show({"removed": person.name}, _text(f"{person.name} is removed"), as_json=as_json)


@users.command("password")
def change_password(context: typer.Context, name: Person, as_json: Json = False) -> None:
    """Set another password; where the person is logged in, they have to log in again."""
    from ui.access.accounts import Accounts

    Accounts(context.obj.data).change_password(name, _password())
    show({"changed": name}, _text(f"{name} has a new password"), as_json=as_json)


@tokens.command("create")
def create_token(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What you call it, such as the program's name.")],
    role: Role = "reader",
    days: Annotated[int | None, typer.Option(min=1, max=3_650, help="Days until it expires; never without.")] = None,
    as_json: Json = False,
) -> None:
    """Make a token and print it; it cannot be shown again."""
    from datetime import timedelta

    from ui.access.tokens import Tokens

    lasts = timedelta(days=days) if days else None
    token, secret = Tokens(context.obj.data).create(name, role=role, lasts=lasts)
    line = f"{secret}\n\nSend it as: Authorization: Bearer {token.prefix}…  It is not shown again."
    show(asdict(token) | {"token": secret}, _text(line), as_json=as_json)


@tokens.command("list")
def list_tokens(context: typer.Context, as_json: Json = False) -> None:
    """List the tokens with how they begin, what they may do and how long."""
    from rich.text import Text

    from ui.access.tokens import Tokens

    found = Tokens(context.obj.data).all()
    lines = Text("\n").join(map(_line, found)) if found else Text("No tokens yet. Make one: byline token create NAME")
    show([asdict(token) for token in found], lines, as_json=as_json)


@tokens.command("revoke")
def revoke_token(
    context: typer.Context,
    token: Annotated[str, typer.Argument(metavar="TOKEN", help="Its name, or how it begins as the list shows it.")],
    as_json: Json = False,
) -> None:
    """Switch a token off at once."""
    from ui.access.tokens import Tokens

    revoked = Tokens(context.obj.data).revoke(token)
    show(asdict(revoked), _text(f"{revoked.name} ({revoked.prefix}…) is switched off"), as_json=as_json)


def _password() -> str:
    """The password that is typed twice, or the first line of standard input where that is no terminal."""
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    if not (line := sys.stdin.readline().rstrip("\r\n")):
        fail("no password on standard input; give one as a line, or run this in a terminal to be asked", 2)
    return line


def _line(token: "Token") -> "Text":
    from rich.text import Text

    day = (token.expires or "")[:10]
    if token.revoked:
        state = f"revoked {token.revoked[:10]}"
    else:
        state = f"{'expired' if token.expired else 'until'} {day}" if day else "for good"
    line = f"{token.prefix}…  {token.role:7} {token.created[:10]}  {state}  {token.name}"
    return Text(line, style="dim" if token.revoked or token.expired else "")


def _text(line: str) -> "Text":
    from rich.text import Text

    from ui.terminal import printable

    return Text(printable(line))
