"""What is read of the articles that may answer: the likeliest sentences of each, with those beside them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.reading import Finding
from index.articles import Hit, Sentence

Costs = Callable[[Sequence[str]], list[int]]
"""Tokens of each text."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Sentences of one article, in their order."""

    hit: Hit
    """Its passage holds the sentences' text and nothing else."""
    places: dict[int, int]
    """By where a sentence starts in its article: where it starts in the text."""


def excerpts(
    findings: Sequence[Finding], hits: Sequence[Hit], *, costs: Costs, budget: int, most: int
) -> list[Excerpt]:
    """Of each of the first articles as much as the budget of tokens allows, that of the likeliest finding first.

    An article of which one passage was retrieved is read as that has it. Of more passages the findings' sentences are
    taken, the likeliest first and each with its neighbours, so that what one passage names and another tells is read
    together.
    """
    articles = list(dict.fromkeys(one.hit.passage.article_id for one in findings))[:most]
    return [
        excerpt(
            [one.sentence for one in findings if one.hit.passage.article_id == article],
            [hit for hit in hits if hit.passage.article_id == article],
            costs=costs,
            budget=budget,
        )
        for article in articles
    ]


def excerpt(wanted: Sequence[Sentence], hits: Sequence[Hit], *, costs: Costs, budget: int) -> Excerpt:
    """Of one article: ``wanted`` and what stands beside it."""
    best = hits[0]
    every = sorted({one for hit in hits for one in hit.passage.sentences}, key=lambda one: one.start)
    if len(hits) == 1:
        return Excerpt(best, {one.start: one.start - best.passage.start for one in every})
    spent = dict(zip(every, costs([one.text for one in every]), strict=True))
    taken = set[Sentence]()
    for one in dict.fromkeys([*in_turn(wanted, every), *every]):
        if spent[one] <= budget:
            budget -= spent[one]
            taken.add(one)
    text, places = "", {}
    for one in sorted(taken, key=lambda one: one.start):
        places[one.start] = len(text) + bool(text)
        text += " " * bool(text) + one.text
    passage = replace(best.passage, start=0, end=len(text), text=text, sentences=())
    return Excerpt(replace(best, passage=passage), places)


def in_turn(wanted: Sequence[Sentence], every: Sequence[Sentence]) -> Iterator[Sentence]:
    """Each of the wanted sentences, then the one before it and the one behind."""
    for one in wanted:
        at = every.index(one)
        yield one
        yield from every[max(at - 1, 0) : at]
        yield from every[at + 1 : at + 2]
