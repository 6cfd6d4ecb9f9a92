"""Commands that look after a collection: doctor, backup, restore."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ui.cli.options import Json, show

# ruff: noqa: PLC0415  a command imports what it needs when it runs, so that `byline ask` answers in under a second
File = Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")]


def doctor(
    context: typer.Context,
    repair: Annotated[bool, typer.Option("--repair", help="Rebuild from the catalog what is found wrong.")] = False,
    as_json: Json = False,
) -> None:
    """Probe every store of the collection; exit code 1 when something is wrong."""
    from rich.text import Text

    from assistant.wiring import build_embedder
    from index import doctor as probes

    embedder, folder, url = build_embedder(), context.obj.data, context.obj.chroma_url
    if repair:
        findings = probes.repair(folder, embedder, chroma_url=url)
    else:
        findings = probes.examine(folder, embedder.id, chroma_url=url)
    sound = all(finding.sound for finding in findings)
    lines = Text("\n").join(
        Text("ok     " if finding.sound else "WRONG  ", style="green" if finding.sound else "bold red").append(
            f"{finding.store:<11}{finding.line}", style="default"
        )
        for finding in findings
    )
    show({"sound": sound, "stores": [asdict(finding) for finding in findings]}, lines, as_json=as_json)
    raise typer.Exit(0 if sound else 1)


def backup(context: typer.Context, file: File, as_json: Json = False) -> None:
    """Write the whole collection, its people and their conversations to one file, while it is used or not."""
    from rich.text import Text

    from index.backup import back_up

    manifest = back_up(context.obj.data, file)
    size = file.stat().st_size
    line = f"{manifest.articles:,} articles in {file} ({size / 2**20:,.1f} MB), read again and sound"
    show({"file": str(file), "bytes": size, **asdict(manifest)}, Text(line), as_json=as_json)


def restore(
    context: typer.Context,
    file: File,
    force: Annotated[bool, typer.Option("--force", help="Replace the articles that are there.")] = False,
    as_json: Json = False,
) -> None:
    """Make the collection, its people and their conversations what they were; whoever was logged in logs in again."""
    from rich.text import Text

    from assistant.wiring import build_embedder, open_collection
    from index.restore import restore as read_back
    from ui.database import FILE, database

    manifest = read_back(file, context.obj.data, embedder=build_embedder(), force=force)
    if FILE in manifest.files:
        # Who has logged out since the backup, or lost a computer, is not to be logged in by it.
        with database(context.obj.data) as db:
            db.execute("DELETE FROM sessions")
    with open_collection(context.obj, write=True, purpose="byline restore") as collection:
        articles, passages = collection.counts()
    line = f"{articles:,} articles, {passages:,} passages, as of {manifest.made_at}"
    show({"articles": articles, "passages": passages, "made_at": manifest.made_at}, Text(line), as_json=as_json)
