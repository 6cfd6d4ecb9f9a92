"""The likeliest sentences read again by the cross-encoder: their order, their spans and how sure they are, from both.

Neither reader is the other's rival: cheap features know names, numbers and kinds of answers, the cross-encoder knows
what a sentence says.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from math import exp, inf, log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.crossencoder import CrossEncoder, Marked, Reading
from assistant.excerpts import excerpts
from assistant.reading import Finding, Linear, Reader, least
from index.articles import Hit
from index.errors import ModelFileWrong

WEIGHTS = Path(__file__).parent / "reader" / "rerank.json"
ARTICLES = 4
"""Articles read: those of the likeliest sentences."""
BUDGET = 210
"""Tokens of an article's sentences: with a title of forty they fit into what the cross-encoder reads."""
RANKED = ("features", "span", "rather", "relevant", "found")
"""The columns of ``ranked``, in order."""
SIGNS = ("features", "rather", "lead", "answered", "similarity", "apart")
"""The columns of ``signs``, in order."""
LEAD = 4.0
"""What a finding leads by at most: by more it is no surer."""

Judged = tuple[Finding, Marked, Reading]
"""A finding, the best span of its sentence by the cross-encoder, and what that makes of its passage."""


class Reranker:
    """Reads with another reader first, then its likeliest sentences again."""

    def __init__(self, first: Reader, crossencoder: CrossEncoder, *, weights: Path = WEIGHTS) -> None:
        self._first = first
        self._crossencoder = crossencoder
        self._weights = weights

    def read(self, question: str, hits: Sequence[Hit]) -> list[Finding]:
        """The best sentences of the hits, the likeliest answer first; none if the question says nothing."""
        judged = self.judged(question, hits)
        if not judged:
            return []
        rank, certainty, _ = self._models
        scores = rank.scores(ranked(judged))
        order = np.argsort(-scores, kind="stable")
        findings = []
        for place in order:
            finding, marked, _ = judged[place]
            sure, alone = (certainty.scores(signs(judged, scores, int(place), alone=alone)) for alone in (False, True))
            findings.append(
                replace(
                    finding,
                    span=span(finding, marked),
                    score=float(scores[place]),
                    probability=1 / (1 + exp(-float(sure))),
                    alone=1 / (1 + exp(-float(alone))),
                )
            )
        return findings

    def judged(self, question: str, hits: Sequence[Hit]) -> list[Judged]:
        """The findings of the first reader in the articles that are read again, the likeliest first.

        The spans' offsets are those in the findings' sentences.
        """
        findings = self._first.read(question, hits)
        read = excerpts(findings, hits, costs=self._crossencoder.costs, budget=BUDGET, most=ARTICLES)
        readings = self._crossencoder.read(question, [one.hit for one in read])
        of_article = {one.hit.passage.article_id: (one, its) for one, its in zip(read, readings, strict=True)}
        judged = []
        for finding in findings:
            excerpt, reading = of_article.get(finding.hit.passage.article_id, (None, None))
            if excerpt is None or reading is None or (at := excerpt.places.get(finding.sentence.start)) is None:
                continue
            if marked := reading.within(at, at + len(finding.sentence.text)):
                judged.append((finding, replace(marked, start=marked.start - at, end=marked.end - at), reading))
        return judged

    def threshold(self, precision: float) -> float:
        """The least probability at which so large a share of its answers is right; above 1 where none is enough."""
        return least(self._models[2], precision)

    @cached_property
    def _models(self) -> tuple[Linear, Linear, Sequence[Mapping[str, float]]]:
        try:
            fitted = json.loads(self._weights.read_text(encoding="utf-8"))
            return Linear.of(fitted["rank"], RANKED), Linear.of(fitted["certainty"], SIGNS), fitted["curve"]
        except (OSError, ValueError, KeyError) as cause:
            raise ModelFileWrong(
                f"The reader's weights {self._weights} cannot be read ({cause}). Reinstall Byline."
            ) from cause


def span(finding: Finding, marked: Marked) -> tuple[int, int] | None:
    """The cross-encoder's span as offsets in the sentence; none where the question asks for none."""
    if finding.kind == "confirmation":
        return None
    return marked.start, marked.end


def ranked(judged: Sequence[Judged]) -> NDArray[np.float64]:
    """One row a judged finding: what each reader makes of it beside the others."""
    rows = np.array(
        [
            [one.score, marked.score, marked.score - reading.nothing, reading.relevant, one.hit.score]
            for one, marked, reading in judged
        ]
    )
    return np.asarray(rows - rows.max(axis=0))


def signs(
    judged: Sequence[Judged], scores: NDArray[np.float64], place: int, *, alone: bool = False
) -> NDArray[np.float64]:
    """How sure each reader is of a finding, in log-odds, how near its passage is to the question, and how far it leads.

    ``scores``: of all findings. ``alone``: without the other articles.
    """
    finding, marked, reading = judged[place]
    chance = finding.alone if alone else finding.probability
    article = finding.hit.passage.article_id
    rivals = [
        (score, one.hit.passage.article_id == article)
        for number, (score, (one, _, _)) in enumerate(zip(scores, judged, strict=True))
        if number != place
    ]
    beside = max((float(score) for score, same in rivals if same), default=-inf)
    apart = max((float(score) for score, same in rivals if not same and not alone), default=-inf)
    own = float(scores[place])
    return np.array(
        [
            log(max(chance, 1e-4) / max(1 - chance, 1e-4)), marked.score - reading.nothing,
            min(own - max(beside, apart), LEAD), -reading.missing, finding.hit.similarity, min(own - apart, LEAD),
        ],
        np.float64,
    )  # fmt: skip
