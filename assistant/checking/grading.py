"""How far sentences bear out a statement in other words: a few measures, weighed as ``grades.json`` has it."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from assistant.checking.clauses import any_alike, clauses_of
from assistant.checking.rules import Held
from assistant.crossencoder import Reading
from index.errors import ModelFileWrong

WEIGHED = Path(__file__).parent / "grades.json"


class Measures(NamedTuple):
    """What speaks for and against a statement."""

    lacking: float
    """Words of it that no sentence says; no names, which the rules see to."""
    together: float
    """The largest share of its words that one clause of a sentence has."""
    missing: float
    """Log-odds, by the cross-encoder, that the sentences have no answer to it as to a question."""


@dataclass(frozen=True, slots=True)
class Grades:
    """How much each measure weighs."""

    weights: tuple[float, ...]
    least: float
    """From which weighted sum on a statement passes."""

    def __call__(self, measures: Measures) -> float:
        """By how much the weighted sum is above the least; what passes is at 0 or above."""
        return sum(weight * one for weight, one in zip(self.weights, measures, strict=True)) - self.least


def measure(held: Held, reading: Reading) -> Measures:
    """The measures of a statement; ``reading``: of the sentences together, with the statement as the question."""
    stems = {token.stem for token in held.said.tokens}
    clauses = [words for source in held.theirs for words in clauses_of(source)]
    found = max((sum(any_alike({stem}, words) for stem in stems) for words in clauses), default=0)
    together = found / max(1, len(stems))
    return Measures(len(held.absent), together, reading.missing)


@cache
def grades(weighed: Path = WEIGHED) -> Grades:
    """The weights, read once; ``ModelFileWrong`` if they are missing or of other measures."""
    try:
        stored = json.loads(weighed.read_text(encoding="utf-8"))
        return Grades(tuple(float(stored[name]) for name in Measures._fields), float(stored["least"]))
    except (OSError, ValueError, KeyError) as cause:
        raise ModelFileWrong(f"The weights {weighed} cannot be read. Reinstall Byline.") from cause
