import json
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
