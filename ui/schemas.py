"""What goes in and out of the HTTP API; an answer goes out as ``Answer.to_json`` gives it."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.answers import Question, Turn


class TurnIn(BaseModel):
    """One message of the conversation so far."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["user", "assistant"]
    content: str


class QuestionIn(BaseModel):
    """A question and the conversation it stands in."""

    model_config = ConfigDict(extra="forbid")

    question: str
    history: list[TurnIn] = Field(default_factory=list, max_length=1_000)

    def asked(self) -> Question:
        """The question as the assistant takes it."""
        return Question(self.question, tuple(Turn(turn.role, turn.content) for turn in self.history))


class ArticleOut(BaseModel):
    """An article as the list shows it."""

    id: str
    title: str
    url: str | None
    published: date | None
    author: str | None
    publisher: str | None


class WholeArticleOut(ArticleOut):
    """An article with its text; citations count characters of it."""

    text: str


class AddedOut(BaseModel):
    """What an upload changed: ids of articles, and one line for each file that could not be read."""

    added: list[str]
    updated: list[str]
    unchanged: list[str]
    problems: list[str]


class ErrorOut(BaseModel):
    """What went wrong, in one line."""

    error: str
