"""Requests made up from the API's own schema, right ones and wrong ones: none breaks the server or tells too much."""

import re
import threading
from pathlib import Path

import hypothesis
import pytest
import schemathesis
import uvicorn

from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from index.articles import Article, Metadata
from ui.server import address_of, create_api, listen

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
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield schemathesis.openapi.from_url(f"{address_of(listener)}/openapi.json")
        server.should_exit = True
        thread.join()


schema = schemathesis.pytest.from_fixture("described")


@schema.parametrize()
@hypothesis.settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(hypothesis.HealthCheck), database=None
)
def test_no_request_breaks_the_server_or_is_told_too_much(case):
    reply = case.call()
    assert reply.status_code < 500, reply.text
    if reply.status_code >= 400 and reply.content:
        assert not TOO_MUCH.search(reply.text)
        error = reply.json()["error"]
        assert "\n" not in (error["message"] if isinstance(error, dict) else error)
    case.validate_response(
        reply,
        checks=[
            schemathesis.checks.not_a_server_error,
            schemathesis.specs.openapi.checks.status_code_conformance,
            schemathesis.specs.openapi.checks.content_type_conformance,
            schemathesis.specs.openapi.checks.response_schema_conformance,
        ],
    )
