"""A server under mixed use for a long time: nothing fails, and it does not grow.

A few seconds here; `make faults` gives it half an hour (``SOAK_MINUTES``).
"""

import itertools
import json
import os
import statistics
import subprocess
import threading
import time
from pathlib import Path

import httpx
import pytest
from served import served

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "index" / "samples"
MINUTES = float(os.environ.get("SOAK_MINUTES", "0.25"))
PEOPLE = 4
GROWTH = 1.10 if MINUTES >= 10 else 1.5
"""Memory at the end over memory once everything has been loaded; a short run is still loading."""
QUESTIONS = [
    json.loads(line)["question"]
    for line in (ROOT / "eval" / "sets" / "samples.jsonl").read_text(encoding="utf-8").splitlines()
]

if not Path("/proc/self/statm").exists():
    pytest.skip("memory is read from /proc, which this system does not have", allow_module_level=True)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The sample articles, served."""
    with served(tmp_path_factory.mktemp("soak"), add=[SAMPLES]) as server:
        yield server


def resident_mb(process: subprocess.Popen[str]) -> float:
    """Memory of the process that is in use, in MB."""
    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def use(address: str, person: int, done: threading.Event, uses: list[str]) -> None:
    """What one person does until it is over: asks, searches, reads, adds and removes; every reply is the right one."""
    with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
        for turn in itertools.count(person):
            if done.is_set():
                return
            question = QUESTIONS[turn * 7 % len(QUESTIONS)]
            asked = client.post("/api/ask", json={"question": question}).raise_for_status().json()
            assert asked["answer"]
            for citation in asked["citations"][:1]:
                page = client.get(f"/articles/{citation['article_id']}", params={"start": citation["start"]})
                assert page.status_code == 200
            with client.stream("POST", "/api/ask/stream", json={"question": question}) as streamed:
                assert "event: answer" in "".join(streamed.iter_text())
            assert client.get("/api/search", params={"query": question}).raise_for_status().json()["passages"]
            if turn % 5 == 0:
                name = f"note{person}.txt"
                story = f"Note {turn}\n\nThe ferry number {turn} of quay {person} left at {turn % 12 + 1} o'clock."
                added = client.post("/api/articles", files=[("files", (name, story))]).raise_for_status().json()
                for article in (*added["added"], *added["updated"]):
                    assert client.delete(f"/api/articles/{article}").status_code == 204
            uses.append(question)


@pytest.mark.timeout(60 * MINUTES + 300)
def test_memory_stays_flat_under_mixed_use(server):
    done, uses, held = threading.Event(), [], []
    failures: list[BaseException] = []

    def person(number: int) -> None:
        try:
            use(server.address, number, done, uses)
        except (httpx.HTTPError, AssertionError) as exc:
            failures.append(exc)

    people = [threading.Thread(target=person, args=(number,)) for number in range(PEOPLE)]
    for one in people:
        one.start()
    ends = time.monotonic() + 60 * MINUTES
    while time.monotonic() < ends and not failures:
        time.sleep(min(5, 6 * MINUTES))
        held.append(resident_mb(server.process))
    done.set()
    for one in people:
        one.join()
    assert not failures, failures[0]
    assert len(uses) >= PEOPLE
    fifth = max(1, len(held) // 5)
    begun, ended = statistics.median(held[fifth : 2 * fifth]), statistics.median(held[-fifth:])
    print(f"{len(uses)} rounds in {MINUTES:g} minutes: {begun:.0f} MB at first, {ended:.0f} MB at the end")
    assert ended <= GROWTH * begun
