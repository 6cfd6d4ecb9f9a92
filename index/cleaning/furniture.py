"""What furniture looks like, one paragraph at a time; the patterns stand in furniture.txt.

A pattern must fit the whole paragraph, so that a sentence that merely holds such words is not furniture.
"""

import re
from functools import cache
from pathlib import Path

LONGEST = 400
"""Characters; no furniture line is longer, and patterns are tried on nothing longer."""
TAIL_OPENERS = ("comments", "related")
IN_COMPANY = ("network", "weak", "pitch", *TAIL_OPENERS)
"""Rules that do not hold for a paragraph by itself."""
DECORATION = re.compile(r"^[\s>»›*•|#=_~–—-]+|[\s>»›:：|*#=_~→–—-]+$")
SEPARATORS = re.compile(r"\s*[|,·•/:]\s*")
ORNAMENT = re.compile(r"[\W_]+")
QUOTE = re.compile(r"[“”\"„«»「」]")


def rule_of(paragraph: str) -> str | None:
    """The rule by which a paragraph is furniture wherever it stands, None if none fits."""
    if len(paragraph) > LONGEST:
        return None
    if ORNAMENT.fullmatch(paragraph):
        return "ornament"
    rule = _rule_of_line(_bare(paragraph))
    parts = [part for part in SEPARATORS.split(paragraph) if part] if rule is None else []
    buttons = len(parts) > 1 and all(is_weak(part) or _rule_of_line(_bare(part)) for part in parts)
    return "navigation" if buttons else rule


def _rule_of_line(line: str) -> str | None:
    return next((rule for rule, fits in _patterns().items() if rule not in IN_COMPANY and fits.fullmatch(line)), None)


def is_weak(paragraph: str) -> bool:
    """Whether a paragraph is a button or a section's name, if its neighbours are furniture too."""
    return len(paragraph) <= 40 and bool(_patterns()["weak"].fullmatch(_bare(paragraph)))


def opens_tail(paragraph: str) -> str | None:
    """The rule by which what follows a heading is other people's: other stories, or readers' comments."""
    if len(paragraph) > 80:
        return None
    line = _bare(paragraph)
    return next((rule for rule in TAIL_OPENERS if _patterns()[rule].fullmatch(line)), None)


def pitches(paragraph: str, *, before: bool) -> bool:
    """Whether a paragraph beside a sign-up speaks as sign-ups do; a question does so only before one."""
    if len(paragraph) > 160 or len(paragraph.split()) > 16 or QUOTE.search(paragraph):
        return False
    if paragraph.endswith(("?", "？", "!", "！")):
        return before and len(paragraph) <= 60
    return bool(_patterns()["pitch"].match(paragraph))


def _bare(paragraph: str) -> str:
    """The words of a line, without the arrows, bars and colons around them."""
    return DECORATION.sub("", paragraph)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    sections: dict[str, list[str]] = {}
    for line in (Path(__file__).parent / "furniture.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            lines = sections.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            lines.append(line)
    network = f"(?:{'|'.join(sections['network'])})"
    joined = {rule: "|".join(lines).replace("{network}", network) for rule, lines in sections.items()}
    return {rule: re.compile(pattern, re.IGNORECASE) for rule, pattern in joined.items()}
