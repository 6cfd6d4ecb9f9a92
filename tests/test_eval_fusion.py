import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from eval.errors import QuestionSetWrong
from eval.fusion import fusion

app = typer.Typer()
app.command()(fusion)

TEXTS = {"frost": "Frost ruined the vines of the valley in May.", "plant": "A carmaker opens a plant near Graz."}


def written(folder: Path, questions: list[dict[str, object]]) -> list[str]:
    corpus, asked = folder / "corpus.jsonl", folder / "questions.jsonl"
    lines = [json.dumps({"_id": name, "title": name, "text": text}) for name, text in TEXTS.items()]
    corpus.write_text("\n".join(lines) + "\n")
    asked.write_text("\n".join(json.dumps({"id": str(n)} | one) for n, one in enumerate(questions)) + "\n")
    return ["--articles", str(corpus), "--questions", str(asked)]


def test_words_meaning_and_both_are_told_apart_in_one_table(tmp_path: Path):
    questions: list[dict[str, object]] = [
        {"question": "What ruined the vines?", "sources": ["frost"]},
        {"question": "Who opens a plant near Graz?", "sources": ["plant"]},
        {"question": "Who won?", "answerable": False},
    ]
    told = CliRunner().invoke(app, written(tmp_path, questions))
    assert told.exit_code == 0, told.output
    rows = {line[:18].strip(): line[18:].split() for line in told.output.splitlines()}
    assert rows["found by"] == ["R@1", "R@5", "R@10", "nDCG@10", "MRR"]
    assert rows["words (BM25)"] == rows["meaning (cosine)"] == rows["both, fused"] == ["1.000"] * 5
    assert "2 questions over 2 articles in 2 passages" in told.output


def test_a_source_that_is_no_article_is_named(tmp_path: Path):
    asked = written(tmp_path, [{"question": "What ruined the vines?", "sources": ["snow"]}])
    with pytest.raises(QuestionSetWrong, match="snow"):
        CliRunner().invoke(app, asked, catch_exceptions=False)
