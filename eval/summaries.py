"""The figures of a run as Markdown for a reader, and its cases as JUnit XML for a build server."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from eval.judging import ERROR, RIGHT, SILENT, VERDICTS, Outcome
from eval.scoring import Figure, Measured, is_cost, meaning

HEADLINES = {
    "right": "handled right",
    "hit@1": "answered in the first sentence",
    "f1": "marked words match (F1)",
    "success@5": "found among five articles",
    "abstain_recall": "unanswerable left unanswered",
    "answered_right": "of the answers given are right",
    "quote_exact": "quotes exact",
    "latency_p50_ms": "ms, median time to answer",
}
"""What stands at the top of a report and on the terminal, with a few words for each."""

SIDE_BY_SIDE = (
    "right", "answered_right", "hit@1", "exact", "f1", "success@1", "success@5", "ndcg@10", "citation_precision",
    "gold_sentence_recall", "abstain_recall", "abstain_accuracy", "auroc", "aurc", "coverage@90", "answer_words",
    "latency_p50_ms",
)  # fmt: skip
"""What engines are held against each other by."""

# Characters that no XML document may hold.
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def shown(figure: Figure | None, name: str) -> str:
    """A figure as people read it: a share in percent, anything else as a number, a dash where there is none."""
    return "–" if figure is None else _number(figure.value, name)


def shown_interval(figure: Figure | None, name: str) -> str:
    """The figure's interval, empty where it has none."""
    if figure is None or figure.low is None or figure.high is None:
        return ""
    return f"{_number(figure.low, name)} – {_number(figure.high, name)}"


def _number(value: float, name: str) -> str:
    return f"{value:,.1f}" if name.endswith(("_ms", "_mb", "_words")) else f"{value:.1%}"


def markdown(engines: Sequence[Measured], manifest: Mapping[str, Any]) -> str:
    """The run as Markdown: engines side by side, then every figure of the first, then its tags."""
    first = engines[0]
    lines = ["# Byline evaluation", "", _about(first, manifest), "", "## Side by side", ""]
    lines += _table(
        ["figure", *(one.engine for one in engines)],
        [_beside(name, engines) for name in SIDE_BY_SIDE if name in first.figures],
    )
    rows = [
        [f"`{name}`", shown(figure, name), shown_interval(figure, name), str(figure.cases), _told(name)]
        for name, figure in first.figures.items()
    ]
    lines += ["", f"## All figures of {first.engine}", ""]
    lines += _table(["figure", "value", "95 % interval", "cases", "meaning"], rows)
    counts = [
        [verdict, str(sum(o.verdict == verdict for o in first.outcomes)), told] for verdict, told in VERDICTS.items()
    ]
    lines += ["", "## What became of the questions", "", *_table(["verdict", "cases", "meaning"], counts)]
    if first.tags:
        rows = [
            [tag, str(own["right"].cases), shown(own["right"], "right"), shown_interval(own["right"], "right")]
            for tag, own in first.tags.items()
        ]
        lines += ["", "## By tag", "", *_table(["tag", "cases", "right", "95 % interval"], rows)]
    return "\n".join(lines) + "\n"


def junit(engine: Measured, manifest: Mapping[str, Any]) -> str:
    """Every case as a JUnit test: a verdict that is not right is a failure, an error an error."""
    failed = sum(o.verdict not in (RIGHT, SILENT, ERROR) for o in engine.outcomes)
    errors = sum(o.verdict == ERROR for o in engine.outcomes)
    about = f'tests="{len(engine.outcomes)}" failures="{failed}" errors="{errors}"'
    name = _attribute(f"{manifest['questions']} ({engine.engine})")
    cases = "\n".join(_testcase(outcome, engine.engine) for outcome in engine.outcomes)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<testsuites {about}>\n<testsuite name={name} {about} timestamp={_attribute(manifest['finished'])}>\n"
        f"{cases}\n</testsuite>\n</testsuites>\n"
    )


def _testcase(outcome: Outcome, engine: str) -> str:
    seconds = outcome.reply.get("timings_ms", {}).get("total", 0) / 1_000
    opening = f'<testcase classname={_attribute(engine)} name={_attribute(outcome.case.id)} time="{seconds:.4f}"'
    if outcome.verdict in (RIGHT, SILENT):
        return f"{opening}/>"
    kind = "error" if outcome.verdict == ERROR else "failure"
    told = f"{outcome.case.question}\nexpected: {_expected(outcome)}\nreply: {_reply(outcome)}"
    inside = f"<{kind} message={_attribute(outcome.verdict)}>{escape(UNWRITABLE.sub('?', told))}</{kind}>"
    return f"{opening}>{inside}</testcase>"


def _expected(outcome: Outcome) -> str:
    case = outcome.case
    return " | ".join(case.answers or case.gold_sentences or case.sources) if case.answerable else "silence"


def _reply(outcome: Outcome) -> str:
    return str(outcome.reply.get("error") or outcome.reply.get("answer", ""))


def _attribute(text: str) -> str:
    return quoteattr(UNWRITABLE.sub("?", text))


def _about(first: Measured, manifest: Mapping[str, Any]) -> str:
    return (
        f"{len(first.outcomes)} questions of `{manifest['questions']}` over {manifest['articles_read']} articles of "
        f"`{', '.join(manifest['articles'])}`; run {manifest['fingerprint'][:12]}, finished {manifest['finished']}."
    )


def _beside(name: str, engines: Sequence[Measured]) -> list[str]:
    cells = []
    for one in engines:
        figure = one.figures.get(name)
        interval = shown_interval(figure, name)
        cells.append(f"{shown(figure, name)} ({interval})" if interval else shown(figure, name))
    return [f"`{name}`", *cells]


def _told(name: str) -> str:
    return meaning(name) + ("; lower is better" if is_cost(name) else "")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines]
