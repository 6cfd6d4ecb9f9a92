"""How often a visitor may ask: counted by the minute, by address, in bounded memory."""

import ipaddress
import threading
import time
from collections import Counter
from collections.abc import Callable

MINUTE = 60


class PerMinute:
    """Counts of the minute that runs, one for each widget and visitor; they are forgotten when the next begins."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._minute = 0
        self._asked: Counter[tuple[str, str]] = Counter()

    def wait(self, widget_id: str, address: str, *, most: int) -> int:
        """Count a question; 0 where it may be asked now, else the seconds until the visitor may try again."""
        minute, gone = divmod(int(self._clock()), MINUTE)
        who = widget_id, visitor(address)
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._asked.clear()
            if self._asked[who] >= most:
                return MINUTE - gone
            self._asked[who] += 1
            return 0


def visitor(address: str) -> str:
    """Who an address stands for: one IPv6 visitor has a network of 2**64 addresses, which count as one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(parsed.ipv4_mapped or ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
