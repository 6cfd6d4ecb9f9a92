"""Figures for Prometheus at ``/metrics``: requests, questions, the steps of answers, and what the collection holds.

Labels are drawn from what the code knows, such as routes' templates, so that no request can add to their number.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version

from fastapi import APIRouter
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.errors import BylineError
from ui.logs import METHODS, route_of

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
OUTCOMES = ("answered", "abstained", "refused", "failed", "left")


class Metrics:
    """The figures of one server; a server's are its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self.requests = self._counter("byline_requests", "Requests that were served.", "method", "route", "status")
        self.request_seconds = self._histogram(
            "byline_request_seconds", "Until a reply was sent whole.", "method", "route"
        )
        self.questions = self._counter("byline_questions", "Questions by what became of them.", "outcome")
        self.answer_seconds = self._histogram("byline_answer_seconds", "From a question's turn to its whole answer.")
        self.step_seconds = self._histogram("byline_step_seconds", "The steps of answers.", "step")
        for outcome in OUTCOMES:
            self.questions.labels(outcome)
        info = Gauge("byline_info", "Always 1; its label names the version.", ["version"], registry=self.registry)
        info.labels(version("byline")).set(1)

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(name, about, labels, registry=self.registry)

    def _histogram(self, name: str, about: str, *labels: str) -> Histogram:
        return Histogram(name, about, labels, registry=self.registry, buckets=SECONDS)

    def hold(self, waiting: Callable[[], int], counts: Callable[[], tuple[int, int]]) -> None:
        """Give the questions that wait, and articles and passages of the collection, as they are when asked for."""
        Gauge("byline_questions_waiting", "Taken and not answered yet.", registry=self.registry).set_function(waiting)
        self.registry.register(_Held(counts))

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Times a step."""
        with self.step_seconds.labels(name).time():
            yield

    def router(self) -> APIRouter:
        """``/metrics``."""
        router = APIRouter(include_in_schema=False)
        router.get("/metrics")(self.page)
        return router

    def page(self) -> Response:
        """All figures as Prometheus reads them."""
        return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)


class _Held(Collector):
    """What the collection holds; left out while it cannot be read."""

    def __init__(self, counts: Callable[[], tuple[int, int]]) -> None:
        self.counts = counts

    def describe(self) -> Iterable[Metric]:
        """Nothing is read before it is asked for."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Articles and passages."""
        try:
            articles, passages = self.counts()
        except BylineError:
            return
        yield GaugeMetricFamily("byline_articles", "Articles of the collection.", articles)
        yield GaugeMetricFamily("byline_passages", "Passages of the collection.", passages)


class RequestMetrics:
    """Counts and times each request."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, seen)
        finally:
            method = scope["method"] if scope["method"] in METHODS else "other"
            route = route_of(scope)
            self.metrics.requests.labels(method, route, str(status)).inc()
            self.metrics.request_seconds.labels(method, route).observe(time.perf_counter() - began)
