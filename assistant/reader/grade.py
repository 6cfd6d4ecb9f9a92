"""Fit how a statement in other words is graded: ``python -m assistant.reader.grade``, as README.md describes."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from assistant.checking import Source
from assistant.checking.examining import Examiner
from assistant.checking.grading import WEIGHED, Measures, grades, measure
from assistant.checking.rules import hold
from assistant.crossencoder import CrossEncoder
from assistant.reader.fitting import bounds, probability
from assistant.reader.written import Page, articles
from index.embedding import MiniLM
from index.sentences import split

LIMITS = bounds(Measures._fields, against={"lacking", "missing"}, either=(), most={})
FALSE_THROUGH = 0.02
"""Share of the statements held against a sentence that does not speak of them which may pass."""


Kind = Literal["true", "turned", "of another sentence"]


@dataclass(frozen=True, slots=True)
class Case:
    """A statement held against a sentence."""

    kind: Kind
    measures: Measures | None
    """None where a rule forbids it."""


def main() -> None:
    """Fit on pages that the cross-encoder has not learnt from, write the weights, tell what they let through."""
    examiner = Examiner(CrossEncoder(MiniLM(workers=2)))
    cases = [case for page in articles("told", held_out=True) for case in held_against(page, examiner)]
    fitted = fit(cases)
    WEIGHED.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    for name in ("true", "turned", "of another sentence"):
        some = [one for one in cases if one.kind == name]
        allowed = [one.measures for one in some if one.measures]
        print(f"{name}: {len(some)}, allowed by the rules {len(allowed)}, by the grade too", sum(
            grades()(one) >= 0 for one in allowed
        ))  # fmt: skip


def held_against(page: Page, examiner: Examiner) -> Iterator[Case]:
    """The true statements of a page and the turned ones, each against the sentence that has the most of the
    true one; the true one also against the sentence that has the least of it.
    """
    sources = [Source(sentence.text, page.key) for sentence in split(page.text)]
    for (true, _), (turned, _) in zip(page.told[::2], page.told[1::2], strict=True):
        held = {source: hold(true, [source]) for source in sources}
        near, *_, far = sorted(sources, key=lambda source: len(held[source].forbidding + held[source].absent))
        tried: tuple[tuple[str, Source, Kind], ...] = (
            (true, near, "true"), (turned, near, "turned"), (true, far, "of another sentence"),
        )  # fmt: skip
        for text, source, kind in tried:
            found = hold(text, [source])
            yield Case(kind, None if found.forbidding else measure(found, examiner.read(text, [source.quote])))


def fit(cases: Sequence[Case]) -> dict[str, float]:
    """The weight of each measure, and from which sum on a statement passes."""
    allowed = [(one.kind, one.measures) for one in cases if one.measures]
    rows, kinds = np.array([measures for _, measures in allowed]), np.array([kind for kind, _ in allowed])
    weights, _ = probability(rows, kinds == "true", np.ones(len(rows)), limits=LIMITS)
    astray = np.sort(rows[kinds == "of another sentence"] @ weights)[::-1]
    least = astray[int(FALSE_THROUGH * sum(one.kind == "of another sentence" for one in cases))]
    return {
        name: round(float(one), 4) for name, one in zip((*Measures._fields, "least"), (*weights, least), strict=True)
    }


if __name__ == "__main__":
    main()
