# ruff: noqa: E501  a case is one line

import pytest

from assistant.parts import parts


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("When did the plant open and how much did it cost?", ["When did the plant open?", "How much did the plant cost?"]),
        ("When and where was Lei Jun born?", ["When was Lei Jun born?", "Where was Lei Jun born?"]),
        ("Who is Lei Jun and what did he say?", ["Who is Lei Jun?", "What did Lei Jun say?"]),
        ("Did Velora open a plant and why?", ["Did Velora open a plant?", "Why did Velora open a plant?"]),
        ("Compare the rate of use in 2017 and 2022", ["What is the rate of use in 2017?", "What is the rate of use in 2022?"]),
        (
            "Compare the capacity of the Beijing plant and the Corrie plant.",
            ["What is the capacity of the Beijing plant?", "What is the capacity of the Corrie plant?"],
        ),
        ("What were the sales in Norway and Sweden?", ["What were the sales in Norway?", "What were the sales in Sweden?"]),
        ("What are the goals for May and for June?", ["What are the goals for May?", "What are the goals for June?"]),
        (
            "When was Velora blacklisted, and how did the case end in court?",
            ["When was Velora blacklisted?", "How did the case end in court (Velora)?"],
        ),
        ("Wann öffnet das Bad und was kostet der Eintritt?", ["Wann öffnet das Bad?", "Was kostet der Eintritt?"]),
        ("¿Quién lo fundó y cuándo abrió?", ["Quién lo fundó?", "Cuándo abrió?"]),
        ("新船从哪天开始营运，多长时间一班？", ["新船从哪天开始营运？", "多长时间一班？"]),
        ("How old is Dana? Where does she live?", ["How old is Dana?", "Where does Dana live?"]),
    ],
)  # fmt: skip
def test_a_question_that_asks_several_things_is_taken_apart(question: str, asked: list[str]):
    assert parts(question) == asked


@pytest.mark.parametrize(
    "question",
    [
        "What did the court decide about the merger of Kestrel Air and Bluewing?",
        "Which company said that it would build and sell cars?",
        "Between which games and which Windows version has the trouble been settled?",
        "What are the reasons and consequences of the ban?",
        "What does Dana know about how and why people leave?",
        "What is the population of Trinidad and Tobago?",
        "Wer gewann gegen Bremen und Kiel?", "新船“海鸥号”，它的船长是谁？",
        "", "and", "?", "and why?",
    ],
)  # fmt: skip
def test_a_question_that_asks_one_thing_stays_whole(question: str):
    assert parts(question) == [question]
