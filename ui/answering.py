"""Questions answered a few at a time, each asker in turn, while the server goes on taking requests.

A question keeps a processor busy. More at once than there are processors would not be faster, and each would wait for
all others to end; the threads that other requests need would be taken too. Who asks four hundred questions waits for
them; somebody else who asks one waits for at most one of them.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import aclosing
from contextvars import copy_context
from functools import partial
from typing import Protocol

from assistant.answers import Answer, Event, Finished, Question
from assistant.settings import Settings
from index.errors import BylineError
from ui.access.person import asking
from ui.limits import Allowance
from ui.turns import Turns

WAITING_ON_A_MODEL = 64
"""Questions answered at once where a model writes: most of the time they wait for its words."""
MOST_WAITING = 500
"""Questions that wait their turn; beyond, a question would be answered after its asker has left."""
MINUTE = 60


class Streaming(Protocol):
    """Answers questions, such as an ``Assistant``."""

    def stream(self, question: Question, wanted: Future[None] | None = None) -> Iterator[Event]:
        """What ``Assistant.stream`` gives."""
        ...


class Overloaded(BylineError):
    """More questions than can be answered soon, or than one asker may ask."""

    def __init__(self, message: str, *, wait: int) -> None:
        super().__init__(message)
        self.wait = wait
        """Seconds after which it may be asked again."""


class Answering:
    """An assistant for the tasks of an event loop; ``close`` lets go of its threads."""

    def __init__(self, assistant: Streaming, *, at_once: int, per_minute: int = 0) -> None:
        """``per_minute``: questions of one asker who is known by a name or an address; 0 is no limit."""
        self._assistant = assistant
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="answering")
        self._turns = Turns()
        self._allowance = Allowance(per_minute, MINUTE / per_minute) if per_minute else None

    @classmethod
    def of(cls, assistant: Streaming, settings: Settings) -> "Answering":
        """As many at once as there are processors, or as many as wait for a model."""
        extractive = settings.engine == "extractive"
        at_once = (os.cpu_count() or 1) if extractive else WAITING_ON_A_MODEL
        return cls(assistant, at_once=at_once, per_minute=settings.questions_per_minute)

    @property
    def waiting(self) -> int:
        """Questions that have been taken and are not answered yet."""
        return len(self._turns)

    def close(self) -> None:
        """Answer nothing more; what is being answered ends by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def answer(self, question: Question, *, asker: str | None = None) -> Answer:
        """The answer once it is whole; ``QuestionRefused``, ``Overloaded``."""
        async with aclosing(self.events(question, asker=asker)) as events:
            async for event in events:
                if isinstance(event, Finished):
                    return event.answer
        raise AssertionError("a stream of events ends with an answer")

    def events(self, question: Question, *, asker: str | None = None) -> AsyncGenerator[Event, None]:
        """The events of ``Assistant.stream``; closing this generator stops the work behind it.

        ``asker``: ``asker_of`` the request, where it is not the one that is being served. ``Overloaded`` at once.
        """
        asker = asking() if asker is None else asker
        if not self._turns.room(asker, most=MOST_WAITING):
            raise Overloaded("Too many questions are waiting. Ask again in a minute.", wait=MINUTE)
        if asker and self._allowance and (wait := self._allowance.wait(asker)):
            raise Overloaded(f"You have asked many questions. Ask again in {wait} s.", wait=wait)
        return self._events(question, asker)

    async def _events(self, question: Question, asker: str) -> AsyncGenerator[Event, None]:
        told: asyncio.Queue[Event | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        answered: Future[None] = Future()
        wanted: Future[None] = Future()

        def tell(event: Event | None) -> None:
            # The loop is closed where the server has ended before its answers.
            if not loop.is_closed():
                loop.call_soon_threadsafe(told.put_nowait, event)

        def work() -> None:
            try:
                self._stream(question, tell, wanted)
                answered.set_result(None)
            except BaseException as error:
                answered.set_exception(error)
            tell(None)

        # What the request's log lines and traces go by is known in the thread as well.
        work_in_context = partial(copy_context().run, work)
        self._turns.add(asker, work_in_context)
        try:
            # The thread takes whatever is next, which is often another's question.
            self._pool.submit(self._answer_next)
            while (event := await told.get()) is not None:
                yield event
            answered.result()
        finally:
            # From here on a thread that still works on the answer, or waits for a model's words, ends soon.
            wanted.cancel()
            self._turns.done(asker, work_in_context)

    def _answer_next(self) -> None:
        if work := self._turns.take():
            work()

    def _stream(self, question: Question, tell: Callable[[Event], None], wanted: Future[None]) -> None:
        events = self._assistant.stream(question, wanted)
        try:
            for event in events:
                if wanted.cancelled():
                    break
                tell(event)
        finally:
            if close := getattr(events, "close", None):
                close()
