"""Byline's own pages: an article with the cited sentence highlighted, and the few files that pages load."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.staticfiles import StaticFiles

from index.articles import Article
from index.collection import Collection
from index.errors import ArticleUnknown
from ui.render import credit, paragraphs, web_link

HERE = Path(__file__).parent
MARK = re.compile(r"(\d{1,12})-(\d{1,12})")


def templates() -> Environment:
    """The page templates; everything put into them is escaped."""
    return Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages over a collection."""

    collection: Collection
    templates: Environment = field(default_factory=templates)

    def add_to(self, app: FastAPI) -> None:
        """Serve ``/articles/{id}`` and ``/static/byline``."""
        app.get("/articles/{article_id:path}", include_in_schema=False)(self.article)
        app.mount("/static/byline", StaticFiles(directory=HERE / "static"))

    def article(self, article_id: str, start: int = 0, end: int = 0, mark: str = "") -> HTMLResponse:
        """The whole article, opened at the cited sentence; a page that says so when there is none of that id."""
        try:
            article = self.collection.article(article_id)
        except ArticleUnknown as error:
            return HTMLResponse(self.templates.get_template("missing.html").render(reason=str(error)), status_code=404)
        span = MARK.fullmatch(mark)
        marked = (int(span[1]), int(span[2])) if span else (0, 0)
        return HTMLResponse(self.page(article, (start, end), marked))

    def page(self, article: Article, cited: tuple[int, int] = (0, 0), marked: tuple[int, int] = (0, 0)) -> str:
        """The article as HTML, the cited sentence in ``<mark id="cited">``, the answer span strong in it."""
        return self.templates.get_template("article.html").render(
            metadata=article.metadata,
            credit=credit(article.metadata),
            link=web_link(article.metadata.url),
            paragraphs=paragraphs(article, cited, marked),
        )
