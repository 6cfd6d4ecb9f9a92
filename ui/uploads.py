"""Files that a browser sends, kept inside the data directory and added to the collection.

A file is kept under a folder named after its name's hash: nothing of the name chooses a place on disk, and the same
name sent again replaces the earlier file and its article.
"""

import hashlib
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from index.articles import Article
from index.collection import Added, Collection
from index.errors import SourceUnreadable
from index.loading import load

LONGEST_NAME = 120  # bytes; file systems stop at 255, and the index adds to a name


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent: the name the sender gave it and its bytes."""

    name: str
    content: BinaryIO


def add_uploads(collection: Collection, folder: Path, *, uploads: Sequence[Upload]) -> Added:
    """Keep the files in ``folder`` and add their articles; a file that cannot be read is a problem and is not kept."""
    with tempfile.TemporaryDirectory(prefix="incoming-", dir=_made(folder)) as staging:
        return collection.add(_articles(folder, Path(staging), uploads=uploads))


def _articles(folder: Path, staging: Path, *, uploads: Sequence[Upload]) -> Iterator[Article | SourceUnreadable]:
    for number, upload in enumerate(uploads):
        name = safe_name(upload.name)
        staged = _made(staging / str(number)) / name
        with staged.open("wb") as file:
            shutil.copyfileobj(upload.content, file)
        try:
            found = list(load(staged))
        except SourceUnreadable as problem:
            found = [problem]
        kept = folder / hashlib.sha256(upload.name.encode("utf-8", "replace")).hexdigest()[:16] / name
        if any(isinstance(item, Article) for item in found):
            staged.replace(_made(kept.parent) / name)
        for item in found:
            yield _renamed(item, str(staged), kept=str(kept), name=name)


def _renamed(item: Article | SourceUnreadable, staged: str, *, kept: str, name: str) -> Article | SourceUnreadable:
    if isinstance(item, Article):
        return replace(item, source=item.source.replace(staged, kept, 1))
    return SourceUnreadable(str(item).replace(staged, name))


def safe_name(name: str) -> str:
    """The last part of the name without control and direction characters, short enough to be a file's name."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    stem, dot, suffix = shown.strip(" .").rpartition(".")
    if not dot:
        stem, suffix = suffix, ""
    suffix = suffix[:10]
    stem = stem.encode()[: LONGEST_NAME - len(suffix.encode())].decode(errors="ignore").strip(" .")
    return f"{stem or 'article'}{dot}{suffix}"


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
