"""How often: so many at once, then one more each so many seconds, for each address or person; in bounded memory."""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

MOST_KEYS = 20_000
"""Askers that are remembered; of more, those are forgotten who have not been seen for longest."""


class Allowance:
    """What each key may do: ``most`` at once, and one more after every ``seconds``; from any thread."""

    def __init__(self, most: int, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._used: OrderedDict[str, float] = OrderedDict()
        """Until when what the key has done is paid for at the steady rate."""

    def wait(self, key: str) -> int:
        """Count one; 0 where it may be done now, else nothing is counted and these are the seconds until it may."""
        now = self._clock()
        with self._lock:
            used = max(self._used.get(key, now), now)
            early = used - now - (self._most - 1) * self._seconds
            if early > 1e-9:
                return math.ceil(early)
            self._used[key] = used + self._seconds
            self._used.move_to_end(key)
            if len(self._used) > MOST_KEYS:
                self._used.popitem(last=False)
            return 0

    def refund(self, key: str) -> None:
        """Take one back that was counted."""
        with self._lock:
            if key in self._used:
                self._used[key] -= self._seconds
