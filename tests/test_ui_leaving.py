"""Whoever hangs up before a reply has come is not answered any more: real sockets, and a model that takes its time."""

import http.client
import json
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
import uvicorn
from talking import talking

from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from index.articles import Article, Metadata
from ui.listening import address_of, listen
from ui.server import create_api

TEXT = "Dunmore Motors opened its plant in Corrie in March 2021. The plant cost $340 million and employs 1,200 people."
QUESTION = "How much did the plant cost?"
WORDS = ("The plant", " cost", " $340", " million", " [1]", ".", "\n")
PAUSE, LASTS = 0.2, 60
COMPLETION = {"model": "byline", "messages": [{"role": "user", "content": QUESTION}]}
ASKING = [
    ("GET", "/api/ask?question=How+much+did+the+plant+cost%3F", None),
    ("POST", "/api/ask", {"question": QUESTION}),
    ("POST", "/v1/chat/completions", COMPLETION),
]


@pytest.fixture
def model():
    """It goes on writing for a minute."""
    with talking(*WORDS, *[" more"] * int(LASTS / PAUSE), pause=PAUSE) as model:
        yield model


@pytest.fixture
def server(model, tmp_path):
    """The address of a real server that has the model write."""
    settings = Settings(data=tmp_path / "data", engine="generative", model_url=model.url)
    listener = listen("127.0.0.1", 48_700)
    with open_collection(settings, write=True, purpose="test") as collection:
        collection.add([Article("plant", TEXT, Metadata("Dunmore Motors opens van plant"), "plant")])
        app = create_api(collection, build_assistant(collection, settings), settings)
        running = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
        thread.start()
        yield address_of(listener)
        running.should_exit = True
        thread.join()


def ask(address: str, method: str, path: str, body: object) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    headers = {"content-type": "application/json"} if body else {}
    connection.request(method, path, json.dumps(body) if body else None, headers)
    return connection


@pytest.mark.parametrize("asking", ASKING)
def test_the_model_is_not_asked_any_longer_for_somebody_who_has_hung_up(server, model, caplog, asking):
    caplog.set_level(logging.INFO, "ui.requests")
    connection = ask(server, *asking)
    assert model.asked.wait(30)
    began = time.monotonic()
    connection.close()
    assert model.left.wait(LASTS / 2)
    assert time.monotonic() - began < LASTS / 6
    statuses = [record.request["status"] for record in caplog.records if record.name == "ui.requests"]
    assert statuses == [499]


def test_who_waits_is_answered_while_another_leaves(server, model):
    model.words = WORDS
    leaving = ask(server, *ASKING[1])
    assert model.asked.wait(30)
    with ThreadPoolExecutor(1) as pool:
        waiting = ask(server, *ASKING[1])
        reply = pool.submit(waiting.getresponse)
        leaving.close()
        answer = json.loads(reply.result(60).read())
        waiting.close()
    assert "$340 million" in answer["answer"]
    assert answer["engine"] == "generative"
