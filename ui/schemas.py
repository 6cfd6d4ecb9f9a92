"""What goes in and out of the HTTP API; an answer goes out as ``Answer.to_json`` gives it."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from assistant.answers import Question, Turn
from index.articles import Article, Hit
from index.catalog import ListedArticle
from index.collection import Added
from index.scope import Scope


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


class CitationOut(BaseModel):
    """A sentence of an article, at its offsets in the article's text."""

    number: int
    article_id: str
    title: str
    url: str | None
    published: date | None
    publisher: str | None
    quote: str
    start: int
    end: int
    version: str = Field(description="Names the version that was read; `/articles/{id}?version=` shows it.")


class RemarkOut(BaseModel):
    """A line of Byline's own by its kind, to be said in another language."""

    kind: str
    text: str = Field(description="The line in English, as it stands in the answer.")
    values: dict[str, str | int | list[str]] = Field(description="What is put into the line; times in ISO 8601.")


class StatementOut(BaseModel):
    """One sentence of an answer."""

    text: str
    citations: list[int] = Field(description="Numbers of the citations that it rests on.")
    span: tuple[int, int] | None = Field(description="Where in the text the words stand that answer the question.")
    reading: str | None = Field(None, description="What its times mean that are told from the day of the article.")
    remarks: list[RemarkOut] = Field(default_factory=list, description="The reading by its kinds, one for each time.")


class ConflictOut(BaseModel):
    """Citations that answer the question differently."""

    citations: list[int]
    note: str
    kind: Literal["disagreement", "update"] = Field("disagreement", description="An update is a later report.")
    remark: RemarkOut | None = Field(None, description="The note by its kind.")


class AnswerOut(BaseModel):
    """An answer, or with ``abstained`` the reason why there is none."""

    question: str = Field(description="What was asked, a follow-up made standalone.")
    answer: str = Field(description="The statements with their numbers, or the reason of a refusal.")
    short: str | None = Field(description="The words of the statements that answer, made whole.")
    abstained: bool
    reason: str | None
    confidence: float = Field(description="Calibrated probability, 0 to 1, that the first statement answers.")
    engine: str
    statements: list[StatementOut]
    citations: list[CitationOut]
    conflicts: list[ConflictOut]
    nearest: list[CitationOut] = Field(description="On a refusal, the closest sentences; they support nothing.")
    retrieved: list[str] = Field(description="Ids of the articles that were read, best first.")
    notes: list[str] = Field(description="What a reader should know of how the answer came about.")
    remarks: list[RemarkOut] = Field(default_factory=list, description="The reason and the notes by their kinds.")
    timings_ms: dict[str, float]


class SearchIn(BaseModel):
    """What is searched for, and in which part of the collection; a list that is empty is no condition."""

    query: str = Field(min_length=1, max_length=5_000)
    limit: int = Field(10, ge=1, le=100, description="Passages at most.")
    published_from: date | None = Field(None, description="The first day, included.")
    published_to: date | None = Field(None, description="The last day, included.")
    publisher: list[str] = Field(default_factory=list, max_length=100)
    language: list[Annotated[str, Field(max_length=8)]] = Field(default_factory=list, max_length=100)
    source: list[str] = Field(default_factory=list, max_length=100, description="Sources, or how they begin.")
    article: list[str] = Field(default_factory=list, max_length=1_000, description="Ids of articles.")

    @property
    def scope(self) -> Scope:
        """The part of the collection."""
        return Scope(
            published_from=self.published_from,
            published_to=self.published_to,
            publishers=tuple(self.publisher),
            languages=tuple(self.language),
            sources=tuple(self.source),
            articles=tuple(self.article),
        )


class PassageOut(BaseModel):
    """A passage that was found, at its offsets in the article's text."""

    article_id: str
    title: str
    url: str | None
    published: date | None
    publisher: str | None
    text: str
    start: int
    end: int
    score: float = Field(description="Comparable within one search only.")

    @classmethod
    def of(cls, hit: Hit) -> Self:
        """The hit as it goes out."""
        passage, metadata = hit.passage, hit.metadata
        return cls(
            article_id=passage.article_id,
            title=metadata.title,
            url=metadata.url,
            published=metadata.published,
            publisher=metadata.publisher,
            text=passage.text,
            start=passage.start,
            end=passage.end,
            score=round(hit.score, 4),
        )


class PassagesOut(BaseModel):
    """What a search found, best first."""

    passages: list[PassageOut]


class ArticleOut(BaseModel):
    """An article as the list shows it."""

    id: str
    title: str
    url: str | None
    published: date | None
    author: str | None
    publisher: str | None

    @classmethod
    def of(cls, article: Article | ListedArticle) -> Self:
        """The article as it goes out."""
        return cls.model_validate(
            {"text": getattr(article, "text", None), "id": article.id, **asdict(article.metadata)}
        )


class WholeArticleOut(ArticleOut):
    """An article with its text; citations count characters of it."""

    text: str


class AddedOut(BaseModel):
    """What was added: ids of articles, and one line for each file or page that could not be read."""

    added: list[str]
    updated: list[str]
    unchanged: list[str]
    problems: list[str]

    @classmethod
    def of(cls, added: Added) -> Self:
        """What became of it."""
        problems = [str(problem) for problem in added.problems]
        return cls(added=added.added, updated=added.updated, unchanged=added.unchanged, problems=problems)


class UpOut(BaseModel):
    """The server is up."""

    status: Literal["up"] = "up"


class ReadyOut(BaseModel):
    """The collection can be read."""

    status: Literal["ready"] = "ready"
    articles: int
    passages: int


class ErrorOut(BaseModel):
    """What went wrong, in one line."""

    error: str
    request_id: str | None = None
    """By which the server's log can be asked about it."""
