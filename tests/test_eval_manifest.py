import json
from pathlib import Path

import pytest

from assistant.settings import Settings
from eval.errors import RunForeign
from eval.manifest import MANIFEST, RESULTS, Plan, claim, digest, fingerprint, finish, inputs


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "frost.txt").write_text("Frost came early.", "utf-8")
    (tmp_path / "set.jsonl").write_text('{"id": "1", "question": "What came?"}\n', "utf-8")
    return Plan(articles, tmp_path / "set.jsonl")


def shaped(plan: Plan, **changed):
    return inputs(plan, Settings().model_copy(update=changed))


def test_the_fingerprint_is_that_of_the_data_the_choice_and_the_settings(plan):
    first = fingerprint(shaped(plan))
    assert fingerprint(shaped(plan)) == first
    assert fingerprint(shaped(plan, answer_threshold=0.7)) != first
    assert fingerprint(shaped(Plan(plan.articles, plan.questions, limit=3))) != first
    (plan.articles / "frost.txt").write_text("Frost came late.", "utf-8")
    assert fingerprint(shaped(plan)) != first


def test_where_the_collection_lies_does_not_shape_a_run(plan, tmp_path):
    assert fingerprint(shaped(plan, data=tmp_path / "elsewhere", port=1)) == fingerprint(shaped(plan))


def test_a_digest_of_a_folder_covers_names_and_bytes_but_no_hidden_or_compiled_files(plan):
    before = digest(plan.articles)
    (plan.articles / ".cache").mkdir()
    (plan.articles / ".cache" / "x").write_text("x", "utf-8")
    (plan.articles / "__pycache__").mkdir()
    (plan.articles / "__pycache__" / "x.pyc").write_text("x", "utf-8")
    assert digest(plan.articles) == before
    (plan.articles / "frost.txt").rename(plan.articles / "snow.txt")
    assert digest(plan.articles) != before


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
        claim(out, shaped(plan, answer_threshold=0.7), plan)
    assert (out / MANIFEST).read_bytes() == written
    assert (out / RESULTS).read_text("utf-8") == '{"id": "1"}\n'


def test_a_run_that_answered_nothing_is_begun_anew(plan, tmp_path):
    out = tmp_path / "out"
    claim(out, shaped(plan), plan)
    (out / "collection").mkdir()
    (out / "collection" / "old").write_text("x", "utf-8")
    claim(out, shaped(plan, answer_threshold=0.7), plan)
    assert not (out / "collection").exists()
    assert json.loads((out / MANIFEST).read_text("utf-8"))["inputs"]["settings"]["answer_threshold"] == 0.7


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
