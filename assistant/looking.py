"""What the articles have for one question: passages found, sentences read, statements composed and checked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import perf_counter

from assistant.another import another
from assistant.answers import Citation, Remark, Statement
from assistant.attributes import tells_nothing, undone
from assistant.candidates import without
from assistant.checking import Checker, quoted, supported
from assistant.composing import Draft, compose
from assistant.conflicts import disagreements
from assistant.dates.asking import Asking, asking, respecting
from assistant.expected import NUMERIC, shaped
from assistant.instructions import about_machines, addresses_a_model
from assistant.leaning import leans
from assistant.reading import Finding, Reader, in_full
from assistant.settings import Settings
from assistant.steps import step
from assistant.tongues import framed, tongue
from assistant.unnamed import agreed, unnamed
from index.articles import Hit, Passage, Sentence
from index.retrieval import Retriever
from index.scope import Scope

_SURER = 0.55
"""Probability from which on a name or a day is believed without a word of what happened beside it."""

Given = tuple[str, tuple[int, int] | None]
"""A text that has been said already, and which words of it answered."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the articles have for one question, or for all parts of one."""

    asked: str
    hits: Sequence[Hit] = ()
    findings: Sequence[Finding] = ()
    draft: Draft = field(default_factory=Draft)
    notes: tuple[Remark, ...] = ()
    """How the times of the question are read, and which parts of it the articles do not answer."""
    retrieving: float = 0.0
    """Seconds that finding the passages took."""
    reading: float = 0.0
    """Seconds that reading them took, and composing and checking what was read."""


class Looking:
    """Looks for what answers one question."""

    def __init__(self, retriever: Retriever, reader: Reader, *, settings: Settings) -> None:
        self._retriever = retriever
        self._reader = reader
        self._settings = settings

    def look(self, asked: str, scope: Scope | None, *, given: Sequence[Given] = (), within: str = "") -> Look:
        """What the articles have for a question.

        ``given``: what is no answer once more. ``within``: names beside which passages are looked for.
        """
        started = perf_counter()
        timed = asking(asked, datetime.now().astimezone().date())
        with step("retrieve"):
            hits = self._retrieve(f"{timed.text} {within}".strip(), timed.within(scope))
        retrieved = perf_counter()
        with step("read"):
            read = self._read(timed, hits)
            if read and (again := unnamed(timed.text, hits)):
                read = agreed(read, self._unnamed(replace(timed, text=again[0]), again[1], scope))
        findings = [found for one in read if (found := _besides(one, given))]
        draft = self._draft(asked, findings, hits)
        seconds = retrieved - started, perf_counter() - retrieved
        return Look(asked, hits, findings, draft, timed.notes, retrieving=seconds[0], reading=seconds[1])

    def article_of(self, said: str, scope: Scope | None) -> str | None:
        """The id of the article that has a sentence of what was said; None if there is none."""
        for hit in self._retriever.retrieve(said, 3, scope=scope) if said else ():
            if any(one.text in said for one in hit.passage.sentences):
                return hit.passage.article_id
        return None

    def _retrieve(self, searched: str, scope: Scope | None) -> Sequence[Hit]:
        return self._retriever.retrieve(searched, self._settings.retrieve_passages, scope=scope)

    def _read(self, timed: Asking, hits: Sequence[Hit]) -> list[Finding]:
        """What the hits have, the likeliest first.

        Where a sentence leads that speaks of another thing than the one asked about, the others are weighed again
        without it. If none of them is sure enough it stays, and says what is missing.
        """
        found = self._allowed(timed, hits)
        others = {_place(one): other for one in found if (other := _another(timed.text, one))}
        if not found or _place(found[0]) not in others:
            return [one for one in found if _place(one) not in others]
        rest = self._allowed(timed, without(hits, others.keys()))
        if rest and self._sure(rest[0]):
            return [in_full(one, hits) for one in rest]
        return [_lacking(one, others[_place(one)]) for one in found if _place(one) in others]

    def _allowed(self, timed: Asking, hits: Sequence[Hit]) -> list[Finding]:
        """What the reader finds in the hits, of the time that is asked for, and meant for people."""
        found = self._reader.read(framed(timed.text), hits)
        return respecting(timed, _for_people(timed.text, found))

    def _unnamed(self, timed: Asking, articles: tuple[str, ...], scope: Scope | None) -> list[Finding]:
        """What some articles have for a question that leaves out what they are about."""
        within = replace(timed.within(scope) or Scope(), articles=articles)
        return self._read(timed, self._retrieve(timed.text, within))

    def _draft(self, asked: str, findings: Sequence[Finding], hits: Sequence[Hit]) -> Draft:
        """The checked statements; none if the best finding is not sure enough or its check fails."""
        if not findings or not self._answered(asked, findings) or _unlikely(asked, findings[0]):
            return Draft()
        with step("compose"):
            draft = compose(asked, findings, threshold=self._threshold)
        with step("check"):
            held = all(holds(statement, draft.citations, hits) for statement in draft.statements)
        return draft if held else Draft()

    def _answered(self, asked: str, findings: Sequence[Finding]) -> bool:
        """Whether the best finding is sure enough, or together with one that disagrees: then both are told."""
        best = findings[0]
        return self._sure(best) or (
            not best.missing
            and any(
                pair.earlier.probability + pair.later.probability >= self._threshold
                for pair in disagreements(asked, findings)
            )
        )

    @property
    def _threshold(self) -> float:
        """The probability from which on a finding answers."""
        return self._reader.threshold(self._settings.answer_precision)

    def _sure(self, finding: Finding) -> bool:
        """Whether a finding has all that the question names, and is likely enough to answer it."""
        return not finding.missing and finding.probability >= self._threshold


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


def _unlikely(asked: str, finding: Finding) -> bool:
    """Whether somebody or some day is all there is: then it must be likelier than other answers need to be.

    Of the answers to 1,300 questions even odds silenced five that were wrong, and none that was right; of 856 others
    none lies between those and ``_SURER``, which silences a wrong one about the sample matter. Who approved or banned
    something is told where the act is, whatever the odds.
    """
    if finding.kind not in {"person", "date"} or tongue(asked):
        return False
    before = finding.before.text if finding.before and leans(finding.sentence.text) else ""
    told = f"{finding.hit.metadata.title} {before} {finding.sentence.text}"
    return undone(asked, told) or (finding.probability < _SURER and tells_nothing(asked, told))


def _another(question: str, finding: Finding) -> str | None:
    hit = finding.hit
    return another(question, finding.sentence.text, around=hit.passage.text, title=hit.metadata.title)


def _lacking(finding: Finding, what: str) -> Finding:
    """The finding with one thing more that it has nothing of; a word of that is not named besides."""
    return replace(finding, missing=(*(one for one in finding.missing if one not in what), what))


def _besides(finding: Finding, given: Sequence[Given]) -> Finding | None:
    """The finding, with other words of its sentence where its own have been given; None where nothing of it is new."""
    text, kind = finding.sentence.text, finding.kind
    if kind == "reason" and any(text in said for said, span in given if span is None) and not shaped(kind, text):
        return None
    taken = [span for said, span in given if said == text]
    if finding.span not in taken:
        return finding
    spans = shaped(kind, text) if kind in NUMERIC else []
    free = (span for span in spans if not any(one and span[0] < one[1] and one[0] < span[1] for one in taken))
    other = next(free, None)
    return replace(finding, span=other) if other else None


def _place(finding: Finding) -> tuple[Passage, Sentence]:
    return finding.hit.passage, finding.sentence


def _for_people(asked: str, findings: Sequence[Finding]) -> list[Finding]:
    """The findings less what speaks to a machine or follows that in its paragraph, unless it is what is asked about."""
    if about_machines(asked):
        return list(findings)
    return [one for one in findings if not any(addresses_a_model(said) for said in _paragraph(one))]


def _paragraph(finding: Finding) -> Iterator[str]:
    """The sentences of the passage from the beginning of the finding's paragraph to the finding itself."""
    passage, sentence = finding.hit.passage, finding.sentence
    begin = passage.text.rfind("\n", 0, sentence.start - passage.start) + 1 + passage.start
    return (one.text for one in passage.sentences if begin <= one.start <= sentence.start)
