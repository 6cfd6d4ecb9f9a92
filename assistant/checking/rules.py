"""The rules by which a statement is held against sentences, in their order."""

from collections.abc import Callable, Iterator, Sequence

from assistant.checking.deeds import of_another, turned_round
from assistant.checking.figures import merged, other_things, reattached, wholes, wrong_amounts, wrong_times
from assistant.checking.reality import overstated, turned, unreal, widened
from assistant.checking.roles import moved, other_speaker, recombined, renamed, unhinged
from assistant.checking.said import Said

Rule = Callable[[Said, Sequence[Said]], Iterator[str]]
"""Tells of a statement what speaks against its resting on some sentences, in words that a person understands."""
RULES: tuple[Rule, ...] = (
    wrong_amounts, wholes, other_things, wrong_times, reattached, merged, turned, unreal, overstated, widened,
    turned_round, of_another, unhinged, recombined, moved, renamed, other_speaker,
)  # fmt: skip
