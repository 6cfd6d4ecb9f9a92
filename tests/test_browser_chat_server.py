"""The chat in a real browser while its model is slow, its index rebuilt, and its server away for a while."""

import json
import shutil
import signal
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from served import served

pytestmark = pytest.mark.browser
PATIENCE = 40_000
SOON = 8
"""Seconds in which a model has to notice, on a machine that has much else to do; the answers take 30."""
FERRY = "What will the harbour ferry cost?"
STORY = (
    "Ferry fare rises\n\nThe Ledger\n21 May 2024\n\n"
    "The harbour ferry will cost 4 euros from 1 June. The council agreed to the new fare on Monday.\n"
)


class Model(BaseHTTPRequestHandler):
    """Says one sentence that the article has, then hesitates for as long as its server was told; notices who leaves."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.close_connection = True
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        try:
            self.say("The harbour ferry will cost 4 euros from 1 June. [1]\n")
            for _ in range(self.server.hesitation * 20):
                self.say(" ")
                time.sleep(0.05)
            self.say("", "stop")
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            self.server.left.set()

    def say(self, text, finish=None):
        choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def model():
    with ThreadingHTTPServer(("127.0.0.1", 0), Model) as server:
        server.hesitation, server.left = 0, threading.Event()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def server(tmp_path_factory, model):
    folder = tmp_path_factory.mktemp("served")
    (folder / "ferry.txt").write_text(STORY)
    url = f"http://127.0.0.1:{model.server_port}/v1"
    with served(folder, add=["ferry.txt"], BYLINE_ENGINE="generative", BYLINE_MODEL_URL=url) as server:
        yield server


@pytest.fixture
def page(chromium, server, model):
    model.hesitation = 0
    model.left.clear()
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(server.address)
    page.wait_for_selector(".greeting")
    page.wait_for_selector("#filter")
    yield page
    context.close()


def send(page, question):
    page.fill("#box textarea", question)
    page.press("#box textarea", "Enter")


def test_an_answer_streams_and_can_be_stopped(page, model):
    model.hesitation = 30
    send(page, FERRY)
    page.locator(".exchange.open .statement").wait_for()
    assert "4 euros" in page.locator(".exchange .statement").inner_text()
    page.locator("#box textarea").fill("What I write meanwhile")
    page.get_by_role("button", name="Stop").click()
    assert model.left.wait(SOON), "the model is no longer asked"
    page.locator(".exchange.stopped").wait_for()
    assert "4 euros" in page.locator(".exchange .statement").inner_text(), "what had been said stays"
    assert "Stopped." in page.locator(".exchange .notice").inner_text()
    assert page.input_value("#box textarea") == "What I write meanwhile"
    model.hesitation = 0
    page.get_by_role("button", name="Ask again").click()
    page.locator(".exchange.answered").wait_for()
    assert page.locator(".exchange").count() == 1


def test_a_page_that_is_closed_no_longer_keeps_the_model_at_work(page, model):
    model.hesitation = 30
    send(page, FERRY)
    page.locator(".exchange.open .statement").wait_for()
    page.close()
    assert model.left.wait(SOON)


def test_a_program_that_hangs_up_no_longer_keeps_the_model_at_work(server, model):
    model.hesitation = 30
    model.left.clear()
    body = json.dumps({"question": FERRY}).encode()
    headers = {"content-type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(f"{server.address}/api/ask/stream", body, headers)) as reply:
        assert any(b"statement" in line for line in iter(reply.readline, b""))
    assert model.left.wait(SOON)


def test_leaving_a_conversation_in_the_middle_of_an_answer_keeps_what_there_is(page, model):
    model.hesitation = 10
    send(page, FERRY)
    page.locator(".exchange.open .statement").wait_for()
    left = page.url
    page.locator("#fresh").click()
    page.wait_for_selector(".greeting")
    page.goto(left)
    # Gradio tells the server that the page has left, or does not come to it; then the answer is written to its end.
    page.locator(".exchange:is(.stopped, .answered) .statement").wait_for()
    assert page.locator(".question").inner_text() == FERRY


def test_a_server_that_goes_away_is_told_and_nothing_is_lost(page, server):
    send(page, FERRY)
    page.locator(".exchange.answered").wait_for()
    server.end()
    page.fill("#box textarea", "And when?")
    page.press("#box textarea", "Enter")
    page.get_by_role("alert").get_by_text("cannot be reached").wait_for()
    assert page.input_value("#box textarea") == "And when?"
    server.start()
    page.get_by_role("alert").get_by_text("cannot be reached").wait_for(state="hidden")
    page.locator(".exchange.answered .tools").wait_for()
    assert page.locator(".question").inner_text() == FERRY, "the conversation is there after a restart"
    assert page.input_value("#box textarea") == "And when?"
    page.press("#box textarea", "Enter")
    page.locator(".exchange.answered").nth(1).wait_for()
    page.get_by_role("button", name="Conversations").click()
    page.locator("#past li a").first.wait_for()
    assert page.locator("#past li a").all_inner_texts() == [FERRY]


def test_an_answer_cut_off_by_a_killed_server_is_told_and_can_be_asked_again(page, server, model):
    model.hesitation = 30
    send(page, FERRY)
    page.locator(".exchange.open .statement").wait_for()
    server.end(signal.SIGKILL)
    page.get_by_role("alert").get_by_text("cannot be reached").wait_for()
    server.start()
    page.locator(".exchange.failed").wait_for()
    assert "interrupted" in page.locator(".exchange .notice").inner_text()
    assert page.locator(".question").inner_text() == FERRY
    model.hesitation = 0
    page.get_by_role("button", name="Ask again").click()
    page.locator(".exchange.answered").wait_for()


def test_a_question_is_answered_while_the_index_is_gone_and_being_rebuilt(page, server):
    for index in ("dense", "lexical"):
        shutil.rmtree(server.data / index)
    with pytest.raises(AssertionError, match="is being written by byline serve"):
        server.run("doctor", "--repair")
    dam = server.data.parent / "dam.txt"
    dam.write_text("The Pell dam\n\nThe Pell dam was opened in 1961 by the queen.\n", encoding="utf-8")
    with pytest.raises(AssertionError, match=r"cannot write its search index\. What was added is kept"):
        server.run("add", dam)
    send(page, FERRY)
    page.locator(".exchange.answered .statement").wait_for()
    assert "4 euros" in page.locator(".exchange .statement").first.inner_text()
    server.end()
    page.fill("#box textarea", "And when did the council agree?")
    page.press("#box textarea", "Enter")
    page.get_by_role("alert").get_by_text("cannot be reached").wait_for()
    server.start()
    page.get_by_role("alert").get_by_text("cannot be reached").wait_for(state="hidden")
    page.locator(".exchange.answered .tools").wait_for()
    assert page.input_value("#box textarea") == "And when did the council agree?"
    page.press("#box textarea", "Enter")
    page.locator(".exchange.answered").nth(1).wait_for()
    assert "Monday" in page.locator(".exchange").nth(1).inner_text()
    assert all("WRONG" not in line for line in server.run("doctor").splitlines())
    assert "1961" in server.run("ask", "When was the Pell dam opened?")
