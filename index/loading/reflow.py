"""Lines on a page become paragraphs again, by their places, their size and how they end."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from index.cleaning.paragraphs import LIST_ITEM

SENTENCE_END = re.compile(r"[.!?。！？:][\"'”’»」』)\]]*$")
BROKEN_WORD = re.compile(r"(?P<stem>[^\W\d_]+)[-\u2010\u00ad]$")
IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
SHORT = 25
"""Characters of a line that no column is as narrow as: it ends because its paragraph does."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page. Lengths are points of 1/72 inch, from the lower left corner."""

    text: str
    left: float
    up: float
    height: float
    """Of its letters."""

    def with_more(self, text: str) -> "Line":
        """The line with more text at its end."""
        return replace(self, text=self.text + text)

    def regular(self) -> "Line":
        """The line with single spaces."""
        return replace(self, text=" ".join(self.text.split()))


def reflowed(pages: Sequence[Sequence[Line]]) -> Iterator[str]:
    """The paragraphs of the pages; one that goes on in the next column or page is made whole."""
    lines = [line for page in pages for line in page]
    steps = [a.up - b.up for a, b in pairwise(lines) if 0 < a.up - b.up < 3 * a.height]
    step = median(steps) if steps else 0.0
    compounds = set(re.findall(r"\w+-\w+", " ".join(line.text for line in lines).casefold()))
    paragraph: list[Line] = []
    for line in lines:
        if paragraph and _begins(line, paragraph, step):
            yield _joined(paragraph, compounds)
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield _joined(paragraph, compounds)


def _begins(line: Line, paragraph: Sequence[Line], step: float) -> bool:
    """Whether the line begins a new paragraph after the lines of the last one."""
    last = paragraph[-1]
    ended = bool(SENTENCE_END.search(last.text))
    if abs(line.height - last.height) > 0.08 * last.height or LIST_ITEM.match(line.text):
        return True
    down = last.up - line.up
    if down < -0.5 * line.height:  # the next column, or the next page
        return ended
    if down > 1.3 * step or line.left - last.left > 0.8 * line.height:
        return True
    widest = max(len(part.text) for part in paragraph)
    return (ended and len(last.text) < 0.75 * widest) or (len(last.text) < SHORT and line.text[0].isupper())


def _joined(paragraph: Sequence[Line], compounds: set[str]) -> str:
    """The paragraph on one line, words that were parted at the end of a line made whole."""
    text = paragraph[0].text
    for line in paragraph[1:]:
        broken = BROKEN_WORD.search(text)
        rest = re.match(r"\w+", line.text)
        if broken and rest and line.text[0].islower():
            # A hyphen that the same word has elsewhere is its own.
            own = f"{broken['stem']}-{rest[0]}".casefold() in compounds
            text = (text if own else text[:-1]) + line.text
        elif IDEOGRAPH.match(text[-1]) and IDEOGRAPH.match(line.text):
            text += line.text
        else:
            text += f" {line.text}"
    return text
