import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from assistant.answers import Turn
from eval.cases import Case, read_cases, resolve
from eval.errors import QuestionSetWrong


@pytest.fixture
def question_set(tmp_path: Path):
    def write(*lines: object) -> Path:
        path = tmp_path / "set.jsonl"
        path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8")
        return path

    return write


def test_every_field_of_the_contract_is_read(question_set):
    path = question_set(
        {
            "id": "1",
            "question": "And in May?",
            "answers": ["9,000"],
            "answerable": True,
            "sources": ["harbour"],
            "gold_sentences": ["9,000 crates came in May."],
            "history": [{"role": "user", "content": "How many crates came in April?"}],
            "must": [r"9,?000"],
            "never": ["April"],
            "tags": ["follow-up"],
        }
    )
    assert read_cases(path) == [
        Case(
            id="1",
            question="And in May?",
            answers=("9,000",),
            sources=("harbour",),
            gold_sentences=("9,000 crates came in May.",),
            history=(Turn("user", "How many crates came in April?"),),
            must=(r"9,?000",),
            never=("April",),
            tags=("follow-up",),
        )
    ]


def test_only_id_and_question_are_needed_and_other_keys_are_left_alone(question_set):
    path = question_set({"id": "1", "question": "Who?", "history": None, "note": "written on Monday"}, "", "  ")
    assert read_cases(path) == [Case(id="1", question="Who?")]


def test_a_byte_order_mark_and_line_separators_inside_a_text_are_no_trouble(question_set):
    path = question_set('\ufeff{"id": "1", "question": "Who\u2028?"}')
    assert read_cases(path)[0].question == "Who\u2028?"


@pytest.mark.parametrize(
    ("line", "trouble"),
    [
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        ({"question": "Who?"}, '"id" is missing'),
        ({"id": "2"}, '"question" is missing'),
        ({"id": 2, "question": "Who?"}, '"id" must be a text'),
        ({"id": "2", "question": " "}, '"question" must be a text that is not empty'),
        ({"id": "2", "question": "Who?", "answers": "Ann"}, '"answers" must be a list of texts'),
        ({"id": "2", "question": "Who?", "answers": [""]}, '"answers" must be a list of texts, none of them empty'),
        ({"id": "2", "question": "Who?", "answerable": "no"}, '"answerable" must be true or false'),
        ({"id": "2", "question": "Who?", "must": ["(9"]}, "no regular expression"),
        ({"id": "2", "question": "Who?", "never": ["*"]}, "no regular expression"),
        ({"id": "2", "question": "Who?", "history": "Hi"}, '"history" must be a list'),
        ({"id": "2", "question": "Who?", "history": [{"role": "system", "content": "x"}]}, 'a turn of "history"'),
        ({"id": "1", "question": "Who?"}, "a second case with the id '1'"),
    ],
)
def test_a_wrong_line_is_named_with_what_is_wrong(question_set, line, trouble):
    path = question_set({"id": "1", "question": "Who?"}, "", line)
    with pytest.raises(QuestionSetWrong) as caught:
        read_cases(path)
    assert str(caught.value).startswith(f"{path} line 3: ")
    assert trouble in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_empty_set_says_how_to_write_one(question_set):
    with pytest.raises(QuestionSetWrong, match="holds no question; write one a line"):
        read_cases(question_set("", " "))


def test_a_set_that_is_missing_or_no_text_is_refused_by_name(tmp_path):
    with pytest.raises(QuestionSetWrong, match=r"nowhere\.jsonl cannot be read"):
        read_cases(tmp_path / "nowhere.jsonl")
    (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe\x00\xff")
    with pytest.raises(QuestionSetWrong, match=r"binary\.jsonl cannot be read"):
        read_cases(tmp_path / "binary.jsonl")


def test_sources_become_article_ids_once_each():
    names = {"harbour": "harbour", "harbour.txt": "harbour", "x#1": "x#1"}
    (case,) = resolve([Case("1", "Who?", sources=("harbour.txt", "harbour", "x#1"))], names, where=Path("news"))
    assert case.sources == ("harbour", "x#1")


def test_a_source_that_is_no_article_is_named_with_its_case():
    with pytest.raises(QuestionSetWrong, match="Case '7' names the source 'harbor', but no article of news has that"):
        resolve([Case("7", "Who?", sources=("harbor",))], {"harbour": "harbour"}, where=Path("news"))


def test_drafts_are_checked_but_asked_only_if_asked_for(question_set):
    path = question_set({"id": "1", "question": "Who?"}, {"id": "2", "question": "When?", "draft": True})
    assert [case.id for case in read_cases(path)] == ["1"]
    assert [(case.id, case.draft) for case in read_cases(path, drafts=True)] == [("1", False), ("2", True)]
    with pytest.raises(QuestionSetWrong, match='line 2: "question" is missing'):
        read_cases(question_set({"id": "1", "question": "Who?"}, {"id": "2", "draft": True}))


def test_a_set_of_nothing_but_drafts_says_what_to_do(question_set):
    with pytest.raises(QuestionSetWrong, match='holds nothing but drafts; look at each and take its "draft": true off'):
        read_cases(question_set({"id": "1", "question": "Who?", "draft": True}))


def test_references_are_kept_apart_from_answers(question_set):
    (case,) = read_cases(question_set({"id": "1", "question": "How?", "references": ["By boat, at night."]}))
    assert (case.references, case.answers) == (("By boat, at night.",), ())


@pytest.mark.parametrize("key", ["answers", "gold_sentences"])
def test_a_case_that_is_unanswerable_and_answered_is_refused(question_set, key):
    path = question_set({"id": "1", "question": "Who?", "answerable": False, key: ["Ann"]})
    with pytest.raises(QuestionSetWrong, match='line 1: "answerable" is false, yet it has answers or gold sentences'):
        read_cases(path)


def test_a_second_case_of_one_id_names_the_line_of_the_first(question_set):
    path = question_set("", {"id": "1", "question": "Who?"}, {"id": "1", "question": "When?"})
    with pytest.raises(QuestionSetWrong, match="line 3: a second case with the id '1'; the first is in line 2"):
        read_cases(path)


@pytest.mark.parametrize(
    "second",
    [
        {"id": "2", "question": "who  runs it?", "answers": ["Bea"]},
        {"id": "2", "question": "Who runs it?", "answerable": False},
    ],
)
def test_one_question_with_two_truths_is_named_in_a_warning_and_kept(question_set, caplog, second):
    path = question_set({"id": "1", "question": "Who runs it?", "answers": ["Ann"]}, second)
    assert len(read_cases(path)) == 2
    assert [record.getMessage() for record in caplog.records] == [
        f"{path} line 2 asks what line 1 asks, and expects another answer; one of the two will count as wrong."
    ]


@pytest.mark.parametrize(
    "second",
    [
        {"id": "2", "question": "Who runs it?", "answers": ["Ann Berg", "Ann"]},
        {
            "id": "2",
            "question": "Who runs it?",
            "answers": ["Bea"],
            "history": [{"role": "user", "content": "The port?"}],
        },
        {"id": "2", "question": "Who ran it?", "answers": ["Bea"]},
        {"id": "2", "question": "Who runs it?", "answers": ["Bea"], "draft": True},
    ],
)
def test_the_same_words_with_one_truth_or_in_another_conversation_are_no_contradiction(question_set, caplog, second):
    read_cases(question_set({"id": "1", "question": "Who runs it?", "answers": ["Ann"]}, second))
    assert caplog.records == []


def test_a_line_of_brackets_without_end_is_refused_like_any_other(question_set):
    with pytest.raises(QuestionSetWrong, match="line 1: not"):
        read_cases(question_set("[" * 100_000))


RATED_UP = {
    "id": "rating-7f3a",
    "question": "How long is the mole?",
    "history": [{"role": "user", "content": "What is new?"}, {"role": "assistant", "content": "A mole. [1]"}],
    "answerable": True,
    "sources": ["the-long-mole"],
    "gold_sentences": ["The mole is 640 metres long."],
    "tags": ["rating"],
    "rated": "up",
    "rated_at": "2026-03-01T09:30:00+00:00",
    "engine": "extractive",
}


def test_an_answer_that_was_rated_up_is_a_case(question_set):
    (case,) = read_cases(question_set(RATED_UP))
    assert (case.sources, case.gold_sentences) == (("the-long-mole",), ("The mole is 640 metres long.",))
    assert [turn.role for turn in case.history] == ["user", "assistant"]
    assert not case.draft


def test_a_silence_that_was_rated_up_is_an_unanswerable_case(question_set):
    silence = {key: value for key, value in RATED_UP.items() if key not in {"sources", "gold_sentences"}}
    (case,) = read_cases(question_set({**silence, "answerable": False}))
    assert not case.answerable


def test_an_answer_that_was_rated_down_waits_for_a_person_as_a_draft(question_set):
    down = {
        "id": "rating-8b1c",
        "question": "How long is the mole?",
        "history": [],
        "tags": ["rating", "draft"],
        "draft": True,
        "note": "It named the old mole.",
        "rated": "down",
    }
    (kept,) = read_cases(question_set(RATED_UP, down))
    assert kept.id == "rating-7f3a"
    assert [case.tags for case in read_cases(question_set(RATED_UP, down), drafts=True)][1] == ("rating", "draft")


def test_the_documents_examples_and_keys_are_what_is_read(question_set):
    text = (Path(__file__).parents[1] / "docs" / "question-sets.md").read_text("utf-8")
    example = "".join(line.strip() for line in text.split("\n    {")[1].split("\n\n")[0].split("\n"))
    assert read_cases(question_set("{" + example))[0].id == "rating-7f3a"
    documented = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", text, re.MULTILINE))))
    assert {field.name for field in fields(Case)} <= documented
