"""What the articles have for a question: passages found, sentences read, statements composed and checked, by part.

Long because what rules a finding out stands beside the way on which it is found.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import perf_counter

from assistant.another import another, tells_nothing
from assistant.answers import Citation, Remark, Statement, Turn
from assistant.attributes import undone
from assistant.candidates import without
from assistant.checking import Checker, quoted, supported
from assistant.comparing import beside, weighed
from assistant.composing import Draft, compose
from assistant.condense import guessed
from assistant.condense.ellipsis import ASKS_BACK, OPENING
from assistant.dates.asking import Asking, asking, respecting
from assistant.expected import NUMERIC, shaped
from assistant.instructions import about_machines, addresses_a_model
from assistant.leaning import leans
from assistant.parts import MOST, pieces, stood
from assistant.reading import Finding, Reader, in_full
from assistant.remarks import remark
from assistant.settings import Settings
from assistant.sides import Side, sides
from assistant.steps import step
from assistant.terms import words
from assistant.tongues import framed, tongue
from assistant.unnamed import agreed, unnamed
from index.articles import Hit
from index.retrieval import Retriever
from index.scope import Scope

_EVEN = 0.5
"""Odds from which on a name or a day is believed without a word of what happened beside it."""


Given = tuple[str, tuple[int, int] | None]
"""A text, and which words of it answered."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the articles have for one question, and how many seconds finding and reading took."""

    asked: str
    hits: Sequence[Hit] = ()
    findings: Sequence[Finding] = ()
    draft: Draft = field(default_factory=Draft)
    retrieving: float = 0.0
    notes: tuple[Remark, ...] = ()
    """How the times of the question are read."""
    reading: float = 0.0


class Looking:
    """Looks for what answers."""

    def __init__(self, retriever: Retriever, reader: Reader, *, settings: Settings) -> None:
        self._retriever = retriever
        self._reader = reader
        self._settings = settings

    def looks(self, asked: str, scope: Scope | None, *, said: str = "", typed: str = "") -> list[Look]:
        """What the articles have for each part of the question, or for the whole if no part has an answer.

        ``said``: the last answer of the conversation, which is no reason for itself. ``typed``: the question as it
        follows on that.
        """
        if compared := self._compared(sides(asked), asked, scope):
            return compared
        each = pieces(asked)
        if len(each) == 1:
            look = self._look(asked, scope, given=[(said, None)])
            about = self._article_of(said, scope) if typed not in {"", asked} else None
            return [look if look.draft.statements else self._there(look, typed, about, scope, given=[(said, None)])]
        looks: list[Look] = []
        turns: list[Turn] = []
        for piece in each[:MOST]:
            looks.append(self._part(piece, turns, looks, scope, said=said, names=_names(asked)))
            turns.append(Turn("user", looks[-1].asked))
            # What a part was answered tells whom the next one means by "she".
            turns += [Turn("assistant", one.text) for one in looks[-1].draft.statements[:1]]
        if not any(look.draft.statements for look in looks):
            return [self._look(asked, scope)]
        return looks + [Look(stood(piece, turns)) for piece in each[MOST:]]

    def _part(  # noqa: PLR0913  what a part is understood by
        self, piece: str, turns: Sequence[Turn], before: Sequence[Look], scope: Scope | None, *, said: str, names: str
    ) -> Look:
        """What the articles have for a part of a question that comes after others.

        ``names``: those of the whole question, beside which a part without any is looked for.
        """
        part, typed = stood(piece, turns), stood(piece, ())
        told = [one for look in before for one in look.draft.statements[:1]]
        given = [(said, None), *((one.text, one.span) for one in told)]
        look = self._look(part, scope, given=given, within=names if before and not _names(part) else "")
        if part == typed or ASKS_BACK.fullmatch(piece):
            return look
        about = next((look.draft.citations[0].article_id for look in reversed(before) if look.draft.citations), None)
        there = self._there(look, typed, about, scope, given=given)
        return there if guessed(typed, part) or not look.draft.statements else look

    def _there(
        self, look: Look, typed: str, article: str | None, scope: Scope | None, *, given: Sequence[Given]
    ) -> Look:
        """The look, or what the article that was last spoken of has for the question as it was typed.

        There "her replacement" needs no name: the article is about whose it is. Of questions with "it" for a name,
        asked within their article, as many were answered right as with the name, and fewer wrong.
        """
        if not article:
            return look
        found = self._look(OPENING.sub("", typed), replace(scope or Scope(), articles=(article,)), given=given)
        if not found.draft.statements:
            return look
        seconds = look.retrieving + found.retrieving, look.reading + found.reading
        return replace(found, asked=look.asked, retrieving=seconds[0], reading=seconds[1])

    def _article_of(self, said: str, scope: Scope | None) -> str | None:
        """The article that has a sentence of what was said; None if there is none."""
        for hit in self._retriever.retrieve(said, 3, scope=scope) if said else ():
            if any(one.text in said for one in hit.passage.sentences):
                return hit.passage.article_id
        return None

    def _compared(self, compared: Sequence[Side], asked: str, scope: Scope | None) -> list[Look]:
        """What the articles have for each side of a comparison, or for both in one; none where neither is answered."""
        looks = [
            _of_its_own(self._look(side.asked, scope), side, other)
            for side, other in zip(compared, reversed(compared), strict=True)
        ]
        told = [look for look in looks if look.draft.statements]
        if len(told) < len(looks):
            whole = self._look(asked, scope)
            stems = {word.stem for one in whole.draft.statements for word in words(one.text)}
            if whole.draft.statements and (not told or all(side.own <= stems for side in compared)):
                return [whole]
        if len({look.draft.statements[0].text for look in told}) < len(told):
            # One sentence tells of both sides; its words for one of them are no answer.
            return [replace(look, draft=replace(look.draft, short=None)) for look in looks]
        return _side_by_side(looks, compared) if told else []

    def _look(self, asked: str, scope: Scope | None, *, given: Sequence[Given] = (), within: str = "") -> Look:
        """What the articles have for a question.

        ``given``: what has been said already, and which words of it answered. ``within``: names beside which passages
        are looked for.
        """
        started = perf_counter()
        timed = asking(asked, datetime.now().astimezone().date())
        searched = f"{timed.text} {within}".strip()
        with step("retrieve"):
            hits = self._retriever.retrieve(searched, self._settings.retrieve_passages, scope=timed.within(scope))
        retrieved = perf_counter()
        with step("read"):
            read = self._read(timed, hits)
            if read and (again := unnamed(timed.text, hits)):
                read = agreed(read, self._unnamed(replace(timed, text=again[0]), again[1], scope))
        findings = [found for one in read if (found := _besides(one, given))]
        draft = self._draft(asked, findings, hits)
        seconds = retrieved - started, perf_counter() - retrieved
        return Look(asked, hits, findings, draft, retrieving=seconds[0], reading=seconds[1], notes=timed.notes)

    def _read(self, timed: Asking, hits: Sequence[Hit]) -> list[Finding]:
        """What the hits have, the likeliest first.

        Where a sentence leads that speaks of another thing than the one asked about, the others are weighed again
        without it. If none of them is sure enough it stays, and says what is missing.
        """
        question, threshold = framed(timed.text), self._reader.threshold(self._settings.answer_precision)
        found = respecting(timed, _for_readers(timed.text, self._reader.read(question, hits)))
        others = {(one.hit.passage, one.sentence): other for one in found if (other := _another(timed.text, one))}
        if not found or (found[0].hit.passage, found[0].sentence) not in others:
            return [one for one in found if (one.hit.passage, one.sentence) not in others]
        of_others = [
            _lacking(one, others[one.hit.passage, one.sentence])
            for one in found
            if (one.hit.passage, one.sentence) in others
        ]
        again = self._reader.read(question, without(hits, others.keys()))
        rest = respecting(timed, _for_readers(timed.text, again))
        sure = bool(rest) and not rest[0].missing and rest[0].probability >= threshold
        return [in_full(one, hits) for one in rest] if sure else of_others

    def _unnamed(self, timed: Asking, articles: tuple[str, ...], scope: Scope | None) -> list[Finding]:
        """What some articles have for a question that leaves out what they are about."""
        within = replace(timed.within(scope) or Scope(), articles=articles)
        return self._read(timed, self._retriever.retrieve(timed.text, self._settings.retrieve_passages, scope=within))

    def _draft(self, asked: str, findings: Sequence[Finding], hits: Sequence[Hit]) -> Draft:
        """The checked statements; none if the best finding is not sure enough or its check fails."""
        threshold = self._reader.threshold(self._settings.answer_precision)
        if not findings or findings[0].missing or findings[0].probability < threshold or _unlikely(asked, findings[0]):
            return Draft()
        with step("compose"):
            draft = compose(asked, findings, threshold=threshold)
        with step("check"):
            held = all(holds(statement, draft.citations, hits) for statement in draft.statements)
        return draft if held else Draft()


def _unlikely(asked: str, finding: Finding) -> bool:
    """Whether somebody, some day or some reason is all there is: then the odds must be even at least.

    Of the answers to 1,300 questions this silenced five that were wrong, and none that was right. Who approved or
    banned something is told where the act is, whatever the odds. Of the reasons given below even odds for 307 other
    questions, six were right and nine wrong.
    """
    if finding.kind == "reason":
        return finding.probability < _EVEN
    if finding.kind not in {"person", "date"} or tongue(asked):
        return False
    before = finding.before.text if finding.before and leans(finding.sentence.text) else ""
    told = f"{finding.hit.metadata.title} {before} {finding.sentence.text}"
    return undone(asked, told) or (finding.probability < _EVEN and tells_nothing(asked, told))


def _another(question: str, finding: Finding) -> str | None:
    return another(question, finding.sentence.text, around=finding.hit.passage.text)


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


def _names(question: str) -> str:
    """The names in a question, but for the word that it begins with."""
    return " ".join(word.text for word in words(question)[1:] if word.capital and word.telling)


def _of_its_own(look: Look, side: Side, other: Side) -> Look:
    """The look, without an answer where that does not name the side: what is told of the other says nothing of it.

    Where the sentence names neither, the one before it may: then that is brought along.
    """
    if not look.draft.statements:
        return look
    told = {word.stem for one in look.draft.statements for word in words(one.text)}
    if side.own & told:
        return look
    best = look.findings[0]
    before = {word.stem for word in words(best.before.text)} if best.before else set()
    if best.before and not other.own & (told | before) and side.own <= before:
        draft = replace(look.draft, statements=list(look.draft.statements), citations=list(look.draft.citations))
        draft.state(best.hit, best.before, None)
        return replace(look, draft=draft)
    return replace(look, draft=Draft())


def _side_by_side(looks: Sequence[Look], compared: Sequence[Side]) -> list[Look]:
    """The looks with both values in one short answer, and a note of which is more where that can be told."""
    values = [look.draft.short for look in looks]
    if len(looks) != len(compared) or not (both := beside(compared, values)):
        return list(looks)
    first, *others = looks
    note = weighed(values[0] or "", values[1] or "")
    notes = (*first.notes, note) if note else first.notes
    return [
        replace(first, draft=replace(first.draft, short=both), notes=notes),
        *(replace(look, draft=replace(look.draft, short=None)) for look in others),
    ]


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


def telling(looks: Sequence[Look]) -> Look:
    """The first part of a question that is answered, or the first where none is."""
    return next((look for look in looks if look.draft.statements), looks[0])


def joined(looks: Sequence[Look]) -> Look:
    """What was found for all parts of a question; its notes name those that the articles do not answer."""
    if len(looks) == 1:
        return looks[0]
    draft = Draft()
    for look in looks:
        draft.take(look.draft)
    silent = (remark("part_not_said", question=look.asked) for look in looks if not look.draft.statements)
    return Look(
        telling(looks).asked,
        hits=[hit for look in looks for hit in look.hits],
        findings=[one for look in looks for one in look.findings],
        draft=draft,
        retrieving=sum(look.retrieving for look in looks),
        reading=sum(look.reading for look in looks),
        notes=(*telling(looks).notes, *silent),
    )


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
