import pytest

from assistant.attributes import tells_nothing, undone, unmentioned, unshaped

PLANT = "Of this amount, $756 million has been spent on a plant that makes the SU7."


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("What is the price of the SU7?", "price"),
        ("How much does the SU7 cost?", "cost"),
        ("What was the company's revenue in 2023?", "revenue"),
        ("How many employees does the plant have?", "employees"),
        ("What is the range of the SU7?", "range"),
        ("Who is the company's chief financial officer?", "chief financial officer"),
        ("Who is the finance chief of Velora?", "finance chief"),
        ("What does the founder earn?", "earn"),
        ("Was verdient der Leiter?", "verdient"),
        ("Where was the founder born?", "born"),
        ("Who is mayor of Corrie?", "mayor"),
        ("How many jobs will the plant create?", "jobs"),
    ],
)
def test_a_figure_that_is_told_in_no_word_of_its_kind_is_unmentioned(question: str, word: str):
    assert unmentioned(question, [PLANT]) == word


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What is the price of the SU7?", "The SU7 sells from 215,900 yuan."),
        ("How much does a ticket cost?", "A ticket costs 4 euros."),
        ("How many employees does the plant have?", "It gives work to a staff of 1,200."),
        ("How much did the plant cost?", PLANT),
        ("Who is the director?", PLANT),
    ],
)
def test_a_figure_that_is_told_or_not_asked_for_is_not(question: str, text: str):
    assert unmentioned(question, [text]) is None


def test_who_approved_something_is_told_only_where_something_is_approved():
    asked = "Who approved Velora's plan?"
    assert undone(asked, "Dana Holm confirmed that Velora is ready to build 40,000 vans.")
    assert not undone(asked, "Velora has received clearance from the planning agency.")
    assert not undone("Who confirmed the plan?", "Dana Holm spoke.")


def test_when_something_was_built_or_somebody_died_is_told_only_where_such_a_thing_is():
    assert undone("When was the Beijing plant built?", "In June the Beijing plant launched a second shift.")
    assert undone("In what year was Jean Ribault born?", "In 1562 Jean Ribault led an expedition to Florida.")
    assert not undone("When was the plant built?", "The plant was completed in March 2021.")
    assert not undone("When did Otto Brandt die?", "The statistician Otto Brandt (1871–1949) never published it.")
    assert not undone("When did the plant hire 300 workers?", "In June the plant took on 300 people.")


def test_what_is_asked_for_has_its_shape_or_one_of_its_words():
    assert unshaped("How long did the trial take?", "The trial took place in Corrie.") == "how long"
    assert unshaped("How much did the ferry cost?", "It was paid for by the city.") == "a sum"
    assert unshaped("How much did the ferry cost?", "It cost next to nothing.") is None
    assert unshaped("How much did the ferry cost?", "What it cost has not been disclosed.") is None
    assert unshaped("Who built the ferry?", "It was paid for by the city.") is None


def test_a_text_without_a_word_of_what_happened_tells_nothing_of_it():
    asked = "When did sales of the SU7 begin?"
    assert tells_nothing(asked, "In June the plant launched a second shift to produce the SU7.")
    assert not tells_nothing(asked, "Sales of the SU7 were launched in spring.")
    assert not tells_nothing("When was it?", "In June the plant was opened.")
