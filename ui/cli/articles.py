"""Commands over the articles: add, list, show, remove."""

import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.cli.options import Id, Json, show

# ruff: noqa: PLC0415  a command imports what it needs when it runs, so that `byline ask` answers in under a second
if TYPE_CHECKING:
    from assistant.settings import Settings
    from index.sources import Vanished


class Gone(StrEnum):
    """What ``--vanished`` takes."""

    keep = "keep"
    remove = "remove"


def add(
    context: typer.Context,
    named: Annotated[
        list[str], typer.Argument(metavar="PATH|URL…", help="Files, folders, corpora; pages, feeds, sitemaps.")
    ],
    vanished: Annotated[
        Gone | None,
        typer.Option(help="What becomes of the articles that a source lists no longer; folders remove, others keep."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Add articles and follow where they come from; what has changed replaces its old version."""
    from assistant.wiring import open_collection
    from index.errors import CollectionBusy
    from index.syncing import Follower
    from ui.adding import progress_bar, told

    becomes: Vanished | None = vanished.value if vanished else None
    try:
        with open_collection(context.obj, write=True, purpose="byline add") as collection:
            follower = Follower.of(collection, context.obj)
            with progress_bar("Adding articles") as progress:
                synced = follower.add(named, vanished=becomes, progress=progress)
    except CollectionBusy as busy:
        from ui.remote import LocalServer

        synced = LocalServer(context.obj.data, busy).add(named, vanished=becomes)
    added = synced.added
    problems = [str(problem) for problem in added.problems]
    for problem in problems:
        print(f"byline: {problem}", file=sys.stderr)
    if as_json:
        ids = {"added": added.added, "updated": added.updated, "unchanged": added.unchanged}
        print(json.dumps({**ids, "problems": problems}, ensure_ascii=False))
    else:
        print(told(synced))
    raise typer.Exit(1 if problems and len(problems) == added.settled else 0)


def list_articles(
    context: typer.Context,
    sources: Annotated[bool, typer.Option("--sources", help="List the sources instead, with their last runs.")] = False,
    as_json: Json = False,
) -> None:
    """List the articles."""
    from assistant.wiring import open_collection

    with open_collection(context.obj) as collection:
        if sources:
            from ui.sources import source_json, sources_text

            followed = collection.followed.all()
            show({"sources": list(map(source_json, followed))}, sources_text(followed), as_json=as_json)
            return
        from ui.terminal import list_text

        articles = collection.articles()
    show({"articles": [listed(article) for article in articles]}, list_text(articles), as_json=as_json)


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


def remove(
    context: typer.Context,
    article_id: Annotated[
        str, typer.Argument(metavar="[ID]", help="The article's id, as `byline list` shows it.")
    ] = "",
    source: Annotated[
        str, typer.Option(metavar="PATH|URL", help="Follow this source no longer, and remove its articles.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Remove an article, or a source with its articles."""
    from rich.text import Text

    if bool(article_id) == bool(source):
        raise typer.BadParameter("name either an article's id or a --source", param_hint="ID")
    gone = _removed(context.obj, article_id, source)
    if article_id:
        show({"removed": article_id}, Text(f"Removed {article_id}"), as_json=as_json)
        return
    show({"source": source, "articles": gone}, Text(f"Removed {source}; articles removed: {gone}"), as_json=as_json)


def _removed(settings: "Settings", article_id: str, source: str) -> int:
    """How many articles went: the one of the id, or those of the source."""
    from assistant.wiring import open_collection
    from index.errors import CollectionBusy
    from index.syncing import Follower

    try:
        with open_collection(settings, write=True, purpose="byline remove") as collection:
            if not article_id:
                return Follower.of(collection, settings).remove(source)
            collection.remove(article_id)
    except CollectionBusy as busy:
        from ui.remote import LocalServer

        server = LocalServer(settings.data, busy)
        if not article_id:
            return server.remove_source(source)
        server.remove(article_id)
    return 1
