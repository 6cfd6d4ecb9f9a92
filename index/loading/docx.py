"""A Word document, by way of the HTML that mammoth makes of it."""

import io
from collections.abc import Iterable
from typing import Any

import mammoth
from defusedxml.ElementTree import fromstring

from index.cleaning.facts import Facts
from index.errors import SourceUnreadable
from index.loading.archive import open_archive
from index.loading.articles import Part, filled
from index.loading.parsing import read_characters

MOST_UNPACKED = 200_000_000
STYLES = "p[style-name='Title'] => h1:fresh"
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"


def read_docx(content: bytes) -> list[Part]:
    """The article in a Word document; pictures, comments and deleted text are left out."""
    with open_archive(io.BytesIO(content), most=MOST_UNPACKED) as archive:
        names = set(archive.namelist())
        if not any(name.startswith("word/") for name in names):
            raise SourceUnreadable("is an archive, but no Word document. Save it again as .docx.")
        for name in names:
            if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.read(name)[:4_096]:
                raise SourceUnreadable("declares its own kind of XML, as no Word document does. Save its text.")
        declared = _declared(archive.read("docProps/core.xml")) if "docProps/core.xml" in names else Facts()
    made = mammoth.convert_to_html(io.BytesIO(content), style_map=STYLES, convert_image=_no_picture)
    part = read_characters(f"<html><body><article>{made.value}</article></body></html>", ".html")
    return [Part(part.text, filled(part.facts, declared))]


def _no_picture(_: Any) -> Iterable[Any]:
    return ()


def _declared(properties: bytes) -> Facts:
    """What the file says of itself. Its dates are those of the file, not of the article, and are left out."""
    said = fromstring(properties)
    title, author = (" ".join((said.findtext(DUBLIN_CORE + name) or "").split()) for name in ("title", "creator"))
    return Facts(title=title or None, author=author or None)
