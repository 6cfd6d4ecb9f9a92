"""What a page of HTML declares about its article: schema.org data first, then meta elements, then links."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from lxml.etree import XPath  # type: ignore[import-untyped]
from lxml.html import HtmlElement  # type: ignore[import-untyped]

from index.cleaning.facts import Facts, find_date, is_house

META = {
    "title": ("og:title", "citation_title", "dc.title", "dcterms.title", "twitter:title", "headline"),
    "author": (
        *("author", "article:author", "citation_author", "parsely-author", "sailthru.author", "dc.creator"),
        *("dcterms.creator", "byl", "cxenseparse:author"),
    ),
    "publisher": ("og:site_name", "publisher", "dc.publisher", "citation_journal_title", "application-name"),
    "published": (
        *("article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date", "pubdate"),
        *("sailthru.date", "citation_publication_date", "citation_online_date", "citation_date", "dc.date.issued"),
        *("dcterms.issued", "dc.date.created", "dcterms.created", "dc.date", "dcterms.date", "publishdate", "date"),
        *("article:published", "publish-date"),
    ),
    "updated": (
        *("article:modified_time", "og:updated_time", "datemodified", "dc.date.modified", "dcterms.modified"),
        "last-modified",
    ),
    "url": ("og:url",),
    "language": ("content-language", "dc.language", "dcterms.language", "inlanguage", "og:locale"),
}
"""Which meta elements tell a fact, the most telling first."""
ARTICLE = re.compile(r"\w*(?:Article|Posting)|Report|Review|VideoObject|Recipe|CreativeWork")
"""Types of schema.org that are an article; a liveblog's entries and a list's items are not looked into."""
TITLE_PARTS = re.compile(r"(\s+[|\-–—·»:]+\s+|:\s+|\s*[_｜|]\s*)")
LANGUAGE = re.compile(r"([a-z]{2})(?:[-_].*)?", re.IGNORECASE)
AUTHORS = XPath(
    "//*[@itemprop='author'] | (//a[@rel='author'])[1] | (//*[contains(@class, 'post-author') or "
    "contains(@class, 'entry-author') or contains(@class, 'p-author')]//*[contains(@class, 'fn')])[1]"
)
"""Elements that name the author: of microdata, of links, and of the hAtom microformat."""
LARGEST_DATA = 500_000
"""Characters of schema.org data that are read."""
Values = Mapping[str, Sequence[str]]


def read_declared(tree: HtmlElement) -> Facts:
    """What the page says about its article where its readers do not look; what it does not say is None."""
    node, things = _article(tree)
    meta = _meta(tree)
    publisher = _names(node.get("publisher"), things) or _first(meta, "publisher")
    author = _author(_names(node.get("author") or node.get("creator"), things) or _several(meta), publisher)
    if author and not publisher and is_house(author):
        author, publisher = None, author
    published, updated = _dates(node, meta)
    return Facts(
        title=_without_house(_text(node.get("headline")) or _first(meta, "title"), publisher),
        url=_address(tree, node, meta),
        published=published,
        author=author,
        publisher=publisher,
        updated=updated,
        language=_language(tree, node, meta),
    )


def title_parts(tree: HtmlElement) -> list[str]:
    """The parts of the window's title: mostly the headline, then section and paper."""
    return [part for part in TITLE_PARTS.split(" ".join((tree.findtext(".//title") or "").split())) if part]


def _article(tree: HtmlElement) -> tuple[Mapping[str, Any], Mapping[str, Mapping[str, Any]]]:
    """The page's article as schema.org tells of it, and all that it tells of by name."""
    things = [thing for script in tree.iter("script") if _is_data(script) for thing in _things(script.text or "")]
    named = {thing["@id"]: thing for thing in reversed(things) if isinstance(thing.get("@id"), str)}
    articles = [thing for thing in things if any(ARTICLE.fullmatch(kind) for kind in _kinds(thing))]
    pages = [thing for thing in things if "WebPage" in _kinds(thing)]
    return next(iter([*articles, *pages]), {}), named


def _is_data(script: HtmlElement) -> bool:
    return "ld+json" in (script.get("type") or "").lower()


def _things(text: str) -> Iterator[Mapping[str, Any]]:
    """The things of one script, those of a graph or an array one by one; a script that is no JSON tells nothing."""
    try:
        found = json.loads(text[:LARGEST_DATA].strip().removeprefix("<!--").removesuffix("-->"), strict=False)
    except (ValueError, RecursionError):
        return
    for thing in found if isinstance(found, list) else [found]:
        if isinstance(thing, dict):
            yield thing
            graph = thing.get("@graph")
            yield from (part for part in graph if isinstance(part, dict)) if isinstance(graph, list) else ()


def _kinds(thing: Mapping[str, Any]) -> list[str]:
    kind = thing.get("@type")
    return [one for one in (kind if isinstance(kind, list) else [kind]) if isinstance(one, str)]


def _names(told: Any, things: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The name of a person or an organisation, or of several, however they are written down."""
    names: list[str] = []
    for one in (told if isinstance(told, list) else [told])[:20]:
        thing = things.get(str(one.get("@id")), one) if isinstance(one, dict) and "name" not in one else one
        name = _text(thing.get("name") if isinstance(thing, dict) else thing)
        if name and name not in names and not name.startswith(("http:", "https:")):
            names.append(name)
    return _listed(names)


def _listed(names: Sequence[str]) -> str | None:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names) or None


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    return " ".join(value.split()) or None if isinstance(value, str) else None


def _meta(tree: HtmlElement) -> Values:
    """The contents of the meta elements by their names in small letters; of times, when they are marked as such."""
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta", "time"):
        content = " ".join((element.get("content") or element.get("datetime") or "").split())
        for name in {element.get(key) for key in ("name", "property", "itemprop", "http-equiv")} - {None}:
            if content and name:
                found.setdefault(name.lower(), []).append(content)
    for person in AUTHORS(tree):
        name = " ".join((person.xpath("string((.//*[@itemprop='name'])[1])") or person.text_content()).split())
        if name and len(name) <= 100:
            found.setdefault("author", []).append(name)
    return found


def _first(meta: Values, fact: str) -> str | None:
    return next((meta[name][0] for name in META[fact] if name in meta), None)


def _several(meta: Values) -> str | None:
    """The authors that the first telling meta elements name; an address of a profile names nobody."""
    for name in META["author"]:
        names = [one for one in dict.fromkeys(meta.get(name, ())) if not one.startswith(("http:", "https:"))]
        if names:
            return _listed(names[:20])
    return None


def _author(name: str | None, publisher: str | None) -> str | None:
    """The author's name without what stands before it; the paper itself and a system's user are no author."""
    name = re.sub(r"^(?:by|von|por|par|di)\s+", "", name, flags=re.IGNORECASE) if name else None
    nobody = not name or "@" in name or len(name) > 200 or name.casefold() in {"admin", (publisher or "").casefold()}
    return None if nobody else name


def _dates(node: Mapping[str, Any], meta: Values) -> tuple[date | None, date | None]:
    """When the article appeared and when it was changed; a change at the very time of appearing is none."""
    told = [_text(node.get(key)) for key in ("datePublished", "uploadDate", "dateCreated")]
    appeared = next((text for text in told if text), None) or _first(meta, "published")
    changed = _text(node.get("dateModified")) or _first(meta, "updated")
    published = find_date(appeared or "")
    updated = find_date(changed or "") if changed != appeared else None
    return published, updated if updated and not (published and updated < published) else None


def _address(tree: HtmlElement, node: Mapping[str, Any], meta: Values) -> str | None:
    page = node.get("mainEntityOfPage")
    told = [
        *tree.xpath("//link[@rel='canonical']/@href")[:1],
        _first(meta, "url"),
        _text(node.get("url")),
        _text(page.get("@id") if isinstance(page, dict) else page),
    ]
    return next((url.strip() for url in told if url and url.strip().startswith(("http://", "https://"))), None)


def _language(tree: HtmlElement, node: Mapping[str, Any], meta: Values) -> str | None:
    told = [tree.get("lang"), tree.get("xml:lang"), _text(node.get("inLanguage")), _first(meta, "language")]
    matches = (LANGUAGE.fullmatch(text.strip()) for text in told if text)
    return next((match[1].lower() for match in matches if match), None)


def _without_house(title: str | None, house: str | None) -> str | None:
    """The title without the paper's name behind it."""
    parts = TITLE_PARTS.split(title or "")
    while len(parts) > 2 and house and parts[-1].casefold() == house.casefold():
        parts = parts[:-2]
    return "".join(parts) or None
