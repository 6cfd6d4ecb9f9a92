"""``/v1/chat/completions`` and ``/v1/models``: what speaks to OpenAI's API can ask Byline, and gets its citations.

The answer's content carries [n]. The message, or in a stream the delta of the last chunk, has ``citations`` with the
sentence behind each number, and the same as OpenAI's own ``annotations``.
"""

import json
import logging
import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from assistant.answers import Answer, Event, Finished, Question, Stated, Turn
from index.chunking import CountTokens
from index.errors import BylineError
from ui.answering import Answering
from ui.errors import UNEXPECTED, OpenAIRefused, openai_error, shown
from ui.leaving import while_waited_for
from ui.openai_schemas import (
    Annotation,
    ChatIn,
    ChoiceOut,
    CompletionOut,
    MessageIn,
    MessageOut,
    ModelOut,
    ModelsOut,
    TroubleOut,
    UrlCitation,
    UsageOut,
)
from ui.render import source_path, web_link
from ui.schemas import CitationOut

LOG = logging.getLogger(__name__)
MODEL = "byline"
SINCE = 1_763_683_200
"""When the model was made, in seconds since 1970; clients want a number."""
CODES = (400, 401, 403, 404, 408, 413, 429, 500, 503, 507)
ERRORS: dict[int | str, dict[str, Any]] = {code: {"model": TroubleOut} for code in CODES}


CHUNK = {
    "type": "object",
    "properties": {"data": {"type": "string", "description": "A `chat.completion.chunk` in JSON, or `[DONE]`."}},
    "required": ["data"],
}
STREAMED: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/event-stream": {"schema": CHUNK}},
        "description": "The completion, or with `stream` its chunks; the last delta has the citations.",
    }
}


@dataclass(frozen=True, slots=True)
class OpenAIApi:
    """The routes over an assistant."""

    answering: Answering
    count_tokens: CountTokens

    def router(self) -> APIRouter:
        """All routes."""
        router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"], responses=ERRORS)
        router.get("/models")(self.models)
        router.get("/models/{model}")(self.model)
        router.post("/chat/completions", response_model=CompletionOut, responses=STREAMED)(self.complete)
        return router

    async def models(self) -> ModelsOut:
        """The one model."""
        return ModelsOut(data=[ModelOut(id=MODEL, created=SINCE)])

    async def model(self, model: str) -> ModelOut:
        """The model of that name."""
        _require_known(model)
        return ModelOut(id=MODEL, created=SINCE)

    async def complete(self, body: ChatIn, request: Request) -> Response:
        """Answer the last message; a stream sends each statement once it has passed its checks."""
        question = asked(body)
        completion = Completion(body, str(request.base_url), self.count_tokens)
        if body.stream:
            lines = self._lines(completion, self.answering.events(question))
            return StreamingResponse(lines, media_type="text/event-stream", headers={"cache-control": "no-store"})
        answer = await while_waited_for(request, self.answering.answer(question))
        return JSONResponse(completion.whole(answer).model_dump(mode="json"))

    async def _lines(self, completion: "Completion", events: AsyncGenerator[Event, None]) -> AsyncIterator[str]:
        said = ""
        try:
            yield completion.chunk({"role": "assistant", "content": ""})
            async for event in events:
                if isinstance(event, Stated):
                    numbers = "".join(f" [{number}]" for number in event.statement.citations)
                    piece = f"{' ' if said else ''}{event.statement.text}{numbers}"
                    said += piece
                    yield completion.chunk({"content": piece})
                elif isinstance(event, Finished):
                    for line in completion.ending(event.answer, said):
                        yield line
        except BylineError as error:
            yield _data(openai_error(shown(error)[0]))
        except Exception:
            LOG.exception("A question could not be answered")
            yield _data(openai_error(UNEXPECTED, kind="server_error"))
        finally:
            await events.aclose()
        yield "data: [DONE]\n\n"


class Completion:
    """One chat completion: its id, and how an answer is written into it."""

    def __init__(self, body: ChatIn, base: str, count_tokens: CountTokens) -> None:
        """``base``: the server's own address, under which articles without one of their own are shown."""
        self._id = f"chatcmpl-{uuid.uuid4().hex}"
        self._created = int(time.time())
        self._body = body
        self._base = base.rstrip("/")
        self._count_tokens = count_tokens

    def whole(self, answer: Answer) -> CompletionOut:
        """The answer in one piece."""
        return CompletionOut(
            id=self._id,
            created=self._created,
            model=MODEL,
            choices=[ChoiceOut(message=self._message(answer))],
            usage=self._usage(answer),
        )

    def ending(self, answer: Answer, said: str) -> list[str]:
        """What is left to say of the answer, then its citations, then its tokens if they were asked for."""
        message = self._message(answer).model_dump(mode="json", include={"citations", "annotations", "abstained"})
        lines = [self.chunk({"content": answer.text.removeprefix(said)})] if answer.text != said else []
        lines.append(self.chunk(message, finish="stop"))
        if self._body.stream_options and self._body.stream_options.include_usage:
            lines.append(_data({**self._head(), "choices": [], "usage": self._usage(answer).model_dump()}))
        return lines

    def chunk(self, delta: dict[str, Any], *, finish: str | None = None) -> str:
        """One chunk of a stream."""
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _data({**self._head(), "choices": [choice]})

    def _head(self) -> dict[str, Any]:
        return {"id": self._id, "object": "chat.completion.chunk", "created": self._created, "model": MODEL}

    def _message(self, answer: Answer) -> MessageOut:
        return MessageOut(
            content=answer.text,
            citations=[CitationOut.model_validate(citation.to_json()) for citation in answer.citations],
            annotations=list(self._annotations(answer)),
            abstained=answer.abstained,
        )

    def _annotations(self, answer: Answer) -> Sequence[Annotation]:
        """One for each [n], at the place of its characters in the content."""
        by_number, found, place = {one.number: one for one in answer.citations}, [], 0
        for statement in answer.statements:
            place += len(statement.text)
            for number in statement.citations:
                start, place = place + 1, place + len(f" [{number}]")
                cited = by_number[number]
                url = web_link(cited.url) or f"{self._base}{source_path(cited, statement)}"
                where = UrlCitation(start_index=start, end_index=place, title=cited.title, url=url)
                found.append(Annotation(url_citation=where))
            place += 1
        return found

    def _usage(self, answer: Answer) -> UsageOut:
        *prompt, completion = self._count_tokens([*map(text_of, self._body.messages), answer.text])
        return UsageOut(prompt_tokens=sum(prompt), completion_tokens=completion, total_tokens=sum(prompt) + completion)


def asked(body: ChatIn) -> Question:
    """The last message as a question in its conversation; ``OpenAIRefused`` where Byline cannot do what is asked."""
    _require_known(body.model)
    if body.n not in (None, 1):
        raise OpenAIRefused("Byline gives one answer: leave n out, or set it to 1.", param="n")
    if body.tools or body.functions:
        raise OpenAIRefused("Byline calls no tools: leave tools and functions out.", param="tools")
    if set(body.modalities or ["text"]) != {"text"}:
        raise OpenAIRefused("Byline answers in text only.", param="modalities")
    if (body.response_format or {}).get("type", "text") != "text":
        raise OpenAIRefused("Byline answers in plain text: leave response_format out.", param="response_format")
    said = [message for message in body.messages if message.role not in ("system", "developer")]
    if not said or said[-1].role != "user":
        raise OpenAIRefused("The last message must be the user's question.", param="messages")
    turns = [Turn("user" if one.role == "user" else "assistant", text_of(one)) for one in said[:-1]]
    return Question(text_of(said[-1]), tuple(turns))


def text_of(message: MessageIn) -> str:
    """What the message says; ``OpenAIRefused`` for what is not text."""
    if message.role in ("tool", "function"):
        raise OpenAIRefused("Byline calls no tools, and takes no replies of any.", param="messages")
    if not isinstance(message.content, list):
        return message.content or ""
    if other := next((part.type for part in message.content if part.type not in ("text", "refusal")), None):
        raise OpenAIRefused(f"Byline reads text only; a message has a part of type {other[:40]!r}.", param="messages")
    return "\n".join(part.text for part in message.content)


def _require_known(model: str) -> None:
    if model != MODEL:
        raise OpenAIRefused(
            f"There is no model {model[:100]!r} here; the one there is is called {MODEL!r}.",
            status=404,
            param="model",
            code="model_not_found",
        )


def _data(values: dict[str, Any]) -> str:
    return f"data: {json.dumps(values)}\n\n"
