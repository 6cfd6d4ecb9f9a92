"""A backup becomes the collection again: read to its end and found sound before anything is replaced."""

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from index.backup import BLOCK, BackupUnusable, Manifest, checked, flush, opened, read_member, writing
from index.database import CATALOG, connected, require_sound, snapshot, telling
from index.embedding import Embedder
from index.errors import BylineError, CollectionForeign
from index.killpoints import around
from index.lock import WriterLock
from index.migrating import newest
from index.renewing import renew

MOST_EXPANSION = 200
"""Times that a backup may grow when it is unpacked; text shrinks to a fifth, a bomb to a thousandth."""


def restore(file: Path, folder: Path, *, embedder: Embedder, force: bool = False) -> Manifest:
    """Make the collection in ``folder`` the one that was backed up; what is derived is rebuilt when it is next opened.

    Nothing is replaced before all of the backup has been read and found sound, and has its vectors from this embedder.
    The catalog that stood there is kept beside it as ``catalog.sqlite.before-restore``. ``BackupUnusable``,
    ``CollectionBusy``, ``CollectionForeign``.
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = WriterLock(folder, "byline restore")
        try:
            if not force and (folder / CATALOG).exists() and _articles(folder / CATALOG):
                raise BackupUnusable(f"{folder} holds articles already. Replace them with --force, or choose --data.")
            with opened(file) as archive, tempfile.TemporaryDirectory(prefix="restoring-", dir=folder) as staging:
                manifest = checked(archive, file)
                _require_room(manifest, file, folder)
                for name, said in manifest.files.items():
                    read_member(archive, name, said=said, target=Path(staging) / name)
                _prepare(Path(staging) / CATALOG)
                renew(Path(staging) / CATALOG, embedder)
                _swap(Path(staging), folder, manifest)
        finally:
            lock.release()
    return manifest


def _require_room(manifest: Manifest, file: Path, folder: Path) -> None:
    """``BackupUnusable`` where unpacking would fill the disk, honestly or not."""
    wanted = sum(size for size, _ in manifest.files.values())
    if wanted > MOST_EXPANSION * file.stat().st_size + BLOCK:
        raise BackupUnusable(f"{file} would grow more than {MOST_EXPANSION} times: it is no backup of Byline's.")
    if wanted > (free := shutil.disk_usage(folder).free):
        raise BackupUnusable(f"{file} needs {wanted >> 20} MB, and the disk of {folder} has {free >> 20} MB left.")


def _prepare(catalog: Path) -> None:
    """See that the catalog is sound and of no later version, and have what is derived from it rebuilt."""
    with telling(catalog), closing(sqlite3.connect(catalog, isolation_level=None)) as db:
        require_sound(db, catalog)
        meta = dict(db.execute("SELECT name, value FROM meta").fetchall())
        if (have := int(meta.get("schema", 0))) > newest():
            raise CollectionForeign(
                f"The backup was made by a later version of Byline (schema {have}, and this one reads {newest()}). "
                "Restore it with the version that made it."
            )
        # The indexes that stand here are another catalog's, however alike they look.
        db.execute("DELETE FROM progress")


def _swap(staging: Path, folder: Path, manifest: Manifest) -> None:
    """Put the files in their places; the catalog last and at once, so that it is always the old one or the new."""
    for name in sorted(manifest.files, key=lambda name: name == CATALOG):
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.suffix == ".sqlite":
            _keep(place)
            for log in ("-wal", "-shm"):
                place.with_name(f"{place.name}{log}").unlink(missing_ok=True)
        with around("restore swap"):
            (staging / name).replace(place)
    flush(folder)


def _keep(database: Path) -> None:
    """Leave a copy of the database that is being replaced, damaged as it may be."""
    kept = database.with_name(f"{database.name}.before-restore")
    if database.exists():
        kept.unlink(missing_ok=True)
        kept.touch(mode=0o600)
        try:
            snapshot(database, kept)
        except BylineError:
            shutil.copyfile(database, kept)


def _articles(catalog: Path) -> int:
    """How many articles it holds; one that cannot be read is not empty."""
    try:
        with telling(catalog), closing(connected(catalog)) as db:
            return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])
    except BylineError:
        return 1
