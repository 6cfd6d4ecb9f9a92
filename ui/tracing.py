"""Traces for OpenTelemetry: a span for each request, in it one for the question, in it one for each step of the answer.

They are sent over OTLP (gRPC) to where ``OTEL_EXPORTER_OTLP_ENDPOINT`` says; the other ``OTEL_…`` variables hold, too.
Where it is not set, nothing of OpenTelemetry is imported. No span holds what was asked or answered.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.logs import METHODS, route_of
from ui.request_ids import request_id
from ui.security.peers import PROXIED

# ruff: noqa: PLC0415  a server without traces does without OpenTelemetry
if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")


class Tracing:
    """Spans, sent in the background; without a place to send them to there are none."""

    def __init__(self, provider: "TracerProvider | None" = None) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("byline", version("byline")) if provider else None

    @classmethod
    def configured(cls) -> "Tracing":
        """Traces as the environment says."""
        if (
            not any(os.environ.get(name) for name in ENDPOINTS)
            or os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
        ):
            return cls()
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        about = {SERVICE_NAME: os.environ.get("OTEL_SERVICE_NAME", "byline"), SERVICE_VERSION: version("byline")}
        provider = TracerProvider(resource=Resource.create(about), shutdown_on_exit=False)
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        return cls(provider)

    @property
    def on(self) -> bool:
        """Whether spans go anywhere."""
        return self._tracer is not None

    @contextmanager
    def span(self, name: str, *, sent: Mapping[str, str] | None = None) -> "Iterator[Span | None]":
        """A span around what is within, None where there are no traces; of a failure it has the kind and no text.

        ``sent``: the headers of the request that the span is for, whose trace goes on in it.
        """
        if not self._tracer:
            yield None
            return
        from opentelemetry.trace import SpanKind, StatusCode
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        with self._tracer.start_as_current_span(
            name,
            context=None if sent is None else TraceContextTextMapPropagator().extract(sent),
            kind=SpanKind.INTERNAL if sent is None else SpanKind.SERVER,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield span
            except Exception as error:
                span.set_status(StatusCode.ERROR)
                span.set_attribute("error.type", type(error).__name__)
                raise

    def close(self) -> None:
        """Send what is left, and stop."""
        if self._provider:
            self._provider.shutdown()


class RequestSpans:
    """Puts a span around each request; the trace of a trusted proxy goes on in it."""

    def __init__(self, app: ASGIApp, *, tracing: Tracing) -> None:
        self.app = app
        self.tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 500

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        method = scope["method"] if scope["method"] in METHODS else "other"
        # A stranger's claim to belong to a trace is not believed.
        sent = Headers(scope=scope) if scope.get("state", {}).get(PROXIED) else {}
        with self.tracing.span(method, sent=sent) as span:
            try:
                await self.app(scope, receive, seen)
            finally:
                if span:
                    span.update_name(f"{method} {route_of(scope)}")
                    span.set_attributes(
                        {
                            "http.request.method": method,
                            "http.route": route_of(scope),
                            "http.response.status_code": status,
                            "byline.request_id": request_id(),
                        }
                    )
