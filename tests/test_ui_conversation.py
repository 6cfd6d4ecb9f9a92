import asyncio
import time
from contextlib import aclosing, closing

import pytest

from assistant.answers import Answer, Finished, Rewritten, Stated, Statement
from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from index.articles import Article, Metadata
from index.errors import BylineError
from ui.answering import Answering
from ui.conversation import Chat, Visit
from ui.history import History
from ui.words import Words

STORY = "The harbour ferry will cost 4 euros from 1 June, the council said on Monday."
FERRY = "What will the harbour ferry cost?"
OPEN = "0123456789abcdef" * 2


@pytest.fixture
def chat(tmp_path):
    settings = Settings(data=tmp_path / "data")
    with open_collection(settings, write=True) as collection:
        assistant = build_assistant(collection, settings)
        with closing(Answering.of(assistant, settings)) as answering:
            yield Chat(collection, assistant, answering, History(settings.data), settings)


@pytest.fixture
def ferry(chat):
    chat.collection.add([Article("ferry", STORY, Metadata("Ferry fare rises", publisher="The Ledger"), "ferry.txt")])
    return chat


def visit(person="visitor one", conversation=OPEN, language="en"):
    return Visit(person, conversation, Words("chat", language))


def steps(grown):
    async def taken():
        return [messages async for messages in grown]

    return asyncio.run(taken())


def last(grown):
    return steps(grown)[-1]


def test_the_question_shows_at_once_and_the_answer_follows(ferry):
    grown = steps(ferry.ask(visit(), FERRY))
    assert FERRY in grown[0][0]["content"]
    assert "Reading the articles" in grown[0][1]["content"]
    assert "<mark>" in grown[-1][1]["content"]
    assert 'href="articles/ferry?' in grown[-1][1]["content"]


def test_a_conversation_is_there_again_as_it_was(ferry):
    grown = last(ferry.ask(visit(), FERRY))
    assert asyncio.run(ferry.shown(visit())) == grown
    assert asyncio.run(ferry.shown(visit(person="visitor two"))) == []
    assert "Gut belegt" in asyncio.run(ferry.shown(visit(language="de")))[1]["content"]


def test_a_follow_up_is_asked_with_what_was_said_before(ferry):
    last(ferry.ask(visit(), FERRY))
    grown = last(ferry.ask(visit(), "And when?"))
    assert len(grown) == 4
    assert "Understood as" in grown[3]["content"]
    assert "ferry" in grown[3]["content"]


def test_an_empty_question_changes_nothing(ferry):
    assert steps(ferry.ask(visit(), "  \n")) == []
    assert ferry.history.conversations("visitor one") == []


def test_a_refused_question_is_told_in_its_place_and_has_no_reply_for_later(ferry):
    grown = last(ferry.ask(visit(), "?!"))
    assert "The question is empty." in grown[1]["content"]
    assert ferry.history.exchanges("visitor one", OPEN)[0].state == "failed"


def test_a_question_asked_again_takes_the_place_of_the_last(ferry):
    last(ferry.ask(visit(), FERRY))
    last(ferry.ask(visit(), "?!"))
    grown = last(ferry.again(visit()))
    assert len(grown) == 4
    assert [one.question for one in ferry.history.exchanges("visitor one", OPEN)] == [FERRY, "?!"]
    assert steps(ferry.again(visit(conversation="f" * 32))) == []


def test_limits_hold_for_the_question_and_for_what_is_suggested(ferry):
    ferry.collection.add([Article("rise", STORY.replace("4 euros", "9 euros"), Metadata("Other", publisher="P"), "b")])
    only = last(ferry.ask(visit(), FERRY, limits='{"publishers": ["P"]}'))[1]["content"]
    assert "9 euros" in only
    assert "4 euros" not in only
    assert ferry.history.limits("visitor one", OPEN) == '{"publishers":["P"]}'


@pytest.mark.parametrize("limits", ["{", '{"publishers": 3}', '{"x": 1}', '{"published_from": "yesterday"}'])
def test_limits_that_are_none_are_refused_before_anything_is_kept(ferry, limits):
    with pytest.raises(BylineError, match="Clear them"):
        steps(ferry.ask(visit(), FERRY, limits=limits))
    assert ferry.history.conversations("visitor one") == []


def test_a_page_that_names_no_conversation_is_told_so(ferry):
    with pytest.raises(BylineError, match="Load it again"):
        steps(ferry.ask(visit(conversation="../../x"), FERRY))


def test_questions_to_go_on_with_are_looked_for_once(ferry):
    last(ferry.ask(visit(), FERRY))
    key = ferry.history.exchanges("visitor one", OPEN)[0].key
    found = asyncio.run(ferry.suggest(visit(), key))
    assert found
    assert ferry.history.exchanges("visitor one", OPEN)[0].suggested == found
    assert asyncio.run(ferry.suggest(visit(), key)) == found
    assert asyncio.run(ferry.suggest(visit(person="visitor two"), key)) == ()


def test_what_a_person_types_is_never_markup(ferry):
    grown = last(ferry.ask(visit(), "<img src=x onerror=alert(1)>"))
    assert "<img" not in "".join(message["content"] for message in grown)


def test_without_articles_nothing_is_offered_but_how_to_add_some(chat):
    assert "byline add PATH" in asyncio.run(chat.greeting(Words("chat", "en")))


def test_with_articles_the_page_offers_questions_about_them_in_its_language(ferry):
    assert "What is new about “Ferry fare rises”?" in asyncio.run(ferry.greeting(Words("chat", "en")))
    assert "Was gibt es Neues zu „Ferry fare rises“?" in asyncio.run(ferry.greeting(Words("chat", "de")))


def test_the_samples_have_questions_of_their_own(chat):
    chat.collection.add([Article("su7-tally", STORY, Metadata("Tally"), "a")])
    assert "How many SU7 cars has Xiaomi delivered?" in asyncio.run(chat.greeting(Words("chat", "en")))


# ---- Left, stopped, broken --------------------------------------------------------------------------------------


class Slow:
    """Says one sentence, then waits, for as long as its asker does with ``hesitates``, or breaks."""

    def __init__(self, *, breaks=False, hesitates=False):
        self.breaks = breaks
        self.hesitates = hesitates

    def stream(self, question, wanted):
        yield Rewritten(question.text)
        yield Stated(Statement("The first sentence.", (), None), ())
        if self.breaks:
            raise RuntimeError("a secret path")
        time.sleep(0.2)
        while self.hesitates and not wanted.cancelled():
            time.sleep(0.01)
        yield Finished(Answer(question.text, (), (), 0.0, abstained=True))


def slow(chat, **behaviour):
    settings = Settings(data=chat.settings.data, engine="generative", model_url="http://127.0.0.1:9/v1")
    return Chat(chat.collection, chat.assistant, Answering(Slow(**behaviour), at_once=1), chat.history, settings)


def test_whoever_leaves_finds_what_had_been_said(chat):
    hurried = slow(chat)

    async def leave():
        grown = hurried.ask(visit(), FERRY)
        async for messages in grown:
            if "The first sentence." in messages[1]["content"]:
                break
        await grown.aclose()

    with closing(hurried.answering):
        asyncio.run(leave())
    kept = chat.history.exchanges("visitor one", OPEN)[0]
    assert kept.state == "stopped"
    assert kept.answer.statements[0].text == "The first sentence."


def test_what_a_hesitating_model_has_said_is_kept_and_told_again(chat):
    hesitating = slow(chat, hesitates=True)

    async def wait():
        grown = hesitating.ask(visit(), FERRY)
        async with aclosing(grown):
            told = [await anext(grown) for _ in range(4)]
            return told, chat.history.exchanges("visitor one", OPEN)[0]

    with closing(hesitating.answering):
        told, kept = asyncio.run(wait())
    assert told[-2] == told[-1], "nothing new, so that whoever carries it notices who has left"
    assert (kept.state, kept.answer.statements[0].text) == ("open", "The first sentence.")
    assert chat.history.exchanges("visitor one", OPEN)[0].state == "stopped"


def test_a_stopped_question_keeps_its_place_whatever_its_answer_becomes(chat):
    key = chat.history.begin("visitor one", OPEN, FERRY)
    assert "before an answer was found" in asyncio.run(chat.stop(visit()))[1]["content"]
    chat.history.note(key, "answered", answer=Answer(FERRY, (), (), 0.0))
    assert chat.history.exchanges("visitor one", OPEN)[0].state == "stopped"


def test_what_breaks_is_told_without_saying_where(chat, caplog):
    broken = slow(chat, breaks=True)
    with closing(broken.answering):
        grown = last(broken.ask(visit(), FERRY))
    assert "Something went wrong" in grown[1]["content"]
    assert "secret" not in grown[1]["content"]
    assert "secret" in caplog.text
