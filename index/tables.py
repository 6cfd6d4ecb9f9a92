"""What the catalog's tables hold, and how it is read out of them, inside a transaction of the catalog."""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.articles import Article, Metadata, Passage, Sentence

PASSAGES = """
SELECT p.key, p.number, p.start, p."end", p.text, p.sentences, p.vector,
       a.id AS article_id, a.title, a.url, a.published, a.author, a.publisher, a.updated, a.language
FROM passages AS p JOIN articles AS a ON p.article = a.key
"""
SURROUNDINGS = """
SELECT h.key AS beside, p.number - h.number AS place, p.number, p.start, p."end", p.text, p.sentences
FROM json_each(?) AS wanted CROSS JOIN passages AS h ON h.key = wanted.value
JOIN passages AS p ON p.article = h.article AND p.number BETWEEN h.number - 1 AND h.number + 1
"""
SAID = """
SELECT a.key, a.id, a.title, a.url, a.published, a.author, a.publisher, a.updated, a.language
FROM json_each(?) AS wanted CROSS JOIN articles AS a INDEXED BY articles_said ON a.key = wanted.value
"""
VERSIONS = """
SELECT a.key, substr(a.digest, 1, 16) AS version
FROM json_each(?) AS wanted CROSS JOIN articles AS a INDEXED BY articles_said ON a.key = wanted.value
"""


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """An article ready to be stored: cut into passages, each with its vector (a row of ``vectors``)."""

    article: Article
    passages: tuple[Passage, ...]
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of an article that was put into the catalog, and the id that it has there."""

    id: str
    outcome: Literal["added", "updated", "unchanged"]


@dataclass(frozen=True, slots=True, eq=False)
class StoredPassage:
    """A passage as the catalog holds it."""

    key: int
    passage: Passage
    metadata: Metadata
    vector: NDArray[np.float32]
    """Of length 1."""


class Candidate(NamedTuple):
    """What a passage is ranked by; a tuple, since a question makes a hundred of them."""

    key: int
    article: int
    """The article's key."""
    article_id: str
    number: int
    family: int
    """The same for articles that are near copies of each other."""
    published: str | None
    """In ISO format."""
    cosine: float
    """How near it is to the question."""


def surroundings(db: sqlite3.Connection, found: Collection[Candidate]) -> dict[int, dict[int, Passage]]:
    """For the key of each passage: it (0), the one before (-1) and the one after it (1) in its article."""
    names = {candidate.key: candidate.article_id for candidate in found}
    around: dict[int, dict[int, Passage]] = {}
    for row in db.execute(SURROUNDINGS, (json.dumps(list(names)),)):
        around.setdefault(row["beside"], {})[row["place"]] = _read_passage(row, names[row["beside"]])
    return around


def read_passages(db: sqlite3.Connection, keys: Collection[int]) -> list[StoredPassage]:
    """The passages with these keys, ordered by key; keys that are gone are left out."""
    # One parameter however many keys, so that SQLite's limit on their number does not matter.
    wanted = json.dumps(list(keys))
    rows = db.execute(PASSAGES + "JOIN json_each(?) AS wanted ON p.key = wanted.value ORDER BY p.key", (wanted,))
    return [read_passage(row) for row in rows]


def read_said(db: sqlite3.Connection, articles: Collection[int]) -> dict[int, tuple[str, Metadata]]:
    """The id of each article with one of these keys, and what it says about itself."""
    rows = db.execute(SAID, (json.dumps(list(articles)),))
    return {row["key"]: (row["id"], read_metadata(row)) for row in rows}


def read_versions(db: sqlite3.Connection, articles: Collection[int]) -> dict[int, str]:
    """What names the present version of each article with one of these keys: how its digest begins."""
    return {row["key"]: row["version"] for row in db.execute(VERSIONS, (json.dumps(list(articles)),))}


def read_passage(row: sqlite3.Row) -> StoredPassage:
    """The passage in a row of ``PASSAGES``."""
    passage = _read_passage(row, row["article_id"])
    return StoredPassage(row["key"], passage, read_metadata(row), np.frombuffer(row["vector"], np.float32))


def read_metadata(row: sqlite3.Row) -> Metadata:
    """The metadata in a row that has its columns."""
    published, updated = (date.fromisoformat(row[name]) if row[name] else None for name in ("published", "updated"))
    return Metadata(row["title"], row["url"], published, row["author"], row["publisher"], updated, row["language"])


def sources(db: sqlite3.Connection, article_id: str) -> tuple[str, ...]:
    """The sources of an article, the first one first."""
    rows = db.execute(
        "SELECT source FROM origins WHERE article = (SELECT key FROM articles WHERE id = ?) ORDER BY rowid",
        (article_id,),
    )
    return tuple(row["source"] for row in rows)


def _read_passage(row: sqlite3.Row, article_id: str) -> Passage:
    start, text = row["start"], row["text"]
    sentences = tuple(Sentence(a, b, text[a - start : b - start]) for a, b in json.loads(row["sentences"]))
    return Passage(article_id, row["number"], start, row["end"], text, sentences)
