import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from eval.calibration import (
    area_under_risk,
    auroc,
    calibration_error,
    coverage_at,
    reliability,
    resampled,
    risk_coverage,
)

confidences = st.lists(st.sampled_from([0.1, 0.2, 0.5, 0.9]), min_size=1, max_size=30)


def test_auroc_by_hand():
    # Pairs: (.9 > .4), (.9 > .6), (.5 > .4), (.5 < .6): three of four.
    assert auroc([0.9, 0.4, 0.5, 0.6], [True, False, True, False]) == 0.75
    assert auroc([0.5, 0.5], [True, False]) == 0.5
    assert math.isnan(auroc([0.5, 0.6], [True, True]))


@given(confidences, st.randoms(use_true_random=False))
def test_auroc_is_the_share_of_pairs_in_order(scores, random):
    positive = [random.random() < 0.5 for _ in scores]
    pairs = [
        1.0 if a > b else 0.5 if a == b else 0.0
        for a, is_a in zip(scores, positive, strict=True)
        for b, is_b in zip(scores, positive, strict=True)
        if is_a and not is_b
    ]
    if pairs:
        assert auroc(scores, positive) == pytest.approx(np.mean(pairs))


def test_risk_coverage_by_hand():
    coverage, risk = risk_coverage([0.2, 0.9, 0.7, 0.4], [False, True, False, True])
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1]
    assert risk == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2])
    assert area_under_risk([0.2, 0.9, 0.7, 0.4], [False, True, False, True]) == pytest.approx(
        (1 / 2 + 1 / 3 + 1 / 2) / 4
    )


@given(confidences, st.randoms(use_true_random=False))
def test_risk_does_not_depend_on_the_order_of_the_cases(scores, random):
    cases = [(score, random.random() < 0.5) for score in scores]
    shuffled = random.sample(cases, len(cases))
    _, risk = risk_coverage(*zip(*cases, strict=True))
    _, again = risk_coverage(*zip(*shuffled, strict=True))
    assert risk == pytest.approx(again)
    assert risk[-1] == pytest.approx(1 - np.mean([right for _, right in cases]))
    assert 0 <= area_under_risk(*zip(*cases, strict=True)) <= 1


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.3, 0.3, 0.8]), st.booleans()), min_size=1, max_size=20))
def test_getting_a_case_right_never_raises_the_risk(cases):
    confidence, right = zip(*cases, strict=True)
    better = [True, *right[1:]]
    assert area_under_risk(confidence, better) <= area_under_risk(confidence, right) + 1e-12
    assert coverage_at(0.9, confidence=confidence, right=better) >= coverage_at(0.9, confidence=confidence, right=right)


def test_no_cases_have_no_risk():
    assert [len(axis) for axis in risk_coverage([], [])] == [0, 0]
    assert math.isnan(area_under_risk([], []))
    assert coverage_at(0.9, confidence=[], right=[]) == 0


def test_coverage_at_a_precision_is_the_furthest_point_that_keeps_it():
    confidence = [0.9, 0.8, 0.7, 0.6, 0.5]
    assert coverage_at(0.75, confidence=confidence, right=[True, False, True, True, False]) == 0.8
    assert coverage_at(0.9, confidence=confidence, right=[False, True, True, True, True]) == 0
    assert coverage_at(0.9, confidence=[0.5] * 10, right=[False] + [True] * 9) == 1


def test_auroc_is_the_mann_whitney_statistic():
    draws = np.random.default_rng(3)
    scores, positive = draws.integers(0, 20, 300) / 20, draws.random(300) < 0.4
    u = mannwhitneyu(scores[positive], scores[~positive]).statistic
    assert auroc(scores, positive) == pytest.approx(u / (positive.sum() * (~positive).sum()))


def test_calibration_error_by_hand():
    # Two at .95 of which one is right, gap .45; two at .15 of which none is, gap .15.
    assert calibration_error([0.95, 0.95, 0.15, 0.15], [True, False, False, False]) == pytest.approx(0.3)
    assert calibration_error([1.0, 0.0], [True, False]) == 0
    assert math.isnan(calibration_error([], []))


def test_bins_hold_every_case_once_and_their_edges_lie_below():
    bins = reliability([0.0, 0.1, 0.3, 0.7, 1.0], [False, True, True, True, True])
    assert [(one.low, one.cases) for one in bins] == [(0.0, 1), (0.1, 1), (0.3, 1), (0.7, 1), (0.9, 1)]


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_calibration_error_is_a_share_whatever_the_order(cases, random):
    error = calibration_error(*zip(*cases, strict=True))
    assert 0 <= error <= 1
    assert calibration_error(*zip(*random.sample(cases, len(cases)), strict=True)) == pytest.approx(error)
    assert sum(one.cases for one in reliability(*zip(*cases, strict=True))) == len(cases)


def test_a_resampled_interval_holds_the_value_and_is_repeatable():
    values = np.linspace(0, 1, 101)
    low, high = resampled(lambda some: float(values[some].mean()), len(values))
    assert low < 0.5 < high
    assert high - low == pytest.approx(2 * 1.96 * values.std() / math.sqrt(101), rel=0.15)
    assert resampled(lambda some: float(values[some].mean()), len(values)) == (low, high)
    assert resampled(lambda _: float("nan"), 5) is None
