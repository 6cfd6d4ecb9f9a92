"""The widget's routes: its script, its questions, the articles that it cites, and the pages that show how it looks."""

import gzip
import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.answers import Question, Turn
from assistant.settings import Settings
from index.collection import Collection
from index.errors import ArticleUnknown
from ui.answering import Answering
from ui.cited import Cited, find
from ui.limits import Allowance
from ui.pages import Pages, View
from ui.request_ids import error_json
from ui.schemas import TurnIn
from ui.security import own_page
from ui.security.peers import address_of_client, visitor
from ui.streaming import streamed
from ui.widgets.registry import DEMO, Registry, Widget, WidgetUnknown
from ui.widgets.telling import told_to
from ui.words import LANGUAGES, texts

SCRIPT = Path(__file__).parent.parent / "static" / "widget.js"
TEXTS = '"words/widget.json"'
"""Where in the script its texts belong."""
SCRIPT_MINUTES = 10
MOST_TURNS = 40
MINUTE = 60.0
LONGEST_TURN = 20_000
PAGE = "default-src 'self'; base-uri 'none'; form-action 'none'; object-src 'none'; frame-ancestors 'self'"
"""What a strict page allows; the widget needs no more of it than scripts and connections to its server."""
REVOKED = "This widget has been switched off."
PATIENCE = "You have asked many questions in a short time. Please wait a moment."
TOMORROW = "All questions of today have been asked. Please come back tomorrow."
Names = Annotated[list[Annotated[str, Field(min_length=1, max_length=2_000)]], Field(max_length=200)]


class ScopeIn(BaseModel):
    """The part of a widget's articles that a page asks for."""

    model_config = ConfigDict(extra="forbid")

    articles: Names = Field(default_factory=list)
    sources: Names = Field(default_factory=list)


class BoundedTurn(TurnIn):
    """A message of a conversation that a page keeps."""

    content: str = Field(max_length=LONGEST_TURN)


class WidgetQuestionIn(BaseModel):
    """A question of a visitor."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(max_length=LONGEST_TURN)
    history: list[BoundedTurn] = Field(default_factory=list, max_length=MOST_TURNS)
    scope: ScopeIn = Field(default_factory=ScopeIn)
    language: Literal["en", "de", "es", "zh"] = "en"
    """In which the widget speaks."""


@dataclass(frozen=True, slots=True)
class Widgets:
    """The routes over the registry; ``WidgetGate`` has let in only what a widget's origins send."""

    registry: Registry
    collection: Collection
    answering: Answering
    settings: Settings
    pages: Pages
    allowances: dict[int, Allowance] = field(default_factory=dict)
    """What each visitor may ask of a widget, by the questions that it allows in a minute."""

    def router(self) -> APIRouter:
        """All routes; the API's description leaves them out, for they answer registered pages alone."""
        router = APIRouter(include_in_schema=False)
        router.api_route("/widget.js", methods=["GET", "HEAD"])(self.script)
        router.get("/widget/demo")(self.demo)
        router.get("/widget/snippet")(self.snippet)
        router.get("/widget/{widget_id}/config")(self.config)
        router.post("/widget/{widget_id}/ask")(self.ask)
        router.get("/widget/{widget_id}/articles/{article_id:path}")(self.article)
        return router

    def script(self, request: Request) -> Response:
        """The widget's script, for any page to load; it does nothing where its origin is not allowed."""
        packed, tag = packed_script()
        headers = {
            "access-control-allow-origin": "*",
            "cache-control": f"public, max-age={SCRIPT_MINUTES * 60}",
            "cross-origin-resource-policy": "cross-origin",
            "etag": tag,
            "vary": "Accept-Encoding",
        }
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(packed, headers=headers | {"content-encoding": "gzip"}, media_type="text/javascript")
        return Response(gzip.decompress(packed), headers=headers, media_type="text/javascript")

    def config(self, request: Request) -> JSONResponse:
        """What the widget has to know before the first question; 410 once it is revoked."""
        widget: Widget = request.state.widget
        if widget.revoked:
            return _told(REVOKED, 410)
        return JSONResponse(
            {"name": widget.name, "question_characters": self.settings.question_characters},
            headers={"cache-control": "no-store"},
        )

    def ask(self, request: Request, body: WidgetQuestionIn) -> Response:
        """The answer as the events of ``/api/ask/stream``, each citation with the ``page`` that shows it."""
        widget: Widget = request.state.widget
        if widget.revoked:
            return _told(REVOKED, 410)
        try:
            scope = widget.narrowed(body.scope.articles, body.scope.sources)
        except ValueError as error:
            return _told(str(error), 422)
        most = widget.per_minute
        allowance = self.allowances.setdefault(most, Allowance(most, MINUTE / most))
        if wait := allowance.wait(f"{widget.id} {visitor(address_of_client(request.scope))}"):
            return _told(PATIENCE, 429, wait=wait)
        history = tuple(Turn(turn.role, turn.content) for turn in body.history)
        events = self.answering.events(Question(body.question, history, scope))
        if not self.registry.count(widget):
            return _told(TOMORROW, 429, wait=until_tomorrow(datetime.now(UTC)))
        return streamed(events, also=lambda event: told_to(event, widget=widget, language=body.language))

    def article(self, request: Request, widget_id: str, cited: Annotated[Cited, Depends()]) -> Response:
        """The page of an article that the widget may use, for its visitors; framed by its origins alone."""
        view = View.of(request, root="../../../", visiting=True)
        widget = self._showing(widget_id, cited)
        if not widget:
            return self.pages.missing(view, "not_shown")
        page = self.pages.shown(cited, view)
        page.headers["content-security-policy"] = own_page(framed=" ".join(widget.origins) or "'self'")
        return page

    def _showing(self, widget_id: str, cited: Cited) -> Widget | None:
        """The widget, if it is in use and may show the article."""
        try:
            widget = self.registry.find(widget_id)
            found = find(self.collection, cited)
        except (WidgetUnknown, ArticleUnknown):
            return None
        return widget if not widget.revoked and widget.may_use(cited.article_id, found.sources) else None

    def demo(self) -> HTMLResponse:
        """A made-up intranet page with the widget on it."""
        return self._page("widget_demo.html")

    def snippet(self) -> HTMLResponse:
        """A form that writes the lines to copy into a page, with the widget as they make it beside."""
        registered = [widget for widget in self.registry.all() if not widget.revoked]
        return self._page("widget_snippet.html", widgets=registered)

    def _page(self, template: str, **values: Any) -> HTMLResponse:
        page = self.pages.templates.get_template(template).render(demo=DEMO, **values)
        return HTMLResponse(page, headers={"content-security-policy": PAGE})


@cache
def packed_script() -> tuple[bytes, str]:
    """The script with its texts as it travels, and its entity tag."""
    said = {language: {key: text[language] for key, text in texts("widget").items()} for language in LANGUAGES}
    script = SCRIPT.read_text(encoding="utf-8").replace(TEXTS, json.dumps(said, ensure_ascii=False), 1)
    packed = gzip.compress(script.encode(), compresslevel=9, mtime=0)
    return packed, f'W/"{hashlib.sha256(packed).hexdigest()[:16]}"'


def until_tomorrow(now: datetime) -> int:
    """Seconds until the next day begins, UTC."""
    tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((tomorrow - now).total_seconds()) + 1


def _told(line: str, status: int, *, wait: int = 0) -> JSONResponse:
    headers = {"retry-after": str(wait)} if wait else None
    return JSONResponse(error_json(line), status_code=status, headers=headers)
