"""The conversations of each person, kept in ``ui.sqlite`` until they are deleted.

Whose a conversation is, is part of its key: nobody can name another's, nor learn whether there is one.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from assistant.answers import Answer, Turn
from index.errors import BylineError
from ui.database import FILE, database

MOST_OF_ONE = 500
"""Conversations kept of one person; the one that was left longest ago goes first."""
MOST_OF_ALL = 50_000
MOST_QUESTIONS = 200
"""Questions in one conversation."""
REMEMBERED = 40
"""Turns of a conversation that a follow-up may refer to."""
TITLE = 120
LISTED = """
SELECT c.id, c.title, c.changed_at FROM conversations AS c
WHERE c.person = :person AND NOT EXISTS (
    SELECT 1 FROM json_each(:words) AS word WHERE NOT EXISTS (
        SELECT 1 FROM exchanges AS e
        WHERE e.person = c.person AND e.conversation = c.id AND instr(e.words, word.value)))
ORDER BY c.changed_at DESC, c.id LIMIT :limit
"""
State = Literal["open", "answered", "stopped", "failed"]


class ConversationUnknown(BylineError):
    """No conversation of this person has that id."""


class ConversationFull(BylineError):
    """The conversation has as many questions as one keeps."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what became of it."""

    key: int
    question: str
    state: State = "open"
    answer: Answer | None = None
    """Whole when answered; what had been said when it is open or was stopped."""
    notice: str | None = None
    """Why there is no answer, in one line."""
    suggested: tuple[str, ...] | None = None
    """Questions to go on with; None where none have been looked for."""
    rated: Literal["up", "down"] | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation in the list."""

    id: str
    title: str
    changed_at: datetime


def turns(exchanges: Sequence[Exchange]) -> tuple[Turn, ...]:
    """The conversation as the assistant takes it; what was stopped or failed has no reply."""
    said = []
    for exchange in exchanges:
        said.append(Turn("user", exchange.question))
        if exchange.answer and exchange.state == "answered":
            said.append(Turn("assistant", exchange.answer.text))
    return tuple(said[-REMEMBERED:])


class History:
    """The conversations of a data directory; each call is a transaction of its own, from any thread."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def begin(self, person: str, conversation: str, question: str, *, limits: str = "", again: bool = False) -> int:
        """Keep a question, in a conversation that is begun where it is new; the exchange's key. ``ConversationFull``.

        With ``again`` it takes the place of the last one of the conversation.
        """
        now = _now()
        with database(self._data) as db:
            values = {"person": person, "id": conversation, "title": _title(question), "now": now, "limits": limits}
            db.execute(
                "INSERT INTO conversations VALUES (:person, :id, :title, :now, :limits)"
                " ON CONFLICT DO UPDATE SET changed_at = :now, limits = :limits",
                values,
            )
            if again:
                db.execute(
                    "DELETE FROM exchanges WHERE key ="
                    " (SELECT max(key) FROM exchanges WHERE person = ? AND conversation = ?)",
                    (person, conversation),
                )
            asked = "SELECT count(*) FROM exchanges WHERE person = ? AND conversation = ?"
            if db.execute(asked, (person, conversation)).fetchone()[0] >= MOST_QUESTIONS:
                raise ConversationFull(f"A conversation has {MOST_QUESTIONS} questions at most. Begin a new one.")
            _forget_oldest(db, person)
            key = db.execute(
                "INSERT INTO exchanges (person, conversation, asked_at, question, words, state)"
                " VALUES (?, ?, ?, ?, ?, 'open')",
                (person, conversation, now, question, question.casefold()),
            ).lastrowid
        assert key is not None
        return key

    def note(self, key: int, state: State, *, answer: Answer | None = None, notice: str | None = None) -> None:
        """Write down what has become of a question so far; one that is no longer open stays as it is.

        One that was stopped before what had been said of it was written down is still given that.
        """
        said = json.dumps(answer.to_json(), ensure_ascii=False) if answer else None
        with database(self._data) as db:
            db.execute(
                "UPDATE exchanges SET state = :state, answer = coalesce(:answer, answer), notice = :notice,"
                " words = words || char(10) || :words"
                " WHERE key = :key AND (state = 'open' OR state = 'stopped' AND :state = 'stopped')",
                {
                    "key": key,
                    "state": state,
                    "answer": said,
                    "notice": notice,
                    "words": answer.text.casefold() if answer and state != "open" else "",
                },
            )

    def stop(self, person: str, conversation: str) -> None:
        """Stop waiting for the conversation's answers; what had been said stays."""
        with database(self._data) as db:
            db.execute(
                "UPDATE exchanges SET state = 'stopped' WHERE person = ? AND conversation = ? AND state = 'open'",
                (person, conversation),
            )

    def interrupted(self) -> None:
        """Nothing is being answered any more: for a server that starts."""
        if (self._data / FILE).exists():
            with database(self._data) as db:
                db.execute("UPDATE exchanges SET state = 'failed' WHERE state = 'open'")

    def suggest(self, key: int, questions: Sequence[str]) -> None:
        """Keep the questions that were found to go on with."""
        with database(self._data) as db:
            db.execute("UPDATE exchanges SET suggested = ? WHERE key = ?", (json.dumps(questions), key))

    def exchanges(self, person: str, conversation: str) -> list[Exchange]:
        """The questions of a conversation in their order; none for one that is not there."""
        with database(self._data) as db:
            rows = db.execute(
                "SELECT e.key, e.question, e.state, e.answer, e.notice, e.suggested, r.rated FROM exchanges AS e"
                " LEFT JOIN ratings AS r ON r.person = e.person AND r.exchange = e.key"
                " WHERE e.person = ? AND e.conversation = ? ORDER BY e.key",
                (person, conversation),
            ).fetchall()
        return [_exchange(row) for row in rows]

    def limits(self, person: str, conversation: str) -> str | None:
        """What the conversation's last question was limited to, empty for nothing; None where there is none."""
        with database(self._data) as db:
            row = db.execute(
                "SELECT limits FROM conversations WHERE person = ? AND id = ?", (person, conversation)
            ).fetchone()
        return row[0] if row else None

    def conversations(self, person: str, search: str = "", *, limit: int = 100) -> list[Listed]:
        """The person's conversations in which every word of the search occurs, the latest first."""
        with database(self._data) as db:
            rows = db.execute(
                LISTED, {"person": person, "words": json.dumps(search.casefold().split()), "limit": limit}
            )
            listed = rows.fetchall()
        return [Listed(id_, title, datetime.fromisoformat(changed)) for id_, title, changed in listed]

    def delete(self, person: str, conversation: str | None = None) -> None:
        """Delete a conversation of the person, or without its id all of them; ``ConversationUnknown``.

        Ratings stay: they were given to whoever runs the server.
        """
        with database(self._data) as db:
            gone = db.execute(
                "DELETE FROM conversations WHERE person = :person AND (:id IS NULL OR id = :id)",
                {"person": person, "id": conversation},
            ).rowcount
        if conversation is not None and not gone:
            raise ConversationUnknown("There is no such conversation.")


@cache
def answers() -> TypeAdapter[Answer]:
    """Reads an answer from what ``Answer.to_json`` wrote."""
    return TypeAdapter(Answer)


def _exchange(row: Sequence[Any]) -> Exchange:
    key, question, state, answer, notice, suggested, rated = row
    return Exchange(
        key,
        question,
        state,
        answer=answers().validate_json(answer) if answer else None,
        notice=notice,
        suggested=tuple(json.loads(suggested)) if suggested is not None else None,
        rated=rated,
    )


def _forget_oldest(db: sqlite3.Connection, person: str) -> None:
    db.execute(
        "DELETE FROM conversations WHERE person = :person AND id IN (SELECT id FROM conversations"
        " WHERE person = :person ORDER BY changed_at DESC LIMIT -1 OFFSET :most)",
        {"person": person, "most": MOST_OF_ONE},
    )
    db.execute(
        "DELETE FROM conversations WHERE changed_at < (SELECT changed_at FROM conversations"
        " ORDER BY changed_at DESC LIMIT 1 OFFSET ?)",
        (MOST_OF_ALL - 1,),
    )


def _title(question: str) -> str:
    line = " ".join(question.split())
    return line if len(line) <= TITLE else f"{line[:TITLE].rstrip()}…"


def _now() -> str:
    return datetime.now(UTC).isoformat()
