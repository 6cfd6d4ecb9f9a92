import io
import json
import logging
import os
import pty
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from jinja2 import Environment, FileSystemLoader

from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from index.articles import Article, Metadata
from index.errors import SourceUnreadable
from ui.logs import Json, Plain
from ui.server import create_api

ROOT = Path(__file__).parent.parent
FERRY = Article(
    "ferry",
    "The harbour ferry will cost 4 euros from 1 June. Some 12,000 people take it each day.",
    Metadata("Ferry fare rises", None, date(2024, 5, 21)),
    "/articles/ferry.txt",
)
ASKED = "What will the harbour ferry cost?"
GIVEN = "0123456789abcdef-given"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    settings = Settings(data=tmp_path_factory.mktemp("data"), trusted_proxies=("10.0.0.0/8",))
    with open_collection(settings, write=True, purpose="test") as collection:
        collection.add([FERRY])
        yield create_api(collection, build_assistant(collection, settings), settings)


@pytest.fixture(scope="module")
def client(app):
    with TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def lines(caplog, tmp_path):
    """What has been logged, as it stands in the log."""
    caplog.set_level(logging.INFO, "ui")
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Json(whole=False, data=tmp_path))
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def test_each_request_is_one_line_with_the_id_that_its_reply_names(client, lines):
    reply = client.get("/articles/ferry")
    (line,) = lines()
    assert line["request_id"] == reply.headers["x-request-id"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/articles/{article_id:path}", 200)
    assert line["ms"] > 0
    assert line["time"].endswith("Z")


def test_every_request_has_an_id_of_its_own(client):
    assert len({client.get("/healthz").headers["x-request-id"] for _ in range(5)}) == 5


def test_what_was_asked_and_answered_and_sent_along_is_not_logged(client, lines):
    secret = {"authorization": "Bearer sesame-1234", "cookie": "session=sesame-5678"}
    assert "4 euros" in client.get("/api/ask", params={"question": ASKED}, headers=secret).text
    assert "4 euros" in client.post("/api/ask/stream", json={"question": ASKED}, headers=secret).text
    client.get("/api/ask", params={"question": " "}, headers=secret)
    client.get(f"/articles/{ASKED}", headers=secret)
    logged = json.dumps(lines())
    assert len(lines()) == 4
    for kept_out in ("ferry", "euros", "12,000", "sesame", str(Path.home())):
        assert kept_out not in logged


@pytest.mark.parametrize(
    ("peer", "offered", "kept"),
    [
        ("10.1.2.3", GIVEN, True),
        ("192.0.2.7", GIVEN, False),
        ("10.1.2.3", "short", False),
        ("10.1.2.3", "x" * 65, False),
        ("10.1.2.3", '0123456789"\\", "status": 200', False),
    ],
)
def test_only_a_trusted_proxy_gives_a_well_formed_id(app, peer, offered, kept):
    client = TestClient(app, base_url="http://127.0.0.1:7860", client=(peer, 40_000))
    assert (client.get("/healthz", headers={"x-request-id": offered}).headers["x-request-id"] == offered) is kept


@pytest.mark.parametrize(
    ("path", "status", "host"),
    [("/api/ask?question=", 422, "127.0.0.1"), ("/nothing", 404, "127.0.0.1"), ("/healthz", 403, "evil.example")],
)
def test_an_error_names_its_request(client, path, status, host):
    reply = client.get(path, headers={"host": host})
    assert reply.status_code == status
    assert reply.json()["request_id"] == reply.headers["x-request-id"]


def test_an_unexpected_failure_is_found_in_the_log_by_its_id_and_without_its_words(app, client, lines):
    def fail() -> None:
        raise KeyError(f"{ASKED} in {ROOT}")

    app.router.routes.insert(0, APIRoute("/readyz", fail))
    reply = client.get("/readyz")
    assert reply.status_code == 500
    served, failed = lines()
    assert failed["request_id"] == served["request_id"] == reply.json()["request_id"] == reply.headers["x-request-id"]
    assert failed["error"] == "KeyError"
    assert failed["at"][-1].startswith("test_ui_logs:")
    assert served["status"] == 500
    for told in (reply.text, json.dumps(lines())):
        assert "ferry" not in told
        assert str(ROOT) not in told
        assert "Traceback" not in told


def test_places_of_this_machine_are_named_by_what_they_are(tmp_path):
    formatter = Json(whole=False, data=tmp_path / "collection")
    record = logging.makeLogRecord({"msg": f"{tmp_path}/collection/ui.sqlite, {sys.prefix}/lib, {ROOT}/ui, /dev/sda"})
    assert formatter.told(record)["message"] == "DATA/ui.sqlite, PYTHON/lib, BYLINE/ui, /dev/sda"


def test_a_credential_in_a_librarys_line_is_left_out(tmp_path):
    record = logging.makeLogRecord({"msg": "sent Authorization: Bearer abc.def-123, and byline_4fG7-xYz0123 again"})
    told = Json(whole=False, data=tmp_path).told(record)["message"]
    assert told == "sent Authorization: Bearer …, and byline_… again"


def failure(error: Exception) -> logging.LogRecord:
    def fail() -> None:
        raise error from ValueError("a quarrel")

    try:
        fail()
    except Exception:
        return logging.LogRecord("ui.api", logging.ERROR, "", 0, "It failed", (), sys.exc_info())


def test_our_own_errors_are_told_in_their_words_and_foreign_ones_by_their_kind(tmp_path):
    formatter = Json(whole=False, data=tmp_path)
    ours = formatter.told(failure(SourceUnreadable(f"{tmp_path}/a.pdf is encrypted.")))
    assert ours["error"] == "SourceUnreadable from ValueError: DATA/a.pdf is encrypted."
    assert formatter.told(failure(OSError("a quarrel")))["error"] == "OSError from ValueError"


def test_a_failing_template_is_named_without_its_folder(tmp_path):
    (tmp_path / "page.html").write_text("{% if true %}\n{{ 1 // 0 }}{% endif %}")
    page = Environment(loader=FileSystemLoader(tmp_path), autoescape=True).get_template("page.html")
    with pytest.raises(ZeroDivisionError) as failed:
        page.render()
    record = logging.LogRecord("ui.api", logging.ERROR, "", 0, "It failed", (), (failed.type, failed.value, failed.tb))
    told = Json(whole=False, data=tmp_path).told(record)
    assert "page.html:2" in told["at"]
    assert str(tmp_path) not in json.dumps(told)


def test_debugging_shows_everything(tmp_path):
    told = Json(whole=True, data=tmp_path).told(failure(OSError(f"a quarrel in {tmp_path}")))
    assert str(tmp_path) in told["error"]
    assert "Traceback" in told["trace"]
    assert "Traceback" in Plain(whole=True, data=tmp_path).format(failure(OSError("a quarrel")))


def test_a_line_is_a_line_whatever_stands_in_it(tmp_path):
    record = logging.makeLogRecord({"msg": "no such title: a\n{}\x1b[2J\u202eb", "name": "ui.api", "levelname": "INFO"})
    assert Plain(whole=False, data=tmp_path).format(record) == (r"INFO ui.api: no such title: a\n{}\x1b[2J\u202eb")
    assert len(Json(whole=False, data=tmp_path).format(record).splitlines()) == 1


LOGGING = """
import logging, pathlib
from ui.logs import start_logging
start_logging("info", data=pathlib.Path("data"))
logging.getLogger("ui.requests").info("request", extra={"request": {"status": 200}, "request_id": "0123"})
logging.getLogger("httpx").info("not ours")
logging.getLogger("chromadb").warning("a warning")
"""


def test_a_terminal_gets_plain_lines_and_a_pipe_gets_json():
    command, environment = [sys.executable, "-c", LOGGING], {**os.environ, "PYTHONPATH": str(ROOT)}
    piped = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    first, second = map(json.loads, piped.stderr.splitlines())
    assert (first["status"], first["request_id"], second["logger"]) == (200, "0123", "chromadb")
    main, terminal = pty.openpty()
    subprocess.run(command, env=environment, stderr=terminal, timeout=60, check=True)
    os.close(terminal)
    with os.fdopen(main, "rb") as shown:
        text = shown.read1(4_096).decode().replace("\r", "")
    assert text == "INFO ui.requests: request request_id=0123 status=200\nWARNING chromadb: a warning\n"
