"""What the articles have for a question: passages found, sentences read, statements composed and checked, by part."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter

from assistant.answers import Citation, Statement
from assistant.checking import Checker, quoted, supported
from assistant.composing import Draft, compose
from assistant.dates.asking import asking, respecting
from assistant.instructions import about_machines, addresses_a_model
from assistant.parts import MOST, parts
from assistant.reading import Finding, Reader
from assistant.settings import Settings
from index.articles import Hit
from index.retrieval import Retriever
from index.scope import Scope


@dataclass(frozen=True, slots=True)
class Look:
    """What the articles have for one question, and how many seconds finding and reading took."""

    asked: str
    hits: Sequence[Hit] = ()
    findings: Sequence[Finding] = ()
    draft: Draft = field(default_factory=Draft)
    retrieving: float = 0.0
    notes: tuple[str, ...] = ()
    """How the times of the question are read."""
    reading: float = 0.0


class Looking:
    """Looks for what answers."""

    def __init__(self, retriever: Retriever, reader: Reader, *, settings: Settings) -> None:
        self._retriever = retriever
        self._reader = reader
        self._settings = settings

    def looks(self, asked: str, scope: Scope | None) -> list[Look]:
        """What the articles have for each part of the question, or for the whole if no part has an answer."""
        each = parts(asked)
        looks: list[Look] = []
        for part in each[:MOST]:
            looks.append(self._look(part, scope, besides=looks))
        if len(each) > 1 and not any(look.draft.statements for look in looks):
            return [self._look(asked, scope)]
        return looks + [Look(part) for part in each[MOST:]]

    def _look(self, asked: str, scope: Scope | None, *, besides: Sequence[Look] = ()) -> Look:
        """What the articles have for a question; the words that answered a part before it are no answer to this one."""
        started = perf_counter()
        timed = asking(asked, datetime.now().astimezone().date())
        hits = self._retriever.retrieve(timed.text, self._settings.retrieve_passages, scope=timed.within(scope))
        retrieved = perf_counter()
        given = {(one.text, one.span) for look in besides for one in look.draft.statements[:1]}
        read = respecting(timed, _for_readers(asked, self._reader.read(timed.text, hits)))
        findings = [one for one in read if (one.sentence.text, one.span) not in given]
        draft = self._draft(asked, findings, hits)
        seconds = retrieved - started, perf_counter() - retrieved
        return Look(asked, hits, findings, draft, retrieving=seconds[0], reading=seconds[1], notes=timed.notes)

    def _draft(self, asked: str, findings: Sequence[Finding], hits: Sequence[Hit]) -> Draft:
        """The checked statements; none if the best finding is not sure enough or its check fails."""
        threshold = self._reader.threshold(self._settings.answer_precision)
        if not findings or findings[0].missing or findings[0].probability < threshold:
            return Draft()
        draft = compose(asked, findings, threshold=threshold)
        return draft if all(holds(statement, draft.citations, hits) for statement in draft.statements) else Draft()


def holds(statement: Statement, citations: Sequence[Citation], hits: Sequence[Hit]) -> bool:
    """Whether a statement is supported by citations that stand in what was retrieved, byte for byte."""
    cited = {citation.number: citation for citation in citations if citation.number in statement.citations}
    # A sentence may lean on one across the border of its passage.
    passages = [passage for hit in hits for passage in (hit.passage, hit.before) if passage]
    return supported(statement, cited, Checker()) and all(
        any(
            passage.article_id == citation.article_id and quoted(citation, passage.text, passage.start)
            for passage in passages
        )
        for citation in cited.values()
    )


def joined(drafts: Sequence[Draft]) -> Draft:
    """What all parts of a question were answered."""
    if len(drafts) == 1:
        return drafts[0]
    whole = Draft()
    for draft in drafts:
        whole.take(draft)
    return whole


def unanswered(looks: Sequence[Look]) -> tuple[str, ...]:
    """The parts of a question that the articles do not answer, where they answer others."""
    if len(looks) == 1:
        return ()
    return tuple(f"The articles do not say: {look.asked}" for look in looks if not look.draft.statements)


def _for_readers(asked: str, findings: Sequence[Finding]) -> list[Finding]:
    """The findings less what speaks to a machine or follows that in its paragraph, unless it is what is asked about."""
    if about_machines(asked):
        return list(findings)
    return [one for one in findings if not any(addresses_a_model(said) for said in _paragraph(one))]


def _paragraph(finding: Finding) -> Iterator[str]:
    """The sentences of the passage from the beginning of the finding's paragraph to the finding itself."""
    passage, sentence = finding.hit.passage, finding.sentence
    begin = passage.text.rfind("\n", 0, sentence.start - passage.start) + 1 + passage.start
    return (one.text for one in passage.sentences if begin <= one.start <= sentence.start)
