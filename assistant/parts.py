"""A question that asks several things, taken apart into questions that each stand alone."""

# ruff: noqa: E501  a pattern is one line

import re
from collections.abc import Sequence

from assistant.answers import Turn
from assistant.condense import standalone
from assistant.condense.ellipsis import ASKS_BACK, AUXILIARY, WH
from assistant.condense.referring import Talk, topic
from assistant.terms import words
from assistant.tongues import tongue

MOST = 4
"""Parts that are answered; whoever asks more at once is told."""
_AT = r"(?:within|after|before|between|during|in|on|at|by|for|to|from|with|of|since|until|under|over)"
"""What may stand before a question word, or begin the rest of a question that leaves its verb out."""
_AND = r",?\s+(?:and|but|plus)\s+(?:also\s+)?"
_INVERTED = (
    r"(?:(?:did|does|do|will|would|can|could|should)\s+(?:the|an?|its?|he|she|they|any\w*|[A-Z])"
    r"|(?:is|are|was|were|has|have|had)\s+(?:it|he|she|they|there|any(?:one|body|thing)?|that|this)\b)"
)
"""A question without a question word: "did the workers", "was anyone"."""
_BORDER = re.compile(
    rf"\?\s+(?=\S)|;\s+|(?i:{_AND})(?=(?i:(?:{_AT}\s+)?{WH})(?:\s+\w|\s*\?|$))|(?i:{_AND})(?={_INVERTED})"
)
_LISTED = re.compile(
    rf",\s+(?=(?i:(?:{_AT}\s+)?{WH})\s+\w|{_INVERTED})(?=.*(?i:{_AND})(?:(?i:(?:{_AT}\s+)?{WH})\b|{_INVERTED}))"
)
"""A comma between questions in a row, the last of which comes after "and"."""
_BEGGING = re.compile(
    rf"^(?:please\s+)?(?:(?:can|could|would) you\s+(?:please\s+)?)?(?:(?:tell|show) (?:me|us)|find out|say|explain)\s+(?={WH}\b)"
    rf"|^(?:do you know|(?:i|we)(?:['’]d| would)? (?:want|like|need) to know)\s+(?={WH}\b)",
    re.IGNORECASE,
)
_BOTH_WH = re.compile(rf"^({WH})\s+and\s+((?:{_AT}\s+)?{WH})\s+(?={AUXILIARY}\b)", re.IGNORECASE)
_DANGLING = re.compile(rf"\b(?:about|know|explain|says?|tells?|of|on)?\s*\b{WH}$", re.IGNORECASE)
_MANY = re.compile(
    rf"^(?P<wh>how (?:many|much)|what (?:share|percentage|proportion|number) of|which|what)\s+(?!of\b)(?P<what>(?!{AUXILIARY}\b)[a-z-]+(?: (?!{AUXILIARY}\b)[a-z-]+s)?)\s",
    re.IGNORECASE,
)
"""Of which things a question asks how many there are, or which."""
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
_KIND = rf"(?:(?!{AUXILIARY}\b)[a-z-]+s|people|men|women|children)"
_COUNTED = re.compile(
    rf"^(?P<before>how many )(?P<one>(?:[a-z-]+ )?{_KIND}|[a-z-]+(?= and [a-z-]+ {_KIND}\b)) and (?P<other>(?:(?!{AUXILIARY}\b)[a-z-]+ )?{_KIND})(?P<after> .+)$",
    re.IGNORECASE,
)
"""Two kinds of things that are counted: "ships and lorries", "gold and silver medals"."""
_NAMES = re.compile(
    rf"^(?P<before>(?:(?i:{_AT}) )?(?i:{WH})(?: [a-z]+)?? (?:is|are|was|were|did|do|does|has|have|will) )(?P<one>[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*)*) and (?P<other>[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*)*)(?P<after> .+)$"
)
"""Two names of which the same is asked: "when were Ana Ruiz and Beth Cole born?"."""
_SINGLE = {"are": "is", "were": "was", "have": "has"}
"""The verb of two, and that of one."""
_TOGETHER = re.compile(
    r"\b(?:together|each other|between|merg\w+|agree\w*|marr\w+|in common|differ|compare|meet|met|sign\w*)\b"
)
_TRAITS = re.compile(
    r"^(?P<before>(?:what|who) )(?:is|are|was|were) (?P<det>the |an? )?(?P<one>[a-z-]+(?<!s)(?: [a-z-]+(?<!s))?)(?P<of> (?:of|for|in) .+?)? and (?P<its>the |its |his |her |their |an? )?(?P<other>[a-z-]+(?<!s)(?: [a-z-]+(?<!s))?)(?P<of2> (?:of|for|in) .+?)?[?.!]*$",
    re.IGNORECASE,
)
"""Two things told of one: "the price of the Kestrel and its range", "the name and age of the winner"."""
_ELSEWHERE = re.compile(
    r"(?:,\s*)?\s(?:und|y|e)\s+(?=¿?(?:(?:in|an|auf|mit|von|bei|seit|a|de|en|con|por|para|desde)\s+)?(?:wann|wer|wen|wem|wessen|wo(?:\w+)?|warum|weshalb|wieso|wie|wieviele?|was|welche[rsnm]?|"
    r"cu[áa]ndo|qui[ée]n(?:es)?|d[óo]nde|cu[áa]nt[oa]s?|c[óo]mo|cu[áa]l(?:es)?|por qu[ée]|qu[ée])\s)",
    re.IGNORECASE,
)
_CHINESE = re.compile(r"[，；、](?:又|还|而且)?")
_ASKS_CHINESE = re.compile(r"[谁哪何几]|什么|怎么|怎样|多少|多[长大高远久重深]|吗")


def pieces(question: str) -> list[str]:
    """The questions in a question as they stand there; each may lean on those before it.

    One that asks one thing is its only piece. ``stood`` makes a question of each that stands alone.
    """
    text = re.sub(r",?\s+as well as\s+", " and ", question)
    if pair := paired(text):
        return [asked for _, asked in pair]
    if both := _BOTH_WH.match(text):
        rest = text[both.end() :]
        return [f"{asking[:1].upper()}{asking[1:]} {rest}" for asking in both.groups()]
    if found := _elsewhere(text) or _traits(text):
        return found
    text = _BEGGING.sub("", text)
    cut = [piece.strip(" ,;") for whole in _LISTED.split(text) for piece in _BORDER.split(whole)]
    cut = [piece for piece in cut if piece]
    if len(cut) < 2 or not all(_asks(piece) for piece in cut) or any(_DANGLING.search(piece) for piece in cut[:-1]):
        return [question]
    return cut


def stood(piece: str, turns: Sequence[Turn]) -> str:
    """A piece as a question that can be understood after the ones before it, and after their answers if there are some."""
    if not turns or _ASKS_CHINESE.search(piece):
        return _whole(piece)
    first = next(turn.content for turn in turns if turn.role == "user")
    stands = standalone(_whole(_counting(piece, first)), turns)
    return _whole(_of_the_same(stands, first))


def names(question: str) -> str:
    """The words of a question that are written like names, but for the one that it begins with; empty without any."""
    return " ".join(word.text for word in words(question)[1:] if word.capital and word.telling)


def paired(question: str) -> list[tuple[str, str]]:
    """Both names of a question that asks the same of two, each with what is asked of it; none if it does not."""
    if compared := _COMPARE.match(question):
        found = {name.rstrip("2"): text for name, text in compared.groupdict().items() if text}
        asked = f"What is {_the(found['what'])} {found['joint']}"
        return [(found[side], f"{asked} {found[side]}?") for side in ("one", "other")]
    if counted := _COUNTED.match(question):
        one, other = counted["one"], counted["other"]
        one = one if " " in one or re.fullmatch(_KIND, one) else f"{one} {other.split()[-1]}"
        return [(kind, f"{counted['before']}{kind}{counted['after']}") for kind in (one, other)]
    if (named := _NAMES.match(question)) and not _TOGETHER.search(named["after"]):
        before = re.sub(r"\b(?:are|were|have)(?= $)", lambda verb: _SINGLE[verb[0]], named["before"])
        return [(named[side], f"{before}{named[side]}{named['after']}") for side in ("one", "other")]
    return _of_both(question) if re.match(r"(?:what|which|how (?:much|many|high))\b", question, re.IGNORECASE) else []


def _of_both(question: str) -> list[tuple[str, str]]:
    """The same for two names or two things behind one preposition."""
    if pair := _PAIR.match(question):
        return [(pair[side], f"{pair['before']}{pair[side]}{pair['after']}") for side in ("one", "other")]
    if (pair := _ALIKE.match(question)) and not re.search(rf"\b{WH}\b", question[4:], re.IGNORECASE):
        joint = f"{pair['before']}{pair['prep']}"
        return [(pair[side], f"{joint} {pair[side]}{pair['after']}") for side in ("one", "other")]
    return []


def _traits(question: str) -> list[str]:
    """The questions for two things that are told of one; none if it is not so."""
    found = _TRAITS.match(question)
    of = found and (found["of"] or found["of2"])
    if not found or not of or (found["of"] and not re.match(r"(?:its|his|her|their) ", found["its"] or "")):
        return []
    det = found["det"] or "the "
    verb = "was" if re.match(r"\w+ w", question) else "is"
    return [f"{found['before']}{verb} {det}{found[trait]}{of}?" for trait in ("one", "other")]


def _elsewhere(question: str) -> list[str]:
    """The questions in one that is asked in German, Spanish or Chinese; none if it is one."""
    if tongue(question):
        cut = [piece.strip(" ,?¿") for piece in _ELSEWHERE.split(question)]
        return cut if len(cut) > 1 else []
    cut = _CHINESE.split(question.rstrip("？?。"))
    return [f"{piece}？" for piece in cut] if len(cut) > 1 and all(map(_ASKS_CHINESE.search, cut)) else []


def _whole(piece: str) -> str:
    """A piece written as a question."""
    ends = piece if piece.endswith(("?", ".", "!", "？")) else f"{piece}?"
    return ends[:1].upper() + ends[1:]


def _counting(piece: str, first: str) -> str:
    """ "How many were hurt" with the people of whom the first part asks how many died."""
    bare = re.match(rf"(?P<wh>how (?:many|much)|which)\s+(?=(?:{AUXILIARY}|{_AT}|[a-z]+ed)\b)", piece, re.IGNORECASE)
    counted = _MANY.match(first)
    if not bare or not counted or not counted["wh"].lower().startswith(bare["wh"].lower()):
        return piece
    rest = piece[bare.end() :]
    if re.match(rf"{_AT}\b", rest) and not re.search(rf"\b{AUXILIARY}\b", rest):
        return rest  # "how many in Bergen" leaves out the verb as well
    return f"{bare['wh']} {counted['what']} {rest}"


def _of_the_same(part: str, first: str) -> str:
    """A part that speaks of "the case" and names nobody, with the name that the first part is about."""
    what = topic(Talk(first), people=False)
    if "(" in part or not what[:1].isupper() or not re.search(r"\bthe [a-z]", part) or names(part):
        return part
    return f"{part.rstrip(' ?.!')} ({what})?"


def _asks(piece: str) -> bool:
    """Whether a piece is a question or the rest of one, such as "why", and not a part of a clause."""
    if ASKS_BACK.fullmatch(piece):
        return True
    asks = re.match(rf"(?:\w+\s+)?{WH}\b|{AUXILIARY}\b", piece, re.IGNORECASE)
    verb = re.search(rf"\b{AUXILIARY}\b", piece, re.IGNORECASE) or re.match(
        r"(?:who|what|which|how (?:many|much))\b.* ", piece, re.IGNORECASE
    )
    return bool(asks and verb)


def _the(what: str) -> str:
    return what if re.match(r"(?:the|an?)\b", what, re.IGNORECASE) else f"the {what}"
