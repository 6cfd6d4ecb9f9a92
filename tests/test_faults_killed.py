"""Whatever was acknowledged survives a process that is killed, at any moment and at every named point."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from index.killpoints import KILLED, VARIABLE, WRITES

ROOT = Path(__file__).parent.parent
ROUNDS = int(os.environ.get("FAULT_ROUNDS", "8"))
"""`make faults` takes 500."""
THOROUGH = ROUNDS > 100
POINTS = [f"{when} {write}" for write in WRITES for when in ("before", "after")]

State = dict[str, int]


class Driver:
    """Lives of a collection, one after another, in processes of their own."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, ROOT / "tests" / "faults_driver.py"],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def start(self, folder: Path, plan: object, *, kill_at: str = "", seed: int = 0) -> None:
        assert self._process.stdin
        order = {"folder": str(folder), "plan": plan, "kill_at": kill_at, "seed": seed}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def told(self) -> tuple[str, Any]:
        assert self._process.stdout
        word, value = json.loads(self._process.stdout.readline())
        return word, value

    def rest(self) -> list[tuple[str, Any]]:
        """All that the life tells until it is over; last of all ("over", its exit code)."""
        told = [self.told()]
        while told[-1][0] != "over":
            told.append(self.told())
        return told

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def driver() -> Iterator[Driver]:
    driver = Driver()
    yield driver
    driver.close()


class Known:
    """What a collection may hold, as far as it was told."""

    def __init__(self) -> None:
        self.may: dict[str, set[int | None]] = {}

    def hear(self, told: list[tuple[str, Any]]) -> None:
        begun: tuple[list[str], int | None] | None = None
        for word, value in told:
            assert word != "failed", value
            if word == "seen":
                self._see(value)
            elif word == "begin":
                begun = value
                for name in value[0]:
                    self.may[name] = self.may.get(name, {None}) | {value[1]}
            elif word == "done" and begun:
                self.may |= {name: {begun[1]} for name in begun[0]}

    def _see(self, seen: State) -> None:
        assert seen.keys() <= self.may.keys()
        for name, may in self.may.items():
            assert seen.get(name) in may, f"{name} is {seen.get(name)}, and may be {may}"
        self.may = {name: {seen.get(name)} for name in self.may}


@pytest.mark.timeout(60 + 10 * ROUNDS)
def test_kills_at_random_moments_lose_nothing_and_leave_nothing_half_done(driver: Driver, tmp_path: Path):
    chance, known, opened = random.Random(ROUNDS), Known(), 0
    for number in range(ROUNDS):
        driver.start(tmp_path / "collection", "random", seed=number)
        word, pid = driver.told()
        assert word == "pid"
        told = []
        if chance.random() < 0.85:
            told = [driver.told()]
            time.sleep(chance.uniform(0, 0.2))
        else:
            time.sleep(chance.uniform(0, 0.3))  # while it opens, and repairs
        with suppress(ProcessLookupError):  # one that died of itself says below of what
            os.kill(pid, signal.SIGKILL)
        told += driver.rest()
        assert told[-1] == ("over", -signal.SIGKILL), told
        known.hear(told)
        opened += told[0][0] == "seen"
    assert opened >= ROUNDS / 2
    print(f"{ROUNDS} rounds survived, {opened} of them while changing {len(known.may)} articles")


ADDING = [point for point in POINTS if not point.endswith(("copy", "swap"))]
RESTORING = [point for point in POINTS if point.endswith(("copy", "swap"))]


@pytest.mark.parametrize("point", ADDING)
def test_a_kill_at_a_named_point_loses_nothing(driver: Driver, tmp_path: Path, point: str):
    for nth in range(1, 30 if THOROUGH else 2):
        folder, known, ends = tmp_path / str(nth), Known(), []
        for plan in ([[["s1", "s2", "s3"], 1], [["s2"], 2], [["s3"], None]], [[["s1", "s5"], 3], [["s2"], None]]):
            driver.start(folder, plan, kill_at=f"{point}:{nth}")
            told = driver.rest()
            known.hear(told)
            ends.append(told[-1][1])
            driver.start(folder, [])
            told = driver.rest()
            known.hear(told)
            assert told[-1] == ("over", 0), "the next life finds everything as it should be"
            # The next plan begins with a store to rebuild, and so comes to every point.
            shutil.rmtree(folder / "dense", ignore_errors=True)
        assert set(ends) <= {0, KILLED}
        if KILLED not in ends:
            assert nth > 1, "the point is reached"
            break


@pytest.mark.parametrize("point", RESTORING)
def test_a_kill_in_a_restore_leaves_the_old_collection_or_the_new(driver: Driver, tmp_path: Path, point: str):
    folder, old, new = tmp_path / "collection", {"s1": 1, "s2": 1}, {"s1": 7, "s2": 1, "s3": 7}
    for plan in ([[["s1", "s2"], 1]], "back up", [[["s1", "s3"], 7]]):
        driver.start(folder, plan)
        assert driver.rest()[-1] == ("over", 0)
    driver.start(folder, "restore", kill_at=point)
    assert driver.rest()[-1] == ("over", KILLED)
    driver.start(folder, [])
    assert dict(driver.rest())["seen"] == (old if point == "after restore swap" else new)
    driver.start(folder, "restore")
    assert dict(driver.rest())["seen"] == old


@pytest.mark.parametrize(
    "point",
    [point for point in ADDING if "delete" not in point]
    if THOROUGH
    else ["after catalog commit:2", "before lexical commit"],
)
def test_byline_add_is_taken_up_again_where_it_was_killed(tmp_path: Path, point: str):
    (tmp_path / "ferry.txt").write_text("Ferry fare rises\n\nThe harbour ferry will cost 4 euros from 1 June.")
    add = [sys.executable, "-m", "ui", "--data", tmp_path / "data", "add", tmp_path / "ferry.txt"]
    armed = os.environ | {VARIABLE: point}
    killed = subprocess.run(add, cwd=ROOT, env=armed, capture_output=True, text=True, check=False)
    assert (killed.returncode, killed.stdout) == (KILLED, ""), "nothing was acknowledged"
    again = subprocess.run(add, cwd=ROOT, capture_output=True, text=True, check=False)
    assert again.returncode == 0
    assert again.stdout.startswith(("1 added", "0 added, 0 updated, 1 unchanged"))
    doctor = [sys.executable, "-m", "ui", "--data", tmp_path / "data", "doctor"]
    assert subprocess.run(doctor, cwd=ROOT, capture_output=True, check=False).returncode == 0
