"""From findings to an answer: the sentences of articles, word for word, with their citations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from assistant.answers import Citation, Conflict, Statement
from assistant.conflicts import disagreements
from assistant.dates import relative
from assistant.dates.asking import looks_back
from assistant.expected import asks_for_more, happened, shaped
from assistant.leaning import explained, leaned_on
from assistant.reading import Finding
from assistant.remarks import times_read
from assistant.short import short_answer
from assistant.terms import words
from index.articles import Hit, Sentence

_MOST = 3
"""Statements of an answer that asks for more than one."""
_CLOSE = 1.5
"""How far behind the best finding, in log-odds, another still answers."""
_REPEATED = 0.6
"""Share of the telling words from which one statement repeats another."""


@dataclass(slots=True)
class Draft:
    """The statements so far and their citations, numbered in the order of their appearance."""

    statements: list[Statement] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    short: str | None = None
    """The words that answer, where there are some."""

    def cite(self, hit: Hit, sentence: Sentence) -> Citation:
        """The citation of a sentence, numbered if it is new."""
        for known in self.citations:
            if (known.article_id, known.start) == (hit.passage.article_id, sentence.start):
                return known
        new = citation(len(self.citations) + 1, hit, sentence)
        self.citations.append(new)
        return new

    def state(self, hit: Hit, sentence: Sentence, span: tuple[int, int] | None) -> None:
        """Add a sentence, once."""
        number = self.cite(hit, sentence).number
        if all(number not in statement.citations for statement in self.statements):
            when = times_read(relative(sentence.text, hit.metadata.published))
            reading = "; ".join(map(str, when)) or None
            self.statements.append(Statement(sentence.text, (number,), span, reading, when))

    def take(self, other: "Draft") -> None:
        """Add what another draft says, its citations numbered after these."""
        numbers = {}
        for one in other.citations:
            known = [mine for mine in self.citations if (mine.article_id, mine.start) == (one.article_id, one.start)]
            if not known:
                self.citations.append(replace(one, number=len(self.citations) + 1))
            numbers[one.number] = known[0].number if known else len(self.citations)
        stated = {statement.text for statement in self.statements}
        for said in other.statements:
            if said.text not in stated:
                self.statements.append(replace(said, citations=tuple(numbers[number] for number in said.citations)))
        for conflict in other.conflicts:
            self.conflicts.append(replace(conflict, citations=tuple(numbers[n] for n in conflict.citations)))
        self.short = "; ".join(dict.fromkeys(filter(None, (self.short, other.short)))) or None

    def in_order_of_days(self) -> None:
        """Put the statements in the order of their articles' days, and of their places in an article."""
        cited = {one.number: one for one in self.citations}
        firsts = [(cited[statement.citations[0]], statement) for statement in self.statements]
        firsts.sort(key=lambda both: (str(both[0].published or "9999"), both[0].article_id, both[0].start))
        ordered = Draft()
        ordered.take(Draft([both[1] for both in firsts], [both[0] for both in firsts], self.conflicts))
        self.statements, self.citations, self.conflicts = ordered.statements, ordered.citations, ordered.conflicts


def citation(number: int, hit: Hit, sentence: Sentence) -> Citation:
    """A sentence of a hit as something to cite."""
    about = hit.metadata
    return Citation(
        number, hit.passage.article_id, about.title, about.url, about.published, about.publisher, sentence.text,
        sentence.start, sentence.end, hit.version,
    )  # fmt: skip


def compose(question: str, findings: Sequence[Finding], *, threshold: float) -> Draft:
    """An answer from findings, the likeliest first; the first one is taken whatever its probability."""
    best = findings[0]
    able = [finding for finding in findings if not finding.missing]
    close = [finding for finding in able if best.score - finding.score <= _CLOSE]
    draft = Draft()
    pairs = disagreements(question, findings)
    for pair in pairs:
        if pair.kind == "update" and not looks_back(question):
            _state(draft, pair.later)
    _state(draft, best)
    if best.kind == "reason" and (cause := explained(best.hit, best.sentence)):
        draft.state(best.hit, cause, None)
    for pair in pairs:
        other = pair.later if pair.earlier is best else pair.earlier
        _state(draft, other)
        draft.conflicts.append(
            Conflict(
                (draft.cite(best.hit, best.sentence).number, draft.cite(other.hit, other.sentence).number),
                str(pair.note),
                pair.kind,
                pair.note,
            )
        )
    if asks_for_more(question):
        for finding in close[1:]:
            if len(draft.statements) < _MOST and finding.probability >= threshold / 2 and _adds(draft, finding):
                _state(draft, finding)
    if happened(question):
        draft.in_order_of_days()
    # Where articles disagree, one side is no answer.
    draft.short = None if draft.conflicts or happened(question) else short_answer(question, best)
    return draft


def nearest(findings: Sequence[Finding]) -> Iterator[Citation]:
    """The closest sentences, for reading after a refusal."""
    for number, finding in enumerate(findings[:_MOST], start=1):
        yield citation(number, finding.hit, finding.sentence)


def _state(draft: Draft, finding: Finding) -> None:
    """Add a finding, and behind it the sentences that it leans on."""
    draft.state(finding.hit, finding.sentence, finding.span)
    for before in leaned_on(finding.hit, finding.sentence):
        draft.state(finding.hit, before, None)


def _adds(draft: Draft, finding: Finding) -> bool:
    """Whether a finding is more of what is asked for, such as another reason, and not the same again."""
    fits = finding.kind != "reason" or bool(shaped("reason", finding.sentence.text))
    return fits and not repeats(draft, finding.sentence.text)


def repeats(draft: Draft, text: str) -> bool:
    """Whether a statement of the draft says much the same."""
    new = {word.stem for word in words(text) if word.telling}
    said = ({word.stem for word in words(statement.text) if word.telling} for statement in draft.statements)
    return any(len(new & old) >= _REPEATED * min(len(new), len(old)) for old in said if old)
