"""One process writes a data directory; a second is told at once who the first is."""

import json
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from index.errors import BylineError, CollectionBusy

PATIENCE = 1.0
"""Seconds to wait for a writer that is just leaving."""


class WriterLock:
    """The right to write a data directory, held until ``release``.

    The operating system drops the lock of a process that has died. ``CollectionBusy`` names the writer that holds it.
    """

    def __init__(self, folder: Path, purpose: str) -> None:
        self._folder = folder
        self._claim = folder / "writer.json"
        self._said: dict[str, Any] = {
            "pid": os.getpid(),
            "purpose": purpose,
            "address": None,
            "since": datetime.now().astimezone().isoformat(timespec="seconds"),
        }
        # A server may close the collection from another thread than the one that opened it.
        self._lock = FileLock(folder / "writer.lock", thread_local=False)
        try:
            self._lock.acquire(timeout=PATIENCE)
        except Timeout as exc:
            raise CollectionBusy(self._who()) from exc
        except OSError as exc:
            raise BylineError(f"Cannot write in {folder}: {exc.strerror}. Choose another with --data.") from exc
        self._write_claim()

    def announce(self, address: str) -> None:
        """Tell whoever finds the directory busy where its server answers."""
        self._said["address"] = address
        self._write_claim()

    def release(self) -> None:
        """Let the next writer in; doing it twice does no harm."""
        if self._lock.is_locked:
            self._claim.unlink(missing_ok=True)
            self._lock.release()

    def _write_claim(self) -> None:
        # The lock holds without it; a full disk is told by what comes next.
        with suppress(OSError):
            fresh = self._claim.with_suffix(".new")
            fresh.write_text(json.dumps(self._said), encoding="utf-8")
            fresh.replace(self._claim)

    def _who(self) -> str:
        try:
            said = json.loads(self._claim.read_text(encoding="utf-8"))
            writer = f"{said['purpose'] or 'another program'} (process {said['pid']}, since {said['since']}"
            writer += f", at {said['address']})" if said["address"] else ")"
        except (OSError, ValueError, KeyError, TypeError):
            # The writer has the lock but has not said yet who it is, or is just leaving.
            writer = "another process"
        return f"{self._folder} is being written by {writer}. Wait until it is done, or choose another with --data."
