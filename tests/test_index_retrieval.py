from pathlib import Path

import numpy as np
import pytest

from index.articles import Article, Metadata, Passage
from index.catalog import Catalog
from index.derived import fill
from index.embedding import HashEmbedder
from index.exact import ExactSearch
from index.lexical import LexicalIndex
from index.retrieval import HybridRetriever
from index.tables import Entry

EMBEDDER = HashEmbedder()


@pytest.fixture
def catalog(tmp_path: Path):
    catalog = Catalog(tmp_path / "catalog.sqlite", EMBEDDER.id)
    yield catalog
    catalog.close()


def store(catalog: Catalog, **texts: str) -> None:
    """One article of one passage for each text."""
    for name, text in texts.items():
        cut = Passage(name, 0, 0, len(text), text, ())
        catalog.put([Entry(Article(name, text, Metadata(name), f"/{name}"), (cut,), EMBEDDER.embed([text]))])


def retriever(catalog: Catalog) -> HybridRetriever:
    lexical = LexicalIndex(None)
    fill(catalog, lexical)
    return HybridRetriever(catalog, EMBEDDER, dense=ExactSearch(catalog), lexical=lexical)


def test_a_hit_tells_its_true_cosine_and_its_bm25(catalog: Catalog):
    store(catalog, frost="Frost came early to the valley.", rain="Rain fell on the hills.")
    best, other = retriever(catalog).retrieve("When did frost come to the valley?", 10)
    question, frost = EMBEDDER.embed(["When did frost come to the valley?", "Frost came early to the valley."])
    assert best.passage.article_id == "frost"
    assert best.similarity == pytest.approx(float(question @ frost))
    assert best.lexical > 0
    assert (other.passage.article_id, other.lexical) == ("rain", 0)
    assert best.score > other.score


def test_a_passage_that_only_words_find_has_its_cosine_too(catalog: Catalog):
    store(catalog, needle="Zinc.", **{f"hay{n}": "What is said about the metal?" for n in range(60)})
    (hit,) = retriever(catalog).retrieve("What is said about zinc?", 1)
    question, needle = EMBEDDER.embed(["What is said about zinc?", "Zinc."])
    hits = retriever(catalog).retrieve("What is said about zinc?", 100)
    found = next(hit for hit in hits if hit.passage.article_id == "needle")
    assert found.similarity == pytest.approx(float(question @ needle))
    assert found.lexical == max(hit.lexical for hit in hits) > 0
    assert hit.score == max(hit.score for hit in hits)


def test_equals_come_in_the_order_of_their_articles_whatever_order_they_were_added_in(catalog: Catalog):
    store(catalog, c="Frost came.", a="Frost came.", b="Frost came.")
    assert [hit.passage.article_id for hit in retriever(catalog).retrieve("frost", 10)] == ["a", "b", "c"]


def test_no_more_than_the_limit_are_returned(catalog: Catalog):
    store(catalog, **{f"a{n}": f"Frost number {n}." for n in range(30)})
    assert len(retriever(catalog).retrieve("frost", 4)) == 4


@pytest.mark.parametrize("question", ["", "asdf qwer zxcv?", "the", "\udcff", "🚗" * 1_000])
def test_any_question_is_answered_with_what_is_nearest(catalog: Catalog, question: str):
    store(catalog, frost="Frost came.")
    assert [hit.passage.article_id for hit in retriever(catalog).retrieve(question, 10)] == ["frost"]


def test_an_empty_collection_has_no_hits(catalog: Catalog):
    assert retriever(catalog).retrieve("frost", 10) == []


def test_what_an_index_still_holds_but_the_catalog_does_not_is_not_found(catalog: Catalog):
    store(catalog, frost="Frost came.", thaw="Frost went.")
    behind = retriever(catalog)
    catalog.remove("frost")
    assert [hit.passage.article_id for hit in behind.retrieve("frost", 10)] == ["thaw"]


def test_exact_search_orders_by_cosine_and_follows_the_catalog(catalog: Catalog):
    search = ExactSearch(catalog)
    (frost,) = EMBEDDER.embed(["Frost came."])
    assert search.search(frost, 10) == []
    store(catalog, frost="Frost came.", rain="Rain fell.")
    (first, cosine), (second, lower) = search.search(frost, 10)
    assert (first, second) == (1, 2)
    assert cosine == pytest.approx(1)
    assert lower < cosine
    catalog.remove("frost")
    assert [key for key, _ in search.search(frost, 10)] == [2]
    assert np.isfinite(search.search(frost, 1)[0][1])
