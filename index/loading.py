"""From a file, a folder or a corpus to articles; what cannot be read comes out as a problem beside them."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from index.articles import Article, Metadata
from index.cleaning.facts import Facts, find_date
from index.cleaning.html import clean_html
from index.cleaning.markdown import clean_markdown
from index.cleaning.page import Cleaned, clean_text
from index.decoding import decode
from index.errors import SourceUnreadable

Loaded = Article | SourceUnreadable

LARGEST_FILE = 50_000_000
"""Bytes."""
LONGEST_ARTICLE = 2_000_000
"""Characters, markup included: four long novels. Beyond it is a collection or an accident."""
CLEANERS: dict[str, Callable[[str], Cleaned]] = {
    ".txt": clean_text,
    ".text": clean_text,
    ".md": clean_markdown,
    ".markdown": clean_markdown,
    ".html": clean_html,
    ".htm": clean_html,
}
CORPUS = ".jsonl"
KINDS = ".txt, .md, .html or .jsonl"
LOOKS_LIKE_HTML = re.compile(r"\s*(?:<!--.*?-->\s*)?(?:<!doctype html|<html)\b", re.IGNORECASE | re.DOTALL)
LABEL_CHARACTERS = 80


def load(path: Path) -> Iterator[Loaded]:
    """The articles of a file, a corpus or a folder, in the order of their names, and a problem for each that fails.

    Only a path that is not there raises ``SourceUnreadable``. A folder is walked; hidden files, links that lead out of
    it and files of other kinds are passed over.
    """
    if not path.exists():
        raise SourceUnreadable(f"No such file or folder: {path}. Check the spelling of the path.")
    return _folder(path) if path.is_dir() else _file(path)


def _folder(folder: Path) -> Iterator[Loaded]:
    found = False
    for path in _walked(folder, folder.resolve()):
        found = True
        yield from _file(path)
    if not found:
        yield SourceUnreadable(f"{folder} holds no article. Put {KINDS} files in it.")


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
        elif path.is_file() and path.suffix.lower() in {*CLEANERS, CORPUS}:
            yield path


def _file(path: Path) -> Iterator[Loaded]:
    """What one file holds."""
    kind = path.suffix.lower()
    try:
        if not path.is_file():
            yield SourceUnreadable(f"{path} is not a regular file. Name a {KINDS} file or a folder of them.")
        elif kind == CORPUS:
            yield from _corpus(path)
        elif kind in CLEANERS:
            yield _article(path, CLEANERS[kind])
        else:
            yield SourceUnreadable(f"{path} is of no kind that can be read. Save it as {KINDS}.")
    except SourceUnreadable as problem:
        yield problem
    except OSError as exc:
        yield SourceUnreadable(f"{path} cannot be read: {exc.strerror or exc}. Check its permissions.")


def _article(path: Path, cleaner: Callable[[str], Cleaned]) -> Article:
    if path.stat().st_size > LARGEST_FILE:
        raise SourceUnreadable(f"{path} is larger than 50 MB. Split it into its articles.")
    content = path.read_bytes()
    if not content.strip():
        raise SourceUnreadable(f"{path} is empty. Save the article's text in it, or leave it out.")
    try:
        raw = decode(content, markup=cleaner is clean_html)
    except ValueError as exc:
        raise SourceUnreadable(f"{path} {exc}. Save it as UTF-8 text or HTML.") from exc
    if len(raw) > LONGEST_ARTICLE:
        raise SourceUnreadable(
            f"{path} is longer than any article ({len(raw):,} characters). Split it into its articles."
        )
    cleaned = clean_html(raw) if LOOKS_LIKE_HTML.match(raw[:2_000]) else cleaner(raw)
    if not cleaned.text:
        raise SourceUnreadable(f"{path} has no text left once page furniture is off. Check that it holds an article.")
    name = _printable(path.stem)
    readable = " ".join(re.split(r"[\s_-]+", name)).strip()
    title = cleaned.facts.title or readable[:1].upper() + readable[1:]
    return Article(name, cleaned.text, _metadata(title, cleaned.facts), _printable(str(path.resolve())))


def _corpus(path: Path) -> Iterator[Loaded]:
    """The articles of a corpus, one a line; a line that is none is a problem, and the rest goes on."""
    empty = True
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        empty = False
        try:
            yield _from_line(line, path)
        except SourceUnreadable as problem:
            yield SourceUnreadable(f"{path} line {number}: {problem}. Mend the line; the others are read.")
    if empty:
        yield SourceUnreadable(f"{path} is empty. Save a corpus in it, or leave it out.")


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of a file, none read further than the largest article; of a longer one, its beginning."""
    with path.open("rb") as file:
        while line := file.readline(LARGEST_FILE):
            yield line
            while len(line) == LARGEST_FILE and not line.endswith(b"\n"):
                line = file.readline(LARGEST_FILE)


def _from_line(line: bytes, path: Path) -> Article:
    entry = _entry(line)
    key, text, title = entry.get("_id"), entry.get("text"), entry.get("title") or ""
    if not isinstance(key, str | int) or isinstance(key, bool) or not str(key).strip():
        raise SourceUnreadable('it has no "_id"')
    if _printable(str(key)) != str(key):
        raise SourceUnreadable('its "_id" holds half a character')
    if not isinstance(text, str) or not isinstance(title, str):
        raise SourceUnreadable('its "text" or "title" is missing or is not text')
    if len(text) > LONGEST_ARTICLE:
        raise SourceUnreadable(f"it is longer than any article ({len(text):,} characters)")
    cleaned = clean_text(text, known=_declared(title, entry.get("metadata")))
    if not cleaned.text:
        raise SourceUnreadable("it has no text, or none once page furniture is off")
    label = cleaned.facts.title or _label(cleaned.text)
    return Article(str(key), cleaned.text, _metadata(label, cleaned.facts), f"{_printable(str(path.resolve()))}#{key}")


def _entry(line: bytes) -> dict[str, Any]:
    """The JSON object of a line."""
    if len(line) == LARGEST_FILE:
        raise SourceUnreadable("it is larger than 50 MB")
    try:
        entry = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as exc:
        raise SourceUnreadable("it is not UTF-8") from exc
    except (ValueError, RecursionError) as exc:
        raise SourceUnreadable(f"it is not JSON ({str(exc)[:80]})") from exc
    if not isinstance(entry, dict):
        raise SourceUnreadable("it is not a JSON object")
    return entry


def _declared(title: str, metadata: Any) -> Facts:
    """What a corpus says about an article; a value of another kind than expected is passed over."""
    said = metadata if isinstance(metadata, dict) else {}
    texts = {key: value.strip() for key, value in said.items() if isinstance(value, str) and value.strip()}
    published: date | None = find_date(texts.get("published", ""))
    return Facts(
        title=" ".join(title.split()) or None,
        url=texts.get("url"),
        published=published,
        author=texts.get("author"),
        publisher=texts.get("publisher"),
    )


def _metadata(title: str, facts: Facts) -> Metadata:
    """The facts as an article carries them, each a single printable line."""

    def line(text: str | None) -> str | None:
        return " ".join(_printable(text).split()) or None if text else None

    return Metadata(line(title) or "", line(facts.url), facts.published, line(facts.author), line(facts.publisher))


def _label(text: str) -> str:
    """The beginning of a text, to name an article that has no title."""
    first = text.split("\n", 1)[0]
    return first if len(first) <= LABEL_CHARACTERS else f"{first[:LABEL_CHARACTERS].rsplit(' ', 1)[0]}…"


def _printable(text: str) -> str:
    """The text without half characters and NUL: file names may hold the first, JSON both."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
