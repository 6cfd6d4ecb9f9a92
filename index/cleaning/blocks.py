"""A page of HTML as its blocks of text in the order of reading, and which of them each element holds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement  # type: ignore[import-untyped]

from index.cleaning.names import is_named

UNREAD = frozenset(
    [
        "head",
        "script",
        "style",
        "noscript",
        "template",
        "dialog",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "video",
        "audio",
        "canvas",
        "map",
        "select",
        "textarea",
        "input",
        "datalist",
        "progress",
        "meter",
        "nav",
        "footer",
        "aside",
        "button",
        "amp-consent",
        "amp-ad",
        "amp-sidebar",
        "amp-social-share",
    ]
)
"""Elements that are not the article's whatever they hold; an aside is a box beside the text."""
ROLES = frozenset(
    [
        "navigation",
        "banner",
        "contentinfo",
        "complementary",
        "search",
        "dialog",
        "alertdialog",
        "menu",
        "toolbar",
        "tablist",
    ]
)
INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
LISTED = frozenset(("p", "div", "span", "a", "b", "strong", "em"))
"""Elements in which a list item's text may begin."""
LAYOUT_CELL = 300
"""Characters; a table with a longer cell, or with blocks in one, is there for the layout."""
LONGEST_NAMED = 60
"""Characters; what stands within a line under the name of a button or a counter is no longer."""
HIDDEN = re.compile(r"display:none|visibility:hidden")
BREAK = "\x1e"
"""Stands for a line break until a block is whole; no page holds it, as control characters are taken out before."""
PARAGRAPH = re.compile(rf"\s*{BREAK}\s*{BREAK}[\s{BREAK}]*")


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text between two block elements; a line break within it is a ``<br>``."""

    text: str
    linked: float
    """The share of its characters that are links to other pages."""
    element: HtmlElement
    """The innermost block element around it."""
    stamp: str | None
    """The time that the page's code gives it, where a ``<time>`` is in it."""


@dataclass(slots=True)
class Blocks:
    """The blocks of a page, and the first and last of each element that holds any."""

    found: list[Block] = field(default_factory=list)
    spans: dict[HtmlElement, tuple[int, int]] = field(default_factory=dict)

    def add(self, block: Block) -> None:
        """One more block, held by its element and all around it."""
        at = len(self.found)
        self.found.append(block)
        holder: HtmlElement | None = block.element
        while holder is not None:
            self.spans[holder] = (self.spans.get(holder, (at, at))[0], at)
            holder = holder.getparent()


def read_blocks(body: HtmlElement) -> Blocks:
    """The blocks of an element; what a reader does not see and what takes no part in the text is passed over."""
    reading = _Reading()
    reading.read(body, linked=False)
    reading.close(body)
    return reading.blocks


class _Reading:
    """The blocks so far, and the run of text that is not yet whole."""

    def __init__(self) -> None:
        self.blocks = Blocks()
        self._parts: list[str] = []
        self._linked = 0
        self._stamp: str | None = None
        self._mark = ""

    def read(self, element: HtmlElement, *, linked: bool) -> None:
        """Everything in an element; its own tail is its parent's."""
        self._take(element.text, linked=linked)
        for child in element:
            if isinstance(child.tag, str) and not _is_unread(child):
                self._child(element, child, linked=linked or _leads_away(child))
            self._take(child.tail, linked=linked)

    def _child(self, parent: HtmlElement, child: HtmlElement, *, linked: bool) -> None:
        if child.tag == "br":
            self._parts.append(BREAK)
        elif child.tag in INLINE:
            if is_named(child) and len(child.text_content()) <= LONGEST_NAMED:
                return
            if child.tag == "time":
                self._stamp = self._stamp or child.get("datetime")
            self.read(child, linked=linked)
        else:
            self.close(parent)
            self._mark = "- " if child.tag == "li" else self._mark if child.tag in LISTED else ""
            if child.tag == "tr" and (row := _row(child)):
                self._take(row, linked=False)
            else:
                self.read(child, linked=linked)
            self.close(child)

    def _take(self, text: str | None, *, linked: bool) -> None:
        if text:
            self._parts.append(text)
            self._linked += len(text.strip()) if linked else 0

    def close(self, element: HtmlElement) -> None:
        """What was read since the last block, as blocks of this element."""
        text = "".join(self._parts)
        size = len(text.strip())
        for part in PARAGRAPH.split(text) if size else ():
            if line := "\n".join(filter(None, (" ".join(piece.split()) for piece in part.split(BREAK)))):
                self.blocks.add(Block(self._mark + line, self._linked / size, element, self._stamp))
                self._mark = ""
        self._parts, self._linked, self._stamp = [], 0, None


def _is_unread(element: HtmlElement) -> bool:
    """Whether an element is not seen, or never part of a text."""
    if element.tag == "body":
        return False  # many a page hides all of itself until its scripts have run
    attributes = element.attrib
    return (
        element.tag in UNREAD
        or "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or attributes.get("role", "").lower() in ROLES
        or ("style" in attributes and bool(HIDDEN.search("".join(attributes["style"].lower().split()))))
    )


def _leads_away(element: HtmlElement) -> bool:
    return element.tag == "a" and not (element.get("href") or "").startswith("#")


def _row(row: HtmlElement) -> str:
    """The cells of a row of figures on one line; empty where the table is there for the layout."""
    cells = [" ".join(cell.text_content().split()) for cell in row if cell.tag in ("td", "th")]
    blocks = any(next(cell.iter("table", "p", "div", "h1", "h2", "br"), None) is not None for cell in row)
    return "" if blocks or any(len(cell) > LAYOUT_CELL for cell in cells) else " | ".join(filter(None, cells))


def ancestors(element: HtmlElement) -> Iterator[HtmlElement]:
    """An element and those around it, the innermost first."""
    yield element
    yield from element.iterancestors()
