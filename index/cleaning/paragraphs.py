"""Make characters and paragraphs regular, before any offset is counted."""

import re
import unicodedata

HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters, NUL among them
    "\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"  # zero width, bidi overrides
    "\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f]"  # half characters, non-characters, invisible tags
)
JOINERS = re.compile("(?:(?<=[\x00-\x7f])|^)[\u200c\u200d]")
"""Where no script and no emoji needs them."""
LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x85\u2028]")
PARAGRAPH_ENDS = re.compile(r"\n\s*\n|\u2029")
LIST_ITEM = re.compile(r"(?:[-*•‣▪–—·]|\d{1,3}[.)]|[A-Za-z][.)]|[QA]:)\s")
IDEOGRAPH = re.compile(r"[\u3000-\u303f\u3040-\u9fff\uff00-\uffef]")


def tidy(raw: str) -> str:
    """The text in NFC with ``\\n`` for every line end and nothing in it that cannot be seen."""
    seen = HIDDEN.sub("", LINE_ENDS.sub("\n", raw))
    if "\u200c" in seen or "\u200d" in seen:
        seen = JOINERS.sub("", seen)
    return unicodedata.normalize("NFC", seen)


def paragraphs(raw: str) -> list[str]:
    """The paragraphs of saved text, each on one line: blank lines part them, and line ends that are not a mere wrap."""
    found: list[str] = []
    for block in PARAGRAPH_ENDS.split(tidy(raw)):
        lines = [" ".join(line.split()) for line in block.split("\n")]
        lines = [line for line in lines if line]
        found.extend(_unwrapped(lines) if _is_wrapped(lines) else lines)
    return found


def _is_wrapped(lines: list[str]) -> bool:
    """Whether these lines are one paragraph broken at a column: all but the last about equally long."""
    if len(lines) < 2:
        return False
    widest = max(map(len, lines))
    return 60 <= widest <= 100 and all(len(line) >= 0.7 * widest for line in lines[:-1])


def _unwrapped(lines: list[str]) -> list[str]:
    joined = [lines[0]]
    for line in lines[1:]:
        if LIST_ITEM.match(line):
            joined.append(line)
        elif IDEOGRAPH.match(line) and IDEOGRAPH.match(joined[-1][-1]):
            joined[-1] += line
        else:
            joined[-1] += f" {line}"
    return joined
