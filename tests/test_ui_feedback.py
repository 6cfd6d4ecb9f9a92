import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.answers import Answer, Citation, Question, Statement, Turn
from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from eval.cases import read_cases
from index.articles import Article, Metadata
from ui.history import History
from ui.ratings import ExchangeUnknown, Opinion, Ratings
from ui.server import create_api

ROOT = Path(__file__).parent.parent
OPEN = "0123456789abcdef" * 2


def cited(number, quote):
    return Citation(number, "ferry", "Fares", None, date(2024, 5, 1), None, quote, 0, len(quote))


SAID = Answer("Fare?", (Statement("4 euros.", (1,), None),), (cited(1, "4 euros."), cited(2, "In June.")), 0.9)
SILENT = Answer("Winner?", (), (), 0.1, abstained=True, reason="The articles do not say.")


@pytest.fixture
def history(tmp_path):
    return History(tmp_path)


@pytest.fixture
def ratings(tmp_path):
    return Ratings(tmp_path)


def exchange(history, answer, question="Fare?", person="p"):
    key = history.begin(person, OPEN, question)
    history.note(key, "answered", answer=answer)
    return key


def test_a_good_answer_is_a_case_with_what_it_cited(history, ratings):
    exchange(history, SAID, "Before?")
    key = exchange(history, SAID)
    given = ratings.rate("p", OPEN, key, opinion=Opinion("up", "right"))
    case = ratings.all()[0].case()
    assert case["id"] == f"rating-{given}"
    assert case["question"] == "Fare?"
    assert case["history"] == [
        {"role": "user", "content": "Before?"},
        {"role": "assistant", "content": "4 euros. [1]"},
    ]
    assert case["answerable"] is True
    assert case["sources"] == ["ferry"]
    assert case["gold_sentences"] == ["4 euros.", "In June."]
    assert case["tags"] == ["rating"]


def test_a_silence_that_was_right_is_a_case_without_an_answer(history, ratings):
    ratings.rate("p", OPEN, exchange(history, SILENT), opinion=Opinion("up"))
    case = ratings.all()[0].case()
    assert case["answerable"] is False
    assert "sources" not in case


@pytest.mark.parametrize(("reason", "answerable"), [("not_said", False), ("wrong", True), (None, True)])
def test_a_bad_answer_is_a_draft_for_a_person_to_look_at(history, ratings, reason, answerable):
    ratings.rate("p", OPEN, exchange(history, SAID), opinion=Opinion("down", reason, "It says 5"))
    case = ratings.all()[0].case()
    assert case["draft"] is True
    assert case["answerable"] is answerable
    assert case["note"].endswith("It says 5")
    assert "gold_sentences" not in case


def test_who_changes_their_mind_is_counted_once(history, ratings):
    key = exchange(history, SAID)
    first = ratings.rate("p", OPEN, key, opinion=Opinion("up", "right"))
    assert ratings.rate("p", OPEN, key, opinion=Opinion("down", "wrong")) == first
    assert [one.opinion.rated for one in ratings.all()] == ["down"]
    assert history.exchanges("p", OPEN)[0].rated == "down"


def test_nobody_rates_another_persons_answer_or_one_that_is_not_there(history, ratings):
    key = exchange(history, SAID)
    with pytest.raises(ExchangeUnknown):
        ratings.rate("q", OPEN, key, opinion=Opinion("up"))
    with pytest.raises(ExchangeUnknown):
        ratings.rate("p", OPEN, history.begin("p", OPEN, "Open?"), opinion=Opinion("up"))
    assert ratings.all() == []


def test_a_rating_outlives_its_conversation(history, ratings):
    ratings.rate("p", OPEN, exchange(history, SAID), opinion=Opinion("up"))
    history.delete("p")
    assert ratings.all()[0].question == "Fare?"


def test_what_is_exported_is_read_as_a_question_set(history, ratings, tmp_path):
    ratings.rate("p", OPEN, exchange(history, SAID), opinion=Opinion("up"))
    ratings.rate("p", OPEN, exchange(history, SAID, "When?"), opinion=Opinion("down", "not_said"))
    ratings.add(Question("Sure?", (Turn("user", "Hm"),)), SILENT, Opinion("up"))
    command = [sys.executable, "-m", "ui", "--data", str(tmp_path), "feedback", "export", str(tmp_path / "set.jsonl")]
    done = subprocess.run([*command, "--json"], check=True, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert json.loads(done.stdout)["cases"] == 2
    assert [case.answerable for case in read_cases(tmp_path / "set.jsonl")] == [True, False]
    assert [case.draft for case in read_cases(tmp_path / "set.jsonl", drafts=True)] == [False, True, False]
    failed = subprocess.run(
        [*command[:-1], str(tmp_path / "none" / "set.jsonl")], check=False, capture_output=True, text=True, cwd=ROOT
    )
    assert failed.returncode == 1
    assert "cannot be written" in failed.stderr


# ---- The API ----------------------------------------------------------------------------------------------------


@pytest.fixture
def client(tmp_path):
    settings = Settings(data=tmp_path)
    with open_collection(settings, write=True) as collection:
        collection.add([Article("ferry", "The ferry will cost 4 euros from 1 June.", Metadata("Fares"), "a")])
        app = create_api(collection, build_assistant(collection, settings), settings)
        with TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 5000)) as client:
            yield client


def test_an_answer_of_the_api_is_rated_through_the_api(client):
    answer = client.post("/api/ask", json={"question": "What will the ferry cost?"}).json()
    body = {"rating": "up", "reason": "right", "question": "What will the ferry cost?", "answer": answer}
    assert client.post("/api/feedback", json=body).status_code == 201
    (case,) = client.get("/api/feedback").json()
    assert case["gold_sentences"] == ["The ferry will cost 4 euros from 1 June."]
    assert case["tags"] == ["rating"]


@pytest.mark.parametrize(
    "body",
    [
        {"rating": "up"},
        {"rating": "sideways", "conversation": OPEN, "exchange": 1},
        {"rating": "up", "conversation": OPEN, "exchange": 1, "reason": "wrong"},
        {"rating": "up", "conversation": OPEN, "exchange": 1, "comment": "x" * 3_000},
        {"rating": "up", "conversation": OPEN, "exchange": 2**70},
        {"rating": "up", "question": "Q?", "answer": {"answer": "A"}},
    ],
)
def test_a_rating_of_nothing_is_refused_in_one_line(client, body):
    reply = client.post("/api/feedback", json=body)
    assert reply.status_code == 422
    assert "\n" not in reply.json()["error"]


def test_an_exchange_of_nobody_is_not_found(client):
    body = {"rating": "up", "conversation": OPEN, "exchange": 1}
    assert client.post("/api/feedback", json=body).status_code == 404


def test_without_a_cookie_there_are_no_conversations(client):
    assert client.get("/api/conversations").json() == []
    assert client.get(f"/api/conversations/{OPEN}/markdown").status_code == 404
    assert client.delete(f"/api/conversations/{OPEN}").status_code == 404
    assert client.delete("/api/conversations").status_code == 204
    assert client.get(f"/api/conversations/{OPEN}/limits").json() is None
    assert client.get(f"/api/conversations/{OPEN}/1/suggestions").json() == []


def test_the_page_learns_its_words_and_what_it_can_be_limited_to(client):
    said = client.get("/api/chat", headers={"accept-language": "es"}).json()
    assert said["language"] == "es"
    assert said["words"]["library"] == "Biblioteca"
    assert said["articles"] == 1
    known = client.get("/api/chat/filters", params={"article": ["ferry", "gone"]}).json()
    assert known["articles"] == {"ferry": "Fares", "gone": None}
    assert known["publishers"] == []
