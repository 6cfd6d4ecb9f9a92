import os
import subprocess
import sys
import time
from concurrent import futures
from datetime import date
from pathlib import Path

import grpc
import pytest
from fastapi.testclient import TestClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import (
    TraceServiceServicer,
    add_TraceServiceServicer_to_server,
)

from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from index.articles import Article, Metadata
from ui.server import create_api
from ui.tracing import Tracing

ROOT = Path(__file__).parent.parent
FERRY = Article(
    "ferry",
    "The harbour ferry will cost 4 euros from 1 June. Some 12,000 people take it each day.",
    Metadata("Ferry fare rises", None, date(2024, 5, 21)),
    "/articles/ferry.txt",
)
ASKED = "What will the harbour ferry cost?"
THEIRS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Collector(TraceServiceServicer):
    """A real OTLP collector, which keeps what it is sent."""

    def __init__(self) -> None:
        self.requests = []

    def Export(self, request, context):  # noqa: N802  the name is the protocol's
        self.requests.append(request)
        return ExportTraceServiceResponse()

    def spans(self) -> dict[str, object]:
        kept = [one for request in self.requests for one in request.resource_spans]
        return {span.name: span for one in kept for scope in one.scope_spans for span in scope.spans}


@pytest.fixture
def collector(monkeypatch):
    server, collector = grpc.server(futures.ThreadPoolExecutor(2)), Collector()
    add_TraceServiceServicer_to_server(collector, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{port}")
    yield collector
    server.stop(None).wait()


def served(tmp_path, path: str, *, peer: str = "127.0.0.1", **asked) -> None:
    """One request to a server that has ended afterwards."""
    settings = Settings(data=tmp_path, trusted_proxies=("10.0.0.0/8",))
    with open_collection(settings, write=True, purpose="test") as collection:
        collection.add([FERRY])
        app = create_api(collection, build_assistant(collection, settings), settings)
        with TestClient(app, base_url="http://127.0.0.1:7860", client=(peer, 40_000)) as client:
            client.get(path, **asked)


def test_a_question_is_one_trace_from_the_request_to_the_check(collector, tmp_path):
    served(tmp_path, "/api/ask", params={"question": ASKED})
    spans = collector.spans()
    request, answer = spans["GET /api/ask"], spans["answer"]
    assert not request.parent_span_id
    assert answer.parent_span_id == request.span_id
    for step in ("retrieve", "read", "compose", "check"):
        assert spans[step].parent_span_id == answer.span_id
        assert spans[step].trace_id == request.trace_id
        assert answer.start_time_unix_nano <= spans[step].start_time_unix_nano <= spans[step].end_time_unix_nano
    said = {one.key: one.value.string_value or one.value.int_value for one in request.attributes}
    assert (said["http.route"], said["http.response.status_code"]) == ("/api/ask", 200)
    assert len(said["byline.request_id"]) == 32


def test_no_trace_holds_what_was_asked_or_answered(collector, tmp_path):
    served(tmp_path, "/api/ask", params={"question": ASKED})
    served(tmp_path, "/api/ask", params={"question": f"{ASKED}{'x' * 6_000}"})
    sent = "".join(map(str, collector.requests))
    assert "/api/ask" in sent
    for kept_out in ("ferry", "euros", "xxx", str(tmp_path)):
        assert kept_out not in sent


@pytest.mark.parametrize(("peer", "goes_on"), [("10.1.2.3", True), ("192.0.2.7", False)])
def test_only_a_trusted_proxys_trace_goes_on(collector, tmp_path, peer, goes_on):
    served(tmp_path, "/healthz", peer=peer, headers={"traceparent": THEIRS})
    span = collector.spans()["GET /healthz"]
    assert (span.trace_id.hex() == THEIRS.split("-")[1]) is goes_on
    assert (span.parent_span_id.hex() == THEIRS.split("-")[2]) is goes_on


def test_a_collector_that_is_away_holds_nobody_up(tmp_path, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    began = time.monotonic()
    served(tmp_path, "/api/ask", params={"question": ASKED})
    assert time.monotonic() - began < 20


def test_without_a_place_to_send_them_nothing_is_imported_and_nothing_done():
    code = (
        "import sys\nfrom ui.tracing import Tracing\n"
        "with (tracing := Tracing.configured()).span('x') as span: assert span is None\n"
        "tracing.close()\n"
        "sys.exit(tracing.on or any(name.startswith('opentelemetry') for name in sys.modules))"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    command = [sys.executable, "-c", code]
    assert (
        subprocess.run(command, env={**environment, "PYTHONPATH": str(ROOT)}, timeout=60, check=False).returncode == 0
    )


@pytest.mark.parametrize("disabled", ["true", "TRUE"])
def test_the_standard_switch_turns_traces_off(collector, monkeypatch, disabled):
    monkeypatch.setenv("OTEL_SDK_DISABLED", disabled)
    assert not Tracing.configured().on
