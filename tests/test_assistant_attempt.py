"""A model is asked early only where reading has to wait, and what it writes waits for what the articles say."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.answers import Event, Finished, Question, Rewritten, Stated, Writing
from assistant.chain import Assistant
from assistant.checking import Checker
from assistant.generating import Writer
from assistant.model import ScriptedModel
from assistant.processor import Processor
from assistant.settings import Settings
from assistant.wiring import build_reader, open_collection
from index.articles import Article, Metadata

PLANT = Article(
    "plant",
    "Dunmore Motors opened its plant in Corrie in March 2021. The plant cost $340 million and employs 1,200 people.",
    Metadata("Dunmore Motors opens van plant"),
    "/articles/plant.txt",
)
ASKED = "How much did the plant cost?"
UNTOLD = "How much did the plant in Shanghai cost?"
REPLY = "The plant cost $340 million [2]."


@contextmanager
def asking(data: Path, processor: Processor | None) -> Iterator[tuple[Assistant, ScriptedModel]]:
    settings, model = Settings(data=data), ScriptedModel([REPLY])
    writer = Writer(model, Checker(), count_tokens=lambda texts: [1] * len(texts), budget=100)
    with open_collection(settings, write=True, purpose="a test") as collection:
        collection.add([PLANT])
        reader = build_reader()
        yield Assistant(collection.retriever, reader, settings=settings, writer=writer, processor=processor), model


@contextmanager
def crowded() -> Iterator[tuple[Processor, threading.Event]]:
    """A processor of one thread with ever more short work until the event is set, so that long work waits."""
    processor, go_on = Processor(1), threading.Event()

    def more() -> None:
        if not go_on.wait(0.001):
            processor.do(more)

    processor.do(more)
    try:
        yield processor, go_on
    finally:
        go_on.set()


def told(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_where_reading_need_not_wait_it_says_first_whether_a_model_is_asked(tmp_path: Path):
    with asking(tmp_path, Processor(1)) as (assistant, model):
        assert told(list(assistant.stream(Question(UNTOLD)))) == ["Rewritten", "Finished"]
        assert model.asked == []
        assert told(list(assistant.stream(Question(ASKED)))) == ["Rewritten", "Writing", "Stated", "Finished"]
        assert len(model.asked) == 1


def test_where_reading_waits_the_model_begins_meanwhile(tmp_path: Path):
    with crowded() as (processor, go_on), asking(tmp_path, processor) as (assistant, model):
        events = assistant.stream(Question(ASKED))
        assert [type(next(events)) for _ in range(2)] == [Rewritten, Writing]
        assert len(model.asked) == 1
        go_on.set()
        stated, finished = events
    assert isinstance(stated, Stated)
    assert isinstance(finished, Finished)
    assert (finished.answer.engine, stated.statement.text) == ("generative", "The plant cost $340 million.")


def test_what_a_model_wrote_is_thrown_away_where_the_articles_do_not_say(tmp_path: Path):
    with crowded() as (processor, go_on), asking(tmp_path, processor) as (assistant, model):
        events = assistant.stream(Question(UNTOLD))
        assert [type(next(events)) for _ in range(2)] == [Rewritten, Writing]
        go_on.set()
        (finished,) = events
        assert len(model.asked) == 1
    assert isinstance(finished, Finished)
    assert finished.answer.abstained
    assert finished.answer.engine == "extractive"


def test_a_model_is_sent_the_same_whenever_it_is_asked(tmp_path: Path):
    with crowded() as (processor, go_on), asking(tmp_path, processor) as (assistant, model):
        early = assistant.stream(Question(ASKED))
        assert [type(next(early)) for _ in range(2)] == [Rewritten, Writing]
        go_on.set()
        list(early)
        assistant._processor = None
        list(assistant.stream(Question(ASKED)))
    assert model.asked[0] == model.asked[1]


def test_reading_that_nobody_waits_for_any_more_is_not_begun(tmp_path: Path):
    wanted: Future[None] = Future()
    with crowded() as (processor, _), asking(tmp_path, processor) as (assistant, model):
        events = assistant.stream(Question(ASKED), wanted)
        assert [type(next(events)) for _ in range(2)] == [Rewritten, Writing]
        wanted.cancel()
        assert list(events) == []
        assert len(model.asked) == 1


def test_short_work_goes_before_long_work_that_came_first():
    processor, done = Processor(1), list[str]()
    begun, go_on = threading.Event(), threading.Event()
    first = processor.do(lambda: begun.set() or go_on.wait(30))
    assert begun.wait(30)
    assert not processor.crowded
    waiting = [
        processor.do(lambda: done.append("long"), long=True),
        processor.do(lambda: done.append("short")),
        processor.do(lambda: done.append("short, but not wanted any more")),
    ]
    assert processor.crowded
    waiting[2].cancel()
    go_on.set()
    assert first.result(30)
    assert waiting[0].result(30) is None
    assert done == ["short", "long"]


def test_what_goes_wrong_is_told_to_who_waits():
    with pytest.raises(ZeroDivisionError):
        Processor(1).do(lambda: 1 // 0).result(30)
