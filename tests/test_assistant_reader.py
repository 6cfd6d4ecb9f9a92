import numpy as np
import pytest

pytestmark = [pytest.mark.recipe]
pytest.importorskip("scipy", reason="the recipes' dependencies are not installed: pip install scipy")

from assistant.reader.examples import normal, overlap  # noqa: E402
from assistant.reader.fitting import bounds, probability, ranking, rankings  # noqa: E402
from assistant.reader.measure import auroc, curve  # noqa: E402

RANDOM = np.random.default_rng(7)
LISTS = [
    (np.column_stack([right := np.arange(4) == number % 4, RANDOM.normal(size=4)]).astype(float), right)
    for number in range(60)
]
FREE = bounds(["signal", "noise"], against=(), either=("signal", "noise"), most={})


def test_ranking_learns_the_column_that_tells():
    signal, noise = ranking(LISTS, limits=FREE)
    assert signal > 1
    assert abs(noise) < signal / 3


def test_a_weight_keeps_the_sign_that_its_column_must_have():
    assert ranking(LISTS, limits=bounds(["signal", "noise"], against=("signal",), either=("noise",), most={}))[0] == 0
    pushed = bounds(["signal", "noise"], against=("noise",), either=("signal",), most={"noise": -2.0})
    assert ranking(LISTS, limits=pushed)[1] <= -2 + 1e-9


def test_groups_share_a_part_and_keep_their_own():
    turned = [(rows * [-1, 1], right) for rows, right in LISTS]
    fitted = rankings(["a"] * 60 + ["b"] * 60, [*LISTS, *turned], shared=1e-4, own=1e-3)
    assert fitted["a"][0] > 0 > fitted["b"][0]


def test_a_probability_is_calibrated_to_the_shares():
    rows = RANDOM.normal(size=(2_000, 2))
    right = RANDOM.random(2_000) < 1 / (1 + np.exp(-rows[:, 0]))
    weights, bias = probability(rows, right, np.where(right, 3.0, 1.0), limits=FREE, penalty=1e-6)
    assert weights == pytest.approx([1, 0], abs=0.2)
    assert bias == pytest.approx(np.log(3), abs=0.2)


def test_answers_are_compared_as_squad_compares_them():
    assert normal("The “10th”  century.") == "10th century"
    assert overlap("in June 2021", ["June 2021"]) == pytest.approx(0.8)
    assert overlap("in May", ["June 2021"]) == 0


def test_the_figures_say_what_they_name():
    chances, right = np.array([0.9, 0.8, 0.3, 0.2]), np.array([True, True, False, False])
    assert auroc(chances, right) == 1
    half = next(point for point in curve(chances, right, np.ones(4)) if point["threshold"] == 0.5)
    assert (half["answered"], half["right"]) == (0.5, 1.0)
