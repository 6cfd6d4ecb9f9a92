"""The plots of the report as coordinates; the template draws them as inline SVG.

Positions are in the plot's own units: x 0 to 300 rightwards, y 0 to 150 downwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.calibration import BINS, calibration_error, reliability, risk_coverage
from eval.judging import RIGHT, Outcome
from eval.scoring import Figure, Measured, step_ms

WIDTH, HEIGHT = 300, 150
# A curve of thousands of cases has no more to show than the plot has points.
CURVE_POINTS = 150
LATENCY_BARS = 30
ROW = 18
"""Height of a row of the plot by tag."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, with the words that stand beside it when pointed at."""

    x: float
    width: float
    height: float
    says: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A point, its words shown when pointed at, or a labelled line from top to bottom where it has no height."""

    x: float
    y: float | None
    says: str


@dataclass(frozen=True, slots=True)
class Curve:
    """One engine's line, as SVG writes its points."""

    points: str
    engine: str


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot, ready to draw."""

    title: str
    caption: str
    x_label: str
    x_ticks: Sequence[tuple[float, str]]
    y_ticks: Sequence[tuple[float, str]]
    curves: Sequence[Curve] = ()
    """The examined engine's first."""
    bars: Sequence[Bar] = ()
    marks: Sequence[Mark] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A tag in the plot by tag: its share right and the interval of that."""

    y: float
    x: float
    low: float
    high: float
    label: str
    says: str


def plots(engines: Sequence[Measured]) -> list[Plot]:
    """The plots that these engines, the examined one first, have something to say in."""
    outcomes = engines[0].outcomes
    drawn = [risk_plot(engines), reliability_plot(outcomes)]
    if any("mrr" in outcome.values for outcome in outcomes):
        drawn.append(retrieval_plot(engines))
    if step_ms(outcomes):
        drawn.append(latency_plot(outcomes))
    return drawn


def risk_plot(engines: Sequence[Measured]) -> Plot:
    """Share wrong over the share answered, and where the run itself stands."""
    outcomes = engines[0].outcomes
    answered = [outcome for outcome in outcomes if not outcome.reply["abstained"]]
    share = len(answered) / len(outcomes)
    wrong = sum(outcome.verdict != RIGHT for outcome in answered) / len(answered) if answered else 0.0
    stands = f"{share:.0%} answered, {wrong:.1%} of them wrong"
    # Whoever abstains always has no order to plot.
    able = [one for one in engines if len({outcome.confidence for outcome in one.outcomes}) > 1] or engines[:1]
    curves = [_risk_curve(one) for one in able]
    return Plot(
        title="Wrong answers by share answered",
        caption=f"Surest replies first. The dot is this run: {stands}. The rest of its line is what another threshold "
        "would give, a silent reply counted by its nearest sentence.",
        x_label="share of questions answered",
        x_ticks=_shares(WIDTH, 1),
        y_ticks=[(HEIGHT - at, label) for at, label in _shares(HEIGHT, 1)],
        curves=curves,
        marks=[Mark(share * WIDTH, (1 - wrong) * HEIGHT, stands)],
    )


def _risk_curve(engine: Measured) -> Curve:
    outcomes = engine.outcomes
    coverage, risk = risk_coverage([o.confidence for o in outcomes], [o.would_be_right for o in outcomes])
    shown = np.unique(np.linspace(0, len(risk) - 1, CURVE_POINTS).astype(int))
    points = " ".join(f"{coverage[i] * WIDTH:.1f},{(1 - risk[i]) * HEIGHT:.1f}" for i in shown)
    return Curve(points, engine.engine)


def reliability_plot(outcomes: Sequence[Outcome]) -> Plot:
    """Share right by confidence: what a confidence is worth."""
    confidence = [outcome.confidence for outcome in outcomes]
    right = [outcome.would_be_right for outcome in outcomes]
    step = WIDTH / BINS
    return Plot(
        title="Right, by confidence",
        caption=f"Where each bar meets the line, a confidence means what it says. Mean gap (ECE): "
        f"{calibration_error(confidence, right):.1%}.",
        x_label="confidence",
        x_ticks=_shares(WIDTH, 1),
        y_ticks=[(HEIGHT - at, label) for at, label in _shares(HEIGHT, 1)],
        curves=[Curve(f"0,{HEIGHT} {WIDTH},0", "as sure as right")],
        bars=[
            Bar(
                one.low * WIDTH + 1,
                step - 2,
                one.right * HEIGHT,
                f"{one.low:.0%}-{one.high:.0%}: {one.right:.0%} of {one.cases} right",
            )
            for one in reliability(confidence, right)
        ],
    )


def retrieval_plot(engines: Sequence[Measured]) -> Plot:
    """Share of the answerable questions with an article that says it among the first k."""
    depth = range(1, 11)
    curves = []
    for engine in engines:
        ranks = np.array([outcome.values["mrr"] for outcome in engine.outcomes if "mrr" in outcome.values])
        # Whatever is found at rank r has a reciprocal rank of 1 / r.
        found = [float((ranks > 1 / (k + 0.5)).mean()) for k in depth]
        if any(found):
            points = " ".join(f"{_at(k):.1f},{(1 - share) * HEIGHT:.1f}" for k, share in zip(depth, found, strict=True))
            curves.append(Curve(points, engine.engine))
    asked = sum("mrr" in outcome.values for outcome in engines[0].outcomes)
    return Plot(
        title="Found among the first k articles",
        caption=f"{asked} answerable questions whose sources are known.",
        x_label="articles retrieved (k)",
        x_ticks=[(_at(k), str(k)) for k in depth],
        y_ticks=[(HEIGHT - at, label) for at, label in _shares(HEIGHT, 1)],
        curves=curves,
    )


def _at(k: int) -> float:
    return (k - 1) * WIDTH / 9


def latency_plot(outcomes: Sequence[Outcome]) -> Plot:
    """Questions by time to answer; the slowest hundredth shares the last bar."""
    times = np.array(step_ms(outcomes)["total"])
    longest = max(float(np.percentile(times, 99)), 1e-3)
    counts, edges = np.histogram(times.clip(max=longest), bins=LATENCY_BARS, range=(0, longest))
    step, most = WIDTH / LATENCY_BARS, int(counts.max())
    middle, late = np.percentile(times, [50, 95])
    return Plot(
        title="Time to answer",
        caption=f"Half within {middle:.1f} ms, 95 % within {late:.1f} ms; the slowest took {times.max():.0f} ms.",
        x_label="milliseconds",
        x_ticks=[(WIDTH * part, f"{longest * part:.0f}") for part in (0, 0.25, 0.5, 0.75, 1)],
        y_ticks=[(HEIGHT, "0"), (0, str(most))],
        bars=[
            Bar(n * step + 0.5, step - 1, count / most * HEIGHT, f"{edges[n]:.0f}-{edges[n + 1]:.0f} ms: {count}")
            for n, count in enumerate(counts)
        ],
        marks=[
            Mark(min(float(at) / longest, 1) * WIDTH, None, label) for at, label in ((middle, "p50"), (late, "p95"))
        ],
    )


def tag_rows(tags: Mapping[str, Mapping[str, Figure]]) -> list[Row]:
    """The share right of each tag's cases, the worst first."""

    rows = []
    for number, tag in enumerate(sorted(tags, key=lambda tag: (tags[tag]["right"].value, tag))):
        right = tags[tag]["right"]
        low, high = right.low or 0.0, right.high if right.high is not None else 1.0
        says = f"{tag}: {right.value:.0%} of {right.cases} right ({low:.0%} to {high:.0%})"
        rows.append(Row((number + 0.5) * ROW, right.value * WIDTH, low * WIDTH, high * WIDTH, tag, says))
    return rows


def _shares(length: float, top: float) -> list[tuple[float, str]]:
    return [(length * part, f"{top * part:.0%}") for part in (0, 0.25, 0.5, 0.75, 1)]
