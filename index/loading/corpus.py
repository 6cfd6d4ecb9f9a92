"""A corpus: one article a line, as BEIR's ``corpus.jsonl`` has them."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from index.articles import Article
from index.cleaning.facts import Facts, find_date
from index.cleaning.page import clean_text
from index.errors import SourceUnreadable
from index.loading.articles import LONGEST_ARTICLE, Loaded, Origin, filled, metadata, printable

LONGEST_LINE = 13_000_000
"""Bytes: the longest article with each of its characters written as an escape, and its metadata."""
LABEL_CHARACTERS = 80


def read_corpus(file: BinaryIO, origin: Origin) -> Iterator[Loaded]:
    """The articles of a corpus, one a line; a line that is none is a problem, and the rest goes on."""
    empty = True
    for number, line in enumerate(_lines(file), 1):
        if not line.strip():
            continue
        empty = False
        try:
            yield _from_line(line, origin)
        except SourceUnreadable as problem:
            yield SourceUnreadable(f"{origin.shown} line {number}: {problem}. Mend the line; the others are read.")
    if empty:
        yield SourceUnreadable(f"{origin.shown} is empty. Save a corpus in it, or leave it out.")


def _lines(file: BinaryIO) -> Iterable[bytes]:
    """The lines of a file, none read further than the longest that is allowed; of a longer one, its beginning."""
    while line := file.readline(LONGEST_LINE):
        yield line
        while len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE)


def _from_line(line: bytes, origin: Origin) -> Article:
    entry = _entry(line)
    key, text, title = entry.get("_id"), entry.get("text"), entry.get("title") or ""
    if not isinstance(key, str | int) or isinstance(key, bool) or not str(key).strip():
        raise SourceUnreadable('it has no "_id"')
    if printable(str(key)) != str(key):
        raise SourceUnreadable('its "_id" holds half a character')
    if not isinstance(text, str) or not isinstance(title, str):
        raise SourceUnreadable('its "text" or "title" is missing or is not text')
    if len(text) > LONGEST_ARTICLE:
        raise SourceUnreadable(f"it is longer than any article ({len(text):,} characters)")
    cleaned = clean_text(text, known=_declared(title, entry.get("metadata")))
    if not cleaned.text:
        raise SourceUnreadable("it has no text, or none once page furniture is off")
    facts = filled(cleaned.facts, origin.known)
    label = cleaned.facts.title or _label(cleaned.text)
    return Article(str(key), cleaned.text, metadata(label, facts), f"{printable(origin.source)}#{key}")


def _entry(line: bytes) -> dict[str, Any]:
    """The JSON object of a line."""
    if len(line) == LONGEST_LINE:
        raise SourceUnreadable("it is longer than any article (13 MB)")
    try:
        entry = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as exc:
        raise SourceUnreadable("it is not UTF-8") from exc
    except (ValueError, RecursionError) as exc:
        raise SourceUnreadable(f"it is not JSON ({str(exc)[:80]})") from exc
    if not isinstance(entry, dict):
        raise SourceUnreadable("it is not a JSON object")
    return entry


def _declared(title: str, said: Any) -> Facts:
    """What a corpus says about an article; a value of another kind than expected is passed over."""
    pairs = said.items() if isinstance(said, dict) else ()
    texts = {key: value.strip() for key, value in pairs if isinstance(value, str) and value.strip()}
    return Facts(
        title=" ".join(title.split()) or None,
        url=texts.get("url"),
        published=find_date(texts.get("published", "")),
        author=texts.get("author"),
        publisher=texts.get("publisher"),
        updated=find_date(texts.get("updated", "")),
        language=language if len(language := texts.get("language", "").lower()) == 2 else None,
    )


def _label(text: str) -> str:
    """The beginning of a text, to name an article that has no title."""
    first = text.split("\n", 1)[0]
    return first if len(first) <= LABEL_CHARACTERS else f"{first[:LABEL_CHARACTERS].rsplit(' ', 1)[0]}…"
