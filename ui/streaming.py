"""An answer as server-sent events: question, writing where a model does, statement …, answer; or error at any point."""

import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any

from fastapi.responses import StreamingResponse

from assistant.answers import Event, Finished, Rewritten, Stated, Writing
from index.errors import BylineError
from ui.errors import UNEXPECTED, shown
from ui.request_ids import error_json

LOG = logging.getLogger(__name__)
Values = dict[str, Any]


def streamed(
    events: AsyncGenerator[Event, None], *, also: Callable[[Event], Values] = lambda _: {}
) -> StreamingResponse:
    """The events as they come, each with what ``also`` adds to its values or puts in their place."""
    return StreamingResponse(_told(events, also), media_type="text/event-stream", headers={"cache-control": "no-store"})


async def _told(events: AsyncGenerator[Event, None], also: Callable[[Event], Values]) -> AsyncIterator[str]:
    # A client that hangs up cancels this generator at a yield; closing the events then stops the work behind them.
    try:
        async for event in events:
            name, values = named(event)
            yield sse(name, values | also(event))
    except BylineError as error:
        yield sse("error", error_json(shown(error)[0]))
    except Exception:
        LOG.exception("A question could not be answered")
        yield sse("error", error_json(UNEXPECTED))
    finally:
        await events.aclose()


def named(event: Event) -> tuple[str, Values]:
    """The event's name on the wire and its values."""
    match event:
        case Rewritten():
            return "question", {"question": event.question}
        case Writing():
            return "writing", {}
        case Stated():
            citations = [citation.to_json() for citation in event.citations]
            return "statement", {"statement": event.statement.to_json(), "citations": citations}
        case Finished():
            return "answer", event.answer.to_json()


def sse(name: str, values: Values) -> str:
    """One server-sent event; JSON keeps its data on one line."""
    return f"event: {name}\ndata: {json.dumps(values)}\n\n"
