import asyncio
import io
import json
import threading
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.answers import Answer, Citation, Conflict, Finished, Question, Remark, Rewritten, Statement
from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from index.articles import Article, Metadata
from ui.answering import MOST_WAITING, Answering, Overloaded
from ui.api import Api
from ui.schemas import AnswerOut, QuestionIn
from ui.server import create_api

FERRY = Article(
    "ferry",
    "The harbour ferry will cost 4 euros from 1 June. The council agreed to the new fare on Monday.\n\n"
    "Some 12,000 people take the ferry each day.",
    Metadata("Ferry fare rises", "https://ledger.example/ferry", date(2024, 5, 21), "Ida Brandt", "The Ledger"),
    "/articles/ferry.txt",
)
ODD = Article(
    "a/b c?", "Bread is baked at four in the morning.", Metadata("<script>alert(1)</script>"), "/articles/odd.txt"
)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    settings = Settings(data=tmp_path_factory.mktemp("data"))
    with open_collection(settings, write=True, purpose="test") as collection:
        collection.add([FERRY, ODD])
        app = create_api(collection, build_assistant(collection, settings), settings)
        with TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False) as client:
            yield client


def upload(client, *files: tuple[str, bytes]):
    return client.post("/api/articles", files=[("files", (name, io.BytesIO(content))) for name, content in files])


def events(body: str) -> list[tuple[str, dict]]:
    found = []
    for block in body.strip().split("\n\n"):
        name, data = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def test_the_server_is_up_and_ready(client):
    assert client.get("/healthz").json() == {"status": "up"}
    ready = client.get("/readyz").json()
    assert ready["status"] == "ready"
    assert ready["articles"] >= 2


def test_an_answer_cites_the_sentence_it_rests_on(client):
    answer = client.post("/api/ask", json={"question": "What will the harbour ferry cost?"}).json()
    assert not answer["abstained"]
    citation = answer["citations"][0]
    assert citation["quote"] == FERRY.text[citation["start"] : citation["end"]]
    assert "4 euros" in answer["answer"]


def test_a_question_can_stand_in_the_address(client):
    answer = client.get("/api/ask", params={"question": "How many people take the ferry each day?"}).json()
    assert "12,000" in answer["answer"]


def test_the_stream_ends_with_the_same_answer(client):
    body = {"question": "What will the harbour ferry cost?"}
    reply = client.post("/api/ask/stream", json=body)
    assert reply.headers["content-type"].startswith("text/event-stream")
    streamed = events(reply.text)
    assert [name for name, _ in streamed][:2] == ["question", "statement"]
    assert streamed[-1][0] == "answer"
    assert streamed[-1][1]["answer"] == client.post("/api/ask", json=body).json()["answer"]


class Endless:
    """An assistant that never finishes, and knows whether it was told to stop."""

    def __init__(self):
        self.stopped = threading.Event()

    def stream(self, question, wanted):
        try:
            while True:
                yield Rewritten(question.text)
        finally:
            self.stopped.set()


def test_when_the_reader_hangs_up_the_work_stops():
    endless = Endless()

    async def hang_up() -> None:
        with closing(Answering(endless, at_once=1)) as answering:
            reply = (await Api(None, answering, None).stream(QuestionIn(question="Why?"))).body_iterator
            assert (await anext(reply)).startswith("event: question")
            await reply.aclose()

    asyncio.run(hang_up())
    assert endless.stopped.wait(5)


def test_a_refused_question_is_one_line(client):
    for body in ({"question": ""}, {"question": "x" * 100_000}):
        reply = client.post("/api/ask", json=body)
        assert reply.status_code == 422
        assert list(reply.json()) == ["error", "request_id"]
        name, error = events(client.post("/api/ask/stream", json=body).text)[-1]
        assert name == "error"
        assert error["error"] == reply.json()["error"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"question": 1}',
        b'{"question": "a", "history": [{"role": "system", "content": ""}]}',
        b"\xff",
    ],
)
def test_a_body_that_is_no_question_is_refused_in_one_line(client, body):
    reply = client.post("/api/ask", content=body, headers={"content-type": "application/json"})
    assert reply.status_code in (400, 422)
    assert "\n" not in reply.json()["error"]


def test_the_articles_are_listed_and_shown(client):
    listed = {article["id"]: article for article in client.get("/api/articles").json()}
    assert listed["ferry"]["published"] == "2024-05-21"
    assert client.get("/api/articles/ferry").json()["text"] == FERRY.text
    assert client.get("/api/articles/a%2Fb%20c%3F").json()["text"] == ODD.text


def test_an_unknown_article_is_a_404_everywhere(client):
    for reply in (client.get("/api/articles/nobody"), client.delete("/api/articles/nobody")):
        assert reply.status_code == 404
        assert "nobody" in reply.json()["error"]
    page = client.get("/articles/nobody")
    assert page.status_code == 404
    assert "text/html" in page.headers["content-type"]


def test_an_article_page_opens_at_the_cited_sentence(client):
    page = client.get("/articles/ferry", params={"start": 0, "end": 48, "mark": "28-35"})
    assert '<mark id="cited">The harbour ferry will cost <strong>4 euros</strong> from 1 June.</mark>' in page.text
    assert 'href="https://ledger.example/ferry"' in page.text
    assert "unsafe" not in page.headers["content-security-policy"]


def test_an_article_page_escapes_what_the_article_says(client):
    assert "<script>alert" not in client.get("/articles/a%2Fb%20c%3F").text


@pytest.mark.parametrize(
    "query", ["start=-5&end=999999", "start=9&end=2", "mark=1-", "mark=-1-5", "start=0&end=4&mark=90-99"]
)
def test_offsets_that_lead_nowhere_highlight_nothing_and_fail_nothing(client, query):
    assert client.get(f"/articles/ferry?{query}").status_code == 200


def test_an_upload_is_added_kept_and_can_be_asked_and_removed(client):
    text = b"Library opens on Sundays\n\nThe town library will open on Sundays from 7 July, the mayor said."
    added = upload(client, ("library.txt", text)).json()
    assert added["added"] == ["library"]
    assert upload(client, ("library.txt", text)).json()["unchanged"] == ["library"]
    changed = text.replace(b"7 July", b"14 July")
    assert upload(client, ("library.txt", changed)).json()["updated"] == ["library"]
    answer = client.get("/api/ask", params={"question": "When will the town library open on Sundays?"}).json()
    assert "14 July" in answer["answer"]
    assert client.delete("/api/articles/library").status_code == 204
    assert client.get("/api/articles/library").status_code == 404


def test_what_cannot_be_read_is_told_and_the_rest_is_added(client):
    reply = upload(
        client, ("empty.txt", b""), ("bakery.txt", b"Bakery moves\n\nThe bakery moves to Mill Street in May.")
    )
    assert reply.status_code == 200
    assert reply.json()["added"] == ["bakery"]
    assert "empty.txt" in reply.json()["problems"][0]
    assert str(Path.cwd().parent) not in reply.text
    alone = upload(client, ("empty.txt", b""))
    assert alone.status_code == 422
    assert "empty.txt" in alone.json()["error"]


def test_a_page_elsewhere_can_change_nothing(client):
    for headers in ({"origin": "http://evil.example"}, {"host": "evil.example"}):
        assert client.delete("/api/articles/ferry", headers=headers).status_code == 403
    assert client.get("/api/articles/ferry").status_code == 200


def test_no_foreign_origin_is_told_that_it_may_read(client):
    for path in ("/api/articles", "/articles/ferry", "/healthz"):
        reply = client.get(path, headers={"origin": "http://evil.example"})
        assert "access-control-allow-origin" not in reply.headers


def test_a_huge_body_is_refused_wherever_it_goes(client):
    for path in ("/api/ask", "/api/ask/stream", "/healthz"):
        assert client.post(path, content=b"x" * (3 * 2**20)).status_code == 413


def test_an_unknown_path_is_one_line_of_json_under_the_api(client):
    assert client.post("/api/ask/nowhere").status_code in (404, 405)


def test_the_documentation_pages_that_load_from_elsewhere_are_not_served(client):
    assert client.get("/docs").status_code == 404
    assert client.get("/redoc").status_code == 404


def test_a_search_gives_passages_at_their_offsets(client):
    found = client.get("/api/search", params={"query": "people on the ferry"}).json()["passages"]
    assert found[0]["article_id"] == "ferry"
    assert found[0]["text"] == FERRY.text[found[0]["start"] : found[0]["end"]]
    assert (found[0]["title"], found[0]["published"]) == ("Ferry fare rises", "2024-05-21")
    assert len(client.get("/api/search", params={"query": "ferry", "limit": 1}).json()["passages"]) == 1


@pytest.mark.parametrize(
    ("scope", "inside"),
    [
        ("article=ferry", True), ("article=nobody", False), ("article=nobody&article=ferry", True),
        ("publisher=The Ledger", True), ("publisher=The Post", False), ("source=/articles/", True),
        ("source=/elsewhere/", False), ("published_from=2024-05-21&published_to=2024-05-21", True),
        ("published_from=2024-05-22", False), ("published_to=2024-05-20", False), ("language=xx", False),
    ],
)  # fmt: skip
def test_a_search_stays_within_its_scope(client, scope, inside):
    found = client.get(f"/api/search?query=ferry&{scope}").json()["passages"]
    assert ("ferry" in {passage["article_id"] for passage in found}) is inside


@pytest.mark.parametrize("query", ["", "query=", "query=a&limit=0", "query=a&limit=101", "query=a&published_from=May"])
def test_a_search_that_makes_no_sense_is_refused_in_one_line(client, query):
    reply = client.get(f"/api/search?{query}")
    assert reply.status_code == 422
    assert "\n" not in reply.json()["error"]


def test_the_schema_describes_every_route_with_its_errors(client):
    schema = client.get("/openapi.json").json()
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            assert operation.get("description"), f"{method} {path} says nothing of itself"
            assert {"404", "500"} <= set(operation["responses"]), f"{method} {path} names no errors"
    answer = schema["paths"]["/api/ask"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer["$ref"].endswith("/AnswerOut")


def test_the_schema_names_every_value_of_an_answer():
    remark = Remark("time_means", "“on Monday” = 20 May 2024", {"said": "on Monday", "period": "2024-05-20/2024-05-20"})
    cited = Citation(1, "ferry", "Ferry", None, date(2024, 5, 21), None, "It was agreed on Monday.", 0, 24)
    said = Statement("It was agreed on Monday.", (1,), (14, 23), remark.text, (remark,))
    conflict = Conflict((1, 1), remark.text, "update", remark)
    answer = Answer("When?", (said,), (cited,), 0.9, conflicts=(conflict,), nearest=(cited,), remarks=(remark,))
    given = json.loads(json.dumps(answer.to_json()))
    assert AnswerOut.model_validate(given).model_dump(mode="json") == given


class Slow:
    """An assistant that answers when it is let to."""

    def __init__(self):
        self.let = threading.Event()
        self.asked = []

    def stream(self, question, wanted):
        self.asked.append(question.text)
        self.let.wait(10)
        yield Finished(Answer(question.text, (), (), 0.0, abstained=True))


def test_questions_wait_their_turn_and_who_leaves_loses_it():
    slow = Slow()

    async def ask() -> None:
        with closing(Answering(slow, at_once=1)) as answering:
            asked = [asyncio.create_task(answering.answer(Question(str(number)))) for number in range(4)]
            await asyncio.sleep(0.1)
            assert slow.asked == ["0"]
            asked[2].cancel()
            await asyncio.sleep(0.1)
            slow.let.set()
            answers = await asyncio.gather(*asked, return_exceptions=True)
            assert [getattr(answer, "question", None) for answer in answers] == ["0", "1", None, "3"]

    asyncio.run(ask())
    assert slow.asked == ["0", "1", "3"]


def test_more_questions_than_can_be_answered_soon_are_refused_at_once():
    slow = Slow()

    async def ask() -> None:
        with closing(Answering(slow, at_once=1)) as answering:
            waiting = [asyncio.create_task(answering.answer(Question("?"))) for _ in range(MOST_WAITING)]
            await asyncio.sleep(0.1)
            with pytest.raises(Overloaded, match="minute"):
                await answering.answer(Question("one more"))
            slow.let.set()
            assert len(await asyncio.gather(*waiting)) == MOST_WAITING

    asyncio.run(ask())
