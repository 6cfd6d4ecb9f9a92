"""The HTTP API: questions, articles, and whether the server is up; errors are ``{"error": "one line"}``."""

import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, FastAPI, Query, Request, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from assistant.answers import Event, Finished, Question, Rewritten, Stated
from assistant.chain import Assistant
from assistant.errors import QuestionRefused
from assistant.settings import Settings
from index.articles import Metadata
from index.collection import Collection
from index.errors import ArticleUnknown, BylineError, CollectionBusy, SourceUnreadable
from ui.schemas import AddedOut, ArticleOut, ErrorOut, QuestionIn, WholeArticleOut
from ui.uploads import Upload, add_uploads

LOG = logging.getLogger(__name__)
STATUS = {QuestionRefused: 422, SourceUnreadable: 422, ArticleUnknown: 404, CollectionBusy: 503}
ERRORS: dict[int | str, dict[str, Any]] = {code: {"model": ErrorOut} for code in (403, 404, 413, 422, 500, 503)}


@dataclass(frozen=True, slots=True)
class Api:
    """The routes, each a few lines over the collection and the assistant; work that blocks runs in threads."""

    collection: Collection
    assistant: Assistant
    settings: Settings

    def router(self) -> APIRouter:
        """All routes."""
        router = APIRouter(responses=ERRORS)
        router.get("/healthz")(self.healthz)
        router.get("/readyz")(self.readyz)
        router.get("/api/ask")(self.ask_get)
        router.post("/api/ask")(self.ask)
        router.post("/api/ask/stream")(self.stream)
        router.get("/api/articles")(self.articles)
        router.post("/api/articles")(self.add)
        router.get("/api/articles/{article_id:path}")(self.article)
        router.delete("/api/articles/{article_id:path}", status_code=204)(self.remove)
        return router

    async def healthz(self) -> dict[str, str]:
        """The process is up."""
        return {"status": "up"}

    def readyz(self) -> JSONResponse:
        """The collection can be read; 503 while it cannot."""
        try:
            articles, passages = self.collection.counts()
            return JSONResponse({"status": "ready", "articles": articles, "passages": passages})
        except BylineError as error:
            return JSONResponse({"error": str(error)}, status_code=503)

    def ask_get(self, question: str = Query()) -> JSONResponse:
        """The answer to a question that stands alone."""
        return JSONResponse(self.assistant.ask(Question(question)).to_json())

    def ask(self, body: QuestionIn) -> JSONResponse:
        """The answer to a question, with the conversation so far."""
        return JSONResponse(self.assistant.ask(body.asked()).to_json())

    def stream(self, body: QuestionIn) -> StreamingResponse:
        """The answer as server-sent events: question, statement …, answer; or error."""
        return StreamingResponse(
            self._events(body.asked()), media_type="text/event-stream", headers={"cache-control": "no-store"}
        )

    async def _events(self, question: Question) -> AsyncIterator[str]:
        # A client that hangs up cancels this generator at a yield; closing the stream then stops the work behind it.
        events = self.assistant.stream(question)
        try:
            while (event := await run_in_threadpool(next, events, None)) is not None:
                yield sse(*named(event))
        except BylineError as error:
            yield sse("error", {"error": str(error)})
        except Exception:
            LOG.exception("A question could not be answered")
            yield sse("error", {"error": UNEXPECTED})
        finally:
            close = getattr(events, "close", None)
            if close:
                close()

    def articles(self) -> list[ArticleOut]:
        """Every article, without its text."""
        return [ArticleOut(id=listed.id, **_fields(listed.metadata)) for listed in self.collection.articles()]

    def article(self, article_id: str) -> WholeArticleOut:
        """One article with its text."""
        article = self.collection.article(article_id)
        return WholeArticleOut(id=article.id, text=article.text, **_fields(article.metadata))

    def add(self, files: list[UploadFile]) -> JSONResponse:
        """Add the files that are sent; 422 when none of them could be read."""
        uploads = [Upload(file.filename or "", file.file) for file in files]
        added = add_uploads(self.collection, self.settings.data / "uploads", uploads=uploads)
        out = AddedOut(
            added=added.added,
            updated=added.updated,
            unchanged=added.unchanged,
            problems=[str(problem) for problem in added.problems],
        )
        if added.problems and not (added.added or added.updated or added.unchanged):
            return JSONResponse({"error": " ".join(out.problems)}, status_code=422)
        return JSONResponse(out.model_dump())

    def remove(self, article_id: str) -> Response:
        """Remove an article."""
        self.collection.remove(article_id)
        return Response(status_code=204)


UNEXPECTED = "Something went wrong on the server; its log says what."


def _fields(metadata: Metadata) -> dict[str, Any]:
    return {name: getattr(metadata, name) for name in ("title", "url", "published", "author", "publisher")}


def named(event: Event) -> tuple[str, dict[str, Any]]:
    """The event's name on the wire and its values."""
    match event:
        case Rewritten():
            return "question", {"question": event.question}
        case Stated():
            citations = [citation.to_json() for citation in event.citations]
            return "statement", {"statement": event.statement.to_json(), "citations": citations}
        case Finished():
            return "answer", event.answer.to_json()


def sse(name: str, values: dict[str, Any]) -> str:
    """One server-sent event; JSON keeps its data on one line."""
    return f"event: {name}\ndata: {json.dumps(values)}\n\n"


def add_error_handlers(app: FastAPI) -> None:
    """Make every error a JSON object with one line, never a stack trace."""

    async def known(_: Request, error: Exception) -> JSONResponse:
        status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
        return JSONResponse({"error": str(error)}, status_code=status)

    async def http(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return JSONResponse({"error": str(error.detail)}, status_code=error.status_code, headers=error.headers)

    async def invalid(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return JSONResponse({"error": f"{where}: {first['msg']}"}, status_code=422)

    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        LOG.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return JSONResponse({"error": UNEXPECTED}, status_code=500)

    app.add_exception_handler(BylineError, known)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(Exception, unexpected)
