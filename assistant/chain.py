"""The way from a question to an answer: condense, retrieve, read, compose, check."""

import re
from collections.abc import Generator, Iterator, Sequence
from time import perf_counter

from assistant.answers import Answer, Citation, Event, Finished, Question, Rewritten, Stated, Statement
from assistant.checking import Checker, quoted, supported
from assistant.composing import Draft, compose, nearest
from assistant.condense import standalone
from assistant.errors import QuestionRefused
from assistant.generating import Writer, Written
from assistant.instructions import about_machines, addresses_a_model
from assistant.reading import Finding, Reader
from assistant.settings import Settings
from index.articles import Hit
from index.retrieval import Retriever

NO_ARTICLES = "There are no articles yet. Add some with: byline add PATH"
NOT_SAID = "The articles do not say."
_CLOSEST = "The closest passages are below."


class Assistant:
    """Answers questions from articles, and is silent on what no article says."""

    def __init__(
        self, retriever: Retriever, reader: Reader, *, settings: Settings, writer: Writer | None = None
    ) -> None:
        """``writer``: has a model write the answers that the articles' own sentences give; None for those alone."""
        self._writer = writer
        self._retriever = retriever
        self._reader = reader
        self._settings = settings

    def ask(self, question: Question) -> Answer:
        """The answer, or a refusal with its reason; ``QuestionRefused`` for a question that is not read."""
        finished = [event for event in self.stream(question) if isinstance(event, Finished)]
        return finished[-1].answer

    def stream(self, question: Question) -> Iterator[Event]:
        """The question as searched, each statement once it has passed its checks, and the whole answer last."""
        started = perf_counter()
        asked = standalone(self._accepted(question.text), question.history)[: self._settings.question_characters]
        yield Rewritten(asked)
        hits = self._retriever.retrieve(asked, self._settings.retrieve_passages)
        retrieved = perf_counter()
        findings = _for_readers(asked, self._reader.read(asked, hits))
        draft = self._draft(asked, findings, hits)
        read = perf_counter()
        timings = {"retrieve": 1_000 * (retrieved - started), "read": 1_000 * (read - retrieved)}
        written = yield from self._written(asked, findings, draft)
        if self._writer:
            timings["write"] = 1_000 * (perf_counter() - read)
        draft = written.draft if written.draft.statements else draft
        yield Finished(
            Answer(
                question=asked,
                statements=tuple(draft.statements),
                citations=tuple(draft.citations),
                confidence=_confidence(findings),
                engine="generative" if written.draft.statements else "extractive",
                abstained=not draft.statements,
                reason=written.note if draft.statements else _reason(findings, hits),
                conflicts=tuple(draft.conflicts),
                nearest=() if draft.statements else tuple(nearest(findings)),
                retrieved=tuple(dict.fromkeys(hit.passage.article_id for hit in hits)),
                timings_ms=timings | {"total": 1_000 * (perf_counter() - started)},
            )
        )

    def _written(self, asked: str, findings: Sequence[Finding], draft: Draft) -> Generator[Stated, None, Written]:
        """Tells what a model wrote, and if there is none, or nothing of it holds, the articles' own sentences."""
        written = Written()
        # Where articles disagree, both are quoted: a model would choose a side or blur them.
        if self._writer and draft.statements and not draft.conflicts:
            written = yield from self._writer.write(asked, findings, known=draft)
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

    def _draft(self, asked: str, findings: Sequence[Finding], hits: Sequence[Hit]) -> Draft:
        """The checked statements; none if the best finding is not sure enough or its check fails."""
        if not findings or findings[0].missing or findings[0].probability < self._settings.answer_threshold:
            return Draft()
        draft = compose(asked, findings, threshold=self._settings.answer_threshold)
        return draft if all(_holds(statement, draft.citations, hits) for statement in draft.statements) else Draft()


def _holds(statement: Statement, citations: Sequence[Citation], hits: Sequence[Hit]) -> bool:
    """Whether a statement is supported by citations that stand in what was retrieved, byte for byte."""
    cited = {citation.number: citation for citation in citations if citation.number in statement.citations}
    passages = [hit.passage for hit in hits]
    return supported(statement, cited, Checker()) and all(
        any(
            passage.article_id == citation.article_id and quoted(citation, passage.text, passage.start)
            for passage in passages
        )
        for citation in cited.values()
    )


def _for_readers(asked: str, findings: Sequence[Finding]) -> list[Finding]:
    """The findings less what speaks to a machine, unless the question is about just that."""
    if about_machines(asked):
        return list(findings)
    return [one for one in findings if not addresses_a_model(one.sentence.text)]


def _confidence(findings: Sequence[Finding]) -> float:
    """The probability of the best finding; 0 where something it would need is missing."""
    return findings[0].probability if findings and not findings[0].missing else 0.0


def _reason(findings: Sequence[Finding], hits: Sequence[Hit]) -> str:
    """Why there is no answer, in plain words."""
    if not hits:
        return NO_ARTICLES
    if not findings:
        return NOT_SAID
    missing = findings[0].missing
    named = f" What they say on it does not mention {_either(missing)}." if missing else ""
    return f"{NOT_SAID}{named} {_CLOSEST}"


def _either(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
