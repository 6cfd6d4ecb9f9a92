"""``/eval``: the runs of ``byline-eval`` with their reports, and a new run started from the browser, with its progress.

A run is a folder, and only the folders that are there are served: no path comes from a request. A new run is a process
of its own, so that it takes nothing from the server but processor time; stopped with the server, it goes on when it is
started again.
"""

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.exceptions import HTTPException

from index.collection import Collection
from index.errors import BylineError
from ui.pages import templates
from ui.security import own_page

RUNS = Path("runs")
"""Where ``byline-eval run`` puts its folders."""
SAMPLES = "samples"
"""The built-in question set, which is asked over the articles that come with Byline."""
PAGE = own_page(forms="'self'", framed="'none'")
# A report shows what articles, questions and models say. Should anything of it become a script, it is of no origin:
# it reads and asks nothing here, and reaches nothing elsewhere.
REPORT = {
    "content-security-policy": "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
    # A browser refuses a sandboxed page that keeps its window for its own origin.
    "cross-origin-opener-policy": "unsafe-none",
}
SHOWN = ("right", "answered_right", "abstain_accuracy", "citation_precision")
"""Figures that the list shows of a run."""


class RunRefused(BylineError):
    """A run that cannot be started now."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run as the list shows it."""

    name: str
    questions: str
    """The name of its question set."""
    started: str
    state: str
    """"finished", "running" or "stopped"."""
    asked: int
    cases: int
    """0 where it is not known yet."""
    figures: dict[str, float]


class Evaluations:
    """The runs in a folder, and the one that is being carried out; ``close`` stops that."""

    def __init__(self, collection: Collection, data: Path, *, runs: Path = RUNS) -> None:
        """``data``: the data directory; question sets lie in its folder ``questions``."""
        self._collection = collection
        self._data = data
        self._runs = runs
        self._starting = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._complaints: IO[bytes] | None = None
        self._running = ""

    def router(self) -> APIRouter:
        """The list, its form, and the reports; ``ui.access.rules`` lets in owners alone."""
        router = APIRouter(include_in_schema=False)
        router.get("/eval")(self.page)
        router.post("/eval")(self.begin)
        router.get("/eval/{name}")(self.report)
        return router

    def page(self) -> HTMLResponse:
        """All runs, the latest first; loaded again every two seconds while one is going on."""
        going_on = self._going_on()
        runs = sorted(self.runs(going_on), key=lambda run: run.started, reverse=True)
        page = templates().get_template("evaluations.html")
        shown = page.render(
            runs=runs, sets=[SAMPLES, *self._sets()], busy=going_on, trouble=self._trouble(), shown=SHOWN
        )
        return HTMLResponse(shown, headers={"content-security-policy": PAGE, "cache-control": "no-store"})

    def begin(self, questions: Annotated[str, Form()]) -> RedirectResponse:
        """Start a run of the question set, and show the list."""
        try:
            self.start(questions)
        except RunRefused as error:
            raise HTTPException(409, str(error)) from error
        return RedirectResponse("eval", status_code=303)

    def report(self, name: str) -> HTMLResponse:
        """The report of a finished run, kept from everything else."""
        folder = next((folder for folder in self._folders() if folder.name == name), None)
        if folder is None or not (file := folder / "report.html").is_file():
            missing = templates().get_template("missing.html")
            page = missing.render(root="../", reason="There is no report of that name.")
            return HTMLResponse(page, status_code=404, headers={"content-security-policy": PAGE})
        return HTMLResponse(file.read_bytes(), headers=REPORT)

    def runs(self, going_on: str) -> Iterator[Run]:
        """What is known of every run; one is ``going_on``, or "" is."""
        for folder in self._folders():
            manifest, metrics = _json(folder / "manifest.json"), _json(folder / "metrics.json")
            if "fingerprint" not in manifest:
                continue
            finished = "finished" in manifest and bool(metrics)
            overall = metrics.get("overall") or {}
            yield Run(
                name=folder.name,
                questions=Path(str(manifest.get("questions"))).stem,
                started=str(manifest.get("started"))[:19].replace("T", " "),
                state="running" if folder.name == going_on else "finished" if finished else "stopped",
                asked=_lines(folder / "results.jsonl"),
                cases=manifest.get("cases") or _lines(Path(str(manifest.get("questions")))),
                figures={name: overall[name]["value"] for name in SHOWN if name in overall},
            )

    def start(self, questions: str) -> None:
        """Begin a run of the built-in set, or of one of the owner's over the collection; ``RunRefused``."""
        with self._starting:
            if self._going_on():
                raise RunRefused("A run is going on. Wait until it is done.")
            arguments = ["--set", SAMPLES]
            if questions != SAMPLES:
                if (file := self._sets().get(questions)) is None:
                    raise RunRefused("There is no question set of that name.")
                arguments = ["--set", str(file.absolute()), "--articles", str(self._exported())]
            self._running = f"{datetime.now():%Y-%m-%d-%H%M%S}-{questions}"  # noqa: DTZ005  as its owner's clock says
            try:
                self._runs.mkdir(parents=True, exist_ok=True)
            except OSError as exc:
                # As a service the server is started where it may not write.
                raise RunRefused("No run can be kept where the server was started; use byline-eval run --out.") from exc
            self._let_go()
            self._complaints = tempfile.TemporaryFile()  # noqa: SIM115  closed with the run
            out = self._runs / self._running
            # -P: nothing that lies in the current folder is imported in place of ours.
            command = [sys.executable, "-P", "-m", "eval", "run", *arguments, "--out", str(out)]
            self._process = subprocess.Popen(  # noqa: S603  no part of it comes from a request
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._complaints
            )

    def close(self) -> None:
        """Stop the run that is going on."""
        with self._starting:
            if self._process and self._process.poll() is None:
                self._process.terminate()
                self._process.wait()
            self._let_go()

    def _let_go(self) -> None:
        if self._complaints:
            self._complaints.close()
        self._complaints = self._process = None

    def _going_on(self) -> str:
        """The name of the run that is going on, empty for none."""
        process = self._process
        return self._running if process is not None and process.poll() is None else ""

    def _trouble(self) -> str:
        """The last line of a run that failed, empty for none."""
        process, complaints = self._process, self._complaints
        if process is None or complaints is None or not process.poll():
            return ""
        complaints.seek(0)
        lines = complaints.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "The run was stopped."

    def _folders(self) -> list[Path]:
        if not self._runs.is_dir():
            return []
        return sorted(folder for folder in self._runs.iterdir() if folder.is_dir() and not folder.is_symlink())

    def _sets(self) -> dict[str, Path]:
        """The owner's question sets by their names."""
        return {file.stem: file for file in sorted((self._data / "questions").glob("*.jsonl")) if file.stem != SAMPLES}

    def _exported(self) -> Path:
        """The collection's articles as a corpus that a run can read."""
        file = self._data / "evaluation" / "articles.jsonl"
        file.parent.mkdir(exist_ok=True)
        fresh = file.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as corpus:
            for listed in self._collection.articles():
                metadata, article = listed.metadata, self._collection.article(listed.id)
                known = {name: getattr(metadata, name) for name in ("url", "author", "publisher")}
                known["published"] = metadata.published.isoformat() if metadata.published else None
                line = {"_id": article.id, "title": metadata.title, "text": article.text, "metadata": known}
                corpus.write(json.dumps(line) + "\n")
        fresh.replace(file)
        return file.absolute()


def _json(file: Path) -> dict[str, Any]:
    """What the file holds, nothing where it cannot be read."""
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def _lines(file: Path) -> int:
    """How many lines with something in them."""
    try:
        with file.open("rb") as lines:
            return sum(bool(line.strip()) for line in lines)
    except OSError:
        return 0
