from datetime import date
from pathlib import Path

import numpy as np
import pytest

from index.articles import Article, Metadata, Passage
from index.catalog import Catalog
from index.derived import fill
from index.embedding import HashEmbedder
from index.exact import ExactSearch
from index.lexical import LexicalIndex
from index.retrieval import RECENCY, HybridRetriever, Recency
from index.sentences import split
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


def store_story(catalog: Catalog, name: str, *passages: str, published: date | None = None) -> None:
    """An article of these passages."""
    text = "\n\n".join(passages)
    cuts = tuple(
        Passage(name, number, text.index(part), text.index(part) + len(part), part, tuple(split(part)))
        for number, part in enumerate(passages)
    )
    article = Article(name, text, Metadata(f"Story {name}", published=published), f"/{name}")
    catalog.put([Entry(article, cuts, EMBEDDER.embed(list(passages)))])


def retriever(catalog: Catalog, *, recency: Recency | None = None) -> HybridRetriever:
    lexical = LexicalIndex(None)
    fill(catalog, lexical)
    return HybridRetriever(catalog, EMBEDDER, dense=ExactSearch(catalog), lexical=lexical, recency=recency)


REPORT = (
    "The carmaker said on Tuesday that it would open a second plant in the north of the country. "
    "It already employs 4,000 people in three cities, most of them in the capital. "
    "The mayor called the plan the best news that the region has had in a decade."
)


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


def test_a_hit_brings_its_neighbours(catalog: Catalog):
    parts = ("Frost came early.", "Growers lost the blossom.", "Prices rose in autumn.")
    store_story(catalog, "frost", *parts)
    store_story(catalog, "fog", "Fog came late.")
    hits = {hit.passage.text: hit for hit in retriever(catalog).retrieve("What did growers lose?", 10)}
    around = {text: [place and place.text for place in (hit.before, hit.after)] for text, hit in hits.items()}
    assert around == {
        parts[0]: [None, parts[1]],
        parts[1]: [parts[0], parts[2]],
        parts[2]: [parts[1], None],
        "Fog came late.": [None, None],
    }
    before = hits[parts[2]].before
    assert before is not None
    assert (before.article_id, before.number, before.start) == ("frost", 1, len(parts[0]) + 2)


ASKED = "How many people does the carmaker with the second plant in the north of the country employ in the capital?"


def test_five_prints_of_one_report_are_one_hit_that_names_the_others(catalog: Catalog):
    endings = (
        "",
        " Rain fell all day.",
        " The hall was full to the last seat.",
        " (Reporting by Ann Lee)",
        " Birds sang.",
    )
    for n, ending in enumerate(endings):
        store_story(catalog, f"print{n}", REPORT + ending, published=date(2025, 3, 5 - n))
    store_story(catalog, "other", "The carmaker employs many people. Its plant is old.")
    first, other = retriever(catalog).retrieve(ASKED, 10)
    assert other.passage.article_id == "other"
    assert {first.passage.article_id, *(copy.article_id for copy in first.copies)} == {f"print{n}" for n in range(5)}


def test_of_equal_copies_the_oldest_is_shown(catalog: Catalog):
    for name, day in (("b", date(2025, 3, 5)), ("c", date(2025, 3, 4)), ("a", date(2025, 3, 6)), ("d", None)):
        # A line of its own, so that none is the very same article as another.
        store_story(catalog, name, REPORT, f"Desk {name}.", published=day)
    first = retriever(catalog).retrieve(ASKED, 1)[0]
    assert (first.passage.article_id, [copy.article_id for copy in first.copies]) == ("c", ["b", "a", "d"])
    assert first.copies[0].metadata == Metadata("Story b", published=date(2025, 3, 5))


def test_a_copy_with_another_number_is_shown_beside_the_first(catalog: Catalog):
    for name, number in (("first", "4,000"), ("second", "4,000"), ("update", "5,200")):
        store_story(catalog, name, REPORT.replace("4,000", number), f"Desk {name}.")
    hits = [hit for hit in retriever(catalog).retrieve(ASKED, 10) if hit.passage.number == 0]
    assert {"4,000" in hit.passage.text for hit in hits} == {True, False}
    assert [len(hit.copies) for hit in sorted(hits, key=lambda hit: hit.passage.article_id)] == [1, 0]


def test_a_hundred_copies_do_not_crowd_out_the_rest(catalog: Catalog):
    for n in range(100):
        store_story(catalog, f"print{n:03}", REPORT, f"Desk {n}.")
    for n in range(20):
        store_story(catalog, f"other{n}", f"Story {n}: there is snow on the hills.")
    hits = retriever(catalog).retrieve(ASKED, 10)
    assert [hit.passage.article_id for hit in hits if hit.passage.text == REPORT] == ["print000"]
    assert len(hits[0].copies) == 99
    assert len(hits) == 10


def test_recency_prefers_the_newer_of_two_that_answer_alike(catalog: Catalog):
    for name, day in (
        ("old", date(2024, 1, 1)),
        ("new", date(2025, 1, 1)),
        ("undated", None),
        ("ahead", date(2026, 1, 1)),
    ):
        store_story(catalog, name, f"Frost came, says {name}.", published=day)

    def scores(recency: Recency | None) -> dict[str, float]:
        hits = retriever(catalog, recency=recency).retrieve("When did frost come?", 10)
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        return {hit.passage.article_id: hit.score for hit in hits}

    plain, recent = scores(None), scores(Recency(366, today=lambda: date(2025, 1, 1)))
    gained = {name: recent[name] - plain[name] for name in plain}
    assert gained == pytest.approx({"old": RECENCY / 2, "new": RECENCY, "undated": 0, "ahead": RECENCY})
