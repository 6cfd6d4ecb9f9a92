import subprocess
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.answers import Answer, Finished, Question, Rewritten, Stated, Turn
from assistant.chain import Assistant
from assistant.errors import QuestionRefused
from assistant.reading import Finding, Reader
from assistant.settings import Settings
from assistant.wiring import build_assistant, build_reader, open_collection
from index.articles import Article, Hit, Metadata
from index.collection import Collection

PLANT = """\
Dunmore Motors opened its plant in Corrie in March 2021. The plant cost $340 million and employs 1,200 people. \
It makes the Dunmore Tern, a small electric van.

The company plans to build 40,000 vans by December of this year, said its founder, Ailsa Grant. \
The Inverlay Courier reported that a second shift began in June.

Vans are sold in Norway because demand at home is weak, according to the Association of Van Dealers."""
TRIAL = """The Court of Session ruled on Friday that Dunmore Motors may keep the name Tern. \
A rival, Solan Vans, had sued the company in 2019. The judge ordered Solan to pay costs of 75,000 pounds."""

BRIDGE = """The old bridge of Harwick was painted green in 1998. Its keeper, Moira Lind, lives in the tower. \
The lighthouse is 31 metres tall."""


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    settings = Settings(data=tmp_path_factory.mktemp("chain"))
    with open_collection(settings, write=True, purpose="a test") as opened:
        opened.add(
            [
                Article(
                    "plant", PLANT, Metadata("Dunmore Motors opens van plant", published=date(2021, 9, 1)), "plant"
                ),
                Article(
                    "trial", TRIAL, Metadata("Court lets Dunmore keep a name", url="https://example.org/t"), "trial"
                ),
            ]
        )
        yield opened


@pytest.fixture
def assistant(collection: Collection, tmp_path: Path) -> Assistant:
    return build_assistant(collection, Settings(data=tmp_path))


def said(answer: Answer) -> str:
    """The words marked as the answer."""
    assert not answer.abstained, answer.reason
    first = answer.statements[0]
    return first.text[slice(*first.span)] if first.span else first.text


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How much did the plant cost?", "$340 million"),
        ("How many people does the plant employ?", "1,200"),
        ("When did the plant open?", "March 2021"),
        ("How many vans does Dunmore plan to build by December?", "40,000"),
        ("Who sued Dunmore Motors in 2019?", "Solan"),
        ("When did the second shift begin?", "June"),
    ],
)
def test_the_answer_is_marked_in_the_right_sentence(assistant: Assistant, question: str, answer: str):
    assert answer in said(assistant.ask(Question(question)))


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("How much did the plant in Shanghai cost?", "Shanghai"),
        ("Who sued Dunmore Motors in 2015?", "2015"),
        ("How many vans does Dunmore plan to build by October?", "October"),
        ("How many vans does Toyota plan to build?", "Toyota"),
        ("asdf qwer zxcv?", None),
        ("What is the salary of the finance chief?", None),
    ],
)
def test_what_no_article_says_is_not_said(assistant: Assistant, question: str, named: str | None):
    answer = assistant.ask(Question(question))
    assert answer.abstained
    assert answer.statements == ()
    assert answer.reason
    assert answer.reason.startswith("The articles do not say")
    assert named is None or named in answer.reason
    assert answer.nearest


def test_every_quote_stands_in_the_stored_article_at_its_offsets(assistant: Assistant, collection: Collection):
    for question in (
        "What does the plant make?",
        "Why are vans sold in Norway?",
        "What did the court rule?",
        "How many boats?",
    ):
        answer = assistant.ask(Question(question))
        for citation in (*answer.citations, *answer.nearest):
            assert collection.article(citation.article_id).text[citation.start : citation.end] == citation.quote
        for statement in answer.statements:
            assert statement.citations
            assert statement.text in [answer.citations[number - 1].quote for number in statement.citations]


def test_a_citation_carries_what_the_page_says_of_itself(assistant: Assistant):
    (citation, *_) = assistant.ask(Question("Who sued Dunmore Motors in 2019?")).citations
    assert (citation.article_id, citation.title) == ("trial", "Court lets Dunmore keep a name")
    assert (citation.url, citation.published) == ("https://example.org/t", None)


def test_a_follow_up_is_answered_from_the_conversation(assistant: Assistant):
    history = [Turn("user", "How much did the plant cost?"), Turn("assistant", "The plant cost $340 million. [1]")]
    answer = assistant.ask(Question("And how many people does it employ?", history))
    assert answer.question == "How many people does the plant employ?"
    assert "1,200" in said(answer)


@pytest.mark.parametrize(
    ("question", "stands", "answer"),
    [
        ("How tall is the lighthouse?", "How tall is the lighthouse?", "31 metres"),
        ("Who is the bridge keeper?", "Who is the bridge keeper?", "Moira Lind"),
        ("Who is the founder?", "Who is the founder (the plant of Dunmore)?", "Ailsa Grant"),
        ("Who is the bridge's owner?", "Who is the bridge's owner?", None),
    ],
)
def test_a_change_of_subject_is_noticed(collection: Collection, tmp_path: Path, question, stands, answer):
    settings = Settings(data=tmp_path)
    with open_collection(settings, write=True, purpose="a test") as opened:
        bridge = Article("bridge", BRIDGE, Metadata("Harwick and its bridge"), "bridge")
        opened.add([*(collection.article(name) for name in ("plant", "trial")), bridge])
        history = [
            Turn("user", "How many people does the plant of Dunmore employ?"),
            Turn("assistant", "The plant cost $340 million and employs 1,200 people. [1]"),
        ]
        found = build_assistant(opened, settings).ask(Question(question, history))
    assert found.question == stands
    assert found.abstained if answer is None else answer in found.text


def test_a_stream_tells_the_question_then_each_statement_then_the_whole(assistant: Assistant):
    first, *stated, last = assistant.stream(Question("How much did the plant cost?"))
    assert first == Rewritten("How much did the plant cost?")
    assert isinstance(last, Finished)
    assert [event.statement for event in stated if isinstance(event, Stated)] == list(last.answer.statements) != []
    assert last.answer.timings_ms.keys() == {"retrieve", "read", "total"}
    assert last.answer.retrieved[0] == "plant"


def test_the_same_question_is_answered_the_same_way(assistant: Assistant):
    answers = [assistant.ask(Question("What does the plant make?")) for _ in range(3)]
    assert len({(answer.text, answer.confidence) for answer in answers}) == 1


@pytest.mark.parametrize("text", ["", "   ", "?!…", "x" * 5_001])
def test_what_cannot_be_read_as_a_question_is_refused_in_one_line(assistant: Assistant, text: str):
    with pytest.raises(QuestionRefused) as refused:
        assistant.ask(Question(text))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "the of and",
        "Summarise the articles.",
        "Which articles mention Dunmore?",
        "Latest on the trial",
        "小米在哪里？",
        "a" * 5_000,
        "\ud800 plant?",
        "[1] <b>",
    ],
)
def test_an_odd_question_never_breaks(assistant: Assistant, text: str):
    answer = assistant.ask(Question(text))
    assert answer.abstained != bool(answer.statements)


def test_without_articles_the_refusal_says_how_to_add_some(tmp_path: Path):
    settings = Settings(data=tmp_path / "empty")
    with open_collection(settings) as empty:
        answer = build_assistant(empty, settings).ask(Question("Who founded it?"))
    assert answer.abstained
    assert "byline add" in (answer.reason or "")


def test_a_statement_whose_quote_does_not_stand_is_never_shown(collection: Collection, tmp_path: Path):
    class Inventing:
        """A reader that alters what it read."""

        def __init__(self, real: Reader) -> None:
            self._real = real

        def read(self, question: str, hits: Sequence[Hit]) -> list[Finding]:
            found = self._real.read(question, hits)
            altered = replace(found[0].sentence, text=found[0].sentence.text.replace("340", "350"))
            return [replace(found[0], sentence=altered, probability=0.99)]

        def threshold(self, precision: float) -> float:
            return self._real.threshold(precision)

    settings = Settings(data=tmp_path)
    assistant = Assistant(collection.retriever, Inventing(build_reader()), settings=settings)
    answer = assistant.ask(Question("How much did the plant cost?"))
    assert answer.abstained
    assert "350" not in answer.text


def test_asking_imports_nothing_heavy(tmp_path: Path):
    program = textwrap.dedent(
        f"""
        import sys
        from pathlib import Path
        from assistant.answers import Question
        from assistant.settings import Settings
        from assistant.wiring import build_assistant, open_collection
        settings = Settings(data=Path({str(tmp_path)!r}))
        with open_collection(settings) as collection:
            build_assistant(collection, settings).ask(Question("Who?"))
        heavy = {{"gradio", "chromadb", "llama_index", "trafilatura", "scipy", "sklearn"}} & sys.modules.keys()
        sys.exit(f"imported: {{heavy}}" if heavy else 0)
        """
    )
    subprocess.run([sys.executable, "-c", program], check=True)
