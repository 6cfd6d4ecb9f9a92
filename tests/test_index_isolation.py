import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.isolated import Limits
from index.isolation import Isolation, Overrun

MODULE = """
import os, signal, socket, subprocess, sys, time
from index.isolated import serve

def answer(request, content):
    match request["do"]:
        case "echo": return {"said": request["say"], "bytes": len(content), "process": os.getpid()}
        case "spin":
            while True: pass
        case "sleep": time.sleep(60)
        case "grow": return {"length": len(bytearray(10**10))}
        case "keep": KEPT.append(bytearray(os.urandom(1)) * 60_000_000)
        case "die": os.kill(os.getpid(), signal.SIGSEGV)
        case "leave": os._exit(0)
        case "print": print("between the replies"); sys.stdout.flush(); os.write(1, b"and below them")
        case "connect": socket.create_connection(("127.0.0.1", 9))
        case "run": subprocess.run(["true"])
        case "write":
            with open(request["path"], "w") as file: file.write("x" * 110_000_000)
        case "secret": return {"seen": sorted(name for name in os.environ if "KEY" in name)}
        case "babble": os.write(REPLIES, b"\\xff" * 1_000)
    return {"process": os.getpid()}

KEPT = []
REPLIES = os.dup(1)
if __name__ == "__main__":
    serve(answer)
"""
# What a process may take; each test that runs into a limit waits for it.
LIMITS = Limits(processor_seconds=1, seconds=5, memory=600_000_000, idle_seconds=30, worn_out=50_000_000)


@pytest.fixture
def isolation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Isolation]:
    (tmp_path / "trial.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("OPENAI_API_KEY", "a secret")
    isolation = Isolation("trial", limits=LIMITS)
    yield isolation
    isolation.close()


def echoed(isolation: Isolation) -> int:
    return int(isolation.call({"do": "echo", "say": "ä\ud800"}, b"")["process"])


def test_a_call_gives_the_reply_of_another_process(isolation: Isolation):
    reply = isolation.call({"do": "echo", "say": "ä\ud800"}, b"\0" * 3_000_000)
    assert (reply["said"], reply["bytes"]) == ("ä\ud800", 3_000_000)
    assert reply["process"] != os.getpid()


def test_a_process_is_kept_for_the_next_call(isolation: Isolation):
    assert echoed(isolation) == echoed(isolation)


@pytest.mark.parametrize(
    ("does", "reason"),
    [
        pytest.param("spin", "time", marks=pytest.mark.skipif(sys.platform == "win32", reason="no processor limit")),
        pytest.param("grow", "memory", marks=pytest.mark.skipif(sys.platform != "linux", reason="no memory limit")),
        ("die", "crash"),
        ("leave", "crash"),
        ("babble", "crash"),
        ("connect", "crash"),
        ("run", "crash"),
    ],
)
def test_what_goes_wrong_there_is_told_here_and_the_next_call_is_answered(isolation: Isolation, does: str, reason: str):
    with pytest.raises(Overrun) as failure:
        isolation.call({"do": does}, b"")
    assert failure.value.reason == reason
    assert isolation.call({"do": "echo", "say": ""}, b"")["bytes"] == 0


def test_a_process_that_hangs_without_working_is_ended_by_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "trial.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    isolation = Isolation("trial", limits=Limits(seconds=1.5))
    began = time.monotonic()
    with pytest.raises(Overrun) as failure:
        isolation.call({"do": "sleep"}, b"")
    assert failure.value.reason == "time"
    assert time.monotonic() - began < 10
    isolation.close()


def test_a_process_that_does_not_start_is_not_blamed_on_the_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "trial.py").write_text("import no_such_module", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(Overrun) as failure:
        Isolation("trial", limits=LIMITS).call({}, b"")
    assert failure.value.reason == "start"


def test_a_process_that_ended_while_it_rested_is_replaced_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "trial.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    isolation = Isolation("trial", limits=Limits(idle_seconds=0.3))
    first = echoed(isolation)
    time.sleep(1.5)
    assert echoed(isolation) != first
    isolation.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process holds")
def test_a_process_that_keeps_much_memory_is_replaced_after_its_call(isolation: Isolation):
    first = isolation.call({"do": "keep"}, b"")["process"]
    assert echoed(isolation) != first


def test_what_a_parser_prints_does_not_stand_between_the_replies(isolation: Isolation):
    assert "process" in isolation.call({"do": "print"}, b"")
    assert "process" in isolation.call({"do": "echo", "say": ""}, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of written files")
def test_the_process_writes_no_large_file_and_sees_no_secret(isolation: Isolation, tmp_path: Path):
    with pytest.raises(Overrun):
        isolation.call({"do": "write", "path": str(tmp_path / "written")}, b"")
    assert (tmp_path / "written").stat().st_size <= 100_000_000
    assert isolation.call({"do": "secret"}, b"")["seen"] == []


def test_a_module_of_the_current_directory_does_not_stand_in_for_one_of_ours(
    isolation: Isolation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    elsewhere = tmp_path / "downloads"
    elsewhere.mkdir()
    (elsewhere / "json.py").write_text("raise SystemExit(3)", encoding="utf-8")
    (elsewhere / "index.py").write_text("raise SystemExit(3)", encoding="utf-8")
    monkeypatch.chdir(elsewhere)
    assert echoed(isolation)


def test_calls_from_many_threads_get_each_its_own_reply(isolation: Isolation):
    replies: dict[int, object] = {}

    def ask(number: int) -> None:
        replies[number] = isolation.call({"do": "echo", "say": number}, b"x" * number)["said"]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert replies == {number: number for number in range(20)}


@pytest.mark.skipif(os.name != "posix", reason="signals of a terminal")
def test_an_interrupted_call_leaves_no_reply_behind_for_the_next(isolation: Isolation):
    echoed(isolation)
    timer = threading.Timer(0.3, signal.pthread_kill, (threading.get_ident(), signal.SIGINT))
    # A shell has those that it starts in the background ignore the signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            isolation.call({"do": "sleep"}, b"")
        timer.join()
    finally:
        signal.signal(signal.SIGINT, before)
    assert isolation.call({"do": "echo", "say": 5}, b"")["said"] == 5


@pytest.mark.skipif(os.name != "posix", reason="signals of a terminal")
def test_ctrl_c_does_not_reach_the_process(isolation: Isolation):
    first = echoed(isolation)
    os.kill(first, signal.SIGINT)
    time.sleep(0.1)
    assert echoed(isolation) == first
