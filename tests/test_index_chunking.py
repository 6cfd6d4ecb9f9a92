import itertools
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import Article, Metadata, Passage
from index.chunking import SPECIAL_TOKENS, Budget, contextual, passages, tiktoken_counter
from index.embedding import MiniLM
from index.sentences import split

TEXTS = st.lists(
    st.sampled_from(
        [
            "The frost came early. ",
            "Snow fell on 3.5 million hectares of wheat; nobody had sown oats. ",
            "Frost?",
            "\n\n",
            "word " * 90,
            "letters" * 80,
            "寒潮来了，农民很担心。",
            "😀",
            "“Quote.” ",
            "Überschwemmung ",
            "한국어 문장 ",
            "?!;" * 60,
        ]
    ),
    max_size=40,
).map("".join)


@pytest.fixture(scope="module")
def budget() -> Budget:
    embedder = MiniLM()
    return Budget(embedder.count_tokens, embedder.max_tokens, tiktoken_counter(), 220)


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def cut(text: str, *, words: int, title: str = "") -> tuple[Passage, ...]:
    article = Article("a", text, Metadata(title), "a.txt")
    return passages(article, split(text), budget=Budget(count_words, 1_000, count_words, words))


@settings(deadline=None)  # the first example loads the tokenizers
@given(text=TEXTS, title=st.sampled_from(["", "Frost", "A long headline about frost " * 20, "寒潮" * 100]))
def test_no_text_is_invisible_to_dense_search(budget: Budget, text: str, title: str):
    article = Article("a", text, Metadata(title), "a.txt")
    found = passages(article, split(text), budget=budget)
    seen = set()
    for passage in found:
        read = budget.embedder_tokens([contextual(title, passage.text)])[0] + SPECIAL_TOKENS
        assert read <= budget.embedder_limit
        assert budget.passage_tokens([passage.text])[0] <= budget.passage_limit
        seen.update(range(passage.start, passage.end))
    assert [text[i] for i in range(len(text)) if i not in seen and not text[i].isspace()] == []


@given(text=TEXTS)
def test_passages_and_their_sentences_stand_at_exact_offsets_in_order(text: str):
    found = cut(text, words=12)
    assert [p.number for p in found] == list(range(len(found)))
    for passage in found:
        assert text[passage.start : passage.end] == passage.text
        assert (passage.sentences[0].start, passage.sentences[-1].end) == (passage.start, passage.end)
        assert all(text[s.start : s.end] == s.text for s in passage.sentences)
    starts = [s.start for passage in found for s in passage.sentences]
    assert all(b >= a for a, b in itertools.pairwise(starts))


def test_short_paragraphs_are_merged():
    assert [p.text for p in cut("Frost came.\n\nSnow fell.\n\nIt stayed.", words=10)] == [
        "Frost came.\n\nSnow fell.\n\nIt stayed."
    ]


def test_a_paragraph_that_does_not_fit_starts_its_own_passage():
    found = cut("Frost came early. The wheat froze.\n\nSnow fell late. The oats lived on.", words=10)
    assert [p.text for p in found] == ["Frost came early. The wheat froze.", "Snow fell late. The oats lived on."]


def test_a_heading_is_not_left_without_its_paragraph():
    found = cut("The frost\n\nIt came at night. It froze the wheat. Nobody was warned.", words=10)
    assert found[0].text == "The frost\n\nIt came at night. It froze the wheat."


def test_a_parted_paragraph_shares_one_sentence_with_its_neighbour():
    found = cut("It came at night. Frost bit. Farmers lost the wheat and the late oats. They despaired.", words=8)
    assert [[s.text for s in p.sentences] for p in found] == [
        ["It came at night.", "Frost bit."],
        ["Farmers lost the wheat and the late oats."],
        ["They despaired."],
    ]
    found = cut("It came at night on Monday. Frost bit. Farmers lost the wheat. They despaired.", words=8)
    assert [p.text for p in found][:2] == [
        "It came at night on Monday. Frost bit.",
        "Frost bit. Farmers lost the wheat. They despaired.",
    ]


def test_a_sentence_larger_than_a_passage_is_cut_between_words_after_a_clause():
    text = "the wheat froze; the oats, sown late and sheltered by the hill, lived on until the spring came again"
    found = cut(text, words=8)
    assert [p.text for p in found] == [
        "the wheat froze; the oats, sown late and",
        "sheltered by the hill, lived on until the",
        "spring came again",
    ]
    found = cut(text.replace("oats, sown", "oats sown,"), words=8)
    assert found[0].text == "the wheat froze; the oats sown, late and"
    found = cut(text.replace("oats, sown", "oats sown;"), words=8)
    assert found[0].text == "the wheat froze; the oats sown;"


def test_the_title_stands_in_front_of_a_passage():
    assert contextual("Early\n frost", "It came.") == "Early frost\nIt came."
    assert contextual("", "It came.") == "It came."


def test_a_long_title_is_clipped_between_words(budget: Budget):
    for title in ("Headline about frost " * 30, "寒潮来袭" * 50, "x" * 900):
        clipped = contextual(title, "").strip()
        assert title.startswith(clipped)
        assert not re.search(r"\b(Headlin|abou|fros)$", clipped)
        assert 0 < budget.embedder_tokens([clipped])[0] <= 45


def test_tokens_are_counted_without_network_or_llama_index():
    script = (
        "import socket, sys; socket.getaddrinfo = socket.socket.connect = None\n"
        "from index.chunking import tiktoken_counter\n"
        "print(tiktoken_counter()(['Frost came early.', '']), 'llama_index.core' in sys.modules)"
    )
    environment = {**os.environ, "TIKTOKEN_CACHE_DIR": "", "PYTHONPATH": str(Path(__file__).parent.parent)}
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert run.stdout.split() == ["[5,", "0]", "False"]


def test_counting_leaves_the_environment_as_it_was(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR", raising=False)
    tiktoken_counter()(["frost"])
    assert "TIKTOKEN_CACHE_DIR" not in os.environ


def test_an_article_without_sentences_has_no_passages():
    assert cut("", words=8) == ()
