"""A real server for tests: ``byline serve`` in a process of its own."""

import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parent.parent
BYLINE = (sys.executable, "-m", "ui")
READY = re.compile(r"ready: (http://\S+)")
FIRST_PORT = 20_000 + os.getpid() % 10_000
"""Another one for each run of the tests, so that two at once do not meet; a taken one is the next one's turn."""
STARTING, ENDING, PATIENCE = 180, 60, 30
"""Seconds on a machine that has much else to do."""


class Served:
    """A server with a folder of its own, which is its home; its collection is in ``data``, its address is kept."""

    def __init__(self, folder: Path, *, program: Sequence[str] = BYLINE, **environment: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.program = program
        own = {"PYTHONPATH": str(ROOT), "HOME": str(folder), "BYLINE_DATA": str(self.data)}
        self.environment = {**os.environ, **own, **environment}
        self.address = ""
        self.said: list[str] = []

    @property
    def log(self) -> str:
        """All that it has printed and logged."""
        return "".join(self.said)

    def line(self, text: str) -> str:
        """The line with this text that it logs, or has logged."""
        patience = time.monotonic() + PATIENCE
        while not (found := [line for line in self.said if text in line]):
            assert time.monotonic() < patience, f"no line has {text!r}:\n{self.log}"
            time.sleep(0.02)
        return found[0]

    def run(self, *arguments: str | Path) -> str:
        """What a command prints that has to succeed."""
        options = {"env": self.environment, "cwd": self.folder, "timeout": STARTING, "text": True}
        done = subprocess.run([*BYLINE, *map(str, arguments)], capture_output=True, check=False, **options)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *options: str) -> None:
        """Serve until told to end; a second time at the same address."""
        port = self.address.rpartition(":")[2] or str(FIRST_PORT)
        self.process = subprocess.Popen(
            [*self.program, "serve", "--port", port, *options],
            env=self.environment,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        told: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.reader = threading.Thread(target=self._read, args=(told,))
        self.reader.start()
        with suppress(queue.Empty):
            ready = told.get(timeout=STARTING)
            if ready and self.address in ("", ready):
                self.address = ready
                return
        self.end(signal.SIGKILL)
        raise AssertionError(f"the server did not start at {self.address or port}:\n{self.log}")

    def _read(self, told: queue.SimpleQueue[str]) -> None:
        """Keep what it says, and tell its address; "" where it ends without."""
        for line in self.process.stdout:
            self.said.append(line)
            # pytest shows it with the test that failed meanwhile.
            print(line, end="", file=sys.stderr)
            if found := READY.search(line):
                told.put(found[1])
        told.put("")

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to end, if it has not: its exit code. One that does not end is killed, and the test has failed."""
        self.process.send_signal(how)
        try:
            return self.process.wait(ENDING)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the server did not end:\n{self.log}") from None
        finally:
            self.process.kill()
            self.reader.join()
            self.process.stdout.close()


@contextmanager
def served(
    folder: Path,
    *options: str,
    add: Sequence[str | Path] = (),
    program: Sequence[str] = BYLINE,
    **environment: str,
) -> Iterator[Served]:
    """Serve what is added, with these options and environment, until left; unless the test ended it, it ends well."""
    server = Served(folder, program=program, **environment)
    if add:
        server.run("add", *add)
    server.start(*options)
    try:
        yield server
    finally:
        ended_by_test = server.process.poll() is not None
        code = server.end()
        assert ended_by_test or code == 0, f"the server ended with {code}:\n{server.log}"
