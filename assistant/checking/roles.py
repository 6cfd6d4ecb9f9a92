"""Who did what to whom, and who said it: whether a sentence has it the same way round."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from assistant.checking.likeness import is_led
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
_BY = re.compile(
    rf"\s+by\b(?! (?:about )?[\d$€£])(?! (?:the (?:end|start) of |{'|'.join(MONTHS)}))"
    r"(?! (?:an? |the )?(?:\w+ )?(?:votes?|margin|majority|third|half|quarter|tenth|points?)\b)",
    re.IGNORECASE,
)
_NEARBY = re.compile(r"(?:\s(?:in|on|at))?(?:\s\S+)?", re.IGNORECASE)
"""What may stand between a participle and its "by" where no "was" tells that it is one."""
_BEEN = re.compile(r"\b(?:is|are|was|were|be|been|being)(?: not| also| \w+ly)? $", re.IGNORECASE)
_RELATIVE = re.compile(r"\b(?:that|which|who|whom)(?: \w+){0,2} $", re.IGNORECASE)
"""What stands before a verb whose doer need not be the sentence's."""
_CLAUSE_END = re.compile(r"[,;:—()]")
_VERB = (
    r"(?:said|says|told|tells|added|adds|warned|warns|announced|argued|claimed|claims|denied|denies|confirmed"
    r"|reported|insisted)"
)
NAME = r"(?:[A-Z][\w’'-]+(?:\s+(?:of\s+)?[A-Z][\w’'-]+)*)"
_SPEAKER = re.compile(rf"({NAME})(?:\s+also)?\s+{_VERB}\b|\b{_VERB}\s+({NAME})|\b[Aa]ccording to (?:the )?({NAME})")
_TAKING_SIDES = frozenset(map(key, word_set("vote argue speak decide rule demonstrate campaign")))
_SIDE = re.compile(
    r"(?: \w+ly)? (?P<side>for|against)\b(?! (?:\S+ )?(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b)",
    re.IGNORECASE,
)
_DOING = -1
"""The part of those who do what a verb tells."""


def unhinged(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """What stands before and behind "than", "after", "above" or "ahead of" the other way round than there."""
    for source in sources:
        for one, opposite in _HINGES:
            for here, there in ((one, one), (one, opposite), (opposite, one), (opposite, opposite)):
                if not said.every & here or not source.every & there or (here != there and source.every & here):
                    continue
                if not (ours := _around(said, here)) or not (theirs := _around(source, there)):
                    continue
                crossed = bool(ours[0] & theirs[1]), bool(ours[1] & theirs[0])
                if all(crossed) if here == there else not any(crossed):
                    yield f"“{min(said.every & here)}” stands the other way round there"


def turned_round(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """Those who do it here are those to whom it is done there."""
    for source in sources:
        for verb, other in _same_verbs(said, source, is_verb):
            if _crossed(_roles(said, verb), _roles(source, other)):
                yield f"who does it and to whom it is done have changed places around “{verb.text}”"


def other_doer(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """One who does here what another does there, in whose sentence this one stands only behind the verb."""
    for source in sources:
        names = {token.stem for token in source.tokens if token.name}
        for verb, other in _same_verbs(said, source, _is_deed):
            if _RELATIVE.search(source.text, 0, other.start):
                continue
            ours, theirs = _roles(said, verb), _roles(source, other)
            doing = {word for word, role in ours.items() if role == _DOING and word in names}
            others = {word for word, role in theirs.items() if role == _DOING and word in names}
            if doing and others and doing.isdisjoint(others) and all(theirs.get(word) == 1 for word in doing):
                yield f"another one “{verb.text}” there"


def _same_verbs(said: Said, source: Said, is_one: Callable[[Said, Token], bool]) -> Iterator[tuple[Token, Token]]:
    """Each verb with the same one of a sentence that has it once."""
    for verb in (token for token in said.tokens if is_one(said, token)):
        same = [other for other in source.tokens if other.stem == verb.stem and is_one(source, other)]
        if len(same) == 1:
            yield verb, same[0]


def _is_deed(said: Said, token: Token) -> bool:
    """Whether a word is a verb by more than the "s" at its end."""
    return is_verb(said, token) and (token.text.endswith(("ed", "ing")) or token.text in IRREGULAR)


def same_way(said: Said, verb: Token, source: Said, other: Token) -> bool:
    """Whether one does it in both, as nobody who sells is the one who buys."""
    ours, theirs = _roles(said, verb), _roles(source, other)
    return any(role == theirs.get(word) == _DOING for word, role in ours.items())


def _crossed(ours: Mapping[str, int], theirs: Mapping[str, int]) -> bool:
    """Whether one has changed sides with another, and none has kept its own."""
    shared = ours.keys() & theirs.keys()
    return {ours[word] for word in shared} == {-1, 1} and all(ours[word] != theirs[word] for word in shared)


def _roles(said: Said, verb: Token) -> dict[str, int]:
    """The names and nouns around a verb: who does it, or 1 for those to whom it is done."""
    sides, end = _sides(said, verb), verb.start + len(verb.text)
    if not (by := _passive(said.text, verb, end)):
        return {token.stem: 1 if token.start > end else _DOING for token in sides}
    return {token.stem: _DOING if token.start > end else 1 for token in sides if not end < token.start < by}


def is_verb(said: Said, token: Token) -> bool:
    """Whether a word is probably a verb, by its form and by what stands before it."""
    formed = token.text.endswith(("ed", "s", "ing")) or token.text in IRREGULAR
    return token.text[0].islower() and formed and not is_led(said, token)


def _sides(said: Said, pivot: Token) -> list[Token]:
    """The words around a verb in its own clause and near it; those told of the circumstances are left out."""
    aside = {"in", "at", "on", "for", "with", "near", "during", "after", "before", "under", "of", "via", "into"}
    return [
        token
        for token in said.tokens
        if token.place != pivot.place and token.behind not in aside and abs(token.clause - pivot.clause) <= 3
    ]


def _passive(text: str, verb: Token, end: int) -> int:
    """Where those begin by whom it is done, in "was bought in May by" or "bought by"; 0 if a verb tells a deed."""
    clause_end = _CLAUSE_END.search(text, end)
    by = _BY.search(text, end, clause_end.start() if clause_end else len(text))
    if _BEEN.search(text, 0, verb.start) and not verb.text.endswith("ing"):
        return by.end() if by else len(text)
    return by.end() if by and _NEARBY.fullmatch(text, end, by.start()) else 0


def _around(said: Said, hinge: frozenset[str]) -> tuple[set[str], set[str]] | None:
    """The words before and behind the first word of a hinge; before and behind "than" for what is compared.

    None where nothing hangs on it: "the year before".
    """
    compared = hinge & _COMPARED and "than" in said.every
    at = re.search(r"\bthan\b" if compared else rf"\b(?:{'|'.join(hinge)})\b", said.text, re.IGNORECASE)
    if not at or not (hinge & _COMPARED or re.search(r"\w", said.text[at.end() :])):
        return None
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
        if token.name and there and token.behind in {"to", "from"} & others - there:
            yield f"another one stands behind “{token.behind}” there than “{token.text}”"


def other_side(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """Those who vote or speak for something here that they vote or speak against there, or the other way round."""
    theirs = [taken for source in sources for taken in _sides_taken(source)]
    for verb, side, of in _sides_taken(said):
        same = [
            other for deed, other, of_theirs in theirs
            if deed.stem == verb.stem and deed.negated == verb.negated and (not of or not of_theirs or of == of_theirs)
        ]  # fmt: skip
        if same and side not in same:
            yield f"“{verb.text} {side}” is “{same[0]}” there"


def _sides_taken(said: Said) -> Iterator[tuple[Token, str, str]]:
    """Each verb such as to vote with its "for" or "against", and the stem of what it is for; empty behind "it"."""
    for token in said.tokens:
        taken = _SIDE.match(said.text, token.start + len(token.text)) if token.stem in _TAKING_SIDES else None
        if taken:
            side = taken["side"].lower()
            of = next((other.stem for other in said.tokens if other.place > token.place and other.behind == side), "")
            yield token, side, of


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
