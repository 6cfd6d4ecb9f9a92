"""What a measurement of speed gives: ratios of alternated runs, and latencies with their percentiles."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Ratio:
    """One piece of work done both ways, by turns, so that a busy machine slows both."""

    what: str
    unit: str
    ours: float
    """Units a second, the median of all rounds."""
    theirs: float
    ratio: float
    """The median of the rounds' ratios."""
    least: float
    most: float
    of_processor: float
    """The same ratio by processor time, which other programs on the machine hardly touch."""
    rounds: int
    note: str = ""

    def row(self) -> tuple[str, ...]:
        """The figures as a table shows them."""
        return (
            self.what,
            f"{self.ours:,.0f} {self.unit}/s",
            f"{self.theirs:,.0f} {self.unit}/s",
            f"{self.ratio:.2f}x ({self.least:.2f} – {self.most:.2f})",
            f"{self.of_processor:.2f}x",
            self.note,
        )


@dataclass(frozen=True, slots=True)
class Latency:
    """How long one thing took, in milliseconds, over many times."""

    what: str
    p50: float
    p95: float
    p99: float
    of_processor: float
    """Of these, the median of the processor's own time, all threads of the process together."""
    times: int
    note: str = ""

    def row(self) -> tuple[str, ...]:
        """The figures as a table shows them."""
        spread = (f"{value:,.1f} ms" for value in (self.p50, self.p95, self.p99, self.of_processor))
        return (self.what, *spread, str(self.times), self.note)


@dataclass(frozen=True, slots=True)
class Amount:
    """One number."""

    what: str
    value: float
    unit: str
    note: str = ""

    def row(self) -> tuple[str, ...]:
        """The figure as a table shows it."""
        value = f"{self.value:,.0f}" if self.value >= 100 else f"{self.value:.3g}"
        return (self.what, f"{value} {self.unit}".rstrip(), self.note)


Figure = Ratio | Latency | Amount


def to_json(figure: Figure) -> dict[str, Any]:
    """The figure as JSON values, with its kind."""
    return {"kind": type(figure).__name__.lower(), **asdict(figure)}


def alternated(  # noqa: PLR0913  a measurement is both ways, its size and its name
    what: str,
    unit: str,
    *,
    ours: Callable[[], float],
    theirs: Callable[[], float],
    rounds: int,
    note: str = "",
) -> Ratio:
    """Do the work both ways by turns; each callable returns how many units it has done, in time that is all its own."""
    rates = np.array([[_rates(work) for work in (ours, theirs)] for _ in range(rounds)])
    wall, processor = rates[..., 0], rates[..., 1]
    ratios = wall[:, 0] / wall[:, 1]
    median = np.median(wall, axis=0)
    return Ratio(
        what,
        unit,
        float(median[0]),
        float(median[1]),
        float(np.median(ratios)),
        float(ratios.min()),
        float(ratios.max()),
        float(np.median(processor[:, 0] / processor[:, 1])),
        rounds,
        note,
    )


def timed(what: str, work: Sequence[Callable[[], object]], *, note: str = "") -> Latency:
    """Each piece of work once, one after the other."""
    taken = []
    for one in work:
        wall, processor = time.perf_counter(), time.process_time()
        one()
        taken.append((1_000 * (time.perf_counter() - wall), 1_000 * (time.process_time() - processor)))
    walls, processors = np.array(taken).T
    p50, p95, p99 = np.percentile(walls, (50, 95, 99)).tolist()
    return Latency(what, p50, p95, p99, float(np.median(processors)), len(taken), note)


def _rates(work: Callable[[], float]) -> tuple[float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    done = work()
    return done / (time.perf_counter() - wall), done / (time.process_time() - processor)
