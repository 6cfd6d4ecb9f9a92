"""The parser of each kind: bytes in, articles' texts out. All but small plain text is parsed in ``confined``."""

import re
import traceback
from collections.abc import Callable

from index.cleaning.html import clean_html
from index.cleaning.markdown import clean_markdown
from index.cleaning.page import Cleaned, clean_text
from index.decoding import decode
from index.errors import SourceUnreadable
from index.loading.articles import LONGEST_ARTICLE, Part

# ruff: noqa: PLC0415  each parser's library is imported when a file of its kind is met

CLEANERS: dict[str, Callable[[str], Cleaned]] = {".txt": clean_text, ".md": clean_markdown, ".html": clean_html}
PICTURE = re.compile(r"data:[\w/+.;=-]{0,200};base64,[A-Za-z0-9+/=%\s]+")
"""A picture inside a saved page: megabytes that are no text."""
ENTITY = re.compile(r"<!ENTITY\b", re.IGNORECASE)


def parse(content: bytes, kind: str) -> list[Part]:
    """The articles in a file of this kind, or one part that tells what is wrong with it."""
    try:
        return _parser(kind)(content)
    except SourceUnreadable as problem:
        return [Part(trouble=str(problem))]
    except RecursionError:
        return [Part(trouble="is nested more deeply than any article. Save its text as a .txt file.")]
    except MemoryError:
        raise
    except Exception as exc:  # parsers raise anything at all on a damaged file
        trouble = f"is damaged ({type(exc).__name__}). Save it again, or its text as a .txt file."
        return [Part(trouble=trouble, detail=traceback.format_exc(limit=-9))]


def _parser(kind: str) -> Callable[[bytes], list[Part]]:
    match kind:
        case ".pdf":
            from index.loading.pdf import read_pdf

            return read_pdf
        case ".docx":
            from index.loading.docx import read_docx

            return read_docx
        case ".epub":
            from index.loading.epub import read_epub

            return read_epub
        case ".mhtml":
            from index.loading.mime import read_page

            return read_page
        case ".eml":
            from index.loading.mime import read_mail

            return lambda content: read_mail(content, parse)
        case _:
            return lambda content: [read_text(content, kind)]


def read_text(content: bytes, kind: str) -> Part:
    """The article in plain text, Markdown or HTML."""
    try:
        raw = decode(content, markup=kind == ".html")
    except ValueError as exc:
        raise SourceUnreadable(f"{exc}. Save it as UTF-8 text or HTML.") from exc
    return read_characters(raw, kind)


def read_characters(raw: str, kind: str) -> Part:
    """The article in text that has been decoded."""
    if kind == ".html":
        raw = PICTURE.sub("", raw)
        if ENTITY.search(raw[:10_000]):
            raise SourceUnreadable("declares abbreviations of its own, as no page of news does. Save its text.")
    if len(raw) > LONGEST_ARTICLE:
        raise SourceUnreadable(f"is longer than any article ({len(raw):,} characters). Split it into its articles.")
    cleaned = CLEANERS[kind](raw)
    return Part(cleaned.text, cleaned.facts)
