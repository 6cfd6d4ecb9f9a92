"""The plots of the report as coordinates; the template draws them as inline SVG.

Positions are in the plot's own units: x 0 to 300 rightwards, y 0 to 150 downwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.judging import RIGHT, Outcome
from eval.metrics import recall_at, risk_coverage
from eval.scoring import total_ms

WIDTH, HEIGHT = 300, 150
# A curve of thousands of cases has no more to show than the plot has points.
CURVE_POINTS = 300
LATENCY_BARS = 30


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
class Plot:
    """One plot, ready to draw."""

    title: str
    caption: str
    x_label: str
    x_ticks: Sequence[tuple[float, str]]
    y_ticks: Sequence[tuple[float, str]]
    curve: str = ""
    """The points of a line as SVG writes them."""
    bars: Sequence[Bar] = ()
    marks: Sequence[Mark] = ()


def plots(outcomes: Sequence[Outcome]) -> list[Plot]:
    """The plots that these outcomes have something to say in."""
    drawn = [risk_plot(outcomes)]
    if any("recall@1" in outcome.values for outcome in outcomes):
        drawn.append(recall_plot(outcomes))
    if total_ms(outcomes):
        drawn.append(latency_plot(outcomes))
    return drawn


def risk_plot(outcomes: Sequence[Outcome]) -> Plot:
    """Share wrong over the share answered, and where the run itself stands."""
    coverage, risk = risk_coverage([o.confidence for o in outcomes], [o.would_be_right for o in outcomes])
    answered = [outcome for outcome in outcomes if not outcome.reply["abstained"]]
    share = len(answered) / len(outcomes)
    wrong = sum(outcome.verdict != RIGHT for outcome in answered) / len(answered) if answered else 0.0
    stands = f"{share:.0%} answered, {wrong:.1%} of them wrong"
    top = _round_up(max(0.1, float(risk.max()), wrong))
    shown = np.unique(np.linspace(0, len(risk) - 1, CURVE_POINTS).astype(int))
    points = " ".join(f"{coverage[i] * WIDTH:.1f},{(1 - risk[i] / top) * HEIGHT:.1f}" for i in shown)
    return Plot(
        title="Wrong answers by share answered",
        caption=f"Surest replies first. The dot is this run: {stands}. The rest of the line is what another threshold "
        "would give, a silent reply counted by its nearest sentence.",
        x_label="share of questions answered",
        x_ticks=_shares(WIDTH, 1),
        y_ticks=[(HEIGHT - at, label) for at, label in _shares(HEIGHT, top)],
        curve=points,
        marks=[Mark(share * WIDTH, (1 - wrong / top) * HEIGHT, stands)],
    )


def recall_plot(outcomes: Sequence[Outcome]) -> Plot:
    """Share of the answerable questions with an article that says it among the first k."""
    asked = [outcome for outcome in outcomes if "recall@1" in outcome.values]
    found = [sum(recall_at(o.reply["retrieved"], o.case.sources, k) for o in asked) / len(asked) for k in range(1, 11)]
    step = WIDTH / len(found)
    return Plot(
        title="Found among the first k articles",
        caption=f"{len(asked)} answerable questions whose sources are known.",
        x_label="articles retrieved (k)",
        x_ticks=[((k + 0.5) * step, str(k + 1)) for k in range(len(found))],
        y_ticks=[(HEIGHT - at, label) for at, label in _shares(HEIGHT, 1)],
        bars=[
            Bar(k * step + 2, step - 4, share * HEIGHT, f"k = {k + 1}: {share:.1%}") for k, share in enumerate(found)
        ],
    )


def latency_plot(outcomes: Sequence[Outcome]) -> Plot:
    """Questions by time to answer; the slowest hundredth shares the last bar."""
    times = np.array(total_ms(outcomes))
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


def _shares(length: float, top: float) -> list[tuple[float, str]]:
    return [(length * part, f"{top * part:.0%}") for part in (0, 0.25, 0.5, 0.75, 1)]


def _round_up(share: float) -> float:
    """The next of 20, 40, 60, 80 or 100 %, so that quarters of it are whole percents."""
    return min(1.0, float(np.ceil(share * 5 - 1e-9) / 5))
