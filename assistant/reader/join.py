"""Fit how the two readers are joined: ``python -m assistant.reader.join --data DIR``, as README.md describes."""

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.crossencoder import CrossEncoder
from assistant.meaning import Meaning
from assistant.reader.examples import Case, Flags, Floats, news, public
from assistant.reader.fit import SHARES, as_json
from assistant.reader.fitting import bounds, probability, ranking
from assistant.reader.measure import curve, measure
from assistant.reading import FeatureReader
from assistant.reranking import RANKED, SIGNS, WEIGHTS, Judged, Reranker, ranked, signs
from assistant.vocabulary import Vocabulary
from index.embedding import MiniLM

HELD_OUT = ("Harvard_University", "Huguenot", "Scottish_Parliament")
"""The articles of ``train`` that the cross-encoder has not learnt from; only they show how far it can be trusted."""
PENALTY = 1e-3


def main() -> None:
    """Fit on what the cross-encoder has not learnt from, write the weights, measure on ``dev``, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="Folder with train/ and dev/ in BEIR's form.")
    arguments = parser.parse_args()
    embedder = MiniLM(workers=2)
    with tempfile.TemporaryDirectory() as folder:
        cases = public(arguments.data, Path(folder, "public"), embedder)
        held = [case for case in cases["train"] if case.title in HELD_OUT]
        told = news(Path(folder, "news"), embedder, held_out=True)
    reranker = Reranker(FeatureReader(Vocabulary(), Meaning(embedder)), CrossEncoder(embedder, workers=2))
    WEIGHTS.write_text(json.dumps(fit([*held, *told], reranker), indent=1) + "\n", encoding="utf-8")
    figures = measure(cases["dev"], reranker)
    WEIGHTS.with_name("figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({name: value for name, value in figures.items() if name != "curve"}, indent=1))


def fit(held: Sequence[Case], reranker: Reranker) -> dict[str, Any]:
    """How the findings are ranked by both readers, how sure the first one is, and what thresholds are worth."""
    sorts = [(case, "answerable" if case.answers else "near miss") for case in held]
    sorts += [(case.without_source(), "source withheld") for case in held if case.answers]
    read = [Read(case, sort, reranker.judged(case.question, case.hits)) for case, sort in sorts]
    rank, weights, bias = fitted(read)
    return {
        "rank": as_json(RANKED, {"all": rank}),
        "certainty": as_json(SIGNS, {"all": weights}, bias),
        "curve": curve(*crossed(read), step=0.01),
    }


@dataclass(frozen=True, slots=True)
class Read:
    """A question and what both readers make of its sentences."""

    case: Case
    sort: str
    judged: list[Judged]

    def best(self, rank: Floats) -> tuple[Floats, bool] | None:
        """The signs of the best sentence and whether it holds an answer; None if it is ruled out, or none is there."""
        if not self.judged:
            return None
        scores = ranked(self.judged) @ rank
        place = int(scores.argmax())
        finding = self.judged[place][0]
        return None if finding.missing else (signs(self.judged, scores, place), self.case.holds(finding.sentence.text))


def fitted(read: Sequence[Read]) -> tuple[Floats, Floats, float]:
    """The weights of ``RANKED``, and those of ``SIGNS`` with their bias."""
    lists = [
        (ranked(one.judged), np.array([one.case.holds(finding.sentence.text) for finding, _, _ in one.judged], bool))
        for one in read
        if one.judged
    ]
    limits = bounds(RANKED, against=(), either=(), most={})
    rank = ranking([(rows, right) for rows, right in lists if right.any()], limits=limits, penalty=PENALTY)
    found = [(one.sort, best) for one in read if (best := one.best(rank))]
    rows, right = np.array([row for _, (row, _) in found]), np.array([holds for _, (_, holds) in found])
    shares = np.array([SHARES[sort] for sort, _ in found])
    limits = bounds(SIGNS, against=(), either=(), most={})
    return rank, *probability(rows, right, shares, limits=limits, penalty=PENALTY)


def crossed(read: Sequence[Read]) -> tuple[Floats, Flags, Floats]:
    """Of each question the probability by a fit without its article, whether that is right, and how much it counts.

    Of those about written articles none: they were asked of one article, and often do not tell of which.
    """
    chances, right, shares = list[float](), list[bool](), list[float]()
    for title in HELD_OUT:
        rank, weights, bias = fitted([one for one in read if one.case.title != title])
        for one in (one for one in read if one.case.title == title):
            signs, holds = one.best(rank) or (None, False)
            chances.append(0.0 if signs is None else float(1 / (1 + np.exp(-(signs @ weights + bias)))))
            right.append(holds)
            shares.append(SHARES[one.sort])
    return np.array(chances), np.array(right), np.array(shares)


if __name__ == "__main__":
    main()
