"""A process in which a function may fail: a hostile input can end that process, never this one.

``Isolation`` starts processes of its own when they are first needed, keeps them for the next call, and replaces one
that died, hung or grew. Each runs a module whose main calls ``isolated.serve`` with the function. Request and reply
are a JSON object each, the request with bytes beside it: nothing that comes back is ever executed (pickle would be).

Limits hold per call: processor time and memory by setrlimit where the system has it (Linux; macOS holds processor time
only), the clock everywhere (Windows has nothing else). The process gets no environment variable that could be a secret,
may write no large file, and its audit hook refuses connections and other programs.
"""

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import IO, Literal

from index.errors import BylineError
from index.isolated import Json, Limits, read, write

LARGEST_REPLY = 100_000_000
KEPT_VARIABLES = ("PATH", "PYTHONPATH", "PYTHONHASHSEED", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR", "TEMP")
START = (
    "import runpy, sys; sys.path.append(sys.argv[1]); "
    "runpy.run_module(sys.argv[2], run_name='__main__', alter_sys=True)"
)


Reason = Literal["start", "time", "memory", "crash"]


class Overrun(BylineError):
    """The function did not come to its end within its limits, or took its process down."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"The isolated process ended: {reason}.")
        self.reason = reason


class Isolation:
    """Calls of one function, each in a process that may die; usable from any thread."""

    def __init__(self, module: str, *, limits: Limits, processes: int = 2) -> None:
        self._module = module
        self._limits = limits
        self._free = threading.BoundedSemaphore(processes)
        self._resting: list[_Process] = []
        atexit.register(self.close)

    def call(self, request: Json, content: bytes) -> Json:
        """The function's reply; ``Overrun`` where it gives none."""
        with self._free:
            while True:
                process = self._rested() or _Process(self._module, self._limits)
                try:
                    reply = process.call(request, content)
                except Idle:
                    continue
                if process.alive:
                    self._resting.append(process)
                return reply

    def _rested(self) -> "_Process | None":
        try:
            return self._resting.pop()
        except IndexError:
            return None

    def close(self) -> None:
        """End the processes that rest; a later call starts new ones."""
        while process := self._rested():
            process.end()


class Idle(Exception):
    """The process had ended before the call, because it was not needed for long."""


class _Process:
    """One process; it takes one call at a time."""

    def __init__(self, module: str, limits: Limits) -> None:
        self._limits = limits
        self._calls = 0
        self._ready = self._overdue = False
        self._popen = subprocess.Popen(  # noqa: S603  our own interpreter and module
            # -P: no file of the current directory stands in for a module.
            [sys.executable, "-P", "-c", START, str(Path(__file__).parent.parent), module, json.dumps(asdict(limits))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ} | {"OMP_NUM_THREADS": "1"},
        )
        assert self._popen.stdin
        assert self._popen.stdout
        self._requests: IO[bytes] = self._popen.stdin
        self._replies: IO[bytes] = self._popen.stdout
        self.alive = True

    def call(self, request: Json, content: bytes) -> Json:
        """The reply; ``Overrun`` or ``Idle`` and a dead process where none comes."""
        self._calls += 1
        timer = threading.Timer(self._limits.seconds, self._kill_overdue)
        timer.daemon = True
        timer.start()
        try:
            if not self._ready:
                read(self._replies, largest=LARGEST_REPLY)
                self._ready = True
            write(self._requests, request, content)
            answer, _ = read(self._replies, largest=LARGEST_REPLY)
            reply, last = answer["reply"], answer["last"]
        except (OSError, EOFError, ValueError, KeyError, TypeError, RecursionError) as exc:
            raise self._failure() from exc
        except BaseException:  # an impatient user: what is still on its way would be the next call's reply
            self.end()
            raise
        finally:
            timer.cancel()
        if last or self._overdue:
            self.end()
        if not isinstance(reply, dict):
            raise Overrun("memory")
        return reply

    def end(self) -> None:
        """End the process whatever it does, and let go of its pipes."""
        self.alive = False
        self._popen.kill()
        self._popen.wait()
        for pipe in (self._requests, self._replies):
            with contextlib.suppress(OSError):
                pipe.close()

    def _failure(self) -> Exception:
        """What the death of the process in the middle of a call means."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(1)
        code = self._popen.returncode
        self.end()
        if code == 0 and self._calls > 1:
            return Idle()
        if not self._ready:
            return Overrun("start")
        out_of_time = sys.platform != "win32" and code == -signal.SIGXCPU
        return Overrun("time" if self._overdue or out_of_time else "crash")

    def _kill_overdue(self) -> None:
        self._overdue = True
        self._popen.kill()
