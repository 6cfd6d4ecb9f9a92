"""The rules by which a statement is held against sentences, in their order."""

from collections.abc import Callable, Iterator, Sequence

from assistant.checking.company import other_company, other_slot
from assistant.checking.figures import wholes, wrong_amounts, wrong_times
from assistant.checking.reality import overstated, turned, unreal
from assistant.checking.roles import moved, other_doer, other_side, other_speaker, turned_round, unhinged
from assistant.checking.said import Said

Rule = Callable[[Said, Sequence[Said]], Iterator[str]]
"""Tells of a statement what speaks against its resting on some sentences, in words that a person understands."""
RULES: tuple[Rule, ...] = (
    wrong_amounts, wholes, wrong_times, turned, unreal, overstated, turned_round, other_doer, unhinged, moved,
    other_side, other_speaker, other_company, other_slot,
)  # fmt: skip
