"""Questions whose answers are known, retrieved by the product and laid out for fitting."""

import json
import re
import string
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.asked import ask
from assistant.candidates import candidates
from assistant.evidence import Evidence
from assistant.expected import group
from assistant.reader import written
from assistant.reading import PASSAGES
from assistant.spans import Runs
from assistant.vocabulary import Vocabulary
from index.articles import Article, Hit, Metadata
from index.collection import Collection
from index.embedding import MiniLM
from index.settings import IndexSettings

PARTS = ("train", "dev")
TOGETHER = 8
"""Written articles that are searched together: among hundreds, few of their questions would tell of which they are."""
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Case:
    """A question of a set and what was retrieved for it."""

    question: str
    answers: tuple[str, ...]
    """None if the articles do not say."""
    source: str
    hits: tuple[Hit, ...]

    @property
    def title(self) -> str:
        """Of the source; folds part by it."""
        return self.source.split("#")[0]

    def holds(self, text: str) -> bool:
        """Whether a text holds an answer."""
        return any(answer in text for answer in self.answers)

    def without_source(self) -> "Case":
        """The same question as if its source had never been added: what is left is near, and no answer."""
        left = tuple(hit for hit in self.hits if hit.passage.article_id != self.source)
        return Case(self.question, (), self.source, left)


@dataclass(frozen=True, slots=True)
class Laid:
    """A case taken apart: one row a candidate sentence."""

    case: Case
    evidence: Evidence
    rows: Floats
    holds: Flags
    """Which of the candidates hold an answer."""
    gold: Flags
    """Which of them do and stand in the source."""


def public(data: Path, folder: Path, embedder: MiniLM) -> dict[str, list[Case]]:
    """The questions of both parts with what the product retrieves for them from the articles of both."""
    with Collection.open(folder, embedder, settings=IndexSettings(), write=True) as collection:
        collection.add(article for part in PARTS for article in articles(data, part))
        return {part: retrieved(collection, list(questions(data, part))) for part in PARTS}


def news(folder: Path, embedder: MiniLM, *, held_out: bool) -> list[Case]:
    """The questions about written articles with what the product retrieves for them from a few of those.

    ``held_out``: about those that the cross-encoder does not learn from, or about the others.
    """
    pages, cases = written.articles("news", held_out=held_out), list[Case]()
    for first in range(0, len(pages), TOGETHER):
        some = pages[first : first + TOGETHER]
        with Collection.open(folder / str(first), embedder, settings=IndexSettings(), write=True) as collection:
            collection.add(Article(one.key, one.text, Metadata(one.key), one.key) for one in some)
            cases += retrieved(collection, [(*asked, one.key) for one in some for asked in one.asked])
    return cases


def retrieved(collection: Collection, asked: Sequence[tuple[str, Sequence[str], str]]) -> list[Case]:
    """The questions, each with its answers and its source, with what is retrieved for them."""
    limit = IndexSettings().retrieve_passages
    return [
        Case(question, tuple(answers), source, tuple(collection.retriever.retrieve(question, limit)))
        for question, answers, source in asked
    ]


def articles(data: Path, part: str) -> Iterator[Article]:
    """The corpus of ``data/part``."""
    for line in (data / part / "corpus.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        yield Article(entry["_id"], entry["text"], Metadata(entry["title"]), f"{part}#{entry['_id']}")


def questions(data: Path, part: str) -> Iterator[tuple[str, Sequence[str], str]]:
    """The questions of ``data/part`` with their answers, none where the articles do not say, and their sources."""
    for line in (data / part / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        yield entry["question"], entry["answers"] if entry["answerable"] else (), entry["sources"][0]


def laid(case: Case, vocabulary: Vocabulary) -> Laid | None:
    """The sentences of a case; None if it has no words or nothing was found."""
    asked = ask(case.question, vocabulary)
    found = candidates(case.hits[:PASSAGES])
    if not asked.terms or not found:
        return None
    holds = np.array([case.holds(one.sentence.text) for one in found], bool)
    source = np.array([one.hit.passage.article_id == case.source for one in found], bool)
    evidence = Evidence(asked, found, vocabulary)
    return Laid(case, evidence, evidence.rows(), holds, holds & source)


def span_list(one: Laid) -> tuple[str, Floats, Flags] | None:
    """The group, runs and right runs of the first sentence of the source that holds an answer; None where none is."""
    if not one.gold.any():
        return None
    text = one.evidence.found[int(one.gold.argmax())].sentence.text
    runs = runs_of(one.evidence, text)
    wanted = {normal(answer) for answer in one.case.answers}
    right = np.array([normal(text[slice(*runs.span(run))]) in wanted for run in range(len(runs))], bool)
    return (group(one.evidence.asked.expected), runs.rows(), right) if right.any() else None


def runs_of(evidence: Evidence, text: str) -> Runs:
    """The runs of the sentence of a candidate."""
    return Runs(evidence.asked, text, evidence.matches.met(text))


def normal(answer: str) -> str:
    """An answer as SQuAD compares it: lower case, without punctuation and articles."""
    bare = "".join(character for character in answer.lower() if character not in string.punctuation + "’‘“”–")
    return " ".join(re.sub(r"\b(?:a|an|the)\b", " ", bare).split())


def overlap(given: str, answers: Sequence[str]) -> float:
    """The best F1 of the words given and the words of an answer."""
    return max((_f1(normal(given).split(), normal(answer).split()) for answer in answers), default=0.0)


def _f1(given: list[str], wanted: list[str]) -> float:
    common = sum((Counter(given) & Counter(wanted)).values())
    return 2 * common / (len(given) + len(wanted)) if common else 0.0
