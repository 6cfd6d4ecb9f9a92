import json
from pathlib import Path

import pytest

from eval.cli import main

ARTICLE = "Harbour takes more\n\nThe harbour of Sandwick took 9,000 crates of herring in May. Ann Bell runs it.\n"
MAY = "How many crates of herring did the harbour of Sandwick take in May?"
CASES = [
    {"id": "may", "question": MAY, "answers": ["9,000"], "sources": ["harbour"]},
    {"id": "none", "question": "What is the capital of Mongolia?", "answerable": False, "tags": ["off-topic"]},
]


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "harbour.txt").write_text(ARTICLE, "utf-8")
    questions = tmp_path / "set.jsonl"
    questions.write_text("".join(json.dumps(case) + "\n" for case in CASES), "utf-8")
    return ["run", "--articles", str(tmp_path / "news"), "--questions", str(questions)]


def ended(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    return exit_.value.code


def test_a_run_shows_its_figures_and_the_engines_side_by_side(arguments, tmp_path, capsys):
    out = tmp_path / "out"
    assert ended([*arguments, "--out", str(out)]) == 0
    shown = capsys.readouterr().out
    assert "100.0%" in shown
    assert "best-passage" in shown
    assert shown.rstrip().endswith(f"Report: {out / 'report.html'}")


def test_the_engine_is_chosen_and_an_unknown_one_is_one_line(arguments, tmp_path, capsys):
    assert ended([*arguments, "--out", str(tmp_path / "out"), "--engine", "silent"]) == 0
    assert (tmp_path / "out" / "results.jsonl").is_file()
    assert not list((tmp_path / "out").glob("results.*.jsonl"))
    assert ended([*arguments, "--engine", "oracle"]) == 1
    told = "extractive, generative, silent, best-passage, lexical, llamaindex, all"
    assert capsys.readouterr().err == f"No engine is called 'oracle'. There are: {told}\n"


def test_a_built_in_set_is_called_by_its_name(tmp_path, capsys):
    assert ended(["run", "--set", "samples", "--engine", "silent", "--limit", "2", "--out", str(tmp_path / "o")]) == 0
    assert (tmp_path / "o" / "report.html").is_file()
    assert ended(["run", "--set", "simples"]) == 1
    assert "simples cannot be read" in capsys.readouterr().err


def test_a_gate_passes_holds_and_names_what_went_wrong(arguments, tmp_path, capsys):
    out = str(tmp_path / "out")
    ended([*arguments, "--out", out, "--engine", "silent"])
    assert ended(["gate", out, "--min", "right=0.5", "abstain_recall=1", "--max", "errors=0"]) == 0
    capsys.readouterr()
    assert ended(["gate", out, "--min", "hit@1=0.9", "--max", "aurc=0.5", "--min", "errors=0"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "hit@1 0.0000 is below 0.9",
        "aurc 1.0000 is above 0.5",
        "Of 2 questions: 1 not retrieved.",
    ]


def test_two_runs_are_compared_on_the_terminal_and_as_json(arguments, tmp_path, capsys):
    before, after = str(tmp_path / "before"), str(tmp_path / "after")
    ended([*arguments, "--out", before, "--engine", "silent"])
    ended([*arguments, "--out", after, "--engine", "extractive"])
    capsys.readouterr()
    assert ended(["compare", before, after]) == 0
    shown = capsys.readouterr().out
    assert "What shaped the runs and differs: engines" in shown
    assert "…" not in shown
    assert "errors" in shown.split("The same in every case: ")[1].splitlines()[0]
    assert "1 got better\n  may: How many crates" in shown
    assert "0 got worse" in shown
    assert ended(["compare", before, after, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["better"][0]["id"] == "may"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "holds no question"),
        ('{"question": "Who?"}\n', 'line 1: "id" is missing'),
        ('{"id": "1", "question": "Who?", "sources": ["gone"]}\n', "names the source 'gone'"),
    ],
)
def test_a_set_that_is_wrong_is_one_line(arguments, tmp_path, capsys, written, told):
    Path(arguments[-1]).write_text(written, "utf-8")
    assert ended([*arguments, "--out", str(tmp_path / "out")]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert told in error


def test_no_article_no_set_and_a_folder_in_use_are_one_line_each(arguments, tmp_path, capsys):
    (tmp_path / "blank.jsonl").write_text("\n", "utf-8")
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "photo.jpg").write_bytes(b"x")
    other = ["run", "--articles", str(tmp_path / "blank.jsonl"), *arguments[3:]]
    for command, told in (
        ([*other, "--out", str(tmp_path / "a")], "could be read as an article"),
        ([*arguments[:-1], str(tmp_path / "no.jsonl")], "no.jsonl cannot be read"),
        ([*arguments, "--out", str(tmp_path / "used")], "is in use and holds no run"),
        ([*arguments, "--out", str(tmp_path / "blank.jsonl" / "run")], "cannot be used: Not a directory"),
        (["gate", str(tmp_path / "none"), "--min", "right=1"], "holds no finished run"),
        (["gate", str(tmp_path / "none"), "--min", "rigth=1"], "No figure is called 'rigth'"),
        (["compare", str(tmp_path / "none"), str(tmp_path / "none")], "holds no finished run"),
    ):
        assert ended(command) == 1
        error = capsys.readouterr().err
        assert told in error
        assert error.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--limit", "0"],
        ["run", "--workers", "0"],
        ["run", "--judge-url", "http://x"],
        ["gate"],
        ["gate", "x"],
        ["walk"],
    ],
)
def test_a_wrong_use_exits_with_2(arguments):
    assert ended(arguments) == 2
