import re
import string
from pathlib import Path

import pytest

from assistant.remarks import LINES
from ui.ratings import REASONS
from ui.words import LANGUAGES, Words, preferred, texts

STATIC = Path(__file__).parent.parent / "ui" / "static"


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(
    ("page", "key"), [(page, key) for page in ("access", "article", "chat", "library", "widget") for key in texts(page)]
)
def test_every_text_is_there_in_every_language_with_the_same_values(page, key):
    said = texts(page)[key]
    assert set(said) == set(LANGUAGES)
    assert all(said.values())
    assert len({frozenset(placeholders(text)) for text in said.values()}) == 1


@pytest.mark.parametrize("kind", LINES)
def test_every_remark_is_there_in_every_other_language_with_the_same_values(kind):
    said = texts("remarks")[kind]
    assert set(said) == set(LANGUAGES) - {"en"}
    assert {frozenset(placeholders(text)) for text in said.values()} == {frozenset(placeholders(LINES[kind]))}


def test_every_text_that_the_script_says_is_known():
    scripts = [(STATIC / "chat.js"), *(STATIC / "chat").glob("*.js")]
    asked = {key for script in scripts for key in re.findall(r"""\bt\("(\w+)\"""", script.read_text())}
    assert len(asked) > 30
    assert asked <= set(texts("chat"))


def test_every_reason_has_words():
    assert {f"reason_{reason}" for offered in REASONS.values() for reason in offered} <= set(texts("chat"))


@pytest.mark.parametrize(
    ("header", "language"),
    [("de-CH,de;q=0.9,en;q=0.8", "de"), ("fr,es;q=0.5", "es"), ("zh-TW", "zh"), ("", "en"), ("xx;q=abc, es", "es")],
)
def test_the_browsers_languages_are_followed_in_their_order(header, language):
    assert preferred(header) == language


def test_values_are_put_in_and_never_read_as_a_pattern():
    assert "{title}" in Words("chat", "en")("about", title="{title}")
