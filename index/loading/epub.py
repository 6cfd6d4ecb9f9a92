"""An e-book: each of its documents with text is an article of its own.

News comes as e-books that hold an issue, one story a document, and an answer is to cite the story by its own headline.
What the book says of itself (its date, its title as the publisher) holds for each of them.
"""

import io
import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from defusedxml.ElementTree import fromstring

from index.cleaning.facts import Facts, find_date
from index.errors import SourceUnreadable
from index.loading.archive import open_archive
from index.loading.articles import LONGEST_ARTICLE, Part, filled
from index.loading.parsing import read_text

MOST_UNPACKED = 200_000_000
MOST_DOCUMENTS = 2_000
CONTAINER = "META-INF/container.xml"
OPF = "{http://www.idpf.org/2007/opf}"
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
PAGES = ("application/xhtml+xml", "text/html")
TITLE = re.compile(rb"<title\b[^>]{0,200}>[^<]{0,2000}</title>", re.IGNORECASE)
HEADING = re.compile(rb"<h[1-3]\b", re.IGNORECASE)
FEW_WORDS = 12
"""A document with fewer is a cover, a title page or a table of contents."""


def read_epub(content: bytes) -> list[Part]:
    """The articles of an e-book in the order in which it is read."""
    with open_archive(io.BytesIO(content), most=MOST_UNPACKED) as book:
        names = set(book.namelist())
        if CONTAINER not in names:
            raise SourceUnreadable("is an archive, but no e-book. Save it again as .epub.")
        if "META-INF/encryption.xml" in names and "META-INF/rights.xml" in names:
            raise SourceUnreadable("is locked by its seller. Only e-books without a lock can be read.")
        root = fromstring(book.read(CONTAINER)).find(".//{*}rootfile")
        package_name = root.get("full-path", "") if root is not None else ""
        if package_name not in names:
            raise SourceUnreadable("names no table of its documents. Save it again as .epub.")
        package = fromstring(book.read(package_name))
        known = _declared(package)
        found = [name for name in _spine(package, posixpath.dirname(package_name)) if name in names]
        parts = [part for name in found[:MOST_DOCUMENTS] if (part := _document(book, name, known))]
    if not parts:
        raise SourceUnreadable("has no text, only pictures of its pages. Run it through text recognition first.")
    return parts


def _spine(package: Element, folder: str) -> Iterator[str]:
    """The names of the documents in reading order, but for tables of contents."""
    items = {item.get("id"): item for item in package.iter(f"{OPF}item")}
    for reference in package.iter(f"{OPF}itemref"):
        item = items.get(reference.get("idref"))
        if item is not None and item.get("media-type") in PAGES and "nav" not in item.get("properties", "").split():
            yield posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))


def _document(book: ZipFile, name: str, known: Facts) -> Part | None:
    """The article in one document, None where it holds too little to be one."""
    content = book.read(name)
    if len(content) > 4 * LONGEST_ARTICLE:
        return Part(name=name, trouble="is longer than any article. Split it into its articles.")
    # The title of a document is often that of the whole book; its heading is what a reader sees.
    part = read_text(TITLE.sub(b"", content) if HEADING.search(content) else content, ".html")
    if len(part.text.split()) < FEW_WORDS and len(part.text) < 4 * FEW_WORDS:
        return None
    return Part(part.text, filled(part.facts, known), name)


def _declared(package: Element) -> Facts:
    """What the book says of itself and so of each article in it."""

    def said(name: str) -> str | None:
        return " ".join((package.findtext(f".//{DUBLIN_CORE}{name}") or "").split()) or None

    return Facts(
        published=find_date(said("date") or ""), author=said("creator"), publisher=said("publisher") or said("title")
    )
