"""Many people ask at once: nobody is forgotten, and the server goes on saying that it is up.

In `make faults` they are 50, and held to the figures of the README; a machine that does something else misses them.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from served import served

MEASURED = "FAULT_ROUNDS" in os.environ
USERS = 50 if MEASURED else 12
FIRST_STATEMENT, IN_THE_CHAT, MODEL_WRITES, HEALTH = (2.5, 5.0, 0.5, 0.1) if MEASURED else (15.0, 30.0, 15.0, 1.0)
"""Seconds: p95 of the first statement, of that in the chat, of a model's first token; the slowest health check."""
TOWNS = ("Altdorf", "Brunnen", "Cham", "Davos", "Einsiedeln", "Flims", "Gersau", "Horgen")


def bridges(folder: Path) -> str:
    """A corpus with an article of each town's bridge."""
    lines = [
        {"_id": town, "title": f"Bridge in {town}", "text": f"The bridge in {town} was opened in {1901 + place} by the "
         f"mayor. It is {40 + place} metres long and rests on three pillars. Some {100 * place + 300} people cross "
         f"the bridge in {town} each day, the council said."}
        for place, town in enumerate(TOWNS)
    ]  # fmt: skip
    (folder / "bridges.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return "bridges.jsonl"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("load")
    with served(folder, add=[bridges(folder)]) as server:
        yield server.address


@pytest.fixture
def address_with_a_model(tmp_path):
    program = [sys.executable, Path(__file__).with_name("streaming_model.py")]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as model:
        settings = {"BYLINE_ENGINE": "generative", "BYLINE_MODEL_URL": model.stdout.readline().strip()}
        with served(tmp_path, add=[bridges(tmp_path)], **settings) as server:
            yield server.address
        model.terminate()


async def ask(client: httpx.AsyncClient, place: int, *, until: str = "statement") -> tuple[float, str]:
    """Seconds until the first event of a name, and the whole answer."""
    began, first, event = time.perf_counter(), 0.0, ""
    body = {"question": f"When was the bridge in {TOWNS[place % len(TOWNS)]} opened?"}
    async with client.stream("POST", "/api/ask/stream", json=body) as reply:
        assert reply.status_code == 200
        async for line in reply.aiter_lines():
            event = line.removeprefix("event: ") if line.startswith("event: ") else event
            if line.startswith("data: ") and event == until:
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


async def rush(address: str, *, until: str = "statement") -> tuple[list[tuple[float, str]], list[float]]:
    """Everybody asks at the same moment."""
    done, limits = asyncio.Event(), httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=60, trust_env=False, limits=limits) as client:
        checking = asyncio.create_task(health(client, done))
        asked = await asyncio.gather(*(ask(client, place, until=until) for place in range(USERS)))
        done.set()
        return asked, await checking


def test_everybody_who_asks_at_once_is_answered_and_the_server_stays_awake(address):
    asyncio.run(rush(address))  # the models are read with the first question
    asked, checks = asyncio.run(rush(address))
    hold(asked, checks, within=FIRST_STATEMENT)


def test_everybody_who_asks_in_the_chat_at_once_is_answered(address):
    asked, checks = asyncio.run(rush_the_chat(address))
    hold(asked, checks, within=IN_THE_CHAT)


def test_everybody_who_asks_at_once_is_soon_told_that_the_model_writes(address_with_a_model):
    asyncio.run(rush(address_with_a_model, until="writing"))  # what writes and checks is read with the first answer
    asked, checks = asyncio.run(rush(address_with_a_model, until="writing"))
    hold(asked, checks, within=MODEL_WRITES, what="told that the model writes")


def hold(asked: list[tuple[float, str]], checks: list[float], *, within: float, what: str = "first statement") -> None:
    """Everybody has the right answer, in time, and so had the health checks."""
    for place, (first, answer) in enumerate(asked):
        assert first
        assert str(1901 + place % len(TOWNS)) in answer
    waits = sorted(first for first, _ in asked)
    p95 = statistics.quantiles(waits, n=20, method="inclusive")[-1]
    print(f"{USERS} users: {what} p50 {waits[len(waits) // 2]:.2f} s, p95 {p95:.2f} s; ", end="")
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
