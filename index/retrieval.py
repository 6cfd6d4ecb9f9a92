"""From a question to the passages that may answer it: by meaning and by words, fused."""

import logging
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.articles import Copy, Hit
from index.catalog import Catalog
from index.copies import contested, told_once
from index.derived import IndexBroken
from index.embedding import Embedder
from index.scope import EVERYTHING, Scope, candidates, keys_within, nearest
from index.tables import Candidate, read_passages, read_said, read_versions, surroundings

CANDIDATES = 50
"""Passages taken from each search."""
DEEPEST = 64 * CANDIDATES
"""Most passages taken from each search, where a scope or copies leave too few of the first."""
NARROW = 3_000
"""Largest scope, in passages, that is compared one by one at once; that takes no longer than searching deeper would."""
BM25_PER_COSINE = 30
"""BM25 that weighs as much as a cosine of 1.

Chosen on 2,161 questions over 646 paragraphs of SQuAD (its train half); it holds for collections of 8 to 2,000
paragraphs as well as shares of the best BM25, or ranks, do.
"""
ASIDE = 4
"""Searches by words that go on at once, each beside its search by meaning."""
RECENCY = 0.1
"""What being of today adds to a score, where recency counts; as much as a cosine higher by this."""


log = logging.getLogger(__name__)


class ByWordsAlone(list[Hit]):
    """Hits found while the search by meaning was away: passages that say it in other words are missing."""


class Retriever(Protocol):
    """Finds passages for a question."""

    def retrieve(self, question: str, limit: int, *, scope: Scope | None = None) -> list[Hit]:
        """At most ``limit`` passages of articles within the scope, best first."""
        ...


class DenseSearch(Protocol):
    """Finds passages by meaning."""

    def search(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """Keys of the passages nearest to the vector and their cosines with it, best first."""
        ...


class LexicalSearch(Protocol):
    """Finds passages by words."""

    def search(self, question: str, limit: int, *, among: Collection[int] | None = None) -> list[tuple[int, float]]:
        """Keys of the passages, of these if given, that share words with the question, and their BM25, best first."""
        ...

    def holding(self, words: str, limit: int) -> list[int]:
        """Keys of the passages that have every one of these words, in text or title, the best ones first."""
        ...


@dataclass(frozen=True, slots=True)
class Recency:
    """How much newer articles are preferred: what one adds to its score halves with every ``half_life`` days."""

    half_life: float
    today: Callable[[], date] = date.today


class HybridRetriever:
    """Dense and lexical search, fused; the work is bounded by ``CANDIDATES``, not by the collection."""

    def __init__(
        self,
        catalog: Catalog,
        embedder: Embedder,
        *,
        dense: DenseSearch,
        lexical: LexicalSearch,
        recency: Recency | None = None,
    ) -> None:
        self._catalog = catalog
        self._embedder = embedder
        self._dense = dense
        self._lexical = lexical
        self._recency = recency
        self._aside = ThreadPoolExecutor(ASIDE, "byline-words")

    def retrieve(self, question: str, limit: int, *, scope: Scope | None = None) -> list[Hit]:
        """At most ``limit`` passages, best first; equals in the order of date, article id and passage number.

        A passage that a near copy of its article has too is given once, with the other articles named. ``ByWordsAlone``
        where the search by meaning is away.
        """
        asked = _Asked(question, self._embedder.embed([question])[0], limit, scope or EVERYTHING)
        if scope and (hits := self._one_by_one(asked, most=NARROW)) is not None:
            return hits
        hits, depth = self._searched(asked, CANDIDATES)
        while 0 < depth <= DEEPEST:
            hits, depth = self._searched(asked, depth)
        if depth and scope:
            return self._one_by_one(asked) or []
        return ByWordsAlone(hits) if asked.trouble else hits

    def _searched(self, asked: "_Asked", depth: int) -> tuple[list[Hit], int]:
        """What the best ``depth`` of each search hold, and how deep to look for more; 0 where these are enough."""
        # In the context of the question, whose id stands in what is logged.
        worded = self._aside.submit(copy_context().run, self._worded, asked, depth)
        near = self._near(asked, depth)
        bm25 = worded.result()
        # Only now is the catalog read: an index that is a moment behind hides nothing new, and names nothing gone.
        with self._catalog.transaction() as db:
            found = candidates(db, bm25.keys() | near, asked.vector, scope=asked.scope)
            hits = self._hits(db, asked, found, bm25)
        inside = {candidate.key for candidate in found}
        kept = [len(inside.intersection(search)) for search in (near, bm25) if len(search) == depth]
        if not kept or (len(hits) >= asked.limit and 2 * min(kept) >= CANDIDATES):
            return hits, 0
        wanted = depth * max(4, CANDIDATES // max(1, min(kept)))
        return hits, wanted if depth == DEEPEST else min(wanted, DEEPEST)

    def _near(self, asked: "_Asked", depth: int) -> list[int]:
        """The nearest passages; none, and noted, where the search by meaning is away."""
        try:
            return [key for key, _ in self._dense.search(asked.vector, depth)]
        except IndexBroken as exc:
            log.debug("%s", exc)
            asked.trouble.append(exc)
            return []

    def _worded(self, asked: "_Asked", depth: int, *, among: Collection[int] | None = None) -> dict[int, float]:
        """The BM25 of the passages that share words with the question; none where that index cannot be read."""
        try:
            return dict(self._lexical.search(asked.question, depth, among=among))
        except IndexBroken as exc:
            log.warning("Searching by meaning alone: %s", exc)
            return {}

    def _one_by_one(self, asked: "_Asked", *, most: int | None = None) -> list[Hit] | None:
        """What every passage of the scope holds; None where there are more than ``most`` of them."""
        with self._catalog.transaction() as db:
            inside = keys_within(db, asked.scope, None if most is None else most + 1)
            if most is not None and len(inside) > most:
                return None
            bm25 = self._worded(asked, CANDIDATES, among=inside)
            near = nearest(db, inside, asked.vector, limit=4 * CANDIDATES)
            found = candidates(db, bm25.keys() | near, asked.vector, scope=asked.scope)
            return self._hits(db, asked, found, bm25)

    def _hits(
        self, db: sqlite3.Connection, asked: "_Asked", found: Sequence[Candidate], bm25: Mapping[int, float]
    ) -> list[Hit]:
        # The cosine is of the catalog's vectors, though an index may have told it: Chroma, its server and the exact
        # search add up in different orders, and every process is to give one answer.
        scores = {one.key: self._score(one, bm25.get(one.key, 0.0)) for one in found}
        ranked = sorted(found, key=lambda one: (-scores[one.key], one.published or "9999", one.article_id, one.number))
        alike = {stored.key: stored.passage for stored in read_passages(db, contested(ranked))}
        shown = told_once([(one, scores[one.key]) for one in ranked], alike, asked.question)[: asked.limit]
        around = surroundings(db, [one.candidate for one in shown])
        said = read_said(db, {article for one in shown for article in (one.candidate.article, *one.copies)})
        versions = read_versions(db, {one.candidate.article for one in shown})
        return [
            Hit(
                passage=around[key][0],
                metadata=said[one.candidate.article][1],
                score=one.score,
                similarity=one.candidate.cosine,
                lexical=bm25.get(key, 0.0),
                copies=tuple(Copy(*said[article]) for article in one.copies),
                before=around[key].get(-1),
                after=around[key].get(1),
                version=versions[one.candidate.article],
            )
            for one in shown
            for key in [one.candidate.key]
        ]

    def _score(self, one: Candidate, bm25: float) -> float:
        score = one.cosine + bm25 / BM25_PER_COSINE
        if self._recency and one.published:
            age = max(0, (self._recency.today() - date.fromisoformat(one.published)).days)
            score += RECENCY * 0.5 ** (age / self._recency.half_life)
        return score


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    question: str
    vector: NDArray[np.float32]
    limit: int
    scope: Scope
    trouble: list[IndexBroken] = field(default_factory=list)
    """What kept the search by meaning from being asked."""
