"""Named places beside every write to disk where a process can be made to die, to prove that nothing is lost there.

Unarmed, a point costs a look at the environment. ``BYLINE_KILL_AT="after dense upsert:3"`` ends the process without
any farewell the third time it gets there; the number may be left out.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

VARIABLE = "BYLINE_KILL_AT"
KILLED = 137
"""The exit code, as of a process that was killed."""
WRITES = (
    "catalog copy",
    "catalog commit",
    "dense begin",
    "dense upsert",
    "dense delete",
    "dense seal",
    "lexical begin",
    "lexical commit",
    "restore swap",
)
"""Every write that has a point before and one after it."""


@contextmanager
def around(write: str) -> Iterator[None]:
    """The points before and after a write."""
    _reach(f"before {write}")
    yield
    _reach(f"after {write}")


def _reach(point: str) -> None:
    name, _, left = os.environ.get(VARIABLE, "").partition(":")
    if name != point:
        return
    if int(left or 1) <= 1:
        os._exit(KILLED)
    os.environ[VARIABLE] = f"{name}:{int(left) - 1}"
