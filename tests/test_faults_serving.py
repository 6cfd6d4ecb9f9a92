"""A server that is told to end while it works: what it has begun is finished, and what it holds is closed."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
import uvicorn
from served import served
from starlette.applications import Starlette
from starlette.responses import StreamingResponse
from starlette.routing import Route
from talking import talking

from assistant.settings import Settings
from assistant.wiring import open_collection
from index.articles import Article, Metadata
from ui.listening import address_of, listen
from ui.serving import Finishing, InFlight

ROOT = Path(__file__).parent.parent
TEXT = "Dunmore Motors opened its plant in Corrie in March 2021. The plant cost $340 million and employs 1,200 people."
ASKED = {"question": "How much did the plant cost?"}


@pytest.fixture
def data(tmp_path) -> Path:
    with open_collection(Settings(data=tmp_path / "data"), write=True, purpose="test") as collection:
        collection.add([Article("plant", TEXT, Metadata("Dunmore Motors opens van plant"), "plant")])
    return tmp_path / "data"


def test_told_to_end_it_finishes_the_answer_and_hangs_up_on_open_pages(data):
    words = ("The plant", " cost", " $340", " million", " [1]", ". ")
    with (
        talking(*words, pause=0.5) as model,
        served(data.parent, BYLINE_ENGINE="generative", BYLINE_MODEL_URL=model.url) as server,
        httpx.Client(base_url=server.address, timeout=60) as client,
    ):
        with (
            client.stream("GET", "/gradio_api/heartbeat/page") as page,
            client.stream("GET", "/mcp", headers={"accept": "text/event-stream"}) as other,
            client.stream("POST", "/api/ask/stream", json=ASKED) as reply,
        ):
            assert (page.status_code, other.status_code, reply.status_code) == (200, 200, 200)
            assert model.asked.wait(60)
            server.process.send_signal(signal.SIGTERM)
            told = time.monotonic()
            time.sleep(0.5)
            with pytest.raises(httpx.ConnectError):
                httpx.get(f"{server.address}/healthz")
            events = reply.read().decode()
            finished = time.monotonic()
        assert "$340 million" in events.partition("event: answer")[2]
        assert '"engine": "generative"' in events
        assert finished - told > 1, "the model was still writing"
        assert server.process.wait(30) == 0
        assert time.monotonic() - finished < 25
    assert len(server.said) == 1, "nothing but where it serves"
    with open_collection(Settings(data=data), write=True, purpose="test") as collection:
        assert collection.counts() == (1, 1)


def test_told_to_end_before_it_serves_it_closes_what_it_has_opened(data):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(data.parent)}
    command = [sys.executable, "-m", "ui", "--data", str(data), "serve", "--port", "48860"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        # The secret by which commands reach the server is made once the collection is open, before the chat is built.
        while not (data / "local.token").exists():
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert process.stdout.read() == ""
    with open_collection(Settings(data=data), write=True, purpose="test") as collection:
        assert collection.counts() == (1, 1)


def test_a_reply_that_takes_too_long_is_cut(caplog):
    async def endless():
        while True:
            yield b"more"
            await asyncio.sleep(0.05)

    flight = InFlight(Starlette(routes=[Route("/", lambda _: StreamingResponse(endless()))]))
    listener = listen("127.0.0.1", 48_880)
    address, ready = address_of(listener), threading.Event()
    config = uvicorn.Config(flight, log_config=None, log_level="critical", timeout_graceful_shutdown=1)
    server = Finishing(config, flight, ready=ready.set, patience=1)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    assert ready.wait(30)
    with httpx.stream("GET", address, timeout=30) as reply:
        pieces = reply.iter_bytes()
        assert next(pieces)
        server.should_exit = True
        began = time.monotonic()
        with pytest.raises(httpx.RemoteProtocolError):
            list(pieces)
    thread.join(10)
    assert not thread.is_alive()
    assert 0.9 < time.monotonic() - began < 8
    assert flight.requests == 0
    assert "Requests in flight that were cut off: 1" in caplog.text
