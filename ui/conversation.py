"""What the chat does, whatever draws it: a question in, the conversation out, again each time the answer grows."""

import asyncio
import logging
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace

from starlette.concurrency import run_in_threadpool

from assistant.answers import Answer, Event, Finished, Question, Rewritten, Stated, Writing
from assistant.chain import Assistant
from assistant.settings import Settings
from index.collection import Collection
from index.errors import BylineError
from ui.answering import Answering
from ui.errors import shown
from ui.examples import examples
from ui.history import ConversationUnknown, Exchange, History, turns
from ui.messages import greeting, messages
from ui.scopes import ScopeIn
from ui.words import Words

LOG = logging.getLogger(__name__)
BEAT = 1.5
"""Seconds after which what a model's slow answer has said is kept and given once more: whoever carries the conversation
then notices that its asker has left. Without a model answers are not that slow."""
PATIENCE = 5.0
"""Seconds in which an answer that is stopped can keep what has been said."""
CONVERSATION = re.compile(r"[0-9a-f]{32}")
Messages = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks, in which of their conversations, and the language they read."""

    person: str
    """As ``ui.visitors.keeper`` gives it."""
    conversation: str
    words: Words
    asker: str = ""
    """In whose name ``Answering`` takes the question."""


@dataclass(frozen=True, slots=True)
class Chat:
    """What happens when a person does something in the chat; whatever is asked is kept before it is answered."""

    collection: Collection
    assistant: Assistant
    answering: Answering
    history: History
    settings: Settings
    suggesting: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Looking for suggestions takes as long as a few questions, so it is done for one answer after the other."""

    async def ask(
        self, visit: Visit, question: str, *, limits: str = "", again: bool = False
    ) -> AsyncGenerator[Messages, None]:
        """The conversation with the question in it, again each time the answer grows; nothing for an empty one.

        ``again`` puts it in place of the last one. What cannot be answered is told in the conversation; a question
        that cannot be kept is told by ``BylineError`` before anything is given.
        """
        if not (question := question.strip()):
            return
        if not CONVERSATION.fullmatch(visit.conversation):
            raise ConversationUnknown("The page does not say in which conversation this is asked. Load it again.")
        wanted = ScopeIn.read(limits)
        limits = wanted.model_dump_json(exclude_defaults=True)
        key = await run_in_threadpool(
            self.history.begin, visit.person, visit.conversation, question, limits=limits, again=again
        )
        past = [one for one in await self._exchanges(visit) if one.key < key]
        before = messages(past, visit.words, more=True)
        asked = Question(question, turns(past), wanted.scope)
        async with aclosing(self._answered(Exchange(key, question), asked, visit)) as grown:
            seen: Messages = []
            last: Exchange | None = None
            async for exchange in grown:
                now = messages([exchange], visit.words)
                if now != seen or exchange is last:
                    yield [*before, *now]
                seen, last = now, exchange

    async def again(self, visit: Visit, *, limits: str = "") -> AsyncGenerator[Messages, None]:
        """Ask the conversation's last question once more, in place of what became of it."""
        past = await self._exchanges(visit)
        if past:
            async with aclosing(self.ask(visit, past[-1].question, limits=limits, again=True)) as grown:
                async for messages_ in grown:
                    yield messages_

    async def stop(self, visit: Visit) -> Messages:
        """The conversation, waiting for no answer any more."""
        for _ in range(int(PATIENCE / 0.1)):
            # The answer is cancelled at the same time, and keeps what has been said.
            exchanges = await self._exchanges(visit)
            if all(one.state != "open" for one in exchanges):
                return messages(exchanges, visit.words)
            await asyncio.sleep(0.1)
        await run_in_threadpool(self.history.stop, visit.person, visit.conversation)
        return await self.shown(visit)

    async def shown(self, visit: Visit) -> Messages:
        """The conversation as it stands."""
        return messages(await self._exchanges(visit), visit.words)

    async def suggest(self, visit: Visit, key: int) -> tuple[str, ...]:
        """Questions to go on with after an exchange; looked for once, and not while others wait for answers."""
        exchange = next((one for one in await self._exchanges(visit) if one.key == key), None)
        if not exchange or not exchange.answer or exchange.state != "answered":
            return ()
        if exchange.suggested is not None:
            return exchange.suggested
        async with self.suggesting:
            if self.answering.waiting:
                return ()
            return await self._suggested(visit, exchange.key, exchange.answer)

    async def _suggested(self, visit: Visit, key: int, answer: Answer) -> tuple[str, ...]:
        limits = await run_in_threadpool(self.history.limits, visit.person, visit.conversation)
        found = await run_in_threadpool(self.assistant.suggest, answer, ScopeIn.read(limits or "").scope)
        await run_in_threadpool(self.history.suggest, key, found)
        return found

    async def greeting(self, words: Words) -> str:
        """What the empty conversation says, with questions to begin with."""
        return greeting(await run_in_threadpool(examples, self.collection, words), words)

    async def _exchanges(self, visit: Visit) -> list[Exchange]:
        return await run_in_threadpool(self.history.exchanges, visit.person, visit.conversation)

    async def _answered(self, asked: Exchange, question: Question, visit: Visit) -> AsyncGenerator[Exchange, None]:
        grown = noted = asked
        beat = BEAT if self.settings.engine == "generative" else None
        try:
            yield asked
            events = self.answering.events(question, asker=visit.asker)
            async with aclosing(_beating(events, beat)) as beating:
                async for event in beating:
                    grown = _grown(grown, event) if event else grown
                    if grown is not noted and (grown.state != "open" or not event):
                        await run_in_threadpool(self.history.note, grown.key, grown.state, answer=grown.answer)
                        noted = grown
                    yield grown
        except BylineError as error:
            grown = await self._failed(grown, shown(error)[0])
            yield grown
        except Exception:
            LOG.exception("A question could not be answered")
            grown = await self._failed(grown, visit.words("failed"))
            yield grown
        finally:
            if grown.state == "open":
                # Whoever asked has left, or stopped it; what had been said stays.
                await run_in_threadpool(self.history.note, grown.key, "stopped", answer=grown.answer)

    async def _failed(self, exchange: Exchange, notice: str) -> Exchange:
        try:
            await run_in_threadpool(self.history.note, exchange.key, "failed", notice=notice)
        except BylineError:
            LOG.exception("What became of a question could not be kept")
        return replace(exchange, state="failed", notice=notice)


async def _beating(events: AsyncGenerator[Event, None], beat: float | None) -> AsyncGenerator[Event | None, None]:
    """The events, and None whenever none has come for ``beat`` seconds; closed, it closes them."""
    next_: asyncio.Task[Event | None] | None = None
    try:
        while True:
            next_ = next_ or asyncio.ensure_future(anext(events, None))
            done, _ = await asyncio.wait({next_}, timeout=beat)
            if not done:
                yield None
            elif event := next_.result():
                next_ = None
                yield event
            else:
                return
    finally:
        if next_:
            next_.cancel()
            # What it would have told, or why it could not, is not waited for any more.
            with suppress(asyncio.CancelledError, Exception):
                await next_
        await events.aclose()


def _grown(exchange: Exchange, event: Rewritten | Writing | Stated | Finished) -> Exchange:
    """The exchange with what the event tells."""
    so_far = exchange.answer or Answer(exchange.question, (), (), 0.0)
    match event:
        case Rewritten():
            return replace(exchange, answer=replace(so_far, question=event.question))
        case Writing():
            return replace(exchange, answer=replace(so_far, engine="generative"))
        case Stated():
            return replace(
                exchange,
                answer=replace(
                    so_far,
                    statements=(*so_far.statements, event.statement),
                    citations=(*so_far.citations, *event.citations),
                ),
            )
        case Finished():
            return replace(exchange, state="answered", answer=event.answer)
