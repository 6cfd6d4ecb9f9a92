"""What kind of file a reply is, by what the server says, its address and its first bytes."""

import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from index.errors import SourceUnreadable
from index.fetching.addresses import shown
from index.fetching.replies import Fetched

SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "multipart/related": ".mhtml",
    "application/x-mimearchive": ".mhtml",
    "message/rfc822": ".eml",
    "application/pdf": ".pdf",
    "application/epub+zip": ".epub",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
UNTOLD = ("", "application/octet-stream", "binary/octet-stream")
"""Types by which a server says that it does not know."""
BY_NAME = {".htm": ".html", ".markdown": ".md", ".mht": ".mhtml", ".text": ".txt"}
TEXT = (".html", ".txt", ".md")
FEED, SITEMAP = "feed", "sitemap"
ROOTS = {b"rss": FEED, b"feed": FEED, b"rdf": FEED, b"urlset": SITEMAP, b"sitemapindex": SITEMAP}
ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")
PROLOGUE = re.compile(rb"<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^<>\[]*(?:\[.*?\])?\s*>", re.DOTALL | re.IGNORECASE)
HEAD = 8_000
"""Bytes in which a document's first element stands."""
MARKUP = b"<!doctype html", b"<html"


def listing_kind(content: bytes) -> str | None:
    """``FEED`` or ``SITEMAP`` where the first element of the document says so."""
    # Zeros are the other half of each character in UTF-16.
    head = PROLOGUE.sub(b"", content[:HEAD].replace(b"\0", b""))
    root = ROOT.search(head)
    return ROOTS.get(root[1].lower()) if root else None


def suffix_of(fetched: Fetched) -> str:
    """The suffix that a file of the reply's kind has; ``SourceUnreadable`` where it is none that is read."""
    told = fetched.media_type
    named = PurePosixPath(unquote(urlsplit(fetched.url).path)).suffix.lower()
    named = BY_NAME.get(named, named)
    if told in UNTOLD or told in ("text/plain", "application/zip"):
        if fetched.content.lstrip()[:14].lower().startswith(MARKUP):
            return ".html"
        if named in SUFFIXES.values():
            return named
    if told in SUFFIXES:
        return SUFFIXES[told]
    raise SourceUnreadable(
        f"{shown(fetched.url)} is {told or 'of an unknown kind'}, which is not read. Name a page, a feed or a sitemap."
    )


def as_utf8(fetched: Fetched, suffix: str) -> bytes:
    """The content, as UTF-8 with a mark where the server alone tells its encoding."""
    told = (fetched.charset or "").lower()
    if suffix not in TEXT or told in ("", "utf-8", "utf8", "us-ascii"):
        return fetched.content
    try:
        return fetched.content.decode(told).encode("utf-8-sig")
    except (UnicodeError, LookupError):
        return fetched.content
