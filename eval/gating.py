"""Holding a finished run to lower bounds of its figures."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.errors import GateUnknown, RunForeign
from eval.scoring import FIGURES


@dataclass(frozen=True, slots=True)
class Held:
    """One figure against its bound."""

    passed: bool
    line: str
    """What to tell, in one line."""


def bounds(texts: Sequence[str]) -> dict[str, float]:
    """``name=value`` as numbers by name; GateUnknown where one is no figure or no number."""
    found = {}
    for text in texts:
        name, _, value = text.partition("=")
        if name not in FIGURES:
            raise GateUnknown(f"No figure is called {name!r}. There are: {', '.join(FIGURES)}")
        try:
            found[name] = float(value)
        except ValueError as exc:
            raise GateUnknown(f"{text!r} has no number. Write it as {name}=0.9") from exc
        if not math.isfinite(found[name]):
            raise GateUnknown(f"{text!r} bounds nothing. Write it as {name}=0.9")
    return found


def held(folder: Path, least: Mapping[str, float]) -> list[Held]:
    """Each bounded figure of a run against its bound; GateUnknown where the run did not measure one."""
    file = folder / "metrics.json"
    try:
        figures = json.loads(file.read_text("utf-8"))["overall"]
    except (OSError, ValueError, KeyError) as exc:
        raise RunForeign(f"{folder} holds no finished run. Make one with: byline-eval run --out {folder}") from exc
    missing = [name for name in least if name not in figures]
    if missing:
        raise GateUnknown(f"{folder} did not measure {missing[0]}: no case of its question set speaks of it.")
    return [_against(name, figures[name]["value"], bound) for name, bound in least.items()]


def _against(name: str, value: float, bound: float) -> Held:
    passed = value >= bound
    return Held(passed, f"{name} {value:.4f} {'is at least' if passed else 'is below'} {bound:g}")
