"""Two runs over the same cases, case by case: what changed, and whether chance would do as much."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.asking import kept_lines
from eval.cases import Case
from eval.errors import RunForeign
from eval.judging import Outcome
from eval.scoring import COSTS, FIGURES, is_cost

JUDGED = "judged.jsonl"
"""In a run's folder: each case's verdict and values, for a comparison."""
RESAMPLES = 2_000

Floats = NDArray[np.float64]
Values = Mapping[str, Mapping[str, float]]
"""What each case, by its id, adds to each figure."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of two runs over the cases that speak of it in both."""

    name: str
    cases: int
    before: float
    after: float
    low: float
    """Of the change, ``after - before``: its 95 % paired bootstrap interval."""
    high: float
    p: float
    """How often chance alone would change as much: McNemar's exact test for yes and no, else sign flips."""
    better: int
    """Cases in which the second run does better."""
    worse: int

    @property
    def change(self) -> float:
        """``after - before``."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Turned:
    """A case that is right in one run and not in the other."""

    id: str
    question: str
    before: str
    """Its verdict in the first run."""
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that two runs over the same cases differ in."""

    changed_inputs: Sequence[str]
    """What shaped the runs and is not the same."""
    differences: Sequence[Difference]
    better: Sequence[Turned]
    worse: Sequence[Turned]

    def to_json(self) -> dict[str, Any]:
        """The comparison as JSON values."""
        return asdict(self)


def judged_line(outcome: Outcome) -> dict[str, Any]:
    """A line of judged.jsonl; "case" is a digest of the case as it was asked."""
    return {
        "id": outcome.case.id,
        "case": case_digest(outcome.case),
        "question": outcome.case.question,
        "verdict": outcome.verdict,
        "values": {name: round(value, 6) for name, value in outcome.values.items()},
    }


def case_digest(case: Case) -> str:
    """Names a case with all that it demands: another question, answer or source gives another digest."""
    return hashlib.sha256(json.dumps(asdict(case), sort_keys=True).encode()).hexdigest()[:16]


def judged(folder: Path) -> dict[str, dict[str, Any]]:
    """The judged cases of a finished run by id; RunForeign where there is none."""
    if not (lines := kept_lines(folder / JUDGED)):
        raise RunForeign(f"{folder} holds no finished run. Make one with: byline-eval run --out {folder}")
    return lines


def compare(before: Path, after: Path) -> Comparison:
    """The second run against the first; RunForeign unless both asked the same cases of the same articles."""
    first, second = judged(before), judged(after)
    if set(first) != set(second) or any(first[one]["case"] != second[one]["case"] for one in first):
        apart = [
            one for one in {**first, **second} if first.get(one, {}).get("case") != second.get(one, {}).get("case")
        ]
        raise RunForeign(
            f"{before} and {after} did not ask the same cases ({len(apart)} differ, such as {apart[0]!r}), so their "
            "figures cannot be compared. Run both over the same articles and questions."
        )
    inputs_before, inputs_after = (_inputs(folder) for folder in (before, after))
    if inputs_before.get("corpus") != inputs_after.get("corpus"):
        raise RunForeign(f"{before} and {after} read different articles. Run both over the same articles.")
    changed = [name for name in inputs_after if inputs_before.get(name) != inputs_after[name]]
    found = differences(_values(first), _values(second))
    turned = [
        Turned(one, first[one]["question"], first[one]["verdict"], second[one]["verdict"])
        for one in first
        if first[one]["values"]["right"] != second[one]["values"]["right"]
    ]
    better = [one for one in turned if second[one.id]["values"]["right"]]
    return Comparison(changed, found, better, [one for one in turned if one not in better])


def differences(before: Values, after: Values, names: Sequence[str] = (*FIGURES, *COSTS)) -> list[Difference]:
    """Each figure that cases of both sides speak of, in the order it is listed."""
    found = []
    for name in names:
        pairs = [
            (before[one][name], after[one][name])
            for one in before
            if name in before[one] and name in after.get(one, {})
        ]
        if pairs:
            found.append(
                _difference(name, np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs]))
            )
    return found


def _difference(name: str, before: Floats, after: Floats) -> Difference:
    change = after - before
    gain = -change if is_cost(name) else change
    better, worse = int((gain > 0).sum()), int((gain < 0).sum())
    low, high = _interval(change)
    yes_and_no = np.isin(before, (0, 1)).all() and np.isin(after, (0, 1)).all()
    p = _mcnemar(better, worse) if yes_and_no else _sign_flips(change)
    return Difference(name, len(change), float(before.mean()), float(after.mean()), low, high, p, better, worse)


def _interval(change: Floats) -> tuple[float, float]:
    from scipy.stats import bootstrap  # type: ignore[import-untyped]  # noqa: PLC0415  only a comparison waits

    if np.ptp(change) == 0:
        return float(change[0]), float(change[0])
    found = bootstrap((change,), np.mean, n_resamples=RESAMPLES, method="percentile", batch=200, rng=0)
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def _mcnemar(better: int, worse: int) -> float:
    """McNemar's exact test, two-sided: is a case that changed as likely to get worse as better?"""
    from scipy.stats import binomtest  # noqa: PLC0415

    return float(binomtest(better, better + worse).pvalue) if better + worse else 1.0


def _sign_flips(change: Floats) -> float:
    """Paired permutation test, two-sided: how often does a mean so far from 0 come of changes with random signs?"""
    from scipy.stats import permutation_test  # noqa: PLC0415

    moved = change[change != 0]
    if len(moved) < 2:  # a single change has as large a mean with either sign
        return 1.0
    mean: Callable[..., Any] = np.mean
    found = permutation_test((moved,), mean, permutation_type="samples", n_resamples=RESAMPLES, batch=200, rng=0)
    return float(found.pvalue)


def _values(lines: Mapping[str, Mapping[str, Any]]) -> Values:
    return {one: line["values"] for one, line in lines.items()}


def _inputs(folder: Path) -> Mapping[str, Any]:
    try:
        inputs: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))["inputs"]
    except (OSError, ValueError, KeyError) as exc:
        raise RunForeign(f"{folder} has no manifest, so what shaped it is not known. Run it again.") from exc
    return inputs
