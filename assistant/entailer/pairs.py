"""Pairs to learn entailment from: statements beside evidence.

    python -m assistant.entailer.pairs OUT.npz --seed 1 [--held-out]

Another seed gives other surroundings, other changes and another order: one file is one pass.
"""

import argparse
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from assistant.entailer.written import Evidence, Stated, evidences
from assistant.entailment import pair_ids
from assistant.reader.corpora import Material, own, window
from assistant.reader.misses import near_miss
from assistant.reader.pairs import pools, save_whole
from index.embedding import MiniLM
from index.sentences import split

Spans = tuple[tuple[int, int], ...]

BESIDE = 0.3
"""Share of statements that are read a second time, with another piece of news before or behind their evidence."""
ASTRAY = 0.25
"""Share of true statements that are also read with evidence that is about something else."""
CHANGED = 0.12
"""Share of an article's sentences that are read as statements, as they stand and changed."""
PART_OF_IT = 0.6
"""Share of these of which a clause is the statement."""
_ALIKE = 0.55
"""Share of its words that a false statement has in common with the true one that it was made from."""
_WORDS = re.compile(r"\w+|[^\w\s]")
_CLAUSES = re.compile(r"(?<=,)\s|\s(?=and |but |which |who |while |after |because )")


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement beside evidence."""

    text: str
    evidence: str
    supported: bool
    unsupported: Spans | None
    """Where the words stand that are not; None where that is not known."""


@dataclass(slots=True)
class Store:
    """Pairs as numbers, laid end to end."""

    ids: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    firsts: list[int] = field(default_factory=list)
    unsupported: list[int] = field(default_factory=list)
    """One a token: 1 not supported, 0 supported, -1 unknown or no token of a statement."""
    supported: list[int] = field(default_factory=list)
    """One a pair: 1 or 0."""

    def add(self, ids: list[int], first: int, *, words: list[int], supported: bool) -> None:
        """One pair more; ``words``: what is known of its tokens from the first word on."""
        self.ids += ids
        self.sizes.append(len(ids))
        self.firsts.append(first)
        self.unsupported += [-1, *words, *([-1] * (len(ids) - len(words) - 1))]
        self.supported.append(int(supported))

    def save(self, path: Path) -> None:
        """Written whole or not at all."""
        arrays: dict[str, Any] = {
            "ids": np.array(self.ids, np.uint16),
            "sizes": np.array(self.sizes, np.uint16),
            "firsts": np.array(self.firsts, np.uint16),
            "unsupported": np.array(self.unsupported, np.int8),
            "supported": np.array(self.supported, np.int8),
        }
        save_whole(path, arrays)


def claim(stated: Stated, evidence: str) -> Claim:
    """A statement with its evidence."""
    return Claim(stated.text, evidence, not stated.unsupported, stated.unsupported)


def claims(every: list[Evidence], chance: random.Random) -> list[Claim]:
    """What is made from the pieces of news: each statement alone with its evidence, some also among others."""
    made = []
    for one in every:
        other = chance.choice(every).text
        for stated in one.statements:
            made.append(claim(stated, one.text))
            if other == one.text:
                continue
            if chance.random() < BESIDE:
                made.append(claim(stated, " ".join(chance.sample([one.text, other], 2))))
            if not stated.unsupported and chance.random() < ASTRAY:
                made.append(Claim(stated.text, other, supported=False, unsupported=None))
    return made


def told(material: Material, chance: random.Random) -> list[Claim]:
    """The statements about the reader's articles, which stand in pairs that differ in one thing."""
    corpus, made = material.corpus, list[Claim]()
    for true, false in pairwise(material.told):
        if not true.supported or false.supported or true.source != false.source:
            continue
        text = corpus.texts[true.source]
        statement, *sentences = corpus.embedder.embed([true.statement, *(one.text for one in text.sentences)])
        nearest = int(np.argmax(np.array(sentences) @ statement))
        start, end = window(text, nearest, chance.choice([0, 0, 40, 80, 120]))
        evidence = text.text[start:end]
        made.append(Claim(true.statement, evidence, supported=True, unsupported=()))
        made.append(changed(true.statement, false.statement, evidence))
    return made


def quoted(every: list[Evidence], material: Material, chance: random.Random) -> list[Claim]:
    """Sentences of news, or clauses of them, as they stand and with one thing exchanged: words alone prove nothing."""
    others_of_kind, made = pools(material), list[Claim]()

    def add(sentence: str, evidence: str, around: str) -> None:
        clauses = [clause.strip(" ,") for clause in _CLAUSES.split(sentence) if len(clause) > 25]
        said = chance.choice(clauses) if clauses and chance.random() < PART_OF_IT else sentence
        made.append(Claim(said, evidence, supported=True, unsupported=()))
        if missed := near_miss(said, around, others_of_kind, chance):
            made.append(changed(said, missed, evidence))

    for one in every:
        for sentence in split(one.text):
            add(sentence.text, one.text, one.text)
    for text in material.corpus.texts:
        for at, sentence in enumerate(text.sentences):
            if chance.random() < CHANGED:
                start, end = window(text, at, chance.choice([0, 0, 60]))
                add(sentence.text, text.text[start:end], text.text)
    return made


def changed(true: str, false: str, evidence: str) -> Claim:
    """A false statement; what differs from the true one is not supported, unless that is nearly all."""
    theirs = list(_WORDS.finditer(false))
    matcher = SequenceMatcher(None, _WORDS.findall(true), [word.group() for word in theirs], autojunk=False)
    if matcher.ratio() < _ALIKE:
        return Claim(false, evidence, supported=False, unsupported=None)
    spans = []
    for what, _, _, start, end in matcher.get_opcodes():
        if what in {"replace", "insert"}:
            spans.append((theirs[start].start(), theirs[end - 1].end()))
        elif what == "delete":  # where something is left out, its neighbours say what is not so
            first, last = max(0, start - 1), min(start, len(theirs) - 1)
            spans.append((theirs[first].start(), theirs[last].end()))
    return Claim(false, evidence, supported=False, unsupported=tuple(spans))


def store(every: Sequence[Claim], embedder: MiniLM) -> Store:
    """All of them as numbers."""
    stored = Store()
    for one in every:
        ids, first, offsets = pair_ids(embedder, one.text, one.evidence)
        words = [
            -1 if one.unsupported is None else int(any(start < its and it < end for it, its in one.unsupported))
            for start, end in offsets.tolist()
        ]
        stored.add(ids, first, words=words, supported=one.supported)
    return stored


def main() -> None:
    """Make one pass of pairs, or the ones to measure on."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--held-out", action="store_true", help="what is measured on: each as it was written")
    chosen = parser.parse_args()
    embedder, chance = MiniLM(), random.Random(chosen.seed)  # noqa: S311
    written = evidences(held_out=chosen.held_out)
    if chosen.held_out:
        made = [claim(said, one.text) for one in written for said in one.statements]
    else:
        made = claims(written, chance)
        for name, beside in (("news", written), ("told", [])):
            material = own(Path(), name, embedder)
            made += [*told(material, chance), *quoted(beside, material, chance)]
        chance.shuffle(made)
    stored = store(made, embedder)
    stored.save(chosen.out)
    print(f"{chosen.out}: {len(made)} statements, {len(stored.ids):,} tokens")


if __name__ == "__main__":
    main()
