"""Commands over the articles: add, list, show, remove."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from ui.cli.options import Id, Json, show

# ruff: noqa: PLC0415  a command imports what it needs when it runs, so that `byline ask` answers in under a second


def add(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Files, folders, or .jsonl corpora.")],
    as_json: Json = False,
) -> None:
    """Add articles; what is there already is kept, what has changed replaces its old version."""
    from assistant.wiring import open_collection
    from ui.adding import add_paths

    with open_collection(context.obj, write=True, purpose="byline add") as collection:
        added = add_paths(collection, paths)
    problems = [str(problem) for problem in added.problems]
    for problem in problems:
        print(f"byline: {problem}", file=sys.stderr)
    if as_json:
        ids = {"added": added.added, "updated": added.updated, "unchanged": added.unchanged}
        print(json.dumps({**ids, "problems": problems}, ensure_ascii=False))
    else:
        print(f"{len(added.added)} added, {len(added.updated)} updated, {len(added.unchanged)} unchanged")
    raise typer.Exit(1 if problems and len(problems) == added.settled else 0)


def list_articles(context: typer.Context, as_json: Json = False) -> None:
    """List the articles."""
    from assistant.wiring import open_collection
    from ui.terminal import list_text

    with open_collection(context.obj) as collection:
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


def remove(context: typer.Context, article_id: Id, as_json: Json = False) -> None:
    """Remove an article."""
    from rich.text import Text

    from assistant.wiring import open_collection

    with open_collection(context.obj, write=True, purpose="byline remove") as collection:
        collection.remove(article_id)
    show({"removed": article_id}, Text(f"Removed {article_id}"), as_json=as_json)
