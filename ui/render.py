"""What every page says in the same way: dates, who said it, how sure it is, and where a source is to be found."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from itertools import pairwise
from urllib.parse import quote, urlencode, urlsplit

from assistant.answers import Citation, Remark, Statement
from index.articles import Article, Metadata
from ui.words import LANGUAGES, Words, texts

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
DATES = {
    "en": {"day": "{day} {month} {year}", "month": "{month} {year}", "year": "{year}"},
    "de": {"day": "{day}. {month} {year}", "month": "{month} {year}", "year": "{year}"},
    "es": {"day": "{day} de {month} de {year}", "month": "{month} de {year}", "year": "{year}"},
    "zh": {"day": "{year}年{month}月{day}日", "month": "{year}年{month}月", "year": "{year}年"},
}
WHITE_SPACE = re.compile(r"\s+")


def plain(text: str) -> str:
    """The text escaped for HTML, on one line."""
    return WHITE_SPACE.sub(" ", escape(text))


def readable(day: date | None, language: str = "en", *, unit: str = "day") -> str:
    """A date as a person writes it in the language, or the month or the year that it is in; empty for none."""
    if not day:
        return ""
    months = MONTHS.get(language, "").split()
    month = months[day.month - 1] if months else day.month
    return DATES[language][unit].format(day=day.day, month=month, year=day.year)


def period(days: str, language: str) -> str:
    """The days from and to of a remark as a person names them: a day, a month, a year, or from one to another."""
    first, last = (date.fromisoformat(day.rstrip("~")) for day in days.split("/"))
    unit = "day"
    if first.day == 1 and (last + timedelta(days=1)).day == 1:
        unit = "year" if (first.month, last.month) == (1, 12) else "month"
    time = " – ".join(dict.fromkeys(readable(day, language, unit=unit) for day in (first, last)))
    return Words("chat", language)("roughly", time=time) if days.endswith("~") else time


def credit(said_by: Citation | Metadata, language: str = "en") -> str:
    """Publisher and date, as far as the article gives them."""
    return ", ".join(filter(None, (said_by.publisher, readable(said_by.published, language))))


def web_link(url: str | None) -> str | None:
    """The address if it is one of the web; None for every other scheme."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def confidence(probability: float, language: str = "en") -> str:
    """How sure the answer is, in words."""
    key = "well" if probability >= 0.9 else "probably" if probability >= 0.7 else "uncertain"
    return Words("chat", language)(key)


def told(line: str, remarks: Sequence[Remark | None], language: str) -> tuple[str, str]:
    """A line of an answer in the reader's language, and the language it is in: English where it is no other.

    An answer that an earlier version kept, or an endpoint's own words, are there in English alone.
    """
    remark = next((one for one in remarks if one and one.text == line), None)
    template = texts("remarks").get(remark.kind, {}).get(language) if remark else None
    if not remark or not template:
        return line, LANGUAGES[0]
    return template.format(**{name: _value(name, value, language) for name, value in remark.values.items()}), language


def read_as(statement: Statement, language: str) -> tuple[str, str]:
    """What the times of a statement mean, and the language that is said in, as ``told``; "" where it tells none."""
    lines = [told(one.text, [one], language) for one in statement.remarks]
    return ("; ".join(line for line, _ in lines), lines[0][1]) if lines else (statement.reading or "", LANGUAGES[0])


def _value(name: str, value: str | int | Sequence[str], language: str) -> str:
    """A remark's value as the language writes it."""
    if isinstance(value, str):
        if name.endswith("day"):
            return readable(date.fromisoformat(value), language)
        return period(value, language) if name == "period" else value
    if isinstance(value, int):
        return str(value)
    *others, last = value
    return f" {Words('chat', language)('or')} ".join(filter(None, (", ".join(others), last)))


def article_path(article_id: str) -> str:
    """The path of an article's page."""
    return f"/articles/{quote(article_id, safe='')}"


def source_path(citation: Citation, statement: Statement | None = None) -> str:
    """The path of the article's page, opened at the cited sentence, the statement's answer span marked in it."""
    query = {"version": citation.version} if citation.version else {}
    query |= {"start": str(citation.start), "end": str(citation.end)}
    if statement and statement.span:
        words = statement.text[slice(*statement.span)]
        verbatim = statement.text == citation.quote
        found = statement.span[0] if verbatim else citation.quote.find(words)
        if found >= 0:
            query["mark"] = f"{citation.start + found}-{citation.start + found + len(words)}"
    return f"{article_path(citation.article_id)}?{urlencode(query)}#cited"


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
