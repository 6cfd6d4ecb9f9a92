"""What shaped a run, on disk beside its results, so that a run is only ever continued as itself."""

import hashlib
import json
import os
import platform
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any

from assistant.reading import WEIGHTS
from assistant.settings import Settings
from eval.errors import RunForeign
from index.embedding import MiniLM

MANIFEST = "manifest.json"
RESULTS = "results.jsonl"
COLLECTION = "collection"

# They cut the text, count it, embed it and find it: another version of one may give another answer.
PACKAGES = ("chromadb", "numpy", "onnxruntime", "sentencex", "tantivy", "tiktoken", "tokenizers", "trafilatura")
# Where the collection lies and what a server binds do not touch an answer.
OUTSIDE = {"data", "host", "port"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be evaluated."""

    articles: Path
    """A file, a folder or a corpus.jsonl."""
    questions: Path
    engine: str = "extractive"
    limit: int | None = None
    """Ask the first so many cases only."""
    tag: str | None = None
    """Ask the cases of this tag only."""


def inputs(plan: Plan, settings: Settings) -> dict[str, Any]:
    """All that decides the results: the two data files, the choice of cases, settings, weights, code and libraries."""
    return {
        "corpus": digest(plan.articles),
        "questions": digest(plan.questions),
        "engine": plan.engine,
        "limit": plan.limit,
        "tag": plan.tag,
        "settings": settings.model_dump(mode="json", exclude=OUTSIDE),
        "embedder": MiniLM().id,
        "reader": digest(WEIGHTS),
        "code": {package: digest(Path(str(files(package))), without={"samples"}) for package in ("assistant", "index")},
        "byline": _own_version(),
        "python": platform.python_version(),
        "packages": {package: version(package) for package in PACKAGES},
    }


def fingerprint(shaped_by: Mapping[str, Any]) -> str:
    """SHA-256 of the inputs as canonical JSON, in hex."""
    return hashlib.sha256(json.dumps(shaped_by, sort_keys=True).encode()).hexdigest()


def digest(path: Path, *, without: Iterable[str] = ()) -> str:
    """SHA-256, in hex, of a file, or of the names and bytes of all files in a folder.

    Hidden files, compiled code and the subfolders named in ``without`` do not count.
    """
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    skipped = {"__pycache__", *without}
    whole = hashlib.sha256()
    for file in sorted(file for file in path.rglob("*") if file.is_file()):
        parts = file.relative_to(path).parts
        if not any(part in skipped or part.startswith(".") for part in parts):
            whole.update(f"{'/'.join(parts)}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def claim(folder: Path, shaped_by: Mapping[str, Any], plan: Plan) -> None:
    """Make the folder this run's own: begin it, or find that it already is.

    RunForeign, and nothing touched, where it holds the answers of another run or files of something else. A run
    that has answered nothing yet has nothing to lose and is begun anew.
    """
    file = folder / MANIFEST
    if file.is_file():
        held = _read(file)
        if held["fingerprint"] == fingerprint(shaped_by):
            return
        results = folder / RESULTS
        if results.is_file() and results.stat().st_size:
            changed = ", ".join(name for name in shaped_by if held["inputs"].get(name) != shaped_by[name])
            raise RunForeign(
                f"{folder} holds another run (what differs: {changed}). Choose another --out, or remove that folder."
            )
        shutil.rmtree(folder / COLLECTION, ignore_errors=True)
    elif folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise RunForeign(f"{folder} is in use and holds no run. Choose another --out.")
    folder.mkdir(parents=True, exist_ok=True)
    _write(
        file,
        {
            "fingerprint": fingerprint(shaped_by),
            "inputs": dict(shaped_by),
            "articles": str(plan.articles),
            "questions": str(plan.questions),
            "machine": {
                "system": platform.platform(),
                "processor": platform.processor() or platform.machine(),
                "cores": os.cpu_count(),
            },
            "started": _now(),
        },
    )


def finish(folder: Path, found: Mapping[str, Any]) -> dict[str, Any]:
    """Add what the run found out about itself, and when it ended; the whole manifest."""
    manifest = {**_read(folder / MANIFEST), **found, "finished": _now()}
    _write(folder / MANIFEST, manifest)
    return manifest


def _own_version() -> str:
    try:
        return version("byline")
    except PackageNotFoundError:
        return "not installed"


def _read(file: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(file.read_text("utf-8"))
        return {"fingerprint": manifest["fingerprint"], "inputs": manifest["inputs"], **manifest}
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise RunForeign(f"{file} is not the manifest of a run. Choose another --out.") from exc


def _write(file: Path, manifest: Mapping[str, Any]) -> None:
    # Replaced in one step: a kill leaves the old manifest or the new one.
    beside = file.with_suffix(".json.new")
    beside.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")
    beside.replace(file)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
