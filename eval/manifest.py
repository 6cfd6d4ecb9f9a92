"""What shaped a run, on disk beside its results, so that a run is only ever continued as itself."""

import hashlib
import json
import os
import platform
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any

from assistant.settings import Settings
from eval.baselines import DEFAULT
from eval.errors import RunForeign
from eval.judges import Judge
from index.embedding import MiniLM
from index.errors import SourceUnreadable

MANIFEST = "manifest.json"
RESULTS = "results.jsonl"
METRICS = "metrics.json"
COLLECTION = "collection"

# They cut the text, count it, embed it and find it: another version of one may give another answer.
PACKAGES = (
    "chromadb",
    "llama-index-core",
    "numpy",
    "onnxruntime",
    "sentencex",
    "tantivy",
    "tiktoken",
    "tokenizers",
    "lxml",
)
MODELS = {
    "index/model": ("*.onnx", "tokenizer.json"),
    "assistant/reader": ("*.onnx", "*.npz", "*.json"),
    "assistant/entailer": ("*.onnx",),
}
"""Folders with files that were fitted or trained, and which files these are."""
BASELINES = ("baselines.py", "stock.py")
# Where the collection lies and what a server binds touch no answer, nor does the key; the engines are named apart.
OUTSIDE = {"data", "host", "port", "engine", "model_key"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be evaluated."""

    articles: tuple[Path, ...]
    """Each a file, a folder or a corpus.jsonl."""
    questions: Path
    engines: tuple[str, ...] = DEFAULT
    """The one that is examined first, then those that stand beside it."""
    limit: int | None = None
    """Ask the first so many cases only, or so many at random where there is a seed."""
    tag: str | None = None
    """Ask the cases of this tag only."""
    seed: int | None = None
    workers: int = 1
    """Questions asked at the same time; it shapes no answer, only the times."""
    judge: Judge | None = None
    """The language model that judges what the first engine says, if there is one."""


def inputs(plan: Plan, settings: Settings) -> dict[str, Any]:
    """All that decides the results: the two data files, the choice of cases, settings, weights, code and libraries."""
    return {
        "corpus": [digest(path) for path in plan.articles],
        "questions": digest(plan.questions),
        "engines": list(plan.engines),
        "limit": plan.limit,
        "tag": plan.tag,
        "seed": plan.seed,
        "judge": plan.judge.named if plan.judge else None,
        "settings": settings.model_dump(mode="json", exclude=OUTSIDE),
        "embedder": MiniLM().id,
        "models": _models(),
        "code": {
            **{package: digest(Path(str(files(package))), without={"samples"}) for package in ("assistant", "index")},
            **{f"eval/{name}": digest(Path(str(files("eval") / name))) for name in BASELINES},
        },
        "byline": _own_version(),
        "python": platform.python_version(),
        "packages": {package: version(package) for package in PACKAGES},
    }


def _models() -> dict[str, str]:
    """SHA-256 of each model file by its path in the project."""
    found = {}
    for folder, patterns in MODELS.items():
        package, _, inside = folder.partition("/")
        where = Path(str(files(package) / inside))
        for file in sorted(file for pattern in patterns for file in where.glob(pattern)):
            found[f"{folder}/{file.name}"] = digest(file)
    return found


def fingerprint(shaped_by: Mapping[str, Any]) -> str:
    """SHA-256 of the inputs as canonical JSON, in hex."""
    return hashlib.sha256(json.dumps(shaped_by, sort_keys=True).encode()).hexdigest()


def digest(path: Path, *, without: Iterable[str] = ()) -> str:
    """SHA-256, in hex, of a file, or of the names and bytes of all files in a folder.

    Hidden files, compiled code and the subfolders named in ``without`` do not count. SourceUnreadable where there is
    nothing.
    """
    if not path.exists():
        raise SourceUnreadable(f"No such file or folder: {path}. Check the spelling of the path.")
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
            "articles": [str(path) for path in plan.articles],
            "questions": str(plan.questions),
            "machine": {
                "system": platform.platform(),
                "processor": _processor(),
                "cores": os.cpu_count(),
                "memory_mb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1_000_000,
            },
            "workers": plan.workers,
            "started": _now(),
        },
    )


def finish(folder: Path, found: Mapping[str, Any]) -> dict[str, Any]:
    """Add what the run found out about itself, and when it ended; the whole manifest."""
    manifest = {**_read(folder / MANIFEST), **found, "finished": _now()}
    _write(folder / MANIFEST, manifest)
    return manifest


def _processor() -> str:
    """The processor's name as the machine knows it."""
    try:
        described = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        described = ""
    named = re.search(r"^model name\s*:\s*(.+)$", described, re.MULTILINE)
    return named[1] if named else platform.processor() or platform.machine()


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


def write_whole(file: Path, text: str) -> None:
    """Replace the file in one step: a kill leaves the old one or the new one."""
    beside = file.with_name(f"{file.name}.new")
    # A lone surrogate from a question set has no bytes in UTF-8; it must not cost the file.
    beside.write_text(text, "utf-8", errors="replace")
    beside.replace(file)


def _write(file: Path, manifest: Mapping[str, Any]) -> None:
    write_whole(file, json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
