"""Files that a browser sends, kept inside the data directory and added to the collection.

A file is kept under a name made from the hash of the one it was sent with: nothing that a sender chooses names a place
on disk, and the same name sent again replaces the earlier file and its articles. The sender's name stays what people
see: it tells the kind of the file, and the title of an article that has none.
"""

import hashlib
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from index.articles import Article
from index.collection import Added, Collection
from index.errors import SourceUnreadable
from index.loading import Loaded, Origin, load_file
from index.loading.kinds import kind_of

LONGEST_NAME = 120  # bytes; it becomes an id, and stands in addresses


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent: the name the sender gave it and its bytes."""

    name: str
    content: BinaryIO


def add_uploads(collection: Collection, folder: Path, *, uploads: Sequence[Upload]) -> Added:
    """Keep the files in ``folder`` and add their articles; a file that cannot be read is a problem and is not kept."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="incoming-", dir=folder) as staging:
        return collection.add(_articles(folder, Path(staging), uploads=uploads))


def _articles(folder: Path, staging: Path, *, uploads: Sequence[Upload]) -> Iterator[Loaded]:
    for number, upload in enumerate(uploads):
        name = safe_name(upload.name)
        staged, kept = staging / str(number), folder / generated_name(upload.name)
        try:
            with staged.open("wb") as file:
                shutil.copyfileobj(upload.content, file)
        except OSError as exc:
            yield SourceUnreadable(f"{name} cannot be kept: {exc.strerror or exc}. Make room, and send it again.")
            continue
        found = list(load_file(staged, Origin(str(kept), name, shown=name)))
        if any(isinstance(item, Article) for item in found):
            staged.replace(kept)
        yield from found


def generated_name(name: str) -> str:
    """The name under which a file is kept, from that with which it was sent: always the same, and always harmless."""
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:32] + (kind_of(name) or "")


def safe_name(name: str) -> str:
    """The last part of the name without control and direction characters, short enough to be seen."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    stem, dot, suffix = shown.strip(" .").rpartition(".")
    if not dot:
        stem, suffix = suffix, ""
    suffix = suffix[:10]
    stem = stem.encode()[: LONGEST_NAME - len(suffix.encode())].decode(errors="ignore").strip(" .")
    return f"{stem or 'article'}{dot}{suffix}"
