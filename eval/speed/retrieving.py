"""How fast passages are found: step by step, and as the collection grows."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from eval.speed.figures import Amount, Figure, Latency, timed
from eval.speed.synthetic import Synthesis, grow
from index.embedding import Embedder
from index.opening import Stores
from index.retrieval import CANDIDATES, HybridRetriever
from index.scope import EVERYTHING, keys_within, nearest

WARM = 20
"""Questions asked before time is taken, so that those after them are new to the process but its stores are not."""
SHOWN = 10
"""Passages found for a question."""
EXACT = 20
"""Questions that are also compared with every vector, to see what the search by meaning misses."""


def steps(stores: Stores, embedder: Embedder, questions: Sequence[str]) -> Iterator[Latency]:
    """Passages for a question, warm: all of it first, then its steps."""
    stores.catalog.checked()
    retriever = HybridRetriever(stores.catalog, embedder, dense=stores.dense, lexical=stores.lexical)
    vectors = dict(zip(questions, embedder.embed(questions), strict=True))
    size = f"{stores.catalog.counts()[1]:,} passages"
    work: dict[str, Callable[[str], object]] = {
        "retrieval": lambda question: retriever.retrieve(question, SHOWN),
        "of this: the question's vector": lambda question: embedder.embed([question]),
        "of this: by meaning": lambda question: stores.dense.search(vectors[question], CANDIDATES),
        "of this: by words": lambda question: stores.lexical.search(question, CANDIDATES),
    }
    for question in questions[:WARM]:
        retriever.retrieve(question, SHOWN)
    for what, ask in work.items():
        yield timed(what, [partial(ask, question) for question in questions[WARM:] or questions], note=size)


def growth(
    stores: Stores, synthesis: Synthesis, embedder: Embedder, *, questions: Sequence[str], sizes: Sequence[int]
) -> Iterator[Figure]:
    """Retrieval from a synthetic collection at each of these sizes, in passages, that it has not outgrown yet."""
    found: list[Latency] = []
    for size in (size for size in sorted(sizes) if size >= stores.catalog.counts()[1]):
        for have in grow(stores, synthesis, size):
            print(f"growth: {have:,} of {size:,} passages", end="\r", flush=True)
        latencies = list(steps(stores, embedder, questions))
        found.append(latencies[0])
        yield from latencies
        yield Amount("the nearest ten that the search by meaning finds", _recall(stores, embedder, questions), "")
    if len(found) > 1:
        larger = f"{found[0].note} to {found[-1].note}"
        yield Amount("growth of retrieval, p50", found[-1].p50 / found[0].p50, "x", larger)
        yield Amount("growth of retrieval, processor time", found[-1].of_processor / found[0].of_processor, "x", larger)


def _recall(stores: Stores, embedder: Embedder, questions: Sequence[str]) -> float:
    """The share of the truly nearest ten passages, over some questions."""
    with stores.catalog.transaction() as db:
        keys = keys_within(db, EVERYTHING)
        found = 0
        for vector in embedder.embed(questions[:EXACT]):
            close = {key for key, _ in stores.dense.search(vector, CANDIDATES)}
            found += len(close & set(nearest(db, keys, vector, limit=SHOWN)))
    return found / (SHOWN * len(questions[:EXACT]))
