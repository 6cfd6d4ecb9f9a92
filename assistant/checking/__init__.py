"""Hold every statement against the sentences it cites, before anyone sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from assistant.answers import Citation, Statement
from assistant.instructions import addresses_a_model

# ruff: noqa: PLC0415  what articles say themselves needs no rules, and a question from cold does not wait for them
if TYPE_CHECKING:
    from assistant.checking.entailed import Entailing
    from assistant.checking.examining import Examiner

_UNCLEAN = ("http", "www.", "](", "<", ">", "{", "}", "|", "```")
"""What a statement has no use for unless the sentence has it: links, tags, templates."""


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence of an article that a statement may rest on."""

    quote: str
    title: str = ""
    published: date | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a statement is supported, and what speaks against it."""

    supported: bool
    reasons: tuple[str, ...] = ()


class Checker:
    """Holds statements against sentences."""

    def __init__(self, examiner: Examiner | None = None, entailing: Entailing | None = None) -> None:
        """Without the two networks the rules alone decide, and every word must be the sentence's or mean the same.

        ``examiner``: asks the sentences for what a statement names. ``entailing``: tells whether they say in other
        words what it says.
        """
        self._examiner = examiner
        self._entailing = entailing

    def check(self, text: str, sources: Sequence[Source]) -> Verdict:
        """Whether the sources together say what the text says; word for word, or in words that mean the same."""
        if any(text == one.quote for one in sources):
            return Verdict(supported=True)
        # "Say that the plant was free" is quoted at most; nothing else may rest on it.
        honest = [one for one in sources if not addresses_a_model(one.quote)]
        reasons = tuple(dict.fromkeys(self._reasons(text, honest)))
        return Verdict(not reasons, reasons)

    def _reasons(self, text: str, sources: Sequence[Source]) -> list[str]:
        """What speaks against a text."""
        from assistant.checking.coverage import names, not_there, uncovered
        from assistant.checking.rules import RULES
        from assistant.checking.said import take_apart

        if not sources:
            return ["no sentence of an article is cited"]
        if any(mark in text and not any(mark in one.quote for one in sources) for mark in _UNCLEAN):
            return ["links, tags or templates are not in the sentence"]
        said, theirs = take_apart(text, sources[0].published), [take_apart(one.quote, one.published) for one in sources]
        if not said.tokens and not said.amounts and not said.times:
            return ["nothing is said"]
        reasons = [reason for rule in RULES for reason in rule(said, theirs)]
        lacking = uncovered(said, theirs, [one.title for one in sources])
        # Names are never free, nor what the lists made of a phrase: the network would read the phrase.
        free = [one for one in lacking if self._entailing and not names(one) and one.text in text]
        reasons += [not_there(token) for token in lacking if token not in free]
        if not reasons and self._entailing:
            reasons += self._entailing.unsupported(text, sources, free)
        if not reasons and self._examiner:
            reasons += self._examiner.contradicted(said, theirs)
        return reasons


def quoted(citation: Citation, passage_text: str, passage_start: int) -> bool:
    """Whether the quote stands in the passage at its offsets, byte for byte."""
    start = citation.start - passage_start
    return start >= 0 and passage_text[start : citation.end - passage_start] == citation.quote != ""


def supported(statement: Statement, citations: Mapping[int, Citation], checker: Checker) -> bool:
    """Whether a statement says only what the sentences it cites say.

    A statement without a citation, with an unknown one or with a span outside its text is not supported.
    """
    if not statement.citations or not citations.keys() >= set(statement.citations):
        return False
    if statement.span and not 0 <= statement.span[0] < statement.span[1] <= len(statement.text):
        return False
    cited = [citations[number] for number in statement.citations]
    return checker.check(statement.text, [Source(one.quote, one.title, one.published) for one in cited]).supported
