"""Pairs of question and passage to learn reading from: answers, passages that only look right, and near misses.

    python -m assistant.reader.pairs DATA OUT.npz --seed 1

Another seed gives other cuts of the passages, other negatives and another order: one file is one pass.
Long because the ways to make a pair stand side by side, where their shares of the whole can be read against each other.
"""

import argparse
import random
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from assistant.crossencoder import BEGIN, PART, PASSAGE_TOKENS, QUESTION_TOKENS
from assistant.reader.corpora import Asked, Material, Text, Told, held_out, own, public, window
from assistant.reader.misses import KINDS, MONTH, near_miss
from index.chunking import contextual
from index.embedding import MiniLM


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
    times: float = 1
    """How often the set is gone through, each time with other negatives and other cuts; of a part, which is drawn."""


OWN = "written/"
"""Before the name of a set: what was written about it."""
# Shares at which no set drowns the others in a pass of six million tokens.
SETS = {
    "squad/train": Sort(hard=0.6, near=0.6, gapped=0.4, cropped=0.1, times=0.6),
    "squadshifts/new_wiki": Sort(hard=0.5, near=0.6, gapped=0.3, cropped=0.2, times=0.2),
    "squadshifts/amazon_reviews": Sort(hard=0.2, near=0.2, gapped=0.1, cropped=0.7),
    "squadshifts/reddit": Sort(hard=0.2, near=0.2, gapped=0.1, cropped=0.7),
    "written/squad/train": Sort(hard=0.1, near=0.0, gapped=0.2, cropped=0.1, times=0.5),
    "written/squadshifts/new_wiki": Sort(hard=0.1, near=0.0, gapped=0.2, cropped=0.1, times=0.5),
    "written/news": Sort(hard=0.4, near=0.1, gapped=0.3, cropped=0.3, times=0.7),
    "written/told": Sort(hard=0.0, near=0.0, gapped=0.0, cropped=0.0, times=1.4),
}
Entry = TypeVar("Entry", Asked, Told)
WINDOW = 110
"""Tokens of a window."""
BESIDE = 0.3
"""Share of statements read with the nearest sentence alone, which is not always the one that they rest on; the others
have its neighbours too."""
ASTRAY = 0.3
"""Share of statements that are read with another sentence of the passage as well."""
QUOTED = 0.3
"""Share beside which a sentence of the passage is read as it stands, and changed."""


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
    supported: int = -1
    """Of a statement in the place of the question: 1 the passage supports it, 0 it does not; -1 of a question."""


@dataclass(slots=True)
class Store:
    """Pairs as numbers, laid end to end."""

    ids: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    firsts: list[int] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    relevant: list[int] = field(default_factory=list)
    supported: list[int] = field(default_factory=list)

    def save(self, path: Path) -> None:
        """Written whole or not at all."""
        arrays: dict[str, Any] = {
            "ids": np.array(self.ids, np.uint16),
            "sizes": np.array(self.sizes, np.uint16),
            "firsts": np.array(self.firsts, np.uint16),
            "spans": np.array(self.spans, np.uint16).reshape(-1, 2),
            "counts": np.array(self.counts, np.uint16),
            "relevant": np.array(self.relevant, np.int8),
            "supported": np.array(self.supported, np.int8),
        }
        save_whole(path, arrays)


def save_whole(path: Path, arrays: dict[str, Any]) -> None:
    """The arrays as an .npz, written whole or not at all."""
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, **arrays)
    partial.rename(path)


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


def pairs(material: Material, sort: Sort, chance: random.Random) -> list[Pair]:
    """What is made from the questions of a set."""
    corpus, others_of_kind, made = material.corpus, pools(material), list[Pair]()
    for entry in gone_through(material.asked, sort.times, chance):
        question, answers, source = entry.question, entry.answers, corpus.texts[entry.source]
        made.append(pair(question, source, answers, 1, crop=chance.random() < sort.cropped, chance=chance))
        others = corpus.lookalikes(question, source.key, answers)
        for other in chance.sample(others, min(len(others), drawn(sort.hard, chance))):
            made.append(pair(question, other, (), 0, crop=chance.random() < sort.cropped, chance=chance))
        for _ in range(drawn(sort.near, chance) if answers else 0):
            if missed := near_miss(question, without(source, answers), others_of_kind, chance):
                made.append(pair(missed, source, (), -1, crop=chance.random() < sort.cropped, chance=chance))
        for _ in range(drawn(sort.gapped, chance) if answers else 0):
            if gap := gapped(question, source, answers):
                made.append(gap)
    return made


def told(material: Material, sort: Sort, chance: random.Random) -> list[Pair]:
    """The statements of a set, each with the sentence nearest to it, or with that sentence's surroundings.

    Beside them sentences of the passages as they stand, and changed, so that having its words alone proves nothing.
    """
    corpus, others_of_kind, made = material.corpus, pools(material), list[Pair]()
    for entry in gone_through(material.told, sort.times, chance):
        text = corpus.texts[entry.source]
        statement, *sentences = corpus.embedder.embed([entry.statement, *(s.text for s in text.sentences)])
        nearest = int(np.argmax(np.array(sentences) @ statement))
        made.append(stated(entry.statement, text, part(text, nearest, chance), supported=entry.supported))
        if len(sentences) > 1 and chance.random() < ASTRAY:
            elsewhere = chance.choice([n for n in range(len(sentences)) if n != nearest])
            made.append(stated(entry.statement, text, window(text, elsewhere, 0), supported=False))
        if chance.random() >= QUOTED:
            continue
        said = chance.randrange(len(sentences))
        sentence, beside = text.sentences[said].text, part(text, said, chance)
        made.append(stated(sentence, text, beside, supported=True))
        if changed := near_miss(sentence, text.text, others_of_kind, chance):
            made.append(stated(changed, text, beside, supported=False))
    return made


def part(text: Text, sentence: int, chance: random.Random) -> tuple[int, int]:
    """The characters of a sentence alone, or with its neighbours."""
    return window(text, sentence, 0 if chance.random() < BESIDE else chance.randint(WINDOW // 2, PASSAGE_TOKENS - 20))


def pools(material: Material) -> dict[str, list[str]]:
    """The years, months, numbers and names that a set's questions and statements speak of."""
    said = [*(entry.question for entry in material.asked), *(entry.statement for entry in material.told)]
    found = {kind: [one for text in said for one in sought.findall(text)] for kind, sought in KINDS.items()}
    return found | {"month": [*found["month"], *MONTH]}


def gone_through(every: list[Entry], times: float, chance: random.Random) -> list[Entry]:
    """The entries so many times; of a part of a time, that part of them."""
    return every * int(times) + chance.sample(every, int(len(every) * (times % 1)))


def stated(statement: str, text: Text, beside: tuple[int, int], *, supported: bool) -> Pair:
    """The statement with these characters of the passage."""
    context = contextual(text.title, text.text[slice(*beside)])
    return Pair(statement, context, (), len(context) - (beside[1] - beside[0]), -1, int(supported))


def without(text: Text, answers: tuple[str, ...]) -> str:
    """The text less the answers, which a question is not to name."""
    left = text.text
    for answer in answers:
        left = left.replace(answer, " ")
    return left


def drawn(mean: float, chance: random.Random) -> int:
    """A whole number with this mean."""
    return int(mean) + (chance.random() < mean % 1)


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
            stored.supported.append(one.supported)
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
        read = own if name.startswith(OWN) else public
        material = read(chosen.data, name.removeprefix(OWN), embedder)
        some, stating = pairs(material, SETS[name], chance), told(material, SETS[name], chance)
        answered = sum(bool(one.answers) for one in some)
        print(f"{name}: {len(some)} pairs, {answered} with an answer, {len(stating)} of statements", flush=True)
        made += some + stating
    chance.shuffle(made)
    stored, lost = store(made, embedder)
    stored.save(chosen.out)
    print(f"{chosen.out}: {len(stored.sizes)} pairs, {len(stored.ids):,} tokens, {lost} lost")
    print(f"held out: {sorted(held_out(chosen.data))}")


if __name__ == "__main__":
    main()
