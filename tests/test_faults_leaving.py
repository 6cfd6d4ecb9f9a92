"""Who asks and leaves: the request to the model that would have answered is closed at once, wherever it has got to."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import aclosing, closing
from pathlib import Path

import httpx
import pytest
import uvicorn

from assistant.answers import Finished, Question, Rewritten, Stated, Writing
from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from index.articles import Article, Metadata
from ui.answering import Answering
from ui.listening import address_of, listen
from ui.server import create_api

PLANT = Article(
    "plant",
    "Dunmore Motors opened its plant in Corrie in March 2021. The plant cost $340 million and employs 1,200 people.",
    Metadata("Dunmore Motors opens van plant"),
    "/articles/plant.txt",
)
ASKED = "How much did the plant cost?"
SOON = 5
"""Seconds on a machine that has much else to do."""


class SlowModel:
    """An OpenAI-compatible server for one request: it says the pieces, then nothing more until its client is gone."""

    def __init__(self, *pieces: str) -> None:
        self._pieces = pieces
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.asked, self.left = threading.Event(), threading.Event()
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(SOON)

    def _serve(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return
        with connection:
            connection.recv(65_536)
            self.asked.set()
            head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
            connection.sendall(head + b"".join(map(chunk, self._pieces)))
            # What is left of the request may still come; nothing comes any more when the client has closed.
            while connection.recv(65_536):
                pass
            self.left.set()


def chunk(text: str) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": None}
    values = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return f"data: {json.dumps(values)}\n\n".encode()


@pytest.fixture(params=[(), ("The plant ", "cost $340 "), ("The plant cost $340 million [2]. ", "It ")], ids=repr)
def model(request: pytest.FixtureRequest) -> Iterator[SlowModel]:
    with closing(SlowModel(*request.param)) as model:
        yield model


@pytest.fixture
def settings(model: SlowModel, tmp_path: Path) -> Settings:
    settings = Settings(data=tmp_path / "data", engine="generative", model_url=model.url, model_seconds=120)
    with open_collection(settings, write=True, purpose="a test") as collection:
        collection.add([PLANT])
    return settings


def test_who_hangs_up_while_the_model_writes_closes_its_connection(model: SlowModel, settings: Settings):
    listener = listen("127.0.0.1", 49_100)
    with open_collection(settings, write=True, purpose="a test") as collection:
        app = create_api(collection, build_assistant(collection, settings), settings)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        url = f"{address_of(listener)}/api/ask/stream"
        with httpx.stream("POST", url, json={"question": ASKED}, timeout=60, trust_env=False) as reply:
            lines = reply.iter_lines()
            assert next(lines) == "event: question"
            assert model.asked.wait(60)
            assert not model.left.is_set()
        assert model.left.wait(SOON)
        server.should_exit = True
        thread.join()


def test_who_closes_the_events_closes_the_model_s_connection(model: SlowModel, settings: Settings):
    async def leave(answering: Answering) -> None:
        async with aclosing(answering.events(Question(ASKED), asker="somebody")) as events:
            assert isinstance(await anext(events), Rewritten)
            assert await asyncio.to_thread(model.asked.wait, 60)

    with (
        open_collection(settings) as collection,
        closing(Answering.of(build_assistant(collection, settings), settings)) as answering,
    ):
        asyncio.run(leave(answering))
        assert model.left.wait(SOON)


@pytest.mark.parametrize("model", [("The plant cost $340 million [2]. ", "It ")], indirect=True)
def test_it_is_told_that_the_model_writes_before_what_it_wrote(model: SlowModel, settings: Settings):
    with open_collection(settings) as collection:
        told = build_assistant(collection, settings).stream(Question(ASKED))
        question, writing, stated = (next(told) for _ in range(3))
        assert (type(question), type(writing), type(stated)) == (Rewritten, Writing, Stated)
        told.close()
        assert model.left.wait(SOON)


@pytest.mark.parametrize("model", [()], indirect=True)
def test_a_model_that_is_not_asked_is_not_waited_for(model: SlowModel, settings: Settings):
    began = time.monotonic()
    with open_collection(settings) as collection:
        *_, last = build_assistant(collection, settings).stream(Question("Who is the mayor of Tallow?"))
    assert isinstance(last, Finished)
    assert last.answer.abstained
    assert not model.asked.is_set()
    assert time.monotonic() - began < 60
