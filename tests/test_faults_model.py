"""A model that hangs, dies, sends something else or never ends: one clear line, in time, and nothing left running."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assistant.answers import Question
from assistant.chain import Assistant
from assistant.checking import Checker
from assistant.errors import ModelUnavailable
from assistant.generating import Writer
from assistant.model import Message
from assistant.model.endpoint import Endpoint
from assistant.model.gguf import LocalModel
from assistant.model.pacing import CHARACTERS, Patience
from assistant.settings import Settings
from assistant.wiring import build_reader, open_collection
from index.articles import Article, Metadata
from index.collection import Collection

ASKED = [Message("user", "How much did the plant cost?")]
IMPATIENT = Patience(connect=1, first=2, between=1, total=4)
Behaviour = Callable[["Served"], None]


class Served(BaseHTTPRequestHandler):
    """Answers a request as its server was told to."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_POST(self) -> None:
        size = int(self.headers.get("content-length", 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.requests.append((headers, json.loads(self.rfile.read(size) or b"{}")))
        behave = self.server.behaviours[min(len(self.server.requests), len(self.server.behaviours)) - 1]
        self.close_connection = True
        try:
            behave(self)
        except OSError:
            self.server.hung_up.set()

    def begin(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"content-type": kind, "connection": "close"} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.flush()

    def say(self, text: str, finish: str | None = None) -> None:
        choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *args: object) -> None:
        """Nothing on the terminal."""


class Server(ThreadingHTTPServer):
    """Listens on loopback; behaves as told, request after request, the last way for all further ones."""

    daemon_threads = True

    def __init__(self, *behaviours: Behaviour) -> None:
        super().__init__(("127.0.0.1", 0), Served)
        self.behaviours = behaviours
        self.requests: list[tuple[dict[str, str], dict[str, object]]] = []
        self.hung_up = threading.Event()
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


Serve = Callable[..., Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers = []

    def start(*behaviours: Behaviour) -> Server:
        server = Server(*behaviours)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.closing.set()
        server.shutdown()
        server.server_close()


def reply(*pieces: str) -> Behaviour:
    def behave(served: Served) -> None:
        served.begin()
        for piece in pieces:
            served.say(piece)
        served.say("", finish="stop")
        served.wfile.write(b"data: [DONE]\n\n")

    return behave


@pytest.fixture(scope="module", autouse=True)
def _imported() -> None:
    """The first reply imports LlamaIndex, which takes longer than these tests wait for a word."""
    server = Server(reply("Yes."))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    list(Endpoint(server.url, "m", None, Patience.within(120)).reply(ASKED))
    server.shutdown()
    server.server_close()


def refuse(status: int, body: bytes = b"{}", **headers: str) -> Behaviour:
    def behave(served: Served) -> None:
        served.begin(status, "application/json", **({"content-length": str(len(body))} | headers))
        served.wfile.write(body)

    return behave


def hang_before_headers(served: Served) -> None:
    served.server.closing.wait(20)


def hang_before_words(served: Served) -> None:
    served.begin()
    served.server.closing.wait(20)


def hang_between_words(served: Served) -> None:
    served.begin()
    served.say("The plant ")
    served.server.closing.wait(20)


def die(served: Served) -> None:
    served.begin()
    served.say("The plant cost ")


def reset(served: Served) -> None:
    served.begin(**{"transfer-encoding": "chunked"})
    served.wfile.write(b"ffff\r\ndata: {")
    served.wfile.flush()
    served.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


def drip_comments(served: Served) -> None:
    served.begin()
    while not served.server.closing.wait(0.1):
        served.wfile.write(b": still here\n\n")
        served.wfile.flush()


def web_page(served: Served) -> None:
    page = b"<html><body>Welcome to nginx</body></html>"
    served.begin(200, "text/html", **{"content-length": str(len(page))})
    served.wfile.write(page)


def garbage(served: Served) -> None:
    served.begin()
    served.wfile.write(b"data: {not json}\n\ndata: [DONE]\n\n")


def no_text(served: Served) -> None:
    """Bytes that are no UTF-8."""
    served.begin()
    served.wfile.write(b"data: \xff\xfe\xc3\x28\n\ndata: [DONE]\n\n")


def ten_megabytes(served: Served) -> None:
    """One line without an end."""
    served.begin()
    served.wfile.write(b"data: " + b"x" * 10_000_000 + b"\n\n")


def another_shape(served: Served) -> None:
    served.begin()
    served.wfile.write(b'data: ["a list"]\n\ndata: {"choices": "none"}\n\ndata: [DONE]\n\n')


def endless(served: Served) -> None:
    served.begin()
    while not served.server.closing.is_set():
        served.say("and then more words came " * 20)


def huge(served: Served) -> None:
    served.begin()
    served.say("x" * 5_000_000, finish="stop")


def moved(served: Served) -> None:
    served.begin(302, "text/plain", location="http://192.0.2.7/v1/chat/completions", **{"content-length": "0"})


FAULTS: list[tuple[Behaviour, str]] = [
    (hang_before_headers, "stopped answering"),
    (hang_before_words, "stopped answering"),
    (hang_between_words, "stopped answering"),
    (drip_comments, "stopped answering"),
    (die, "broke off"),
    (reset, "broke off"),
    (reply(), "nothing"),
    (reply("", ""), "nothing"),
    (web_page, "text/html"),
    (garbage, "no reply"),
    (no_text, "no reply"),
    (ten_megabytes, "no reply"),
    (another_shape, "no reply"),
    (refuse(401), "model_key"),
    (refuse(403), "model_key"),
    (refuse(404), "model_name"),
    (refuse(429), "too much to do"),
    (refuse(500, b"<html>"), "HTTP 500"),
    (moved, "HTTP 302"),
]


@pytest.mark.parametrize(("behave", "named"), FAULTS, ids=lambda value: getattr(value, "__name__", None))
def test_each_fault_is_one_clear_line_within_the_time(serve: Serve, behave: Behaviour, named: str):
    server, began = serve(behave), time.monotonic()
    with pytest.raises(ModelUnavailable) as failed:
        list(Endpoint(server.url, "m", None, IMPATIENT).reply(ASKED))
    assert named in str(failed.value)
    assert "\n" not in str(failed.value)
    assert time.monotonic() - began < 10


def test_where_nobody_listens_the_line_says_what_to_check():
    with pytest.raises(ModelUnavailable, match="cannot be reached; check model_url"):
        list(Endpoint("http://127.0.0.1:9/v1", "m", None, IMPATIENT).reply(ASKED))


@pytest.mark.parametrize("behave", [endless, huge])
def test_a_reply_without_end_is_cut(serve: Serve, behave: Behaviour):
    assert len("".join(Endpoint(serve(behave).url, "m", None, IMPATIENT).reply(ASKED))) == CHARACTERS


def test_leaving_closes_the_connection(serve: Serve):
    server = serve(endless)
    pieces = Endpoint(server.url, "m", None, Patience.within(30)).reply(ASKED)
    next(pieces)
    pieces.close()
    assert server.hung_up.wait(5)


def test_a_passing_failure_is_tried_again_before_the_first_word(serve: Serve):
    server = serve(refuse(503), reply("The plant cost $340 million [1]."))
    assert "".join(Endpoint(server.url, "m", None, IMPATIENT).reply(ASKED)) == "The plant cost $340 million [1]."
    assert len(server.requests) == 2


@pytest.mark.parametrize("behave", [die, refuse(401), hang_between_words])
def test_after_the_first_word_or_a_refusal_nothing_is_sent_again(serve: Serve, behave: Behaviour):
    server = serve(behave)
    with pytest.raises(ModelUnavailable):
        list(Endpoint(server.url, "m", None, IMPATIENT).reply(ASKED))
    assert len(server.requests) == 1


def test_only_the_key_that_was_set_is_sent(serve: Serve, monkeypatch: pytest.MonkeyPatch):
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "theirs")
    monkeypatch.setenv("OPENAI_API_BASE", "http://192.0.2.7/v1")
    server = serve(reply("Yes [1]."))
    for key in (None, "ours"):
        list(Endpoint(server.url, "m", key, IMPATIENT).reply(ASKED))
    assert "theirs" not in json.dumps([headers for headers, _ in server.requests])
    assert [headers["authorization"] for headers, _ in server.requests] == ["Bearer none", "Bearer ours"]


@pytest.mark.parametrize("content", [None, b"", b"<html>", b"GGUF then nothing that a model is"])
def test_a_file_that_is_no_model_is_told_in_a_line(tmp_path: Path, content: bytes | None):
    pytest.importorskip("xllamacpp", reason="xllamacpp is not installed")
    file = tmp_path / "model.gguf"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ModelUnavailable, match=r"model\.gguf .*model_file"):
        list(LocalModel(file, context=1_024, patience=IMPATIENT).reply(ASKED))


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    text = (
        "Dunmore Motors opened its plant in Corrie in March 2021. The plant cost $340 million and employs 1,200 people."
    )
    with open_collection(Settings(data=tmp_path / "data"), write=True, purpose="a test") as opened:
        opened.add([Article("plant", text, Metadata("Dunmore Motors opens van plant"), "plant")])
        yield opened


def assistant_with(collection: Collection, url: str, tmp_path: Path) -> Assistant:
    settings = Settings(data=tmp_path)
    writer = Writer(Endpoint(url, "m", None, IMPATIENT), Checker(), count_tokens=lambda t: [1] * len(t), budget=100)
    reader = build_reader()
    return Assistant(collection.retriever, reader, settings=settings, writer=writer)


@pytest.mark.parametrize(
    ("behave", "named"), [fault for fault in FAULTS if fault[0] in {hang_between_words, die, web_page}]
)
def test_without_the_model_the_articles_own_sentence_answers(
    serve: Serve, collection: Collection, tmp_path: Path, behave: Behaviour, named: str
):
    answer = assistant_with(collection, serve(behave).url, tmp_path).ask(Question("How much did the plant cost?"))
    assert (answer.engine, answer.abstained) == ("extractive", False)
    assert "$340 million" in answer.text
    assert named in (answer.reason or "")


def test_what_was_shown_before_the_model_died_stays(serve: Serve, collection: Collection, tmp_path: Path):
    def behave(served: Served) -> None:
        served.begin()
        served.say("The plant cost $340 million [1]. It was a gift of the queen [1]. And it")

    answer = assistant_with(collection, serve(behave).url, tmp_path).ask(Question("How much did the plant cost?"))
    assert [statement.text for statement in answer.statements] == ["The plant cost $340 million."]
    assert answer.engine == "generative"
    assert "broke off" in (answer.reason or "")


def test_a_reader_who_leaves_ends_the_request(serve: Serve, collection: Collection, tmp_path: Path):
    server = serve(endless)
    with closing(
        assistant_with(collection, server.url, tmp_path).stream(Question("How much did the plant cost?"))
    ) as s:
        next(s)
    assert not server.requests  # nobody waited for the answer, so no model was asked
