"""A model's reply held to its times: it may hang, drip or never end, and whoever waits for it may go away."""

from collections.abc import Callable, Generator
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


def paced(call: Call, patience: Patience) -> Generator[str, None, None]:
    """The pieces of a call; ``ModelUnavailable`` where it keeps one waiting for too long.

    The call works in a thread of its own, so that a wait ends in time whatever holds the call up.
    """
    arrived: Queue[str | Exception | None] = Queue(_AHEAD)
    left = Event()
    Thread(target=_work, args=(call, arrived, left), daemon=True, name="byline-model").start()
    end, step, read = monotonic() + patience.total, patience.first, 0
    try:
        while read < CHARACTERS:
            piece = _next(arrived, min(step, end - monotonic()), ended=monotonic() + step > end)
            if piece is None:
                return
            yield piece[: CHARACTERS - read]
            read, step = read + len(piece), patience.between
    finally:
        left.set()
        call.stop()


def _work(call: Call, arrived: "Queue[str | Exception | None]", left: Event) -> None:
    """Put each piece into the queue, then None or what went wrong."""
    try:
        call.run(lambda piece: _put(arrived, piece, left) if piece else not left.is_set())
    except Exception as error:
        _put(arrived, error, left)
    else:
        _put(arrived, None, left)


def _put(arrived: "Queue[str | Exception | None]", item: str | Exception | None, left: Event) -> bool:
    """Whether the item found room before the reader left."""
    while not left.is_set():
        try:
            arrived.put(item, timeout=0.2)
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
