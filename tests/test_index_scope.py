from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from index.articles import Article, Metadata, Passage
from index.catalog import Catalog
from index.derived import fill
from index.embedding import HashEmbedder
from index.exact import ExactSearch
from index.lexical import LexicalIndex
from index.retrieval import DEEPEST, NARROW, HybridRetriever
from index.scope import Scope, candidates, cosines, keys_within, nearest
from index.tables import Entry

EMBEDDER = HashEmbedder()
MANY = 10_000


def entry(name: str, text: str, said: Metadata, source: str) -> Entry:
    return Entry(Article(name, text, said, source), (Passage(name, 0, 0, len(text), text, ()),), EMBEDDER.embed([text]))


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = Catalog(tmp_path / "catalog.sqlite", EMBEDDER.id)
    yield catalog
    catalog.close()


def retriever(catalog: Catalog) -> HybridRetriever:
    lexical = LexicalIndex(None)
    fill(catalog, lexical)
    return HybridRetriever(catalog, EMBEDDER, dense=ExactSearch(catalog), lexical=lexical)


@pytest.fixture
def press(catalog: Catalog) -> HybridRetriever:
    """Four reports on frost."""
    reports = {
        "old": (Metadata("Old", None, date(2024, 1, 31), None, "The Ledger", None, "en"), "/news/2024/old.txt"),
        "new": (Metadata("New", None, date(2025, 6, 1), None, "The Ledger", None, "en"), "/news/2025/new.txt"),
        "neu": (Metadata("Neu", None, date(2025, 6, 2), None, "Der Bote", None, "de"), "/news_2025/neu.txt"),
        "bare": (Metadata("Bare"), "/notes/100%.txt"),
    }
    catalog.put([entry(name, f"Frost came, says {name}.", *told) for name, told in reports.items()])
    return retriever(catalog)


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        (Scope(), {"old", "new", "neu", "bare"}),
        (Scope(published_from=date(2025, 6, 1)), {"new", "neu"}),
        (Scope(published_to=date(2025, 6, 1)), {"old", "new"}),
        (Scope(published_from=date(2024, 1, 31), published_to=date(2024, 1, 31)), {"old"}),
        (Scope(publishers=("The Ledger",)), {"old", "new"}),
        (Scope(publishers=("The Ledger", "Der Bote"), languages=("de",)), {"neu"}),
        (Scope(languages=("en", "de")), {"old", "new", "neu"}),
        (Scope(sources=("/news/",)), {"old", "new"}),
        (Scope(sources=("/news",)), {"old", "new", "neu"}),
        (Scope(sources=("/news/2024/old.txt", "/notes/")), {"old", "bare"}),
        (Scope(sources=("/news%",)), set()),
        (Scope(sources=("/notes/100%",)), {"bare"}),
        (Scope(articles=("bare", "nowhere")), {"bare"}),
        (Scope(articles=("'; DROP TABLE articles; --",)), set()),
    ],
)
def test_only_articles_within_the_scope_are_found(press: HybridRetriever, scope: Scope, names: set[str]):
    assert {hit.passage.article_id for hit in press.retrieve("frost", 10, scope=scope)} == names


def test_every_source_of_an_article_is_a_way_to_it(catalog: Catalog):
    catalog.put(
        [entry("a", "Frost came.", Metadata("Frost"), "/one"), entry("b", "Frost came.", Metadata("Frost"), "/two")]
    )
    found = retriever(catalog)
    for source in ("/one", "/two"):
        assert [hit.passage.article_id for hit in found.retrieve("frost", 10, scope=Scope(sources=(source,)))] == ["a"]
    assert len(found.retrieve("frost", 10, scope=Scope(sources=("/",)))) == 1


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Catalog, HybridRetriever]]:
    """10,000 passages: the first 3,900 speak of frost in the valley, the others of their own numbered brook."""
    catalog = Catalog(tmp_path_factory.mktemp("large") / "catalog.sqlite", EMBEDDER.id)
    near = "When did frost come to the valley? Frost came early, report {}."
    far = "Brook number{} runs past the old mill."
    catalog.put(
        [
            entry(
                f"a{n}",
                (near if n < 3_900 else far).format(n),
                Metadata(f"Report {n}"),
                f"/{'far' if n >= 3_900 else 'near'}/{n}",
            )
            for n in range(MANY)
        ]
    )
    yield catalog, retriever(catalog)
    catalog.close()


def test_one_article_of_many_finds_its_own_sentence(large: tuple[Catalog, HybridRetriever]):
    for n in range(0, MANY, 499):
        hits = large[1].retrieve("When did frost come to the valley?", 10, scope=Scope(articles=(f"a{n}",)))
        assert [hit.passage.article_id for hit in hits] == [f"a{n}"]


def test_a_wide_scope_is_found_although_thousands_outside_it_are_nearer(large: tuple[Catalog, HybridRetriever]):
    catalog, found = large
    scope = Scope(sources=("/far/",))
    with catalog.transaction() as db:
        assert len(keys_within(db, scope)) > NARROW
    assert DEEPEST < 3_900, "no search gets past those outside"
    hits = found.retrieve("Did frost come to the valley, or to brook number7777?", 5, scope=scope)
    assert hits[0].passage.article_id == "a7777"
    assert {hit.passage.article_id for hit in hits} <= {f"a{n}" for n in range(3_900, MANY)}
    assert len(hits) == 5


def test_a_scope_changes_no_score(large: tuple[Catalog, HybridRetriever]):
    question = "Where does brook number5555 run?"
    (free,) = large[1].retrieve(question, 1)
    for scope in (Scope(articles=("a5555",)), Scope(sources=("/far/",)), Scope(sources=("/",))):
        (hit,) = large[1].retrieve(question, 1, scope=scope)
        assert (hit.passage, hit.lexical) == (free.passage, pytest.approx(free.lexical))
        assert hit.score == pytest.approx(free.score)


def test_a_question_without_a_matching_word_has_hits_in_its_scope(large: tuple[Catalog, HybridRetriever]):
    hits = large[1].retrieve("zzz", 3, scope=Scope(sources=("/far/",)))
    assert len(hits) == 3
    assert all(hit.lexical == 0 for hit in hits)


def test_what_lies_outside_the_scope_is_left_out_without_reading_its_text_or_vector(catalog: Catalog):
    catalog.put([entry(f"a{n}", f"Frost came to town {n}.", Metadata("T"), f"/{n}") for n in range(5)])
    vector = EMBEDDER.embed(["Frost came to town 0."])[0]
    with catalog.transaction() as db:
        told: list[str] = []
        db.set_trace_callback(told.append)
        found = candidates(db, [1, 3, 99], vector, scope=Scope(articles=("a0", "a4")))
        db.set_trace_callback(None)
        plan = [row["detail"] for row in db.execute(f"EXPLAIN QUERY PLAN {told[0]}")]
    assert [(one.key, one.article_id, one.cosine) for one in found] == [(1, "a0", pytest.approx(1))]
    assert any("passages_placed" in step for step in plan)
    assert any("COVERING INDEX articles_said" in step for step in plan)
    assert not any("PRIMARY KEY" in step for step in plan)


def test_the_nearest_of_many_are_the_truly_nearest_with_their_cosines(catalog: Catalog):
    texts = [f"Frost came {n} times to town {n % 7}." for n in range(50)]
    catalog.put([entry(f"a{n}", text, Metadata("T"), f"/{n}") for n, text in enumerate(texts)])
    vector = EMBEDDER.embed(["Frost came 3 times."])[0]
    truth = dict(enumerate((EMBEDDER.embed(texts) @ vector).tolist(), 1))
    with catalog.transaction() as db:
        near = nearest(db, list(truth), vector, limit=10)
        assert cosines(db, [2, 77], vector) == pytest.approx({2: truth[2]})
    assert [truth[key] for key in near] == pytest.approx(sorted(truth.values(), reverse=True)[:10])
