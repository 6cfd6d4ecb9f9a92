import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.ranking import CUTOFFS, ranking

ids = st.lists(st.sampled_from("abcdefghijkl"), unique=True)
wanted = st.sets(st.sampled_from("abcdefghijkl"), min_size=1)


def ranked(retrieved, relevant):
    (found,) = ranking([(list(retrieved), list(relevant))])
    return found


def test_every_measure_by_hand():
    # Gains at ranks 2 and 3 of three relevant articles; the best order has them at ranks 1 to 3.
    found = ranked("xab", "abc")
    best = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert found["ndcg@10"] == pytest.approx((1 / math.log2(3) + 1 / math.log2(4)) / best)
    assert found["mrr"] == 1 / 2
    assert (found["recall@1"], found["recall@5"]) == (0, pytest.approx(2 / 3))
    assert (found["success@1"], found["success@5"]) == (0, 1)


def test_nothing_retrieved_scores_nothing_and_nothing_relevant_says_nothing():
    nothing, unknown = ranking([([], ["a"]), (["a"], [])])
    assert set(nothing.values()) == {0}
    assert len(nothing) == 2 + 2 * len(CUTOFFS)
    assert unknown == {}
    assert ranking([(["a"], [])]) == [{}]


def test_each_question_keeps_its_place():
    found = ranking([(["a"], ["a"]), (["a"], []), (["b", "a"], ["a"])])
    assert [one.get("mrr") for one in found] == [1, None, 0.5]


@given(ids, wanted)
def test_measures_agree_at_their_ends_and_keep_their_bounds(retrieved, relevant):
    found = ranked(retrieved, relevant)
    assert all(0 <= value <= 1 + 1e-9 for value in found.values())
    assert (found["ndcg@10"] == 0) == (found["success@10"] == 0) == (not relevant & set(retrieved[:10]))
    assert found["success@1"] <= found["mrr"]
    for k in CUTOFFS:
        assert found[f"recall@{k}"] <= found[f"success@{k}"]


@given(ids, wanted)
def test_a_longer_look_never_finds_less(retrieved, relevant):
    found = ranked(retrieved, relevant)
    assert found["recall@1"] <= found["recall@5"] <= found["recall@10"]
    assert found["success@1"] <= found["success@5"] <= found["success@10"]


@given(ids.filter(lambda retrieved: len(retrieved) > 1), wanted, st.data())
def test_moving_a_relevant_article_up_never_hurts(retrieved, relevant, data):
    place = data.draw(st.integers(1, len(retrieved) - 1))
    if retrieved[place] in relevant:
        moved = list(retrieved)
        moved[place - 1], moved[place] = moved[place], moved[place - 1]
        before, after = ranked(retrieved, relevant), ranked(moved, relevant)
        assert all(after[name] >= before[name] - 1e-9 for name in before)
