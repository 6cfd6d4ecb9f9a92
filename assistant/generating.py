"""A model writes the answer from the sentences that were found; each statement is checked before anyone sees it."""

import logging
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from assistant.answers import Stated, Statement
from assistant.checking import Checker, Source
from assistant.claims import Claim, claims
from assistant.composing import Draft
from assistant.errors import ModelUnavailable
from assistant.instructions import addresses_a_model
from assistant.model import ChatModel
from assistant.prompts import messages
from assistant.reading import Finding
from index.articles import Hit, Sentence

log = logging.getLogger(__name__)

MOST = 4
"""Statements of an answer."""
TRIED = 16
"""Statements of a reply that are checked; then the model is stopped."""
INSTEAD = "The articles' own sentences are shown."
NOTHING_HELD = f"Nothing that the model wrote held against the articles. {INSTEAD}"

CountTokens = Callable[[Sequence[str]], list[int]]
Offered = tuple[Hit, Sentence]
"""A sentence that the model sees, and the hit that it stands in."""
Supported = tuple[str, tuple[Offered, ...]]
"""A statement and the sentences that support it."""


@dataclass(slots=True)
class Written:
    """What is left of a reply once it is checked."""

    draft: Draft = field(default_factory=Draft)
    note: str | None = None
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

    def write(self, question: str, findings: Sequence[Finding], *, known: Draft) -> Generator[Stated, None, Written]:
        """Each statement as soon as it has passed its checks; ``known`` is the answer in the articles' own sentences.

        Statements wait until one rests on a sentence of that answer, so that the first one shown answers the question.
        """
        written, waiting = Written(), list[Supported]()
        answering = {(one.article_id, one.start) for one in known.citations}
        offered = self.offered(findings)
        asked = messages(question, [sentence.text for _, sentence in offered])
        try:
            with closing(self._model.reply(asked)) as pieces:
                for text, rests_on in self._supported(pieces, offered, written):
                    if not written.draft.statements and answering.isdisjoint(map(_place, rests_on)):
                        waiting.append((text, rests_on))
                        continue
                    for ready in ((text, rests_on), *waiting):
                        yield _state(written.draft, *ready, findings=findings)
                    waiting.clear()
                    if len(written.draft.statements) >= MOST:
                        break
        except ModelUnavailable as failure:
            log.warning("%s", failure)
            written.note = str(failure) if written.draft.statements else f"{failure} {INSTEAD}"
        if not written.draft.statements and not written.note:
            written.note = NOTHING_HELD
        return written

    def offered(self, findings: Sequence[Finding]) -> list[Offered]:
        """The sentences for the model, the best first, as many as fit; none that speaks to a model."""
        listed: dict[tuple[str, int], Offered] = {}
        for finding in findings:
            for sentence in (finding.sentence, finding.before):
                if sentence and not finding.missing and not addresses_a_model(sentence.text):
                    one = finding.hit, sentence
                    listed.setdefault(_place(one), one)
        fitting, left = list[Offered](), self._budget
        sizes = self._count_tokens([sentence.text for _, sentence in listed.values()])
        for one, size in zip(listed.values(), sizes, strict=True):
            if size <= left:
                fitting.append(one)
                left -= size
        return fitting

    def _supported(self, pieces: Iterable[str], offered: Sequence[Offered], written: Written) -> Iterator[Supported]:
        """The statements of a reply that sentences support, each once."""
        said = set[str]()
        for tried, claim in enumerate(claims(pieces), start=1):
            rests_on = self.support(claim, offered)
            if not rests_on:
                written.dropped += 1
            elif claim.text.lower() not in said:
                said.add(claim.text.lower())
                yield claim.text, rests_on
            if tried == TRIED:
                return

    def support(self, claim: Claim, offered: Sequence[Offered]) -> tuple[Offered, ...]:
        """The sentences that support a claim: one or all of those it cites, else another one; none if nothing does.

        A claim that cites only what was never offered has made its evidence up, and gets no other.
        """
        cited = [offered[number - 1] for number in claim.numbers if 1 <= number <= len(offered)]
        if claim.numbers and not cited:
            return ()
        others = [(one,) for one in offered if one not in cited]
        for few in (*((one,) for one in cited), *([tuple(cited)] if len(cited) > 1 else []), *others):
            if self._checker.check(claim.text, [source(*one) for one in few]).supported:
                return few
        return ()


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
