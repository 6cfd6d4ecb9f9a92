"""What computes, done a few at a time: short work before long work, whichever question it belongs to.

More at once than there are processors would not be faster, and would keep those from their turn that only wait.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import TypeVar

T = TypeVar("T")


class Processor:
    """A few threads for all questions."""

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="processor")
        self._short: deque[Callable[[], None]] = deque()
        self._long: deque[Callable[[], None]] = deque()

    @property
    def crowded(self) -> bool:
        """Whether work waits."""
        return bool(self._short or self._long)

    def do(self, work: Callable[[], T], *, long: bool = False) -> Future[T]:
        """What will come of the work, which begins in its turn unless it is cancelled before."""
        done: Future[T] = Future()

        def finish() -> None:
            if done.set_running_or_notify_cancel():
                try:
                    done.set_result(work())
                except BaseException as error:
                    done.set_exception(error)

        # What measures the steps of a question goes along with it.
        (self._long if long else self._short).append(partial(copy_context().run, finish))
        self._pool.submit(self._next)
        return done

    def _next(self) -> None:
        """Do one of those that wait; there is one for each time that this is called."""
        try:
            work = self._short.popleft()
        except IndexError:
            work = self._long.popleft()
        work()
