import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from assistant.answers import Answer, Citation, Conflict, Statement, Turn
from eval.cases import Case
from eval.judging import judge
from eval.plots import latency_plot, plots, reliability_plot, retrieval_plot, risk_plot, tag_rows
from eval.report import CONTEXT, case_json, write_report
from eval.scoring import Figure, measured
from eval.summaries import junit, markdown, shown, shown_interval

TEXT = "<b>Frost</b> came early & took 9,000 crates."
EVIL = "<script>alert(1)</script>"
MANIFEST = {
    "questions": "sets/harbour.jsonl",
    "articles": ["news"],
    "articles_read": 1,
    "finished": "2026-11-21T09:00:00+00:00",
    "fingerprint": "abc" * 20,
    "inputs": {"byline": "0.1.0", "judge": None, "python": "3.11", "embedder": "hash"},
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
    return judge([case], [{"id": str(number), **answer.to_json()}], text_of)[0]


def silent(number: int, *, confidence: float = 0.1):
    answer = Answer(
        "Why?", (), (), confidence, abstained=True, reason="The articles do not say.", timings_ms={"total": 5.0}
    )
    case = Case(str(number), "Why?", answerable=False)
    return judge([case], [{"id": str(number), **answer.to_json()}], text_of)[0]


def failed(number: int):
    case = Case(str(number), "Who?", ("Ann",), sources=("frost",))
    return judge([case], [{"id": str(number), "error": EVIL}], text_of)[0]


def text_of(article_id: str) -> str:
    return TEXT if article_id == "frost" else ""


def engine(*outcomes, name: str = "extractive"):
    return measured(name, outcomes, by_tag=True)


@pytest.fixture
def page(tmp_path: Path) -> str:
    engines = [engine(answered(1), silent(2), failed(3)), engine(silent(1), silent(2), failed(3), name="silent")]
    write_report(tmp_path / "report.html", engines, manifest=MANIFEST, text_of=text_of)
    return (tmp_path / "report.html").read_text("utf-8")


def cases_of(page: str) -> list[dict]:
    return json.loads(re.search(r'<script type="application/json" id="cases">(.*?)</script>', page)[1])


def test_every_question_stands_in_the_report_with_its_verdict(page):
    verdicts = re.findall(r'<details class="case" data-verdict="([^"]+)"', page)
    assert verdicts == ["right", "rightly silent", "error"]
    assert [one["id"] for one in cases_of(page)] == ["1", "2", "3"]
    assert cases_of(page)[1]["reason"] == "The articles do not say."


def test_engines_stand_side_by_side_and_a_case_tells_what_became_of_it_with_each(page):
    assert re.findall(r'<th class="number">(\w+)</th>', page)[:2] == ["extractive", "silent"]
    assert "extractive handles more right by" in page
    assert cases_of(page)[0]["beside"] == {"silent": "rightly silent"}


def test_a_citation_is_shown_in_its_place_in_the_article():
    (case,) = [case_json(answered(1), lambda _: f"Before.\n\nNear. {TEXT} After.", {})["cited"]]
    assert not case[0]["exact"]
    long = "word " * 100
    article = f"{long}\n\n{TEXT} {long}"
    outcome = answered(1)
    outcome.reply["citations"][0].update(start=article.index(TEXT), end=article.index(TEXT) + len(TEXT))
    (cited,) = case_json(outcome, lambda _: article, {})["cited"]
    assert cited["exact"]
    assert cited["before"].startswith("…word word")
    assert cited["before"].endswith("word \n")
    assert cited["after"].startswith(" word")
    assert cited["after"].endswith("word…")
    assert len(cited["before"]) <= CONTEXT + 1


def test_nothing_from_articles_or_questions_becomes_markup(page):
    assert EVIL not in page
    assert page.count("<script>") == 1
    assert "How many &lt;script&gt;alert(1)&lt;/script&gt;?" in page
    assert cases_of(page)[0]["said"][0][:3] == ["<b>Frost</b> came early & took ", "9,000", " crates."]
    assert cases_of(page)[2]["error"] == EVIL


def test_the_report_asks_nothing_of_the_outside(page):
    assert not re.search(r"""(?:src|href|url|@import|action)\s*[=(]\s*["']?\s*(?!data:)""", page.split("</style>")[1])
    assert "http" not in re.sub(r"http-equiv", "", page)
    assert "default-src 'none'" in page


def test_a_lone_surrogate_in_a_question_does_not_cost_the_report(tmp_path):
    answer = Answer("Why?", (), (), 0.1, abstained=True, reason="No.", timings_ms={"total": 5.0})
    case = Case("1", "Why \ud800?", answerable=False)
    (outcome,) = judge([case], [{"id": "1", **answer.to_json()}], text_of)
    write_report(tmp_path / "r.html", [engine(outcome)], manifest=MANIFEST, text_of=text_of)
    assert "rightly silent" in (tmp_path / "r.html").read_text("utf-8")


def test_a_report_of_thousands_stays_small_and_quick(tmp_path):
    outcomes = [answered(n) if n % 2 else silent(n) for n in range(2_000)]
    write_report(tmp_path / "r.html", [engine(*outcomes)], manifest=MANIFEST, text_of=text_of)
    assert (tmp_path / "r.html").stat().st_size < 3_000_000


def test_the_markdown_has_every_figure_and_every_engine():
    told = markdown([engine(answered(1), failed(2)), engine(silent(1), silent(2), name="silent")], MANIFEST)
    assert "| figure | extractive | silent |" in told
    assert "| `right` | 50.0% (0.0% – 100.0%) | 100.0%" in told
    assert "| `errors` | 50.0% |" in told
    assert "| fact | 1 | 100.0% |" in told


def test_junit_tells_failures_from_errors_and_stays_xml_whatever_a_question_holds():
    wrong = answered(1)
    wrong = replace(wrong, verdict="not read", case=replace(wrong.case, question="\x00 <&> \ud800"))
    suites = ET.fromstring(junit(engine(wrong, silent(2), failed(3)), MANIFEST))
    (suite,) = suites
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "1")
    failure, right, error = suite
    assert failure[0].get("message") == "not read"
    assert failure[0].text.startswith("? <&> ?\nexpected: 9,000\nreply: <b>Frost")
    assert len(right) == 0
    assert error[0].tag == "error"


def test_figures_read_as_people_write_them():
    assert shown(Figure(0.8554, 20, 0.8, 0.9), "hit@1") == "85.5%"
    assert shown_interval(Figure(0.8554, 20, 0.8, 0.9), "hit@1") == "80.0% – 90.0%"
    assert shown(Figure(12.34, 20), "latency_p50_ms") == "12.3"
    assert shown_interval(Figure(12.34, 20, 11, 14), "answer_words") == "11.0 – 14.0"
    assert (shown(None, "must"), shown_interval(None, "must")) == ("–", "")


def test_the_risk_plot_marks_where_the_run_stands():
    plot = risk_plot([engine(answered(1), answered(2), silent(3), silent(4))])
    assert plot.marks[0].says == "50% answered, 0.0% of them wrong"
    assert (plot.marks[0].x, plot.marks[0].y) == (150, 150)
    # Right, right, then two that no article answers: no risk until half, then one in three and one in two.
    heights = [float(point.split(",")[1]) for point in plot.curves[0].points.split()]
    assert heights == [150, 150, 100, 75]


def test_who_is_equally_sure_of_everything_has_no_curve_beside_the_others():
    engines = [engine(answered(1), silent(2)), engine(silent(1), silent(2), name="silent")]
    assert [curve.engine for curve in risk_plot(engines).curves] == ["extractive"]


def test_a_curve_of_thousands_is_thinned_to_what_can_be_seen():
    outcomes = [silent(n, confidence=n / 2_000) for n in range(2_000)]
    assert len(risk_plot([engine(*outcomes)]).curves[0].points.split()) <= 150


def test_the_reliability_plot_has_a_bar_for_each_tenth_that_was_used():
    plot = reliability_plot([answered(1, confidence=0.95), answered(2, confidence=0.99), silent(3, confidence=0.2)])
    assert [bar.says for bar in plot.bars] == ["20%-30%: 0% of 1 right", "90%-100%: 100% of 2 right"]
    assert plot.bars[1].height == 150


def test_the_retrieval_plot_counts_answerable_questions_only():
    plot = retrieval_plot([engine(answered(1), failed(2), silent(3))])
    assert plot.caption.startswith("2 answerable questions")
    assert plot.curves[0].points.split()[0] == "0.0,75.0"
    assert len(plot.curves[0].points.split()) == 10


def test_the_latency_plot_holds_every_question_once():
    plot = latency_plot([answered(n, ms=ms) for n, ms in enumerate([1.0, 2.0, 3.0, 50.0])])
    assert sum(int(bar.says.rsplit(" ", 1)[1]) for bar in plot.bars) == 4
    assert [mark.says for mark in plot.marks] == ["p50", "p95"]
    assert all(0 <= mark.x <= 300 for mark in plot.marks)


def test_tags_stand_the_worst_first():
    tagged = engine(answered(1), replace(failed(2), case=replace(failed(2).case, tags=("hard",))))
    assert [(row.label, row.x) for row in tag_rows(tagged.tags)] == [("hard", 0), ("fact", 300)]


def test_a_run_of_errors_alone_still_has_a_report():
    assert [plot.title for plot in plots([engine(failed(1))])] == [
        "Wrong answers by share answered",
        "Right, by confidence",
        "Found among the first k articles",
    ]


@pytest.mark.browser
@pytest.mark.browser
def test_cases_open_are_searched_and_filtered_in_a_browser_without_a_request(chromium, tmp_path):
    outcomes = [answered(1), silent(2), failed(3)]
    engines = [engine(*outcomes), engine(silent(1), silent(2), failed(3), name="silent")]
    write_report(tmp_path / "report.html", engines, manifest=MANIFEST, text_of=text_of)
    page = chromium.new_page(viewport={"width": 390, "height": 800})
    requests, troubles = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("dialog", lambda dialog: troubles.append(dialog.message))
    page.goto((tmp_path / "report.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator("details.case summary").first.click()
    shown = page.inner_text("details.case[open]")
    assert "<b>Frost</b> came early & took 9,000 crates. [1]" in shown
    assert page.inner_text("details.case[open] mark") == "9,000"
    assert "characters 0–" in shown
    page.fill("#search", "do not say")
    assert page.inner_text("#shown") == "1 shown"
    page.fill("#search", "")
    page.click("button[data-show='error']")
    assert page.locator("details.case:visible").count() == 1
    page.close()
    assert (troubles, requests) == ([], [(tmp_path / "report.html").as_uri()])


def test_what_was_measured_of_speed_beside_it_stands_in_the_report(tmp_path):
    engines = [measured("byline", [answered(1)], by_tag=False)]
    report = tmp_path / "report.html"
    write_report(report, engines, manifest=MANIFEST, text_of=text_of)
    assert "<h2>Speed</h2>" not in report.read_text()
    latency = {"headings": ["what", "p50"], "rows": [[f"retrieval {EVIL}", "4.2 ms"]]}
    (tmp_path / "speed.json").write_text(json.dumps({"about": {"load": [0.2]}, "figures": [], "tables": [latency]}))
    write_report(report, engines, manifest=MANIFEST, text_of=text_of)
    page = report.read_text()
    assert "<h2>Speed</h2>" in page
    assert "<td>4.2 ms</td>" in page
    assert EVIL not in page
