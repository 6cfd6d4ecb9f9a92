"""The text layer of a PDF: its lines in their places on the page, page numbers and running heads off."""

import io
import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, PyPdfError

from index.cleaning.facts import Facts
from index.cleaning.page import clean_text
from index.errors import SourceUnreadable
from index.loading.articles import LONGEST_ARTICLE, Part, filled
from index.loading.reflow import Line, reflowed

MOST_PAGES = 1_000
GIVEN_BY_PROGRAM = re.compile(r"untitled|document\d*|(?:microsoft|open|libre)\w* .*|.*\.\w{2,5}|\W*", re.IGNORECASE)
"""Titles that no person wrote: mostly names of files."""
EDGE = 2
"""Lines at the top and the bottom of a page among which its running head and number stand."""
PRINTED = re.compile(r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4},? \d{1,2}:\d{2}.*|.*(?:https?|file)://\S+(?: \d+/\d+)?")
"""What a browser prints around a page: the time of the printing, which is no date of the article, and the address."""
COUNTED = re.compile(r"[\d\W_]+|\b(?:page|seite|página|of|von|de)\b")
LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}


def read_pdf(content: bytes) -> list[Part]:
    """The article in a PDF; one without a text layer is a problem that says so."""
    reader = _opened(content)
    pages, length = [], 0
    for page in reader.pages:
        pages.append(_lines(page))
        length += sum(len(line.text) for line in pages[-1])
        if length > LONGEST_ARTICLE:
            raise SourceUnreadable(
                "is longer than any article (over 2,000,000 characters). Split it into its articles."
            )
    if not length:
        raise SourceUnreadable("has no text layer, only pictures of its pages. Run it through text recognition first.")
    cleaned = clean_text("\n\n".join(reflowed(_without_running_heads(pages))))
    return [Part(cleaned.text, filled(cleaned.facts, _declared(reader)))]


def _opened(content: bytes) -> PdfReader:
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise SourceUnreadable("is locked with a password. Save it without one.")
        # What the file claims is read first: the pages themselves are only counted by walking them all.
        tree: Any = reader.root_object["/Pages"]
        if int(tree.get("/Count", 0)) > MOST_PAGES or len(reader.pages) > MOST_PAGES:
            raise SourceUnreadable(f"has more than {MOST_PAGES:,} pages. Split it into its articles.")
    except (PyPdfError, DependencyError) as exc:
        raise SourceUnreadable("is a damaged PDF. Save it again, or its text as a .txt file.") from exc
    return reader


def _declared(reader: PdfReader) -> Facts:
    """What the file says of itself. Its dates are those of the file, not of the article, and are left out."""
    said = reader.metadata
    title, author = (" ".join(str(value or "").split()) for value in (said.title, said.author)) if said else ("", "")
    return Facts(title=None if GIVEN_BY_PROGRAM.fullmatch(title) else title, author=author or None)


def _lines(page: PageObject) -> list[Line]:
    """The lines of a page that are not blank, in the order in which they were written."""
    lines = [Line("", 0, 0, 0)]

    def seen(text: str, place: Sequence[float], within: Sequence[float], _font: Any, size: float) -> None:
        left = within[4] * place[0] + within[5] * place[2] + place[4]
        up = within[4] * place[1] + within[5] * place[3] + place[5]
        height = abs(size) * math.hypot(within[2], within[3]) * math.hypot(place[2], place[3])
        for number, piece in enumerate(text.translate(LIGATURES).split("\n")):
            if number or not lines[-1].text.strip():
                lines.append(Line(piece, left, up, height))
            else:
                lines[-1] = lines[-1].with_more(piece)

    page.extract_text(visitor_text=seen)
    return [line.regular() for line in lines if line.text.strip()]


def _without_running_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without their numbers, what a browser printed around them, and what stands at the edge of most."""
    edges = [_edge(page) for page in pages]
    seen = Counter(mark for edge in edges for mark in {_mark(line) for line in edge})
    often = {mark for mark, times in seen.items() if not mark or (times >= 3 and times > len(pages) / 2)}
    return [
        [line for line in page if line not in edge or len(page) == 1 or _mark(line) not in often]
        for page, edge in zip(pages, edges, strict=True)
    ]


def _edge(page: Sequence[Line]) -> list[Line]:
    ordered = sorted(page, key=lambda line: line.up)
    return [*ordered[:EDGE], *ordered[-EDGE:]]


def _mark(line: Line) -> str:
    """The line without what changes from page to page; empty for a page number and for a browser's addition."""
    return "" if PRINTED.fullmatch(line.text) else COUNTED.sub("", line.text.casefold())
