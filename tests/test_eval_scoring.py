import re
from dataclasses import replace
from pathlib import Path

import pytest

from eval.cases import Case
from eval.judging import RIGHT, SILENT, Outcome
from eval.scoring import COSTS, FIGURES, is_cost, is_known, meaning, measure, measured


def outcome(*, confidence: float, right: bool, answerable: bool = True, ms: float = 10.0, **values: float) -> Outcome:
    reply = {"id": "1", "confidence": confidence, "timings_ms": {"total": ms}, "abstained": False}
    case = Case("1", "Who?", answerable=answerable)
    verdict = (RIGHT if answerable else SILENT) if right else "not read"
    return Outcome(case, reply, verdict, {"right": float(right), **values}, would_be_right=right and answerable)


def test_each_figure_is_the_mean_over_the_cases_that_it_speaks_of():
    figures = measure(
        [
            outcome(confidence=0.9, right=True, f1=1.0),
            outcome(confidence=0.8, right=True, f1=0.5),
            outcome(confidence=0.1, right=False),
            outcome(confidence=0.2, right=False),
        ]
    )
    assert (figures["f1"].value, figures["f1"].cases) == (0.75, 2)
    assert (figures["right"].value, figures["right"].cases) == (0.5, 4)
    assert figures["right"].low < 0.5 < figures["right"].high
    assert "must" not in figures


def test_figures_of_confidence_by_hand():
    figures = measure(
        [
            outcome(confidence=0.9, right=True),
            outcome(confidence=0.6, right=False, answerable=False),
            outcome(confidence=0.3, right=True),
        ]
    )
    assert figures["auroc"].value == 0.5
    assert figures["aurc"].value == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)
    assert figures["coverage@90"].value == pytest.approx(1 / 3)


def test_one_kind_of_question_alone_has_no_auroc():
    assert "auroc" not in measure([outcome(confidence=0.9, right=True)])


def test_latency_leaves_errors_out_since_they_took_no_time():
    failed = Outcome(
        Case("1", "Who?"), {"id": "1", "error": "no", "abstained": False}, "error", {}, would_be_right=False
    )
    figures = measure([*(outcome(confidence=0.9, right=True, ms=ms) for ms in (10.0, 20.0, 90.0)), failed])
    assert (figures["latency_p50_ms"].value, figures["latency_p50_ms"].cases) == (20, 3)
    assert figures["latency_p95_ms"].value == pytest.approx(83)


def test_each_step_of_answering_has_its_own_times():
    steps = outcome(confidence=0.9, right=True)
    steps.reply["timings_ms"]["read"] = 4.0
    figures = measure([steps, outcome(confidence=0.9, right=True)])
    assert figures["latency_read_p99_ms"].value == 4
    assert figures["latency_read_p99_ms"].cases == 1
    assert is_known("latency_read_p99_ms")
    assert is_cost("latency_read_p99_ms")
    assert meaning("latency_read_p99_ms") == "Time of the step read that 99 % of the answers keep within, ms"
    assert not is_known("latency_read_p12_ms")


def test_figures_of_confidence_and_time_have_an_interval_too():
    figures = measure(
        [outcome(confidence=n / 40, right=n % 3 > 0, answerable=n % 5 > 0, ms=10.0 + n) for n in range(40)]
    )
    for name in ("auroc", "aurc", "ece", "coverage@90", "latency_p50_ms"):
        assert figures[name].low <= figures[name].value <= figures[name].high, name
        assert figures[name].low < figures[name].high, name


def test_figures_by_tag_are_those_of_its_cases():
    tagged = outcome(confidence=0.9, right=True)
    tagged = replace(tagged, case=replace(tagged.case, tags=("fact",)))
    found = measured("extractive", [tagged, outcome(confidence=0.9, right=False)], by_tag=True)
    assert {tag: own["right"].value for tag, own in found.tags.items()} == {"fact": 1}
    assert found.figures["right"].value == 0.5
    assert not measured("silent", [tagged], by_tag=False).tags


def test_figures_come_in_the_order_they_are_listed_and_none_is_unknown():
    names = list(measure([outcome(confidence=0.9, right=True, never=1.0, mrr=1.0, errors=0.0)]))
    listed = [*FIGURES, *COSTS]
    assert names == sorted(names, key=listed.index)


def test_no_cases_give_no_figures():
    assert measure([]) == {}


def test_every_figure_has_its_definition_in_the_documentation():
    documented = set(re.findall(r"`([\w@]+)`", (Path(__file__).parents[1] / "docs" / "metrics.md").read_text("utf-8")))
    assert {*FIGURES, *COSTS} <= documented
