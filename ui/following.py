"""The sources followed from within the server, every so often, beside its answers."""

import logging
import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from index.collection import Collection
from index.errors import BylineError
from index.settings import IndexSettings
from index.syncing import Follower
from ui.adding import told

LOG = logging.getLogger(__name__)
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
LEAST = timedelta(seconds=10)
PATIENCE = 5.0
"""Seconds that the server waits for a pass to end when it is stopped; a pass may be cut short anywhere."""
NICENESS = 10
"""The pass gives way to answers where the system lets a thread (Linux)."""


def interval(text: str) -> timedelta:
    """The time that "15m", "2h", "1d" or "30s" names; ``ValueError``."""
    found = re.fullmatch(r"([0-9]{1,5})([smhd])", text.strip().lower())
    if not found:
        raise ValueError(f"{text!r} is no time such as 15m, 2h or 1d")
    every = timedelta(**{UNITS[found[2]]: int(found[1])})
    if every < LEAST:
        raise ValueError(f"{text!r} is too often: {LEAST.seconds} seconds at least")
    return every


@contextmanager
def following(collection: Collection, settings: IndexSettings, *, every: timedelta | None) -> Iterator[None]:
    """Follow the sources now and then ``every`` so often, in a thread, until the block is left; None: not at all."""
    if every is None:
        yield
        return
    stop = threading.Event()
    follower = Follower.of(collection, settings, stopped=stop.is_set)
    thread = threading.Thread(target=_follow, args=(follower, stop, every), name="following", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)


def _follow(follower: Follower, stop: threading.Event, every: timedelta) -> None:
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
    while not stop.is_set():
        try:
            synced = follower.sync()
            for problem in synced.added.problems:
                LOG.warning("%s", problem)
            LOG.info("Followed the sources: %s", told(synced))
        except BylineError as error:
            LOG.warning("The sources could not be followed: %s", error)
        except Exception:
            if not stop.is_set():
                LOG.exception("The sources could not be followed")
        stop.wait(every.total_seconds())
