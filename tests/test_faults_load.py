"""Many people ask at once: nobody is forgotten, and the server goes on saying that it is up.

In `make faults` they are 50, and held to the figures of the README; a machine that does something else misses them.
"""

import asyncio
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parent.parent
MEASURED = "FAULT_ROUNDS" in os.environ
USERS = 50 if MEASURED else 12
FIRST_STATEMENT, IN_THE_CHAT, HEALTH = (2.5, 5.0, 0.1) if MEASURED else (15.0, 30.0, 1.0)
"""Seconds: of the first statement's p95, of that in the chat, and of the slowest health check."""
TOWNS = ("Altdorf", "Brunnen", "Cham", "Davos", "Einsiedeln", "Flims", "Gersau", "Horgen")


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("load")
    lines = [
        {"_id": town, "title": f"Bridge in {town}", "text": f"The bridge in {town} was opened in {1901 + place} by the "
         f"mayor. It is {40 + place} metres long and rests on three pillars. Some {100 * place + 300} people cross "
         f"the bridge in {town} each day, the council said."}
        for place, town in enumerate(TOWNS)
    ]  # fmt: skip
    (folder / "bridges.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "BYLINE_DATA": str(folder / "data"), "HOME": str(folder)}
    byline = [sys.executable, "-m", "ui"]
    subprocess.run([*byline, "add", "bridges.jsonl"], env=environment, cwd=folder, check=True, capture_output=True)
    arguments = [*byline, "serve", "--port", "48900"]
    with subprocess.Popen(arguments, env=environment, cwd=folder, stdout=subprocess.PIPE, text=True) as server:
        yield server.stdout.readline().split()[-1]
        server.send_signal(signal.SIGINT)


async def ask(client: httpx.AsyncClient, place: int) -> tuple[float, str]:
    """Seconds until the first statement, and the whole answer."""
    began, first, event = time.perf_counter(), 0.0, ""
    body = {"question": f"When was the bridge in {TOWNS[place % len(TOWNS)]} opened?"}
    async with client.stream("POST", "/api/ask/stream", json=body) as reply:
        assert reply.status_code == 200
        async for line in reply.aiter_lines():
            event = line.removeprefix("event: ") if line.startswith("event: ") else event
            if line.startswith("data: ") and event == "statement":
                first = first or time.perf_counter() - began
            elif line.startswith("data: ") and event == "answer":
                return first, json.loads(line.removeprefix("data: "))["answer"]
    raise AssertionError(f"the stream ended with {event!r}")


async def ask_in_chat(address: str, box: int, function: int, place: int) -> tuple[float, str]:
    """Seconds until the first statement in the chat, by the messages of Gradio's queue, and all that these say."""
    town, session = TOWNS[place % len(TOWNS)], f"{place:012}"
    body = {
        "data": [f"When was the bridge in {town} opened?", f"{place:032x}", ""],
        "fn_index": function,
        "trigger_id": box,
        "session_hash": session,
    }
    async with httpx.AsyncClient(base_url=address, timeout=60, trust_env=False, verify=False) as client:
        await client.get("/api/chat")
        began, first, said = time.perf_counter(), 0.0, ""
        (await client.post("/gradio_api/queue/join", json=body)).raise_for_status()
        async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as reply:
            async for line in reply.aiter_lines():
                said += line
                if "statement" in line:
                    first = first or time.perf_counter() - began
                if "process_completed" in line:
                    return first, said
    raise AssertionError("the queue ended before the answer")


async def rush_the_chat(address: str) -> tuple[list[tuple[float, str]], list[float]]:
    """Everybody asks in the chat at the same moment."""
    done = asyncio.Event()
    async with httpx.AsyncClient(base_url=address, timeout=60, trust_env=False) as client:
        page = (await client.get("/config")).json()
        box = next(part["id"] for part in page["components"] if part["props"].get("elem_id") == "box")
        asking = next(one["id"] for one in page["dependencies"] if [box, "submit"] in map(list, one["targets"]))
        checking = asyncio.create_task(health(client, done))
        asked = await asyncio.gather(*(ask_in_chat(address, box, asking, place) for place in range(USERS)))
        done.set()
        return asked, await checking


async def health(client: httpx.AsyncClient, done: asyncio.Event) -> list[float]:
    """Seconds that each health check took until the questions were answered."""
    took = []
    while not done.is_set():
        began = time.perf_counter()
        assert (await client.get("/healthz")).json() == {"status": "up"}
        took.append(time.perf_counter() - began)
        await asyncio.sleep(0.05)
    return took


async def rush(address: str) -> tuple[list[tuple[float, str]], list[float]]:
    """Everybody asks at the same moment."""
    done, limits = asyncio.Event(), httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=60, trust_env=False, limits=limits) as client:
        checking = asyncio.create_task(health(client, done))
        asked = await asyncio.gather(*(ask(client, place) for place in range(USERS)))
        done.set()
        return asked, await checking


def test_everybody_who_asks_at_once_is_answered_and_the_server_stays_awake(address):
    asyncio.run(rush(address))  # the models are read with the first question
    asked, checks = asyncio.run(rush(address))
    hold(asked, checks, within=FIRST_STATEMENT)


def test_everybody_who_asks_in_the_chat_at_once_is_answered(address):
    asked, checks = asyncio.run(rush_the_chat(address))
    hold(asked, checks, within=IN_THE_CHAT)


def hold(asked: list[tuple[float, str]], checks: list[float], *, within: float) -> None:
    """Everybody has the right answer, in time, and so had the health checks."""
    for place, (first, answer) in enumerate(asked):
        assert first
        assert str(1901 + place % len(TOWNS)) in answer
    waits = sorted(first for first, _ in asked)
    p95 = statistics.quantiles(waits, n=20, method="inclusive")[-1]
    print(f"{USERS} users: first statement p50 {waits[len(waits) // 2]:.2f} s, p95 {p95:.2f} s; ", end="")
    print(f"health checks: {len(checks)}, slowest {max(checks):.3f} s")
    assert p95 <= within
    assert max(checks) <= HEALTH


def test_who_leaves_makes_room_for_who_stays(address):
    async def leave_and_ask() -> float:
        async with httpx.AsyncClient(base_url=address, timeout=60, trust_env=False) as client:
            leaving = [asyncio.create_task(ask(client, place)) for place in range(USERS)]
            await asyncio.sleep(0.05)
            for task in leaving:
                task.cancel()
            await asyncio.gather(*leaving, return_exceptions=True)
            began = time.perf_counter()
            await ask(client, 0)
            return time.perf_counter() - began

    assert asyncio.run(leave_and_ask()) <= FIRST_STATEMENT
