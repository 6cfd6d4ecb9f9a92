"""Sitemaps and indexes of sitemaps, from bytes that have been fetched already."""

import io
import zlib
from dataclasses import dataclass
from datetime import date

from index.cleaning.facts import Facts
from index.errors import FetchRefused, SourceUnreadable
from index.fetching.addresses import parse, shown
from index.sources import Listed

LARGEST_SITEMAP = 52_428_800
"""Bytes, decompressed: the protocol's own limit."""
MOST_PAGES = 50_000
"""Of one sitemap: the protocol's own limit."""
PLAIN = ("loc", "lastmod")
"""What is read of the protocol's own elements; of a news sitemap's all is, of pictures' and films' none."""
GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap lists."""

    pages: tuple[Listed, ...]
    sitemaps: tuple[str, ...]
    """The addresses of further ones, where it is an index."""


def read_sitemap(content: bytes, url: str) -> Sitemap:
    """The pages and further sitemaps that it lists, addresses that are none passed over; ``SourceUnreadable``."""
    from defusedxml import DefusedXmlException  # noqa: PLC0415  only sitemaps need it
    from defusedxml.ElementTree import ParseError, iterparse  # noqa: PLC0415

    pages: list[Listed] = []
    sitemaps: list[str] = []
    said: dict[str, str] = {}
    try:
        for _, element in iterparse(io.BytesIO(gunzipped(content, url)), forbid_dtd=True):
            name = _local(element.tag)
            if name == "url":
                pages += _page(said)
            elif name == "sitemap":
                sitemaps += [page.location for page in _page(said)]
            elif element.text and (name in PLAIN or "news" in str(element.tag)):
                said.setdefault(name, element.text.strip())
            if name in ("url", "sitemap"):
                said = {}
                element.clear()
            if len(pages) + len(sitemaps) >= MOST_PAGES:
                break
    except (ParseError, DefusedXmlException, ValueError, LookupError) as exc:
        raise SourceUnreadable(f"{shown(url)} is no sitemap ({type(exc).__name__}). Check the address.") from exc
    return Sitemap(tuple(pages), tuple(sitemaps))


def gunzipped(content: bytes, url: str) -> bytes:
    """The content, decompressed if it is gzip; ``SourceUnreadable`` where it grows beyond a sitemap's limit."""
    if not content.startswith(GZIP):
        return content
    unzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        plain = unzip.decompress(content, LARGEST_SITEMAP + 1)
    except zlib.error as exc:
        raise SourceUnreadable(f"{shown(url)} cannot be decompressed ({exc}). Try again later.") from exc
    if len(plain) > LARGEST_SITEMAP or not unzip.eof:
        raise SourceUnreadable(f"{shown(url)} is larger than a sitemap may be, or ends in the middle. It is not read.")
    return plain


def _page(said: dict[str, str]) -> list[Listed]:
    """The page in a list, with what a news sitemap tells about it; an empty list where its address is none."""
    try:
        location = str(parse(said.get("loc", "")))
    except FetchRefused:
        return []
    known = Facts(
        title=said.get("title"), url=location, published=_day(said.get("publication_date")), publisher=said.get("name")
    )
    return [Listed(location, said.get("lastmod"), known=known)]


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]
