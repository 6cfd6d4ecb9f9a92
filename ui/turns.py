"""Whose turn it is: one question of each asker after the other, however many one of them has asked."""

import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable

Work = Callable[[], None]


class Turns:
    """Work that waits, and how much of each asker is not done yet; from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: OrderedDict[str, deque[Work]] = OrderedDict()
        self._begun: Counter[str] = Counter()

    def __len__(self) -> int:
        """How much has been brought and is not done."""
        return self._begun.total()

    def room(self, asker: str, *, most: int) -> bool:
        """Whether the asker may bring more: below ``most`` everybody may, from there on who has less than a share."""
        with self._lock:
            own, askers = self._begun[asker], len(self._begun.keys() | {asker})
            return self._begun.total() < most or own < most // askers

    def add(self, asker: str, work: Work) -> None:
        """Let the work wait for the asker's turn."""
        with self._lock:
            self._begun[asker] += 1
            self._waiting.setdefault(asker, deque()).append(work)

    def take(self) -> Work | None:
        """The next work: the oldest of whoever was served longest ago; None where all that waited have left."""
        with self._lock:
            if not self._waiting:
                return None
            asker, own = self._waiting.popitem(last=False)
            work = own.popleft()
            if own:
                self._waiting[asker] = own
            return work

    def done(self, asker: str, work: Work) -> None:
        """Forget the work, which is done or waits for nobody any more."""
        with self._lock:
            self._begun[asker] -= 1
            if not self._begun[asker]:
                del self._begun[asker]
            own = self._waiting.get(asker)
            if own and work in own:
                own.remove(work)
                if not own:
                    del self._waiting[asker]
