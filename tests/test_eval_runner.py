import json
import random
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from assistant.settings import Settings
from eval.errors import QuestionSetWrong, RunForeign
from eval.judging import ERROR, RIGHT, SILENT
from eval.manifest import Plan
from eval.runner import run
from index.errors import SourceUnreadable

HARBOUR = """Harbour takes more crates

The harbour of Sandwick took 9,000 crates of herring in May. In April it had taken 8,000 crates.

The harbour master, Ann Bell, expects a quieter June.
"""
LIBRARY = """Library opens on Sundays

The library of Thornby opens on Sundays from October. The director of the library of Thornby is Ravi Nair.
"""
CASES = [
    {
        "id": "may",
        "question": "How many crates of herring did the harbour of Sandwick take in May?",
        "answers": ["9,000"],
        "sources": ["harbour.txt"],
        "tags": ["fact"],
    },
    {
        "id": "director",
        "question": "Who is the director of the library of Thornby?",
        "answers": ["Ravi Nair"],
        "sources": ["library"],
    },
    {"id": "nothing", "question": "What is the capital of Mongolia?", "answerable": False, "tags": ["off-topic"]},
    {"id": "endless", "question": "Why? " * 2_000, "answers": ["because"], "sources": ["library"]},
]


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "harbour.txt").write_text(HARBOUR, "utf-8")
    (articles / "library.md").write_text(f"# {LIBRARY}", "utf-8")
    return Plan((articles,), written(tmp_path / "set.jsonl", CASES), engines=("extractive",))


def written(path: Path, cases: list[dict]) -> Path:
    path.write_text("".join(json.dumps(case) + "\n" for case in cases), "utf-8")
    return path


def carried_out(plan: Plan, out: Path):
    return run(plan, Settings(), out=out, progress=lambda step, done, total: None)


def lines(out: Path, name: str = "results.jsonl") -> list[dict]:
    """The whole lines of a results file; what a kill cut short is none."""
    return [json.loads(line) for line in (out / name).read_text("utf-8").split("\n")[:-1]]


def without_time(replies: list[dict]) -> list[dict]:
    return [{key: value for key, value in reply.items() if key != "timings_ms"} for reply in replies]


def test_a_run_asks_every_case_and_writes_all_it_found(plan, tmp_path):
    out = tmp_path / "out"
    done = carried_out(plan, out)
    assert [reply["id"] for reply in lines(out)] == ["may", "director", "nothing", "endless"]
    assert [outcome.verdict for outcome in done.first.outcomes] == [RIGHT, RIGHT, SILENT, ERROR]
    metrics = json.loads((out / "metrics.json").read_text("utf-8"))
    assert metrics["overall"]["right"]["value"] == 0.75
    assert metrics["overall"]["hit@1"] == {**metrics["overall"]["hit@1"], "value": pytest.approx(2 / 3), "cases": 3}
    assert metrics["overall"]["quote_exact"]["value"] == 1
    assert set(metrics["tags"]) == {"fact", "off-topic"}
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert (manifest["articles_read"], manifest["cases"], manifest["problems"]) == (2, 4, [])
    assert "Ravi Nair" in (out / "report.html").read_text("utf-8")


def test_a_killed_run_goes_on_where_it_stopped(plan, tmp_path):
    out = tmp_path / "out"
    carried_out(plan, out)
    whole = lines(out)
    results = out / "results.jsonl"
    first, second, *_ = results.read_bytes().splitlines(keepends=True)
    results.write_bytes(first + second[:40])
    carried_out(plan, out)
    assert results.read_bytes().startswith(first)
    assert without_time(lines(out)) == without_time(whole)


def test_another_run_in_the_same_folder_is_refused_and_changes_nothing(plan, tmp_path):
    out = tmp_path / "out"
    carried_out(plan, out)
    before = {file: file.read_bytes() for file in out.iterdir() if file.is_file()}
    written(plan.questions, CASES[:2])
    with pytest.raises(RunForeign, match=r"what differs: questions"):
        carried_out(plan, out)
    assert {file: file.read_bytes() for file in out.iterdir() if file.is_file()} == before


def test_limit_and_tag_choose_the_cases(plan, tmp_path):
    carried_out(replace(plan, limit=1), tmp_path / "one")
    assert [reply["id"] for reply in lines(tmp_path / "one")] == ["may"]
    carried_out(replace(plan, tag="off-topic"), tmp_path / "tagged")
    assert [reply["id"] for reply in lines(tmp_path / "tagged")] == ["nothing"]
    with pytest.raises(QuestionSetWrong, match="is tagged 'facts'; its tags are: fact, off-topic"):
        carried_out(replace(plan, tag="facts"), tmp_path / "none")


def test_a_source_that_is_no_article_is_found_before_a_question_is_asked(plan, tmp_path):
    written(plan.questions, [*CASES, {"id": "x", "question": "Who?", "sources": ["harbor"]}])
    with pytest.raises(QuestionSetWrong, match="Case 'x' names the source 'harbor'"):
        carried_out(plan, tmp_path / "out")
    written(plan.questions, CASES[:1])
    carried_out(plan, tmp_path / "out")
    assert [reply["id"] for reply in lines(tmp_path / "out")] == ["may"]


def test_sources_of_a_corpus_are_named_by_their_own_ids(tmp_path):
    corpus = tmp_path / "corpus.jsonl"
    rows = [{"_id": "Sandwick#1", "title": "Harbour", "text": "The harbour of Sandwick took 9,000 crates in May."}]
    corpus.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    case = {**CASES[0], "sources": ["Sandwick#1"]}
    done = carried_out(
        Plan((corpus,), written(tmp_path / "set.jsonl", [case]), engines=("extractive",)), tmp_path / "out"
    )
    assert lines(tmp_path / "out")[0]["retrieved"] == ["Sandwick#1"]
    assert done.first.figures["recall@1"].value == 1


def test_articles_that_are_missing_or_unreadable_end_the_run_with_one_line(plan, tmp_path):
    with pytest.raises(SourceUnreadable, match="No such file or folder"):
        carried_out(replace(plan, articles=(tmp_path / "nowhere",)), tmp_path / "out")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "blank.txt").write_text(" \n", "utf-8")
    with pytest.raises(SourceUnreadable, match="empty"):
        carried_out(replace(plan, articles=(tmp_path / "empty",)), tmp_path / "out")


def test_what_is_written_may_not_lie_among_what_is_read(plan):
    with pytest.raises(RunForeign, match="lies among the articles"):
        carried_out(plan, plan.articles[0] / "out")
    assert not (plan.articles[0] / "out").exists()


def test_every_engine_is_asked_the_same_cases_in_the_same_run(plan, tmp_path):
    out = tmp_path / "out"
    done = carried_out(replace(plan, engines=("extractive", "silent", "best-passage", "lexical")), out)
    assert [one.engine for one in done.engines] == ["extractive", "silent", "best-passage", "lexical"]
    metrics = json.loads((out / "metrics.json").read_text("utf-8"))
    assert {name: own["overall"]["right"]["value"] for name, own in metrics["engines"].items()} == {
        "extractive": 0.75,
        "silent": 0.25,
        "best-passage": 0.5,
        "lexical": 0.75,
    }
    assert metrics["engine"] == "extractive"
    assert metrics["overall"] == metrics["engines"]["extractive"]["overall"]
    assert len((out / "results.lexical.jsonl").read_text("utf-8").splitlines()) == 4


def test_the_run_is_told_in_markdown_and_to_a_build_server_too(plan, tmp_path):
    out = tmp_path / "out"
    carried_out(plan, out)
    assert "| `right` | 75.0%" in (out / "report.md").read_text("utf-8")
    (suite,) = ET.fromstring((out / "junit.xml").read_text("utf-8"))
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "0", "1")
    assert [case.get("name") for case in suite if len(case)] == ["endless"]


def test_a_seed_draws_the_cases_at_random_and_the_same_ones_again(plan, tmp_path):
    written(plan.questions, [{"id": str(n), "question": f"What is {n}?"} for n in range(30)])
    drawn = {}
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        carried_out(replace(plan, engines=("silent",), limit=5, seed=seed), tmp_path / name)
        drawn[name] = [reply["id"] for reply in lines(tmp_path / name)]
    assert len(drawn["a"]) == 5
    assert drawn["a"] == drawn["b"] != drawn["c"]
    assert drawn["a"] == sorted(drawn["a"], key=int)


def test_many_asked_at_once_are_written_in_the_order_of_the_cases(plan, tmp_path):
    written(plan.questions, [{**CASES[n % 3], "id": str(n)} for n in range(24)])
    carried_out(plan, tmp_path / "one")
    carried_out(replace(plan, workers=4), tmp_path / "four")
    assert without_time(lines(tmp_path / "four")) == without_time(lines(tmp_path / "one"))


def test_several_places_of_articles_are_one_collection(plan, tmp_path):
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(json.dumps({"_id": "x", "title": "X", "text": "Ulan Bator is far."}) + "\n", "utf-8")
    carried_out(replace(plan, articles=(*plan.articles, corpus)), tmp_path / "out")
    assert json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["articles_read"] == 3


def test_a_damaged_results_file_is_named_in_one_line(plan, tmp_path):
    out = tmp_path / "out"
    carried_out(plan, out)
    (out / "results.jsonl").write_text('{"id": "may"\n', "utf-8")
    with pytest.raises(RunForeign, match=r"results\.jsonl is damaged"):
        carried_out(plan, out)


def begun(plan: Plan, out: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "eval", "run", "--articles", str(plan.articles[0]), "--questions"]
    command += [str(plan.questions), "--out", str(out), "--engine", "extractive", "--engine", "lexical"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def test_a_run_killed_at_random_moments_gives_the_results_of_one_that_was_not(plan, tmp_path):
    written(plan.questions, [{**CASES[n % 3], "id": str(n)} for n in range(100)])
    out, chance = tmp_path / "out", random.Random()
    stopped_at = []
    for kill in range(3):
        going = begun(plan, out)
        written_before = results_size(out)
        deadline = time.monotonic() + 60
        # The first kill may hit the indexing, the others the asking.
        while kill and results_size(out) == written_before and going.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.5 if kill else 2.5))
        going.kill()
        going.communicate()
        stopped_at.append(len(lines(out)) if results_size(out) else 0)
    assert any(0 < asked < 100 for asked in stopped_at), stopped_at
    assert begun(plan, out).communicate(timeout=120)[1] == b""
    undisturbed = tmp_path / "undisturbed"
    carried_out(replace(plan, engines=("extractive", "lexical")), undisturbed)
    for name in ("results.jsonl", "results.lexical.jsonl"):
        killed, whole = (lines(folder, name) for folder in (out, undisturbed))
        assert without_time(killed) == without_time(whole)
    before, after = (
        json.loads((folder / "metrics.json").read_text("utf-8"))["overall"] for folder in (out, undisturbed)
    )
    untimed = [name for name in before if not name.endswith(("_ms", "_mb"))]
    assert [before[name] for name in untimed] == [after[name] for name in untimed]


def results_size(out: Path) -> int:
    results = out / "results.jsonl"
    return results.stat().st_size if results.exists() else 0
