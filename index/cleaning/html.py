"""The article in an HTML page: what it declares, the blocks that are its own, then the rules for lines."""

import re
from dataclasses import replace
from datetime import date

from lxml.etree import ParserError  # type: ignore[import-untyped]
from lxml.html import HtmlElement, HTMLParser, document_fromstring  # type: ignore[import-untyped]

from index.cleaning.blocks import Block, read_blocks
from index.cleaning.chrome import own_blocks
from index.cleaning.declared import read_declared, title_parts
from index.cleaning.facts import Facts, find_date
from index.cleaning.page import Cleaned, clean_text, is_body
from index.cleaning.paragraphs import tidy

DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")


def clean_html(raw: str) -> Cleaned:
    """The article in a page of HTML; its text is empty where no body can be found."""
    tree = parse_html(raw)
    if tree is None:
        return Cleaned("", Facts(), ())
    declared = read_declared(tree)
    page = read_blocks(tree)
    named = _named(declared, title_parts(tree), [block.text for block in page.found])
    own = list(own_blocks(page, named))
    known = replace(declared, title=named.title, published=declared.published or _stamped(own))
    cleaned = clean_text("\n\n".join(block.text for block in own), known=known)
    # The window's title names the site, the line below the headline the paper: that one is asked first.
    return replace(cleaned, facts=replace(cleaned.facts, publisher=cleaned.facts.publisher or named.publisher))


def parse_html(raw: str) -> HtmlElement | None:
    """A page as a tree, however broken it is; None where there is nothing in it."""
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree: HtmlElement = document_fromstring(DECLARATION.sub("", tidy(raw)).encode(), parser=parser)
    except ParserError:
        return None
    return tree


def _named(declared: Facts, parts: list[str], texts: list[str]) -> Facts:
    """Headline and paper as the window's title names them, where the page declares none: part of it is on the page."""
    seen = {text.casefold() for text in texts}
    pieces = range(1, len(parts) + 1, 2)
    heads = ["".join(parts[:end]) for end in reversed(pieces)]
    tails = ["".join(parts[start:]) for start in range(0, len(parts), 2)]
    # The paper's name stands on the page as well, and is mostly the shorter of the two.
    shown = max((part for part in [*heads, *tails] if part.casefold() in seen), key=len, default=None)
    title = shown if shown and (declared.title or "").casefold() not in seen else declared.title
    if title and not declared.publisher and len(parts) > 1 and title.casefold() in map(str.casefold, [*heads, *tails]):
        others = [part for part in parts[::2] if part not in title]
        return replace(declared, title=title, publisher=others[-1] if others else None)
    return replace(declared, title=title or ("".join(parts) or None))


def _stamped(own: list[Block]) -> date | None:
    """The time in the code of the page's head; those further down are of comments, entries and other stories."""
    for block in own:
        if is_body(block.text):
            return None
        if block.stamp and (when := find_date(block.stamp)):
            return when
    return None
