"""What a text says, taken apart for comparing: its amounts, its times, and its words with what is denied or planned.

Long because of the lists of words, one for each thing that a word does to those behind it.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from assistant.checking.amounts import Amount, amounts, begin
from assistant.checking.times import Time, times
from assistant.checking.wording import key, wording
from assistant.terms import STOPWORDS, word_set, words

DONE, PLANNED, POSSIBLE, REQUIRED = range(4)
"""How real what a word tells is."""
_NOT = word_set(
    """not no never neither nor none without nobody nothing cannot hardly barely rarely lack lacks lacked unable few"""
)
_PREFERRED = {"rather": "than", "instead": "of"}
"""Words that with another deny what stands behind them."""
_NOT_TO = word_set(
    "refuse refuses refused refusing refusal fail fails failed failing failure decline declines declined declining"
)
"""Words that deny what stands behind their "to"."""
_REJECTED = word_set("dismiss dismisses dismissed reject rejects rejected refuse refuses refused deny denies denied")
_REQUESTS = word_set("claim request demand application appeal call bid motion petition plea proposal")
"""What is asked for behind a request that is rejected is denied: "dismissed their claim for interest"."""
_NONE = word_set("none neither few")
_FINITE = word_set("is are was were has have had do does did will would shall can could may might must should")
_SUCCEED = word_set("succeed succeeds succeeded succeeding")
"""Words whose deed stands behind "in": to succeed in selling is to sell."""
_NOBODY = word_set("nobody nothing none")
"""Words that deny what stands before them, as in "injuring nobody"."""
DENIED = word_set("deny denied denies denying denial")
_PLANS = word_set(
    """will would plan plans planned planning aim aims aimed aiming intend intends intended hope hopes hoped hoping
    expect expects expected propose proposes proposed want wants wanted seek seeks sought target targets targeted
    forecast forecasts promise promises promised pledge pledges pledged vow vows vowed scheduled shall agreed agree
    ready set due going threaten threatens threatened tries tried try attempts attempted decides decided decide offers
    offered asks asked urges urged orders ordered demands demanded prepares preparing meant supposed designed"""
)
_NEEDS_TO = word_set(
    """set due going ready agreed agree want wants wanted tries tried try attempts attempted decides decided decide
    offers offered asks asked urges urged orders ordered demands demanded prepares preparing"""
)
_PLANNED_THINGS = word_set("plan forecast target proposal prediction estimate")
"""Behind a noun these are what is planned of it, as a profit forecast."""
_POSSIBLE = word_set(
    """may might could consider considers considered considering possibly perhaps likely potentially mull mulls weigh
    weighs weighing discuss discusses discussing discussed explore explores exploring maybe"""
)
HEDGES = {PLANNED: _PLANS, POSSIBLE: _POSSIBLE}
"""The words that make what follows no fact."""
_REQUIRED = word_set("must should ought")
_BREAK = re.compile(
    r"[,;:—–()]|\b(?:but|while|although|though|whereas|however|because|who|(?<!none of )which|when|where)\b",
    re.IGNORECASE,
)
_GLUE = word_set(
    """say says said according also however meanwhile still even now then thus therefore there one ones thing things
    way ways such like including include includes included already currently around about nearly almost
    approximately roughly despite although though while whereas because since due reason reasons result amid
    overall rather instead toward towards upon among whose via plus per etc total number figure amount
    take takes took taken make makes made making get gets got become became becomes happen happened remain
    come came comes go goes went mr mrs ms dr altogether"""
)  # fmt: skip
_AUXILIARY = word_set("will would shall may might could must should")
_HANGING = word_set("to of")
_UNTOLD = (STOPWORDS - {"won"}) | _GLUE | _NOT | _REQUIRED | _AUXILIARY
"""Words that tell nothing by themselves; won't has been written out before."""
_BE = word_set("is are was were")
_DETERMINERS = word_set("the a an its his her their this that these those our s")
_ASIDE = re.compile(r"\(((?:about |around |roughly )?[$€£]?\d[\d.,]*\s?(?:%|[a-zA-Z]{0,12}))\)")
"""A number in brackets tells the one before it in another measure, and begins no clause."""
_CONTRACTED = re.compile(r"(?:\b(can|won|shan)|(\w+))(?:n['’]t|['’]t)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A word that tells something."""

    place: int
    """Among all words of the text, from 0."""
    start: int
    text: str
    stem: str
    clause: int
    name: bool
    """Whether it is written like a name where only names are."""
    negated: bool
    mode: int
    """One of DONE, PLANNED, POSSIBLE, REQUIRED."""
    behind: str
    """The preposition right before it, but for articles and the like."""


@dataclass(frozen=True, slots=True)
class Said:
    """A text taken apart."""

    text: str
    tokens: tuple[Token, ...]
    amounts: tuple[Amount, ...]
    times: tuple[Time, ...]
    every: frozenset[str]
    """All its words in lower case."""


@lru_cache(maxsize=512)
def take_apart(text: str, published: date | None = None) -> Said:
    """A text taken apart; ``published`` tells what "this year" means in it."""
    plain = _ASIDE.sub(r" \1 ", _CONTRACTED.sub(_written_out, wording().plain(text)))
    dated = times(plain, published)
    blank = blanked(plain, [(one.start, one.end) for one in dated])
    counted = amounts(blank)
    left = blanked(blank, [(begin(blank, one), one.end) for one in counted])
    every = frozenset(word.text.lower() for word in words(plain))
    return Said(plain, tuple(_tokens(left)), tuple(counted), tuple(dated), every)


def _written_out(contracted: re.Match[str]) -> str:
    """Won't as will not."""
    verb = contracted[1] or contracted[2]
    return f"{ {'won': 'will', 'shan': 'shall'}.get(verb.lower(), verb) } not"


def blanked(text: str, spans: list[tuple[int, int]]) -> str:
    """A text with spaces in some places."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _tokens(text: str) -> list[Token]:
    """The telling words, each with what governs it."""
    found = words(text)
    lowered = [word.text.lower() for word in found]
    breaks = [match.start() for match in _BREAK.finditer(text)]
    clauses = [sum(at <= word.start for at in breaks) for word in found]
    negated, modes = _governed(lowered, clauses)
    tokens = []
    for place, word in enumerate(found):
        if lowered[place] in _UNTOLD:
            continue
        first = not re.search(r"\w[^.!?]*$", text[: word.start])
        tokens.append(
            Token(
                place, word.start, word.text, key(lowered[place]) if word.text != "US" else word.stem, clauses[place],
                word.capital and not first, negated[place], modes[place], _behind(lowered, place),
            )
        )  # fmt: skip
    return tokens


def _governed(lowered: list[str], clauses: list[int]) -> tuple[list[bool], list[int]]:
    """For each word whether it is denied, and how real it is."""
    negated, modes = [False] * len(lowered), [DONE] * len(lowered)
    for place, word in enumerate(lowered):
        behind = lowered[place + 1] if place + 1 < len(lowered) else ""
        preferred = _PREFERRED.get(word) == behind
        if (
            preferred
            or (word in _NOT and not (word == "not" and behind == "only"))
            or (word in _NOT_TO and behind == "to")
        ):
            for one in _scope(lowered, clauses, place):
                negated[one] = not negated[one]
        if word in _REJECTED and (asked := _asked_for(lowered, clauses, place)):
            for one in _scope(lowered, clauses, asked):
                negated[one] = not negated[one]
        if (
            word in _NOBODY
            and place
            and lowered[place - 1].endswith(("ed", "ing"))
            and clauses[place] == clauses[place - 1]
        ):
            negated[place - 1] = not negated[place - 1]
        if word in _PLANNED_THINGS and _compound(lowered, clauses, place):
            modes[place - 1] = PLANNED
            continue
        begins = next(one for one, clause in enumerate(clauses) if clause == clauses[place])
        if word.endswith("ing") and begins and (begins == place or lowered[begins] == "with"):
            # "will close 62 branches, cutting 900 jobs": the cutting is no more done than the closing
            before = (mode for mode, clause in zip(modes, clauses, strict=True) if clause == clauses[place] - 1)
            modes[place] = max(before, default=modes[place])  # a clause may hold no word
        mode, start = _hedge(lowered, clauses, place)
        for one in _scope(lowered, clauses, start) if mode else ():
            modes[one] = max(modes[one], mode)
    return negated, modes


def _asked_for(lowered: list[str], clauses: list[int], place: int) -> int | None:
    """The "for" or "to" of a request that stands a few words behind a word that rejects it."""
    for one in range(place + 1, min(place + 5, len(lowered) - 1)):
        if clauses[one + 1] != clauses[place]:
            return None
        if lowered[one] in _REQUESTS and lowered[one + 1] in {"for", "to", "that"}:
            return one + 1
    return None


def _compound(lowered: list[str], clauses: list[int], place: int) -> bool:
    """Whether a word is a noun right behind another."""
    if not place or clauses[place] != clauses[place - 1] or lowered[place + 1 : place + 2][:1] in (["a"], ["the"]):
        return False
    return lowered[place - 1] not in STOPWORDS | _NOT and not lowered[place - 1].endswith("ly")


def _hedge(lowered: list[str], clauses: list[int], place: int) -> tuple[int, int]:
    """What a word makes of those behind it, and where these begin: DONE where it makes nothing of them."""
    word, behind = lowered[place], lowered[place + 1] if place + 1 < len(lowered) else ""
    if word == "to" and (not place or clauses[place - 1] != clauses[place] or lowered[place - 1] in _BE):
        return PLANNED, place  # "is to open", and behind a comma "to be delivered"
    listed = ((_REQUIRED, REQUIRED), (_POSSIBLE, POSSIBLE), (_PLANS, PLANNED))
    mode = next((mode for words_of, mode in listed if word in words_of), DONE)
    if mode == DONE or word in _AUXILIARY or (word in _NEEDS_TO and behind != "to"):
        return (mode if word in _AUXILIARY else DONE), place
    start = _behind_to(lowered, clauses, place)
    if start is None and place and lowered[place - 1] in _DETERMINERS and not word.endswith("ed"):
        return DONE, place  # the plan, the target; but not "the proposed sale"
    return mode, place if start is None else start


def _behind_to(lowered: list[str], clauses: list[int], place: int) -> int | None:
    """The "to" that belongs to a word such as plans or expects, a few words behind it."""
    for one in range(place + 1, min(place + 7, len(lowered))):
        if clauses[one] != clauses[place]:
            return None
        if lowered[one] == "to":
            return one
    return None


def _scope(lowered: list[str], clauses: list[int], place: int) -> list[int]:
    """The next telling word of the clause, and those that hang on it by "to" or "of"."""
    governed: list[int] = []
    for one in range(_of_them(lowered, clauses, place) + 1, len(lowered)):
        hangs = (
            {lowered[one], lowered[one - 1]} & _HANGING
            or (lowered[one - 2] == "to" and lowered[one - 1] in _DETERMINERS)
            or (lowered[one] == "in" and lowered[one - 1] in _SUCCEED)
            or (lowered[one - 1] == "in" and lowered[one - 2] in _SUCCEED)
        )
        if clauses[one] != clauses[place] or (governed and not hangs):
            break
        if lowered[one] not in STOPWORDS | _NOT and not lowered[one].endswith("ly"):
            governed.append(one)
    return governed


def _of_them(lowered: list[str], clauses: list[int], place: int) -> int:
    """The last word of "none of the ship's crew", behind which it stands what they did not do; else the word itself."""
    if lowered[place] not in _NONE or lowered[place + 1 : place + 2] != ["of"]:
        return place
    clause = [one for one in range(place + 2, len(lowered)) if clauses[one] == clauses[place]]
    finite = [one for one in clause if lowered[one] in _FINITE]
    noun = [one for one in clause if lowered[one] not in _DETERMINERS]
    ends = finite[:1] or noun[:1]
    return ends[0] if ends and ends[0] < clause[-1] else place  # "none of its profit"


_PREPOSITIONS = word_set(
    "in at on by for from to of with against over into near during under after before between than via"
)


def _behind(lowered: list[str], place: int) -> str:
    """The preposition that a word stands behind, with at most three words of its own group between."""
    for one in range(place - 1, max(-1, place - 4), -1):
        if lowered[one] in _PREPOSITIONS:
            return "" if lowered[one] == "to" and lowered[max(0, one - 1)] == "according" else lowered[one]
        if lowered[one] in STOPWORDS - word_set("the a an its their his her this that these those all both own"):
            return ""
    return ""
