"""What the reader is worth on questions that nothing was fitted on."""

from collections.abc import Sequence
from time import perf_counter
from typing import Any

import numpy as np
from scipy.stats import rankdata  # type: ignore[import-untyped]

from assistant.reader.examples import Case, Flags, Floats, normal, overlap
from assistant.reading import Finding, Reader


def measure(cases: Sequence[Case], reader: Reader) -> dict[str, Any]:
    """Figures for the first finding of each question."""
    held, exact, shared, sure, milliseconds = [], [], [], [], []
    for case in cases:
        started = perf_counter()
        findings = reader.read(case.question, case.hits)
        milliseconds.append(1_000 * (perf_counter() - started))
        text = findings[0].sentence.text if findings else ""
        said = text[slice(*findings[0].span)] if findings and findings[0].span else text
        held.append(case.holds(text))
        exact.append(normal(said) in {normal(answer) for answer in case.answers})
        shared.append(overlap(said, case.answers))
        sure.append(_sure(findings))
    left = [case.without_source() for case in cases if case.answers]
    withheld = [_sure(reader.read(case.question, case.hits)) for case in left]
    answerable, right, chances = np.array([bool(case.answers) for case in cases]), np.array(held), np.array(sure)
    order = np.argsort(-chances, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(precision >= 0.9)
    return {
        "questions": len(cases),
        "answerable": int(answerable.sum()),
        "first_sentence_right": round(float(right[answerable].mean()), 4),
        "span_exact": round(float(np.array(exact)[answerable].mean()), 4),
        "span_f1": round(float(np.array(shared)[answerable].mean()), 4),
        "auroc_answerable": auroc(chances, answerable),
        "auroc_right": auroc(chances, right),
        "auroc_source_withheld": auroc(
            np.append(chances[answerable], withheld), np.arange(answerable.sum() + len(withheld)) < answerable.sum()
        ),
        "answered_at_90_percent_right": round(float((enough[-1] + 1) / len(order)) if len(enough) else 0.0, 4),
        "ms_p50": round(float(np.percentile(milliseconds, 50)), 1),
        "ms_p95": round(float(np.percentile(milliseconds, 95)), 1),
        "curve": curve(chances, right, np.ones(len(right))),
    }


def _sure(findings: Sequence[Finding]) -> float:
    """The probability of the first finding; 0 for one that lacks what the question names."""
    return findings[0].probability if findings and not findings[0].missing else 0.0


def auroc(chances: Floats, right: Flags) -> float:
    """How often a right one has a higher chance than a wrong one."""
    ranks, many = rankdata(chances), int(right.sum())
    return round(float((ranks[right].sum() - many * (many + 1) / 2) / (many * (len(right) - many))), 4)


def curve(chances: Floats, right: Flags, shares: Floats, *, step: float = 0.05) -> list[dict[str, float]]:
    """At each threshold, the share of the questions that is answered and the share of the answers that is right."""
    points = []
    for threshold in np.arange(step, 1.0, step):
        given = chances >= threshold
        precision = float(right[given] @ shares[given] / shares[given].sum()) if given.any() else 1.0
        answered = float(shares[given].sum() / shares.sum())
        points.append(
            {"threshold": round(float(threshold), 2), "answered": round(answered, 4), "right": round(precision, 4)}
        )
    return points
