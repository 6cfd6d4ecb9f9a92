"""Byline's own pages: an article with the cited sentence highlighted, and the few files that pages load."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.staticfiles import StaticFiles

from index.articles import Article
from index.collection import Collection
from index.errors import ArticleUnknown
from index.fetching.addresses import shown
from ui.access.person import person_of
from ui.cited import NOWHERE, Cited, Found, find
from ui.render import credit, paragraphs, readable, web_link
from ui.words import Words, preferred

HERE = Path(__file__).parent
KEPT_UPLOAD = re.compile(r"[0-9a-f]{32}(\.\w+)?")
"""The name that ``ui.uploads`` keeps a file under, which tells nobody anything."""
OWN_NAMES = {
    "ar": "العربية", "bg": "Български", "ca": "Català", "cs": "Čeština", "da": "Dansk", "de": "Deutsch",
    "el": "Ελληνικά", "en": "English", "es": "Español", "fa": "فارسی", "fi": "Suomi", "fr": "Français", "he": "עברית",
    "hi": "हिन्दी", "hu": "Magyar", "id": "Bahasa Indonesia", "it": "Italiano", "ja": "日本語", "ko": "한국어",
    "nl": "Nederlands", "no": "Norsk", "pl": "Polski", "pt": "Português", "ro": "Română", "ru": "Русский",
    "sv": "Svenska", "th": "ไทย", "tr": "Türkçe", "uk": "Українська", "vi": "Tiếng Việt", "zh": "中文",
}  # fmt: skip
"""What languages call themselves, which the readers of each know."""


@dataclass(frozen=True, slots=True)
class View:
    """How a page speaks, and where it stands."""

    language: str = "en"
    root: str = "../"
    """The way from the page to the server's root."""
    visiting: bool = False
    """Whether a visitor of another site reads it, to whom the rest of the server is closed."""
    person: str = ""
    """The name of whoever is logged in."""

    @classmethod
    def of(cls, request: Request, *, root: str = "../", visiting: bool = False) -> "View":
        """In the language that the browser prefers."""
        language = preferred(request.headers.get("accept-language", ""))
        return cls(language, root, visiting, person_of(request.scope).name)


@dataclass(frozen=True, slots=True)
class Notice:
    """What a reader has to know before the text, with a link on; "" for none."""

    text: str
    more: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around an article's text."""

    view: View = field(default_factory=View)
    notice: Notice | None = None
    sources: tuple[str, ...] = ()
    """Where it was read from."""


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

    def article(self, request: Request, cited: Annotated[Cited, Depends()]) -> HTMLResponse:
        """The whole article, opened at the cited sentence."""
        return self.shown(cited, View.of(request))

    def shown(self, cited: Cited, view: View) -> HTMLResponse:
        """The cited version of the article, or what became of it: 410 if it was removed, 404 if nothing is known."""
        try:
            found = find(self.collection, cited)
        except ArticleUnknown:
            return self.missing(view)
        if found.state == "removed":
            return self._removed(found, cited, view)
        around = Around(view, _notice(found, cited, view), found.sources)
        if found.state in ("lapsed", "misfit"):
            return _sent(self.page(found.article, around=around))
        return _sent(self.page(found.article, cited.sentence, cited.marked, around=around))

    def page(
        self,
        article: Article,
        cited: tuple[int, int] = NOWHERE,
        marked: tuple[int, int] = NOWHERE,
        *,
        around: Around | None = None,
    ) -> str:
        """The article as HTML, the cited sentence in ``<mark id="cited">``, the answer span strong in it."""
        around = around or Around()
        said, view = article.metadata, around.view
        return self.templates.get_template("article.html").render(
            metadata=said,
            credit=credit(said, view.language),
            updated=readable(said.updated, view.language),
            link=web_link(said.url),
            spoken=OWN_NAMES.get(said.language or "", said.language),
            sources=[_source(source, view) for source in around.sources],
            paragraphs=paragraphs(article, cited, marked),
            notice=around.notice,
            **_about(view),
        )

    def missing(self, view: View, reason: str = "missing_line") -> HTMLResponse:
        """The page that says that there is no such article; ``reason`` is a key of ``words/article.json``."""
        words = Words("article", view.language)
        page = self.templates.get_template("missing.html")
        return _sent(page.render(heading=words("missing"), reason=words(reason), **_about(view)), status=404)

    def _removed(self, found: Found, cited: Cited, view: View) -> HTMLResponse:
        """The page of a removed article: that it was, and of its text the cited sentence alone."""
        words, said, text = Words("article", view.language), found.article.metadata, cited.quote_of(found.article)
        told = self.templates.get_template("missing.html").render(
            heading=words("removed"),
            reason=words("removed_on" if text else "removed_bare", title=said.title, day=_until(found, view)),
            quote=text,
            credit=credit(said, view.language),
            **_about(view),
        )
        return _sent(told, status=410)


def _notice(found: Found, cited: Cited, view: View) -> Notice | None:
    """What a reader has to know of this text; None where it is what was cited."""
    words = Words("article", view.language)
    if found.state == "present":
        return None
    if found.now is None:
        return Notice(words(found.state))
    text = words("older", day=_until(found, view))
    if cited.sentence == NOWHERE:
        return Notice(text, link=found.now.beside)
    if not cited.quote_of(found.article):
        return Notice(text, words("misfit"), found.now.beside)
    return Notice(text, words("no_longer" if found.now.sentence == NOWHERE else "still"), found.now.beside)


def _until(found: Found, view: View) -> str:
    return readable(found.until.date() if found.until else None, view.language)


def _source(source: str, view: View) -> str:
    """A source as readers may see it: an address without what may be secret, a file without its folders."""
    if "://" in source:
        return shown(source)
    path, _, member = source.partition("#")
    name = path.replace("\\", "/").rpartition("/")[2]
    if KEPT_UPLOAD.fullmatch(name):
        name = Words("article", view.language)("uploaded")
    return f"{name} ({member})" if member else name


def _about(view: View) -> dict[str, object]:
    """What every template of an article needs beside its own."""
    return {"words": Words("article", view.language), "lang": view.language, "root": view.root, "view": view}


def _sent(page: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(page, status_code=status, headers={"cache-control": "private, no-cache"})
