"""What a confidence is worth: does it rank right above wrong, and does it mean what it says?

Each function takes one confidence a case, 0 to 1, and whether the case is right (or positive).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = Sequence[float] | Floats
Truths = Sequence[bool] | NDArray[np.bool_]
BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """The cases whose confidence lies between two tenths."""

    low: float
    high: float
    cases: int
    confidence: float
    """Their mean confidence."""
    right: float
    """The share of them that is right."""


def auroc(scores: Numbers, positive: Truths) -> float:
    """Probability that a positive case scores above a negative one, ties half: 0 to 1, 0.5 by chance.

    The Mann-Whitney statistic (Hanley and McNeil, 1982). NaN where one of the two kinds is missing.
    """
    is_positive = np.asarray(positive, dtype=bool)
    positives = int(is_positive.sum())
    negatives = len(is_positive) - positives
    if not positives or not negatives:
        return float("nan")
    _, place, count = np.unique(np.asarray(scores, dtype=float), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    return float((ranks[is_positive].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def risk_coverage(confidence: Numbers, right: Truths) -> tuple[Floats, Floats]:
    """Coverage k/n and the share wrong among the k most confident, for k = 1…n (El-Yaniv and Wiener, 2010).

    Cases of equal confidence share their errors evenly, so the order in which they were asked does not matter.
    """
    scores = -np.asarray(confidence, dtype=float)
    wrong = 1 - np.asarray(right, dtype=float)
    if not len(scores):
        return np.empty(0), np.empty(0)
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    shared = np.repeat(np.bincount(place, weights=wrong) / count, count)
    asked = np.arange(1, len(scores) + 1)
    return asked / len(scores), np.cumsum(shared) / asked


def area_under_risk(confidence: Numbers, right: Truths) -> float:
    """Mean risk over all coverages, 0 to 1, lower is better: AURC (Geifman and El-Yaniv, 2017). NaN without cases."""
    _, risk = risk_coverage(confidence, right)
    return float(risk.mean()) if len(risk) else float("nan")


def coverage_at(precision: float, *, confidence: Numbers, right: Truths) -> float:
    """The largest share of cases that can be answered, most confident first, with at least this precision; 0 to 1."""
    coverage, risk = risk_coverage(confidence, right)
    # A hair of slack: 1 - 0.9 is a little less than 0.1 in floating point.
    return float(coverage[risk <= 1 - precision + 1e-9].max(initial=0.0))


def reliability(confidence: Numbers, right: Truths) -> list[Bin]:
    """Ten bins of equal width, those without a case left out; a confidence of 1 belongs to the last."""
    scores, is_right = np.asarray(confidence, dtype=float), np.asarray(right, dtype=float)
    # Nine decimals: 0.3 * 10 is a little more than 3, and 0.29 * 100 a little less than 29.
    place = np.clip(np.floor(np.round(scores * BINS, 9)), 0, BINS - 1)
    bins = []
    for n in range(BINS):
        if (inside := place == n).any():
            means = float(scores[inside].mean()), float(is_right[inside].mean())
            bins.append(Bin(n / BINS, (n + 1) / BINS, int(inside.sum()), *means))
    return bins


def calibration_error(confidence: Numbers, right: Truths) -> float:
    """Mean gap of confidence and share right over ten bins, weighted by their cases: ECE (Naeini et al., 2015).

    0 to 1, lower is better; NaN without cases.
    """
    bins = reliability(confidence, right)
    cases = sum(one.cases for one in bins)
    return sum(one.cases * abs(one.confidence - one.right) for one in bins) / cases if cases else float("nan")


def resampled(
    statistic: Callable[[NDArray[np.int64]], float], cases: int, *, resamples: int = 500
) -> tuple[float, float] | None:
    """Bootstrap 95 % percentile interval of a statistic of case numbers; the same on every call.

    None where no resample has a value, as with one kind of case only.
    """
    draws = np.random.default_rng(0)
    values = np.array([statistic(draws.integers(0, cases, cases)) for _ in range(resamples)])
    if np.isnan(values).all():
        return None
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)
