# ruff: noqa: E501  a case is one line

import pytest

from assistant.sides import sides


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Which ferry is faster, the north or the south one?", ["How fast is the north ferry?", "How fast is the south ferry?"]),
        ("Which carried more passengers in 2025, Velora or Halden?", ["How many passengers has Velora carried in 2025?", "How many passengers has Halden carried in 2025?"]),
        ("Which has more ships, Velora or Halden?", ["How many ships has Velora?", "How many ships has Halden?"]),
        ("Which seeds are lent more often, beans or parsnips?", ["How often are beans lent?", "How often are parsnips lent?"]),
        ("Whose count is higher, that of the hosts or that of the police?", ["How high is the count of the hosts?", "How high is the count of the police?"]),
        ("Which treaty came first, Kiel or Utrecht?", ["When was the Kiel treaty?", "When was the Utrecht treaty?"]),
        ("What is larger, Velora's value or its debt?", ["How large is Velora's value?", "How large is Velora's debt?"]),
        ("Did Velora sell more vans than Halden?", ["How many vans did Velora sell?", "How many vans did Halden sell?"]),
        ("Has the north ferry more room than the south ferry?", ["How much room has the north ferry?", "How much room has the south ferry?"]),
        ("Was it colder at Millas or at Corbel?", ["How cold was it at Millas?", "How cold was it at Corbel?"]),
        ("Were the halls used more in 2017 or 2022?", ["How much were the halls used in 2017?", "How much were the halls used in 2022?"]),
        ("Is the rate of use higher in 2022 than in 2017?", ["How high is the rate of use in 2022?", "How high is the rate of use in 2017?"]),
        ("How do Velora and Halden differ in price?", ["What is the price of Velora?", "What is the price of Halden?"]),
        ("What were the sales in Norway and Sweden?", ["What were the sales in Norway?", "What were the sales in Sweden?"]),
        ("What are the goals for November and for the end of the year?", ["What are the goals for November?", "What are the goals for the end of the year?"]),
    ],
)  # fmt: skip
def test_a_comparison_asks_the_same_of_both_sides(question: str, asked: list[str]):
    assert [side.asked for side in sides(question)] == asked


def test_a_side_is_known_by_the_words_that_the_other_has_not():
    north, south = sides("Which ferry is faster, the north or the south one?")
    assert (north.own, south.own) == ({"north"}, {"south"})


@pytest.mark.parametrize(
    "question",
    [
        "How many people live in Corrie or near it?",
        "When did Velora open more plants?",
        "Is the plant older?",
        "Who sold more than 40,000 vans?",
        "Did it sell more than it bought?",
        "Why is the ferry late?",
        "What is the population of Trinidad and Tobago?",
        "", "or?", "than", "Which is, or?",
    ],
)  # fmt: skip
def test_a_question_that_compares_nothing_has_no_sides(question: str):
    assert sides(question) == []
