import asyncio
import gc
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from assistant.answers import Answer, Citation, Statement
from eval.cases import Case
from eval.errors import JudgeRefused
from eval.judges import Judge
from eval.judging import judge
from eval.scoring import measure

FROST = "Frost came early and took 9,000 crates."


def outcomes():
    citation = Citation(1, "frost", "Frost", None, None, None, FROST, 0, len(FROST))
    said = Answer("What came?", (Statement(FROST, (1,), None),), (citation,), 0.9, timings_ms={"total": 1.0})
    silent = Answer("Why?", (), (), 0.1, abstained=True, reason="No.", timings_ms={"total": 1.0})
    cases = [Case("said", "What came?"), Case("silent", "Why?", answerable=False)]
    replies = [{"id": "said", **said.to_json()}, {"id": "silent", **silent.to_json()}]
    return judge(cases, replies, lambda _: FROST)


class Endpoint(BaseHTTPRequestHandler):
    """An OpenAI-compatible model that says what it is told to, and keeps what it was asked."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked)
        message = {"role": "assistant", "content": self.server.opinion}
        reply = {"id": "1", "object": "chat.completion", "created": 1, "model": asked["model"]}
        reply["choices"] = [{"index": 0, "finish_reason": "stop", "message": message}]
        body = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def endpoint():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    server.asked, server.opinion = [], "YES"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def named(endpoint) -> Judge:
    return Judge(f"http://127.0.0.1:{endpoint.server_port}/v1", "referee", "secret")


@pytest.mark.parametrize(("opinion", "score"), [("YES", 1), ("no, it does not", 0)])
def test_what_is_said_is_judged_against_its_quotes_and_silence_is_not(endpoint, tmp_path, opinion, score):
    endpoint.opinion = opinion
    said, silent = named(endpoint).judged(outcomes(), tmp_path / "opinions.jsonl", progress=lambda done: None)
    assert (said.values["faithfulness"], said.values["relevancy"]) == (score, score)
    assert not {"faithfulness", "relevancy"} & set(silent.values)
    assert measure([said, silent])["faithfulness"].value == score
    assert len(endpoint.asked) == 2
    assert all(FROST in json.dumps(asked, ensure_ascii=False) for asked in endpoint.asked)


def test_opinions_that_were_given_are_not_asked_for_again(endpoint, tmp_path):
    for _ in range(2):
        named(endpoint).judged(outcomes(), tmp_path / "opinions.jsonl", progress=lambda done: None)
    assert len(endpoint.asked) == 2


def test_a_judge_that_does_not_answer_is_one_clear_line(tmp_path):
    gone = Judge("http://127.0.0.1:9/v1", "referee")
    with pytest.raises(JudgeRefused, match=r"The judge referee at http://127\.0\.0\.1:9/v1 does not answer"):
        gone.judged(outcomes(), tmp_path / "opinions.jsonl", progress=lambda done: None)


def test_the_model_that_answers_does_not_judge_itself():
    one = Judge("http://127.0.0.1:9/v1", "referee")
    with pytest.raises(JudgeRefused, match="is the model that answers"):
        one.refuse_itself("referee")
    with pytest.raises(JudgeRefused, match=r"Choose another --judge-model"):
        one.refuse_itself("Referee.gguf")
    one.refuse_itself("another")


def test_the_key_is_shown_nowhere():
    assert "secret" not in repr(Judge("http://j", "m", "secret"))
    assert Judge("http://j", "m", "secret").named == "m at http://j"


def test_no_event_loop_is_left_open(endpoint, tmp_path):
    named(endpoint).judged(outcomes(), tmp_path / "opinions.jsonl", progress=lambda done: None)
    asyncio.run(asyncio.sleep(0))  # forgets the loop of this thread, which would warn when it is collected
    gc.collect()
