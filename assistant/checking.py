"""Hold every statement against the sentences it cites, before anyone sees it."""

from collections.abc import Mapping, Sequence

from assistant.answers import Citation, Statement
from assistant.terms import words


def quoted(citation: Citation, passage_text: str, passage_start: int) -> bool:
    """Whether the quote stands in the passage at its offsets, byte for byte."""
    start = citation.start - passage_start
    return start >= 0 and passage_text[start : citation.end - passage_start] == citation.quote != ""


def supported(statement: Statement, citations: Mapping[int, Citation]) -> bool:
    """Whether a statement says only what the sentences it cites say: their words, or at least their numbers and names.

    A statement without a citation, with an unknown one or with a span outside its text is not supported.
    """
    if not statement.citations or not citations.keys() >= set(statement.citations):
        return False
    if statement.span and not 0 <= statement.span[0] < statement.span[1] <= len(statement.text):
        return False
    quotes = [citations[number].quote for number in statement.citations]
    return statement.text in quotes or not unsupported(statement.text, quotes)


def unsupported(text: str, quotes: Sequence[str]) -> list[str]:
    """The numbers and names of a text that stand in none of the quotes."""
    known = {word.stem for quote in quotes for word in words(quote)}
    found = words(text)
    sought = [word for place, word in enumerate(found) if word.number or (word.capital and word.telling and place)]
    return [word.text for word in sought if word.stem not in known]
