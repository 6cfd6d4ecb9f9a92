"""A question that asks several things, taken apart into questions that each stand alone."""

# ruff: noqa: E501  a pattern is one line

import re

from assistant.answers import Turn
from assistant.condense import standalone
from assistant.condense.ellipsis import AUXILIARY, WH
from assistant.condense.referring import Talk, topic
from assistant.terms import words
from assistant.tongues import tongue

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


_ALIKE = re.compile(
    r"^(?P<before>(?:what|how (?:much|many|high)|which)\b.+?\s)(?P<prep>of|in|for|at|by|from|on|with)\s+(?P<one>(?:(?!\band\b).)+?)\s+and\s+(?P=prep)\s+(?P<other>[^?]+?)(?P<after>\s*[?.!]*)$",
    re.IGNORECASE,
)
"""A preposition that comes twice: "the goals for May and for June"."""
_ELSEWHERE = re.compile(
    r"(?:,\s*)?\s(?:und|y|e)\s+(?=¿?(?:(?:in|an|auf|mit|von|bei|seit|a|de|en|con|por|para|desde)\s+)?(?:wann|wer|wen|wem|wessen|wo(?:\w+)?|warum|weshalb|wieso|wie|wieviele?|was|welche[rsnm]?|"
    r"cu[áa]ndo|qui[ée]n(?:es)?|d[óo]nde|cu[áa]nt[oa]s?|c[óo]mo|cu[áa]l(?:es)?|por qu[ée]|qu[ée])\s)",
    re.IGNORECASE,
)
_CHINESE = re.compile(r"[，；、](?:又|还|而且)?")
_ASKS_CHINESE = re.compile(r"[谁哪何几]|什么|怎么|怎样|多少|多[长大高远久重深]|吗")


def parts(question: str) -> list[str]:
    """The questions in a question, in their order; one that asks one thing is its only part."""
    if pair := paired(question):
        return [asked for _, asked in pair]
    if both := _BOTH_WH.match(question):
        rest = question[both.end() :]
        return [f"{asking[:1].upper()}{asking[1:]} {rest}" for asking in both.groups()]
    if elsewhere := _elsewhere(question):
        return elsewhere
    cut = [piece.strip(" ,;") for whole in _LISTED.split(question) for piece in _BORDER.split(whole)]
    cut = [piece for piece in cut if piece]
    if len(cut) < 2 or not all(_asks(piece) for piece in cut) or any(_DANGLING.search(piece) for piece in cut[:-1]):
        return [question]
    return _standing(cut)


def paired(question: str) -> list[tuple[str, str]]:
    """Both names of a question that asks the same of two, each with what is asked of it; none if it does not."""
    if compared := _COMPARE.match(question):
        found = {name.rstrip("2"): text for name, text in compared.groupdict().items() if text}
        asked = f"What is {_the(found['what'])} {found['joint']}"
        return [(found[side], f"{asked} {found[side]}?") for side in ("one", "other")]
    if not re.match(r"(?:what|which|how (?:much|many|high))\b", question, re.IGNORECASE):
        return []
    if pair := _PAIR.match(question):
        return [(pair[side], f"{pair['before']}{pair[side]}{pair['after']}") for side in ("one", "other")]
    if (pair := _ALIKE.match(question)) and not re.search(rf"\b{WH}\b", question[4:], re.IGNORECASE):
        joint = f"{pair['before']}{pair['prep']}"
        return [(pair[side], f"{joint} {pair[side]}{pair['after']}") for side in ("one", "other")]
    return []


def _elsewhere(question: str) -> list[str]:
    """The questions in one that is asked in German, Spanish or Chinese; none if it is one."""
    if tongue(question):
        cut = [piece.strip(" ,?¿") for piece in _ELSEWHERE.split(question)]
        return [f"{piece[:1].upper()}{piece[1:]}?" for piece in cut] if len(cut) > 1 else []
    cut = _CHINESE.split(question.rstrip("？?。"))
    return [f"{piece}？" for piece in cut] if len(cut) > 1 and all(map(_ASKS_CHINESE.search, cut)) else []


def _standing(cut: list[str]) -> list[str]:
    """The pieces as questions, each understood after the ones before it."""
    turns: list[Turn] = []
    for piece in cut:
        whole = standalone(piece if piece.endswith(("?", ".", "!")) else f"{piece}?", turns)
        whole = _of_the_same(whole, turns[0].content) if turns else whole
        turns.append(Turn("user", whole[:1].upper() + whole[1:]))
    return [turn.content for turn in turns]


def _of_the_same(part: str, first: str) -> str:
    """A part that speaks of "the case" and names nobody, with the name that the first part is about."""
    what = topic(Talk(first), people=False)
    if "(" in part or not what[:1].isupper() or not re.search(r"\bthe [a-z]", part):
        return part
    if any(word.capital and word.telling for word in words(part)[1:]):
        return part
    return f"{part.rstrip(' ?.!')} ({what})?"


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
