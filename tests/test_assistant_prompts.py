"""A model gets numbered sentences as data; no sentence can leave its frame."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.instructions import about_machines, addresses_a_model
from assistant.prompts import messages, neutral


def test_the_sentences_are_numbered_and_framed_and_the_question_comes_last():
    task, asked = messages("Who won?", ["Anna won.", "Karl lost."])
    first, *numbered, last, _, question = asked.content.splitlines()
    assert (task.role, asked.role) == ("system", "user")
    assert numbered == ["[1] Anna won.", "[2] Karl lost."]
    assert first.removeprefix("BEGIN") == last.removeprefix("END")
    assert question == "Question: Who won?"


def test_the_same_sentences_make_the_same_prompt_and_others_another_frame():
    assert messages("Who?", ["a", "b"]) == messages("Who?", ["a", "b"])
    one, other = (messages("Who?", [text])[1].content.splitlines()[0] for text in ("a", "b"))
    assert one != other


@given(st.text(max_size=80), st.lists(st.text(max_size=80), min_size=1, max_size=4))
def test_no_sentence_opens_a_line_a_tag_a_number_or_a_template(question: str, sentences: list[str]):
    shown = messages(question, sentences)[1].content
    lines = shown.splitlines()
    assert len(lines) == len(sentences) + 4
    assert shown.count("[") == len(sentences)
    assert not set("<>{}|`") & set(shown)


def test_unseen_characters_are_not_passed_on():
    assert neutral("a\u200bb\u202ec\U000e0041d\x00e\nf \ud800") == "a b c d e f ?"


@pytest.mark.parametrize(
    "sentence",
    [
        "The AI system failed on Monday.", "The model must be recalled, the agency said.",
        "Users ignored the instructions.", "The assistant coach must answer for it.", "He told them to forget it.",
        "The system: a network of pipes.", "She said that the answer was no.", "Please note that fares rise.",
        "The bank will report with its partners.", "Analysts say that the chatbot sells well.",
        "“Follow the instructions,” he said.",
    ],
)  # fmt: skip
def test_ordinary_news_does_not_address_a_model(sentence: str):
    assert not addresses_a_model(sentence)


def test_a_question_about_a_planted_line_is_known_as_such():
    assert about_machines("What did the planted line tell machines to answer?")
    assert not about_machines("What did the plant cost?")
