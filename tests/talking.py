"""A real OpenAI-compatible endpoint for tests: it streams the words that it was given, with a pause after each."""

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Endpoint(ThreadingHTTPServer):
    """Says its words to everybody who asks; ``asked`` is set by the first, ``left`` by the first who hangs up."""

    def __init__(self, words: Sequence[str], *, pause: float) -> None:
        super().__init__(("127.0.0.1", 0), Reply)
        self.words = words
        self.pause = pause
        self.asked, self.left = threading.Event(), threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}/v1"


class Reply(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        self.server.asked.set()
        try:
            self.reply()
        except ConnectionError:
            self.server.left.set()

    def reply(self) -> None:
        for word in self.server.words:
            self.say({"delta": {"content": word}, "finish_reason": None})
            time.sleep(self.server.pause)
        self.say({"delta": {}, "finish_reason": "stop"})
        self.wfile.write(b"data: [DONE]\n\n")

    def say(self, choice: dict) -> None:
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        self.wfile.write(f"data: {json.dumps({**chunk, 'choices': [{'index': 0, **choice}]})}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *_: object) -> None: ...


@contextmanager
def talking(*words: str, pause: float) -> Iterator[Endpoint]:
    """Serve such an endpoint on a free port of loopback; ``pause`` in seconds."""
    with Endpoint(words, pause=pause) as endpoint:
        thread = threading.Thread(target=endpoint.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield endpoint
        finally:
            endpoint.shutdown()
            thread.join()
