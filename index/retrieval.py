"""From a question to the passages that may answer it: by meaning and by words, fused."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.articles import Hit
from index.catalog import Catalog
from index.embedding import Embedder
from index.tables import StoredPassage

CANDIDATES = 50
"""Passages taken from each search; what neither ranks among its first 50 is not found."""
BM25_PER_COSINE = 30
"""BM25 that weighs as much as a cosine of 1.

Chosen on 2,161 questions over 646 paragraphs of SQuAD (its train half); it holds for collections of 8 to 2,000
paragraphs as well as shares of the best BM25, or ranks, do.
"""


class Retriever(Protocol):
    """Finds passages for a question."""

    def retrieve(self, question: str, limit: int) -> list[Hit]:
        """At most ``limit`` passages, best first."""
        ...


class DenseSearch(Protocol):
    """Finds passages by meaning."""

    def search(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """Keys of the passages nearest to the vector and their cosines with it, best first."""
        ...


class LexicalSearch(Protocol):
    """Finds passages by words."""

    def search(self, question: str, limit: int) -> list[tuple[int, float]]:
        """Keys of the passages that share words with the question, and their BM25, best first."""
        ...


class HybridRetriever:
    """Dense and lexical search, fused; the work is bounded by ``CANDIDATES``, not by the collection."""

    def __init__(self, catalog: Catalog, embedder: Embedder, *, dense: DenseSearch, lexical: LexicalSearch) -> None:
        self._catalog = catalog
        self._embedder = embedder
        self._dense = dense
        self._lexical = lexical

    def retrieve(self, question: str, limit: int) -> list[Hit]:
        """At most ``limit`` passages, best first; equals in the order of article id and passage number."""
        vector = self._embedder.embed([question])[0]
        near = self._dense.search(vector, CANDIDATES)
        bm25 = dict(self._lexical.search(question, CANDIDATES))
        # An index may be a moment behind the catalog: what is gone from the catalog is not found.
        found = self._catalog.passages({key for key, _ in near} | bm25.keys())
        hits = [_hit(stored, float(stored.vector @ vector), bm25.get(stored.key, 0.0)) for stored in found]
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage.article_id, hit.passage.number))[:limit]


def _hit(stored: StoredPassage, similarity: float, lexical: float) -> Hit:
    return Hit(stored.passage, stored.metadata, similarity + lexical / BM25_PER_COSINE, similarity, lexical)
