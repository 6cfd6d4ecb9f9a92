"""``byline sync``: the collection brought up to date with its sources."""

import json
import sys
from typing import Annotated

import typer

from ui.cli.options import Json

# ruff: noqa: PLC0415  a command imports what it needs when it runs, so that `byline ask` answers in under a second


def sync(
    context: typer.Context,
    force: Annotated[bool, typer.Option("--force", help="Read everything again, and what failed at once.")] = False,
    as_json: Json = False,
) -> None:
    """Follow every source: read what is new or changed, clear what has vanished from folders."""
    from assistant.wiring import open_collection
    from index.errors import CollectionBusy
    from index.syncing import Follower
    from ui.adding import progress_bar, told

    try:
        with open_collection(context.obj, write=True, purpose="byline sync") as collection:
            follower = Follower.of(collection, context.obj)
            with progress_bar("Following sources") as progress:
                synced = follower.sync(force=force, progress=progress)
            sources = follower.sources()
    except CollectionBusy as busy:
        from ui.remote import LocalServer

        server = LocalServer(context.obj.data, busy)
        with open_collection(context.obj) as collection:
            synced, sources = server.sync(collection, force=force)
    problems = [str(problem) for problem in synced.added.problems]
    for problem in problems:
        print(f"byline: {problem}", file=sys.stderr)
    if as_json:
        from ui.sources import source_json

        ids = {"added": synced.added.added, "updated": synced.added.updated}
        print(json.dumps({**ids, "removed": synced.removed, "sources": [source_json(source) for source in sources]}))
    else:
        waiting = f"; not due yet after failing: {len(synced.waiting)} (try now with --force)" if synced.waiting else ""
        print(f"{told(synced)}; sources: {len(sources)}{waiting}")
    raise typer.Exit(1 if sources and all(source.failures for source in sources) else 0)
