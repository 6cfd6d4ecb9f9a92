"""A model's attempt at one question: asked once, early where reading has to wait, and stopped when nobody waits for it.

What it is sent does not depend on when it is asked, so the same question gets the same prompt under any load.
"""

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from assistant.answers import Stated, Writing
from assistant.composing import Draft
from assistant.dates.asking import asking
from assistant.errors import ModelUnavailable
from assistant.generating import Begun, Writer, Written, unwritten
from assistant.processor import Processor
from assistant.reading import Finding
from index.articles import Hit
from index.retrieval import Retriever
from index.scope import Scope

T = TypeVar("T")


@dataclass(slots=True)
class Attempt:
    """One question put to a model."""

    writer: Writer
    retriever: Retriever
    passages: int
    """Retrieved for a question."""
    scope: Scope | None
    wanted: Future[None]
    """Cancelled once nobody waits for the answer any more."""
    processor: Processor | None = None
    """Does what computes, where many ask at once; without it one step follows the other."""
    begun: Begun | None = None

    def beside(self, asked: str, read: Callable[[], T]) -> Generator[Writing, None, T]:
        """What reading gives. Where it has to wait, the model is asked meanwhile, and it is told when that begins.

        Where it need not, it soon says whether a model is to be asked at all.
        """
        if not self.processor:
            return read()
        self.processor.do(partial(self._begin_if_crowded, asked)).result()
        reading = self.processor.do(read, long=True)
        self.wanted.add_done_callback(lambda _: reading.cancel())
        if self.begun:
            begun = self.begun.reply.begun
            either: tuple[Future[Any], ...] = begun, reading
            wait(either, return_when=FIRST_COMPLETED)
            if begun.done() and begun.result():
                self.begun.told = True
                yield Writing()
        return reading.result()

    def write(
        self, asked: str, findings: Sequence[Finding], *, known: Draft
    ) -> Generator[Writing | Stated, None, Written]:
        """What ``Writer.write`` gives."""
        if self.begun and self.begun.question != asked:
            self.begun.reply.close()
            self.begun = None
        try:
            begun = self.begun or self._begin(asked, self._hits(asked))
        except ModelUnavailable as failure:
            return unwritten(failure)
        return (yield from self.writer.write(begun, findings, known=known))

    def _begin_if_crowded(self, asked: str) -> None:
        assert self.processor
        hits = self._hits(asked)
        if self.processor.crowded:
            self.begun = self._begin(asked, hits)

    def _begin(self, asked: str, hits: Sequence[Hit]) -> Begun:
        return self.writer.begin(asked, hits, wanted=self.wanted)

    def _hits(self, asked: str) -> list[Hit]:
        timed = asking(asked, datetime.now().astimezone().date())
        return self.retriever.retrieve(timed.text.strip(), self.passages, scope=timed.within(self.scope))
