"""The way from a question to an answer: condense, retrieve, read, compose, check."""

import re
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from functools import partial
from itertools import islice
from time import perf_counter

from assistant.answers import Answer, Event, Finished, Question, Remark, Rewritten, Stated, Writing
from assistant.attempt import Attempt
from assistant.composing import Draft, nearest
from assistant.condense import guessed, standalone
from assistant.errors import QuestionRefused
from assistant.gathering import Gathering, joined, telling
from assistant.generating import Writer, Written
from assistant.looking import Look, Looking, holds
from assistant.processor import Processor
from assistant.reading import Finding, Reader
from assistant.remarks import remark
from assistant.remembering import Remembering
from assistant.requested import Request, requested
from assistant.settings import Settings
from assistant.spelling import Spelled, Spelling
from assistant.steps import step
from assistant.subject import looked
from assistant.suggesting import matters, questions
from assistant.surveying import Survey, Surveyor
from index.articles import Hit
from index.retrieval import ByWordsAlone, Retriever
from index.scope import Scope

_REFERRING = re.compile(r"\b(?:it|its|he|she|him|her|his|they|them|their|that|this|there)\b", re.IGNORECASE)
SUGGESTED = 3
"""Questions offered after an answer."""
_TRIED = 5
"""Questions that are asked at most to find those that are offered."""


class Assistant:
    """Answers questions from articles, and is silent on what no article says."""

    def __init__(  # noqa: PLR0913  the parts it is made of
        self,
        retriever: Retriever,
        reader: Reader,
        *,
        settings: Settings,
        writer: Writer | None = None,
        processor: Processor | None = None,
        surveyor: Surveyor | None = None,
        spelling: Spelling | None = None,
    ) -> None:
        """``writer``: has a model write the answers that the articles' own sentences give; None for those alone.

        ``processor``: where the model computes elsewhere, it is asked early if reading has to wait for its turn here.
        ``surveyor``: answers what is no question for a fact, such as a request for a summary; else it is read as one.
        ``spelling``: mends the words of a question by those of the articles; None takes it as it is typed.
        """
        self._spelling = spelling
        self._surveyor = surveyor
        self._writer = writer
        self._retriever = retriever
        self._reader = reader
        self._processor = processor
        self._settings = settings

    def ask(self, question: Question) -> Answer:
        """The answer, or a refusal with its reason; ``QuestionRefused`` for a question that is not read."""
        finished = [event for event in self.stream(question) if isinstance(event, Finished)]
        return finished[-1].answer

    def stream(self, question: Question, wanted: Future[None] | None = None) -> Iterator[Event]:
        """The question as searched, each statement once it has passed its checks, and the whole answer last.

        ``wanted`` may be cancelled from another thread when nobody waits any more: a model is then stopped at once.
        """
        wanted = wanted or Future()
        try:
            yield from self._events(question, wanted)
        except CancelledError:
            return
        finally:
            wanted.cancel()

    def _events(self, question: Question, wanted: Future[None]) -> Iterator[Event]:
        started = perf_counter()
        spelled = self._spelled(question)
        question = replace(question, text=spelled.text)
        asked, request = self._understood(question)
        if request and self._surveyor:
            yield Rewritten(asked)
            survey = self._surveyor.survey(request, question)
            yield from self._surveyed(asked, replace(survey, notes=spelled.notes + survey.notes), started)
            return
        guess = guessed(question.text, asked)
        if not guess:
            yield Rewritten(asked)
        retriever = Remembering(self._retriever)
        gathering = Gathering(Looking(retriever, self._reader, settings=self._settings))
        look = partial(looked, asked, question, gathering)
        attempt = self._attempt(retriever, question.scope, wanted)
        asked, looks = (yield from attempt.beside(asked, look)) if attempt and not guess else look()
        if guess:
            yield Rewritten(asked)
        found = joined(looks)
        timings = {"retrieve": 1_000 * found.retrieving, "read": 1_000 * found.reading}
        read = perf_counter()
        written = yield from self._written(asked, found.findings, found.draft, attempt)
        if self._writer:
            timings["write"] = 1_000 * (perf_counter() - read)
        answer = _answer(found, telling(looks), written, scope=question.scope, notes=spelled.notes)
        timings["total"] = 1_000 * (perf_counter() - started)
        yield Finished(replace(answer, question=asked, timings_ms=timings))

    def suggest(self, answer: Answer, scope: Scope | None = None) -> tuple[str, ...]:
        """At most three questions that the articles answer, near what was asked; each has been asked to make sure.

        Apart from ``ask``, since it takes as long as a few questions.
        """
        hits = self._retriever.retrieve(answer.question, 4, scope=scope)
        shown = " ".join(one.quote for one in answer.citations)
        found = [
            question
            for question, sentence in islice(questions(hits, besides=shown), _TRIED)
            if any(one.quote == sentence for one in self.ask(Question(question, scope=scope)).citations)
        ]
        known = answer.question.casefold()
        offered = (one for one in (*found[: SUGGESTED - 1], *matters(hits), *found[SUGGESTED - 1 :]))
        return tuple(dict.fromkeys(one for one in offered if one.casefold() != known))[:SUGGESTED]

    def _spelled(self, question: Question) -> Spelled:
        """The question with its slips mended; ``QuestionRefused`` for one that is not read."""
        text = self._accepted(question.text)
        return self._spelling.mended(text, question.scope) if self._spelling else Spelled(text)

    def _understood(self, question: Question) -> tuple[str, Request | None]:
        """The question standing alone, and the request that it is if it asks for no fact."""
        text = question.text
        request = requested(text)
        if request and (not request.about or not _REFERRING.search(request.about)):
            return text, request
        asked = standalone(text, question.history)[: self._settings.question_characters]
        return asked, requested(asked) or request

    def _surveyed(self, asked: str, survey: Survey, started: float) -> Iterator[Event]:
        """What a survey found, told like an answer; it is no guess, and so its confidence is whole or none."""
        draft = survey.draft
        if not all(holds(statement, draft.citations, survey.hits) for statement in draft.statements):
            draft = Draft()
        for statement in draft.statements:
            yield Stated(statement, tuple(one for one in draft.citations if one.number in statement.citations))
        reason = None if draft.statements else survey.reason or remark("not_said")
        notes = _notes(survey.hits) + (survey.notes if draft.statements else ())
        yield Finished(
            Answer(
                question=asked,
                statements=tuple(draft.statements),
                citations=tuple(draft.citations),
                confidence=float(bool(draft.statements)),
                abstained=not draft.statements,
                reason=str(reason) if reason else None,
                notes=tuple(map(str, notes)),
                remarks=(*([reason] if reason else []), *notes),
                retrieved=tuple(dict.fromkeys(hit.passage.article_id for hit in survey.hits)),
                timings_ms={"total": 1_000 * (perf_counter() - started)},
            )
        )

    def _attempt(self, retriever: Retriever, scope: Scope | None, wanted: Future[None]) -> Attempt | None:
        """A model's at a question, where one writes."""
        if not self._writer:
            return None
        most = self._settings.retrieve_passages
        return Attempt(self._writer, retriever, most, scope=scope, wanted=wanted, processor=self._processor)

    def _written(
        self, asked: str, findings: Sequence[Finding], draft: Draft, attempt: Attempt | None
    ) -> Generator[Writing | Stated, None, Written]:
        """Tells what a model wrote, and if there is none, or nothing of it holds, the articles' own sentences."""
        written = Written()
        # Where articles disagree, both are quoted: a model would choose a side or blur them.
        if attempt and draft.statements and not draft.conflicts:
            with step("write"):
                written = yield from attempt.write(asked, findings, known=draft)
        if not written.draft.statements:
            for statement in draft.statements:
                yield Stated(statement, tuple(one for one in draft.citations if one.number in statement.citations))
        return written

    def _accepted(self, text: str) -> str:
        """The question, or ``QuestionRefused`` with what to do instead."""
        if len(text) > (most := self._settings.question_characters):
            raise QuestionRefused(f"The question has {len(text):,} characters; ask one of at most {most:,}.")
        if not re.search(r"\w", text):
            raise QuestionRefused("The question is empty. Ask something, such as: Who founded the company?")
        return text


def _answer(found: Look, told: Look, written: Written, *, scope: Scope | None, notes: Sequence[Remark]) -> Answer:
    """What was found for all parts and written, with how it came about; ``told``: the part that tells how sure it is.

    ``notes``: how the question was read.
    """
    draft = written.draft if written.draft.statements else found.draft
    reason = written.note if draft.statements else _reason(found.findings, found.hits, scope)
    notes = (*_notes(told.hits), *notes, *found.notes)
    return Answer(
        question=found.asked,
        statements=tuple(draft.statements),
        citations=tuple(draft.citations),
        confidence=_confidence(told.findings),
        engine="generative" if written.draft.statements else "extractive",
        abstained=not draft.statements,
        reason=str(reason) if reason else None,
        conflicts=tuple(draft.conflicts),
        nearest=() if draft.statements else tuple(nearest(found.findings)),
        short=draft.short,
        notes=tuple(map(str, notes)),
        remarks=(*([reason] if reason else []), *notes),
        retrieved=tuple(dict.fromkeys(hit.passage.article_id for hit in found.hits)),
    )


def _confidence(findings: Sequence[Finding]) -> float:
    """The probability of the best finding; 0 where something it would need is missing."""
    return findings[0].probability if findings and not findings[0].missing else 0.0


def _notes(hits: Sequence[Hit]) -> tuple[Remark, ...]:
    return (remark("by_words_alone"),) if isinstance(hits, ByWordsAlone) else ()


def _reason(findings: Sequence[Finding], hits: Sequence[Hit], scope: Scope | None) -> Remark:
    """Why there is no answer, in plain words."""
    if not hits and not scope and not _notes(hits):
        return remark("no_articles")
    if not findings:
        return remark("not_said")
    missing = findings[0].missing
    return remark("not_mentioned", names=missing) if missing else remark("closest")
