"""What is denied, planned, or said of all, and what is the opposite: whether a sentence has it so."""

import re
from collections.abc import Iterator, Sequence

from assistant.checking.likeness import alike_to, is_led
from assistant.checking.roles import is_verb, same_way
from assistant.checking.said import HEDGES, PLANNED, Said, Token
from assistant.checking.wording import key, wording
from assistant.terms import word_set, words

_QUANTITIES = tuple(
    (word_set(group), word_set(alike))
    for group, alike in (
        ("all every each whole entire entirely everyone everything always fully completely",
         "both no none nobody nothing never any anyone anybody total unanimously unanimous"),
        ("most majority mostly mainly largely chiefly primarily principally predominantly",
         "percent half thirds quarters tenths biggest largest"),
        ("first", "never debut"),
        ("last", "final"),
        ("largest biggest greatest highest most", "record"),
        ("smallest lowest fewest least", "record"),
        ("best", "record"),
        ("worst", "record"),
        ("unanimously unanimous", "all"),
    )
)  # fmt: skip
"""Words that tell the same of how much, each group with those by which a sentence may say it too."""
QUANTITIES = frozenset().union(*(group for group, _ in _QUANTITIES))
_NEGATIVE = (
    r"no[nt]?|never|none|nobody|nothing|neither|nor|cannot|without|unable|unlikely|hardly|barely|few(?:er)?|fail\w*|refus\w*"
    r"|declin\w*|reject\w*|den(?:y|ie[sd]|ial|ying)|dismiss\w*|lack\w*|los[te]\w*|avoid\w*|prevent\w*|stop\w*|ban(?:s|ned)?"
    r"|bar(?:s|red)|forb\w+|exempt\w*|clear(?:s|ed)|acquit\w*|block\w*|halt\w*|miss(?:ed|ing)|cancel\w*|except\w*|instead"
)
_DENIED = re.compile(rf"\b(?:{_NEGATIVE})\b", re.IGNORECASE)
"""Words by which a statement may deny what a sentence denies with "not"."""
_IMPLYING = re.compile(
    rf"\b(?:{_NEGATIVE}|un(?!der|it|ti|ion)\w{{4,}}|off|rather|out|only|first|too|but|half-\w+|shut|clos\w+|free|least|most"
    r"|\w+est|against|until|spare[sd]?|up to|overturn\w*|g[ai]ven? up)\b",
    re.IGNORECASE,
)
"""Words of which a sentence has one if a denial may rest on it."""
_DENIES = re.compile(
    r"\b(?:not|no(?! (?:more|less|fewer))|never|none|nobody|nothing|neither|cannot|without)\b", re.IGNORECASE
)
_UNSAID = re.compile(
    r"\b(?:not|never|(?:declin|refus)\w+ to)(?: yet)? (?:say|said|tell|told|disclose|disclosed|reveal|revealed)\b",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(?:says?|said|tells?|told|disclose[sd]?|reveal(?:s|ed)?) (?:what|where|when|who|how|whether|why|which)\b",
    re.IGNORECASE,
)
_EXCELLING = re.compile(
    r"\b(?:first|acquit\w*|cleared|best|worst"
    r"|(?:old|young|larg|bigg|great|high|small|low|fast|slow|long|short|strong|weak)est)\b",
    re.IGNORECASE,
)
"""What may be told by a denial: nobody was younger than the youngest, and who is acquitted is not guilty."""
_EXCELLED = re.compile(r"\b(?:ha[sd] never|no|nobody|none|nothing|than|before|until|yet|guilty)\b", re.IGNORECASE)
"""Words of which such a denial has one, where it denies a verb: "she had never won before"."""
_UNSURE = (
    (
        "what is denied or doubted there is told as a fact",
        re.compile(
            r"\b(?:not|never|cannot|unable to|failed to|no)\s+(?:be\s+)?\w+(?:\s+\w+)?\s+(?:that|whether|if)\b"
            r"|\b(?:deny|denied|denies|denying|denial)\b",
            re.IGNORECASE,
        ),
        _DENIED,
    ),
    (
        "what is only claimed there is told as a fact",
        re.compile(
            r"\b(?:alleged(?:ly)?|alleges?|accus(?:ed?|es|ing)|suspected|claim(?:s|ed)?|rumou?rs?|reportedly|supposedly"
            r"|believed|thought|(?:prosecutors|critics|opponents|plaintiffs|campaigners|rebels) (?:say|said))\b",
            re.IGNORECASE,
        ),
        re.compile(
            r"\b(?:alleg\w*|accus\w*|suspect\w*|claim\w*|rumou?r\w*|reported\w*|supposed\w*|belie\w*|thinks?|thought|sa(?:ys?|id)"
            r"|according|argue[sd]?|stated?|insist\w*|may|might|could|in \w+['’]s (?:view|opinion))\b",
            re.IGNORECASE,
        ),
    ),
)
"""What makes what follows it, to the end of its clause, no fact; and what a statement then tells it with."""
_END = re.compile(r"[,;:—()]|$")
_NONE_OF = re.compile(r"\b(?:none|neither) of (?:(?:the|those|these|its|his|her|their) )?(\w+)", re.IGNORECASE)
_ALL_OF = re.compile(
    r"\b(?:all|both|each|most|some|many)(?: of)? (?:(?:the|those|these|its|his|her|their) )?(\w+)", re.IGNORECASE
)
_WILL = re.compile(r"\bwill $")
_REAL = ("a fact", "a plan", "a possibility", "a duty")
_OF_ALL = re.compile(
    r"(?:%|\b(?:percent|half|thirds?|quarters?|fifth|most|some|many|several|few|part|majority)) of (?:the )?"
    r"(?:all|every|whole|entire)\b"
    r"|\b(?:nearly|almost|virtually|practically|hardly) (?:all|every|always|fully|completely|entirely)\b"
    r"|\b(?:all|every\w*)(?: \w+)? but\b"
    r"|\b(?:at (?:the )?(?:most|least|last|first|all|best|worst|lowest|highest)|(?:above|after|not) all"
    r"|in all(?!\s+[a-z])|one all|each other|as many|last (?:time|until|till|for|long)|most (?!of\b|(?:\w+ )?\w+s\b)\w+"
    r"|(?:each|every) (?:\w+ )?(?:second|minute|hour|day|week|month|year|spring|summer|autumn|winter"
    r"|morning|evening|night|time|[a-z]+day))\b",
    re.IGNORECASE,
)
"""What tells nothing of all, most, the first or the last, though it has the word."""


def turned(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """Words denied in one and not in the other, or opposite to each other."""
    others = [token for source in sources for token in source.tokens]
    negative = {found.start() for found in _DENIED.finditer(said.text)}
    if _DENIES.search(said.text) and not any(_IMPLYING.search(source.text) for source in sources):
        yield "it is denied here and not there"
    none = {key(found[1]) for source in sources for found in _NONE_OF.finditer(source.text)}
    if not _DENIED.search(said.text) and any(key(found[1]) in none for found in _ALL_OF.finditer(said.text)):
        yield "what is told of all or some here is told of none there"
    if _TOLD.search(said.text) and not negative and any(_UNSAID.search(source.text) for source in sources):
        yield "it is told here, and there it is not"
    excelling = any(_EXCELLING.search(source.text) for source in sources)
    for token in said.tokens:
        same = [(source, other) for source in sources for other in source.tokens if _forms(token.stem, other.stem)]
        done = any(is_verb(source, other) and not other.text.endswith(("s", "ing")) for source, other in same)
        flatly = done and not _EXCELLED.search(said.text)
        otherwise = excelling and not flatly if token.negated else negative - {token.start}
        if same and all(other.negated != token.negated for _, other in same) and not otherwise:
            yield f"“{token.text}” is {'denied' if token.negated else 'not denied'} here and not there"
        if alike_to(token, others):
            continue
        opposed = [
            (source, other)
            for source in sources
            for other in source.tokens
            if not other.name and wording().opposed(token.stem, other.stem)
            and (not wording().converse(token.stem, other.stem) or same_way(said, token, source, other))
        ]  # fmt: skip
        if opposed and all(other.negated == token.negated for _, other in opposed):
            yield f"“{token.text}” is the opposite of “{opposed[0][1].text}”"


def _forms(one: str, other: str) -> bool:
    """Whether two stems are of one word: survive and survived."""
    shorter, longer = sorted((one, other), key=len)
    return one == other or (len(shorter) > 3 and longer.startswith(shorter) and len(longer) - len(shorter) < 3)


def unreal(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """Plans, possibilities, claims and doubts told as facts, possibilities as plans, and facts as what will be."""
    for token in said.tokens:
        told = [(source, other) for source in sources for other in source.tokens if other.stem == token.stem]
        least = min((other.mode for _, other in told), default=token.mode)
        unreal_there = token.mode < least and least in HEDGES and all(_tells(*one) for one in ((said, token), *told))
        done_there = told and not least and token.mode == PLANNED and _WILL.search(said.text, 0, token.start)
        if unreal_there or done_there:
            yield f"“{token.text}” is {_REAL[token.mode]} here and {_REAL[least]} there"
    for reason, unsure, kept in _UNSURE:
        if not kept.search(said.text) and any(_under(said, source, unsure) for source in sources):
            yield reason


def _under(said: Said, source: Said, unsure: re.Pattern[str]) -> bool:
    """Whether most of what a statement tells stands there in one clause behind such words."""
    stems, theirs = {token.stem for token in said.tokens}, {token.stem for token in source.tokens}
    for found in unsure.finditer(source.text):
        end = _END.search(source.text, found.end())
        under = {token.stem for token in source.tokens if end and found.end() <= token.start < end.start()}
        if len(stems & under) > max(1, len(stems & (theirs - under))):
            return True
    return False


def _tells(said: Said, token: Token) -> bool:
    """Whether a word may be the verb of its clause; "announced the closure" does not say that anything is closed."""
    return token.text[0].islower() and not is_led(said, token) and not token.text.endswith("ing")


def overstated(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """All, most, only, first, largest where no source says so."""
    every = {word for source in sources for word in _told_of_all(source)}
    ours = _told_of_all(said)
    for group, alike in _QUANTITIES:
        if (told := ours & group) and not every & (group | alike):
            yield f"“{min(told)}” is not said there"


def _told_of_all(said: Said) -> set[str]:
    return {word.text.lower() for word in words(_OF_ALL.sub("", said.text))}
