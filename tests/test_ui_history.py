import sqlite3
from datetime import date

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from assistant.answers import Answer, Citation, Conflict, Statement, Turn
from assistant.remarks import remark
from index.errors import BylineError
from ui import history as kept
from ui.access.person import Person
from ui.database import FILE
from ui.history import ConversationFull, ConversationUnknown, History, turns
from ui.visitors import COOKIE, Visitors, keeper

ANSWER = Answer(
    "Who won?",
    (Statement("Ada won.", (1,), (0, 3), "“won” = 2024"),),
    (Citation(1, "a", "Title", "https://x.example", date(2024, 5, 1), "Press", "Ada won.", 3, 11, version="ab"),),
    0.93,
    conflicts=(Conflict((1,), "A note", kind="update"),),
    short="Ada",
    notes=("Read “Wun” as “won”.",),
    remarks=(remark("read_as", typed="Wun", meant="won"), remark("not_mentioned", names=("Ada", "Bob"))),
    retrieved=("a",),
    timings_ms={"total": 1.5},
)


@pytest.fixture
def history(tmp_path):
    return History(tmp_path)


def test_a_question_and_its_answer_come_back_as_they_were(history):
    key = history.begin("p", "c", "Who won?")
    assert [one.state for one in history.exchanges("p", "c")] == ["open"]
    history.note(key, "answered", answer=ANSWER)
    (found,) = history.exchanges("p", "c")
    assert found.answer == ANSWER
    assert found.state == "answered"


def test_what_had_been_said_of_a_stopped_question_may_come_late(history):
    key = history.begin("p", "c", "Who won?")
    history.stop("p", "c")
    history.note(key, "answered", answer=ANSWER)
    assert history.exchanges("p", "c")[0].answer is None
    history.note(key, "stopped", answer=ANSWER)
    assert (history.exchanges("p", "c")[0].state, history.exchanges("p", "c")[0].answer) == ("stopped", ANSWER)


def test_the_conversation_is_told_to_the_assistant_without_what_failed(history):
    history.note(history.begin("p", "c", "Who won?"), "answered", answer=ANSWER)
    history.note(history.begin("p", "c", "?!"), "failed", notice="The question is empty.")
    assert turns(history.exchanges("p", "c")) == (
        Turn("user", "Who won?"),
        Turn("assistant", "Ada won. [1]"),
        Turn("user", "?!"),
    )


def test_conversations_are_listed_the_latest_first_under_their_first_question(history):
    history.begin("p", "one", "First   question?")
    history.begin("p", "two", "x" * 500)
    history.begin("p", "one", "Second question?")
    assert [one.title[:15] for one in history.conversations("p")] == ["First question?", "x" * 15]
    assert len(history.conversations("p")[1].title) <= kept.TITLE + 1


@pytest.mark.parametrize("search", ["ADA", "won title", "ÄPFEL", "%", "_", "'; DROP TABLE exchanges;--"])
def test_a_search_finds_every_word_as_it_is_written(history, search):
    history.note(history.begin("p", "c", "Wer hat Äpfel?"), "answered", answer=ANSWER)
    assert bool(history.conversations("p", search)) == (search in ("ADA", "ÄPFEL"))


def test_a_deleted_conversation_is_gone_with_all_that_was_said(history, tmp_path):
    history.begin("p", "one", "A?")
    history.begin("p", "two", "B?")
    history.begin("q", "one", "C?")
    history.delete("p", "one")
    assert [one.id for one in history.conversations("p")] == ["two"]
    assert history.exchanges("p", "one") == []
    history.delete("p")
    assert history.conversations("p") == []
    assert history.exchanges("q", "one")[0].question == "C?"
    with sqlite3.connect(tmp_path / FILE) as db:
        assert db.execute("SELECT count(*) FROM exchanges").fetchone() == (1,)
    db.close()


def test_nobody_reaches_what_is_another_persons(history):
    key = history.begin("p", "c", "A?")
    history.note(key, "answered", answer=ANSWER)
    assert history.exchanges("q", "c") == []
    assert history.conversations("q", "A?") == []
    assert history.limits("q", "c") is None
    with pytest.raises(ConversationUnknown):
        history.delete("q", "c")
    history.begin("q", "c", "B?")
    assert [one.question for one in history.exchanges("p", "c")] == ["A?"]


def test_a_server_that_starts_waits_for_no_answer_of_the_one_before(history):
    history.begin("p", "c", "A?")
    history.interrupted()
    assert history.exchanges("p", "c")[0].state == "failed"


def test_a_server_without_conversations_starts_without_a_file(tmp_path):
    History(tmp_path / "new").interrupted()
    assert not (tmp_path / "new").exists()


def test_the_oldest_conversations_of_one_person_make_room(history, monkeypatch):
    monkeypatch.setattr(kept, "MOST_OF_ONE", 3)
    for number in range(5):
        history.begin("p", f"c{number}", "A?")
    history.begin("q", "c", "B?")
    assert [one.id for one in history.conversations("p")] == ["c4", "c3", "c2"]
    assert history.conversations("q")


def test_the_oldest_conversations_of_all_make_room(history, monkeypatch):
    monkeypatch.setattr(kept, "MOST_OF_ALL", 3)
    for number in range(5):
        history.begin(f"p{number}", "c", "A?")
    assert [bool(history.conversations(f"p{number}")) for number in range(5)] == [False, False, True, True, True]


def test_a_conversation_takes_no_more_questions_than_it_keeps(history, monkeypatch):
    monkeypatch.setattr(kept, "MOST_QUESTIONS", 2)
    history.begin("p", "c", "A?")
    history.begin("p", "c", "B?")
    with pytest.raises(ConversationFull, match="Begin a new one"):
        history.begin("p", "c", "C?")
    assert [one.question for one in history.exchanges("p", "c")] == ["A?", "B?"]
    history.begin("p", "c", "D?", again=True)
    assert [one.question for one in history.exchanges("p", "c")] == ["A?", "D?"]


def test_a_damaged_file_is_told_in_one_line(history, tmp_path):
    (tmp_path / FILE).write_bytes(b"no database " * 500)
    with pytest.raises(BylineError, match="Move it away"):
        history.begin("p", "c", "A?")


# ---- Whose they are ---------------------------------------------------------------------------------------------


@pytest.fixture
def client():
    def told(request: Request) -> PlainTextResponse:
        return PlainTextResponse(keeper(request.scope))

    app = Starlette(routes=[Route("/", told), Route("/api/x", told)])
    app.add_middleware(Visitors)
    with TestClient(app) as client:
        yield client


def test_a_browser_is_given_a_secret_that_no_script_reads(client):
    cookie = client.get("/").headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for said in ("HttpOnly", "SameSite=Lax", "Max-Age=34560000"):
        assert said in cookie
    assert "Secure" not in cookie
    assert "Path" not in cookie, "the path of the page, whatever prefix it has"
    assert "Secure" in client.get("https://testserver/").headers["set-cookie"]


def test_a_browser_is_known_by_its_secret_which_is_kept_nowhere(client):
    client.get("/")
    secret = client.cookies[COOKIE]
    name = client.get("/api/x").text
    assert name == client.get("/api/x").text
    assert secret not in name
    client.get("/")
    assert client.cookies[COOKIE] == secret


def test_without_a_cookie_nothing_is_shared(client):
    client.cookies.clear()
    assert client.get("/api/x").text != client.get("/api/x").text
    assert "set-cookie" not in client.get("/api/x").headers


@pytest.mark.parametrize("secret", ["", "x" * 32, "0" * 31, "../../" + "0" * 26])
def test_a_secret_that_was_never_given_is_none(client, secret):
    client.cookies.clear()
    names = {client.get("/api/x", headers={"cookie": f"{COOKIE}={secret}"}).text for _ in range(2)}
    assert len(names) == 2


def test_a_person_who_logged_in_is_known_by_name_alone():
    scope = {"state": {"person": Person("ada")}, "headers": [(b"cookie", f"{COOKIE}={'0' * 32}".encode())]}
    assert keeper(scope) == "person ada"
