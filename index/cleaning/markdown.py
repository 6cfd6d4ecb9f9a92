"""The article in a Markdown file: its words without the marks, what its front matter says, then our own rules."""

import re
from collections.abc import Mapping
from dataclasses import replace

from markdown_it import MarkdownIt

from index.cleaning.blocks import read_blocks
from index.cleaning.chrome import own_blocks
from index.cleaning.declared import LANGUAGE
from index.cleaning.facts import Facts, find_date
from index.cleaning.html import parse_html
from index.cleaning.page import Cleaned, clean_text
from index.cleaning.paragraphs import tidy

FRONT_MATTER = re.compile(
    r"\A---[ \t]*\n(?P<lines>(?:(?!(?:---|\.\.\.)[ \t]*\n)[^\n]*\n)*)(?:---|\.\.\.)[ \t]*(?:\n|\Z)"
)
FIELD = re.compile(r"(?P<key>[A-Za-z_]+)\s*:(?P<value>.*)")
ITEM = re.compile(r"\s*-\s+(?P<value>\S.*)")


def clean_markdown(raw: str) -> Cleaned:
    """The article in a Markdown file; a headline, if its front matter names none, is its first heading of level 1."""
    text = tidy(raw)
    front = FRONT_MATTER.match(text)
    declared = _declared(front["lines"]) if front else Facts()
    body = parse_html(_page(text[front.end() :] if front else text))
    if body is None:
        return Cleaned("", declared, ())
    headings = (" ".join(one.text_content().split()) for one in body.iter("h1"))
    known = replace(declared, title=declared.title or next(filter(None, headings), None))
    own = own_blocks(read_blocks(body), known)
    return clean_text("\n\n".join(block.text for block in own), known=known)


def _page(text: str) -> str:
    """Markdown as HTML; what is HTML in it already is left out."""
    parser = MarkdownIt("commonmark").enable("table")
    parser.add_render_rule("html_block", lambda *_: "")
    parser.add_render_rule("html_inline", lambda *_: "")
    return f"<html><body>{parser.render(text)}</body></html>"


def _declared(lines: str) -> Facts:
    """What the front matter says: plain values, and the first of a list."""
    fields: dict[str, str] = {}
    key = ""
    for line in lines.split("\n"):
        if field := FIELD.fullmatch(line.rstrip()):
            key = field["key"].lower()
            fields.setdefault(key, _plain(field["value"]))
        elif (item := ITEM.fullmatch(line)) and not fields.get(key):
            fields[key] = _plain(item["value"])
    url = _first(fields, "url", "canonical_url", "link", "source")
    language = LANGUAGE.fullmatch(_first(fields, "lang", "language"))
    return Facts(
        title=_first(fields, "title") or None,
        url=url if url.startswith(("http://", "https://")) else None,
        published=find_date(_first(fields, "published", "pubdate", "date")),
        author=_first(fields, "author", "authors") or None,
        publisher=_first(fields, "publisher", "site") or None,
        updated=find_date(_first(fields, "updated", "modified", "lastmod")),
        language=language[1].lower() if language else None,
    )


def _plain(value: str) -> str:
    return value.strip().strip("\"'").strip("[] \"'")


def _first(fields: Mapping[str, str], *keys: str) -> str:
    return next((fields[key] for key in keys if fields.get(key)), "")
