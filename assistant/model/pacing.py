"""A model's reply held to its times: it may hang, drip or never end, and whoever waits for it may go away."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, Full, Queue
from threading import Event, Thread
from time import monotonic
from typing import Protocol

from assistant.errors import ModelUnavailable

CHARACTERS = 20_000
"""Of a reply that are read: ten times what an answer has."""
REPLY_TOKENS = 400
"""Longest reply that is asked for."""
_AHEAD = 256
"""Pieces that may wait to be read."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a model is waited for, in seconds."""

    connect: float
    first: float
    """Until its first word."""
    between: float
    """From one word to the next."""
    total: float

    @classmethod
    def within(cls, seconds: float) -> "Patience":
        """All of it within so many seconds: most of them for reading the prompt."""
        return cls(connect=min(5.0, seconds), first=0.75 * seconds, between=min(15.0, seconds), total=seconds)


class Call(Protocol):
    """One request to a model."""

    def run(self, say: Callable[[str], bool]) -> None:
        """Tell the reply piece by piece, until it ends or ``say`` answers False."""
        ...

    def stop(self) -> None:
        """Make ``run`` end soon; called from another thread, perhaps after it has ended."""
        ...


class Paced:
    """The reply of a call: a thread of its own begins with it at once, and waits end in time whatever holds it up.

    What is read of it is read by one thread; ``close`` may come from any, and makes the call end soon.
    """

    def __init__(self, call: Call, patience: Patience) -> None:
        self.begun: Future[bool] = Future()
        self._call = call
        self._left = Event()
        self._reading = Event()
        self._arrived: Queue[str | Exception | None] = Queue(_AHEAD)
        self._pieces = self._paced(patience)
        Thread(target=self._work, daemon=True, name="byline-model").start()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        return next(self._pieces)

    def close(self) -> None:
        """Wait no longer for what is still to come, and stop the call."""
        self._left.set()
        self._reading.set()
        with suppress(Full):
            self._arrived.put_nowait(None)
        self._call.stop()

    def _paced(self, patience: Patience) -> Iterator[str]:
        self._reading.set()
        end, step, read = monotonic() + patience.total, patience.first, 0
        try:
            while read < CHARACTERS:
                piece = _next(self._arrived, min(step, end - monotonic()), ended=monotonic() + step > end)
                if piece is None:
                    return
                yield piece[: CHARACTERS - read]
                read, step = read + len(piece), patience.between
        finally:
            self.close()

    def _work(self) -> None:
        """Put each piece where it is read, then None or what went wrong."""
        try:
            self._call.run(self._say)
        except Exception as error:
            self._put(error)
        else:
            self._put(None)

    def _say(self, piece: str) -> bool:
        """Whether to go on; until the first piece is read the next ones wait in the connection, which costs nothing."""
        if not piece:
            return not self._left.is_set()
        if self.begun.done():
            self._reading.wait()
        return self._put(piece)

    def _put(self, item: str | Exception | None) -> bool:
        """Whether the item found room before the reader left."""
        if not self.begun.done():
            self.begun.set_result(isinstance(item, str))
        while not self._left.is_set():
            try:
                self._arrived.put(item, timeout=0.2)
            except Full:
                continue
            return True
        return False


def _next(arrived: "Queue[str | Exception | None]", seconds: float, *, ended: bool) -> str | None:
    """The next piece, None at the end; ``ended``: whether it is the whole time that runs out."""
    try:
        piece = arrived.get(timeout=max(0.0, seconds))
    except Empty:
        what = "did not finish in time" if ended else "stopped answering"
        raise ModelUnavailable(f"The model {what}; the setting model_seconds gives it longer.") from None
    if isinstance(piece, Exception):
        raise piece
    return piece
