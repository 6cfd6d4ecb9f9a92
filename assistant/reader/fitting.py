"""Fit linear models: one that ranks the best of a list first, and one that tells a probability."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


Bounds = Sequence[tuple[float | None, float | None]]
"""For each column, the least and the greatest weight it may have."""


def bounds(
    columns: Sequence[str], *, against: Collection[str], either: Collection[str], most: Mapping[str, float]
) -> Bounds:
    """Weights of the sign that each column must have, whatever the accidents of the questions fitted on.

    ``most``: the greatest weight of a column that speaks against, where even more is known of it.
    """
    return [
        (None, None) if name in either else (None, most.get(name, 0.0)) if name in against else (0.0, None)
        for name in columns
    ]


def scaled(limits: Bounds, spread: Floats) -> Bounds:
    """The same limits for weights of columns that were divided by their spread."""
    return [
        (None if least is None else least * wide, None if most is None else most * wide)
        for (least, most), wide in zip(limits, spread, strict=True)
    ]


def ranking(lists: Sequence[tuple[Floats, Flags]], *, limits: Bounds, penalty: float = 1e-3) -> Floats:
    """Weights by which a right row of each list scores highest; each list has one right row at least."""
    listed = Lists(lists)

    def loss(weights: Floats) -> tuple[float, Floats]:
        value, pull = listed.loss(listed.scaled @ weights)
        return value + penalty * float(weights @ weights), listed.scaled.T @ pull + 2 * penalty * weights

    start = np.zeros(listed.scaled.shape[1])
    return np.asarray(
        minimize(loss, start, jac=True, method="L-BFGS-B", bounds=scaled(limits, listed.spread)).x / listed.spread
    )


def rankings(
    groups: Sequence[str], lists: Sequence[tuple[Floats, Flags]], *, shared: float, own: float
) -> dict[str, Floats]:
    """Weights for each group of lists: a part that all share, drawn to zero by ``shared``, and its own by ``own``."""
    listed, names = Lists(lists), sorted(set(groups))
    of_group = np.repeat([names.index(name) for name in groups], listed.sizes)
    places = [np.flatnonzero(of_group == group) for group in range(len(names))]
    blocks = [listed.scaled[place] for place in places]

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(len(names) + 1, -1)
        scores = np.empty(len(listed.scaled))
        for group, place in enumerate(places):
            scores[place] = blocks[group] @ (weights[0] + weights[group + 1])
        value, pull = listed.loss(scores)
        slopes = [blocks[group].T @ pull[place] for group, place in enumerate(places)]
        slope = np.stack([np.sum(slopes, axis=0), *slopes])
        strength = np.array([shared, *[own] * len(names)])[:, None]
        return value + float((strength * weights**2).sum()), (slope + 2 * strength * weights).ravel()

    start = np.zeros((len(names) + 1) * listed.scaled.shape[1])
    fitted = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x.reshape(len(names) + 1, -1)
    return {name: (fitted[0] + fitted[group + 1]) / listed.spread for group, name in enumerate(names)}


class Lists:
    """Lists of rows, some of them right, laid end to end with their columns scaled alike."""

    def __init__(self, lists: Sequence[tuple[Floats, Flags]]) -> None:
        rows = np.concatenate([rows for rows, _ in lists])
        self.right = np.concatenate([right for _, right in lists]).astype(float)
        self.spread = rows.std(axis=0) + 1e-6
        self.scaled = (rows - rows.mean(axis=0)) / self.spread
        self.sizes = np.array([len(right) for _, right in lists])
        self._first = np.append(0, np.cumsum(self.sizes)[:-1])
        self._of_list = np.repeat(np.arange(len(lists)), self.sizes)

    def loss(self, scores: Floats) -> tuple[float, Floats]:
        """The mean surprise that the right rows of a list are right, and its slope by each score."""
        raised = np.exp(scores - np.maximum.reduceat(scores, self._first)[self._of_list])
        every = np.add.reduceat(raised, self._first)
        good = np.add.reduceat(raised * self.right, self._first) + 1e-30
        pull = (raised / every[self._of_list] - raised * self.right / good[self._of_list]) / len(self.sizes)
        return float(-np.log(good / every).mean()), pull


def probability(
    rows: Floats, right: Flags, shares: Floats, *, limits: Bounds, penalty: float = 1e-3
) -> tuple[Floats, float]:
    """Weights and bias of a logistic regression; ``shares``: how much each row counts."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    near, counts, wanted = (rows - mean) / spread, shares / shares.sum(), right.astype(float)

    def loss(fitted: Floats) -> tuple[float, Floats]:
        weights, bias = fitted[:-1], fitted[-1]
        scores = near @ weights + bias
        value = counts @ (np.logaddexp(0, scores) - wanted * scores) + penalty * (weights @ weights)
        pull = counts * (1 / (1 + np.exp(-scores)) - wanted)
        return float(value), np.append(near.T @ pull + 2 * penalty * weights, pull.sum())

    start = np.zeros(rows.shape[1] + 1)
    fitted = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[*scaled(limits, spread), (None, None)]).x
    weights = fitted[:-1] / spread
    return weights, float(fitted[-1] - weights @ mean)
