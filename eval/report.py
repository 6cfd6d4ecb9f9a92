"""The report: one HTML file that needs nothing from outside.

The cases travel as JSON inside the file and are drawn when they are opened, so that thousands of them open at once.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from eval.comparing import Difference, differences
from eval.judging import VERDICTS, Outcome
from eval.manifest import write_whole
from eval.plots import plots, tag_rows
from eval.scoring import Measured, is_cost, meaning
from eval.summaries import HEADLINES, SIDE_BY_SIDE, shown, shown_interval

TEMPLATE = "report.html.j2"
TAG_COLUMNS = ("right", "hit@1", "f1", "success@1", "success@5", "citation_precision", "abstain_accuracy")
SPEED = "speed.json"
CONTEXT = 160
"""Characters of an article shown on either side of a sentence that is cited."""

TextOf = Callable[[str], str]
"""The stored text of an article by its id, "" if it is unknown."""


def write_report(file: Path, engines: Sequence[Measured], *, manifest: Mapping[str, Any], text_of: TextOf) -> None:
    """Write the report of a run; everything taken from articles and questions is escaped.

    What ``byline-eval speed`` has left beside the file is shown in it.
    """
    first, beside = engines[0], engines[1:]
    outcomes = first.outcomes
    verdicts = {v: (sum(o.verdict == v for o in outcomes), told) for v, told in VERDICTS.items()}
    template = _environment().get_template(TEMPLATE)
    page = template.render(
        first=first,
        engines=engines,
        against={one.engine: _against(first, one) for one in beside},
        manifest=manifest,
        headlines=HEADLINES,
        side_by_side=[name for name in SIDE_BY_SIDE if name in first.figures],
        tag_columns=TAG_COLUMNS,
        verdicts=verdicts,
        plots=plots(engines),
        tag_rows=tag_rows(first.tags),
        speed=_speed(file.with_name(SPEED)),
        cases=[case_json(o, text_of, _verdicts(beside, n)) for n, o in enumerate(outcomes)],
    )
    write_whole(file, page)


def case_json(outcome: Outcome, text_of: TextOf, beside: Mapping[str, str]) -> dict[str, Any]:
    """All that the report shows of a case, as JSON values; ``beside`` has the verdicts of the other engines."""
    case, reply = outcome.case, outcome.reply
    shown_of_case = {
        "history": [[turn.role, turn.content] for turn in case.history],
        "answers": case.answers,
        "answerable": case.answerable,
        "gold": case.gold_sentences,
        "sources": case.sources,
        "must": case.must,
        "never": case.never,
        "tags": case.tags,
    }
    if "error" in reply:
        return {"id": case.id, **shown_of_case, "error": reply["error"], "beside": beside}
    asked = reply["question"]
    return {
        "id": case.id,
        **shown_of_case,
        "asked": asked if asked.split() != case.question.split() else None,
        "reason": reply["reason"] if reply["abstained"] else None,
        "said": [[*_parted(said), said["citations"]] for said in reply["statements"]],
        "conflicts": [[conflict["note"], conflict["citations"]] for conflict in reply["conflicts"]],
        "cited": [_in_context(citation, text_of) for citation in reply["citations"]],
        "nearest": [_in_context(citation, text_of) for citation in reply.get("nearest", [])],
        "retrieved": reply["retrieved"],
        "confidence": reply["confidence"],
        "ms": reply["timings_ms"]["total"],
        "beside": beside,
    }


def _parted(said: Mapping[str, Any]) -> tuple[str, str, str]:
    """What stands before the words that answer, these words, and what stands after; a browser counts otherwise."""
    text = said["text"]
    start, end = said["span"] or (len(text), len(text))
    return text[:start], text[start:end], text[end:]


def _in_context(citation: Mapping[str, Any], text_of: TextOf) -> dict[str, Any]:
    """The quote between what stands around it in its article; nothing around it where it does not stand there."""
    text, start, end = text_of(citation["article_id"]), citation["start"], citation["end"]
    stands = text[start:end] == citation["quote"]
    return {
        "number": citation["number"],
        "id": citation["article_id"],
        "title": citation["title"],
        "published": citation["published"],
        "at": [start, end],
        "before": _shortened(text[max(0, start - CONTEXT - 1) : start][::-1])[::-1] if stands else "",
        "quote": citation["quote"],
        "after": _shortened(text[end : end + CONTEXT + 1]) if stands else "",
        "exact": stands,
    }


def _shortened(text: str) -> str:
    """The beginning of a text, cut between words, its paragraphs one line apart."""
    beginning = text if len(text) <= CONTEXT else text[:CONTEXT].rpartition(" ")[0] + "…"
    return re.sub(r"\n+", "\n", beginning)


def _speed(file: Path) -> dict[str, Any] | None:
    """What was measured of speed, None where nothing was."""
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def _verdicts(engines: Sequence[Measured], number: int) -> dict[str, str]:
    return {one.engine: one.outcomes[number].verdict for one in engines}


def _against(first: Measured, other: Measured) -> Difference:
    """By how much the first engine handles more cases right than the other, case by case."""
    ours, theirs = ({o.case.id: {"right": o.values["right"]} for o in one.outcomes} for one in (first, other))
    return differences(theirs, ours, ("right",))[0]


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(shown=shown, interval=shown_interval, meaning=meaning)
    environment.tests["cost"] = is_cost
    return environment
