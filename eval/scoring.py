"""From judged cases to figures: each is averaged over the cases that it speaks of, with what chance may do to it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.calibration import area_under_risk, auroc, calibration_error, coverage_at, resampled
from eval.judging import Outcome
from eval.metrics import interval

FIGURES = {
    "right": "Replies that are right: answered in the first sentence, or silent where no article says it",
    "answered_right": "Of the replies that were answers, the share that is right",
    "hit@1": "Answerable: the first statement holds the answer",
    "hit@any": "Answerable: any statement holds the answer",
    "best_sentence": "Answerable: the sentence ranked best, said or withheld, holds the answer",
    "exact": "Answerable: the marked words are exactly an accepted answer (SQuAD EM)",
    "f1": "Answerable: words shared by the marked words and an accepted answer (SQuAD F1)",
    "rouge_l": "Answerable: words in order shared by all that is said and a gold sentence or answer (ROUGE-L)",
    "must": "Everything the case demands is said",
    "never": "Nothing the case forbids is said",
    "success@1": "Answerable: an article that says it is retrieved first",
    "success@5": "Answerable: an article that says it is among the first five",
    "success@10": "Answerable: an article that says it is among the first ten",
    "recall@1": "Answerable: share of the articles that say it retrieved first",
    "recall@5": "Answerable: share of the articles that say it among the first five",
    "recall@10": "Answerable: share of the articles that say it among the first ten",
    "mrr": "Answerable: mean of 1 / rank of the first article that says it",
    "ndcg@10": "Answerable: discounted gain of the first ten articles",
    "cited": "Statements that carry a citation",
    "grounded": "Statements whose every number and name stands in a sentence that they cite",
    "quote_exact": "Citations whose quote is the article's text at its offsets, character for character",
    "citation_precision": "Answered: cited articles that are gold sources",
    "citation_recall": "Answerable: gold sources that are cited",
    "gold_sentence_hit": "Answerable: at least one gold sentence is quoted",
    "gold_sentence_precision": "Answered: quotes that are gold sentences",
    "gold_sentence_recall": "Answerable: gold sentences that are quoted",
    "abstain_precision": "Of the silent replies, the share where no article says it",
    "abstain_recall": "Of the questions no article answers, the share left unanswered",
    "abstain_accuracy": "Answered where an article says it, silent where none does",
    "auroc": "Confidence is higher for an answerable question than for another (area under the ROC curve)",
    "coverage@90": "Questions that could be answered, surest first, with nine in ten right",
    "conflict_found": "Disagreements of articles that are pointed out",
    "faithfulness": "Answered: the judge finds that the quotes support what is said",
    "relevancy": "Answered: the judge finds that what is said, with its quotes, speaks to the question",
}
"""Every figure that is better when higher, 0 to 1, with its meaning."""

COSTS = {
    "aurc": "Mean share wrong over all coverages (area under the risk-coverage curve)",
    "ece": "Mean gap between confidence and share right (expected calibration error, ten bins)",
    "conflict_false_alarm": "Questions without a disagreement where one is claimed",
    "errors": "Questions that ended in an error",
    "answer_words": "Answered: words said, all statements together",
    "latency_p50_ms": "Median time to answer, ms",
    "latency_p95_ms": "Time within which 95 % are answered, ms",
    "latency_p99_ms": "Time within which 99 % are answered, ms",
    "peak_memory_mb": "Most memory that the process held while indexing and answering, MB",
}
"""Every figure that is better when lower, with its meaning. A step of answering has its own ``latency_STEP_p50_ms``."""

PERCENTILES = (50, 95, 99)
STEP = re.compile(r"latency_(\w+)_p(50|95|99)_ms")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure over some cases, with a 95 % bootstrap interval over them."""

    value: float
    cases: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """One engine's replies to all cases of a run, judged and measured."""

    engine: str
    outcomes: Sequence[Outcome]
    figures: Mapping[str, Figure]
    tags: Mapping[str, Mapping[str, Figure]]
    """The figures of the cases of each tag, of the examined engine only."""


def measured(engine: str, outcomes: Sequence[Outcome], *, by_tag: bool) -> Measured:
    """The figures of one engine, overall and, if wanted, by tag."""
    names = sorted({tag for outcome in outcomes for tag in outcome.case.tags}) if by_tag else []
    tags = {tag: measure([outcome for outcome in outcomes if tag in outcome.case.tags]) for tag in names}
    return Measured(engine, outcomes, measure(outcomes), tags)


def is_known(name: str) -> bool:
    """Whether a figure of that name can be measured."""
    return name in FIGURES or name in COSTS or bool(STEP.fullmatch(name))


def is_cost(name: str) -> bool:
    """Whether less of the figure is better."""
    return name not in FIGURES


def meaning(name: str) -> str:
    """What the figure says, in one line."""
    if step := STEP.fullmatch(name):
        return f"Time of the step {step[1]} that {step[2]} % of the answers keep within, ms"
    return FIGURES.get(name) or COSTS[name]


def measure(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """All figures that some case speaks of, in the order they are listed above."""
    found: dict[str, Figure] = {}
    for name in (*FIGURES, *COSTS):
        values = [outcome.values[name] for outcome in outcomes if name in outcome.values]
        if values:
            found[name] = Figure(float(np.mean(values)), len(values), *interval(values))
    if outcomes:
        found |= _of_confidence(outcomes)
    found |= _of_time(outcomes)
    listed = [name for name in (*FIGURES, *COSTS) if name in found]
    return {name: found[name] for name in (*listed, *sorted(found.keys() - listed))}


def step_ms(outcomes: Sequence[Outcome]) -> Mapping[str, list[float]]:
    """Times of each step of answering and of the "total", in milliseconds; an error took none."""
    times: dict[str, list[float]] = {}
    for outcome in outcomes:
        if "error" not in outcome.reply:
            for step, ms in outcome.reply["timings_ms"].items():
                times.setdefault(step, []).append(ms)
    return times


def _of_confidence(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    confidence = np.array([outcome.confidence for outcome in outcomes])
    right = np.array([outcome.would_be_right for outcome in outcomes])
    answerable = np.array([outcome.case.answerable for outcome in outcomes])
    statistics: dict[str, Callable[[NDArray[np.int64]], float]] = {
        "coverage@90": lambda some: coverage_at(0.9, confidence=confidence[some], right=right[some]),
        "aurc": lambda some: area_under_risk(confidence[some], right[some]),
        "ece": lambda some: calibration_error(confidence[some], right[some]),
    }
    if len(set(answerable)) == 2:
        statistics["auroc"] = lambda some: auroc(confidence[some], answerable[some])
    cases = len(outcomes)
    return {
        name: Figure(statistic(np.arange(cases)), cases, *resampled(statistic, cases) or (None, None))
        for name, statistic in statistics.items()
    }


def _of_time(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    found = {}
    for step, times in step_ms(outcomes).items():
        for percent in PERCENTILES:
            name = f"latency_p{percent}_ms" if step == "total" else f"latency_{step}_p{percent}_ms"
            found[name] = _percentile(np.array(times), percent)
    return found


def _percentile(times: NDArray[np.float64], percent: int) -> Figure:
    draws = np.random.default_rng(0).integers(0, len(times), (500, len(times)))
    low, high = np.percentile(np.percentile(times[draws], percent, axis=1), [2.5, 97.5])
    return Figure(float(np.percentile(times, percent)), len(times), float(low), float(high))
