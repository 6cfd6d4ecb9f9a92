"""Questions counted, timed and traced, whoever asks them."""

import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from assistant.answers import Event, Finished, Question
from assistant.errors import QuestionRefused
from assistant.steps import watching
from ui.answering import Streaming
from ui.metrics import Metrics
from ui.tracing import Tracing


class Measured:
    """An assistant whose questions are seen in metrics and traces."""

    def __init__(self, assistant: Streaming, metrics: Metrics, tracing: Tracing) -> None:
        self._assistant = assistant
        self._metrics = metrics
        self._tracing = tracing

    def stream(self, question: Question, wanted: Future[None] | None = None) -> Iterator[Event]:
        """The events of the assistant; one who leaves before the answer is counted as having left."""
        began, outcome = time.perf_counter(), "left"
        with self._tracing.span("answer") as span, watching(self._step):
            try:
                for event in self._assistant.stream(question, wanted):
                    if isinstance(event, Finished):
                        outcome = "abstained" if event.answer.abstained else "answered"
                        self._metrics.answer_seconds.observe(time.perf_counter() - began)
                    yield event
            except QuestionRefused:
                outcome = "refused"
                raise
            except Exception:
                outcome = "failed"
                raise
            finally:
                self._metrics.questions.labels(outcome).inc()
                if span:
                    span.set_attribute("byline.outcome", outcome)

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        with self._tracing.span(name), self._metrics.step(name):
            yield
