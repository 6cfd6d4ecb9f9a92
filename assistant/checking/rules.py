"""The rules by which a statement is held against sentences, in their order."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.checking.coverage import uncovered
from assistant.checking.figures import wholes, wrong_amounts, wrong_times
from assistant.checking.reality import overstated, turned, unreal
from assistant.checking.roles import moved, other_side, other_speaker, turned_round, unhinged
from assistant.checking.said import Said, take_apart

if TYPE_CHECKING:
    from assistant.checking import Source

Rule = Callable[[Said, Sequence[Said]], Iterator[str]]
"""Tells of a statement what speaks against its resting on some sentences, in words that a person understands."""
RULES: tuple[Rule, ...] = (
    wrong_amounts, wholes, wrong_times, turned, unreal, overstated, turned_round, unhinged, moved, other_side,
    other_speaker,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Held:
    """A statement and sentences, taken apart and held against each other."""

    said: Said
    theirs: tuple[Said, ...]
    reasons: tuple[str, ...]
    """What rules it out that they support it: broken rules, and words that they do not have."""


def hold(text: str, sources: Sequence["Source"]) -> Held:
    """A statement held against sentences by every rule; there is at least one sentence."""
    said = take_apart(text, sources[0].published)
    theirs = tuple(take_apart(one.quote, one.published) for one in sources)
    reasons = [reason for rule in RULES for reason in rule(said, theirs)]
    lacking = uncovered(said, theirs, [one.title for one in sources])
    reasons += [f"“{token.text}” is not in the sentence" for token in lacking]
    return Held(said, theirs, tuple(dict.fromkeys(reasons)))
