"""What furniture looks like, one paragraph at a time; the patterns stand in furniture.txt.

A pattern must fit the whole paragraph, so that a sentence that merely holds such words is not furniture.
"""

import re
from functools import cache, lru_cache
from pathlib import Path

LONGEST = 400
"""Characters; no furniture line is longer, and patterns are tried on nothing longer."""
LONGEST_BUTTON = 60
"""Characters."""
TAIL_OPENERS = ("comments", "related")
IN_COMPANY = ("network", "weak", "pitch", "address", *TAIL_OPENERS)
"""Rules that do not hold for a paragraph by itself."""
BOX_OPENERS = ("sign up", "cookies", "about the author")
"""Rules by which a paragraph speaks for all of its box."""
DECORATION = re.compile(r"^[\s>»›*•|#=_~–—-]+|[\s>»›:：|*#=_~→–—-]+$")
SEPARATORS = re.compile(r"\s*[|,·•/:]\s*")
ORNAMENT = re.compile(r"[\W_]+")
HEADING = re.compile(r"\[(?P<rule>[a-z ]+)\]")
SEVERAL = re.compile(r"[.!?]\s+\S")
"""Where a second sentence begins; who speaks to a reader in two may be telling a story."""
QUOTE = re.compile(r"[“”\"„«»「」]")


@lru_cache(maxsize=4_096)
def rule_of(paragraph: str) -> str | None:
    """The rule by which a paragraph is furniture wherever it stands, None if none fits."""
    if len(paragraph) > LONGEST:
        return None
    if ORNAMENT.fullmatch(paragraph):
        return "ornament"
    rule = _rule_of_line(_bare(paragraph))
    return rule or ("navigation" if _is_row_of_buttons(paragraph) else None)


def _is_row_of_buttons(paragraph: str) -> bool:
    parts = [part for part in SEPARATORS.split(paragraph) if part]
    short = len(parts) > 1 and max(map(len, parts)) <= LONGEST_BUTTON
    return short and all(is_weak(part) or _rule_of_line(_bare(part)) for part in parts)


def _rule_of_line(line: str) -> str | None:
    return next((rule for rule, fits in _patterns().items() if rule not in IN_COMPANY and fits.fullmatch(line)), None)


def is_weak(paragraph: str) -> bool:
    """Whether a paragraph is a button or a section's name, if its neighbours are furniture too."""
    return len(paragraph) <= 40 and bool(_patterns()["weak"].fullmatch(_bare(paragraph)))


@lru_cache(maxsize=4_096)
def opens_tail(paragraph: str) -> str | None:
    """The rule by which what follows a heading is other people's: other stories, or readers' comments."""
    if len(paragraph) > 80:
        return None
    line = _bare(paragraph)
    return next((rule for rule in TAIL_OPENERS if _patterns()[rule].fullmatch(line)), None)


def opens_box(paragraph: str) -> bool:
    """Whether a paragraph tells that the box around it is a sign-up, a consent or a barrier, all of it."""
    return rule_of(paragraph) in BOX_OPENERS


def pitches(paragraph: str, *, before: bool) -> bool:
    """Whether a paragraph beside a sign-up speaks as sign-ups do; a question does so only before one."""
    if len(paragraph) > 160 or len(paragraph.split()) > 16 or QUOTE.search(paragraph):
        return False
    if paragraph.endswith(("?", "？", "!", "！")):
        return before and len(paragraph) <= 60
    if _patterns()["pitch"].match(paragraph):
        return True
    return not SEVERAL.search(paragraph) and bool(_patterns()["address"].match(paragraph))


def _bare(paragraph: str) -> str:
    """The words of a line, without the arrows, bars and colons around them."""
    return DECORATION.sub("", paragraph)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    sections: dict[str, list[str]] = {}
    for line in (Path(__file__).parent / "furniture.txt").read_text(encoding="utf-8").splitlines():
        if heading := HEADING.fullmatch(line):
            lines = sections.setdefault(heading["rule"], [])
        elif line and not line.startswith("#"):
            lines.append(line)
    network = f"(?:{'|'.join(sections['network'])})"
    joined = {rule: "|".join(lines).replace("{network}", network) for rule, lines in sections.items()}
    return {rule: re.compile(pattern, re.IGNORECASE) for rule, pattern in joined.items()}
