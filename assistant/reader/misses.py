"""Near misses: questions that a passage seems to answer and does not."""

import random
import re

from assistant.terms import MONTHS

TURNING = 0.3
"""Share of near misses made by opposites and denials."""
INSIDE = 0.5
"""Share of the exchanges that take another year, month, number or name of the passage."""

MONTH = [name.capitalize() for name in MONTHS]
KINDS = {
    "year": re.compile(r"\b(?:1[0-9]|20)\d\d\b"),
    "month": re.compile(rf"\b(?:{'|'.join(MONTH)})\b"),
    "number": re.compile(
        r"\b(?:\d+(?:[.,]\d+)*|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|hundred|first|second|third)\b"
    ),
    "name": re.compile(r"(?<=[a-z,] )(?:[A-Z][\w'-]+)(?: (?:of |the )?[A-Z][\w'-]+){0,3}"),
}

OPPOSITES = (
    "first last|highest lowest|largest smallest|biggest smallest|most least|more less|before after|earliest latest|"
    "north south|northern southern|east west|eastern western|increase decrease|increased decreased|increases decreases|"
    "win lose|won lost|winner loser|begin end|began ended|begins ends|"
    "start stop|started stopped|join leave|joined left|"
    "allowed forbidden|allow forbid|accept reject|accepted rejected|rise fall|rose fell|high low|higher lower|"
    "large small|larger smaller|long short|longest shortest|longer shorter|new old|newest oldest|younger older|"
    "male female|men women|mother father|son daughter|brother sister|husband wife|king queen|attack defend|"
    "attacked defended|support oppose|supported opposed|supporters opponents|"
    "success failure|succeed fail|import export|"
    "legal illegal|public private|internal external|inside outside|above below|minimum maximum|majority minority|"
    "true false|good bad|best worst|better worse|positive negative|like dislike|likes dislikes|easy difficult|"
    "strong weak|strongest weakest|rich poor|early late|major minor|buy sell|bought sold|open closed|created destroyed|"
    "built demolished|birth death|born killed|enemy ally|enemies allies|victory defeat|agree disagree|always never|"
    "common rare|known unknown|permanent temporary|modern ancient|upper lower|hot cold|fast slow|heavy light|"
    "single married|includes excludes|include exclude|included excluded|gain lose|gained lost|expand shrink|"
    "expanded shrank|advantage disadvantage|advantages disadvantages|possible impossible"
)
OPPOSITE = {one: other for pair in OPPOSITES.split("|") for one, other in (pair.split(), pair.split()[::-1])}
TURNED = re.compile(rf"\b(?:{'|'.join(sorted(OPPOSITE, key=len, reverse=True))})\b")
DENIED = re.compile(r"\b(did|does|do|was|were|is|are|could|has|have|had|would|should)\b(?! not|n't)")


def near_miss(question: str, text: str, pools: dict[str, list[str]], chance: random.Random) -> str | None:
    """The question with a year, month, number or name exchanged, a word turned or denied; None where that cannot be.

    Half of what is put in stands in the passage itself: what deceives most is a question about its other figures.
    """
    if chance.random() < TURNING:
        return turned(question, chance)
    found = [(kind, match) for kind, sought in KINDS.items() for match in sought.finditer(question)]
    if not found:
        return None
    kind, match = chance.choice(found)
    inside: list[str] = sorted(set(KINDS[kind].findall(text)))
    near = bool(inside) and chance.random() < INSIDE
    for _ in range(10):
        other = chance.choice(inside if near else pools[kind])
        if other.lower() not in question.lower() and (near or other.lower() not in text.lower()):
            return question[: match.start()] + other + question[match.end() :]
    return None


def turned(question: str, chance: random.Random) -> str | None:
    """The question with a word turned to its opposite, or denied."""
    found = list(TURNED.finditer(question))
    if found:
        match = chance.choice(found)
        return question[: match.start()] + OPPOSITE[match.group()] + question[match.end() :]
    if denied := DENIED.search(question):
        return question[: denied.end()] + "n't" + question[denied.end() :]
    return None
