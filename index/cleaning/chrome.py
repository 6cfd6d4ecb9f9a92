"""Which blocks of a page of HTML are its article's: the others are told by names, by boxes, and by where they stand.

An element is taken out with all its blocks, but never one that holds the headline or most of the page's prose.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate

from lxml.html import HtmlElement  # type: ignore[import-untyped]

from index.cleaning.blocks import Block, Blocks, ancestors
from index.cleaning.facts import AUTHORS, Facts, read_line
from index.cleaning.furniture import opens_box, opens_tail
from index.cleaning.names import is_named

NEVER = frozenset(["html", "body", "main", "article", "h1", "h2"])
BOXES = frozenset(
    ["div", "section", "figure", "form", "ul", "ol", "details", "table", "blockquote", "header", "address"]
)
"""Elements that hold one thing, so that what one of their lines says is true of all of it."""
LARGEST_BOX = 8
"""Blocks."""
LARGEST_SHARE = 0.65
"""Of the page's prose; an element that holds more is the article, whatever it is called."""
CONTAINER = 0.85
"""Of the prose that is left; the innermost element with as much holds the article's body."""
SENTENCES = re.compile(r"[.!?。！？…][\"'”’»」』)\]]*(?:\s|$)|[。！？]")
COUNTS = re.compile(r"(?:\d[\d.,]*[KkMm]?\s*)+")
ROWS = frozenset(["li", "tr", "td", "th", "caption", "dt", "dd", "pre", "blockquote"])
"""Elements in which short texts are at home."""
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
LINKED = 0.7
"""The share of links from which a block without a sentence is nothing else."""
LONGEST_SCRAP = 45
"""Characters."""
SCRAP_WORDS = 6
BEFORE = 2
"""Blocks before the headline in which a date or a byline may stand."""


def own_blocks(page: Blocks, declared: Facts) -> Iterator[Block]:
    """The blocks from the headline to the end of what holds the body, without what is taken out."""
    rest = _Rest(page, _headline(page, declared.title))
    rest.take(one for one in page.spans if one.tag not in NEVER and is_named(one))
    rest.take([one for one in page.spans if one.tag in BOXES and rest.opens_tail(one)])
    rest.take(_boxes(rest, {name for name in AUTHORS.split(declared.author or "") if name}))
    rest.take(one for one in page.spans if _asks_address(page, one))
    first, last = _body(rest)
    start = first
    if rest.headline is not None and rest.headline <= last:
        start = rest.headline
        above = page.found[max(0, start - BEFORE) : start]
        yield from (block for block in above if read_line(block.text))
    own = [page.found[at] for at in range(start, last + 1) if not rest.taken[at] or at == rest.headline]
    yield from _without_scraps(own)


class _Rest:
    """What is left of a page while one part after the other is taken out."""

    def __init__(self, page: Blocks, headline: int | None) -> None:
        self.page = page
        self.headline = headline
        self.taken = [_is_button(block) for block in page.found]
        prose = [_prose(block) for block in page.found]
        self.prose = prose if any(prose) else [len(block.text) * (block.linked < 0.5) for block in page.found]
        self._sums = [0, *accumulate(self.prose)]

    def take(self, elements: Iterable[HtmlElement]) -> None:
        """Take elements out with all their blocks, but none that holds the headline or most of the prose."""
        for element in elements:
            first, last = self.page.spans[element]
            share = self._sums[last + 1] - self._sums[first]
            around = self.headline is not None and first <= self.headline <= last
            if not around and share <= LARGEST_SHARE * self._sums[-1]:
                self.taken[first : last + 1] = [True] * (last + 1 - first)

    def opens_tail(self, element: HtmlElement) -> bool:
        """Whether a box begins as other people's stories or comments do."""
        first, last = self.page.spans[element]
        start = next((at for at in range(first, last + 1) if not self.taken[at]), None)
        return start is not None and bool(opens_tail(self.page.found[start].text.split("\n")[0]))

    def left(self) -> list[int]:
        """The prose of each block, none where it is taken out."""
        return [0 if out else prose for out, prose in zip(self.taken, self.prose, strict=True)]


def _boxes(rest: _Rest, authors: Collection[str]) -> Iterator[HtmlElement]:
    """The boxes of sign-ups and the like, and below the first prose those that open with an author's name."""
    begun = False
    for at, block in enumerate(rest.page.found):
        begun = begun or rest.prose[at] > 0
        told = opens_box(block.text) or (begun and block.text in authors)
        box = _box(rest.page, block) if told and not rest.taken[at] else None
        if box is not None:
            yield box


def _without_scraps(own: Sequence[Block]) -> Iterator[Block]:
    """The blocks without the labels between headline and body, and without those that nothing follows."""
    prose = [at for at, block in enumerate(own) if at and _prose(block)]
    # The first may be a summary, with the byline below it.
    begun = prose[min(1, len(prose) - 1)] if prose else 0
    last = max((at for at, block in enumerate(own) if not _is_scrap(block)), default=len(own) - 1)
    for at, block in enumerate(own[: last + 1]):
        label = 0 < at < begun and _is_scrap(block) and block.element.tag not in HEADINGS
        if not label or block.stamp or read_line(block.text):
            yield block


def _is_scrap(block: Block) -> bool:
    """Whether a block is too short and too loose to be a paragraph: a label, a credit, a heading of nothing."""
    loose = block.element.tag not in ROWS and not SENTENCES.search(block.text)
    return loose and len(block.text) <= LONGEST_SCRAP and len(block.text.split()) <= SCRAP_WORDS


def _is_button(block: Block) -> bool:
    """Whether a block is nothing but a link, or nothing but counts as stand beside buttons."""
    counts = block.element.tag in ("div", "span", "section") and COUNTS.fullmatch(block.text)
    link = block.linked > LINKED and not SENTENCES.search(block.text) and not read_line(block.text)
    return bool(counts) or link


def _prose(block: Block) -> int:
    """The characters of a block that reads like one of a story, 0 of any other."""
    return len(block.text) if len(block.text) >= 25 and block.linked < 0.5 and SENTENCES.search(block.text) else 0


def _headline(page: Blocks, title: str | None) -> int | None:
    """The block of the headline: the heading that says what the page declares, else the first of level 1."""
    headings = {span[0]: one.tag for one, span in page.spans.items() if one.tag in ("h1", "h2")}
    wanted = _key(title or "")
    same = [at for at, block in enumerate(page.found) if wanted and _key(block.text) == wanted]
    longer = [at for at in headings if wanted and wanted in _key(page.found[at].text)]
    first = [at for at, tag in headings.items() if tag == "h1"]
    return next(iter([*(at for at in same if at in headings), *same, *longer, *first]), None)


def _key(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def _asks_address(page: Blocks, element: HtmlElement) -> bool:
    """Whether an element is a small form, or a small box that holds one."""
    first, last = page.spans[element]
    if last - first >= LARGEST_BOX or element.tag not in BOXES:
        return False
    return element.tag == "form" or any(next(element.iterfind(path), None) is not None for path in ("form", "*/form"))


def _box(page: Blocks, block: Block) -> HtmlElement | None:
    """The innermost box around a block that holds another block too, if it is a small one."""
    for element in ancestors(block.element):
        first, last = page.spans[element]
        if last > first:
            return element if element.tag in BOXES and last - first < LARGEST_BOX else None
    return None


def _body(rest: _Rest) -> tuple[int, int]:
    """The first and the last block of the innermost element that holds nearly all of the prose.

    Half of it is enough for an element that the page itself calls the article.
    """
    sums = [0, *accumulate(rest.left())]
    spans = rest.page.spans

    def holds(element: HtmlElement, share: float) -> bool:
        first, last = spans[element]
        return sums[last + 1] - sums[first] >= share * sums[-1]

    called = [one for one, span in spans.items() if _is_called_article(one, span, rest.headline) and holds(one, 0.5)]
    found = called or [one for one in spans if holds(one, CONTAINER)]
    return min((spans[one] for one in found), key=lambda span: span[1] - span[0], default=(0, len(sums) - 2))


def _is_called_article(element: HtmlElement, span: tuple[int, int], headline: int | None) -> bool:
    around = headline is not None and span[0] <= headline <= span[1]
    return element.get("itemprop") == "articleBody" or (element.tag in ("article", "main") and around)
