# ruff: noqa: E501  a case is one line

import pytest

from assistant.requested import Request, requested


@pytest.mark.parametrize(
    ("question", "request_"),
    [
        ("Summarise this article", Request("summary", "")),
        ("please summarize it", Request("summary", "")),
        ("What is this article about?", Request("summary", "")),
        ("Summarise the article “Chips are next”", Request("summary", "Chips are next")),
        ("Summarise what the articles say about tariffs.", Request("said", "tariffs")),
        ("What do the articles say about Lei Jun?", Request("said", "Lei Jun")),
        ("What is known about the SU7?", Request("said", "the SU7")),
        ("Tell me about Texas Instruments", Request("said", "Texas Instruments")),
        ("Which articles mention Xiaomi?", Request("mentions", "Xiaomi")),
        ("List all articles that mention “Air Force One”", Request("mentions", "Air Force One")),
        ("How many articles are about tariffs?", Request("mentions", "tariffs")),
        ("In which articles is Intel mentioned?", Request("mentions", "Intel")),
        ("Is Volkswagen mentioned anywhere?", Request("mentions", "Volkswagen")),
        ("What's the latest on Xiaomi?", Request("latest", "Xiaomi")),
        ("latest news about the rope works", Request("latest", "the rope works")),
        ("Any news on Intel?", Request("latest", "Intel")),
    ],
)
def test_a_request_is_known_by_its_words(question: str, request_: Request):
    assert requested(question) == request_


@pytest.mark.parametrize(
    "question",
    [
        "Who is Lei Jun?", "When did the latest report on Xiaomi appear?", "What did the article's author say about tariffs?",
        "Which company mentions a profit?", "What is the latest target?", "How many cars are about to be sold?", "", "?",
    ],
)  # fmt: skip
def test_a_question_for_a_fact_is_no_request(question: str):
    assert requested(question) is None
