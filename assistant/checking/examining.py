"""Ask the sentences for each thing that a statement names, and hear whether they answer with another.

"Hoff won the marathon" has every word of "Temu overtook Hoff and won the marathon", but who won there is Temu.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from assistant.checking import amounts, times
from assistant.checking.amounts import CURRENCIES, Amount
from assistant.checking.clauses import any_alike
from assistant.checking.coverage import FIRMS
from assistant.checking.roles import IRREGULAR
from assistant.checking.said import Said, Token
from assistant.checking.times import Time
from assistant.crossencoder import CrossEncoder, Reading
from assistant.terms import word_set
from index.articles import Hit, Metadata, Passage

SURER = 1.0
"""By how much another thing must answer better than the one that is named, in either wording of the question."""
SURE = 7.0
"""How well it must answer in one of them."""
BOTH = 11.5
"""How well and by how much together. All three are fitted by halves on the statements of tests/data."""
_ASKED = 6
"""Things of a statement that are asked for."""

Beside = Mapping[str, set[str]]
Kind = Literal["thing", "name", "amount", "time"]
_ARTICLE = re.compile(r"\b(?:the|an?|its|his|her|their|this|these|those)\s+$", re.IGNORECASE)
_BEFORE_A_THING = re.compile(
    r"\b(?:the|an?|its|his|her|their|of|in|at|from|by|for|against|with|on|over|near|into|as|than)\s+$", re.IGNORECASE
)
_DATED = re.compile(r"\b(?:(by|until|till|since|before|after)|on|in|at|during)?\s*(?:the\s+)?$", re.IGNORECASE)
_COUNTED = re.compile(
    r"\s+(?!(?:in|on|at|to|from|as|by|for|of|over|after|before|and|but|less|more|ahead|behind)\b)[a-zA-Z]"
)
_BOUND = re.compile(r"(?:,?\s(?:(?:of|at|for|from)\s)?|['’]s?\s|-)(?:the\s|an?\s|its\s|his\s|her\s)?")
"""What stands between two names of one thing: "the mayor, Tom Reyes", "researchers at the university"."""
_BEFORE_A_VERB = word_set("to will would can could may might must should not who which that he she it they")
_OWNED = re.compile(r"['’](?:s\b)?(?=\s)")
_DETERMINED = re.compile(r"\s+(?:the|an?|its|his|her|their)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that a text names, where it stands."""

    start: int
    end: int
    kind: Kind
    stems: frozenset[str] = frozenset()
    told: Amount | Time | None = None
    first: bool = False
    """Whether its text begins with it."""


class Examiner:
    """Asks sentences for the things of a statement."""

    def __init__(self, reader: CrossEncoder) -> None:
        self._reader = reader

    def contradicted(self, said: Said, sources: Sequence[Said]) -> Iterator[str]:
        """Questions that the sentences answer with another thing than the statement."""
        passage, theirs = " ".join(source.text for source in sources), list[Thing]()
        for source in sources:
            theirs += things(source, shift=passage.index(source.text))
        left = _ASKED
        for one in (ours := things(said, beside=_beside(sources))):
            own = [other for other in theirs if _same(one, other)]
            named = [other for other in theirs if any(_same(each, other) for each in ours)]
            rivals = [
                other
                for other in theirs
                if _rival(one, other)
                and not any_alike(set(other.stems), {token.stem for token in said.tokens})
                and other not in named
                and not any(_tied(passage, other, same) for same in own)
                and not any(_titles(passage, other, name) for name in named)
            ]
            if left and own and rivals and _askable(said.text, one):
                left -= 1
                if self._others_answer(passage, asking := questions(said.text, one), rivals, own):
                    yield f"the sentence answers “{asking[0]}” otherwise"

    def _others_answer(
        self, passage: str, asking: Sequence[str], rivals: Sequence[Thing], own: Sequence[Thing]
    ) -> bool:
        """Whether one of the rivals answers better than what is named, however it is asked."""
        scores, leads = [], []
        for each in asking:
            reading = self._reader.read(each, [_hit(passage)])[0]
            scores.append(max(_answers(reading, rival) for rival in rivals))
            leads.append(scores[-1] - max(_answers(reading, same) for same in own))
            if leads[-1] < SURER:
                return False
        return max(scores) >= SURE and max(scores) + min(leads) >= BOTH


def things(said: Said, *, shift: int = 0, beside: Beside | None = None) -> list[Thing]:
    """What a text names: its times, its amounts, and its nouns with what stands before them; places moved on by
    ``shift``. Words that stand ``beside`` others elsewhere are one thing only with these.
    """
    found = [Thing(one.start, one.end, "time", told=one) for one in said.times]
    found += [Thing(one.start, one.end, "amount", told=one) for one in said.amounts]
    run: list[Token] = []
    for token in (*said.tokens, None):
        if run and (token is None or _parted(said, run[-1], token, beside or {})):
            found.append(_noun(said, run))
            run = []
        if token and (_deed(said, token) or (run and _goes_on(said, token))):
            if run:
                found.append(_noun(said, run))
            run = []
        elif token:
            run.append(token)
    return [
        Thing(one.start + shift, one.end + shift, one.kind, one.stems, one.told, one.first)
        for one in sorted(found, key=lambda thing: thing.start)
    ]


def _parted(said: Said, one: Token, following: Token, beside: Beside) -> bool:
    """Whether two words that follow each other are of two things."""
    between = said.text[one.start + len(one.text) : following.start]
    if between in {"' ", "’ ", "'s ", "’s "} and not _named(one):
        return False
    known = {one.stem, following.stem} <= beside.keys()
    return (
        bool(between.strip(" -"))
        or (_named(one) != _named(following) and one.place > 0)
        or (known and following.stem not in beside[one.stem])
    )


def _named(token: Token) -> bool:
    return token.text[0].isupper()


def _beside(sources: Sequence[Said]) -> Beside:
    """The words that follow each word somewhere in the sentences."""
    found: dict[str, set[str]] = {}
    for source in sources:
        for token in source.tokens:
            found.setdefault(token.stem, set())
        for one, following in pairwise(source.tokens):
            if following.place == one.place + 1:
                found[one.stem].add(following.stem)
    return found


def questions(text: str, thing: Thing) -> tuple[str, ...]:
    """The statement as a question for one of its things, in two wordings: "Who won the marathon?"."""
    before, behind = text[: thing.start], text[thing.end :].rstrip(" .!")
    asking: tuple[str, ...]
    if thing.kind == "time":
        dated = _DATED.search(before)
        side = f"{dated[1]} " if dated and dated[1] else ""
        before = before[: dated.start()].rstrip() if dated else before
        asking = (f" {side}when", f" {side}what time")
    elif isinstance(thing.told, Amount):
        many = not thing.told.unit and _COUNTED.match(behind)
        asking = ("how many", "what number of") if many else ("how much", "what")
    elif owned := _OWNED.match(behind):
        asking, behind = ("whose", "which"), behind[owned.end() :]
    else:
        before = "" if thing.first else _ARTICLE.sub("", before)
        asking = ("who", "what")
    return tuple(f"{before}{word}{behind}?" for word in asking)


def _noun(said: Said, run: Sequence[Token]) -> Thing:
    start, end = run[0].start, run[-1].start + len(run[-1].text)
    counted = [one.end for one in said.amounts if not said.text[: one.start].strip()]
    before = said.text[max(counted, default=0) : start]
    first = not re.sub(r"^\W*(?:the|an?)\b", "", before, flags=re.IGNORECASE).strip()
    name = run[0].text[0].isupper() and (run[0].name or len(run) > 1)
    return Thing(start, end, "name" if name else "thing", frozenset(token.stem for token in run), first=first)


def _deed(said: Said, token: Token) -> bool:
    """Whether a word is probably a verb."""
    if not token.text[0].islower():
        return False
    before = re.search(r"([\w’']+)\s+$", said.text[: token.start])
    if before and before[1].lower() in _BEFORE_A_VERB:
        return True
    if before and _ARTICLE.search(said.text[: token.start]):
        return False
    formed = token.text.endswith(("ed", "ing")) or token.text in IRREGULAR
    behind = said.text[token.start + len(token.text) :]
    counted = any(not said.text[one.end : token.start].strip() for one in said.amounts if one.end <= token.start)
    led = token.text.endswith("s") and not counted and bool(re.match(r"\s+(?:to|that)\b", behind))
    return formed or led or bool(_DETERMINED.match(behind))


def _goes_on(said: Said, token: Token) -> bool:
    """Whether a word behind a noun is a verb since another noun follows: plurals end a group of nouns."""
    behind = said.text[token.start + len(token.text) :]
    return token.text[0].islower() and bool(re.search(r"[^s]s$", token.text) and re.match(r"\s+[a-z]{4,}", behind))


def _same(one: Thing, other: Thing) -> bool:
    """Whether two texts name one thing."""
    if isinstance(one.told, Amount) and isinstance(other.told, Amount):
        return amounts.told(one.told, other.told)
    if isinstance(one.told, Time) and isinstance(other.told, Time):
        return times.told(one.told, other.told)
    return any_alike(set(one.stems), set(other.stems))


def _rival(one: Thing, other: Thing) -> bool:
    """Whether something else could stand in its place."""
    if isinstance(one.told, Amount) and isinstance(other.told, Amount):
        return one.told.unit == other.told.unit or {one.told.unit, other.told.unit} <= CURRENCIES
    kinds = {"thing", "name"} if one.first and one.kind in {"thing", "name"} else {one.kind}
    return other.kind in kinds


def _tied(passage: str, one: Thing, other: Thing) -> bool:
    """Whether two things stand together as two names of one."""
    left, right = sorted((one, other), key=lambda thing: thing.start)
    return bool(_BOUND.fullmatch(passage[left.end : right.start]))


def _titles(passage: str, one: Thing, name: Thing) -> bool:
    """Whether it is what someone is, right before the name: "rival Castell"."""
    return one.kind == "thing" and name.kind == "name" and passage[one.end : name.start] == " "


def _askable(text: str, thing: Thing) -> bool:
    """Whether the question for it would be plain English."""
    if (
        text[thing.start : thing.end].lower() in FIRMS
        or text[: thing.start].endswith("-")
        or text[thing.end :].startswith(("-", "'", "’"))
    ):
        return False
    if thing.kind in {"amount", "time"}:
        return True
    if re.match(r"\s+[A-Z]", text[thing.end :]) or (
        thing.kind == "thing" and re.match(r"\s+(?:of|at|in|by)\b", text[thing.end :])
    ):
        return False
    return thing.first or thing.kind == "name" or bool(_BEFORE_A_THING.search(text[: thing.start]))


def _answers(reading: Reading, thing: Thing) -> float:
    marked = reading.within(thing.start, thing.end)
    return marked.score if marked else float("-inf")


def _hit(passage: str) -> Hit:
    return Hit(Passage("", 0, 0, len(passage), passage, ()), Metadata(""), 0.0, 0.0, 0.0)
