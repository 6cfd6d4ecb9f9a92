"""The report: one HTML file that needs nothing from outside."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from eval.judging import VERDICTS, Outcome
from eval.plots import plots
from eval.scoring import COSTS, FIGURES, Figure

TEMPLATE = "report.html.j2"

HEADLINES = {
    "right": "handled right",
    "hit@1": "answered in the first sentence",
    "f1": "marked words match (F1)",
    "recall@5": "found among five articles",
    "abstain_recall": "unanswerable left unanswered",
    "answered_right": "of the answers given are right",
    "quote_exact": "quotes exact",
    "latency_p50_ms": "ms, median time to answer",
}
"""What stands at the top of a report and on the terminal, with a few words for each."""

TAG_COLUMNS = ("right", "hit@1", "f1", "recall@1", "recall@5", "citation_precision", "abstain_accuracy")


def write_report(
    file: Path,
    outcomes: Sequence[Outcome],
    *,
    figures: Mapping[str, Figure],
    tags: Mapping[str, Mapping[str, Figure]],
    manifest: Mapping[str, Any],
) -> None:
    """Write the report of a run; everything taken from articles and questions is escaped."""
    template = _environment().get_template(TEMPLATE)
    page = template.render(
        outcomes=outcomes,
        figures=figures,
        tags=tags,
        manifest=manifest,
        headlines=HEADLINES,
        tag_columns=TAG_COLUMNS,
        meanings={**FIGURES, **COSTS},
        costs=COSTS,
        verdicts={v: (sum(o.verdict == v for o in outcomes), meaning) for v, meaning in VERDICTS.items()},
        plots=plots(outcomes),
    )
    # A lone surrogate from a question set has no bytes in UTF-8; it must not cost the report.
    file.write_text(page, "utf-8", errors="xmlcharrefreplace")


def shown(figure: Figure | None, name: str) -> str:
    """A figure as people read it: a share in percent, a time in milliseconds, a dash where there is none."""
    if figure is None:
        return "–"
    return f"{figure.value:.1f}" if name.endswith("_ms") else f"{figure.value:.1%}"


def shown_interval(figure: Figure | None) -> str:
    """The figure's interval in percent, empty where it has none."""
    if figure is None or figure.low is None or figure.high is None:
        return ""
    return f"{figure.low:.1%} – {figure.high:.1%}"


def marked(statement: Mapping[str, Any]) -> Markup:
    """A statement with the words that answer in ``mark``, all of it escaped."""
    text = statement["text"]
    start, end = statement["span"] or (0, 0)
    if start == end:
        return escape(text)
    return Markup("{}<mark>{}</mark>{}").format(text[:start], text[start:end], text[end:])


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(shown=shown, interval=shown_interval, marked=marked)
    return environment
