"""The measures themselves: pure functions of one reply or of one column of figures.

What is relevant, accepted or gold comes from the question set; how cases are gathered and averaged is ``scoring``.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ARTICLE_WORD = re.compile(r"\b(a|an|the)\b")
WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
# Written without spaces between words, so words cannot be compared whole.
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def recall_at(retrieved: Sequence[str], relevant: Collection[str], k: int) -> float:
    """1 if any relevant article is among the first k, else 0 (success at k).

    One article that says it is enough for an answer, so several relevant ones are alternatives.
    """
    return float(any(article in relevant for article in retrieved[:k]))


def reciprocal_rank(retrieved: Sequence[str], relevant: Collection[str]) -> float:
    """1 / rank of the first relevant article, 0 if there is none; its mean is MRR (Voorhees, TREC-8, 1999)."""
    return next((1 / rank for rank, article in enumerate(retrieved, start=1) if article in relevant), 0.0)


def ndcg_at(retrieved: Sequence[str], relevant: Collection[str], k: int) -> float:
    """Discounted gain of the first k over that of the best order, 0 to 1, relevance 0 or 1.

    The discount is log2(rank + 1), after Järvelin and Kekäläinen (2002) as it is used since.
    """
    discounts = 1 / np.log2(np.arange(2, k + 2))
    gains = np.array([article in relevant for article in retrieved[:k]], dtype=float)
    best = discounts[: len(relevant)].sum()
    return float((gains * discounts[: len(gains)]).sum() / best) if best else 0.0


def normalised(text: str) -> str:
    """Text as SQuAD compares it: lower case, no punctuation, no a/an/the, single spaces (Rajpurkar et al., 2016).

    Beyond the original, typographic punctuation counts as punctuation and compatibility forms are made one.
    """
    lower = unicodedata.normalize("NFKC", text).lower()
    # The original list of punctuation is ASCII's, which holds symbols such as $ and + too.
    bare = "".join(c for c in lower if not (unicodedata.category(c)[0] == "P" or c in "$+<=>^`|~"))
    return " ".join(ARTICLE_WORD.sub(" ", bare).split())


def exact_match(predicted: str, answers: Collection[str]) -> float:
    """1 if the prediction is one of the answers once both are normalised, else 0 (SQuAD EM)."""
    return float(normalised(predicted) in {normalised(answer) for answer in answers})


def f1(predicted: str, answers: Collection[str]) -> float:
    """Harmonic mean of the precision and recall of words, 0 to 1, best over the answers (SQuAD F1)."""
    return max((_overlap(normalised(predicted).split(), normalised(answer).split()) for answer in answers), default=0.0)


def _overlap(predicted: Sequence[str], answer: Sequence[str]) -> float:
    if not predicted or not answer:
        return float(not predicted and not answer)
    shared = (Counter(predicted) & Counter(answer)).total()
    return 2 * shared / (len(predicted) + len(answer))


def holds(text: str, answers: Collection[str]) -> bool:
    """Whether one of the answers stands in the text as a run of whole words.

    Words are compared as SQuAD normalises them, and once more with hyphens and apostrophes parting words, so that
    "100" is found in "100-mile" and "US" in "U.S.".
    """
    return any(_holds(text, answer) for answer in answers)


def _holds(text: str, answer: str) -> bool:
    if UNSPACED.search(answer):
        return normalised(answer).replace(" ", "") in normalised(text).replace(" ", "")
    return any(
        bool(words(answer)) and f" {words(answer)} " in f" {words(text)} " for words in (normalised, _parted_words)
    )


def _parted_words(text: str) -> str:
    return " ".join(WORD.findall(ARTICLE_WORD.sub(" ", unicodedata.normalize("NFKC", text).lower())))


def covers(quote: str, sentence: str) -> bool:
    """Whether a quote holds the sentence or is a part of it, white space aside.

    A part counts because two splitters may cut at different places.
    """
    ours, gold = " ".join(quote.split()), " ".join(sentence.split())
    return bool(ours) and (gold in ours or ours in gold)


def share(items: Collection[str], allowed: Collection[str]) -> float:
    """Share of the items that are allowed, 0 to 1; 0 of nothing.

    Citation precision is the share of cited articles that are gold, citation recall the share of gold ones that are
    cited (Gao et al., 2023, with the question set in place of their entailment model).
    """
    return sum(item in allowed for item in items) / len(items) if items else 0.0


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """Probability that a positive case scores above a negative one, ties half: 0 to 1, 0.5 by chance.

    The Mann-Whitney statistic (Hanley and McNeil, 1982). NaN where one of the two kinds is missing.
    """
    is_positive = np.asarray(positive, dtype=bool)
    positives = int(is_positive.sum())
    negatives = len(is_positive) - positives
    if not positives or not negatives:
        return float("nan")
    _, place, count = np.unique(np.asarray(scores, dtype=float), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    return float((ranks[is_positive].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def risk_coverage(confidence: Sequence[float], right: Sequence[bool]) -> tuple[Floats, Floats]:
    """Coverage k/n and the share wrong among the k most confident, for k = 1…n (El-Yaniv and Wiener, 2010).

    Cases of equal confidence share their errors evenly, so the order in which they were asked does not matter.
    """
    scores = -np.asarray(confidence, dtype=float)
    wrong = 1 - np.asarray(right, dtype=float)
    if not len(scores):
        return np.empty(0), np.empty(0)
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    shared = np.repeat(np.bincount(place, weights=wrong) / count, count)
    asked = np.arange(1, len(scores) + 1)
    return asked / len(scores), np.cumsum(shared) / asked


def area_under_risk(confidence: Sequence[float], right: Sequence[bool]) -> float:
    """Mean risk over all coverages, 0 to 1, lower is better: AURC (Geifman and El-Yaniv, 2017). NaN without cases."""
    _, risk = risk_coverage(confidence, right)
    return float(risk.mean()) if len(risk) else float("nan")


def coverage_at(precision: float, *, confidence: Sequence[float], right: Sequence[bool]) -> float:
    """The largest share of cases that can be answered, most confident first, with at least this precision; 0 to 1."""
    coverage, risk = risk_coverage(confidence, right)
    # A hair of slack: 1 - 0.9 is a little less than 0.1 in floating point.
    return float(coverage[risk <= 1 - precision + 1e-9].max(initial=0.0))


def interval(values: Sequence[float], *, resamples: int = 2_000, seed: int = 0) -> tuple[float, float]:
    """Bootstrap 95 % percentile interval of the mean (Efron, 1979); the same for the same values.

    With few cases all alike it closes on a point: read it together with their number.
    """
    distinct, count = np.unique(np.asarray(values, dtype=float), return_counts=True)
    # How often each distinct value is drawn says all about a resample's mean.
    draws = np.random.default_rng(seed).multinomial(len(values), count / len(values), size=resamples)
    low, high = np.percentile(draws @ distinct / len(values), [2.5, 97.5])
    return float(low), float(high)
