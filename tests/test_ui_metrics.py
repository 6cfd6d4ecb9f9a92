import re
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.answers import Question
from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from index.articles import Article, Metadata
from ui.measured import Measured
from ui.metrics import Metrics
from ui.server import create_api
from ui.tracing import Tracing

FERRY = Article(
    "ferry",
    "The harbour ferry will cost 4 euros from 1 June. Some 12,000 people take it each day.",
    Metadata("Ferry fare rises", None, date(2024, 5, 21)),
    "/articles/ferry.txt",
)
ASKED = "What will the harbour ferry cost?"


@pytest.fixture
def collection(tmp_path):
    with open_collection(Settings(data=tmp_path), write=True, purpose="test") as collection:
        collection.add([FERRY])
        yield collection


@pytest.fixture
def client(collection, tmp_path):
    settings = Settings(data=tmp_path)
    app = create_api(collection, build_assistant(collection, settings), settings)
    with TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False) as client:
        yield client


def figures(client) -> dict[str, float]:
    lines = client.get("/metrics").text.splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[0] != "#")}


def test_prometheus_can_read_the_page(client):
    from prometheus_client.parser import text_string_to_metric_families  # noqa: PLC0415

    reply = client.get("/metrics")
    assert reply.headers["content-type"].startswith("text/plain; version=")
    families = {family.name: family for family in text_string_to_metric_families(reply.text)}
    assert families["byline_requests"].type == "counter"
    assert all(family.documentation for name, family in families.items() if name.startswith("byline_"))


def test_questions_are_counted_by_what_became_of_them(client):
    client.get("/api/ask", params={"question": ASKED})
    client.post("/api/ask/stream", json={"question": ASKED})
    client.get("/api/ask", params={"question": "Who designed the opera house of Zanzibar?"})
    client.get("/api/ask", params={"question": " "})
    found = figures(client)
    outcomes = {outcome: found[f'byline_questions_total{{outcome="{outcome}"}}'] for outcome in
                ("answered", "abstained", "refused", "failed", "left")}  # fmt: skip
    assert outcomes == {"answered": 2, "abstained": 1, "refused": 1, "failed": 0, "left": 0}
    assert found["byline_answer_seconds_count"] == 3
    assert found["byline_questions_waiting"] == 0


def test_each_step_of_an_answer_is_timed(client):
    client.get("/api/ask", params={"question": ASKED})
    found = figures(client)
    for step in ("retrieve", "read", "compose", "check"):
        assert found[f'byline_step_seconds_count{{step="{step}"}}'] == 1
        assert 0 < found[f'byline_step_seconds_sum{{step="{step}"}}'] < found["byline_answer_seconds_sum"]
    assert found['byline_step_seconds_sum{step="retrieve"}'] > 0.0005, "a question is embedded at least"


def test_the_collections_size_is_as_it_is_now(client, collection):
    assert figures(client)["byline_articles"] == 1
    collection.remove("ferry")
    assert figures(client)["byline_articles"] == 0


def test_no_request_can_add_to_the_number_of_series(client):
    def ask_all(round_: str) -> int:
        for number in range(10):
            client.get(f"/articles/{round_}-{number}")
            client.get(f"/{round_}-{number}")
            client.request(f"X{round_}{number}".upper(), "/healthz")
            client.get("/healthz", headers={"host": f"{round_}{number}.example"})
        return len(figures(client))

    ask_all("first")
    assert ask_all("second") == ask_all("third")


def test_routes_stand_there_as_templates_and_refusals_without_one(client):
    client.get("/articles/ferry")
    client.get("/healthz", headers={"host": "evil.example"})
    client.get("/static/byline/icon.svg")
    client.delete("/mcp")
    found = figures(client)
    labels = {tuple(re.findall(r'"([^"]*)"', name)) for name in found if name.startswith("byline_requests_total{")}
    assert labels == {
        ("GET", "/articles/{article_id:path}", "200"),
        ("GET", "none", "403"),
        ("GET", "/static/byline", "200"),
        ("DELETE", "/mcp", "405"),
    }


def test_one_who_leaves_and_one_who_meets_a_failure_are_told_apart(collection, tmp_path):
    metrics = Metrics()
    asked = Measured(build_assistant(collection, Settings(data=tmp_path)), metrics, Tracing())
    with closing(asked.stream(Question(ASKED))) as events:
        next(events)
    collection.close()
    with pytest.raises(Exception):  # noqa: B017, PT011  whatever a closed collection raises
        list(asked.stream(Question(ASKED)))
    counted = {outcome: metrics.registry.get_sample_value("byline_questions_total", {"outcome": outcome})
               for outcome in ("left", "failed")}  # fmt: skip
    assert counted == {"left": 1, "failed": 1}


def test_the_guide_names_every_figure(client):
    guide = (Path(__file__).parent.parent / "docs" / "operating.md").read_text(encoding="utf-8")
    ours = re.findall(r"# TYPE (byline_\w+)", client.get("/metrics").text)
    assert len(ours) > 6
    assert not [name for name in ours if not name.endswith("_created") and f"`{name}" not in guide]
