"""Every error of the server as one line of JSON, never a stack trace; under ``/v1`` in the shape of OpenAI's API."""

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from assistant.errors import QuestionRefused
from index.derived import IndexBroken
from index.errors import ArticleUnknown, BylineError, CollectionBusy, SourceUnreadable, StorageFull
from ui.answering import Overloaded
from ui.history import ConversationFull, ConversationUnknown
from ui.logs import route_of
from ui.ratings import ExchangeUnknown
from ui.request_ids import error_json, request_id
from ui.scopes import ScopeWrong

LOG = logging.getLogger(__name__)
STATUS: dict[type[BylineError], int] = {
    QuestionRefused: 422,
    SourceUnreadable: 422,
    ArticleUnknown: 404,
    ConversationUnknown: 404,
    ConversationFull: 422,
    ExchangeUnknown: 404,
    ScopeWrong: 422,
    CollectionBusy: 503,
    Overloaded: 429,
}
LEFT = 499
"""The status of a request whose client hung up before its reply, as proxies log it."""
UNEXPECTED = "Something went wrong on the server; its log says what."
DISK_FULL = "The server's disk is full; nothing was changed. Make room on it, and try again."
INDEX_BROKEN = (
    "The server cannot write its search index. What was added is kept; see that its disk has room, and restart it: "
    "it repairs the index."
)


class OpenAIRefused(BylineError):
    """A request in the shape of OpenAI's API that Byline cannot follow."""

    def __init__(self, message: str, *, status: int = 400, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.param = param
        self.code = code


def openai_error(
    message: str, *, kind: str = "invalid_request_error", param: str | None = None, code: str | None = None
) -> dict[str, Any]:
    """The error as OpenAI's API tells it."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def add_error_handlers(app: FastAPI) -> None:
    """Make every error a JSON object with one line."""

    async def known(request: Request, error: Exception) -> JSONResponse:
        if isinstance(error, OpenAIRefused):
            return JSONResponse(openai_error(str(error), param=error.param, code=error.code), error.status)
        assert isinstance(error, BylineError)
        line, status = shown(error)
        waiting = {"retry-after": str(error.wait)} if isinstance(error, Overloaded) else None
        return told(request, line, status, headers=waiting)

    async def http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return told(request, str(error.detail), error.status_code, headers=error.headers)

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return told(request, f"{where}: {first['msg']}", 422)

    async def left(_: Request, __: Exception) -> Response:
        # Nobody reads it; the log and the figures tell it from a failure.
        return Response(status_code=LEFT)

    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        LOG.error("%s %s failed", request.method, route_of(request.scope), exc_info=error)
        # This reply is made outside of all middleware.
        return told(request, UNEXPECTED, 500, headers={"x-request-id": request_id()})

    app.add_exception_handler(BylineError, known)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(ClientDisconnect, left)
    app.add_exception_handler(Exception, unexpected)


def shown(error: BylineError) -> tuple[str, int]:
    """What may be said of the error, and the status; what names files of this machine is only logged."""
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), None)
    if status is not None:
        return str(error), status
    LOG.error("%s", error)
    if isinstance(error, StorageFull):
        return DISK_FULL, 507
    return (INDEX_BROKEN, 503) if isinstance(error, IndexBroken) else (UNEXPECTED, 500)


def told(request: Request, line: str, status: int, *, headers: Any = None) -> JSONResponse:
    """The line as the error's reply."""
    if not _openai(request):
        return JSONResponse(error_json(line), status_code=status, headers=headers)
    # What is wrong with a request is always 400 there.
    status = 400 if status == 422 else status
    kind = "server_error" if status >= 500 else "invalid_request_error"
    return JSONResponse(openai_error(line, kind=kind), status_code=status, headers=headers)


def _openai(request: Request) -> bool:
    return request.url.path.startswith("/v1/")
