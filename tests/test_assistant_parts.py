# ruff: noqa: E501  a case is one line

import pytest

from assistant.answers import Turn
from assistant.parts import pieces, stood


def parts(question: str) -> list[str]:
    """The pieces of a question, each as it stands after those before it, before any is answered."""
    cut = pieces(question)
    turns: list[Turn] = []
    for piece in cut if len(cut) > 1 else ():
        turns.append(Turn("user", stood(piece, turns)))
    return [turn.content for turn in turns] or cut


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
        ("Who founded Velora and when?", ["Who founded Velora?", "When was Velora founded?"]),
        ("Who built the two ships and where?", ["Who built the two ships?", "Where were the two ships built?"]),
        ("Who was arrested and on what charge?", ["Who was arrested?", "On what charge were they arrested?"]),
        ("What was found, and where?", ["What was found?", "Where was it found?"]),
        ("Why was the flight delayed, and for how long?", ["Why was the flight delayed?", "For how long was the flight delayed?"]),
        ("Who won the election, and by how many votes?", ["Who won the election?", "By how many votes was the election won?"]),
        ("How many people died and how many were injured?", ["How many people died?", "How many people were injured?"]),
        ("Which countries signed, and which refused?", ["Which countries signed?", "Which countries refused?"]),
        ("What is the price of the Kestrel as well as its range?", ["What is the price of the Kestrel?", "What is the range of the Kestrel?"]),
        ("Who are the CEO and the founder of Velora?", ["Who is the CEO of Velora?", "Who is the founder of Velora?"]),
        ("How many ships and lorries does Velora own?", ["How many ships does Velora own?", "How many lorries does Velora own?"]),
        ("How many gold and silver medals did Norway win?", ["How many gold medals did Norway win?", "How many silver medals did Norway win?"]),
        ("When were Ana Ruiz and Beth Cole born?", ["When was Ana Ruiz born?", "When was Beth Cole born?"]),
        ("Did the roof fall in and was anyone hurt?", ["Did the roof fall in?", "Was anyone hurt (the roof)?"]),
        ("Can you tell me who runs the library and how many books it has?", ["Who runs the library?", "How many books the library has?"]),
        ("Until when does Ana Ruiz stay, and within how many days must there be a vote?", ["Until when does Ana Ruiz stay?", "Within how many days must there be a vote (Ana Ruiz)?"]),
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
        "Who founded Velora and was the first to sell it?",
        "When did Velora and Halden merge?",
        "How many people came and stayed overnight?",
        "Wer gewann gegen Bremen und Kiel?", "新船“海鸥号”，它的船长是谁？",
        "", "and", "?", "and why?",
    ],
)  # fmt: skip
def test_a_question_that_asks_one_thing_stays_whole(question: str):
    assert parts(question) == [question]


def test_a_part_is_understood_by_the_answer_to_the_one_before():
    first, second = pieces("Who runs the library and where did she work before?")
    turns = [Turn("user", stood(first, ())), Turn("assistant", "Noor Haddad, who runs it, has hired a librarian.")]
    assert stood(second, turns) == "Where did Noor Haddad work before?"
