"""The steps on the way to an answer, for whoever measures them; they cost nothing where nobody does."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar

Watch = Callable[[str], AbstractContextManager[object]]
"""Given a step's name, what is entered as it begins and left as it ends."""
_watch: ContextVar[Watch] = ContextVar("watch", default=nullcontext)


def step(name: str) -> AbstractContextManager[object]:
    """Stands around a step: retrieve, read, compose, check, write."""
    return _watch.get()(name)


@contextmanager
def watching(watch: Watch) -> Iterator[None]:
    """Within, each step of this thread is told to ``watch``."""
    before = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(before)
