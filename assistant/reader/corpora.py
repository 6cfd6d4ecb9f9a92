"""The passages and questions that the cross-encoder learns from: public sets, and what was written for it."""

import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.reader import written
from index.articles import Metadata, Passage, Sentence
from index.embedding import MiniLM
from index.lexical import LexicalIndex
from index.sentences import split
from index.tables import StoredPassage

HELD_OUT = 3
"""Titles of squad/train that are kept for fitting what combines the reader with cheap features."""


@dataclass(frozen=True, slots=True)
class Text:
    """A passage with its title and sentences."""

    key: int
    title: str
    text: str
    sentences: tuple[Sentence, ...]
    costs: tuple[int, ...]
    """Tokens of each sentence."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a passage."""

    question: str
    answers: tuple[str, ...]
    """None if the passage does not say."""
    source: int
    """The passage's key."""


@dataclass(frozen=True, slots=True)
class Told:
    """A statement about a passage."""

    statement: str
    supported: bool
    source: int


class Corpus:
    """The passages of a set, searchable by words."""

    def __init__(self, entries: list[dict[str, Any]], embedder: MiniLM) -> None:
        """``entries``: as a line of a ``corpus.jsonl`` has them."""
        self.embedder = embedder
        self.texts: list[Text] = []
        for key, entry in enumerate(entries):
            sentences = split(entry["text"])
            costs = [len(one.ids) for one in embedder.tokens([s.text for s in sentences])]
            self.texts.append(Text(key, entry["title"], entry["text"], sentences, tuple(costs)))
        self.places = {entry["_id"]: key for key, entry in enumerate(entries)}
        self._index = LexicalIndex(None)
        vector = np.zeros(1, np.float32)
        self._index.put([
            StoredPassage(one.key, passage(one), Metadata(one.title), vector)
            for one in self.texts
        ])  # fmt: skip
        self._index.commit()

    def lookalikes(self, question: str, source: int, answers: tuple[str, ...]) -> list[Text]:
        """Passages that rank high for a question and hold none of its answers."""
        lowered = [answer.lower() for answer in answers]
        found = [self.texts[key] for key, _ in self._index.search(question, 12) if key != source]
        return [one for one in found if not any(answer in one.text.lower() for answer in lowered)][:6]


def passage(text: Text) -> Passage:
    """The text as the index takes it."""
    return Passage(str(text.key), 0, 0, len(text.text), text.text, ())


def window(text: Text, centre: int, budget: int) -> tuple[int, int]:
    """The characters of the sentences around one, as many as the budget of tokens allows."""
    first = last = centre
    used = text.costs[centre]
    grown = True
    while grown:
        grown = False
        for side in (last + 1, first - 1):
            if 0 <= side < len(text.sentences) and used + text.costs[side] <= budget:
                used += text.costs[side]
                first, last, grown = min(first, side), max(last, side), True
    return text.sentences[first].start, text.sentences[last].end


@dataclass(frozen=True, slots=True)
class Material:
    """A set: its passages, and what is asked and told about them."""

    corpus: Corpus
    asked: list[Asked]
    told: list[Told]


def public(data: Path, name: str, embedder: MiniLM) -> Material:
    """A public set in BEIR's form; of squad/train without the titles held out."""
    corpus = Corpus(entries(data, name), embedder)
    lines = (data / name / "questions.jsonl").read_text("utf-8").splitlines()
    asked = [
        Asked(entry["question"].strip(), tuple(entry["answers"]), corpus.places[entry["sources"][0]])
        for entry in map(json.loads, lines)
        if entry["sources"][0] in corpus.places
    ]
    return Material(corpus, asked, [])


def own(data: Path, name: str, embedder: MiniLM) -> Material:
    """What was written about the passages of a public set, or with articles of its own (``written.ARTICLES``)."""
    if name in written.ARTICLES:
        pages = written.articles(name, held_out=False)
        corpus = Corpus([{"_id": one.key, "title": one.key, "text": one.text} for one in pages], embedder)
    else:
        corpus = Corpus(entries(data, name), embedder)
        pages = [one for one in written.pages(name.replace("/", "-")) if one.key in corpus.places]
    return Material(
        corpus,
        [Asked(question, answers, corpus.places[one.key]) for one in pages for question, answers in one.asked],
        [Told(statement, supported, corpus.places[one.key]) for one in pages for statement, supported in one.told],
    )


def entries(data: Path, name: str) -> list[dict[str, Any]]:
    """The passages of a public set; of squad/train without the titles held out."""
    every = [json.loads(line) for line in (data / name / "corpus.jsonl").read_text("utf-8").splitlines()]
    left_out = held_out(data) if name == "squad/train" else frozenset()
    return [entry for entry in every if entry["title"] not in left_out]


def held_out(data: Path) -> frozenset[str]:
    """The titles of squad/train that no reader learns from."""
    lines = (data / "squad/train/corpus.jsonl").read_text("utf-8").splitlines()
    titles = sorted({json.loads(line)["title"] for line in lines})
    return frozenset(random.Random(5).sample(titles, HELD_OUT))  # noqa: S311
