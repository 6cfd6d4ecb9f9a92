"""Paths and bytes, told apart by kind: text is read here, all else where a hostile file can do no harm."""

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit
from zipfile import ZipFile, ZipInfo

from index.cleaning.facts import Facts
from index.errors import SourceUnreadable
from index.loading.archive import articles_of, content_of, open_archive
from index.loading.articles import LARGEST_FILE, Loaded, Origin, Part, loaded, printable
from index.loading.confined import STOPPED, parse_confined
from index.loading.corpus import read_corpus
from index.loading.kinds import ALIASES, ARCHIVE, CORPUS, KINDS, READABLE, kind_of, looks_like_html, mismatch
from index.loading.parsing import parse

SHORT_TEXT = 100_000
"""Bytes up to which plain text is parsed at once: made to be slow, a longer one takes Markdown's parser minutes."""
STOPS_ALLOWED = 3
"""Members of an archive that may stop their parser before the rest is left unread."""


def load(path: Path) -> Iterator[Loaded]:
    """The articles of a file, corpus, archive or folder by the order of names, and a problem for each that fails.

    Only a path that is not there raises ``SourceUnreadable``. A folder is walked; hidden files, links that lead out of
    it and files of other kinds are passed over.
    """
    if not path.exists():
        raise SourceUnreadable(f"No such file or folder: {path}. Check the spelling of the path.")
    return _folder(path) if path.is_dir() else load_file(path, _origin(path))


def load_file(path: Path, origin: Origin) -> Iterator[Loaded]:
    """The articles of one file that is called and kept as ``origin`` says."""
    kind = kind_of(origin.name)
    try:
        if not path.is_file():
            yield SourceUnreadable(f"{origin.shown} is not a regular file. Name a {READABLE} file or a folder of them.")
        elif not kind:
            yield SourceUnreadable(f"{origin.shown} is of no kind that can be read. Save it as {READABLE}.")
        elif kind in (CORPUS, ARCHIVE):
            with path.open("rb") as file:
                yield from _streamed(file, kind, origin=origin)
        elif path.stat().st_size > LARGEST_FILE:
            yield SourceUnreadable(f"{origin.shown} is larger than 50 MB. Split it into its articles.")
        else:
            yield from _whole(path.read_bytes(), kind, origin=origin)
    except OSError as exc:
        yield SourceUnreadable(f"{origin.shown} cannot be read: {exc.strerror or exc}. Check its permissions.")


def load_content(content: bytes, kind: str, *, source: str, known: Facts) -> Iterator[Loaded]:
    """The articles in bytes that were fetched from ``source``; ``known`` counts where they themselves are silent.

    ``kind`` is a file's ending, such as ".html".
    """
    address = urlsplit(source)
    name = unquote(address.path).rstrip("/").rpartition("/")[2] or address.netloc or source
    shown = source.partition("?")[0] if address.netloc else source  # what follows may be a secret
    origin = Origin(source, printable(name), shown, known)
    kind = ALIASES.get(kind.lower(), kind.lower())
    if kind not in KINDS:
        yield SourceUnreadable(f"{shown} is of no kind that can be read. Save it as {READABLE}.")
    elif len(content) > LARGEST_FILE:
        yield SourceUnreadable(f"{shown} is larger than 50 MB. Split it into its articles.")
    elif kind in (CORPUS, ARCHIVE):
        yield from _streamed(io.BytesIO(content), kind, origin=origin)
    else:
        yield from _whole(content, kind, origin=origin)


def _origin(path: Path) -> Origin:
    return Origin(printable(str(path.resolve())), printable(path.name), str(path))


def _folder(folder: Path) -> Iterator[Loaded]:
    found = False
    for path in walk(folder):
        found = True
        yield from load_file(path, _origin(path))
    if not found:
        yield SourceUnreadable(f"{folder} holds no article. Put {READABLE} files in it.")


def walk(folder: Path) -> Iterator[Path]:
    """The files of a folder and of those in it that may hold articles, in the order of their names."""
    return _walked(folder, folder.resolve())


def _walked(folder: Path, root: Path) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for path in entries:
        if path.name.startswith(".") or not path.resolve().is_relative_to(root):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walked(path, root)
        elif path.is_file() and kind_of(path.name):
            yield path


def _whole(content: bytes, kind: str, *, origin: Origin) -> Iterator[Loaded]:
    """The articles of a file that is read as a whole."""
    return loaded(_parts(content, kind), origin)


def _parts(content: bytes, kind: str) -> list[Part]:
    if not content.strip():
        return [Part(trouble="is empty. Save the article's text in it, or leave it out.")]
    if wrong := mismatch(content, kind):
        return [Part(trouble=f"{wrong}. Give it the ending of what it is, or save it as text.")]
    if kind in (".txt", ".md"):
        if not looks_like_html(content) and len(content) <= SHORT_TEXT:
            return parse(content, kind)
        kind = ".html" if looks_like_html(content) else kind
    return parse_confined(content, kind)


def _streamed(file: BinaryIO, kind: str, *, origin: Origin) -> Iterator[Loaded]:
    """The articles of a file that holds many, one after the other."""
    return read_corpus(file, origin) if kind == CORPUS else _archive(file, origin)


def _archive(file: BinaryIO, origin: Origin) -> Iterator[Loaded]:
    """The articles of an archive's members; a member that is none is a problem, and the rest goes on."""
    beginning = file.read(64)
    if not beginning:
        yield SourceUnreadable(f"{origin.shown} is empty. Pack the articles as a ZIP archive.")
        return
    if wrong := mismatch(beginning, ARCHIVE):
        yield SourceUnreadable(f"{origin.shown} {wrong}. Pack the articles as a ZIP archive.")
        return
    try:
        archive = open_archive(file)
    except SourceUnreadable as problem:
        yield SourceUnreadable(f"{origin.shown} {problem}")
        return
    with archive:
        members = articles_of(archive)
        if not members:
            yield SourceUnreadable(f"{origin.shown} holds no article. Put {READABLE} files in it.")
        found = (item for member in members for item in _member(archive, member, origin=origin.within(member.filename)))
        yield from until_stopped(found, origin.shown)


def until_stopped(items: Iterable[Loaded], shown: str) -> Iterator[Loaded]:
    """The items up to the third that stopped its parser: each costs seconds, and one archive may hold thousands."""
    stops = 0
    for item in items:
        yield item
        stops += isinstance(item, SourceUnreadable) and str(item).endswith(tuple(STOPPED.values()))
        if stops == STOPS_ALLOWED:
            yield SourceUnreadable(f"{shown} stopped its parser {stops} times. What follows in it is left unread.")
            return


def _member(archive: ZipFile, member: ZipInfo, *, origin: Origin) -> Iterator[Loaded]:
    kind = kind_of(member.filename)
    try:
        if kind == ARCHIVE or not kind:
            yield SourceUnreadable(f"{origin.shown} is an archive within an archive. Unpack it, and add what it holds.")
        elif kind == CORPUS:
            yield from read_corpus(io.BytesIO(content_of(archive, member)), origin)
        else:
            yield from _whole(content_of(archive, member), kind, origin=origin)
    except SourceUnreadable as problem:
        yield SourceUnreadable(f"{origin.shown} {problem}")
