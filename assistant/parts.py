"""A question that asks several things, taken apart into questions that each stand alone."""

# ruff: noqa: E501  a pattern is one line

import re

from assistant.answers import Turn
from assistant.condense import standalone
from assistant.condense.ellipsis import AUXILIARY, WH

MOST = 4
"""Parts that are answered; whoever asks more at once is told."""
_BORDER = re.compile(
    rf"\?\s+(?=\S)|;\s+|,?\s+(?:and|but)\s+(?:also\s+)?(?=(?:(?:in|on|at|by|for|to|from|with|of|since|until|under)\s+)?{WH}(?:\s+(?:much|many|long|far|old|\w+))?(?:\s+{AUXILIARY}\b|\s*\?|\s+\w+))"
    rf"|,?\s+and\s+(?={AUXILIARY}\s+(?:it|he|she|they|the|that|this)\b)",
    re.IGNORECASE,
)
_LISTED = re.compile(rf",\s+(?={WH}\s+\w)(?=.*,?\s+and\s+{WH}\b)", re.IGNORECASE)
"""A comma between questions in a row, the last of which comes after "and"."""
_BOTH_WH = re.compile(rf"^({WH})\s+and\s+((?:by |for |with )?{WH})\s+(?={AUXILIARY}\b)", re.IGNORECASE)
_DANGLING = re.compile(rf"\b(?:about|know|explain|says?|tells?|of|on)?\s*\b{WH}$", re.IGNORECASE)
_COMPARE = re.compile(
    r"^(?:please\s+)?(?:compare|contrast)\s+(?P<what>.+)\s+(?P<joint>of|in|for|at|by)\s+(?P<one>.+?)\s+(?:and|with|to|versus|vs\.?)\s+(?P<other>.+?)[?.!]*$"
    r"|^(?:what(?: is|['’]s) the )?difference between (?P<what2>the .+)\s+(?P<joint2>of|in|for|at|by)\s+(?P<one2>.+?)\s+and\s+(?:(?:of|in|for|at|by)\s+)?(?P<other2>.+?)[?.!]*$",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"^(?P<before>.*?\b(?:(?:of|in|for|at|by)\s+(?:both\s+)(?=\S)|[a-z]+s\s+(?:of|in|for|at|by)\s+(?=[A-Zt])|(?:of|in|for|at|by)\s+(?=\d)))(?P<one>(?:the\s+)?[A-Z][\w-]*(?:\s+[A-Z][\w-]*)*|\d{4})\s+and\s+(?:in\s+|of\s+)?(?P<other>(?:the\s+)?[A-Z][\w-]*(?:\s+[A-Z][\w-]*)*|\d{4})(?P<after>\s*[?.!]*)$"
)


def parts(question: str) -> list[str]:
    """The questions in a question, in their order; one that asks one thing is its only part."""
    if compared := _COMPARE.match(question):
        found = {name.rstrip("2"): text for name, text in compared.groupdict().items() if text}
        return [f"What is {_the(found['what'])} {found['joint']} {found[side]}?" for side in ("one", "other")]
    if both := _BOTH_WH.match(question):
        rest = question[both.end() :]
        return [f"{asking[:1].upper()}{asking[1:]} {rest}" for asking in both.groups()]
    if (pair := _PAIR.match(question)) and re.match(r"(?:what|how (?:much|many|high))\b", question, re.IGNORECASE):
        return [f"{pair['before']}{pair[side]}{pair['after']}" for side in ("one", "other")]
    cut = [piece.strip(" ,;") for whole in _LISTED.split(question) for piece in _BORDER.split(whole)]
    cut = [piece for piece in cut if piece]
    if len(cut) < 2 or not all(_asks(piece) for piece in cut) or any(_DANGLING.search(piece) for piece in cut[:-1]):
        return [question]
    return _standing(cut)


def _standing(cut: list[str]) -> list[str]:
    """The pieces as questions, each understood after the ones before it."""
    turns: list[Turn] = []
    for piece in cut:
        whole = standalone(piece if piece.endswith(("?", ".", "!")) else f"{piece}?", turns)
        turns.append(Turn("user", whole[:1].upper() + whole[1:]))
    return [turn.content for turn in turns]


def _asks(piece: str) -> bool:
    """Whether a piece is a question or the rest of one, such as "why", and not a part of a clause."""
    if re.fullmatch(rf"(?:\w+ )?{WH}\W*", piece, re.IGNORECASE):
        return True
    asks = re.match(rf"(?:\w+\s+)?{WH}\b|{AUXILIARY}\b", piece, re.IGNORECASE)
    verb = re.search(rf"\b{AUXILIARY}\b", piece, re.IGNORECASE) or re.match(
        r"(?:who|what|which)\b.* ", piece, re.IGNORECASE
    )
    return bool(asks and verb)


def _the(what: str) -> str:
    return what if re.match(r"(?:the|an?)\b", what, re.IGNORECASE) else f"the {what}"
