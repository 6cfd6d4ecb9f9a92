import re
from pathlib import Path

import pytest

from assistant.answers import Answer, Citation, Conflict, Statement, Turn
from eval.cases import Case
from eval.judging import judge
from eval.plots import latency_plot, plots, recall_plot, risk_plot
from eval.report import shown, shown_interval, write_report
from eval.scoring import Figure, measure

TEXT = "<b>Frost</b> came early & took 9,000 crates."
EVIL = "<script>alert(1)</script>"
MANIFEST = {
    "questions": "sets/harbour.jsonl",
    "articles": "news",
    "articles_read": 1,
    "finished": "2026-11-21T09:00:00+00:00",
    "fingerprint": "abc" * 20,
    "inputs": {"byline": "0.1.0", "engine": "extractive", "python": "3.11", "embedder": "hash"},
    "machine": {"processor": "x86", "cores": 2},
}


def answered(number: int, *, confidence: float = 0.9, ms: float = 10.0):
    citation = Citation(1, "frost", EVIL, None, None, None, TEXT, 0, len(TEXT))
    span = (TEXT.index("9,000"), TEXT.index("9,000") + 5)
    answer = Answer(
        "How many crates?",
        (Statement(TEXT, (1,), span),),
        (citation,),
        confidence,
        conflicts=(Conflict((1,), EVIL),),
        retrieved=("frost", EVIL),
        timings_ms={"total": ms},
    )
    case = Case(
        str(number), f"How many {EVIL}?", ("9,000",), sources=("frost",), history=(Turn("user", EVIL),), tags=("fact",)
    )
    return judge(case, {"id": str(number), **answer.to_json()}, lambda _: TEXT)


def silent(number: int, *, confidence: float = 0.1):
    answer = Answer(
        "Why?", (), (), confidence, abstained=True, reason="The articles do not say.", timings_ms={"total": 5.0}
    )
    return judge(Case(str(number), "Why?", answerable=False), {"id": str(number), **answer.to_json()}, lambda _: "")


def failed(number: int):
    return judge(
        Case(str(number), "Who?", ("Ann",), sources=("frost",)), {"id": str(number), "error": EVIL}, lambda _: ""
    )


@pytest.fixture
def page(tmp_path: Path) -> str:
    outcomes = [answered(1), silent(2), failed(3)]
    figures = measure(outcomes)
    write_report(
        tmp_path / "report.html", outcomes, figures=figures, tags={"fact": measure(outcomes[:1])}, manifest=MANIFEST
    )
    return (tmp_path / "report.html").read_text("utf-8")


def test_every_question_stands_in_the_report_with_its_verdict(page):
    verdicts = re.findall(r'<details class="case" data-verdict="([^"]+)"', page)
    assert verdicts == ["right", "rightly silent", "error"]
    assert "The articles do not say." in page


def test_nothing_from_articles_or_questions_becomes_markup(page):
    assert EVIL not in page
    assert page.count("<script>") == 1
    assert "&lt;b&gt;Frost&lt;/b&gt; came early &amp; took <mark>9,000</mark> crates." in page


def test_the_report_asks_nothing_of_the_outside(page):
    assert not re.search(r"""(?:src|href|url|@import|action)\s*[=(]\s*["']?\s*(?!data:)""", page.split("</style>")[1])
    assert "http" not in re.sub(r"http-equiv", "", page)
    assert "default-src 'none'" in page


def test_a_lone_surrogate_in_a_question_does_not_cost_the_report(tmp_path):
    answer = Answer("Why?", (), (), 0.1, abstained=True, reason="No.", timings_ms={"total": 5.0})
    outcome = judge(Case("1", "Why \ud800?", answerable=False), {"id": "1", **answer.to_json()}, lambda _: "")
    write_report(tmp_path / "r.html", [outcome], figures=measure([outcome]), tags={}, manifest=MANIFEST)
    assert "rightly silent" in (tmp_path / "r.html").read_text("utf-8")


def test_figures_read_as_people_write_them():
    assert shown(Figure(0.8554, 20, 0.8, 0.9), "hit@1") == "85.5%"
    assert shown_interval(Figure(0.8554, 20, 0.8, 0.9)) == "80.0% – 90.0%"
    assert shown(Figure(12.34, 20), "latency_p50_ms") == "12.3"
    assert (shown(None, "must"), shown_interval(None)) == ("–", "")


def test_the_risk_plot_marks_where_the_run_stands():
    plot = risk_plot([answered(1), answered(2), silent(3), silent(4)])
    assert plot.marks[0].says == "50% answered, 0.0% of them wrong"
    assert (plot.marks[0].x, plot.marks[0].y) == (150, 150)
    # Right, right, then two that no article answers: no risk until half, then one in three and one in two.
    heights = [float(point.split(",")[1]) for point in plot.curve.split()]
    assert heights[:2] == [150, 150]
    assert 150 > heights[2] > heights[3] > 0


def test_a_curve_of_thousands_is_thinned_to_what_can_be_seen():
    assert len(risk_plot([silent(n) for n in range(2_000)]).curve.split()) <= 300


def test_the_recall_plot_counts_answerable_questions_only():
    plot = recall_plot([answered(1), failed(2), silent(3)])
    assert [bar.says for bar in plot.bars][:2] == ["k = 1: 50.0%", "k = 2: 50.0%"]
    assert plot.bars[0].height == 75


def test_the_latency_plot_holds_every_question_once():
    plot = latency_plot([answered(n, ms=ms) for n, ms in enumerate([1.0, 2.0, 3.0, 50.0])])
    assert sum(int(bar.says.rsplit(" ", 1)[1]) for bar in plot.bars) == 4
    assert [mark.says for mark in plot.marks] == ["p50", "p95"]
    assert all(0 <= mark.x <= 300 for mark in plot.marks)


def test_a_run_of_errors_alone_still_has_a_report():
    assert [plot.title for plot in plots([failed(1)])] == [
        "Wrong answers by share answered",
        "Found among the first k articles",
    ]
