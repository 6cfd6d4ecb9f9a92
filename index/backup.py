"""A collection in one file: a zip of its databases, the kept uploads, and a manifest with their sums.

What is derived from the catalog is left out. A backup is made while the collection is used, and read again once it is
written.
"""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

from index.database import CATALOG, snapshot, telling
from index.errors import BylineError

FORMAT = 1
MANIFEST = "manifest.json"
UPLOADS = "uploads"
LONGEST_MANIFEST = 32 * 2**20  # a hundred thousand uploads
BLOCK = 2**20
COUNTS = "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages)"


class BackupUnusable(BylineError):
    """A file that is no backup, or not one that may be restored here."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds."""

    format: int
    made_at: str
    schema: int
    embedder: str
    articles: int
    passages: int
    files: dict[str, tuple[int, str]]
    """Size and sha256 of each."""


def back_up(folder: Path, target: Path) -> Manifest:
    """Write the collection as it is at this moment to ``target``; a backup that is there already is replaced.

    It may be read by its owner only. ``BylineError`` where there is no collection, or no room; ``CollectionDamaged``.
    """
    if not (folder / CATALOG).exists():
        raise BylineError(f"There is no collection in {folder}. Choose its directory with --data.")
    if target.exists() and not zipfile.is_zipfile(target):
        raise BylineError(f"{target} is there already and is no backup. Choose another name.")
    part, staging = target.with_name(f"{target.name}.part"), target.with_name(f".{target.name}.staging")
    with writing(target):
        try:
            # Named after the target, so that what a killed process left is found again and removed.
            shutil.rmtree(staging, ignore_errors=True)
            staging.mkdir(mode=0o700)
            manifest = _pack(folder, staging, part=part)
            with opened(part) as archive:
                for name, said in checked(archive, part).files.items():
                    read_member(archive, name, said=said)
            part.replace(target)
            flush(target.parent)
        finally:
            part.unlink(missing_ok=True)
            shutil.rmtree(staging, ignore_errors=True)
    return manifest


def _pack(folder: Path, staging: Path, *, part: Path) -> Manifest:
    """Write the zip; every database as a copy of one moment, then the uploads."""
    files: dict[str, tuple[int, str]] = {}
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for database in sorted(folder.glob("*.sqlite")):
                snapshot(database, staging / database.name)
                files[database.name] = _stored(archive, staging / database.name, database.name)
            for upload in sorted((folder / UPLOADS).rglob("*")):
                if upload.is_file() and not upload.is_symlink():
                    name = upload.relative_to(folder).as_posix()
                    files[name] = _stored(archive, upload, name)
            with telling(staging / CATALOG), closing(sqlite3.connect(staging / CATALOG)) as db:
                meta = dict(db.execute("SELECT name, value FROM meta").fetchall())
                articles, passages = db.execute(COUNTS).fetchone()
            made = datetime.now().astimezone().isoformat(timespec="seconds")
            manifest = Manifest(FORMAT, made, int(meta["schema"]), meta["embedder"], articles, passages, files)
            archive.writestr(MANIFEST, json.dumps(asdict(manifest)))
        out.flush()
        os.fsync(out.fileno())
    return manifest


def _stored(archive: zipfile.ZipFile, path: Path, name: str) -> tuple[int, str]:
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
        return _sum(source, target)


def checked(archive: zipfile.ZipFile, file: Path) -> Manifest:
    """What the archive says that it holds; ``BackupUnusable`` unless that is all, and all of it belongs here."""
    try:
        info = archive.getinfo(MANIFEST)
        if info.file_size > LONGEST_MANIFEST:
            raise ValueError("its manifest is too long")  # noqa: TRY301
        said = json.loads(archive.read(info))
        if said["format"] != FORMAT:
            raise ValueError(f"it is of format {said['format']}, and this version reads {FORMAT}")  # noqa: TRY301
        said["files"] = {str(name): (int(size), str(total)) for name, (size, total) in said["files"].items()}
        manifest = Manifest(**said)
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise BackupUnusable(f"{file} is no backup of Byline's that can be read ({exc}).") from exc
    held = [info for info in archive.infolist() if info.filename != MANIFEST]
    if sorted(info.filename for info in held) != sorted(manifest.files) or CATALOG not in manifest.files:
        raise BackupUnusable(f"{file} does not hold what its manifest says.")
    for info in held:
        if not _belongs(info) or info.file_size != manifest.files[info.filename][0]:
            raise BackupUnusable(f"{file} holds {info.filename!a}, which is not part of a collection.")
    return manifest


def _belongs(info: zipfile.ZipInfo) -> bool:
    """Whether it is a database or an upload, a plain file, and nothing that could be written anywhere else."""
    path = PurePosixPath(info.filename)
    plain = not stat.S_ISLNK(info.external_attr >> 16) and not re.search(r"[\\:\0]", info.filename)
    named = re.fullmatch(r"[a-z_]+\.sqlite", info.filename) or (path.parts[0] == UPLOADS and len(path.parts) > 1)
    return bool(plain and named and ".." not in path.parts and path.as_posix() == info.filename)


def read_member(archive: zipfile.ZipFile, name: str, *, said: tuple[int, str], target: Path | None = None) -> None:
    """Unpack a file to ``target``, or only read it; ``BackupUnusable`` where it is not what the manifest says."""
    with archive.open(name) as source:
        if target is None:
            found = _sum(source, None)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            # For its owner alone: a database may hold what proves who somebody is.
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as out:
                found = _sum(source, out)
                out.flush()
                os.fsync(out.fileno())
    if found != said:
        raise BackupUnusable(f"The backup is damaged: its {name} has changed since it was written.")


def _sum(source: IO[bytes], target: IO[bytes] | None) -> tuple[int, str]:
    """Size and sha256 of what is read, and written to ``target``."""
    size, digest = 0, hashlib.sha256()
    while block := source.read(BLOCK):
        size += len(block)
        digest.update(block)
        if target:
            target.write(block)
    return size, digest.hexdigest()


@contextmanager
def opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """The backup, to be read; ``BackupUnusable``."""
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as exc:
        raise BackupUnusable(f"{file} is no backup, or a damaged one ({exc}).") from exc


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Turn the system's errors into ours, naming what was being written."""
    try:
        yield
    except OSError as exc:
        raise BylineError(f"Cannot write {place}: {exc.strerror or exc}. See that the disk has room.") from exc


def flush(folder: Path) -> None:
    """Have the system write to the disk which files the folder holds."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
