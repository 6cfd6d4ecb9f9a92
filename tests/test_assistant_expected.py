import pytest

from assistant.expected import Kind, asks_for_more, expected, shaped


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When was Xiaomi blacklisted?", "date"),
        ("In which month did the plant open?", "date"),
        ("How long did the appeal take?", "duration"),
        ("How long is the bridge?", "measure"),
        ("How much did the plant cost?", "money"),
        ("What was the utilization rate in 2017?", "percent"),
        ("How many cars were delivered?", "count"),
        ("What production did he target?", "amount"),
        ("Who founded the company?", "person"),
        ("Where is the plant?", "place"),
        ("Which newspaper is cited?", "organisation"),
        ("Which firm surveyed Mercer Street?", "organisation"),
        ("Which company left the city?", "organisation"),
        ("What's the name of the landlady?", "name"),
        ("who’s the mayor", "person"),
        ("Why did it happen?", "reason"),
        ("Did the court agree?", "confirmation"),
        ("What does the ministry check?", "other"),
    ],
)
def test_a_question_tells_what_kind_of_answer_it_wants(question: str, kind: Kind):
    assert expected(question).kind == kind


def test_the_noun_that_is_asked_for_is_known():
    assert expected("Which newspaper is cited?").head == "newspaper"
    assert expected("What is the capacity of the factory?").head == "capacity"


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        ("money", "It cost $756 million or 5 billion yuan.", ["$756 million", "5 billion yuan"]),
        ("percent", "It fell from 66.6% to 54.5 percent.", ["66.6%", "54.5 percent"]),
        (
            "date",
            "Since 20 July 2024 and in January 2021, the 10th century.",
            ["20 July 2024", "January 2021", "10th century"],
        ),
        ("count", "In 2021 it built 100,000 cars for $5.", ["100,000"]),
        ("duration", "After four months and a ten-year wait.", ["four months", "ten-year"]),
        ("person", "However, Lei Jun met the US Department of Commerce.", ["Lei Jun"]),
    ],
)
def test_words_of_a_kind_are_found_where_they_stand(kind: Kind, text: str, found: list[str]):
    assert [text[start:end] for start, end in shaped(kind, text)] == found


def test_lists_comparisons_and_double_questions_want_more_than_one_sentence():
    assert asks_for_more("What are the reasons?")
    assert asks_for_more("Who founded it, and when was it sold?")
    assert not asks_for_more("Who founded it?")
