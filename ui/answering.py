"""Questions answered a few at a time, the first to come first, while the server goes on taking requests.

A question keeps a processor busy. More at once than there are processors would not be faster, and each would wait for
all others to end; the threads that other requests need would be taken too.
"""

import asyncio
import os
import threading
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor

from assistant.answers import Answer, Event, Finished, Question
from assistant.chain import Assistant
from assistant.settings import Settings
from index.errors import BylineError

WAITING_ON_A_MODEL = 64
"""Questions answered at once where a model writes: most of the time they wait for its words."""
MOST_WAITING = 500
"""Questions that wait their turn; beyond, a question would be answered after its asker has left."""


class Overloaded(BylineError):
    """More questions are waiting than can be answered soon."""


class Answering:
    """An assistant for the tasks of an event loop; ``close`` lets go of its threads."""

    def __init__(self, assistant: Assistant, *, at_once: int) -> None:
        self._assistant = assistant
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="answering")
        self._waiting = 0

    @classmethod
    def of(cls, assistant: Assistant, settings: Settings) -> "Answering":
        """As many at once as there are processors, or as many as wait for a model."""
        extractive = settings.engine == "extractive"
        return cls(assistant, at_once=(os.cpu_count() or 1) if extractive else WAITING_ON_A_MODEL)

    def close(self) -> None:
        """Answer nothing more; what is being answered ends by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def answer(self, question: Question) -> Answer:
        """The answer once it is whole; ``QuestionRefused``, ``Overloaded``."""
        async for event in self.events(question):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("a stream of events ends with an answer")

    async def events(self, question: Question) -> AsyncGenerator[Event, None]:
        """The events of ``Assistant.stream``; closing this generator stops the work behind it."""
        if self._waiting >= MOST_WAITING:
            raise Overloaded("Too many questions are waiting. Ask again in a minute.")
        told: asyncio.Queue[Event | None] = asyncio.Queue()
        left, loop = threading.Event(), asyncio.get_running_loop()

        def tell(event: Event | None) -> None:
            # The loop is closed where the server has ended before its answers.
            if not loop.is_closed():
                loop.call_soon_threadsafe(told.put_nowait, event)

        def work() -> None:
            events = self._assistant.stream(question)
            try:
                for event in events:
                    if left.is_set():
                        break
                    tell(event)
            finally:
                if close := getattr(events, "close", None):
                    close()
                tell(None)

        working = self._pool.submit(work)
        self._waiting += 1
        try:
            while (event := await told.get()) is not None:
                yield event
            await asyncio.wrap_future(working)
        finally:
            self._waiting -= 1
            left.set()
            working.cancel()
