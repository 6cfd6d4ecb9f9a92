import json
from pathlib import Path

import pytest

from assistant.settings import Settings
from eval.errors import RunForeign
from eval.judges import Judge
from eval.manifest import MANIFEST, RESULTS, Plan, claim, digest, fingerprint, finish, inputs
from index.errors import SourceUnreadable


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "frost.txt").write_text("Frost came early.", "utf-8")
    (tmp_path / "set.jsonl").write_text('{"id": "1", "question": "What came?"}\n', "utf-8")
    return Plan((articles,), tmp_path / "set.jsonl")


def shaped(plan: Plan, **changed):
    return inputs(plan, Settings().model_copy(update=changed))


def test_the_fingerprint_is_that_of_the_data_the_choice_and_the_settings(plan):
    first = fingerprint(shaped(plan))
    assert fingerprint(shaped(plan)) == first
    assert fingerprint(shaped(plan, answer_precision=0.7)) != first
    assert fingerprint(shaped(Plan(plan.articles, plan.questions, limit=3))) != first
    (plan.articles[0] / "frost.txt").write_text("Frost came late.", "utf-8")
    assert fingerprint(shaped(plan)) != first


def test_the_manifest_names_every_model_file_and_what_was_asked_of_whom(plan):
    found = shaped(plan)
    assert {"index/model/model.onnx", "assistant/reader/reader.onnx", "assistant/entailer/entailer.onnx"} <= set(
        found["models"]
    )
    assert found["engines"][0] == "extractive"
    other = Plan(plan.articles, plan.questions, engines=("extractive",), seed=1)
    assert fingerprint(shaped(other)) != fingerprint(found)


def test_how_many_are_asked_at_once_and_the_key_of_a_judge_do_not_shape_a_run(plan):
    judged = [Plan(plan.articles, plan.questions, workers=n, judge=Judge("http://j", "m", f"k{n}")) for n in (1, 2)]
    assert fingerprint(shaped(judged[0])) == fingerprint(shaped(judged[1])) != fingerprint(shaped(plan))
    assert "k1" not in json.dumps(shaped(judged[0]))


def test_articles_that_are_not_there_have_no_digest(tmp_path):
    with pytest.raises(SourceUnreadable, match=r"No such file or folder: .*nowhere"):
        digest(tmp_path / "nowhere")


def test_where_the_collection_lies_does_not_shape_a_run(plan, tmp_path):
    assert fingerprint(shaped(plan, data=tmp_path / "elsewhere", port=1)) == fingerprint(shaped(plan))


def test_a_digest_of_a_folder_covers_names_and_bytes_but_no_hidden_or_compiled_files(plan):
    before = digest(plan.articles[0])
    (plan.articles[0] / ".cache").mkdir()
    (plan.articles[0] / ".cache" / "x").write_text("x", "utf-8")
    (plan.articles[0] / "__pycache__").mkdir()
    (plan.articles[0] / "__pycache__" / "x.pyc").write_text("x", "utf-8")
    assert digest(plan.articles[0]) == before
    (plan.articles[0] / "frost.txt").rename(plan.articles[0] / "snow.txt")
    assert digest(plan.articles[0]) != before


def test_a_folder_is_claimed_once_and_again_by_the_same_run(plan, tmp_path):
    out = tmp_path / "out"
    claim(out, shaped(plan), plan)
    written = (out / MANIFEST).read_bytes()
    claim(out, shaped(plan), plan)
    assert (out / MANIFEST).read_bytes() == written
    assert finish(out, {"cases": 1})["cases"] == 1
    assert json.loads((out / MANIFEST).read_text("utf-8"))["finished"]


def test_a_run_with_answers_is_not_overwritten_and_what_differs_is_named(plan, tmp_path):
    out = tmp_path / "out"
    claim(out, shaped(plan), plan)
    (out / RESULTS).write_text('{"id": "1"}\n', "utf-8")
    written = (out / MANIFEST).read_bytes()
    with pytest.raises(RunForeign, match=r"out holds another run \(what differs: settings\)\. Choose another --out"):
        claim(out, shaped(plan, answer_precision=0.7), plan)
    assert (out / MANIFEST).read_bytes() == written
    assert (out / RESULTS).read_text("utf-8") == '{"id": "1"}\n'


def test_a_run_that_answered_nothing_is_begun_anew(plan, tmp_path):
    out = tmp_path / "out"
    claim(out, shaped(plan), plan)
    (out / "collection").mkdir()
    (out / "collection" / "old").write_text("x", "utf-8")
    claim(out, shaped(plan, answer_precision=0.7), plan)
    assert not (out / "collection").exists()
    assert json.loads((out / MANIFEST).read_text("utf-8"))["inputs"]["settings"]["answer_precision"] == 0.7


def test_a_folder_of_something_else_is_left_alone(plan, tmp_path):
    out = tmp_path / "holiday"
    out.mkdir()
    (out / "photo.jpg").write_bytes(b"x")
    with pytest.raises(RunForeign, match=r"holiday is in use and holds no run\. Choose another --out"):
        claim(out, shaped(plan), plan)
    assert [file.name for file in out.iterdir()] == ["photo.jpg"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"inputs": {}}'])
def test_a_manifest_that_is_none_is_refused(plan, tmp_path, text):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / MANIFEST).write_text(text, "utf-8")
    with pytest.raises(RunForeign, match="is not the manifest of a run"):
        claim(tmp_path / "out", shaped(plan), plan)
