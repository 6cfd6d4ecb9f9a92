"""The HTTP API over ratings: an opinion of an answer is given, and all of them are read."""

from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.answers import Question, Turn
from ui.api import ERRORS
from ui.history import answers
from ui.ratings import REASONS, Opinion, Ratings
from ui.schemas import AnswerOut, TurnIn
from ui.visitors import keeper


class FeedbackIn(BaseModel):
    """What somebody thinks of an answer: one of their conversation in the chat, or one that ``/api/ask`` gave."""

    model_config = ConfigDict(extra="forbid")

    rating: Literal["up", "down"]
    reason: str | None = Field(None, description=f"Of a good answer {REASONS['up']}, of a bad one {REASONS['down']}.")
    comment: str | None = Field(None, max_length=2_000, description="In their own words.")
    conversation: str | None = Field(None, max_length=100, description="Of the chat, together with `exchange`.")
    exchange: int | None = Field(None, ge=0, lt=2**63)
    question: str | None = Field(None, max_length=5_000, description="As it was asked, together with `answer`.")
    history: Annotated[list[TurnIn], Field(max_length=100)] = []
    answer: AnswerOut | None = Field(None, description="As `/api/ask` gave it.")

    @model_validator(mode="after")
    def _of_one_answer(self) -> Self:
        """Names one answer, and gives a reason that there is."""
        chat = self.conversation is not None and self.exchange is not None
        told = self.question is not None and self.answer is not None
        if chat == told:
            raise ValueError("name either conversation and exchange, or question and answer")
        if self.reason is not None and self.reason not in REASONS[self.rating]:
            raise ValueError(f"reason of a rating {self.rating}: {', '.join(REASONS[self.rating])}")
        return self


class FeedbackOut(BaseModel):
    """A rating was kept."""

    id: str


class RatingOut(BaseModel):
    """A rating, as a case of a question set: see docs/question-sets.md."""

    model_config = ConfigDict(extra="allow")

    id: str
    question: str
    answerable: bool
    rated: Literal["up", "down"]


def feedback_router(ratings: Ratings) -> APIRouter:
    """``/api/feedback``."""
    router = APIRouter(responses=ERRORS, tags=["Feedback"])

    def give(body: FeedbackIn, request: Request) -> FeedbackOut:
        """Keep an opinion of an answer; of an answer in the chat, in place of the one before."""
        opinion = Opinion(body.rating, body.reason, (body.comment or "").strip() or None)
        if body.conversation is not None and body.exchange is not None:
            person = keeper(request.scope)
            return FeedbackOut(id=ratings.rate(person, body.conversation, body.exchange, opinion=opinion))
        assert body.question is not None
        assert body.answer is not None
        asked = Question(body.question, tuple(Turn(turn.role, turn.content) for turn in body.history))
        answer = answers().validate_python(body.answer.model_dump())
        return FeedbackOut(id=ratings.add(asked, answer, opinion))

    def listed() -> list[dict[str, Any]]:
        """Every rating as a case of a question set, the oldest first."""
        return [rating.case() for rating in ratings.all()]

    router.post("/api/feedback", status_code=201)(give)
    router.get("/api/feedback", response_model=list[RatingOut])(listed)
    return router
