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
        ("Did Velora or Halden sell more cars?", ["How many cars did Velora sell?", "How many cars did Halden sell?"]),
        ("Did more people come in 2023 or in 2024?", ["How many people come in 2023?", "How many people come in 2024?"]),
        ("Do adults or children pay more?", ["How much do adults pay?", "How much do children pay?"]),
        ("Was the first or the second storm stronger?", ["How strong was the first storm?", "How strong was the second storm?"]),
        ("Are there more men or women on the board?", ["How many men are there on the board?", "How many women are there on the board?"]),
        ("What cost more, the Marra or the trams of Corrie?", ["How much did the Marra cost?", "How much did the trams of Corrie cost?"]),
        ("Which costs more, a day ticket or a season ticket?", ["How much does a day ticket cost?", "How much does a season ticket cost?"]),
        ("Who earned more, Ana or Beth?", ["How much has Ana earned?", "How much has Beth earned?"]),
        ("Which was built first, the tower or the church?", ["When was the tower built?", "When was the church built?"]),
        ("Which took longer, the first trial or the second?", ["How long has the first trial taken?", "How long has the second trial taken?"]),
        ("Which city has more residents, Oslo or Bergen?", ["How many residents has Oslo?", "How many residents has Bergen?"]),
        ("Between Rovers and United, who has more members?", ["How many members has Rovers?", "How many members has United?"]),
        ("Whose budget is bigger, Oslo's or Bergen's?", ["How large is Oslo's budget?", "How large is Bergen's budget?"]),
        ("Which post is better paid, mayor of Corrie or mayor of Lund?", ["How much is mayor of Corrie paid?", "How much is mayor of Lund paid?"]),
        ("How much more does the new bus cost than the old one?", ["How much does the new bus cost?", "How much does the old bus cost?"]),
        ("How much higher is the rent in Oslo than in Bergen?", ["How high is the rent in Oslo?", "How high is the rent in Bergen?"]),
        ("How many more visitors did the fair have in 2024 than in 2023?", ["How many visitors did the fair have in 2024?", "How many visitors did the fair have in 2023?"]),
        ("Were there fewer accidents this year than last year?", ["How many accidents were there this year?", "How many accidents were there last year?"]),
        ("How do the prices of the Kestrel and the Merlin compare?", ["What are the prices of the Kestrel?", "What are the prices of the Merlin?"]),
        ("How does the price of the Kestrel compare with that of the Merlin?", ["What is the price of the Kestrel?", "What is the price of the Merlin?"]),
        ("What is the difference in price between a day ticket and a season ticket?", ["What is the price of a day ticket?", "What is the price of a season ticket?"]),
        ("What is the difference between the old fare and the new fare?", ["What is the old fare?", "What is the new fare?"]),
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
        "How did Velora and Halden come to merge?",
        "Does the law apply to cars or lorries?",
        "What is the population of Trinidad and Tobago?",
        "", "or?", "than", "Which is, or?",
    ],
)  # fmt: skip
def test_a_question_that_compares_nothing_has_no_sides(question: str):
    assert sides(question) == []
