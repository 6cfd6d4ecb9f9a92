"""The chat in a real browser while its model is slow, and while its server goes away and comes back."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.browser
PATIENCE = 40_000
PORT = "48660"
FERRY = "What will the harbour ferry cost?"
STORY = (
    "Ferry fare rises\n\nThe Ledger\n21 May 2024\n\n"
    "The harbour ferry will cost 4 euros from 1 June. The council agreed to the new fare on Monday.\n"
)


class Model(BaseHTTPRequestHandler):
    """Says one sentence that the article has, and hesitates for as long as its server was told."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.close_connection = True
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        with suppress(OSError):
            self.say("The harbour ferry will cost 4 euros from 1 June. [1]\n")
            for _ in range(self.server.hesitation * 20):
                self.say(" ")
                time.sleep(0.05)
            self.say("", "stop")
            self.wfile.write(b"data: [DONE]\n\n")

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
        server.hesitation = 0
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


class Server:
    """``byline serve`` on one port, to be started and ended."""

    def __init__(self, folder, environment):
        self.folder = folder
        self.environment = environment
        self.process = None
        self.address = ""

    def run(self, *arguments):
        command = [sys.executable, "-m", "ui", *arguments]
        return subprocess.run(
            command, env=self.environment, cwd=self.folder, check=True, capture_output=True, text=True, timeout=120
        )

    def start(self):
        command = [sys.executable, "-m", "ui", "serve", "--port", self.address.rpartition(":")[2] or PORT]
        self.process = subprocess.Popen(
            command, env=self.environment, cwd=self.folder, stdout=subprocess.PIPE, text=True
        )
        line = next((line for line in self.process.stdout if "http://" in line), "")
        if not line or self.address not in line:
            self.end()
            pytest.fail(f"the server did not start at {self.address}: {line}")
        self.address = line.split()[-1]

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.stdout.read()
        self.process.stdout.close()
        self.process.wait(30)


@pytest.fixture(scope="module")
def server(tmp_path_factory, model):
    folder = tmp_path_factory.mktemp("served")
    (folder / "ferry.txt").write_text(STORY)
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "BYLINE_DATA": str(folder / "data"),
        "HOME": str(folder),
        "BYLINE_ENGINE": "generative",
        "BYLINE_MODEL_URL": f"http://127.0.0.1:{model.server_port}/v1",
    }
    server = Server(folder, environment)
    server.run("add", str(folder / "ferry.txt"))
    server.start()
    yield server
    server.end()


@pytest.fixture
def page(chromium, server, model):
    model.hesitation = 0
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
    page.locator(".exchange.stopped").wait_for()
    assert "4 euros" in page.locator(".exchange .statement").inner_text(), "what had been said stays"
    assert "Stopped." in page.locator(".exchange .notice").inner_text()
    assert page.input_value("#box textarea") == "What I write meanwhile"
    model.hesitation = 0
    page.get_by_role("button", name="Ask again").click()
    page.locator(".exchange.answered").wait_for()
    assert page.locator(".exchange").count() == 1


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
