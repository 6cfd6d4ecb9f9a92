import pytest

from assistant.answers import Turn
from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from index.articles import Article, Metadata
from ui.conversation import Chat, greeting, history

STORY = "The harbour ferry will cost 4 euros from 1 June, the council said on Monday."


@pytest.fixture
def chat(tmp_path):
    settings = Settings(data=tmp_path / "data")
    with open_collection(settings, write=True) as collection:
        yield Chat(collection, build_assistant(collection, settings), settings)


@pytest.fixture
def ferry(chat):
    chat.collection.add([Article("ferry", STORY, Metadata("Ferry fare rises"), "ferry.txt")])
    return chat


def last(steps):
    exchanges, messages = list(steps)[-1]
    return exchanges, messages


def test_the_question_shows_at_once_and_the_answer_follows(ferry):
    steps = list(ferry.ask("What will the harbour ferry cost?", []))
    _, first = steps[0]
    assert "What will the harbour ferry cost?" in first[0]["content"]
    assert "Reading the articles" in first[1]["content"]
    exchanges, shown = steps[-1]
    assert "<mark>" in shown[1]["content"]
    assert "/articles/ferry?" in shown[1]["content"]
    assert "4 euros" in exchanges[0].said


def test_a_follow_up_is_asked_with_what_was_said_before(ferry):
    exchanges, _ = last(ferry.ask("What will the harbour ferry cost?", []))
    exchanges, shown = last(ferry.ask("And when?", exchanges))
    assert len(shown) == 4
    turns = history(exchanges)
    assert turns[0] == Turn("user", "What will the harbour ferry cost?")
    assert turns[1].role == "assistant"
    assert "4 euros" in turns[1].content


def test_an_empty_question_changes_nothing(ferry):
    assert last(ferry.ask("  \n", [])) == ([], [])


def test_a_refused_question_is_told_and_has_no_reply_for_later(ferry):
    exchanges, shown = last(ferry.ask("?!", []))
    assert 'class="notice"' in shown[1]["content"]
    assert history(exchanges) == (Turn("user", "?!"),)


def test_what_a_person_types_is_never_markup(ferry):
    _, shown = last(ferry.ask("<img src=x onerror=alert(1)>", []))
    assert "<img" not in "".join(message["content"] for message in shown)


def test_dropped_files_are_added_and_told(chat, tmp_path):
    good, empty = tmp_path / "ferry.txt", tmp_path / "empty.txt"
    good.write_text(f"Ferry fare rises\n\n{STORY}")
    empty.write_text("")
    result = chat.add([str(good), str(empty)])
    assert "1 added, 0 updated, 0 unchanged." in result
    assert "empty.txt" in result
    assert "1 article<" in chat.count()
    assert "Ferry fare rises" in chat.listed()
    assert not good.exists(), "Gradio's copy is not needed any more"


def test_without_articles_nothing_is_offered_but_how_to_add_some(chat):
    assert chat.offered() == []
    assert "No articles yet" in greeting(articles=False)
    assert "byline add" in greeting(articles=False)


def test_with_articles_the_page_offers_questions_about_them(ferry):
    assert "Ferry fare rises" in ferry.offered()[0]


def test_the_samples_have_questions_of_their_own(chat):
    chat.collection.add([Article("su7-tally", STORY, Metadata("Tally"), "a")])
    assert chat.offered() == ["How many SU7 cars has Xiaomi delivered?"]
