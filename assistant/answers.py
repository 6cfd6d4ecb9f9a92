"""What is asked and what is answered; ``Answer.to_json`` is the contract that other programs rely on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from index.scope import Scope


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation so far."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Citation:
    """The sentence of an article that a statement rests on, at its offsets in that article's text."""

    number: int
    """What [n] in the answer refers to, from 1."""
    article_id: str
    title: str
    url: str | None
    published: date | None
    publisher: str | None
    quote: str
    start: int
    end: int
    version: str = ""
    """Names the version of the article in which it stands there; empty where that is not known."""

    def to_json(self) -> dict[str, Any]:
        """The citation as JSON values; the date in ISO 8601."""
        return {
            "number": self.number,
            "article_id": self.article_id,
            "title": self.title,
            "url": self.url,
            "published": self.published.isoformat() if self.published else None,
            "publisher": self.publisher,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "version": self.version,
        }


@dataclass(frozen=True, slots=True)
class Remark:
    """A line of our own in an answer: its text in English, and what to say in another language."""

    kind: str
    """One of ``assistant.remarks.LINES``."""
    text: str
    values: Mapping[str, str | int | Sequence[str]] = field(default_factory=dict)
    """What is put into the line, by name; a day or the days from and to in ISO 8601, "~" behind one told roughly."""

    def __str__(self) -> str:
        """The line in English."""
        return self.text

    def to_json(self) -> dict[str, Any]:
        """The remark as JSON values."""
        return {"kind": self.kind, "text": self.text, "values": dict(self.values)}


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of the answer and the numbers of the citations it rests on."""

    text: str
    citations: tuple[int, ...]
    span: tuple[int, int] | None
    """Where in ``text`` the words stand that answer the question."""
    reading: str | None = None
    """What the times mean that ``text`` tells from the day of its article; shown beside it, never inside."""
    remarks: tuple[Remark, ...] = ()
    """The reading once more, each time by its kind and with its values, to be said in another language."""

    def to_json(self) -> dict[str, Any]:
        """The statement as JSON values."""
        return {
            "text": self.text,
            "citations": list(self.citations),
            "span": list(self.span) if self.span else None,
            "reading": self.reading,
            "remarks": [remark.to_json() for remark in self.remarks],
        }


@dataclass(frozen=True, slots=True)
class Conflict:
    """Citations that answer the same question differently."""

    citations: tuple[int, ...]
    note: str
    kind: Literal["disagreement", "update"] = "disagreement"
    """An update is a later report of what has changed since the earlier one."""
    remark: Remark | None = None
    """The note by its kind and with its values."""

    def to_json(self) -> dict[str, Any]:
        """The conflict as JSON values."""
        remark = self.remark.to_json() if self.remark else None
        return {"citations": list(self.citations), "note": self.note, "kind": self.kind, "remark": remark}


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question; a refusal is an answer with ``abstained`` and a reason."""

    question: str
    """What was asked, a follow-up made standalone."""
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    confidence: float
    """Calibrated probability, 0 to 1, that the first statement answers the question; 1 for a list or summary."""
    engine: str = "extractive"
    abstained: bool = False
    reason: str | None = None
    conflicts: tuple[Conflict, ...] = ()
    nearest: tuple[Citation, ...] = ()
    """On a refusal, the closest sentences; they are offered for reading and support nothing."""
    retrieved: tuple[str, ...] = ()
    """Ids of the articles that were read, best first."""
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    short: str | None = None
    """The words of the statements that answer, made whole, such as "100,000 cars a year"; never instead of them."""
    notes: tuple[str, ...] = ()
    """What a reader should know of how it came about, such as that a search could not be asked."""
    remarks: tuple[Remark, ...] = ()
    """The reason and the notes once more, each by its kind and with its values, to be said in another language."""

    @property
    def text(self) -> str:
        """The statements with their markers, or the reason of a refusal."""
        if self.abstained:
            return self.reason or ""
        return " ".join(s.text + "".join(f" [{n}]" for n in s.citations) for s in self.statements)

    def to_json(self) -> dict[str, Any]:
        """The answer as one JSON object."""
        return {
            "question": self.question,
            "answer": self.text,
            "short": self.short,
            "abstained": self.abstained,
            "reason": self.reason,
            "confidence": round(self.confidence, 4),
            "engine": self.engine,
            "statements": [s.to_json() for s in self.statements],
            "citations": [c.to_json() for c in self.citations],
            "conflicts": [c.to_json() for c in self.conflicts],
            "nearest": [c.to_json() for c in self.nearest],
            "retrieved": list(self.retrieved),
            "notes": list(self.notes),
            "remarks": [remark.to_json() for remark in self.remarks],
            "timings_ms": {step: round(ms, 2) for step, ms in self.timings_ms.items()},
        }


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the conversation it stands in, and the articles it is put to."""

    text: str
    history: Sequence[Turn] = ()
    scope: Scope | None = None
    """Only what these articles say; None for all of the collection."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """First event of a stream: the question as it is searched, a follow-up made standalone."""

    question: str


@dataclass(frozen=True, slots=True)
class Writing:
    """A model has begun to write; nothing of it is told before it has passed its checks."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement that has passed its checks, with the citations it introduces."""

    statement: Statement
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """Last event of a stream: the whole answer."""

    answer: Answer


Event = Rewritten | Writing | Stated | Finished
