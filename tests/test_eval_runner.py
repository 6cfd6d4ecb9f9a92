import json
from pathlib import Path

import pytest

from assistant.settings import Settings
from eval.cli import main
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
    return Plan(articles, written(tmp_path / "set.jsonl", CASES))


def written(path: Path, cases: list[dict]) -> Path:
    path.write_text("".join(json.dumps(case) + "\n" for case in cases), "utf-8")
    return path


def carried_out(plan: Plan, out: Path):
    return run(plan, Settings(), out=out, progress=lambda step, done, total: None)


def lines(out: Path) -> list[dict]:
    return [json.loads(line) for line in (out / "results.jsonl").read_text("utf-8").splitlines()]


def without_time(replies: list[dict]) -> list[dict]:
    return [{key: value for key, value in reply.items() if key != "timings_ms"} for reply in replies]


def test_a_run_asks_every_case_and_writes_all_it_found(plan, tmp_path):
    out = tmp_path / "out"
    done = carried_out(plan, out)
    assert [reply["id"] for reply in lines(out)] == ["may", "director", "nothing", "endless"]
    assert [outcome.verdict for outcome in done.outcomes] == [RIGHT, RIGHT, SILENT, ERROR]
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
    carried_out(Plan(plan.articles, plan.questions, limit=1), tmp_path / "one")
    assert [reply["id"] for reply in lines(tmp_path / "one")] == ["may"]
    carried_out(Plan(plan.articles, plan.questions, tag="off-topic"), tmp_path / "tagged")
    assert [reply["id"] for reply in lines(tmp_path / "tagged")] == ["nothing"]
    with pytest.raises(QuestionSetWrong, match="is tagged 'facts'; its tags are: fact, off-topic"):
        carried_out(Plan(plan.articles, plan.questions, tag="facts"), tmp_path / "none")


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
    done = carried_out(Plan(corpus, written(tmp_path / "set.jsonl", [case])), tmp_path / "out")
    assert lines(tmp_path / "out")[0]["retrieved"] == ["Sandwick#1"]
    assert done.figures["recall@1"].value == 1


def test_articles_that_are_missing_or_unreadable_end_the_run_with_one_line(plan, tmp_path):
    with pytest.raises(SourceUnreadable, match="No such file or folder"):
        carried_out(Plan(tmp_path / "nowhere", plan.questions), tmp_path / "out")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "blank.txt").write_text(" \n", "utf-8")
    with pytest.raises(SourceUnreadable, match="empty"):
        carried_out(Plan(tmp_path / "empty", plan.questions), tmp_path / "out")


def test_what_is_written_may_not_lie_among_what_is_read(plan):
    with pytest.raises(RunForeign, match="lies among the articles"):
        carried_out(plan, plan.articles / "out")
    assert not (plan.articles / "out").exists()


def test_the_command_line_shows_the_figures_and_holds_them_to_a_gate(plan, tmp_path, capsys):
    out = tmp_path / "out"
    arguments = ["run", "--articles", str(plan.articles), "--questions", str(plan.questions), "--out", str(out)]
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert "75.0%" in shown
    assert shown.rstrip().endswith(f"Report: {out / 'report.html'}")
    with pytest.raises(SystemExit) as passed:
        main(["gate", str(out), "--min", "right=0.75", "quote_exact=1"])
    assert passed.value.code == 0
    with pytest.raises(SystemExit) as failed:
        main(["gate", str(out), "--min", "right=0.76", "--min", "quote_exact=1"])
    assert failed.value.code == 1
    assert "right 0.7500 is below 0.76" in capsys.readouterr().err


def test_a_trouble_on_the_command_line_is_one_line(plan, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        main(
            [
                "run",
                "--articles",
                str(plan.articles),
                "--questions",
                str(tmp_path / "no.jsonl"),
                "--out",
                str(tmp_path / "o"),
            ]
        )
    assert ended.value.code == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "no.jsonl cannot be read" in error


@pytest.mark.parametrize(
    "arguments", [["run", "--engine", "oracle"], ["run", "--limit", "0"], ["gate"], ["gate", "x"], ["walk"]]
)
def test_a_wrong_use_exits_with_2(arguments):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
