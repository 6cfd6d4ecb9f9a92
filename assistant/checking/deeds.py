"""Who does what to whom, as far as the order of words tells it: each verb with those before it and behind it.

Long because subjects, objects and agents are found by the same few walks over one run of words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.checking.roles import IRREGULAR
from assistant.checking.said import Said, Token
from assistant.checking.wording import wording
from assistant.terms import word_set, words

_BE = word_set("is are was were be been being")
_PRONOUNS = word_set("it he she they we i you this that there him her them")
_RELATIVE = word_set("who which that whom")
_ASIDE = word_set(
    """in at on for with near during after before under via into from to against over about without within across
    through until since between among despite following throughout"""
)
"""Prepositions behind which a noun tells the circumstances, and is neither who does it nor to whom it is done."""
_ASIDE_ONLY = word_set("with from against near via into")
"""Of these, those behind which even a noun without a name is no one who is told of otherwise."""
_JOINING = word_set("before after since until")
"""Those of them that may begin a clause."""
_ENDS = re.compile(
    r"[;:—–()]|\b(?:but|while|as|than|although|though|whereas|because|when|where|if|unless)\b", re.IGNORECASE
)
_DETERMINERS = word_set("the a an its his her their this these those some any all every each both no")
_GROUP = word_set("all both some many most each none group groups number majority team one half part members rest")
"""Words that name no one by themselves, but with what stands behind their "of"."""
_TO = word_set("to will would can could may might must shall should")
_SKIPPED = _BE | _TO - {"to"} | word_set("has have had not also then later")
"""What may stand between a verb and its subject, or the "and" that joins it to the verb before."""
_NO_VERBS = word_set("following including according")
_OBJECT = re.compile(r"\s+(?:the|an?|its|his|her|their|all|[A-Z]\w+)\b")
_LIST = 12
"""Words in which a list comes to its "and"."""
_BY_WITHIN = 6
"""Words between a verb and its "by"."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One verb."""

    verb: Token
    doing: frozenset[str]
    """Stems of those who do it; empty where that is not told, or told by a pronoun."""
    done_to: frozenset[str]
    given_to: frozenset[str]
    """Stems of those behind its "to"."""
    around: frozenset[str]
    """All of them, with what they are of: the port of Halden."""
    passive: bool


def deeds(said: Said) -> list[Deed]:
    """The verbs of a text, with what stands around them in their own clauses."""
    run = _Run(said)
    found = []
    for place in (one for one in run.verbs if one in run.tokens):
        passive = run.passive(place)
        if not passive and run.lowered[place + 1 : place + 2] == ["by"]:
            continue  # "signed by 6,200 residents" or "fell by 400 jobs": which of the two, the words do not tell
        subject, other = run.before(place), run.agents(place) if passive else run.behind(place)
        doing, done_to = map(run.nouns, (other, subject) if passive else (subject, other))
        given_to = frozenset(run.tokens[one].stem for one in run.recipient(place))
        around = frozenset(run.tokens[one].stem for one in (*subject, *other)) | given_to
        found.append(Deed(run.tokens[place], doing, done_to, given_to, around, passive))
    return found


def of_another(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """What is of one here is of another there: the death of Braddock, the daughter of a minister."""
    theirs: dict[str, set[str]] = {}
    for source in sources:
        for head, of in _Run(source).belongings():
            theirs.setdefault(head.stem, set()).update(of)
    elsewhere = {token.stem for source in sources for token in source.tokens}
    named = {token.stem for source in sources for token in source.tokens if token.text[0].isupper()}
    for head, of in _Run(said).belongings():
        there = theirs.get(head.stem)
        if there and of <= elsewhere and (not of & there or (of - there <= named and there - of and of - there)):
            yield f"“{head.text}” is of another there"


def turned_round(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """Those who do it here are those to whom it is done there, or others do it there to the same."""
    for source in sources:
        theirs = deeds(source)
        named = {token.stem for token in source.tokens if token.text[0].isupper() or token.behind in _ASIDE_ONLY}
        for ours in deeds(said):
            same = [one for one in theirs if one.verb.stem == ours.verb.stem] or [
                one for one in theirs if _alike(one.verb.stem, ours.verb.stem)
            ]
            if len(same) != 1 or not ours.done_to:
                continue
            if _turned(ours, same[0]):
                yield f"who does it and to whom it is done have changed places around “{ours.verb.text}”"
            elif _another(ours, same[0], named):
                yield f"another one stands with “{same[0].verb.text}” there"


def _alike(one: str, other: str) -> bool:
    return wording().alike(one, other) and not wording().opposed(one, other)


def _turned(ours: Deed, theirs: Deed) -> bool:
    """Whether one that does it here is one to whom it is done there, or the reverse."""
    doing, done_to = ours.doing - ours.done_to, ours.done_to - ours.doing
    by = bool(doing & theirs.done_to - theirs.doing) and not ours.doing & theirs.doing
    to = bool(done_to & theirs.doing - theirs.done_to) and not ours.done_to & theirs.done_to
    given = (ours.doing & theirs.given_to) - theirs.doing or (ours.given_to & theirs.doing) - theirs.given_to
    return by or to or bool(given)


def _another(ours: Deed, theirs: Deed, named: set[str]) -> bool:
    """Whether it is done by others to the same, or by the same to others, all of whom have names there."""
    others_do = _others(ours.doing, theirs.doing, theirs, named) and ours.done_to & theirs.done_to
    to_others = _others(ours.done_to, theirs.done_to, theirs, named)
    return bool(others_do) or (to_others and (bool(ours.doing & theirs.doing) or not (ours.doing or theirs.doing)))


def _others(ours: frozenset[str], theirs: frozenset[str], deed: Deed, named: set[str]) -> bool:
    return bool(ours and theirs & named) and ours <= named and ours.isdisjoint(deed.around)


class _Run:
    """The words of a text in order, and which of them are verbs."""

    def __init__(self, said: Said) -> None:
        at = {token.start: token for token in said.tokens}
        self.text = said.text
        self.words = words(said.text)
        self.tokens = {n: at[word.start] for n, word in enumerate(self.words) if word.start in at}
        self.lowered = [word.text.lower() for word in self.words]
        told = (n for n in range(len(self.words)) if n in self.tokens or self.words[n].text in IRREGULAR)
        self.verbs = [n for n in told if self._is_verb(n)]

    def _is_verb(self, n: int) -> bool:
        text, before = self.words[n].text, self.lowered[n - 1] if n else ""
        if not text[0].islower() or before in _DETERMINERS or text in _NO_VERBS:
            return False
        if before in _TO or text in IRREGULAR:
            return True
        if text.endswith("ed") and (before.endswith("ed") or before in IRREGULAR):
            return False  # "found exposed bees"
        if text.endswith(("ed", "ing")):
            return before not in _ASIDE | {"of", "by"} or n - 1 in self.tokens
        if before.endswith("ed"):
            return False  # "the retired judge Ana Ruel"
        led = (n - 1 in self.tokens and before not in _ASIDE) or before in _PRONOUNS | _RELATIVE
        return led and bool(_OBJECT.match(self.text[self.words[n].end :]))

    def _gap(self, n: int) -> str:
        """What stands between a word and the next."""
        return self.text[self.words[n].end : self.words[n + 1].start] if n + 1 < len(self.words) else "."

    def passive(self, n: int) -> bool:
        """Whether a verb tells what is done to what stands before it."""
        if self.lowered[n].endswith("ing"):
            return False
        for one in range(n - 1, max(-1, n - 4), -1):
            if self.lowered[one] in _BE:
                return True
            if one in self.tokens and not self.lowered[one].endswith("ly"):
                break
        if {"had", "has", "have"} & set(self.lowered[max(0, n - 2) : n]):
            return False  # "had approved it by a single vote"
        return (
            self.lowered[n + 1 : n + 2] == ["by"] and self._by(n) is not None
        )  # "directed by", not "paid 2m for a sea by"

    def _by(self, n: int) -> int | None:
        """The "by" behind a verb that names who does it, rather than how much or when."""
        for one in range(n + 1, min(n + 1 + _BY_WITHIN, len(self.words) - 1)):
            if one in self.verbs or _ENDS.search(self._gap(one - 1)) or "," in self._gap(one - 1):
                return None
            if self.lowered[one] == "by":
                leads = next((p for p in range(one + 1, len(self.words)) if self.lowered[p] not in _DETERMINERS), -1)
                return one if leads in self.tokens or self.lowered[one + 1] in _GROUP else None
        return None

    def before(self, n: int) -> list[int]:
        """The words before a verb; those of the verb before it where none stand between."""
        one = n - 1
        while one >= 0 and (self.lowered[one] in _SKIPPED or self.lowered[one].endswith("ly")):
            one -= 1
        if one < 0 or self.lowered[one] in _ASIDE:
            return []
        if self.lowered[one] in {"and", "or"} or "," in self._gap(one) or one in self.verbs:
            earlier = (verb for verb in reversed(self.verbs) if verb < n and not self.passive(verb))
            return next(filter(None, map(self.before, earlier)), [])
        return self._back(one)

    def _back(self, one: int) -> list[int]:
        """The telling words from a place back to where its clause begins; those that who or which stands for."""
        found = list[int]()
        while one >= 0 and one not in self.verbs:
            if _ENDS.search(self._gap(one)) or _ENDS.fullmatch(self.lowered[one]):
                break
            if self.lowered[one] in _RELATIVE and not found:
                return self._back(one - 1)
            if self.lowered[one] in _RELATIVE | _JOINING or (self.lowered[one] in _PRONOUNS and not found):
                break
            if "," in self._gap(one) and found and not self._listed(one):
                break
            if one in self.tokens:
                found.insert(0, one)
            one -= 1
        return found

    def _listed(self, one: int) -> bool:
        """Whether the comma behind a word stands in a list of names: one that ends with "and"."""
        names = self.words[one].capital and self.words[one + 1].capital
        return names and "and" in self.lowered[one + 1 : one + 1 + _LIST]

    def behind(self, n: int) -> list[int]:
        """The words right behind a verb."""
        return self._until(n + 1, commas=False)

    def recipient(self, n: int) -> list[int]:
        """The words behind the "to" of a verb, unless a verb stands there."""
        for one in range(n + 1, min(n + 1 + _BY_WITHIN, len(self.words) - 1)):
            if one in self.verbs or _ENDS.search(self._gap(one - 1)) or "," in self._gap(one - 1):
                break
            if self.lowered[one] == "to" and one + 1 not in self.verbs:
                return [*self._until(one + 1, commas=False)]
        return []

    def agents(self, n: int) -> list[int]:
        """The words behind the "by" of a passive verb."""
        by = self._by(n)
        return self._until(by + 1, commas=True) if by is not None else []

    def _until(self, start: int, *, commas: bool) -> list[int]:
        """The telling words from a place to the next verb, preposition or end of the clause."""
        found = list[int]()
        for one in range(start, len(self.words)):
            gap = self._gap(one - 1) if one > start else ""
            stops = self.lowered[one] in _ASIDE | _RELATIVE | {"by"} or one in self.verbs or _ENDS.search(gap)
            if stops or _ENDS.fullmatch(self.lowered[one]) or ("," in gap and not commas and not self._listed(one - 1)):
                break
            if one in self.tokens:
                found.append(one)
        return found

    def belongings(self) -> Iterator[tuple[Token, set[str]]]:
        """Nouns, each with the words of what it is of."""
        for n in range(1, len(self.words) - 1):
            if self.lowered[n] == "of" and n - 1 in self.tokens and not self._gap(n - 1).strip():
                of = {self.tokens[one].stem for one in self._until(n + 1, commas=False)}
                if of:
                    yield self.tokens[n - 1], of

    def nouns(self, places: Sequence[int]) -> frozenset[str]:
        """Stems of those that tell no circumstance, and of what they are of only where they are a group of it."""
        return frozenset(
            self.tokens[one].stem for one in places
            if not self._of_group(one) and not self.lowered[one].endswith("ly") and not self._aside(one)
            and self.lowered[one] not in _ASIDE
        )  # fmt: skip

    def _of_group(self, n: int) -> bool:
        return self.lowered[n] in _GROUP and self.lowered[n + 1 : n + 2] == ["of"]

    def _aside(self, n: int) -> bool:
        """Whether a word belongs to a preposition, or is what another is of."""
        for one in range(n - 1, max(-1, n - 6), -1):
            if self.lowered[one] == "of":
                return not one or self.lowered[one - 1] not in _GROUP
            if self.lowered[one] in _ASIDE:
                return self.lowered[one] not in _JOINING
            if "," in self._gap(one) or one in self.verbs or self.lowered[one] in {"and", "or", "by"}:
                return False
        return False
