"""The other side of ``isolation``: what runs in the process that may fail, and the messages between the two."""

import contextlib
import json
import os
import signal
import struct
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

if sys.platform != "win32":
    import resource

Json = dict[str, Any]
FRAME = struct.Struct(">QQ")  # how long the JSON is, and the bytes after it
LARGEST_WRITTEN = 100_000_000  # bytes of a file: py3langid unpacks its model into one
FORBIDDEN = ("socket.connect", "socket.getaddrinfo", "socket.bind", "subprocess.Popen", "os.system", "os.exec")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may take."""

    processor_seconds: int = 30
    seconds: float = 90.0
    """By the clock; more than the processor's, as a busy machine gives a process only a part of its time."""
    memory: int = 1_000_000_000
    """Bytes of address space, the 200 MB of interpreter and parsers included."""
    idle_seconds: float = 60.0
    """A process that is not called for this long ends, and gives its memory back."""
    worn_out: int = 300_000_000
    """Bytes that a process may still hold after a call; with more it ends, so that the next call starts with few."""


def write(pipe: IO[bytes], message: Json, content: bytes) -> None:
    """Send a message and the bytes that go with it."""
    encoded = json.dumps(message).encode()
    pipe.write(FRAME.pack(len(encoded), len(content)))
    pipe.write(encoded)
    pipe.write(content)
    pipe.flush()


def read(pipe: IO[bytes], *, largest: int = sys.maxsize) -> tuple[Json, bytes]:
    """A message and its bytes; ``EOFError`` where the other side is gone, ``ValueError`` where it sends nonsense."""
    lengths = FRAME.unpack(_exactly(pipe, FRAME.size))
    if sum(lengths) > largest:
        raise ValueError("The message is too long.")
    message, content = (_exactly(pipe, length) for length in lengths)
    return json.loads(message), content


def _exactly(pipe: IO[bytes], length: int) -> bytes:
    content = pipe.read(length)
    if len(content) < length:
        raise EOFError
    return content


def serve(function: Callable[[Json, bytes], Json]) -> None:
    """Answer calls until the other side is gone: what the main of an isolated module does."""
    limits = Limits(**json.loads(sys.argv[-1]))
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a parser prints must not stand between the replies
    _confine(limits)
    write(replies, {}, b"")  # it has started: what goes wrong from now on is the input's doing
    last = False
    while not last:
        idle = threading.Timer(limits.idle_seconds, os._exit, (0,))
        idle.daemon = True
        idle.start()
        try:
            request, content = read(requests)
        except EOFError:
            return
        finally:
            idle.cancel()
        _grant_time(limits)
        reply: Json | None = None
        with contextlib.suppress(MemoryError):
            reply = function(request, content)
        last = reply is None or _held() > limits.worn_out
        write(replies, {"reply": reply, "last": last}, b"")


def _confine(limits: Limits) -> None:
    """Bind this process for good."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asked
    sys.addaudithook(_refuse)
    if sys.platform != "win32":
        for what, most in (
            (resource.RLIMIT_AS, limits.memory),
            (resource.RLIMIT_FSIZE, LARGEST_WRITTEN),
            (resource.RLIMIT_CORE, 0),
        ):
            with contextlib.suppress(ValueError, OSError):  # macOS knows no limit of the address space
                resource.setrlimit(what, (most, most))


def _refuse(event: str, _: object) -> None:
    if event in FORBIDDEN:
        raise PermissionError(f"An isolated process may not do this: {event}.")


def _grant_time(limits: Limits) -> None:
    """Processor time for one more call; the process is ended when it is used up."""
    if sys.platform != "win32":
        used = resource.getrusage(resource.RUSAGE_SELF)
        until = int(used.ru_utime + used.ru_stime) + limits.processor_seconds + 1
        resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _held() -> int:
    """The bytes of memory that this process still holds; 0 where the system does not tell it in a file."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
