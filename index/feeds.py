"""RSS and Atom feeds, from bytes that have been fetched already."""

import hashlib
import io
import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.sax import SAXException

from index.cleaning.facts import Facts
from index.errors import FetchRefused, SourceUnreadable
from index.fetching.addresses import parse, shown
from index.sources import Listed

LARGEST_FEED = 10_000_000
"""Bytes."""
MAILED = re.compile(r"\S+@\S+(?:\s+\((?P<name>[^()]*)\))?|(?P<person>.*?)\s*[(<]\S+@\S+[)>]")
MOST_ENTRIES = 2_000
"""Of one feed; the rest is left out, and the next run finds what is newest again."""


def read_feed(content: bytes, url: str) -> Iterator[Listed | SourceUnreadable]:
    """The entries of a feed with what it says about each, and a problem for each that leads nowhere.

    ``SourceUnreadable`` where it is no feed. Entities that a feed declares for itself are refused: a few lines of them
    could become gigabytes.
    """
    import feedparser  # type: ignore[import-untyped]  # noqa: PLC0415  a tenth of a second that only feeds need

    if b"<!entity" in content.replace(b"\0", b"").lower():
        raise SourceUnreadable(f"{shown(url)} declares entities, which no feed needs. It is not read.")
    # feedparser takes bare bytes for the name of a file, or fetches what they name: it gets a stream.
    found = feedparser.parse(io.BytesIO(content), response_headers={"content-location": url}, sanitize_html=False)
    broken = isinstance(found.get("bozo_exception"), SAXException)
    if not found.get("version") or (broken and not found.entries):
        raise SourceUnreadable(f"{shown(url)} is no RSS or Atom feed that can be read. Look at it in a browser.")
    if broken:
        yield SourceUnreadable(f"{shown(url)} is broken XML; its entries are read as far as they can be told apart.")
    for entry in found.entries[:MOST_ENTRIES]:
        try:
            yield _listed(entry, found.feed, url)
        except FetchRefused as problem:
            yield problem


def _listed(entry: Any, feed: Any, url: str) -> Listed:
    link, key = entry.get("link"), entry.get("id")
    contents = [part.get("value") or "" for part in entry.get("content", [])] + [entry.get("summary") or ""]
    content = max(contents, key=len).strip() or None
    if link:
        location = str(parse(urljoin(url, link.strip())))
    elif content:
        location = f"{url}#{hashlib.sha256((key or content).encode()).hexdigest()[:16]}"
    else:
        raise FetchRefused(f"{shown(url)} lists an entry that has neither a link nor a text. It is left out.")
    # As a plain dict: feedparser's own look-up gives one date for another.
    told = [dict.get(entry, name) for name in ("id", "link", "title", "published", "updated", "author")]
    stamp = hashlib.sha256(json.dumps([*told, content], default=str).encode()).hexdigest()
    known = Facts(
        title=_plain(entry.get("title")),
        url=location if link else None,
        published=_day(entry.get("published"), entry.get("published_parsed")),
        author=_person(_plain(entry.get("author"))),
        publisher=_publisher(entry, feed, location, url),
    )
    return Listed(location, stamp, known=known, content=content)


def _publisher(entry: Any, feed: Any, location: str, url: str) -> str | None:
    """Whose the entry is: its own source, or the feed's name where the feed stands on the article's own site."""
    if name := _plain((entry.get("source") or {}).get("title")):
        return name
    return _plain(feed.get("title")) if _site(location) == _site(url) else None


def _site(url: str) -> str:
    """The last two labels of the host, near enough to tell whether two addresses are one publisher's."""
    return ".".join((urlsplit(url).hostname or "").split(".")[-2:])


def _person(text: str | None) -> str | None:
    """The name without the address that RSS writes before it and Atom's readers behind it."""
    if named := MAILED.fullmatch(text or ""):
        return (named["name"] or named["person"] or "").strip() or None
    return text


def _plain(text: str | None) -> str | None:
    return " ".join(unescape(text).split()) or None if text else None


def _day(text: str | None, parsed: Any) -> date | None:
    """The day where the publisher is, as the feed writes it, rather than the day that it was in Greenwich."""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            return read(text or "").date()
        except (ValueError, TypeError, IndexError):
            continue
    return date(*parsed[:3]) if parsed else None
