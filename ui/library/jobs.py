"""What the library sets going and nobody should wait for: addresses read, sources brought up to date or removed.

One after the other, in a thread beside the answers, so that the browser is told how far each has come and may be
closed meanwhile. Of a job that the server's end cuts short, what it has stored is kept, and the source stays in the
list: it goes on with the next run.
"""

import logging
import queue
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from index.collection import Collection
from index.errors import BylineError
from index.runs import Synced
from index.settings import IndexSettings
from index.syncing import Follower
from ui.answering import Overloaded
from ui.errors import UNEXPECTED, shown

LOG = logging.getLogger(__name__)
Kind = Literal["add", "sync", "remove"]
REMEMBERED = 30
"""Jobs that have ended and are still shown."""
MOST_WAITING = 50
TOLD = 100
"""Problems of a job that are told one by one; a site that is down has one for every page."""
PATIENCE = 5.0
"""Seconds that the server waits for a job to end when it is stopped; it may be cut short anywhere."""


@dataclass(frozen=True, slots=True)
class Job:
    """One of them, as far as it has come."""

    id: str
    kind: Kind
    location: str
    """The address or source; "" for every source."""
    state: Literal["waiting", "running", "done", "stopped", "failed"] = "waiting"
    done: int = 0
    total: int = 0
    """Items; 0 while nobody knows how many there are."""
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    problems: tuple[str, ...] = ()
    more_problems: int = 0
    """How many there are beside these."""

    def to_json(self) -> dict[str, Any]:
        """The job as JSON values."""
        return asdict(self)

    def ended(self, synced: Synced, *, stopped: bool) -> "Job":
        """The job with what came of it."""
        added, problems = synced.added, [str(problem) for problem in synced.added.problems]
        return replace(
            self,
            state="stopped" if stopped else "done",
            added=len(added.added),
            updated=len(added.updated),
            unchanged=len(added.unchanged),
            removed=synced.removed,
            problems=tuple(problems[:TOLD]),
            more_problems=max(0, len(problems) - TOLD),
        )


class Jobs:
    """The jobs of a collection; usable from any thread, ``close`` ends them."""

    def __init__(self, collection: Collection, settings: IndexSettings) -> None:
        self._collection = collection
        self._settings = settings
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._stops: dict[str, threading.Event] = {}
        self._changing = threading.Lock()
        self._waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def close(self) -> None:
        """Begin no job any more, and wait a little for the one that is going on."""
        with self._changing:
            for stop in self._stops.values():
                stop.set()
        self._waiting.put(None)
        if self._thread:
            self._thread.join(PATIENCE)

    def all(self) -> list[Job]:
        """Those that wait, go on or have ended lately, the first set going first."""
        with self._changing:
            return list(self._jobs.values())

    def begin(self, kind: Kind, location: str) -> Job:
        """Set a job going, or give the same one that has not ended; ``Overloaded``."""
        with self._changing:
            open_jobs = [job for job in self._jobs.values() if job.state in ("waiting", "running")]
            for job in open_jobs:
                if (job.kind, job.location) == (kind, location):
                    return job
            if len(open_jobs) >= MOST_WAITING:
                raise Overloaded("Too much is waiting to be read already. Try again when some of it is done.", wait=60)
            job = Job(secrets.token_hex(8), kind, location)
            self._jobs[job.id] = job
            self._stops[job.id] = threading.Event()
            self._forget()
            if not self._thread:
                self._thread = threading.Thread(target=self._work, name="library", daemon=True)
                self._thread.start()
        self._waiting.put(job.id)
        return job

    def stop(self, job_id: str) -> bool:
        """Have a job end soon, what it has stored kept; False where there is none of that id that has not ended."""
        with self._changing:
            stop = self._stops.get(job_id)
            if stop:
                stop.set()
                if self._jobs[job_id].state == "waiting":
                    self._jobs[job_id] = replace(self._jobs[job_id], state="stopped")
        return stop is not None

    def _work(self) -> None:
        while (job_id := self._waiting.get()) is not None:
            stop = self._stops[job_id]
            try:
                if not stop.is_set():
                    self._change(job_id, lambda job: replace(job, state="running"))
                synced = self._carried_out(self._jobs[job_id], stop)
                self._change(job_id, lambda job: job.ended(synced, stopped=stop.is_set()))  # noqa: B023  called at once
            except BylineError as error:
                self._fail(job_id, shown(error)[0])
            except Exception:
                if not stop.is_set():
                    LOG.exception("The library's work on %s failed", self._jobs[job_id].location)
                self._fail(job_id, UNEXPECTED)
            with self._changing:
                del self._stops[job_id]

    def _carried_out(self, job: Job, stop: threading.Event) -> Synced:
        def progress(done: int, total: int) -> None:
            self._change(job.id, lambda now: replace(now, done=done, total=total))

        if stop.is_set():
            return Synced()
        follower = Follower.of(self._collection, self._settings, stopped=stop.is_set)
        if job.kind == "add":
            return follower.add([job.location], progress=progress)
        if job.kind == "remove":
            return Synced(removed=follower.remove(job.location))
        return follower.sync(only=(job.location,) if job.location else (), progress=progress)

    def _fail(self, job_id: str, line: str) -> None:
        self._change(job_id, lambda job: replace(job, state="failed", problems=(line,)))

    def _change(self, job_id: str, changed: Callable[[Job], Job]) -> None:
        with self._changing:
            self._jobs[job_id] = changed(self._jobs[job_id])

    def _forget(self) -> None:
        """Let go of the oldest that have ended; called while ``_changing`` is held."""
        ended = [job.id for job in self._jobs.values() if job.state not in ("waiting", "running")]
        for job_id in ended[: max(0, len(ended) - REMEMBERED)]:
            del self._jobs[job_id]
