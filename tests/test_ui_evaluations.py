import json
import re
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from index.articles import Article, Metadata
from ui.server import create_api

EVIL = "<script>fetch('/api/articles')</script>"


@pytest.fixture
def client(tmp_path):
    settings = Settings(data=tmp_path / "data")
    with open_collection(settings, write=True, purpose="test") as collection:
        collection.add([Article("ferry", "The ferry costs 4 euros.", Metadata("Ferry"), "/articles/ferry.txt")])
        app = create_api(collection, build_assistant(collection, settings), settings)
        here = {"base_url": "http://127.0.0.1:7860", "client": ("127.0.0.1", 50_000)}
        with TestClient(app, raise_server_exceptions=False, **here) as client:
            yield client


def question_set(data: Path, name: str, **case: object) -> None:
    (data / "questions").mkdir(exist_ok=True)
    line = {"id": "1", "question": "What does the ferry cost?", "answers": ["4 euros"], "sources": ["ferry"], **case}
    (data / "questions" / f"{name}.jsonl").write_text(json.dumps(line) + "\n")


def finished_run(name: str, report: str = "<p>All right</p>") -> None:
    folder = Path("runs") / name
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(
        json.dumps({"fingerprint": "f", "questions": f"/sets/{name}.jsonl", "started": "2026-11-22T04:00:00+00:00",
                    "cases": 2, "finished": "2026-11-22T04:01:00+00:00"})
    )  # fmt: skip
    (folder / "metrics.json").write_text(json.dumps({"overall": {"right": {"value": 0.5, "cases": 2}}}))
    (folder / "results.jsonl").write_text("{}\n{}\n")
    (folder / "report.html").write_text(report)


def watch(client, until: str, seconds: float = 100) -> str:
    """The page once it shows the text; it says that it loads itself again as long as a run goes on."""
    end = time.monotonic() + seconds
    while until not in (page := client.get("/eval").text):
        assert 'http-equiv="refresh"' in page, page
        assert time.monotonic() < end, page
        time.sleep(0.2)
    return page


def test_without_a_run_the_page_offers_to_start_one(client):
    page = client.get("/eval")
    assert "No run yet" in page.text
    assert "<option>samples</option>" in page.text
    assert "refresh" not in page.text


def test_the_runs_are_listed_with_their_figures_and_reports(client):
    finished_run("old")
    finished_run(EVIL.replace("/", ""))
    (Path("runs") / "no-run").mkdir()
    page = client.get("/eval").text
    assert '<a href="eval/old">old</a>' in page
    assert "0.500" in page
    assert "no-run" not in page
    assert "<script>fetch" not in page


def test_where_nothing_can_be_written_a_run_is_refused_in_a_line(client):
    Path("runs").write_text("no folder")
    reply = client.post("/eval", data={"questions": "samples"}, headers={"origin": "http://127.0.0.1:7860"})
    assert reply.status_code == 409
    assert "byline-eval run --out" in reply.json()["error"]
    assert "No run yet" in client.get("/eval").text


def test_a_report_is_kept_from_everything_else(client):
    finished_run("old", EVIL)
    report = client.get("/eval/old")
    assert report.text == EVIL
    policy = report.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts; default-src 'none';")
    assert "allow-same-origin" not in policy
    assert "connect-src" not in policy
    assert client.get("/eval").headers["content-security-policy"].count("unsafe") == 0


@pytest.mark.parametrize("name", ["nobody", "..", "%2e%2e", "..%2f..%2fetc%2fpasswd", "old%2freport.html", "link"])
def test_only_folders_of_runs_are_served(client, name, tmp_path):
    finished_run("old")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "report.html").write_text("secret")
    Path("runs/link").symlink_to(tmp_path / "outside")
    reply = client.get(f"/eval/{name}")
    assert reply.status_code == 404
    assert "secret" not in reply.text


def test_nobody_else_sees_or_starts_a_run(client):
    finished_run("old")
    elsewhere = TestClient(client.app, base_url="http://127.0.0.1:7860", client=("192.0.2.7", 50_000))
    for reply in (
        elsewhere.get("/eval"),
        elsewhere.get("/eval/old"),
        elsewhere.post("/eval", data={"questions": "samples"}),
    ):
        assert reply.status_code == 403
    assert client.post("/eval", headers={"origin": "http://evil.example"}).status_code == 403
    assert [folder.name for folder in Path("runs").iterdir()] == ["old"]


def test_a_run_over_the_collection_is_started_and_its_report_served(client, tmp_path):
    question_set(tmp_path / "data", "mine")
    assert "<option>mine</option>" in client.get("/eval").text
    started = client.post("/eval", data={"questions": "mine"}, follow_redirects=False)
    assert (started.status_code, started.headers["location"]) == (303, "eval")
    assert client.post("/eval", data={"questions": "mine"}).status_code == 409
    page = watch(client, "1 questions")
    assert "refresh" not in page
    name = re.search(r'href="eval/(\d{4}-[^"]+-mine)"', page)[1]
    assert "What does the ferry cost?" in client.get(f"/eval/{name}").text
    assert json.loads((Path("runs") / name / "metrics.json").read_text())["overall"]["right"]["value"] == 1


def test_a_run_that_fails_says_why_in_one_line(client, tmp_path):
    question_set(tmp_path / "data", "broken", sources=["nobody"])
    client.post("/eval", data={"questions": "broken"})
    assert "nobody" in re.search(r'role="alert">([^<]+)<', watch(client, 'role="alert"'))[1]


@pytest.mark.parametrize("name", ["nobody", "../../etc/passwd", "/etc/passwd", "", "--out=x"])
def test_only_known_question_sets_are_run(client, name):
    assert client.post("/eval", data={"questions": name}).status_code in (409, 422)
    assert not Path("runs").exists()


def test_a_run_ends_with_the_server(tmp_path):
    settings = Settings(data=tmp_path / "data")
    with open_collection(settings, write=True, purpose="test") as collection:
        app = create_api(collection, build_assistant(collection, settings), settings)
        here = {"base_url": "http://127.0.0.1:7860", "client": ("127.0.0.1", 50_000)}
        with TestClient(app, **here) as client:
            client.post("/eval", data={"questions": "samples"})
            assert "disabled" in client.get("/eval").text
        with TestClient(create_api(collection, build_assistant(collection, settings), settings), **here) as again:
            assert "disabled" not in again.get("/eval").text
