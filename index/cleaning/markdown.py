"""The article in a Markdown file: its words without the marks, what its front matter says, then our own rules."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.cleaning.facts import Facts, find_date
from index.cleaning.page import Cleaned, clean_text
from index.cleaning.paragraphs import tidy

FRONT_MATTER = re.compile(
    r"\A---[ \t]*\n(?P<lines>(?:(?!(?:---|\.\.\.)[ \t]*\n)[^\n]*\n)*)(?:---|\.\.\.)[ \t]*(?:\n|\Z)"
)
FIELD = re.compile(r"(?P<key>[A-Za-z_]+)\s*:\s*(?P<value>\S.*)")


def clean_markdown(raw: str) -> Cleaned:
    """The article in a Markdown file; a headline, if its front matter names none, is its first heading of level 1."""
    text = tidy(raw)
    front = FRONT_MATTER.match(text)
    declared = _declared(front["lines"]) if front else Facts()
    tokens = MarkdownIt("commonmark").enable("table").parse(text[front.end() :] if front else text)
    headings = (inline.content for opening, inline in pairwise(tokens) if opening.tag == "h1" and opening.nesting == 1)
    title = declared.title or next(
        (" ".join(_words(MarkdownIt().parseInline(h)[0].children).split()) for h in headings), None
    )
    known = Facts(title or None, declared.url, declared.published, declared.author, declared.publisher)
    return clean_text("\n\n".join(_blocks(tokens)), known=known)


def _declared(lines: str) -> Facts:
    """What the front matter says, plain values only."""
    fields: dict[str, str] = {}
    for line in lines.split("\n"):
        if field := FIELD.fullmatch(line.strip()):
            fields.setdefault(field["key"].lower(), field["value"].strip(" \t[]").strip("\"'"))
    url = fields.get("url") or fields.get("canonical_url") or fields.get("link")
    return Facts(
        title=fields.get("title"),
        url=url if url and url.startswith(("http://", "https://")) else None,
        published=find_date(fields.get("date") or fields.get("published") or ""),
        author=fields.get("author"),
        publisher=fields.get("publisher") or fields.get("site"),
    )


def _blocks(tokens: Sequence[Token]) -> Iterator[str]:
    """The text of each block; list items with a dash in front, a table's row on one line, raw HTML left out."""
    item = ""
    row: list[str] | None = None
    for token in tokens:
        if token.type == "list_item_open":
            item = "- "
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            yield " | ".join(row)
            row = None
        elif token.type == "inline":
            words = " ".join(_words(token.children).split())
            if row is not None:
                row.append(words)
            elif words:
                yield item + words
                item = ""
        elif token.type in ("fence", "code_block"):
            yield " ".join(token.content.split())


def _words(children: Sequence[Token] | None) -> str:
    """What a reader sees of a block: no marks, addresses or images."""
    seen = {"text", "code_inline"}
    return "".join(c.content if c.type in seen else " " if c.type.endswith("break") else "" for c in children or ())
