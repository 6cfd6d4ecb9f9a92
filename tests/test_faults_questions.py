"""What people really type: other scripts, noise, far too much of it, and conversations without end."""

# ruff: noqa: E501  a case is one line

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.answers import Answer, Question, Turn
from assistant.chain import Assistant
from assistant.errors import QuestionRefused
from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from index.articles import Article, Metadata
from index.collection import Collection

ARTICLES = [
    Article("plant", "Dunmore Motors opened its plant in Corrie in March 2021. It cost $340 million. It employs 1,200 people.",
            Metadata("Dunmore opens a plant", published=date(2021, 3, 4)), "plant"),
    Article("trial", "Solan Vans sued Dunmore Motors in 2019. The court in Perth ruled for Dunmore. Solan pays 75,000 pounds.",
            Metadata("Dunmore wins in court", published=date(2021, 9, 1)), "trial"),
    Article("ferry", "The south ferry takes 40 minutes. The north ferry takes 25 minutes and carries 240 people.",
            Metadata("Crossing times", published=date(2022, 1, 9)), "ferry"),
    Article("pool", "Das Hafenbad öffnet am 3. Mai. Ein Erwachsener zahlt 4,50 Euro Eintritt.", Metadata("Das Hafenbad öffnet"), "pool"),
]  # fmt: skip
SCRIPTS = [
    "Как дорого стоил завод?", "Πόσο κόστισε το εργοστάσιο;", "كم كلف المصنع؟", "המפעל כמה עלה?", "कारखाने की लागत कितनी थी?",
    "কারখানার খরচ কত ছিল?", "தொழிற்சாலையின் விலை என்ன?", "โรงงานราคาเท่าไร", "工厂花了多少钱？", "工場はいくらかかりましたか？",
    "공장 비용은 얼마였습니까?", "რა ღირდა ქარხანა?", "գործարանը որքա՞ն արժեր", "ፋብሪካው ስንት ፈጀ?", "Nhà máy có giá bao nhiêu?",
]  # fmt: skip
ASKED = [
    "How much did the plant cost?", "Who sued Dunmore Motors?", "How long does the north ferry take?", "Who owns the moon?",
    "Which articles mention Dunmore?", "Latest on Dunmore", "Summarise “Crossing times”", "When did the plant open and what did it cost?",
]  # fmt: skip


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    chosen = Settings(data=tmp_path_factory.mktemp("questions"))
    with open_collection(chosen, write=True, purpose="a test") as opened:
        opened.add(ARTICLES)
        yield opened


@pytest.fixture(scope="module")
def assistant(collection: Collection, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return build_assistant(collection, Settings(data=tmp_path_factory.mktemp("unused")))


def told(answer: Answer) -> tuple[object, ...]:
    """All of an answer but how long it took."""
    said = answer.to_json()
    said.pop("timings_ms")
    return tuple(map(str, said.items()))


def fine(assistant: Assistant, question: Question) -> bool:
    """Whether a question gets cited statements or one line, of reason or of refusal."""
    try:
        return well_formed(assistant.ask(question))
    except QuestionRefused as refused:
        return "\n" not in str(refused)


def well_formed(answer: Answer) -> bool:
    """Whether an answer has either cited statements or one line of reason."""
    if answer.abstained:
        return not answer.statements and bool(answer.reason) and "\n" not in (answer.reason or "")
    numbers = {citation.number for citation in answer.citations}
    return all(statement.citations and numbers.issuperset(statement.citations) for statement in answer.statements)


@pytest.mark.parametrize("question", SCRIPTS)
def test_a_question_in_any_script_is_answered_or_refused_in_one_line(assistant: Assistant, question: str):
    history = [Turn("user", "How much did the plant cost?"), Turn("assistant", "It cost $340 million. [1]")]
    assert well_formed(assistant.ask(Question(question)))
    assert well_formed(assistant.ask(Question(question, history)))


def test_five_thousand_characters_are_read_within_seconds(assistant: Assistant):
    for piece in (
        "How much did the plant cost and who paid? ",
        "a",
        "the plant, and ",
        "and why ",
        "Dunmore ",
        "(",
        "1,0",
        "it? ",
    ):
        question = (piece * 5_000)[:5_000]
        started = time.perf_counter()
        assert fine(assistant, Question(question, [Turn("user", question), Turn("assistant", question)]))
        assert time.perf_counter() - started < 15


@pytest.mark.parametrize(
    "question",
    ["?", "...", "!!!???", "。。。", "—", "[1]?", "“”", "\n\t", "🚗🚗🚗", "\u200b", "\x00", "%s{}", "' OR 1=1 --"],
)
def test_noise_is_refused_in_one_line_or_read_as_words(assistant: Assistant, question: str):
    assert fine(assistant, Question(question))


def test_five_hundred_turns_change_no_answer_and_cost_no_time(assistant: Assistant):
    last = [Turn("user", "How much did the plant cost?"), Turn("assistant", "It cost $340 million. [1]")]
    long = [Turn("user", "How long does the ferry take? " * 50), Turn("assistant", "It takes long. " * 100)] * 249
    started = time.perf_counter()
    answer = assistant.ask(Question("And how many people does it employ?", [*long, *last]))
    assert time.perf_counter() - started < 5
    assert answer.question == "How many people does the plant employ?"
    assert "1,200" in answer.text


def test_a_conversation_of_odd_turns_does_no_harm(assistant: Assistant):
    odd = [
        Turn("assistant", "Hello"),
        Turn("assistant", ""),
        Turn("user", ""),
        Turn("user", "?"),
        Turn("user", "and"),
        Turn("assistant", "[1] [2]"),
    ]
    assert well_formed(assistant.ask(Question("How much did the plant cost?", odd)))
    assert "340" in assistant.ask(Question("How much did the plant cost?", odd)).text


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    question=st.text(max_size=80),
    history=st.lists(st.tuples(st.sampled_from(["user", "assistant"]), st.text(max_size=60)), max_size=4),
)
def test_whatever_is_typed_gets_an_answer_or_one_line(
    assistant: Assistant, question: str, history: list[tuple[str, str]]
):
    turns = [Turn("user" if role == "user" else "assistant", content) for role, content in history]
    assert fine(assistant, Question(question, turns))


@pytest.mark.parametrize("question", ASKED)
def test_the_same_question_is_answered_the_same_twenty_times(assistant: Assistant, question: str):
    assert len({told(assistant.ask(Question(question))) for _ in range(20)}) == 1


def test_a_restart_and_another_order_of_adding_change_no_answer(assistant: Assistant, tmp_path: Path):
    before = [told(assistant.ask(Question(question))) for question in ASKED]
    again = Settings(data=tmp_path / "again")
    with open_collection(again, write=True, purpose="a test") as reversed_:
        for article in reversed(ARTICLES):
            reversed_.add([article])
    with open_collection(again) as reopened:
        asked_anew = build_assistant(reopened, again)
        assert [told(asked_anew.ask(Question(question))) for question in ASKED] == before


@pytest.mark.parametrize("question", ASKED)
def test_what_is_suggested_is_the_same_each_time_and_answerable(assistant: Assistant, question: str):
    answer = assistant.ask(Question(question))
    offered = assistant.suggest(answer)
    assert offered == assistant.suggest(answer)
    assert len(offered) <= 3
    assert all(not assistant.ask(Question(one)).abstained for one in offered)
