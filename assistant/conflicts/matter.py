"""Whether two findings speak of one matter: the same thing, the same time, the same stage, the same part of it."""

# ruff: noqa: E501  a rule is one line, so that a list of them can be read down

import re
from collections.abc import Iterator

from assistant.checking.said import Said, Token, take_apart
from assistant.checking.wording import key, wording
from assistant.conflicts.narrowing import clause, narrowed, says_same
from assistant.conflicts.values import Value
from assistant.dates import Period, told
from assistant.expected import expected
from assistant.quantities import LONGEST
from assistant.terms import words

_STAGES = tuple(
    frozenset(group.split())
    for group in (
        "target targets goal goals aim",
        "capacity capable equipped designed room accommodate peak",
        "total cumulative altogether overall",
        "first initial initially preliminary",
        "poll polls survey",
        "forecast forecasts estimate predicted prediction",
        "ordered orders order bought buys buy",
        "registered reserved reservations booked",
        "earned earns sold sells sales",
        "asked asks demanded demands sought seeks prosecutor",
        "deputy vice assistant",
        "former ex predecessor outgoing",
        "acting interim",
        "finance financial",
        "pair apiece each dozen",
        "reached survived failed hatched broken",
        "began begin begins beginning started starts",
        "end ends ended finish finishes finished",
        "average averages averaged mean median typical typically",
        "top maximum",
        "minimum least",
        "run maintain maintenance upkeep",
        "destroyed destroy destroys",
    )
)
"""A sentence with a word of one of these speaks of another quantity than a sentence without."""
_PLANNED = re.compile(
    r"\b(?:will|would|shall|could|might|may|plans?|planned|aims?|wants?|hopes?|expects?|expected|intends?|is to|are to|proposed"
    r"|pledge[sd]?|promise[sd]?|vow(?:s|ed)|earmarked|in mind)\b",
    re.IGNORECASE,
)
_HAVING = re.compile(r"\b(?:has|have|had|already)\b", re.IGNORECASE)
_LENGTH = re.compile(
    r"\b(?:first|last|past|opening|within|over|of|in|for) ((?:\w+ )?(?:hour|day|night|week|weekend|month|quarter|season|year|decade)s?)\b",
    re.IGNORECASE,
)
_PART = re.compile(
    r"^(?:Of|From|Out of) (?:this|that)\b|^(?P<all>(?:Of|Among) (?:the|these|those|its|their|all)?)|\b(?:of them|of these|of those|of whom|of which|alone|only)\b"
)
_ANOTHER = re.compile(
    r"(?<!his )(?<!her )(?<!its )(?<!their )\b(?:last|previous|next|coming) (?:year|season|summer|winter|spring|autumn)\b",
    re.IGNORECASE,
)
_SAYING = re.compile(r"\b(?:said|says|told|reported|announced|showed|wrote)\b[^,;]{0,25}$", re.IGNORECASE)
_PLACE = re.compile(
    r"(\w+) (?:the|a|an|its|his|her|their) $|\b(in|at|on|for|from|to|during|with|by|of) $", re.IGNORECASE
)
_COVERED = {"amount": 0.0, "truth": 0.0, "cause": 0.0, "name": 0.49, "time": 0.5}
"""Of the words of the question that the one sentence has, the share that the other has more than."""


def another_matter(question: str, one: Value, other: Value) -> bool:
    """Whether two values may both be right, being told of different things."""
    asked = take_apart(question[:LONGEST])
    return (
        _other_stage(question, one, other)
        or _other_time(one, other)
        or _other_thing(asked, one, other)
        or _other_thing(asked, other, one)
        or not _covers(question, asked, one, other)
        or narrowed(question, one, other)
    )


def _other_stage(question: str, one: Value, other: Value) -> bool:
    """Planned and done, target and capacity, a part and the whole."""
    texts = [each.finding.sentence.text for each in (one, other)]
    if one.form in {"truth", "cause"}:
        return False
    first, second = ({word.text.lower() for word in words(clause(each))} for each in (one, other))
    if any(bool(group & first) != bool(group & second) for group in _STAGES):
        return True
    # Asked for what is to come, "the price is put at" tells it too, but "has" tells what is there.
    reality = _HAVING if _PLANNED.search(question) else _PLANNED
    if one.form != "time" and bool(reality.search(clause(one))) != bool(reality.search(clause(other))):
        return True
    return one.form == "amount" and _of_a_part(question, texts[0]) != _of_a_part(question, texts[1])


def _of_a_part(question: str, text: str) -> bool:
    """Whether a sentence counts some of the things that are asked for, rather than all of them."""
    found = _PART.search(text)
    if not found or not found["all"]:
        return bool(found)
    asked = {key(word.text.lower()) for word in words(question) if word.telling}
    return any(key(word.text.lower()) in asked for word in words(text[found.end("all") :])[:3])


def _other_time(one: Value, other: Value) -> bool:
    """Two times that are no part of the values and do not meet: this year and next year."""
    if one.form == "time":
        return False
    lengths = [_lengths(each) for each in (one, other)]
    if all(lengths) and lengths[0] != lengths[1]:
        return True
    first, second = ([*_times(each)] for each in (one, other))
    if (lengths[0] and not lengths[1] and second) or (lengths[1] and not lengths[0] and first):
        return True
    if not first or not second:
        return bool(first or second) and any(_ANOTHER.search(each.finding.sentence.text) for each in (one, other))
    return not all(
        any(mine.meets(theirs) for theirs in there)
        for here, there in ((first, second), (second, first))
        for mine in here
    )


def _lengths(said: Value) -> set[str]:
    """How long what a sentence tells took, but for a length that is its value."""
    found = _LENGTH.finditer(said.finding.sentence.text)
    return {one[1].lower() for one in found if one.end() <= said.start or said.end <= one.start()}


def _times(said: Value) -> Iterator[Period]:
    """The times of a sentence, but for the day on which someone said it."""
    text = said.finding.sentence.text
    for time in told(text, said.finding.hit.metadata.published):
        if time.period and not _SAYING.search(text[: time.start]):
            yield time.period


def _other_thing(asked: Said, one: Value, other: Value) -> bool:
    """Whether a word asked for has another in its place: in the final, in the season; Heron and Heron Max."""
    if one.form in {"truth", "cause"}:
        return False
    ours, theirs = _free(one), _free(other)
    wanted = {token.stem for token in asked.tokens}
    new = [token for token in theirs if token.stem not in wanted and not _among(token, ours)]
    for token in ours:
        if token.stem not in wanted or _among(token, theirs):
            continue
        if any(wording().opposed(token.stem, their.stem) for their in new):
            return True
        place = _place_of(token, one)
        if place and any(_place_of(their, other) == place and their.name == token.name for their in new):
            return True
    named = [token for token in asked.tokens if token.name]
    return any(
        their.name and their.place == token.place + 1 and any(token.stem == name.stem for name in named)
        and other.said.text[token.start + len(token.text) : their.start] == " " and not _among(their, ours)
        for token in other.said.tokens for their in new
    )  # fmt: skip


def _free(said: Value) -> list[Token]:
    """The words of a sentence outside its value."""
    value_words = {key(word.text.lower()) for word in words(said.finding.sentence.text[said.start : said.end])}
    return [token for token in said.said.tokens if token.stem not in value_words]


def _among(token: Token, others: list[Token]) -> bool:
    return any(says_same(token.stem, other.stem) for other in others)


def _place_of(token: Token, said: Value) -> str:
    """The word that a word with its article stands right behind: plays, in "plays the piano"."""
    found = _PLACE.search(said.said.text[: token.start])
    return key((found[1] or found[2]).lower()) if found else ""


def _covers(question: str, asked: Said, one: Value, other: Value) -> bool:
    """Whether the other sentence has enough of the question's words that the one has; names alone are not enough."""
    head = key(expected(question).head)
    ours, theirs = ([token.stem for token in each.said.tokens] for each in (one, other))
    wanted = {
        token.stem
        for token in asked.tokens
        if not token.name and (token.stem != head or one.form in {"amount", "cause"})
    }
    met = [stem for stem in wanted if any(wording().alike(stem, mine) for mine in ours)]
    shared = [stem for stem in met if any(says_same(stem, their) for their in theirs)]
    return not met or len(shared) > _COVERED[one.form] * len(met)
