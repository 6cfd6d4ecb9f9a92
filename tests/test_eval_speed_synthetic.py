from pathlib import Path

import numpy as np
import pytest

from eval.errors import RunForeign
from eval.speed.figures import Amount, Latency
from eval.speed.retrieving import growth
from eval.speed.synthetic import PASSAGES, Synthesis, grow
from index.articles import Article, Metadata
from index.collection import Collection
from index.embedding import HashEmbedder
from index.opening import Stores, open_to_write
from index.settings import IndexSettings

EMBEDDER = HashEmbedder(64)
REAL = [
    Article(f"r{n}", f"The {town} council opened a {thing}. It cost {n} million.", Metadata(town), f"/r{n}")
    for n, (town, thing) in enumerate([("Ulm", "bridge"), ("Bonn", "school"), ("Kiel", "harbour"), ("Jena", "clinic")])
]


@pytest.fixture
def synthesis() -> Synthesis:
    return Synthesis(REAL, EMBEDDER)


@pytest.fixture
def stores(tmp_path: Path):
    stores = open_to_write(tmp_path / "data", EMBEDDER.id, "a test")
    with stores.closing:
        yield stores


def test_an_article_follows_from_its_number(synthesis: Synthesis):
    first, again, other = synthesis.entry(3), Synthesis(REAL, EMBEDDER).entry(3), synthesis.entry(4)
    assert first.article == again.article
    assert np.array_equal(first.vectors, again.vectors)
    assert first.article.text != other.article.text


def test_offsets_of_what_is_made_up_are_true_and_vectors_have_length_one(synthesis: Synthesis):
    made = synthesis.entry(0)
    for passage in made.passages:
        assert made.article.text[passage.start : passage.end] == passage.text
        assert all(made.article.text[one.start : one.end] == one.text for one in passage.sentences)
    assert np.linalg.norm(made.vectors, axis=1) == pytest.approx(np.ones(PASSAGES))


def test_passages_of_an_article_are_nearer_to_each_other_than_to_those_of_others(synthesis: Synthesis):
    one, others = synthesis.entry(0).vectors, [synthesis.entry(n).vectors for n in range(1, 30)]
    within = (one @ one.T)[~np.eye(PASSAGES, dtype=bool)].mean()
    assert within > np.mean([one @ other.T for other in others]) + 0.03


def test_a_collection_that_was_begun_is_grown_further_and_every_store_has_all_of_it(
    stores: Stores, synthesis: Synthesis
):
    assert list(grow(stores, synthesis, 40))[-1] == 40
    assert list(grow(stores, synthesis, 40)) == []
    assert list(grow(stores, synthesis, 95))[-1] == 100, "whole articles"
    sample = stores.catalog.sample(20)
    assert all(index.holds(sample, 100) for index in stores.kept)
    assert stores.catalog.article("synthetic-9").text == synthesis.entry(9).article.text


def test_what_is_made_up_is_not_mixed_with_somebodys_own_articles(tmp_path: Path, synthesis: Synthesis):
    with Collection.open(tmp_path / "own", EMBEDDER, settings=IndexSettings(), write=True) as collection:
        collection.add(REAL)
    stores = open_to_write(tmp_path / "own", EMBEDDER.id, "a test")
    with stores.closing, pytest.raises(RunForeign, match="--data"):
        list(grow(stores, synthesis, 100))


def test_growth_is_told_for_each_size_and_from_the_first_to_the_last(stores: Stores, synthesis: Synthesis):
    questions = [f"Which council opened a bridge {n}?" for n in range(30)]
    figures = list(growth(stores, synthesis, EMBEDDER, questions=questions, sizes=(200, 50)))
    latencies = [figure for figure in figures if isinstance(figure, Latency) and figure.what == "retrieval"]
    assert [one.note for one in latencies] == ["50 passages", "200 passages"]
    amounts = {figure.what: figure for figure in figures if isinstance(figure, Amount)}
    assert amounts["growth of retrieval, p50"].note == "50 passages to 200 passages"
    assert amounts["growth of retrieval, p50"].value == pytest.approx(latencies[1].p50 / latencies[0].p50)
    assert amounts["the nearest ten that the search by meaning finds"].value > 0.9


def test_a_size_that_the_collection_has_outgrown_is_passed_over(stores: Stores, synthesis: Synthesis):
    list(grow(stores, synthesis, 60))
    figures = growth(stores, synthesis, EMBEDDER, questions=["Which council?"], sizes=(50, 60))
    assert {figure.note for figure in figures if isinstance(figure, Latency)} == {"60 passages"}
