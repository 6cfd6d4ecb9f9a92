"""Who did what to whom, and who said it: whether a sentence has it the same way round."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.checking.clauses import any_alike, is_led, joints, listed
from assistant.checking.said import Said, Token
from assistant.checking.wording import key
from assistant.terms import MONTHS, word_set

IRREGULAR = word_set(
    """bought sold built made won lost beat told gave took paid sent led left met hit held kept lent fought caught
    brought taught shot struck drew threw wrote sued buy sell build make win lose tell give take pay send lead leave
    meet hold sue hire attack defeat own owe succeed replace overtook became chose found burst threw fell rose grew took
    came went saw said began kept cut put set drove flew ran"""
)
_TURNED_PREPOSITIONS = (
    ("from", "to"), ("to", "from"), ("against", "for"), ("for", "against"), ("before", "after"), ("after", "before"),
)  # fmt: skip
_COMPARED = word_set("more better higher larger bigger greater longer older faster less fewer worse lower smaller")
_HINGES = tuple(
    (word_set(one), word_set(opposite))
    for one, opposite in (
        ("before", "after following"),
        ("above over", "below under"),
        ("ahead", "behind"),
        ("more better higher larger bigger greater", "less fewer worse lower smaller"),
        ("than", "unlike"),
    )
)
"""Words whose sides cannot change places, each with its opposite, whose sides must."""
_NEAR = 3
"""Words between a noun and what it is of: "the watering of the gardens"."""
_BY = re.compile(
    rf"\s+(?:(?:in|on|at) \S+ |\w+ )?by\b(?! (?:about )?[\d$€£])(?! (?:the (?:end|start) of |{'|'.join(MONTHS)}))"
    r"(?! (?:an? |the )?(?:\w+ )?(?:votes?|margin|majority|third|half|quarter|tenth|points?)\b)",
    re.IGNORECASE,
)
_SAME_ONE = re.compile(r"and (?:(?:then|later|also|has|had|is|was|were|will|would) )*(?!the |its |a )[a-z]+(?:ed|s)?\b")
"""Where a clause goes on with the one that the clause before began with."""
_VERB = (
    r"(?:said|says|told|tells|added|adds|warned|warns|announced|argued|claimed|claims|denied|denies|confirmed"
    r"|reported|insisted)"
)
_NAME = r"(?:[A-Z][\w’'-]+(?:\s+(?:of\s+)?[A-Z][\w’'-]+)*)"
_SPEAKER = re.compile(rf"({_NAME})(?:\s+also)?\s+{_VERB}\b|\b{_VERB}\s+({_NAME})|\b[Aa]ccording to (?:the )?({_NAME})")


def unhinged(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """What stands before and behind "than", "after", "above" or "ahead of" the other way round than there."""
    for source in sources:
        for one, opposite in _HINGES:
            for here, there in ((one, one), (one, opposite), (opposite, one), (opposite, opposite)):
                if not said.every & here or not source.every & there or (here != there and source.every & here):
                    continue
                ours, theirs = _around(said, here), _around(source, there)
                crossed = bool(ours[0] & theirs[1]), bool(ours[1] & theirs[0])
                if all(crossed) if here == there else not any(crossed):
                    yield f"“{min(said.every & here)}” stands the other way round there"


def exchanged(said: Said, verb: Token, source: Said, other: Token) -> bool:
    """Whether one that does it here is the one it is done to there, as those who buy and those to whom is sold."""
    ours, theirs = _sides(said, verb), _sides(source, other)
    doing = {word for word, side in ours.items() if (side < 0) != _passive(said.text, verb)}
    done = {word for word in doing if theirs.get(word) == (-1 if _passive(source.text, other) else 1)}
    return bool(done) and not any(word in theirs and word not in done for word in doing)


def is_verb(said: Said, token: Token) -> bool:
    """Whether a word is probably a verb, by its form and by what stands before it."""
    formed = token.text.endswith(("ed", "s", "ing")) or token.text in IRREGULAR
    return token.text[0].islower() and formed and not is_led(said, token)


def _sides(said: Said, pivot: Token) -> dict[str, int]:
    """The words of the verb's own clause, by their side; those told of the circumstances are left out."""
    aside = {"in", "at", "on", "for", "with", "near", "during", "after", "before", "under", "of", "via", "into"}
    return {
        token.stem: -1 if token.place < pivot.place else 1
        for token in said.tokens
        if token.place != pivot.place and token.behind not in aside and abs(token.clause - pivot.clause) <= 2
    }


def _passive(text: str, verb: Token) -> bool:
    """Whether a verb tells what is done by someone: "was bought by", or only "bought by"."""
    return bool(_BY.match(text[verb.start + len(verb.text) :]))


def _around(said: Said, hinge: frozenset[str]) -> tuple[set[str], set[str]]:
    """The words before and behind the first word of a hinge; before and behind "than" for what is compared."""
    compared = hinge & _COMPARED and "than" in said.every
    at = re.search(r"\bthan\b" if compared else rf"\b(?:{'|'.join(hinge)})\b", said.text, re.IGNORECASE)
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
        if (
            (token.name or _moved_off(token, said, sources))
            and token.behind in {"to", "from"}
            and token.behind in others
            and token.behind not in there
        ):
            yield f"another one stands behind “{token.behind}” there than “{token.text}”"
        if (
            there
            and not token.name
            and ("against" in there) != (token.behind == "against")
            and "against" in {token.behind, *there}
        ):
            yield f"“{token.text}” is not told with “against” in both"


def _moved_off(token: Token, said: Said, sources: Sequence[Said]) -> bool:
    """Whether the one that stands behind the token's preposition there is told of here, but not behind it."""
    there = {one.stem for source in sources for one in source.tokens if one.behind == token.behind and one.name}
    here = {one.stem: one.behind for one in said.tokens}
    return any(one in here and here[one] != token.behind for one in there)


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
    for clause, begin in enumerate(begins, start=1):
        if _SAME_ONE.match(source.text, begin):
            names.setdefault(clause, set()).update(names.get(clause - 1, ()))
    speakers = {key(word) for name in _speakers(said.text) for word in name}
    our_names = ({token.stem for token in said.tokens} & every_name) - speakers
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


def recombined(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """A noun with what stands before it there before another: "magazine arm" and "books", but here "book arm"."""
    tokens = [token for source in sources for token in source.tokens]
    for before, noun in pairwise(said.tokens):
        if (
            noun.place != before.place + 1
            or before.clause != noun.clause
            or is_verb(said, before)
            or is_verb(said, noun)
        ):
            continue
        theirs = [token for token in tokens if token.stem == noun.stem and not token.name]
        led = [_leading(source, token) for source in sources for token in source.tokens if token in theirs]
        known = any(token.stem == before.stem for token in tokens)
        if before.text[0].islower() and known and led and all(led) and not any(before.stem in one for one in led):
            yield f"“{before.text} {noun.text}” is {'/'.join(sorted(led[0])[:2])} there"


def _leading(source: Said, noun: Token) -> set[str]:
    """The words near a noun, if one stands right before it."""
    right = any(
        token.place == noun.place - 1 and token.text[0].islower() and not is_verb(source, token)
        for token in source.tokens
    )
    near = {token.stem for token in source.tokens if 0 < abs(token.place - noun.place) <= _NEAR}
    return near if right else set()
