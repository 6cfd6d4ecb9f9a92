"""Holding a finished run to bounds of its figures and to an earlier run that was stored."""

import json
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.comparing import Difference, differences, judged
from eval.errors import GateUnknown, RunForeign
from eval.judging import RIGHT, SILENT
from eval.manifest import METRICS, write_whole
from eval.scoring import COSTS, FIGURES, is_cost, is_known

GUARDED = (
    "right", "hit@1", "f1", "success@5", "ndcg@10", "citation_precision", "citation_recall", "abstain_accuracy",
    "grounded", "quote_exact", "must", "never", "conflict_found", "conflict_false_alarm",
)  # fmt: skip
"""Figures that may not get worse than those of a stored run."""
BY_CHANCE = 0.05
"""A drop counts as one if chance would bring it less often than this, all guarded figures taken together."""


@dataclass(frozen=True, slots=True)
class Held:
    """One figure against its bound, or against a stored run."""

    passed: bool
    line: str
    """What to tell, in one line."""


def bounds(texts: Sequence[str]) -> dict[str, float]:
    """``name=value`` as numbers by name; GateUnknown where one is no figure or no number."""
    found = {}
    for text in texts:
        name, _, value = text.partition("=")
        if not is_known(name):
            raise GateUnknown(f"No figure is called {name!r}. There are: {', '.join((*FIGURES, *COSTS))}")
        try:
            found[name] = float(value)
        except ValueError as exc:
            raise GateUnknown(f"{text!r} has no number. Write it as {name}=0.9") from exc
        if not math.isfinite(found[name]):
            raise GateUnknown(f"{text!r} bounds nothing. Write it as {name}=0.9")
    return found


def held(folder: Path, least: Mapping[str, float], most: Mapping[str, float]) -> list[Held]:
    """Each bounded figure of a run against its bound; one that the run did not measure does not pass."""
    figures = _metrics(folder)["overall"]
    checks: list[Held] = []
    sides: list[tuple[Mapping[str, float], Callable[[float, float], bool], str, str]] = [
        (least, operator.ge, "is at least", "is below"),
        (most, operator.le, "is at most", "is above"),
    ]
    for side, keeps, kept, broken in sides:
        for name, bound in side.items():
            if name not in figures:
                checks.append(Held(False, f"{name} was not measured: no case and no reply of the run speaks of it"))
                continue
            value = figures[name]["value"]
            passed = keeps(value, bound)
            checks.append(Held(passed, f"{name} {value:.4f} {kept if passed else broken} {bound:g}"))
    return checks


def what_went_wrong(folder: Path) -> str:
    """The verdicts of a run that are not right, the most frequent first, in one line."""
    verdicts: Mapping[str, int] = _metrics(folder)["verdicts"]
    wrong = sorted(((count, verdict) for verdict, count in verdicts.items() if verdict not in (RIGHT, SILENT)))
    told = [f"{count} {verdict}" for count, verdict in reversed(wrong) if count]
    return f"Of {sum(verdicts.values())} questions: {', '.join(told) or 'all handled right'}."


def store(folder: Path, file: Path) -> None:
    """Write what later runs are held against; GateUnknown where the file cannot be written."""
    cases = {
        one: {
            "case": line["case"],
            "values": {name: line["values"][name] for name in GUARDED if name in line["values"]},
        }
        for one, line in judged(folder).items()
    }
    figures = {name: figure["value"] for name, figure in _metrics(folder)["overall"].items() if name in GUARDED}
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, json.dumps({"figures": figures, "cases": cases}, indent=1, ensure_ascii=False) + "\n")
    except OSError as exc:
        raise GateUnknown(f"The baseline {file} cannot be written: {exc.strerror}. Name another file.") from exc


def against(folder: Path, file: Path) -> list[Held]:
    """Each guarded figure against the stored run's, over the cases that both asked.

    A case of the stored run that is gone or was changed does not pass either: whoever changes what is asked says so
    by storing a new baseline. GateUnknown where the file holds no stored run.
    """
    before, after = _stored(file), judged(folder)
    gone = [one for one, line in before.items() if after.get(one, {}).get("case") != line["case"]]
    checks = []
    if gone:
        checks.append(
            Held(
                False,
                f"{len(gone)} cases of {file} are gone or changed, such as {gone[0]!r}. If that is meant, write a new "
                f"baseline: byline-eval gate {folder} --write-baseline {file}",
            )
        )
    same = {one: line["values"] for one, line in before.items() if one not in gone}
    found = differences(same, {one: line["values"] for one, line in after.items()}, GUARDED)
    dropped = _significant([one for one in found if (one.change > 0) == is_cost(one.name) and one.change])
    return checks + [_told(one, dropped=one in dropped) for one in found]


def _significant(drops: Sequence[Difference]) -> list[Difference]:
    """Those that chance does not explain, by Holm's step-down procedure over one-sided tests."""
    found: list[Difference] = []
    for place, one in enumerate(sorted(drops, key=lambda drop: drop.p)):
        # The change is on the worse side already, so half of a two-sided p is left.
        if one.p / 2 > BY_CHANCE / (len(drops) - place):
            break
        found.append(one)
    return found


def _told(one: Difference, *, dropped: bool) -> Held:
    change = f"{one.name} {one.after:.4f}, in the baseline {one.before:.4f}"
    if not dropped:
        return Held(True, f"{change}: no significant drop")
    return Held(False, f"{change}: worse in {one.worse} and better in {one.better} of {one.cases} cases, p {one.p:.2g}")


def _stored(file: Path) -> dict[str, dict[str, Any]]:
    try:
        cases: dict[str, dict[str, Any]] = json.loads(file.read_text("utf-8"))["cases"]
        for line in cases.values():
            line["case"], line["values"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
        raise GateUnknown(
            f"{file} holds no baseline. Write one with: byline-eval gate DIR --write-baseline {file}"
        ) from exc
    return cases


def _metrics(folder: Path) -> dict[str, Any]:
    file = folder / METRICS
    try:
        metrics: dict[str, Any] = json.loads(file.read_text("utf-8"))
        return {"overall": metrics["overall"], "verdicts": metrics["verdicts"]}
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise RunForeign(f"{folder} holds no finished run. Make one with: byline-eval run --out {folder}") from exc
