"""What part of a collection a question is put to."""

import heapq
import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from index.tables import Candidate

AT_ONCE = 5_000
"""Vectors compared at once: 8 MB."""
VECTORS = """
SELECT p.key, p.vector FROM json_each(?) AS wanted CROSS JOIN passages AS p ON p.key = wanted.value
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """Only articles that meet every condition given; an empty tuple is no condition.

    An article without a date is outside any span of dates.
    """

    published_from: date | None = None
    """The first day, included."""
    published_to: date | None = None
    """The last day, included."""
    publishers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    """ISO 639-1 codes."""
    sources: tuple[str, ...] = ()
    """Sources, or beginnings of sources such as a folder."""
    articles: tuple[str, ...] = ()
    """Article ids."""


EVERYTHING = Scope()


def keys_within(db: sqlite3.Connection, scope: Scope, limit: int | None = None) -> list[int]:
    """Keys of the passages of articles within the scope; at most ``limit`` of them."""
    where, values = _conditions(scope)
    rows = db.execute(
        f"SELECT p.key FROM articles AS a JOIN passages AS p ON p.article = a.key WHERE {where} LIMIT :limit",  # noqa: S608
        values | {"limit": -1 if limit is None else limit},
    )
    return [row[0] for row in rows]


def candidates(
    db: sqlite3.Connection, keys: Collection[int], vector: NDArray[np.float32], *, scope: Scope
) -> list[Candidate]:
    """Those of the passages with these keys whose articles are within the scope, each with its cosine to the vector."""
    where, values = _conditions(scope)
    # Within a scope most are left out, and by an index: vectors are then read of the others alone.
    index = "" if scope == EVERYTHING else "INDEXED BY passages_placed"
    rows = db.execute(
        "SELECT p.vector, p.key, p.article, a.id, p.number, a.family, a.published FROM json_each(:keys) AS wanted"  # noqa: S608
        f" CROSS JOIN passages AS p {index} ON p.key = wanted.value"
        f" JOIN articles AS a INDEXED BY articles_said ON a.key = p.article WHERE {where}",
        values | {"keys": json.dumps(list(keys))},
    ).fetchall()
    near = _cosines([row[0] for row in rows], vector)
    return [Candidate._make((*row[1:], cosine)) for row, cosine in zip(rows, near, strict=True)]


def cosines(db: sqlite3.Connection, keys: Collection[int], vector: NDArray[np.float32]) -> dict[int, float]:
    """How near each of these passages is to the vector; keys that are gone are left out."""
    rows = db.execute(VECTORS, (json.dumps(list(keys)),)).fetchall()
    return dict(zip((row[0] for row in rows), _cosines([row[1] for row in rows], vector), strict=True))


def nearest(db: sqlite3.Connection, keys: Sequence[int], vector: NDArray[np.float32], *, limit: int) -> list[int]:
    """The keys of the ``limit`` passages nearest to the vector, of these; the memory it takes does not grow."""
    best: list[tuple[int, float]] = []
    for first in range(0, len(keys), AT_ONCE):
        found = cosines(db, keys[first : first + AT_ONCE], vector)
        best = heapq.nlargest(limit, [*best, *found.items()], key=itemgetter(1, 0))
    return [key for key, _ in best]


def _cosines(rows: Sequence[bytes], vector: NDArray[np.float32]) -> list[float]:
    vectors = np.frombuffer(b"".join(rows), np.float32).reshape(len(rows), len(vector))
    near: list[float] = (vectors @ vector).tolist()
    return near


def _conditions(scope: Scope) -> tuple[str, dict[str, str]]:
    """The scope as a condition on the table ``articles AS a``, with its parameters."""
    values: dict[str, str] = {}
    clauses = []
    for name, operator in (("published_from", ">="), ("published_to", "<=")):
        if (day := getattr(scope, name)) is not None:
            values[name] = day.isoformat()
            clauses.append(f"a.published {operator} :{name}")
    for name, column in (("publishers", "publisher"), ("languages", "language"), ("articles", "id")):
        if wanted := getattr(scope, name):
            values[name] = json.dumps(wanted)
            clauses.append(f"a.{column} IN (SELECT value FROM json_each(:{name}))")  # noqa: S608
    if scope.sources:
        # A range, so that the index on sources finds a folder's however many others there are.
        values["sources"] = json.dumps(scope.sources)
        clauses.append(
            "a.key IN (SELECT o.article FROM json_each(:sources) AS s JOIN origins AS o"
            " ON o.source >= s.value AND o.source < s.value || char(1114111))"
        )
    return " AND ".join(clauses) or "1", values
