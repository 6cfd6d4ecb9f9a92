"""Fit how the two readers are joined: ``python -m assistant.reader.join --data DIR``, as README.md describes."""

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.crossencoder import CrossEncoder
from assistant.meaning import Meaning
from assistant.reader.examples import Case
from assistant.reader.fit import SHARES, as_json, retrieved
from assistant.reader.fitting import bounds, probability, ranking
from assistant.reader.measure import measure
from assistant.reading import FeatureReader
from assistant.reranking import RANKED, SIGNS, WEIGHTS, Reranker, ranked, signs
from assistant.vocabulary import Vocabulary
from index.embedding import MiniLM

HELD_OUT = ("Harvard_University", "Huguenot", "Scottish_Parliament")
"""The articles of ``train`` that the cross-encoder has not learnt from; only they show how far it can be trusted."""
PENALTY = 1e-3


def main() -> None:
    """Fit on the held-out part of ``train``, write the weights, measure on ``dev``, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="Folder with train/ and dev/ in BEIR's form.")
    arguments = parser.parse_args()
    embedder = MiniLM(workers=2)
    with tempfile.TemporaryDirectory() as folder:
        cases = retrieved(arguments.data, Path(folder), embedder)
    held = [case for case in cases["train"] if case.title in HELD_OUT]
    reranker = Reranker(FeatureReader(Vocabulary(), Meaning(embedder)), CrossEncoder(embedder, workers=2))
    WEIGHTS.write_text(json.dumps(fit(held, reranker), indent=1) + "\n", encoding="utf-8")
    figures = measure(cases["dev"], reranker)
    WEIGHTS.with_name("figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({name: value for name, value in figures.items() if name != "curve"}, indent=1))


def fit(held: Sequence[Case], reranker: Reranker) -> dict[str, Any]:
    """How the findings are ranked by both readers, and how sure the first one is."""
    sorts = [(case, "answerable" if case.answers else "near miss") for case in held]
    sorts += [(case.without_source(), "source withheld") for case in held if case.answers]
    read = [(case, sort, reranker.judged(case.question, case.hits)) for case, sort in sorts]
    read = [(case, sort, judged) for case, sort, judged in read if judged]
    lists = []
    for case, _, judged in read:
        right = np.array([case.holds(finding.sentence.text) for finding, _, _ in judged], bool)
        if right.any():
            lists.append((ranked(judged), right))
    rank = ranking(lists, limits=bounds(RANKED, against=(), either=(), most={}), penalty=PENALTY)
    rows, held_answer, shares = [], [], []
    for case, sort, judged in read:
        scores = ranked(judged) @ rank
        best = int(scores.argmax())
        if not judged[best][0].missing:
            rows.append(signs(judged, scores, best))
            held_answer.append(case.holds(judged[best][0].sentence.text))
            shares.append(SHARES[sort])
    limits = bounds(SIGNS, against=(), either=(), most={})
    weights, bias = probability(np.array(rows), np.array(held_answer), np.array(shares), limits=limits, penalty=PENALTY)
    return {"rank": as_json(RANKED, {"all": rank}), "certainty": as_json(SIGNS, {"all": weights}, bias)}


if __name__ == "__main__":
    main()
