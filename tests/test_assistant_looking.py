from collections.abc import Iterator
from datetime import date

import pytest

from assistant.answers import Question
from assistant.chain import Assistant
from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from index.articles import Article, Metadata

FERRIES = """Two ferries cross the bay, and newcomers ask which to take. The north ferry needs 25 minutes for the \
crossing and has room for 240 passengers. The south ferry needs 40 minutes and has room for 180. Bicycles travel free \
on both."""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    settings = Settings(data=tmp_path_factory.mktemp("looking"))
    with open_collection(settings, write=True, purpose="a test") as collection:
        about = Metadata("Which ferry to take", published=date(2026, 5, 4))
        collection.add([Article("ferries", FERRIES, about, "ferries")])
        yield build_assistant(collection, settings)


def test_what_is_told_of_another_thing_gives_way_to_what_is_told_of_the_one_asked_about(assistant: Assistant):
    answer = assistant.ask(Question("How many passengers does the south ferry hold?"))
    assert [one.text for one in answer.statements] == ["The south ferry needs 40 minutes and has room for 180."]


def test_another_thing_of_the_kind_is_no_answer_and_the_refusal_names_what_is_missing(assistant: Assistant):
    answer = assistant.ask(Question("How long does the east ferry need for the crossing?"))
    assert answer.abstained
    assert answer.reason is not None
    assert "east ferry" in answer.reason
    assert answer.confidence == 0
