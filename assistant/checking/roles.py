"""Who did what to whom, and who said it: whether a sentence has it the same way round."""

import re
from collections.abc import Iterator, Sequence

from assistant.checking.clauses import any_alike, joints, listed
from assistant.checking.said import Said, Token
from assistant.checking.wording import wording
from assistant.terms import word_set

_NOMINAL = word_set("the a an its his her their this these those of in at on by for with from our some any")
_IRREGULAR = word_set(
    """bought sold built made won lost beat told gave took paid sent led left met hit held kept lent fought caught
    brought taught shot struck drew threw wrote sued buy sell build make win lose tell give take pay send lead leave
    meet hold sue hire attack defeat own owe succeed replace overtook became chose found"""
)
_TURNED_PREPOSITIONS = (
    ("from", "to"), ("to", "from"), ("against", "for"), ("for", "against"), ("before", "after"), ("after", "before"),
)  # fmt: skip
_WAS = re.compile(r"\b(?:is|are|was|were|be|been|being)\s+(?:\w+\s+){0,2}$")
_BY = re.compile(r"\W+(?:(?:in|on|at) \S+ )?by\b(?! (?:about )?[\d$€£])")
_VERB = (
    r"(?:said|says|told|tells|added|adds|warned|warns|announced|argued|claimed|claims|denied|denies|confirmed"
    r"|reported|insisted)"
)
_NAME = r"(?:[A-Z][\w’'-]+(?:\s+(?:of\s+)?[A-Z][\w’'-]+)*)"
_SPEAKER = re.compile(rf"({_NAME})(?:\s+also)?\s+{_VERB}\b|\b{_VERB}\s+({_NAME})|\b[Aa]ccording to (?:the )?({_NAME})")


def swapped(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """Who did it and to whom it was done, the other way round."""
    for source in sources:
        for pivot in said.tokens:
            if not _verb(said, pivot):
                continue
            verbs = [other for other in source.tokens if _verb(source, other)]
            theirs = [other for other in verbs if other.stem == pivot.stem]
            theirs = theirs or [other for other in verbs if wording().alike(other.stem, pivot.stem)]
            if len(theirs) == 1 and (pair := _swapped_around(said, pivot, source, theirs[0])):
                yield f"“{pair[0]}” and “{pair[1]}” have changed places around “{pivot.text}”"
                return
        if pair := _swapped_than(said, source):
            yield f"“{pair[0]}” and “{pair[1]}” have changed places around “than”"


def _swapped_around(said: Said, pivot: Token, source: Said, other: Token) -> tuple[str, str] | None:
    """Two words on different sides of both verbs whose sides have changed, unless one is active and one passive."""
    turned_round = _passive(said.text, pivot) != _passive(source.text, other)
    ours, theirs = _sides(said, pivot), _sides(source, other)
    for left in (word for word, side in ours.items() if side < 0):
        for right in (word for word, side in ours.items() if side > 0):
            there = theirs.get(left), theirs.get(right)
            if None in there:
                continue
            if there == ((1, -1) if not turned_round else (-1, 1)):
                return left, right
    return None


def _swapped_than(said: Said, source: Said) -> tuple[str, str] | None:
    ours, theirs = _around(said, "than"), _around(source, "than")
    return next(
        ((one, other) for one in ours[0] & theirs[1] for other in ours[1] & theirs[0]),
        None,
    )


def _verb(said: Said, token: Token) -> bool:
    """Whether a word is probably a verb, by its form and by what stands before it."""
    before = re.search(r"(\w+)\W+$", said.text[: token.start])
    formed = token.text.endswith(("ed", "s", "ing")) or token.text in _IRREGULAR
    return token.text[0].islower() and formed and not (before and before.group(1).lower() in _NOMINAL)


def _sides(said: Said, pivot: Token) -> dict[str, int]:
    """The words of the verb's own clause, by their side; those told of the circumstances are left out."""
    aside = {"in", "at", "on", "for", "with", "near", "during", "after", "before", "under", "of", "via", "into"}
    return {
        token.stem: -1 if token.place < pivot.place else 1
        for token in said.tokens
        if token.place != pivot.place and token.behind not in aside and abs(token.clause - pivot.clause) <= 2
    }


def _passive(text: str, verb: Token) -> bool:
    """Whether a verb stands in "was … by"."""
    before, behind = text[: verb.start], text[verb.start + len(verb.text) :]
    return bool(_WAS.search(before) and _BY.match(behind))


def _around(said: Said, word: str) -> tuple[set[str], set[str]]:
    at = re.search(rf"\b{word}\b", said.text)
    if not at:
        return set(), set()
    return (
        {token.stem for token in said.tokens if token.start < at.start()},
        {token.stem for token in said.tokens if token.start > at.start()},
    )


def moved(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """Words behind "from", "to", "before" or "against" that stand behind another preposition there."""
    for token in said.tokens:
        there = {other.behind for source in sources for other in source.tokens if other.stem == token.stem}
        for one, opposite in _TURNED_PREPOSITIONS:
            if token.behind == one and opposite in there and one not in there:
                yield f"“{token.text}” stands behind “{opposite}” there"
        others = {
            other.behind for source in sources for other in source.tokens if other.name and other.stem != token.stem
        }
        if token.name and token.behind in {"to", "from"} and token.behind in others and token.behind not in there:
            yield f"another one stands behind “{token.behind}” there than “{token.text}”"
        if (
            there
            and not token.name
            and ("against" in there) != (token.behind == "against")
            and "against" in {token.behind, *there}
        ):
            yield f"“{token.text}” is not told with “against” in both"


def renamed(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """What is told of one name in the words of another's clause."""
    for source in sources:
        yield from _renamed(said, source)


def _renamed(said: Said, source: Said) -> Iterator[str]:
    """A name with what is told there of another: Anna became mayor and Karl judge, but here Karl became mayor."""
    begins = joints(source.text)
    names: dict[int, set[str]] = {}
    deeds: dict[int, set[str]] = {}
    for token in source.tokens:
        kind = names if token.text[0].isupper() else deeds
        kind.setdefault(sum(start <= token.start for start in begins), set()).add(token.stem)
    every_name = set().union(*names.values()) if names else set()
    our_names = {token.stem for token in said.tokens} & every_name
    our_deeds = {token.stem for token in said.tokens} - every_name
    full = [clause for clause in names if deeds.get(clause)]
    if len(full) < 2 or not our_names or not our_deeds:
        return
    for clause in full:
        others = set().union(*(deeds[other] for other in full if other != clause)) - deeds[clause]
        if any(our_names <= names[other] and our_deeds & deeds[other] for other in full if other != clause):
            continue
        if our_names <= names[clause] and our_deeds & others and not any_alike(our_deeds - others, deeds[clause]):
            yield f"what is told here of {listed(our_names)} is told of another there"


def other_speaker(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """Something said by another person than there."""
    ours, theirs = _speakers(said.text), {name for source in sources for name in _speakers(source.text)}
    if ours and theirs and not any(one & other for one in ours for other in theirs):
        yield "another one says it there"


def _speakers(text: str) -> list[frozenset[str]]:
    return [
        frozenset(word.lower() for word in re.findall(r"[\w-]+", next(part for part in match.groups() if part)))
        for match in _SPEAKER.finditer(text)
    ]
