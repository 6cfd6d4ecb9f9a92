"""What a text names: its times, its amounts, and its nouns with what stands before them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from assistant.checking import amounts, times
from assistant.checking.amounts import Amount
from assistant.checking.likeness import any_alike
from assistant.checking.roles import IRREGULAR
from assistant.checking.said import Said, Token
from assistant.checking.times import Time
from assistant.terms import word_set

Beside = Mapping[str, set[str]]
Kind = Literal["thing", "name", "amount", "time"]
ARTICLE = re.compile(r"\b(?:the|an?|its|his|her|their|this|these|those)\s+$", re.IGNORECASE)
_BEFORE_A_VERB = word_set("to will would can could may might must should not who which that he she it they")
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


def next_to(sources: Sequence[Said]) -> Beside:
    """The words that follow each word somewhere in the sentences."""
    found: dict[str, set[str]] = {}
    for source in sources:
        for token in source.tokens:
            found.setdefault(token.stem, set())
        for one, following in pairwise(source.tokens):
            if following.place == one.place + 1:
                found[one.stem].add(following.stem)
    return found


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
    if before and ARTICLE.search(said.text[: token.start]):
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


def led_by_name(said: Said, thing: Thing) -> bool:
    """Whether a text begins with a name before a noun that it tells more of: the Beijing factory."""
    behind = next((token for token in said.tokens if token.start > thing.end), None)
    adjacent = behind is not None and said.text[thing.end : behind.start] == " "
    if not adjacent or behind is None or not thing.first:
        return False
    return behind.text[0].islower() and not behind.text.endswith("s") and not _deed(said, behind)


def same(one: Thing, other: Thing) -> bool:
    """Whether two texts name one thing."""
    if isinstance(one.told, Amount) and isinstance(other.told, Amount):
        return amounts.told(one.told, other.told)
    if isinstance(one.told, Time) and isinstance(other.told, Time):
        return times.told(one.told, other.told)
    return any_alike(set(one.stems), set(other.stems))
