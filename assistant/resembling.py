"""Sentences that only resemble a question: they have its words, but tell of another time, another name, or no such thing.

Readers that learn from words in common are surest where a sentence repeats the question. What is looked at here is what
such a sentence lacks, where it stands: what its whole article lacks is ruled out before (``certainty``), and the words
that tell an answer of each kind are listed in ``attributes``.
"""

# ruff: noqa: E501  a pattern is one line

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.asked import Asked, ask
from assistant.attributes import unshaped
from assistant.candidates import Candidate, without
from assistant.certainty import missing
from assistant.checking.wording import wording
from assistant.condense.phrases import phrases
from assistant.expected import shaped
from assistant.leaning import leans
from assistant.reading import Finding, Reader, in_full
from assistant.terms import words
from assistant.vocabulary import Vocabulary
from index.articles import Hit

UNNAMED = 0.1
"""What the odds are multiplied with where a name of the question is told only after the sentence, if at all.

Of the answers to the 4,425 questions of SQuAD's training part 65 in 100 were right where all names stand before, 15 in
100 of the others.
"""
_YEAR = re.compile(r"(?:1\d|20)\d\d")
_SIZE = re.compile(
    r"^what (?:is|was|are|were|will be) (?:the |its |their |his |her )?(?:\w+ )?(?:capacity|speed|length|height|width|weight|area|distance|depth|size|temperature|age)\b",
    re.IGNORECASE,
)
"""How a question asks for what no sum of money can be."""
_NAME_OF = re.compile(r"^what(?:['’]s| is| was| are| were) the (?:\w+ )?names? of\b", re.IGNORECASE)


class Discerning:
    """Reads with another reader, and tells what only resembles the question from what may answer it."""

    def __init__(self, reader: Reader, vocabulary: Vocabulary) -> None:
        self._reader = reader
        self._vocabulary = vocabulary

    def read(self, question: str, hits: Sequence[Hit]) -> list[Finding]:
        """The reader's findings, less sure where a name is untold; what is ruled out is ``missing`` something and last.

        Where the best is ruled out the others are weighed again without it.
        """
        asked = ask(question, self._vocabulary)
        found = [_judged(asked, one) for one in self._reader.read(question, hits)]
        out = {(one.hit.passage, one.sentence) for one in found if one.missing}
        if found and found[0].missing and len(out) < len(found):
            again = self._reader.read(question, without(hits, out))
            found = [_judged(asked, in_full(one, hits)) for one in again]
        return sorted(found, key=lambda one: bool(one.missing))

    def threshold(self, precision: float) -> float:
        """The reader's."""
        return self._reader.threshold(precision)


def _judged(asked: Asked, finding: Finding) -> Finding:
    """The finding, ruled out where it tells of another time or no such thing; less sure where a name is untold."""
    if finding.missing:
        return finding
    lost = _untold(asked, finding)
    times = tuple(term.text for term in asked.terms if term.stem in lost and _is_time(asked, term.stem))
    if lacking := times or unfit(asked.text, finding):
        return replace(finding, missing=lacking)
    if not lost:
        return finding
    return replace(finding, probability=_less(finding.probability), alone=_less(finding.alone))


def _less(chance: float) -> float:
    """The chance where a name is untold."""
    odds = UNNAMED * chance / max(1 - chance, 1e-9)
    return odds / (1 + odds)


def _untold(asked: Asked, finding: Finding) -> set[str]:
    """The stems of the names, years and months of the question that are not told up to the end of the sentence.

    A passage names its matter and goes on with it; what it names only later is another matter. So is what a sentence
    tells of another year.
    """
    times = {stem for stem in asked.stems if _is_time(asked, stem)}
    if not asked.names | times:
        return set()
    passage, before = finding.hit.passage, finding.hit.before
    so_far = f"{before.text if before else ''} {passage.text[: finding.sentence.end - passage.start]}"
    lost = _lacking(asked, finding, so_far) & (asked.names | times)
    if any(_YEAR.fullmatch(word.stem) for word in words(finding.sentence.text)):
        lost |= {stem for stem in _lacking(asked, finding, finding.sentence.text) if _YEAR.fullmatch(stem)}
    return lost


def unfit(question: str, finding: Finding) -> tuple[str, ...]:
    """What the question asks for, such as a sum, where nothing in the sentence could be one; English alone is judged."""
    text = finding.sentence.text
    if finding.hit.metadata.language not in {None, "en"}:
        return ()
    if (size := _SIZE.search(question)) and finding.span and shaped("money", text[slice(*finding.span)]):
        return (size.group().split()[-1],)
    if leans(text) and (thing := _unheard_of(question, finding)):
        return (thing,)
    if leans(text) and finding.before:
        text = f"{finding.before.text} {text}"
    if _NAME_OF.search(question) and not _names(question, text):
        return ("name",)
    form = unshaped(question, text)
    return (form,) if form else ()


def _names(question: str, text: str) -> bool:
    """Whether a text has a name, or what something is called, that the question does not have itself."""
    stems = {word.stem for word in words(question)}
    named = ({word.stem for word in words(text[slice(*span)])} for span in shaped("name", text))
    return any(not name <= stems for name in named) or bool(re.search(r"\b(?:called|named|nicknamed)\b", text))


def _unheard_of(question: str, finding: Finding) -> str | None:
    """The thing asked about, where neither the passage of a sentence that only says "it" nor its title names that."""
    thing = next((one.text for one in phrases(question) if not one.name and one.definite == one.text), "")
    heads = words(re.split(r"\b(?:of|in|at|for|with|on|to|from)\b", thing)[0])[-1:]
    told = {word.stem for word in words(f"{finding.hit.metadata.title} {finding.hit.passage.text}")}
    return next((head.text for head in heads if head.telling and head.stem not in told), None)


def _is_time(asked: Asked, stem: str) -> bool:
    """Whether a stem is a year or month that is asked for."""
    return stem in asked.months or (stem in asked.numbers and bool(_YEAR.fullmatch(stem)))


def _lacking(asked: Asked, finding: Finding, text: str) -> set[str]:
    """The stems of what the question names and neither a text nor the title and the day of its article have."""
    lacking: set[str] = set()
    for told in (text, f"{text} {wording().plain(text)}"):  # the other names of a country cost ten times as much
        hit = replace(finding.hit, passage=replace(finding.hit.passage, text=told))
        named = missing(asked, Candidate(hit, 0, 0, finding.sentence), [hit])
        lacking = {term.stem for term in asked.terms if term.text in named}
        if not lacking:
            break
    return lacking
