"""Fit the reader: ``python -m assistant.reader.fit --data DIR``, as README.md beside this file describes."""

import argparse
import hashlib
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant import certainty, evidence
from assistant.certainty import SIGNS, Choice, missing, signs, softmax
from assistant.evidence import CLOSER, FEATURES, closer
from assistant.expected import group
from assistant.meaning import Meaning
from assistant.reader import written
from assistant.reader.examples import PARTS, Case, Flags, Floats, Laid, laid, news, public, runs_of, span_list
from assistant.reader.fitting import bounds, probability, ranking, rankings
from assistant.reader.measure import curve, measure
from assistant.reading import SHORTLIST, WEIGHTS, FeatureReader
from assistant.spans import TRAITS
from assistant.vocabulary import TABLE, Vocabulary
from index.embedding import MiniLM

FOLDS = 6
MOST = {
    "date_absent": -5.0, "duration_absent": -5.0, "money_absent": -5.0, "percent_absent": -5.0, "count_absent": -3.0,
    "person_absent": -1.5, "other_one": -5.0,
}  # fmt: skip
"""Greatest weights for what encyclopedic paragraphs teach too weakly: news tell times and amounts in figures, and are
about many things of one kind. They cost nothing on the questions fitted on."""
OTHER_TIME = TRAITS.index("time_other")
"""Held from zero as well: news set this year's figure beside last year's, and a paragraph of history seldom does."""
SHARES = {"answerable": 3.5, "near miss": 0.5, "source withheld": 0.5}
"""How much a question of each sort counts in the certainty: seven in nine are answered. It holds for that
mix; SQuAD's near misses are written to deceive, and are rarer than half of what people ask."""


def main() -> None:
    """Fit on ``train``, write the weights, measure on ``dev``, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="Folder with train/ and dev/ in BEIR's form.")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="Where the weights are written.")
    arguments = parser.parse_args()
    vocabulary, embedder = Vocabulary(), MiniLM(workers=2)
    with tempfile.TemporaryDirectory() as folder:
        cases = public(arguments.data, Path(folder, "public"), embedder)
        told = news(Path(folder, "news"), embedder, held_out=False)
    meaning = Meaning(embedder)
    fitted = fit([*cases["train"], *told], vocabulary, meaning)
    arguments.out.write_text(
        json.dumps(fitted | {"made_from": fingerprint(arguments.data)}, indent=1) + "\n", encoding="utf-8"
    )
    figures = measure(cases["dev"], FeatureReader(vocabulary, meaning, weights=arguments.out))
    print(json.dumps({name: value for name, value in figures.items() if name != "curve"}, indent=1))


def fit(cases: Sequence[Case], vocabulary: Vocabulary, meaning: Meaning) -> dict[str, Any]:
    """The four models and the threshold curve, as the reader's JSON."""
    every = [one for case in cases if (one := laid(case, vocabulary))]
    limits = {
        columns: bounds(columns, against=evidence.AGAINST, either=evidence.EITHER, most=MOST)
        for columns in (FEATURES, CLOSER)
    }
    sentence = ranking([clear(one.rows, one) for one in every if one.gold.any()], limits=limits[FEATURES])
    listed = [shortlist(one, sentence, meaning) for one in every]
    lists = [clear(rows, one, order) for one, (order, rows) in zip(every, listed, strict=True) if one.gold[order].any()]
    close = ranking(lists, limits=limits[CLOSER])
    spans = [found for one in every if (found := span_list(one))]
    span = rankings([name for name, _, _ in spans], [(rows, right) for _, rows, right in spans], shared=1e-4, own=5e-3)
    for weights in span.values():
        weights[OTHER_TIME] = min(weights[OTHER_TIME], -3.0)
    models = {"sentence": sentence, "close": close, "span": span}
    withheld = [one for case in cases if case.answers and (one := laid(case.without_source(), vocabulary))]
    rows, right, shares, titles = first_choices([*every, *withheld], len(every), models, meaning)
    allowed = bounds(SIGNS, against=certainty.AGAINST, either=certainty.EITHER, most={})
    weights, bias = probability(rows, right, shares, limits=allowed)
    return {
        "sentence": as_json(FEATURES, {"all": sentence}),
        "close": as_json(CLOSER, {"all": close}),
        "span": as_json(TRAITS, span),
        "certainty": as_json(SIGNS, {"all": weights}, bias),
        "curve": curve(out_of_fold(rows, right, shares, titles), right, shares),
    }


def clear(rows: Floats, one: Laid, order: Floats | None = None) -> tuple[Floats, Flags]:
    """The rows of a case and which are right, less the sentences of other paragraphs that have an answer's words."""
    gold, holds = (one.gold, one.holds) if order is None else (one.gold[order], one.holds[order])
    kept = gold | ~holds
    return rows[kept], gold[kept]


def shortlist(one: Laid, sentence: Floats, meaning: Meaning) -> tuple[Any, Floats]:
    """The places of the best candidates and their rows for a closer look."""
    order = np.argsort(-(one.rows @ sentence), kind="stable")[:SHORTLIST]
    texts = [one.evidence.found[place].sentence.text for place in order]
    return order, closer(one.rows[order], meaning.cosines(one.case.question, texts))


def first_choices(
    every: Sequence[Laid], natural: int, models: dict[str, Any], meaning: Meaning
) -> tuple[Floats, Flags, Floats, list[str]]:
    """For the first choice of each question: its signs, whether it is right, how much it counts, its source's title.

    The first ``natural`` cases are as retrieved, the others have their source withheld. What a certain miss rules out
    is left out: the reader is silent there whatever the probability.
    """
    rows, right, shares, titles = [], [], [], []
    for number, one in enumerate(every):
        order, near = shortlist(one, models["sentence"], meaning)
        scores = near @ models["close"]
        best = int(scores.argmax())
        chosen = one.evidence.found[order[best]]
        if missing(one.evidence.asked, chosen, one.case.hits):
            continue
        runs = runs_of(one.evidence, chosen.sentence.text)
        of_runs = runs.rows() @ models["span"][group(one.evidence.asked.expected)] if len(runs) else np.empty(0)
        lead = float(scores[best] - np.delete(scores, best).max(initial=-np.inf))
        rows.append(signs(one.evidence, Choice(chosen, near[best], lead, float(softmax(scores)[best]), of_runs)))
        right.append(bool(one.holds[order[best]]))
        sort = "source withheld" if number >= natural else "answerable" if one.case.answers else "near miss"
        shares.append(SHARES[sort])
        titles.append(one.case.title)
    return np.array(rows), np.array(right), np.array(shares), titles


def out_of_fold(rows: Floats, right: Flags, shares: Floats, titles: Sequence[str]) -> Floats:
    """For each row the probability given by a model that has not seen its title."""
    order = sorted(set(titles))
    fold = np.array([order.index(title) % FOLDS for title in titles])
    allowed = bounds(SIGNS, against=certainty.AGAINST, either=certainty.EITHER, most={})
    chances = np.empty(len(right))
    for held in range(FOLDS):
        seen = fold != held
        weights, bias = probability(rows[seen], right[seen], shares[seen], limits=allowed)
        chances[~seen] = 1 / (1 + np.exp(-(rows[~seen] @ weights + bias)))
    return chances


def as_json(columns: Sequence[str], weights: dict[str, Floats], bias: float = 0.0) -> dict[str, Any]:
    """A linear model as the reader loads it; six digits are more than the data can tell."""
    rounded = {name: [float(f"{weight:.6g}") for weight in row] for name, row in weights.items()}
    return {"columns": list(columns), "weights": rounded, "bias": float(f"{bias:.6g}")}


def fingerprint(data: Path) -> dict[str, str]:
    """What the weights depend on, each by the first dozen digits of its sha256."""
    files = {f"{part}/{name}": data / part / name for part in PARTS for name in ("corpus.jsonl", "questions.jsonl")}
    every = {**files, **{path.name: path for path in written.files("news")}, TABLE.name: TABLE}
    sums = {name: hashlib.sha256(path.read_bytes()).hexdigest()[:12] for name, path in every.items()}
    return sums | {"embedder": MiniLM().id}


if __name__ == "__main__":
    main()
