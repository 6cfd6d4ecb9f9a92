"""Requests made up from the API's own schema, right ones and wrong ones: none breaks the server or tells too much."""

import re
import threading
from contextlib import suppress
from pathlib import Path

import hypothesis
import pytest
import schemathesis
import uvicorn
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks as openapi

from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from index.articles import Article, Metadata
from ui.listening import address_of, listen
from ui.server import create_api

ROOT = Path(__file__).parent.parent
TOO_MUCH = re.compile(rf"Traceback|File \"|\.py\b|site-packages|{re.escape(str(ROOT))}|/tmp/|/home/|/root/")
FERRY = Article("ferry", "The harbour ferry will cost 4 euros from 1 June.", Metadata("Ferry"), "/articles/ferry.txt")


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    """The schema of a real server, which is asked over the wire."""
    settings = Settings(data=tmp_path_factory.mktemp("data"))
    listener = listen("127.0.0.1", 48_950)
    with open_collection(settings, write=True, purpose="test") as collection:
        collection.add([FERRY])
        app = create_api(collection, build_assistant(collection, settings), settings)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield schemathesis.openapi.from_url(f"{address_of(listener)}/openapi.json")
        server.should_exit = True
        thread.join()


CHECKS = [
    not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_schema_conformance,
]


def hold(case: schemathesis.Case) -> None:
    """Ask, and hold the reply to the schema and to what no reply may hold."""
    reply = case.call()
    if reply.content == b"Invalid HTTP request received.":
        return  # an address too long to be parsed: it has reached no route of ours
    case.validate_response(reply, checks=CHECKS)
    if reply.status_code >= 400 and reply.content:
        assert not TOO_MUCH.search(reply.text)
        error = reply.json()["error"]
        assert "\n" not in (error["message"] if isinstance(error, dict) else error)


def test_no_request_breaks_the_server_or_is_told_too_much(described):
    bounded = hypothesis.settings(
        max_examples=10, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    asked = set()
    for operation in (found.ok() for found in described.get_all_operations()):
        for mode in schemathesis.GenerationMode:
            cases = operation.as_strategy(generation_mode=mode)
            # Nothing can be wrong with a request that takes nothing.
            with suppress(hypothesis.errors.Unsatisfiable):
                bounded(hypothesis.given(case=cases)(hold))()
        asked.add(operation.path)
    assert {"/api/ask", "/api/ask/stream", "/api/search", "/api/articles", "/v1/chat/completions"} <= asked
