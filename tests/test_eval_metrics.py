import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import (
    area_under_risk,
    auroc,
    coverage_at,
    covers,
    exact_match,
    f1,
    holds,
    interval,
    ndcg_at,
    normalised,
    recall_at,
    reciprocal_rank,
    risk_coverage,
    share,
)

ids = st.lists(st.sampled_from("abcdefgh"), unique=True)
confidences = st.lists(st.sampled_from([0.1, 0.2, 0.5, 0.9]), min_size=1, max_size=30)


def test_recall_counts_any_relevant_article_among_the_first_k():
    assert recall_at(["a", "b", "c"], {"c", "x"}, 3) == 1
    assert recall_at(["a", "b", "c"], {"c", "x"}, 2) == 0
    assert recall_at([], {"c"}, 10) == 0


def test_reciprocal_rank_is_that_of_the_first_relevant_article():
    assert reciprocal_rank(["a", "b", "c"], {"c", "b"}) == 1 / 2
    assert reciprocal_rank(["a"], {"c"}) == 0


def test_ndcg_by_hand():
    # Gains at ranks 2 and 3; the best order has them at ranks 1 and 2.
    assert ndcg_at(["x", "a", "b"], {"a", "b"}, 10) == pytest.approx(
        (1 / math.log2(3) + 1 / math.log2(4)) / (1 + 1 / math.log2(3))
    )
    assert ndcg_at(["x", "y", "a"], {"a"}, 2) == 0
    assert ndcg_at(["a"], set(), 10) == 0


@given(ids, st.sets(st.sampled_from("abcdefgh"), min_size=1))
def test_ranking_measures_agree_at_their_ends(retrieved, relevant):
    found = [article in relevant for article in retrieved[:10]]
    assert (ndcg_at(retrieved, relevant, 10) == 0) == (recall_at(retrieved, relevant, 10) == 0) == (not any(found))
    assert 0 <= ndcg_at(retrieved, relevant, 10) <= 1 + 1e-12
    assert recall_at(retrieved, relevant, 1) <= reciprocal_rank(retrieved, relevant)


def test_normalising_follows_squad():
    assert normalised("The  U.S. spent $1,600 — “a lot”!") == "us spent 1600 lot"


def test_exact_match_and_f1_by_hand():
    assert exact_match("the 100,000 cars", ["100,000 cars", "100,000"]) == 1
    assert exact_match("about 100,000 cars", ["100,000 cars"]) == 0
    # Two of three predicted words are right, both words of the answer are found.
    assert f1("about 100,000 cars", ["200,000", "100,000 cars"]) == pytest.approx(2 * (2 / 3) * 1 / (2 / 3 + 1))
    assert f1("nothing", ["100,000"]) == 0
    assert f1("", ["100,000"]) == 0
    assert f1("anything", []) == 0


@given(st.text(max_size=40), st.text(max_size=40))
def test_f1_is_symmetric_and_at_least_the_exact_match(one, other):
    assert f1(one, [other]) == f1(other, [one])
    assert exact_match(one, [other]) <= f1(one, [other]) <= 1


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Lei aims at 100,000 electric vehicles by November.", "100,000 electric vehicles"),
        ("A 100-mile range.", "100"),
        ("The U.S. President spoke.", "US"),
        ("The US President spoke.", "U.S."),
        ("It rose by 66.6%.", "66.6 %"),
        ("“Mi Fans” are first", "the Mi Fans"),
        ("小米汽车今年交付10万辆。", "10万辆"),
    ],
)
def test_an_answer_is_held_however_it_is_punctuated(text, answer):
    assert holds(text, ["no such words", answer])


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("It made 1,000 cars.", "000"),
        ("The carpet is red.", "car"),
        ("Anything at all", "the"),
        ("", "100"),
        ("x", "!"),
    ],
)
def test_part_of_a_word_or_nothing_is_not_an_answer(text, answer):
    assert not holds(text, [answer])


def test_no_answers_are_held_by_nothing():
    assert not holds("Anything at all", [])


@given(st.text("abc 1,0.", max_size=20), st.text("abc 1,0.", max_size=20))
def test_a_text_that_is_exactly_an_answer_holds_it(before, answer):
    if normalised(answer):
        assert holds(answer, [answer])
        assert holds(f"{before} {answer} after", [answer])


def test_a_quote_covers_a_gold_sentence_or_a_part_of_it():
    assert covers("Frost came early. Snow fell.", "Snow  fell.")
    assert covers("Snow fell", "Snow fell.")
    assert not covers("Snow fell in May.", "Snow fell in June.")
    assert not covers(" ", "Snow fell.")


def test_share_of_nothing_is_nothing():
    assert share(["a", "b", "c", "d"], {"a", "b", "x"}) == 0.5
    assert share([], {"a"}) == 0


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


def test_no_cases_have_no_risk():
    assert [len(axis) for axis in risk_coverage([], [])] == [0, 0]
    assert math.isnan(area_under_risk([], []))
    assert coverage_at(0.9, confidence=[], right=[]) == 0


def test_coverage_at_a_precision_is_the_furthest_point_that_keeps_it():
    confidence = [0.9, 0.8, 0.7, 0.6, 0.5]
    assert coverage_at(0.75, confidence=confidence, right=[True, False, True, True, False]) == 0.8
    assert coverage_at(0.9, confidence=confidence, right=[False, True, True, True, True]) == 0
    assert coverage_at(0.9, confidence=[0.5] * 10, right=[False] + [True] * 9) == 1


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_an_interval_lies_within_the_values_and_is_repeatable(values):
    low, high = interval(values)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
    assert interval(values) == (low, high)


def test_an_interval_of_a_share_is_as_wide_as_theory_says():
    low, high = interval([1.0] * 500 + [0.0] * 500)
    assert low == pytest.approx(0.5 - 1.96 * math.sqrt(0.25 / 1000), abs=0.004)
    assert high == pytest.approx(0.5 + 1.96 * math.sqrt(0.25 / 1000), abs=0.004)
