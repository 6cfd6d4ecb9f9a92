import time

import pytest

from assistant.answers import Turn
from assistant.condense import standalone

TARGET = [
    Turn("user", "What production did Lei Jun target for November?"),
    Turn("assistant", "Lei Jun confirmed readiness to reach 100,000 electric vehicles by November. [1]"),
]
CHIEF = [
    Turn("user", "Who is the CEO of Xiaomi?"),
    Turn("assistant", "Xiaomi’s CEO, Lei Jun, has spoken of his last great venture. [1]"),
]
COST = [Turn("user", "How much did the plant in Beijing cost?"), Turn("assistant", "The plant cost $756 million. [1]")]


@pytest.mark.parametrize(
    ("history", "question", "standing_alone"),
    [
        (TARGET, "And by the end of the year?", "What production did Lei Jun target by the end of the year?"),
        (TARGET, "How about in June?", "What production did Lei Jun target in June?"),
        (TARGET, "And for December?", "What production did Lei Jun target for December?"),
        (TARGET, "And Huawei?", "What production did Huawei target for November?"),
        (TARGET, "No, I meant March", "What production did Lei Jun target for March?"),
        (CHIEF, "What did he target for November?", "What did Lei Jun target for November?"),
        (CHIEF, "What is his last project?", "What is Lei Jun’s last project?"),
        (CHIEF, "How much has the company spent on the plant?", "How much has Xiaomi spent on the plant?"),
        (CHIEF, "When was it blacklisted?", "When was Xiaomi blacklisted?"),
        (CHIEF, "And Huawei?", "Who is the CEO of Huawei?"),
        (COST, "How many cars can it produce?", "How many cars can the plant in Beijing produce?"),
        (COST, "No, the station", "How much did the station cost?"),
    ],
)
def test_a_follow_up_is_made_to_stand_alone(history: list[Turn], question: str, standing_alone: str):
    assert standalone(question, history) == standing_alone


@pytest.mark.parametrize(
    "question",
    [
        "What was the utilization rate in 2017?",
        "Who approved Xiaomi's plan?",
        "What newspaper reported this?",
        "Which company did Huawei sue after it lost the contract?",
    ],
)
def test_a_question_that_stands_alone_is_left_as_it_is(question: str):
    assert standalone(question, TARGET) == question


def test_without_a_conversation_nothing_is_put_in():
    assert standalone("And by the end of the year?", []) == "And by the end of the year?"


def test_a_follow_up_of_a_follow_up_goes_back_to_the_first_question():
    history = [
        Turn("user", "What was the utilization rate in 2022?"),
        Turn("assistant", "It was 54.5%. [1]"),
        Turn("user", "And in 2017?"),
        Turn("assistant", "It was 66.6%. [1]"),
    ]
    assert standalone("And in 2019?", history) == "What was the utilization rate in 2019?"


def test_five_hundred_turns_cost_no_more_than_a_few():
    long = [Turn("user", "What does the plant make? " * 200), Turn("assistant", "Cars. " * 500)] * 250
    started = time.perf_counter()
    assert standalone("Who owns it?", [*long, *COST]) == "Who owns the plant in Beijing?"
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("question", ["", "   ", "?", "it", "and", "And?", "No,", "not but", "the the the", "’s", "He"])
def test_odd_fragments_do_no_harm(question: str):
    for history in (TARGET, CHIEF, [Turn("user", "?"), Turn("user", "")]):
        assert isinstance(standalone(question, history), str)
