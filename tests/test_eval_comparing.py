import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import ttest_rel

from eval.cases import Case
from eval.comparing import JUDGED, case_digest, compare, differences
from eval.errors import RunForeign


def values(name: str, *column: float) -> dict[str, dict[str, float]]:
    return {str(n): {name: value} for n, value in enumerate(column)}


def finished(folder: Path, right: list[int], *, corpus: str = "c", case: str = "x", **inputs: object) -> Path:
    folder.mkdir()
    told = [(n, one, "right" if one else "not read") for n, one in enumerate(right)]
    lines = [
        {"id": str(n), "case": case, "question": f"Q{n}?", "verdict": verdict, "values": {"right": one}}
        for n, one, verdict in told
    ]
    (folder / JUDGED).write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    manifest = {"inputs": {"corpus": corpus, "settings": 1, **inputs}}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return folder


def test_yes_and_no_are_compared_by_mcnemars_exact_test():
    # 8 cases turned one way and 1 the other: twice the chance of at most 1 head in 9 throws, 2 * 10 / 512.
    (one,) = differences(values("right", *[0] * 8, 1, 1, 1), values("right", *[1] * 8, 0, 1, 1))
    assert (one.better, one.worse, one.cases) == (8, 1, 11)
    assert one.p == pytest.approx(2 * 10 / 512)
    assert one.change == pytest.approx(7 / 11)
    assert one.low < one.change < one.high


def test_shares_are_compared_by_flipping_signs():
    draws = np.random.default_rng(5)
    before = draws.random(60)
    after = np.clip(before + draws.normal(0.04, 0.1, 60), 0, 1)
    (one,) = differences(values("f1", *before), values("f1", *after))
    # For a difference near the normal, the t test is what sign flips come to.
    assert one.p == pytest.approx(ttest_rel(after, before).pvalue, abs=0.02)
    assert one.low < one.change < one.high


def test_a_cost_that_falls_is_better():
    (one,) = differences(values("answer_words", 30, 20), values("answer_words", 20, 20))
    assert (one.better, one.worse, one.change) == (1, 0, -5)


def test_one_change_alone_may_always_be_chance():
    (one,) = differences(values("f1", 0.5, 0.7, 0.7), values("f1", 0.9, 0.7, 0.7))
    assert (one.p, one.better, one.worse) == (1, 1, 0)


def test_nothing_changed_is_no_change():
    (one,) = differences(values("f1", 0.5, 0.7), values("f1", 0.5, 0.7))
    assert (one.p, one.low, one.high, one.change) == (1, 0, 0, 0)


def test_only_cases_that_speak_of_a_figure_in_both_runs_are_paired():
    (one,) = differences({"1": {"f1": 0.5}, "2": {"mrr": 1.0}}, {"1": {"f1": 1.0}, "2": {"f1": 0.0}})
    assert (one.name, one.cases) == ("f1", 1)


def test_what_got_better_and_worse_is_listed_and_what_differs_is_named(tmp_path):
    found = compare(finished(tmp_path / "a", [1, 0, 0]), finished(tmp_path / "b", [0, 1, 0], settings=2))
    assert found.changed_inputs == ["settings"]
    assert [(one.id, one.before, one.after) for one in found.better] == [("1", "not read", "right")]
    assert [(one.id, one.question) for one in found.worse] == [("0", "Q0?")]
    assert found.to_json()["differences"][0]["name"] == "right"


def test_runs_over_other_cases_are_not_compared(tmp_path):
    first = finished(tmp_path / "a", [1, 0])
    with pytest.raises(RunForeign, match=r"did not ask the same cases \(1 differ, such as '2'\)"):
        compare(first, finished(tmp_path / "b", [1, 0, 1]))
    with pytest.raises(RunForeign, match=r"did not ask the same cases \(2 differ"):
        compare(first, finished(tmp_path / "c", [1, 0], case="y"))
    with pytest.raises(RunForeign, match="read different articles"):
        compare(first, finished(tmp_path / "d", [1, 0], corpus="other"))


def test_a_folder_without_a_run_or_a_manifest_is_one_line(tmp_path):
    first = finished(tmp_path / "a", [1, 0])
    with pytest.raises(RunForeign, match="holds no finished run"):
        compare(first, tmp_path)
    (first / "manifest.json").unlink()
    with pytest.raises(RunForeign, match="has no manifest"):
        compare(first, first)


def test_a_case_that_demands_something_else_is_another_case():
    case = Case("1", "Who?", ("Ann",))
    assert case_digest(case) == case_digest(Case("1", "Who?", ("Ann",)))
    assert len({case_digest(one) for one in (case, Case("1", "Who?", ("Bea",)), Case("1", "Who now?", ("Ann",)))}) == 3
