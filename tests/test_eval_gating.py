import json

import pytest

from eval.errors import GateUnknown, RunForeign
from eval.gating import bounds, held


@pytest.fixture
def finished(tmp_path):
    figures = {"hit@1": {"value": 0.85, "cases": 20}, "mrr": {"value": 0.5, "cases": 20}}
    (tmp_path / "metrics.json").write_text(json.dumps({"overall": figures}), "utf-8")
    return tmp_path


def test_a_figure_on_its_bound_passes_and_one_below_is_named(finished):
    above, below = held(finished, bounds(["hit@1=0.85", "mrr=0.51"]))
    assert above.passed
    assert not below.passed
    assert below.line == "mrr 0.5000 is below 0.51"


def test_an_unknown_figure_is_refused_with_the_names_there_are():
    with pytest.raises(GateUnknown, match=r"No figure is called 'hits'\. There are: right, .*hit@1"):
        bounds(["hits=0.5"])


@pytest.mark.parametrize("text", ["mrr", "mrr=", "mrr=high", "mrr=nan", "mrr=inf"])
def test_a_bound_that_bounds_nothing_is_refused(text):
    with pytest.raises(GateUnknown, match=r"Write it as mrr=0\.9"):
        bounds([text])


def test_a_figure_the_run_did_not_measure_does_not_pass_in_silence(finished):
    with pytest.raises(GateUnknown, match="did not measure auroc: no case of its question set speaks of it"):
        held(finished, {"auroc": 0.5})


def test_a_folder_without_a_run_says_how_to_make_one(tmp_path):
    with pytest.raises(RunForeign, match=r"holds no finished run\. Make one with: byline-eval run --out"):
        held(tmp_path, {"mrr": 0.5})
