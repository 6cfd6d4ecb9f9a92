"""What people thought of answers, kept with all that led to them, and given out as cases of a question set."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from assistant.answers import Answer, Question, Turn
from index.errors import BylineError
from ui.database import database
from ui.history import History, answers, turns

REASONS = {
    "up": ("right", "sources"),
    "down": ("wrong", "unasked", "unsupported", "not_said", "said", "other"),
}
"""What may be chosen; ``not_said``: no article says it, so silence would have been right; ``said``: one does."""
Rated = Literal["up", "down"]
MOST_KEPT = 100_000
"""Ratings; beyond, the oldest go."""
KEEP = """
INSERT INTO ratings (id, person, exchange, rated_at, rated, reason, comment, question, history, answer)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (person, exchange) DO UPDATE SET
    rated_at = excluded.rated_at, rated = excluded.rated, reason = excluded.reason, comment = excluded.comment
RETURNING id
"""
FORGET = "DELETE FROM ratings WHERE rowid IN (SELECT rowid FROM ratings ORDER BY rowid DESC LIMIT -1 OFFSET ?)"
ALL = """
SELECT id, rated_at, rated, reason, comment, question, history, answer FROM ratings ORDER BY rated_at, id
"""


class ExchangeUnknown(BylineError):
    """No answered question of this person has that number."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody thinks of an answer."""

    rated: Rated
    reason: str | None = None
    """One of ``REASONS``."""
    comment: str | None = None
    """In their own words."""


@dataclass(frozen=True, slots=True)
class Rating:
    """An opinion of an answer, with what was asked before it."""

    id: str
    rated_at: datetime
    opinion: Opinion
    question: str
    history: tuple[Turn, ...]
    """The conversation as it stood before the question."""
    answer: Answer

    def case(self) -> dict[str, Any]:
        """The rating as a case; what would have been right after a bad answer is not known, so that is a draft."""
        opinion, answer = self.opinion, self.answer
        up = opinion.rated == "up"
        silent = answer.abstained if up else opinion.reason == "not_said"
        case: dict[str, Any] = {
            "id": f"rating-{self.id}",
            "question": self.question,
            "history": [{"role": turn.role, "content": turn.content} for turn in self.history],
            "answerable": not silent,
        }
        if up and not answer.abstained:
            case["sources"] = list(dict.fromkeys(one.article_id for one in answer.citations))
            case["gold_sentences"] = [one.quote for one in answer.citations]
        if not up:
            case["draft"] = True
            case["note"] = ": ".join(filter(None, (opinion.reason, opinion.comment)))
        return case | {
            "tags": ["rating"] if up else ["rating", "draft"],
            "rated": opinion.rated,
            "rated_at": self.rated_at.isoformat(timespec="seconds"),
            "engine": answer.engine,
        }


class Ratings:
    """The ratings of a data directory; each call is a transaction of its own, from any thread or process."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._history = History(data)

    def rate(self, person: str, conversation: str, exchange: int, *, opinion: Opinion) -> str:
        """Keep what the person thinks of an answer in their conversation, in place of what they thought before.

        The rating's id; ``ExchangeUnknown``.
        """
        past = self._history.exchanges(person, conversation)
        found = next((number for number, one in enumerate(past) if one.key == exchange), None)
        answer = past[found].answer if found is not None and past[found].state == "answered" else None
        if found is None or not answer:
            raise ExchangeUnknown("There is no such answer in this conversation.")
        asked = Question(past[found].question, turns(past[:found]))
        return self._keep(asked, answer, opinion, exchange=(person, exchange))

    def add(self, asked: Question, answer: Answer, opinion: Opinion) -> str:
        """Keep an opinion of an answer that was given outside the chat; the rating's id."""
        return self._keep(asked, answer, opinion, exchange=("", None))

    def all(self) -> list[Rating]:
        """Every rating, the oldest first."""
        with database(self._data) as db:
            rows = db.execute(ALL).fetchall()
        return [_rating(row) for row in rows]

    def _keep(self, asked: Question, answer: Answer, opinion: Opinion, *, exchange: tuple[str, int | None]) -> str:
        history = [{"role": turn.role, "content": turn.content} for turn in asked.history]
        values = (
            secrets.token_hex(8),
            *exchange,
            datetime.now(UTC).isoformat(),
            opinion.rated,
            opinion.reason,
            opinion.comment,
            asked.text,
            json.dumps(history, ensure_ascii=False),
            json.dumps(answer.to_json(), ensure_ascii=False),
        )
        with database(self._data) as db:
            kept = db.execute(KEEP, values).fetchone()
            db.execute(FORGET, (MOST_KEPT,))
        return str(kept[0])


def _rating(row: Sequence[Any]) -> Rating:
    id_, rated_at, rated, reason, comment, question, history, answer = row
    return Rating(
        id_,
        datetime.fromisoformat(rated_at),
        Opinion(rated, reason, comment),
        question,
        tuple(Turn(**turn) for turn in json.loads(history)),
        answers().validate_json(answer),
    )
