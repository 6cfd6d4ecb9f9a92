"""Which sentences of the passages answer a question, which words of them, and how sure that is."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import exp, inf
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from assistant.asked import ask
from assistant.candidates import Candidate, candidates
from assistant.certainty import SIGNS, Choice, missing, signs, softmax
from assistant.evidence import CLOSER, FEATURES, Evidence, closer
from assistant.expected import Kind, group
from assistant.meaning import Meaning
from assistant.spans import TRAITS, Runs
from assistant.vocabulary import Vocabulary
from index.articles import Hit, Sentence
from index.errors import ModelFileWrong

WEIGHTS = Path(__file__).parent / "reader" / "weights.json"
PASSAGES = 6
"""Passages whose sentences are read: more cost time and hardly ever hold the answer."""
SHORTLIST = 16
"""Sentences that are compared with the question by the embedder, which takes half a millisecond for each.

Of questions in other words than the article's, eight hold the sentence that answers in four cases of five.
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence that may answer a question."""

    hit: Hit
    sentence: Sentence
    before: Sentence | None
    """The sentence before it, where it stands in the same passage."""
    kind: Kind
    """What the question asks for."""
    span: tuple[int, int] | None
    """The words that answer, as offsets in the sentence's text."""
    score: float
    """Log-odds against the other findings; comparable within one question only."""
    probability: float
    """Calibrated probability that the sentence answers the question."""
    missing: tuple[str, ...]
    """What the question names and nothing retrieved of the article has: then the sentence cannot be the answer."""
    alone: float = 0.0
    """The same probability without the other articles, of which one that answers too makes each less sure."""


def in_full(finding: Finding, hits: Sequence[Hit]) -> Finding:
    """The finding in the hit as it was retrieved, all its sentences with it."""
    place = finding.hit.passage.article_id, finding.hit.passage.number
    hit = next(one for one in hits if (one.passage.article_id, one.passage.number) == place)
    at = hit.passage.sentences.index(finding.sentence)
    return replace(finding, hit=hit, before=hit.passage.sentences[at - 1] if at else None)


class Reader(Protocol):
    """Finds the sentences that answer."""

    def read(self, question: str, hits: Sequence[Hit]) -> list[Finding]:
        """The best sentences of the hits, the likeliest answer first; none if the question says nothing."""
        ...

    def threshold(self, precision: float) -> float:
        """The least probability at which so large a share of its answers is right; above 1 where none is enough."""
        ...


@dataclass(frozen=True, slots=True)
class Linear:
    """A fitted linear model: one weight a named column, in one or more variants."""

    weights: Mapping[str, NDArray[np.float64]]
    bias: float = 0.0

    @classmethod
    def of(cls, fitted: Mapping[str, Any], columns: Sequence[str]) -> Self:
        """From its JSON, which must have these columns in this order."""
        if fitted["columns"] != list(columns):
            raise ValueError("other columns than this version's")
        return cls({name: np.array(row, np.float64) for name, row in fitted["weights"].items()}, float(fitted["bias"]))

    def scores(self, rows: NDArray[np.float64], variant: str = "all") -> NDArray[np.float64]:
        """Log-odds, one a row."""
        return np.asarray(rows @ self.weights[variant] + self.bias)


def least(curve: Sequence[Mapping[str, float]], precision: float) -> float:
    """The first threshold of a fitted curve from which on so large a share of the answers was right.

    The curve is of questions that were not fitted on. Above 1, so that nothing is answered, if it never gets there, and
    where every answer is to be right, which no measure promises.
    """
    if precision >= 1:
        return inf
    return next((float(point["threshold"]) for point in curve if point["right"] >= precision), inf)


@dataclass(frozen=True, slots=True)
class Models:
    """What the recipe in ``assistant/reader`` fitted."""

    sentence: Linear
    close: Linear
    span: Linear
    certainty: Linear
    curve: Sequence[Mapping[str, float]]


class FeatureReader:
    """Reads by cheap features and linear models; the fitted weights are read from their file when first needed."""

    def __init__(self, vocabulary: Vocabulary, meaning: Meaning, *, weights: Path = WEIGHTS) -> None:
        self._vocabulary = vocabulary
        self._meaning = meaning
        self._weights = weights

    @cached_property
    def _models(self) -> Models:
        try:
            fitted = json.loads(self._weights.read_text(encoding="utf-8"))
            return Models(
                Linear.of(fitted["sentence"], FEATURES),
                Linear.of(fitted["close"], CLOSER),
                Linear.of(fitted["span"], TRAITS),
                Linear.of(fitted["certainty"], SIGNS),
                fitted["curve"],
            )
        except (OSError, ValueError, KeyError) as cause:
            raise ModelFileWrong(
                f"The reader's weights {self._weights} cannot be read ({cause}). Reinstall Byline, or fit them "
                "again as assistant/reader/README.md says."
            ) from cause

    def read(self, question: str, hits: Sequence[Hit]) -> list[Finding]:
        """The best sentences of the hits, the likeliest answer first; none if the question says nothing."""
        asked = ask(question, self._vocabulary)
        found = candidates(hits[:PASSAGES])
        if not found or not asked.terms:
            return []
        lacking = {one.hit.passage.article_id: missing(asked, one, hits) for one in found}
        # An article that has all the names asked for is worth reading before one that lacks some.
        found = [one for one in found if not lacking[one.hit.passage.article_id]] or found
        evidence = Evidence(asked, found, self._vocabulary)
        listed, rows = self.shortlist(evidence)
        scores = self._models.close.scores(rows)
        chances = softmax(scores)
        findings = []
        for place in np.argsort(-scores, kind="stable"):
            one = listed[place]
            span, of_runs = self._span(evidence, one.sentence.text)
            lead = float(scores[place] - np.delete(scores, place).max(initial=-np.inf))
            choice = Choice(one, rows[place], lead, float(chances[place]), of_runs)
            told = signs(evidence, choice)
            own = np.array([other.hit.passage.article_id == one.hit.passage.article_id for other in listed])
            findings.append(
                Finding(
                    one.hit, one.sentence, one.before, asked.expected.kind, span, float(scores[place]),
                    self._certainty(told), lacking[one.hit.passage.article_id],
                    alone=self._certainty(_alone(told, scores, own, place)),
                )
            )  # fmt: skip
        return findings

    def threshold(self, precision: float) -> float:
        """The least probability at which so large a share of its answers is right; above 1 where none is enough."""
        return least(self._models.curve, precision)

    def _certainty(self, told: NDArray[np.float64]) -> float:
        return 1 / (1 + exp(-float(self._models.certainty.scores(told))))

    def shortlist(self, evidence: Evidence) -> tuple[list[Candidate], NDArray[np.float64]]:
        """The candidates worth a closer look, and their rows as named in ``evidence.CLOSER``."""
        rows = evidence.rows()
        order = np.argsort(-self._models.sentence.scores(rows), kind="stable")[:SHORTLIST]
        listed = [evidence.found[place] for place in order]
        cosines = self._meaning.cosines(evidence.asked.text, [one.sentence.text for one in listed])
        return listed, closer(rows[order], cosines)

    def _span(self, evidence: Evidence, text: str) -> tuple[tuple[int, int] | None, NDArray[np.float64]]:
        """The best run of words in a sentence, and the scores of all runs."""
        asked, matches = evidence.asked, evidence.matches
        runs = Runs(asked, text, matches.met(text))
        if asked.expected.kind == "confirmation" or not len(runs):
            return None, np.empty(0)
        scores = self._models.span.scores(runs.rows(), group(asked.expected))
        return runs.span(int(scores.argmax())), scores


def _alone(
    told: NDArray[np.float64], scores: NDArray[np.float64], own: NDArray[np.bool_], place: int
) -> NDArray[np.float64]:
    """The signs of a choice, its lead and its chance taken among the candidates of its own article."""
    others = own & (np.arange(len(own)) != place)
    lead = float(scores[place] - scores[others].max(initial=-np.inf))
    changed = {"lead": min(lead, 4.0), "share": float(softmax(scores[own])[own[:place].sum()])}
    return np.array([changed.get(name, sign) for name, sign in zip(SIGNS, told, strict=True)], np.float64)
