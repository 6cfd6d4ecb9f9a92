"""The HTTP API: questions, passages, articles, and whether the server is up; errors are ``{"error": "one line"}``."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, UploadFile
from fastapi.responses import JSONResponse, Response, StreamingResponse

from assistant.answers import Question
from assistant.settings import Settings
from index.collection import Added, Collection
from index.errors import BylineError
from ui.answering import Answering
from ui.errors import shown
from ui.leaving import while_waited_for
from ui.request_ids import error_json
from ui.schemas import (
    AddedOut,
    AnswerOut,
    ArticleOut,
    ErrorOut,
    PassageOut,
    PassagesOut,
    QuestionIn,
    ReadyOut,
    SearchIn,
    UpOut,
    WholeArticleOut,
)
from ui.streaming import streamed
from ui.uploads import Upload, add_uploads

ERRORS: dict[int | str, dict[str, Any]] = {
    code: {"model": ErrorOut} for code in (400, 401, 403, 404, 408, 413, 422, 429, 500, 503, 507)
}
EVENT = {
    "type": "object",
    "properties": {
        "event": {"enum": ["question", "writing", "statement", "answer", "error"]},
        "data": {"type": "string", "description": "One JSON object; of `answer`, what `/api/ask` gives."},
    },
    "required": ["event", "data"],
}
STREAMED: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/event-stream": {"schema": EVENT}},
        "description": "Events in this order: `question`, `writing` once a model has begun, each `statement` once it "
        "has passed its checks, `answer`; or `error` at any point.",
    }
}


@dataclass(frozen=True, slots=True)
class Api:
    """The routes, each a few lines over the collection and the assistant; work that blocks runs in threads."""

    collection: Collection
    answering: Answering
    settings: Settings

    def router(self) -> APIRouter:
        """All routes."""
        router = APIRouter(responses=ERRORS)
        router.get("/healthz", tags=["Health"])(self.healthz)
        router.get("/readyz", tags=["Health"], response_model=ReadyOut)(self.readyz)
        router.get("/api/ask", tags=["Questions"], response_model=AnswerOut)(self.ask_get)
        router.post("/api/ask", tags=["Questions"], response_model=AnswerOut)(self.ask)
        router.post(
            "/api/ask/stream", tags=["Questions"], responses=STREAMED, response_class=StreamingResponse
        )(self.stream)  # fmt: skip
        router.get("/api/search", tags=["Questions"])(self.search)
        router.get("/api/articles", tags=["Articles"])(self.articles)
        router.post("/api/articles", tags=["Articles"], response_model=AddedOut)(self.add)
        router.get("/api/articles/{article_id:path}", tags=["Articles"])(self.article)
        router.delete("/api/articles/{article_id:path}", tags=["Articles"], status_code=204)(self.remove)
        return router

    async def healthz(self) -> UpOut:
        """The process is up."""
        return UpOut()

    def readyz(self) -> JSONResponse:
        """The collection can be read; 503 while it cannot."""
        try:
            articles, passages = self.collection.counts()
            return JSONResponse(ReadyOut(articles=articles, passages=passages).model_dump())
        except BylineError as error:
            return JSONResponse(error_json(shown(error)[0]), status_code=503)

    async def ask_get(self, request: Request, question: str = Query()) -> JSONResponse:
        """The answer to a question that stands alone."""
        return await self._answered(request, Question(question))

    async def ask(self, request: Request, body: QuestionIn) -> JSONResponse:
        """The answer to a question, with the conversation so far."""
        return await self._answered(request, body.asked())

    async def _answered(self, request: Request, question: Question) -> JSONResponse:
        answer = await while_waited_for(request, self.answering.answer(question))
        return JSONResponse(answer.to_json())

    async def stream(self, body: QuestionIn) -> StreamingResponse:
        """The answer as server-sent events: question, statement …, answer; or error."""
        return streamed(self.answering.events(body.asked()))

    def search(self, wanted: Annotated[SearchIn, Query()]) -> PassagesOut:
        """The passages nearest to the query, by meaning and by words, in the whole collection or a part of it."""
        hits = self.collection.retriever.retrieve(wanted.query, wanted.limit, scope=wanted.scope)
        return PassagesOut(passages=[PassageOut.of(hit) for hit in hits])

    def articles(self) -> list[ArticleOut]:
        """Every article, without its text."""
        return [ArticleOut.of(listed) for listed in self.collection.articles()]

    def article(self, article_id: str) -> WholeArticleOut:
        """One article with its text."""
        return WholeArticleOut.of(self.collection.article(article_id))

    def add(self, files: list[UploadFile]) -> JSONResponse:
        """Add the files that are sent; 422 when none of them could be read."""
        uploads = [Upload(file.filename or "", file.file) for file in files]
        return added_reply(add_uploads(self.collection, self.settings.data / "uploads", uploads=uploads))

    def remove(self, article_id: str) -> Response:
        """Remove an article."""
        self.collection.remove(article_id)
        return Response(status_code=204)


def added_reply(added: Added) -> JSONResponse:
    """What became of what was to be added; 422 where none of it could be read."""
    out = AddedOut.of(added)
    if out.problems and len(out.problems) == added.settled:
        return JSONResponse(error_json(" ".join(out.problems)), status_code=422)
    return JSONResponse(out.model_dump())
