import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answers import Answer, Question
from assistant.settings import Settings
from assistant.wiring import build_assistant
from eval.baselines import ENGINES, Engine
from eval.errors import GateUnknown, RunForeign
from eval.gating import GUARDED, against, bounds, held, store, what_went_wrong
from eval.manifest import Plan
from eval.runner import run
from eval.scoring import is_known

TOWNS = ("Sandwick", "Thornby", "Ulverton", "Marlow", "Kelso", "Brixham", "Wexford", "Oban", "Penryn", "Looe")
CATCH = ("herring", "cod", "crab", "mackerel", "lobster", "plaice", "haddock", "sole", "mussels", "pilchards")


@pytest.fixture
def finished(tmp_path):
    figures = {"hit@1": {"value": 0.85, "cases": 20}, "mrr": {"value": 0.5, "cases": 20}}
    metrics = {"overall": figures, "verdicts": {"right": 17, "not read": 1, "not retrieved": 2}}
    (tmp_path / "metrics.json").write_text(json.dumps(metrics), "utf-8")
    return tmp_path


def test_a_figure_on_its_bound_passes_and_one_beyond_is_named(finished):
    above, below = held(finished, bounds(["hit@1=0.85", "mrr=0.51"]), {})
    assert above.passed
    assert not below.passed
    assert below.line == "mrr 0.5000 is below 0.51"
    kept, broken = held(finished, {}, bounds(["mrr=0.5", "hit@1=0.8"]))
    assert kept.passed
    assert broken.line == "hit@1 0.8500 is above 0.8"
    assert what_went_wrong(finished) == "Of 20 questions: 2 not retrieved, 1 not read."


def test_an_unknown_figure_is_refused_with_the_names_there_are():
    with pytest.raises(GateUnknown, match=r"No figure is called 'hits'\. There are: right, .*hit@1.*aurc"):
        bounds(["hits=0.5"])


@pytest.mark.parametrize("text", ["mrr", "mrr=", "mrr=high", "mrr=nan", "mrr=inf"])
def test_a_bound_that_bounds_nothing_is_refused(text):
    with pytest.raises(GateUnknown, match=r"Write it as mrr=0\.9"):
        bounds([text])


@pytest.mark.parametrize("side", [0, 1])
def test_a_figure_the_run_did_not_measure_does_not_pass_in_silence(finished, side):
    (check,) = held(finished, *({"auroc": 0.5}, {})[:: 1 - 2 * side])
    assert not check.passed
    assert check.line == "auroc was not measured: no case and no reply of the run speaks of it"


def test_a_folder_without_a_run_says_how_to_make_one(tmp_path):
    with pytest.raises(RunForeign, match=r"holds no finished run\. Make one with: byline-eval run --out"):
        held(tmp_path, {"mrr": 0.5}, {})


def test_only_figures_that_there_are_can_be_guarded():
    assert all(is_known(name) for name in GUARDED)


@pytest.fixture(scope="module")
def fishing(tmp_path_factory) -> Plan:
    """Ten ports, each with its own catch and a question about it, and questions about ports that no article names."""
    folder = tmp_path_factory.mktemp("fishing")
    rows, cases = [], []
    for number, (town, fish) in enumerate(zip(TOWNS, CATCH, strict=True)):
        crates = f"{9_000 + 137 * number:,}"
        text = f"The harbour of {town} took {crates} crates of {fish} in May. It was a mild month for the boats."
        rows.append({"_id": town, "title": f"{town} counts its {fish}", "text": text})
        question = f"How many crates of {fish} did the harbour of {town} take in May?"
        cases.append({"id": town, "question": question, "answers": [crates], "sources": [town]})
    for number, town in enumerate(("Arbroath", "Stornoway")):
        asked = f"How many crates of {CATCH[number]} did the harbour of {town} take in May?"
        cases.append({"id": town, "question": asked, "answerable": False})
    for name, lines in (("corpus.jsonl", rows), ("set.jsonl", cases)):
        (folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return Plan((folder / "corpus.jsonl",), folder / "set.jsonl", engines=("extractive",))


def carried_out(plan: Plan, out: Path, *, engine: Callable[..., Engine] = build_assistant, **settings: float) -> Path:
    quiet = {"out": out, "progress": lambda step, done, total: None}
    run(plan, Settings(**settings), **quiet, engines={**ENGINES, "extractive": engine})
    return out


@pytest.fixture(scope="module")
def sound(fishing, tmp_path_factory) -> Path:
    return carried_out(fishing, tmp_path_factory.mktemp("runs") / "sound")


BOUNDS = ["right=0.9", "success@5=0.9", "grounded=1", "quote_exact=1", "abstain_accuracy=0.9"]


def broken(folder: Path) -> set[str]:
    return {check.line.split()[0] for check in held(folder, bounds(BOUNDS), {}) if not check.passed}


def test_a_sound_run_passes_and_is_no_drop_against_itself(sound, tmp_path):
    assert broken(sound) == set()
    store(sound, tmp_path / "stored" / "baseline.json")
    checks = against(sound, tmp_path / "stored" / "baseline.json")
    assert {check.line.split()[0] for check in checks} >= {"right", "hit@1", "success@5", "abstain_accuracy"}
    assert all(check.passed for check in checks)


class Backwards:
    """A retriever with its sign turned: the worst first."""

    def __init__(self, retriever):
        self._retriever = retriever

    def retrieve(self, question, limit, *, scope=None):
        return self._retriever.retrieve(question, 100)[::-1][: min(limit, 5)]


def test_a_broken_retriever_fails_for_what_is_not_retrieved(fishing, sound, tmp_path):
    def opened(collection, settings):
        assistant = build_assistant(collection, settings)
        assistant._retriever = Backwards(assistant._retriever)
        return assistant

    folder = carried_out(fishing, tmp_path / "run", engine=opened)
    assert "success@5" in broken(folder)
    assert "quote_exact" not in broken(folder)
    assert "not retrieved" in what_went_wrong(folder).split(",")[0]
    store(sound, tmp_path / "baseline.json")
    dropped = [check.line for check in against(folder, tmp_path / "baseline.json") if not check.passed]
    assert any(
        line.startswith("success@5 0.0000, in the baseline 1.0000: worse in 10 and better in 0") for line in dropped
    )


class Liar:
    """A model that keeps the citations and changes what they say."""

    def __init__(self, assistant: Engine, *, quotes_too: bool) -> None:
        self._assistant, self._quotes_too = assistant, quotes_too

    def ask(self, question: Question) -> Answer:
        answer = self._assistant.ask(question)
        said = tuple(replace(one, text=one.text.replace("9,", "7,")) for one in answer.statements)
        cited = tuple(replace(one, quote=one.quote.replace("9,", "7,")) for one in answer.citations)
        return replace(answer, statements=said, citations=cited if self._quotes_too else answer.citations)


@pytest.mark.parametrize(("quotes_too", "told"), [(False, "grounded"), (True, "quote_exact")])
def test_a_lying_model_fails_for_what_no_quote_says_or_for_a_made_up_quote(fishing, tmp_path, quotes_too, told):
    def opened(collection, settings):
        return Liar(build_assistant(collection, settings), quotes_too=quotes_too)

    found = broken(carried_out(fishing, tmp_path / "run", engine=opened))
    assert told in found
    assert "success@5" not in found


def test_an_over_cautious_threshold_fails_for_what_is_wrongly_left_unanswered(fishing, sound, tmp_path):
    folder = carried_out(fishing, tmp_path / "run", answer_precision=1)
    # Where nothing is said, nothing can be grounded or quoted.
    assert broken(folder) == {"right", "abstain_accuracy", "grounded"}
    assert what_went_wrong(folder) == "Of 12 questions: 10 wrongly abstained."
    store(sound, tmp_path / "baseline.json")
    dropped = {check.line.split()[0] for check in against(folder, tmp_path / "baseline.json") if not check.passed}
    assert {"right", "abstain_accuracy"} <= dropped
    assert "success@5" not in dropped


def test_cases_that_are_gone_or_changed_do_not_pass_in_silence(fishing, sound, tmp_path):
    store(sound, tmp_path / "baseline.json")
    fewer = carried_out(replace(fishing, limit=8), tmp_path / "run")
    first, *others = against(fewer, tmp_path / "baseline.json")
    assert not first.passed
    assert first.line.startswith(f"4 cases of {tmp_path / 'baseline.json'} are gone or changed, such as 'Penryn'.")
    assert all(check.passed for check in others)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cases": {"1": {}}}', '{"cases": []}'])
def test_a_file_that_is_no_baseline_says_how_to_write_one(sound, tmp_path, text):
    file = tmp_path / "baseline.json"
    with pytest.raises(GateUnknown, match=r"holds no baseline\. Write one with"):
        against(sound, file)
    file.write_text(text, "utf-8")
    with pytest.raises(GateUnknown, match=r"holds no baseline\. Write one with"):
        against(sound, file)
