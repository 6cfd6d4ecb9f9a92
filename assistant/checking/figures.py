"""Numbers and times: whether a sentence tells them, and tells them of the same thing."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from assistant.checking import amounts, times
from assistant.checking.amounts import Amount
from assistant.checking.clauses import any_alike, clause_words, clauses_of, joints, listed
from assistant.checking.roles import is_verb
from assistant.checking.said import Said
from assistant.checking.wording import key, wording
from assistant.terms import words

_UNNAMED = re.compile(r"\s+of (?:them|those|these|which|whom)\b|\s*(?:[.,;:)]|$)", re.IGNORECASE)
"""What stands behind a number whose things are named before it."""
_OF_A_WHOLE = re.compile(r"\s+(?:\w+\s+)?of\s+(?:(?:the|its|his|her|their|some|about)\s+)*", re.IGNORECASE)
_GENERAL = frozenset(map(key, ("year", "month", "week", "day", "quarter", "period", "time")))
"""Words that number and time share with too many others."""
_LAST_OF_A_LIST = re.compile(r"\band (?:about |some |nearly )?$")
_JOINT = re.compile(r"[,;:]")
_RELATIVE = re.compile(r"\b(?:which|who|whose|that)\b")
_LEANS = 6
"""Characters by which a time belongs rather to the number before it."""


Anchors = tuple[Sequence[Any], Sequence[Any]]
"""The numbers, or the times, of a statement and of a sentence."""


def wrong_amounts(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """Numbers that no source tells, or tells of something else."""
    for one in said.amounts:
        there = [(other, source) for source in sources for other in source.amounts if amounts.told(one, other)]
        if one.value == 1 and not one.unit and not there:
            if not any(source.every & {"a", "an", "one", "single"} for source in sources):
                yield f"the number “{one.said}” is not in the sentence"
        elif not there:
            yield f"the number “{one.said}” is not in the sentence"
        elif one.role and all(_another_part(one, other, source) for other, source in there):
            yield f"“{one.role} {one.said}” has another part there"


def _another_part(said: Amount, other: Amount, source: Said) -> bool:
    """Whether a number is told there as what something changes by, or from, and here as what it changes to, or so."""
    before = words(source.text[: other.start])
    changes = bool(before) and any(wording().alike(key(before[-1].text), key(word)) for word in ("rise", "fall"))
    return said.role != other.role and (bool(other.role) or (said.role == "to" and changes))


def other_things(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """Numbers of things of which there is another number, or none, there: 40,000 vans, not workers."""
    for one in said.amounts:
        behind = [token for token in said.tokens if token.start > one.start]
        if behind and said.text[one.end : behind[0].start].strip():
            continue
        for source in sources:
            there = [other for other in source.amounts if amounts.told(one, other)]
            named = [token for token in source.tokens if behind and token.stem == behind[0].stem]
            if one.unit or not there or not named:
                continue
            if any(_UNNAMED.match(source.text, other.end) and named[0].start < other.start for other in there):
                continue
            counted = {token.stem for token in behind[:1] if not token.name} or {token.stem for token in behind[:2]}
            if not any(_counts(source, other, counted, said) for other in there):
                yield f"“{one.said}” counts something else than {behind[0].text} there"


def wholes(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """What is told there of a part, told of the whole: "close two of its five plants", but here "close five plants"."""
    for source in sources:
        for part, whole in pairwise(source.amounts):
            if not _OF_A_WHOLE.fullmatch(source.text[part.end : whole.start]):
                continue
            clause = clause_words(source, part.start) - _run_behind(source, whole.end)
            deeds = {token.stem for token in said.tokens if not token.text[0].isupper()} & clause
            parts = any(amounts.told(one, part) for one in said.amounts)
            if deeds and not parts and any(amounts.told(one, whole) for one in said.amounts):
                yield f"“{whole.said}” is the whole there, and it is told of {part.said}"


def _run_behind(source: Said, at: int) -> set[str]:
    """The words behind a number that may be what it counts: up to six, and no further than a mark."""
    behind = re.match(r"(?:\s+[\w’'-]+){0,6}", source.text[at:])
    end = at + (behind.end() if behind else 0)
    return {token.stem for token in source.tokens if at <= token.start < end}


def _counts(source: Said, amount: Amount, counted: set[str], said: Said) -> bool:
    """Whether a number may count these things there: in its clause, where it does not stand before other things."""
    right = next(
        (one for one in source.tokens if not source.text[amount.end : one.start].strip() and one.start >= amount.end),
        None,
    )
    other = right is not None and not any_alike({right.stem}, {token.stem for token in said.tokens})
    return bool(counted & (_run_behind(source, amount.end) if other else clause_words(source, amount.start)))


def wrong_times(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """Times that no source tells."""
    for one in said.times:
        if not any(times.told(one, other) for source in sources for other in source.times):
            yield f"the time “{one.said}” is not in the sentence, or told otherwise"


def reattached(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """Numbers and dates told of another thing than there."""
    for source in sources:
        yield from _reattached(said, (said.amounts, source.amounts), source, amounts.told)
        yield from _reattached(said, (said.times, source.times), source, times.told)
        yield from _redated(said, source)


def merged(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """A number or time of one sentence with what only another tells: "vetoed it on Thursday" and "had approved it",
    but here "approved it on Thursday"."""
    if len(sources) < 2:
        return
    yield from _merged(said, said.amounts, sources, [source.amounts for source in sources], amounts.told)
    yield from _merged(said, said.times, sources, [source.times for source in sources], times.told)


def _merged(
    said: Said, ours: Sequence[Any], sources: Sequence[Said], theirs: Sequence[Sequence[Any]], same: Callable[..., bool]
) -> Iterator[str]:
    for one in ours:
        there = [source for source, its in zip(sources, theirs, strict=True) if any(same(one, other) for other in its)]
        clause = clause_words(said, one.start)
        deeds = {token.stem for token in said.tokens if token.stem in clause and is_verb(said, token)}
        told = {token.stem for source in there for token in source.tokens}
        turned = any(wording().converse(deed, other) for deed in deeds for other in told)
        if there and deeds and not turned and not any_alike(deeds, told):
            yield f"“{one.said}” is not told of that there"


def _reattached(said: Said, anchors: Anchors, source: Said, same: Callable[..., bool]) -> Iterator[str]:
    """Each number is told with words of its own clause there, not with those of another number's."""
    ours, theirs = anchors
    groups = [clause_words(source, other.start) for other in theirs]
    taken = [next((n for n, other in enumerate(theirs) if same(one, other)), None) for one in ours]
    if None in taken or not ours:
        return
    stems = {token.stem for token in said.tokens}
    named = {token.stem for token in source.tokens if token.text[0].isupper()}
    used = set().union(*(groups[its] for its in taken if its is not None))
    for one, its in zip(ours, taken, strict=True):
        own = groups[its or 0] - _GENERAL
        if len(theirs) == 1 and isinstance(one, times.Time) and _leads(source, theirs[0].start):
            continue
        elsewhere = set().union(*clauses_of(source).values()) - own
        nearby = stems if own <= named else clause_words(said, one.start)  # "Anna Kray said on Friday"
        if own and nearby & elsewhere and not any_alike(own, nearby):
            yield f"“{one.said}” belongs to {listed(own)} there"
    later = set().union(*(group for n, group in enumerate(groups) if n > max(its or 0 for its in taken)))
    later -= _shared_verb(source, theirs)
    if astray := (later - used) & stems:
        yield f"{listed(astray)} belongs to another number there"


def _leads(source: Said, at: int) -> bool:
    """Whether a time stands at the beginning of a sentence, and so is that of all it tells."""
    before = [start for start in joints(source.text) if start <= at]
    return len(before) < 2 and not _RELATIVE.search(source.text[:at])


def _shared_verb(source: Said, theirs: Sequence[Any]) -> set[str]:
    """What is told of all the things of a list, behind its last: "two cats, a dog and nine hens were found"."""
    last = theirs[-1]
    listed = bool(_LAST_OF_A_LIST.search(source.text[: last.start])) and len(theirs) > 1
    verb = next((token for token in source.tokens if token.start > last.end and is_verb(source, token)), None)
    if not listed or verb is None or _JOINT.search(source.text[last.end : verb.start]):
        return set()
    return {token.stem for token in source.tokens if token.start >= verb.start}


def _redated(said: Said, source: Said) -> Iterator[str]:
    """A number with the time of another number: 3.6% in July and 3.1% in August, but here 3.6% in August."""
    for amount in said.amounts:
        for time in said.times:
            counted = [n for n, one in enumerate(source.amounts) if amounts.told(amount, one)]
            dated = [n for n, one in enumerate(source.times) if times.told(time, one)]
            if not counted or not dated or _nearest(amount.start, said.times, behind=True) is not time:
                continue
            its_time = _nearest(source.amounts[counted[0]].start, source.times, behind=True)
            its_amount = _nearest(source.times[dated[0]].start, source.amounts, behind=False)
            if its_time is not source.times[dated[0]] and its_amount is not source.amounts[counted[0]]:
                yield f"“{amount.said}” is told of {its_time.said} there"


def _nearest(at: int, others: Sequence[Any], *, behind: bool) -> Any:
    """The one next to a place, rather ``behind`` than before it or the reverse."""
    return min(others, key=lambda one: abs(one.start - at) + (_LEANS if (one.start > at) != behind else 0))
