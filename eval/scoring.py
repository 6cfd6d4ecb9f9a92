"""From judged cases to figures: each is averaged over the cases that it speaks of."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.judging import Outcome
from eval.metrics import area_under_risk, auroc, coverage_at, interval

FIGURES = {
    "right": "Replies that are right: answered in the first sentence, or silent where no article says it",
    "answered_right": "Of the replies that were answers, the share that is right",
    "hit@1": "Answerable: the first statement holds the answer",
    "hit@any": "Answerable: any statement holds the answer",
    "best_sentence": "Answerable: the sentence ranked best, said or withheld, holds the answer",
    "exact": "Answerable: the marked words are exactly an accepted answer (SQuAD EM)",
    "f1": "Answerable: words shared by the marked words and an accepted answer (SQuAD F1)",
    "must": "Everything the case demands is said",
    "never": "Nothing the case forbids is said",
    "recall@1": "Answerable: an article that says it is retrieved first",
    "recall@5": "Answerable: an article that says it is among the first five",
    "recall@10": "Answerable: an article that says it is among the first ten",
    "mrr": "Answerable: mean of 1 / rank of the first article that says it",
    "ndcg@10": "Answerable: discounted gain of the first ten articles",
    "cited": "Statements that carry a citation",
    "quote_exact": "Citations whose quote is the article's text at its offsets, character for character",
    "citation_precision": "Answered: cited articles that are gold sources",
    "citation_recall": "Answerable: gold sources that are cited",
    "gold_sentence_hit": "Answerable: at least one gold sentence is quoted",
    "gold_sentence_recall": "Answerable: gold sentences that are quoted",
    "abstain_precision": "Of the silent replies, the share where no article says it",
    "abstain_recall": "Of the questions no article answers, the share left unanswered",
    "abstain_accuracy": "Answered where an article says it, silent where none does",
    "auroc": "Confidence is higher for an answerable question than for another (area under the ROC curve)",
    "coverage@90": "Questions that could be answered, surest first, with nine in ten right",
    "conflict_found": "Disagreements of articles that are pointed out",
}
"""Every figure that is better when higher, 0 to 1, with its meaning."""

COSTS = {
    "aurc": "Mean share wrong over all coverages (area under the risk-coverage curve)",
    "conflict_false_alarm": "Questions without a disagreement where one is claimed",
    "errors": "Questions that ended in an error",
    "latency_p50_ms": "Median time to answer, ms",
    "latency_p95_ms": "Time within which 95 % are answered, ms",
}
"""Every figure that is better when lower, with its meaning."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure over some cases, with a 95 % bootstrap interval where it is a mean."""

    value: float
    cases: int
    low: float | None = None
    high: float | None = None


def measure(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """All figures that some case speaks of, in the order they are listed above; means carry their interval."""
    found: dict[str, Figure] = {}
    for name in (*FIGURES, *COSTS):
        values = [outcome.values[name] for outcome in outcomes if name in outcome.values]
        if values:
            found[name] = Figure(float(np.mean(values)), len(values), *interval(values))
    confidence = [outcome.confidence for outcome in outcomes]
    would_be_right = [outcome.would_be_right for outcome in outcomes]
    answerable = [outcome.case.answerable for outcome in outcomes]
    if len(set(answerable)) == 2:
        found["auroc"] = Figure(auroc(confidence, answerable), len(outcomes))
    if outcomes:
        at_90 = coverage_at(0.9, confidence=confidence, right=would_be_right)
        found["coverage@90"] = Figure(at_90, len(outcomes))
        found["aurc"] = Figure(area_under_risk(confidence, would_be_right), len(outcomes))
    if latencies := total_ms(outcomes):
        for name, percent in (("latency_p50_ms", 50), ("latency_p95_ms", 95)):
            found[name] = Figure(float(np.percentile(latencies, percent)), len(latencies))
    return {name: found[name] for name in (*FIGURES, *COSTS) if name in found}


def total_ms(outcomes: Sequence[Outcome]) -> list[float]:
    """Time to answer of each case that did not end in an error, in milliseconds."""
    return [outcome.reply["timings_ms"]["total"] for outcome in outcomes if "error" not in outcome.reply]
