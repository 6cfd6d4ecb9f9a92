"""A model writes the answer from the sentences that were found; each statement is checked before anyone sees it."""

import logging
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain

from assistant.another import another
from assistant.answers import Remark, Stated, Statement, Writing
from assistant.candidates import standing
from assistant.checking import Checker, Source
from assistant.checking.said import take_apart
from assistant.claims import Claim, claims
from assistant.composing import Draft
from assistant.errors import ModelUnavailable
from assistant.expected import expected
from assistant.instructions import addresses_a_model
from assistant.model import ChatModel, Reply
from assistant.prompts import messages
from assistant.reading import Finding
from assistant.remarks import remark
from index.articles import Hit, Passage, Sentence

log = logging.getLogger(__name__)

MOST = 4
"""Statements of an answer."""
PASSAGES = 4
"""The best passages, whose sentences a model sees: as many as the cross-encoder reads."""
TRIED = 16
"""Statements of a reply that are checked; then the model is stopped."""

CountTokens = Callable[[Sequence[str]], list[int]]
Offered = tuple[Hit, Sentence]
"""A sentence that the model sees, and the hit that it stands in."""
Supported = tuple[str, tuple[Offered, ...]]
"""A statement and the sentences that support it."""


@dataclass(slots=True)
class Begun:
    """A reply that a model has been asked for."""

    question: str
    offered: Sequence[Offered]
    """The sentences that the model sees, numbered from 1."""
    reply: Reply
    told: bool = False
    """Whether who asked has been told that the model writes."""


@dataclass(slots=True)
class Written:
    """What is left of a reply once it is checked."""

    draft: Draft = field(default_factory=Draft)
    note: Remark | None = None
    """In one line, why there is nothing or not all of it."""
    dropped: int = 0
    """Statements that did not hold."""


class Writer:
    """Has a model answer from sentences, and lets through only what they support."""

    def __init__(self, model: ChatModel, checker: Checker, *, count_tokens: CountTokens, budget: int) -> None:
        """``budget``: tokens of all sentences together."""
        self._model = model
        self._checker = checker
        self._count_tokens = count_tokens
        self._budget = budget

    def begin(self, question: str, hits: Sequence[Hit], *, wanted: Future[None]) -> Begun:
        """Ask the model; it is stopped when ``wanted`` is cancelled. ``ModelUnavailable`` if it cannot be asked."""
        offered = self.offered(hits)
        reply = self._model.reply(messages(question, [sentence.text for _, sentence in offered]))
        wanted.add_done_callback(lambda _: reply.close())
        return Begun(question, offered, reply)

    def write(
        self, begun: Begun, findings: Sequence[Finding], *, known: Draft
    ) -> Generator[Writing | Stated, None, Written]:
        """Each statement as soon as it has passed its checks; ``known`` is the answer in the articles' own sentences.

        Statements wait until one rests on a sentence of that answer, so that the first one shown answers the question.
        Before them ``Writing``, if that has not been told yet.
        """
        written, waiting = Written(), list[Supported]()
        answering = {(one.article_id, one.start) for one in known.citations}
        try:
            with closing(begun.reply) as pieces:
                first = next(pieces, "")
                if first and not begun.told:
                    yield Writing()
                for text, rests_on in self._supported(
                    chain([first], pieces), begun, findings=findings, written=written
                ):
                    if not written.draft.statements and answering.isdisjoint(map(_place, rests_on)):
                        waiting.append((text, rests_on))
                        continue
                    for ready in ((text, rests_on), *waiting):
                        yield _state(written.draft, *ready, findings=findings)
                    waiting.clear()
                    if len(written.draft.statements) >= MOST:
                        break
        except ModelUnavailable as failure:
            written.note = _told(failure, "model_broke_off" if written.draft.statements else "model_failed")
        if not written.draft.statements and not written.note:
            written.note = remark("nothing_held")
        return written

    def offered(self, hits: Sequence[Hit]) -> list[Offered]:
        """The sentences for the model, of the best passages and in their order, as many as fit."""
        listed: dict[tuple[str, int], Offered] = {}
        for hit in hits[:PASSAGES]:
            for sentence in _unsteered(hit.passage):
                listed.setdefault(_place((hit, sentence)), (hit, sentence))
        fitting, left = list[Offered](), self._budget
        sizes = self._count_tokens([sentence.text for _, sentence in listed.values()])
        for one, size in zip(listed.values(), sizes, strict=True):
            if size <= left:
                fitting.append(one)
                left -= size
        return fitting

    def _supported(
        self, pieces: Iterable[str], begun: Begun, *, findings: Sequence[Finding], written: Written
    ) -> Iterator[Supported]:
        """The statements of a reply that sentences support, each once."""
        said = set[str]()
        for tried, claim in enumerate(claims(pieces), start=1):
            rests_on = self.support(claim, begun, findings)
            if not rests_on or not _informs(begun.question, claim.text, rests_on):
                written.dropped += 1
            elif claim.text.lower() not in said:
                said.add(claim.text.lower())
                yield claim.text, rests_on
            if tried == TRIED:
                return

    def support(self, claim: Claim, begun: Begun, findings: Sequence[Finding]) -> tuple[Offered, ...]:
        """The sentences that support a claim: one or all of those it cites, else another finding; none if nothing does.

        A claim that cites only what was never offered has made its evidence up, and gets no other. What was offered
        supports nothing where reading has ruled it out: in an article that lacks what is asked for, or because it
        speaks of another thing than the one asked about.
        """
        numbered = [begun.offered[number - 1] for number in claim.numbers if 1 <= number <= len(begun.offered)]
        if claim.numbers and not numbered:
            return ()
        found = list(_found(begun.offered, findings))
        cited = [one for one in numbered if one in found or _beside(one, found, begun.question)]
        others = [(one,) for one in found if one not in cited]
        for few in (*((one,) for one in cited), *([tuple(cited)] if len(cited) > 1 else []), *others):
            if self._checker.check(claim.text, [source(*one) for one in few]).supported:
                return few
        return ()


def _found(offered: Sequence[Offered], findings: Sequence[Finding]) -> Iterator[Offered]:
    """Of the sentences that were offered, those that were found to answer and those before them, the best first."""
    by_place = {_place(one): one for one in offered}
    for finding in findings:
        for sentence in (finding.sentence, finding.before):
            if sentence and not finding.missing and (one := by_place.pop(_place((finding.hit, sentence)), None)):
                yield one


def _informs(question: str, text: str, rests_on: Sequence[Offered]) -> bool:
    """Whether a statement has a word, number or time of its sentences that the question has not; yes or no needs none.

    "The licence is owned by the company that owns the car" is entailed by most sentences about a licence.
    """
    if expected(question).kind == "confirmation":
        return True
    asked, told = take_apart(question), [take_apart(sentence.text) for _, sentence in rests_on]
    known = {token.stem for token in asked.tokens}
    brought = {token.stem for said in told for token in said.tokens} - known
    said = take_apart(text)
    return bool(said.amounts or said.times) or any(token.stem in brought for token in said.tokens)


def _beside(one: Offered, found: Sequence[Offered], question: str) -> bool:
    """Whether a sentence may be cited beside those found: of an article of theirs, and on what is asked about."""
    hit, sentence = one
    articles = {other.passage.article_id for other, _ in found}
    return hit.passage.article_id in articles and not another(
        question, sentence.text, around=hit.passage.text, title=hit.metadata.title
    )


def _unsteered(passage: Passage) -> Iterator[Sentence]:
    """The sentences that stand in a passage, less those that speak to a model and what follows one in its paragraph."""
    kept, steered, end = standing(passage), False, passage.start
    for sentence in passage.sentences:
        between = passage.text[end - passage.start : sentence.start - passage.start]
        steered = (steered and "\n" not in between) or addresses_a_model(sentence.text)
        end = sentence.end
        if not steered and sentence in kept:
            yield sentence


def unwritten(failure: ModelUnavailable) -> Written:
    """What is left where a model could not even be asked."""
    return Written(note=_told(failure, "model_failed"))


def _told(failure: ModelUnavailable, kind: str) -> Remark:
    log.warning("%s", failure)
    return remark(kind, trouble=str(failure))


def source(hit: Hit, sentence: Sentence) -> Source:
    """A sentence of a hit as something to check against."""
    return Source(sentence.text, hit.metadata.title, hit.metadata.published)


def _place(one: Offered) -> tuple[str, int]:
    """Which sentence of which article it is."""
    hit, sentence = one
    return hit.passage.article_id, sentence.start


def _state(draft: Draft, text: str, rests_on: Sequence[Offered], *, findings: Sequence[Finding]) -> Stated:
    """Add a statement and its citations to the draft; the words found to answer are marked where it repeats them."""
    cited = [draft.cite(*one) for one in rests_on]
    places = set(map(_place, rests_on))
    found = (one for one in findings if one.span and _place((one.hit, one.sentence)) in places)
    answers = (one.sentence.text[slice(*one.span)] for one in found if one.span)
    span = next(((text.index(words), text.index(words) + len(words)) for words in answers if words in text), None)
    statement = Statement(text, tuple(one.number for one in cited), span)
    draft.statements.append(statement)
    return Stated(statement, tuple(cited))
