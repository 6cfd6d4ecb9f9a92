"""Answers and articles as HTML; pure functions, every word of an article or a question escaped.

The chat shows messages as Markdown with a few HTML tags allowed. Each message made here is one HTML block without a
line break, which Markdown leaves alone, so a star or a bracket in an article stays a star or a bracket.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import pairwise
from urllib.parse import quote, urlencode, urlsplit

from assistant.answers import Answer, Citation, Conflict, Statement
from index.articles import Article, Metadata

WHITE_SPACE = re.compile(r"\s+")


def plain(text: str) -> str:
    """The text escaped for HTML, on one line."""
    return WHITE_SPACE.sub(" ", escape(text))


def readable(day: date | None) -> str:
    """A date as a person writes it, empty for none."""
    return f"{day.day} {day:%B %Y}" if day else ""


def credit(said_by: Citation | Metadata) -> str:
    """Publisher and date, as far as the article gives them."""
    return ", ".join(filter(None, (said_by.publisher, readable(said_by.published))))


def web_link(url: str | None) -> str | None:
    """The address if it is one of the web; None for every other scheme."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def confidence(probability: float) -> str:
    """How sure the answer is, in words."""
    if probability >= 0.9:
        return "Well supported"
    return "Probably right" if probability >= 0.7 else "Not certain: please check the source"


def article_path(article_id: str) -> str:
    """The path of an article's page."""
    return f"/articles/{quote(article_id, safe='')}"


def source_path(citation: Citation, statement: Statement | None = None) -> str:
    """The path of the article's page, opened at the cited sentence, the statement's answer span marked in it."""
    query = {"start": str(citation.start), "end": str(citation.end)}
    if statement and statement.span:
        words = statement.text[slice(*statement.span)]
        verbatim = statement.text == citation.quote
        found = statement.span[0] if verbatim else citation.quote.find(words)
        if found >= 0:
            query["mark"] = f"{citation.start + found}-{citation.start + found + len(words)}"
    return f"{article_path(citation.article_id)}?{urlencode(query)}#cited"


def cite_link(citation: Citation, label: str, statement: Statement | None = None) -> str:
    """A link to the cited sentence; ``label`` is HTML. Its tooltip gives title, publisher, date and the sentence."""
    origin = " · ".join(filter(None, (citation.title, credit(citation))))
    tooltip = plain(f"{origin} — “{citation.quote}”")
    return f'<a class="cite" href="{escape(source_path(citation, statement))}" title="{tooltip}">{label}</a>'


def question_html(text: str) -> str:
    """A person's message."""
    return f'<div class="question">{plain(text)}</div>'


def notice_html(text: str) -> str:
    """One line in place of an answer."""
    return f'<div class="notice">{plain(text)}</div>'


def statements_html(statements: Sequence[Statement], citations: Sequence[Citation]) -> str:
    """The statements, their answer spans marked, each followed by its numbers."""
    by_number = {citation.number: citation for citation in citations}
    return "".join(f'<p class="statement">{_statement(s, by_number)}</p>' for s in statements)


def _statement(statement: Statement, by_number: dict[int, Citation]) -> str:
    start, end = statement.span or (0, 0)
    words = plain(statement.text)
    if start < end:
        before, span, after = statement.text[:start], statement.text[start:end], statement.text[end:]
        words = f"{plain(before)}<mark>{plain(span)}</mark>{plain(after)}"
    links = [cite_link(by_number[n], f"[{n}]", statement) for n in statement.citations if n in by_number]
    when = f' <span class="when">({plain(statement.reading)})</span>' if statement.reading else ""
    return f"{words}<sup>{' '.join(links)}</sup>{when}"


def partial_html(statements: Sequence[Statement], citations: Sequence[Citation]) -> str:
    """An answer that is still being written; says so while there is no statement yet."""
    written = statements_html(statements, citations) or '<p class="reading">Reading the articles …</p>'
    return f'<div class="answer">{written}</div>'


def answer_html(answer: Answer) -> str:
    """The whole answer: statements, both sides where articles differ, and the sources; or why there is none."""
    notes = "".join(f'<p class="note">{plain(note)}</p>' for note in answer.notes)
    if answer.abstained:
        return notes + _silence(answer)
    by_number = {citation.number: citation for citation in answer.citations}
    short = f'<p class="short">{plain(answer.short)}</p>' if answer.short else ""
    conflicts = "".join(_conflict(conflict, by_number) for conflict in answer.conflicts)
    sources = "".join(f"<li>{_source(citation)}</li>" for citation in answer.citations)
    return (
        f'{notes}<div class="answer">{short}{statements_html(answer.statements, answer.citations)}{conflicts}'
        f'<div class="sources"><div class="label">{confidence(answer.confidence)}</div><ul>{sources}</ul></div></div>'
    )


def _source(citation: Citation) -> str:
    label = f'<span class="number">{citation.number}</span>{plain(citation.title)}'
    return f'{cite_link(citation, label)} <span class="credit">{plain(credit(citation))}</span>'


def _conflict(conflict: Conflict, by_number: dict[int, Citation]) -> str:
    sides = "".join(
        f'<div class="side"><div class="label">{plain(credit(c) or c.title)}</div>'
        f"<p>“{plain(c.quote)}”<sup>{cite_link(c, f'[{c.number}]')}</sup></p></div>"
        for c in (by_number[n] for n in conflict.citations if n in by_number)
    )
    return f'<div class="conflict"><p>{plain(conflict.note)}</p><div class="sides">{sides}</div></div>'


def _silence(answer: Answer) -> str:
    nearest = "".join(
        f"<li>{cite_link(c, f'“{plain(c.quote)}”')} "
        f'<span class="credit">{plain(", ".join(filter(None, (c.title, credit(c)))))}</span></li>'
        for c in answer.nearest
    )
    offer = f'<div class="label">The closest passages, for reading on</div><ul>{nearest}</ul>' if nearest else ""
    return f'<div class="silence"><p>{plain(answer.reason or "No article says.")}</p>{offer}</div>'


def articles_html(articles: Sequence[tuple[str, Metadata]]) -> str:
    """The list of articles, each linked to its page."""
    rows = "".join(
        f'<li><a class="cite" href="{article_path(article_id)}">{plain(metadata.title)}</a> '
        f'<span class="credit">{plain(credit(metadata))}</span></li>'
        for article_id, metadata in articles
    )
    return f'<ul class="articles">{rows}</ul>' if rows else '<p class="reading">No articles yet.</p>'


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph cut where the cited sentence and the answer span in it begin and end; a piece may be empty."""

    before: str
    lead: str
    span: str
    tail: str
    after: str

    @property
    def cited(self) -> bool:
        """Whether any of it is the cited sentence."""
        return bool(self.lead or self.span or self.tail)


def paragraphs(article: Article, cited: tuple[int, int], marked: tuple[int, int]) -> list[Paragraph]:
    """The article cut into paragraphs at blank lines; offsets outside the text highlight nothing."""
    found = []
    start = 0
    for block in article.text.split("\n\n"):
        end = start + len(block)
        cite = _clamped(cited, start, end)
        mark = _clamped(marked, *cite)
        edges = (start, cite[0], *mark, cite[1], end)
        found.append(Paragraph(*(article.text[a:b] for a, b in pairwise(edges))))
        start = end + 2
    return found


def _clamped(part: tuple[int, int], low: int, high: int) -> tuple[int, int]:
    start = min(max(part[0], low), high)
    return start, min(max(part[1], start), high)
