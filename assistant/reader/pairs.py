"""Pairs of question and passage to learn reading from: answers, passages that only look right, and near misses.

    python -m assistant.reader.pairs DATA OUT.npz --seed 1

Another seed gives other cuts of the passages, other negatives and another order: one file is one pass.
Long because the ways to make a pair stand side by side, where their shares of the whole can be read against each other.
"""

import argparse
import json
import random
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from assistant.crossencoder import BEGIN, PART, PASSAGE_TOKENS, QUESTION_TOKENS
from assistant.reader.misses import KINDS, MONTH, near_miss
from index.articles import Metadata, Passage, Sentence
from index.chunking import contextual
from index.embedding import MiniLM
from index.lexical import LexicalIndex
from index.sentences import split
from index.tables import StoredPassage

HELD_OUT = 3
"""Titles of squad/train that are kept for fitting what combines the reader with cheap features."""


@dataclass(frozen=True, slots=True)
class Sort:
    """How much of what is made from the questions of a set."""

    hard: float
    """Passages that look right, a question."""
    near: float
    """Near misses, a question."""
    gapped: float
    """The question's own passage less what answers, a question."""
    cropped: float
    """Share of passages of which only a window is read."""
    times: int = 1
    """How often the set is gone through, each time with other negatives and other cuts."""


# Only squad/train has questions that people wrote so as to seem answered; so few are learnt when they return.
SETS = {
    "squad/train": Sort(hard=0.6, near=0.6, gapped=0.4, cropped=0.1, times=3),
    "squadshifts/new_wiki": Sort(hard=0.5, near=0.6, gapped=0.3, cropped=0.2),
    "squadshifts/amazon_reviews": Sort(hard=0.2, near=0.2, gapped=0.1, cropped=0.7),
    "squadshifts/reddit": Sort(hard=0.2, near=0.2, gapped=0.1, cropped=0.7),
}
WINDOW = 110
"""Tokens of a window."""


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
class Pair:
    """A question with a passage, and what is right."""

    question: str
    context: str
    answers: tuple[str, ...]
    """None if the passage does not say."""
    begins: int
    """Where the passage begins in the context, after its title."""
    relevant: int
    """1 the question's own passage, 0 another, -1 unknown."""


@dataclass(slots=True)
class Store:
    """Pairs as numbers, laid end to end."""

    ids: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    firsts: list[int] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    relevant: list[int] = field(default_factory=list)

    def save(self, path: Path) -> None:
        """Written whole or not at all."""
        arrays: dict[str, Any] = {
            "ids": np.array(self.ids, np.uint16),
            "sizes": np.array(self.sizes, np.uint16),
            "firsts": np.array(self.firsts, np.uint16),
            "spans": np.array(self.spans, np.uint16).reshape(-1, 2),
            "counts": np.array(self.counts, np.uint16),
            "relevant": np.array(self.relevant, np.int8),
        }
        partial = path.with_suffix(".partial.npz")
        np.savez(partial, **arrays)
        partial.rename(path)


class Corpus:
    """The passages of a set, searchable by words."""

    def __init__(self, folder: Path, embedder: MiniLM, *, without: frozenset[str] = frozenset()) -> None:
        entries = [json.loads(line) for line in (folder / "corpus.jsonl").read_text("utf-8").splitlines()]
        entries = [entry for entry in entries if entry["title"] not in without]
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


def pair(  # noqa: PLR0913
    question: str, text: Text, answers: tuple[str, ...], relevant: int, *, crop: bool, chance: random.Random
) -> Pair:
    """The question with the passage, or with as much of it as is read."""
    start, end = 0, len(text.text)
    if sum(text.costs) > PASSAGE_TOKENS - 12 or crop:
        holding = [n for n, s in enumerate(text.sentences) if any(answer in s.text for answer in answers)]
        centre = chance.choice(holding or list(range(len(text.sentences))))
        budget = chance.randint(WINDOW // 2, WINDOW) if crop else PASSAGE_TOKENS - 20
        start, end = window(text, centre, budget)
    context = contextual(text.title, text.text[start:end])
    return Pair(question, context, answers, len(context) - (end - start), relevant)


def gapped(question: str, text: Text, answers: tuple[str, ...]) -> Pair | None:
    """The question with its passage less the sentences that hold an answer; None if hardly anything is left."""
    left = [s.text for s in text.sentences if not any(answer.lower() in s.text.lower() for answer in answers)]
    if len(left) < 2:
        return None
    passage = " ".join(left)
    context = contextual(text.title, passage)
    return Pair(question, context, (), len(context) - len(passage), -1)


def pairs(data: Path, name: str, embedder: MiniLM, chance: random.Random) -> list[Pair]:
    """What is made from a set."""
    sort = SETS[name]
    left_out = held_out(data) if name == "squad/train" else frozenset()
    corpus = Corpus(data / name, embedder, without=left_out)
    lines = (data / name / "questions.jsonl").read_text("utf-8").splitlines()
    questions = [entry for entry in map(json.loads, lines) if entry["sources"][0] in corpus.places]
    pools: dict[str, list[str]] = defaultdict(list)
    for entry in questions:
        for kind, sought in KINDS.items():
            pools[kind] += sought.findall(entry["question"])
    pools["month"] += MONTH
    made = []
    for entry in questions * sort.times:
        question, answers = entry["question"].strip(), tuple(entry["answers"])
        source = corpus.texts[corpus.places[entry["sources"][0]]]
        made.append(pair(question, source, answers, 1, crop=chance.random() < sort.cropped, chance=chance))
        others = corpus.lookalikes(question, source.key, answers)
        for other in chance.sample(others, min(len(others), drawn(sort.hard, chance))):
            made.append(pair(question, other, (), 0, crop=chance.random() < sort.cropped, chance=chance))
        for _ in range(drawn(sort.near, chance) if answers else 0):
            if missed := near_miss(question, without(source, answers), pools, chance):
                made.append(pair(missed, source, (), -1, crop=chance.random() < sort.cropped, chance=chance))
        for _ in range(drawn(sort.gapped, chance) if answers else 0):
            if gap := gapped(question, source, answers):
                made.append(gap)
    return made


def without(text: Text, answers: tuple[str, ...]) -> str:
    """The text less the answers, which a question is not to name."""
    left = text.text
    for answer in answers:
        left = left.replace(answer, " ")
    return left


def drawn(mean: float, chance: random.Random) -> int:
    """A whole number with this mean."""
    return int(mean) + (chance.random() < mean % 1)


def held_out(data: Path) -> frozenset[str]:
    """The titles of squad/train that no reader learns from."""
    lines = (data / "squad/train/corpus.jsonl").read_text("utf-8").splitlines()
    titles = sorted({json.loads(line)["title"] for line in lines})
    return frozenset(random.Random(5).sample(titles, HELD_OUT))  # noqa: S311


def store(made: list[Pair], embedder: MiniLM) -> tuple[Store, int]:
    """The pairs as numbers, and how many were left out because their answer is not in what is read."""
    stored, lost = Store(), 0
    for at in range(0, len(made), 2_000):
        some = made[at : at + 2_000]
        asked = embedder.tokens([one.question for one in some])
        read = embedder.tokens([one.context for one in some])
        for one, question, context in zip(some, asked, read, strict=True):
            ids = [BEGIN, *question.ids[:QUESTION_TOKENS], PART]
            first = len(ids)
            found = spans(one, context)
            if one.answers and not found:
                lost += 1
                continue
            ids += [*context.ids[:PASSAGE_TOKENS], PART]
            stored.ids += ids
            stored.sizes.append(len(ids))
            stored.firsts.append(first)
            stored.spans += [(first + start, first + end) for start, end in found]
            stored.counts.append(len(found))
            stored.relevant.append(one.relevant)
    return stored, lost


def spans(one: Pair, context: Any) -> list[tuple[int, int]]:
    """First and last token of each place in the passage where an answer stands."""
    offsets = context.offsets[:PASSAGE_TOKENS]
    begins = {start: token for token, (start, _) in enumerate(offsets)}
    ends = {end: token for token, (_, end) in enumerate(offsets)}
    found = set()
    for answer in one.answers:
        for match in re.finditer(re.escape(answer.strip()), one.context[one.begins :]):
            start, end = begins.get(one.begins + match.start()), ends.get(one.begins + match.end())
            if start is not None and end is not None:
                found.add((start, end))
    return sorted(found)


def main() -> None:
    """Make one pass of pairs."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=list(SETS))
    chosen = parser.parse_args()
    embedder = MiniLM()
    chance = random.Random(chosen.seed)  # noqa: S311
    made: list[Pair] = []
    for name in chosen.sets:
        some = pairs(chosen.data, name, embedder, chance)
        answered = sum(bool(one.answers) for one in some)
        print(f"{name}: {len(some)} pairs, {answered} with an answer", flush=True)
        made += some
    chance.shuffle(made)
    stored, lost = store(made, embedder)
    stored.save(chosen.out)
    print(f"{chosen.out}: {len(stored.sizes)} pairs, {len(stored.ids):,} tokens, {lost} lost")
    print(f"held out: {sorted(held_out(chosen.data))}")


if __name__ == "__main__":
    main()
