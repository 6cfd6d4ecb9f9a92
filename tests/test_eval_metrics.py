import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import bootstrap

from eval.metrics import covers, exact_match, f1, grounded, holds, interval, normalised, rouge_l, share


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


@pytest.mark.parametrize(
    ("predicted", "answers", "exact", "shared"),
    # Worked by hand through normalize_answer, compute_exact and compute_f1 of SQuAD 2.0's official script.
    [
        ("The Eiffel Tower", ["eiffel tower"], 1, 1),
        ("Eiffel Tower, Paris", ["eiffel tower"], 0, 2 * (2 / 3) * 1 / (2 / 3 + 1)),
        ("an apple a day", ["apple day"], 1, 1),
        ("red red green", ["red green green"], 0, 2 / 3),
        ("self-made", ["selfmade"], 1, 1),
        ("", [""], 1, 1),
        ("the", [""], 1, 1),
        ("word", [""], 0, 0),
    ],
)
def test_squad_measures_agree_with_the_official_definition(predicted, answers, exact, shared):
    assert exact_match(predicted, answers) == exact
    assert f1(predicted, answers) == pytest.approx(shared)


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


def test_rouge_l_by_hand():
    # The longest common run in order is police, killed, gunman: three of four words on either side.
    assert rouge_l("police kill the gunman", ["police killed the gunman"]) == pytest.approx(0.75)
    assert rouge_l("Snow fell.", ["Frost came.", "SNOW FELL"]) == 1
    assert rouge_l("", ["Snow fell"]) == 0
    assert rouge_l("anything", []) == 0


def test_rouge_l_reads_scripts_that_the_librarys_own_cutter_does_not():
    assert rouge_l("小米汽车", ["小米电车"]) == pytest.approx(0.75)
    assert rouge_l("Größe", ["größe"]) == 1


@given(st.text(max_size=30), st.text(max_size=30))
def test_rouge_l_is_a_share_and_whole_for_the_same_words(one, other):
    assert 0 <= rouge_l(one, [other]) <= rouge_l(one, [other, one]) <= 1


@pytest.mark.parametrize(
    ("statement", "stands"),
    [
        ("The harbour took 9,000 crates in May.", True),
        ("In May, 9,000 crates came.", True),
        ("The harbour took 9,500 crates in May.", False),
        ("The harbour took 9,000 crates in June.", False),
        ("According to Ann Bell, crates came.", False),
    ],
)
def test_a_statement_is_grounded_when_its_numbers_and_names_are_in_what_it_cites(statement, stands):
    assert grounded(statement, ["The harbour took 9,000 crates in May."]) is stands


def test_a_statement_without_a_citation_is_never_grounded():
    assert not grounded("crates came", [])


def test_a_quote_covers_a_gold_sentence_or_a_part_of_it():
    assert covers("Frost came early. Snow fell.", "Snow  fell.")
    assert covers("Snow fell", "Snow fell.")
    assert not covers("Snow fell in May.", "Snow fell in June.")
    assert not covers(" ", "Snow fell.")


def test_share_of_nothing_is_nothing():
    assert share(["a", "b", "c", "d"], {"a", "b", "x"}) == 0.5
    assert share([], {"a"}) == 0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_an_interval_lies_within_the_values_and_is_repeatable(values):
    low, high = interval(values)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
    assert interval(values) == (low, high)


def test_an_interval_of_a_share_is_as_wide_as_theory_says():
    low, high = interval([1.0] * 500 + [0.0] * 500)
    assert low == pytest.approx(0.5 - 1.96 * math.sqrt(0.25 / 1000), abs=0.004)
    assert high == pytest.approx(0.5 + 1.96 * math.sqrt(0.25 / 1000), abs=0.004)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=40), st.randoms(use_true_random=False))
def test_an_interval_does_not_depend_on_the_order_of_the_cases(values, random):
    assert interval(random.sample(values, len(values))) == pytest.approx(interval(values))


def test_an_interval_is_that_of_scipys_bootstrap():
    values = np.random.default_rng(7).beta(2, 1, 200)
    reference = bootstrap((values,), np.mean, n_resamples=9_999, method="percentile", rng=1).confidence_interval
    assert interval(values.tolist()) == pytest.approx((reference.low, reference.high), abs=0.006)
