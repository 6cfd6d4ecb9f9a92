"""What the chat's script asks for: its words, the filters there are, and the conversations of whoever asks."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi import Path as InPath
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from index.errors import ArticleUnknown
from ui.access.person import asker_of, person_of
from ui.api import ERRORS
from ui.conversation import Chat, Visit
from ui.export import markdown
from ui.history import ConversationUnknown
from ui.ratings import REASONS
from ui.visitors import keeper
from ui.words import Words, preferred, texts

Id = Annotated[str, InPath(pattern=r"^[0-9a-f]{32}$", description="Of the conversation.")]
Articles = Annotated[tuple[str, ...], Query(max_length=1_000)]
MOST_NAMES = 1_000
"""Publishers offered to filter by, those of most articles."""
NO_STORE = {"cache-control": "no-store"}


class ConversationOut(BaseModel):
    """A conversation in the list."""

    id: str
    title: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Conversations:
    """The routes; everybody sees their own conversations alone."""

    chat: Chat

    def router(self) -> APIRouter:
        """``/api/conversations``, and under ``/api/chat`` what the page itself needs."""
        router = APIRouter(responses=ERRORS, tags=["Conversations"])
        router.get("/api/conversations")(self.listed)
        router.delete("/api/conversations", status_code=204)(self.delete_all)
        router.delete("/api/conversations/{conversation}", status_code=204)(self.delete)
        router.get("/api/conversations/{conversation}/markdown", response_class=Response)(self.export)
        router.get("/api/conversations/{conversation}/limits", include_in_schema=False)(self.limits)
        router.get("/api/conversations/{conversation}/{exchange}/suggestions", include_in_schema=False)(
            self.suggestions
        )
        router.get("/api/chat", include_in_schema=False)(self.start)
        router.get("/api/chat/filters", include_in_schema=False)(self.filters)
        return router

    def listed(self, request: Request, search: Annotated[str, Query(max_length=200)] = "") -> list[ConversationOut]:
        """The conversations of whoever asks, the latest first; with ``search`` those in which all its words occur."""
        found = self.chat.history.conversations(keeper(request.scope), search)
        return [ConversationOut(id=one.id, title=one.title, changed_at=one.changed_at) for one in found]

    def delete_all(self, request: Request) -> Response:
        """Delete all conversations of whoever asks."""
        self.chat.history.delete(keeper(request.scope))
        return Response(status_code=204)

    def delete(self, conversation: Id, request: Request) -> Response:
        """Delete a conversation."""
        self.chat.history.delete(keeper(request.scope), conversation)
        return Response(status_code=204)

    def export(self, conversation: Id, request: Request) -> Response:
        """The conversation as a Markdown file."""
        exchanges = self.chat.history.exchanges(keeper(request.scope), conversation)
        if not exchanges:
            raise ConversationUnknown("There is no such conversation.")
        today = datetime.now(UTC).date()
        text = markdown(exchanges, words_for(request), day=today)
        headers = {"content-disposition": f'attachment; filename="byline-{today}.md"', **NO_STORE}
        return Response(text, media_type="text/markdown; charset=utf-8", headers=headers)

    def limits(self, conversation: Id, request: Request) -> Response:
        """What the conversation's last question was limited to; null where there is no such conversation."""
        kept = self.chat.history.limits(keeper(request.scope), conversation)
        return Response("null" if kept is None else kept or "{}", media_type="application/json", headers=NO_STORE)

    async def suggestions(self, conversation: Id, exchange: int, request: Request) -> JSONResponse:
        """Questions to go on with after an answer."""
        found = await self.chat.suggest(visit_of(request, conversation), exchange)
        return JSONResponse(list(found), headers=NO_STORE)

    def start(self, request: Request) -> JSONResponse:
        """What the page says, in the language of the browser; how many articles there are; and who asks."""
        words, person = words_for(request), person_of(request.scope)
        said = {key: text[words.language] for key, text in texts("chat").items()}
        articles, _ = self.chat.collection.counts()
        values = {"language": words.language, "words": said, "articles": articles, "reasons": REASONS}
        # Whoever logged in with a password can log out; a proxy's people do so at the proxy.
        values |= {"person": person.name, "leaves": bool(person.name) and self.chat.settings.auth == "password"}
        return JSONResponse(values, headers=NO_STORE)

    def filters(
        self, request: Request, article: Annotated[tuple[str, ...], Query(max_length=1_000)] = ()
    ) -> JSONResponse:
        """What questions can be limited to: publishers, sources, and titles of chosen articles, null if not here."""
        owner = person_of(request.scope).role == "owner"
        sources = [source.location for source in self.chat.collection.followed.all()]
        values = {
            "publishers": self.chat.collection.publishers(MOST_NAMES),
            # Where the server keeps files is not for everybody to know.
            "sources": [location for location in sources if owner or "://" in location],
            "articles": {one: self._title(one) for one in article},
        }
        return JSONResponse(values, headers=NO_STORE)

    def _title(self, article_id: str) -> str | None:
        try:
            return self.chat.collection.article(article_id).metadata.title
        except ArticleUnknown:
            return None


def words_for(request: Request) -> Words:
    """The chat's words in the language that the browser prefers."""
    return Words("chat", preferred(request.headers.get("accept-language", "")))


def visit_of(request: Request, conversation: str, session: str = "") -> Visit:
    """Who asks, where and in which language; ``session`` as ``keeper`` takes it."""
    scope = request.scope
    return Visit(keeper(scope, session), conversation, words_for(request), asker_of(scope))
