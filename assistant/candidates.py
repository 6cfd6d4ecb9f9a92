"""The sentences that may answer: those of the retrieved passages, each once."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from index.articles import Hit, Passage, Sentence

_NOT_SO = re.compile(
    r"^(?:But |However, )?(?:that|this|it) (?:is|was) "
    r"(?:wrong|incorrect|false|untrue|a mistake|an error|not (?:so|true|right|correct|the case))[.;:!]",
    re.IGNORECASE,
)
"""How a report takes back what stands before."""
_BY_MISTAKE = re.compile(r"\bwe (?:had )?(?:wrongly|mistakenly|incorrectly|erroneously)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a retrieved passage, with its neighbours in that passage."""

    hit: Hit
    rank: int
    """Place of its passage among the hits, from 0."""
    place: int
    """Its place in the passage, from 0."""
    sentence: Sentence

    @property
    def before(self) -> Sentence | None:
        """The sentence before it in the passage."""
        return self.hit.passage.sentences[self.place - 1] if self.place else None

    @property
    def after(self) -> Sentence | None:
        """The sentence after it in the passage."""
        behind = self.hit.passage.sentences[self.place + 1 :]
        return behind[0] if behind else None


def candidates(hits: Sequence[Hit]) -> list[Candidate]:
    """The sentences of the hits that stand, best passage first; one that is in two passages is taken once."""
    found: dict[tuple[str, int], Candidate] = {}
    for rank, hit in enumerate(hits):
        kept = standing(hit.passage)
        for place, sentence in enumerate(hit.passage.sentences):
            if sentence in kept:
                found.setdefault((hit.passage.article_id, sentence.start), Candidate(hit, rank, place, sentence))
    return list(found.values())


def standing(passage: Passage) -> list[Sentence]:
    """The sentences of a passage without those that it takes back: "We said she had paid. That was wrong."."""
    behind = [*(one.text for one in passage.sentences[1:]), ""]
    return [
        one
        for one, after in zip(passage.sentences, behind, strict=False)
        if not _BY_MISTAKE.search(one.text) and not _NOT_SO.match(after)
    ]


def without(hits: Sequence[Hit], sentences: Collection[tuple[Passage, Sentence]]) -> list[Hit]:
    """The hits, as if these sentences of their passages could not be chosen."""
    return [
        replace(
            hit,
            passage=replace(
                hit.passage,
                sentences=tuple(one for one in hit.passage.sentences if (hit.passage, one) not in sentences),
            ),
        )
        for hit in hits
    ]
