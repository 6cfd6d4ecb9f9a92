"""From findings to an answer: the sentences of articles, word for word, with their citations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant.answers import Citation, Conflict, Statement
from assistant.conflicts import Disagreement, disagreements
from assistant.expected import asks_for_more
from assistant.reading import Finding
from assistant.terms import word_set, words
from index.articles import Hit, Sentence

_LEANING = word_set("""it this that these those they he she his her its their such both another also however but""")
_POINTING = (
    "according to him", "according to her", "according to it", "of this", "of these", "of that", "he said", "she said",
    "they said",
)  # fmt: skip
_MOST = 3
"""Statements of an answer that asks for more than one."""
_CLOSE = 1.5
"""How far behind the best finding, in log-odds, another still answers."""
_OPPOSED = 8.0
"""How far behind it may contradict: one report words the question's matter as it does, another otherwise."""
_REPEATED = 0.6
"""Share of the telling words from which one statement repeats another."""


@dataclass(slots=True)
class Draft:
    """The statements so far and their citations, numbered in the order of their appearance."""

    statements: list[Statement] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)

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
            self.statements.append(Statement(sentence.text, (number,), span))


def citation(number: int, hit: Hit, sentence: Sentence) -> Citation:
    """A sentence of a hit as something to cite."""
    about = hit.metadata
    return Citation(
        number, hit.passage.article_id, about.title, about.url, about.published, about.publisher, sentence.text,
        sentence.start, sentence.end,
    )  # fmt: skip


def compose(question: str, findings: Sequence[Finding], *, threshold: float) -> Draft:
    """An answer from findings, the likeliest first; the first one is taken whatever its probability."""
    best = findings[0]
    able = [finding for finding in findings if not finding.missing]
    close = [finding for finding in able if best.score - finding.score <= _CLOSE]
    opposed = [finding for finding in able if best.score - finding.score <= _OPPOSED]
    draft = Draft()
    _state(draft, best)
    conflicting = [pair for pair in disagreements(opposed) if best in (pair.earlier, pair.later)]
    for pair in conflicting:
        other = pair.later if pair.earlier is best else pair.earlier
        _state(draft, other)
        draft.conflicts.append(
            Conflict(
                (draft.cite(best.hit, best.sentence).number, draft.cite(other.hit, other.sentence).number), _note(pair)
            )
        )
    if asks_for_more(question):
        for finding in close[1:]:
            if len(draft.statements) < _MOST and finding.probability >= threshold / 2 and not _repeats(draft, finding):
                _state(draft, finding)
    return draft


def nearest(findings: Sequence[Finding]) -> Iterator[Citation]:
    """The closest sentences, for reading after a refusal."""
    for number, finding in enumerate(findings[:_MOST], start=1):
        yield citation(number, finding.hit, finding.sentence)


def _state(draft: Draft, finding: Finding) -> None:
    """Add a finding; a sentence that leans on the one before it follows that one."""
    draft.state(finding.hit, finding.sentence, finding.span)
    if finding.before and leans(finding.sentence.text):
        draft.state(finding.hit, finding.before, None)


def leans(text: str) -> bool:
    """Whether a sentence needs the one before it to be understood."""
    lowered = text.lower()
    return lowered.startswith(_POINTING) or (bool(found := words(lowered)) and found[0].text in _LEANING)


def _repeats(draft: Draft, finding: Finding) -> bool:
    """Whether a statement of the draft says much the same."""
    new = {word.stem for word in words(finding.sentence.text) if word.telling}
    said = ({word.stem for word in words(statement.text) if word.telling} for statement in draft.statements)
    return any(len(new & old) >= _REPEATED * min(len(new), len(old)) for old in said if old)


def _note(pair: Disagreement) -> str:
    """What the two sides say, with their dates."""
    sides = [finding.sentence.text[slice(*finding.span)] for finding in (pair.earlier, pair.later) if finding.span]
    if pair.dated:
        earlier, later = (finding.hit.metadata.published for finding in (pair.earlier, pair.later))
        return f"The later report ({later}) says {sides[1]}; the earlier one ({earlier}) says {sides[0]}."
    return f"The articles disagree: one says {sides[0]}, another {sides[1]}."
