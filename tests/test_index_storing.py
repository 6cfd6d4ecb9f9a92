from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from index.articles import Article, Metadata, Passage
from index.catalog import Catalog
from index.tables import Entry, Stored

WIRE = (
    "The carmaker said on Tuesday that it would open a second plant in the north of the country. "
    "It already employs four thousand people in three cities, most of them in the capital. "
    "The mayor called the plan the best news that the region has had in a decade."
)
CHANGED = WIRE.replace("four thousand", "five thousand")
OTHER = (
    "Frost came early to the valley and killed most of the blossom on the old apple trees. "
    "Growers expect to pick less than half of what they picked a year ago, and ask the state for help."
)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = Catalog(tmp_path / "catalog.sqlite", "hash-1")
    yield catalog
    catalog.close()


def put(catalog: Catalog, source: str, text: str = WIRE, **said: object) -> Stored:
    """Store an article of one passage, named after its source."""
    metadata = replace(Metadata("A second plant"), **said)
    article = Article(source.strip("/"), text, metadata, source)
    passage = Passage(article.id, 0, 0, len(text), text, ())
    (stored,) = catalog.put([Entry(article, (passage,), np.ones((1, 1), np.float32))])
    return stored


def texts(catalog: Catalog) -> dict[str, str]:
    return {listed.id: catalog.article(listed.id).text for listed in catalog.articles()}


def families(catalog: Catalog) -> list[set[str]]:
    with catalog.transaction() as db:
        rows = db.execute("SELECT family, min(key), json_group_array(id) FROM articles GROUP BY family").fetchall()
    assert all(family == first for family, first, _ in rows), "a family is named after its first article"
    return [set(names.strip('[]"').split('","')) for _, _, names in rows]


def test_the_same_text_from_two_sources_is_one_article_with_both(catalog: Catalog):
    assert put(catalog, "/ledger") == Stored("ledger", "added")
    assert put(catalog, "/courier", title="Carmaker to build") == Stored("ledger", "unchanged")
    (listed,) = catalog.articles()
    assert (listed.source, listed.sources, listed.passages) == ("/ledger", ("/ledger", "/courier"), 1)
    version = catalog.version()
    assert put(catalog, "/courier", title="Carmaker to build") == Stored("ledger", "unchanged")
    assert catalog.version() == version


def test_what_the_first_does_not_say_is_filled_in_from_the_second(catalog: Catalog):
    put(catalog, "/ledger", author="Ann Lee")
    put(catalog, "/courier", author="Bo Ek", published=date(2025, 3, 4), url="https://courier.example/plant")
    said = catalog.article("ledger").metadata
    assert said == Metadata("A second plant", "https://courier.example/plant", date(2025, 3, 4), "Ann Lee")
    assert put(catalog, "/ledger", author="Ann Lee").outcome == "unchanged", "what each source gave is remembered"


def test_a_short_text_is_the_same_article_only_under_the_same_title(catalog: Catalog):
    for name in ("ledger", "courier"):
        assert put(catalog, f"/{name}", "Please subscribe.", title=name).outcome == "added"
    assert put(catalog, "/mirror", "Please subscribe.", title="ledger") == Stored("ledger", "unchanged")


def test_a_source_that_changes_moves_to_an_article_of_its_own(catalog: Catalog):
    put(catalog, "/ledger")
    put(catalog, "/courier")
    moved = put(catalog, "/ledger", OTHER)
    assert moved.outcome == "updated"
    assert texts(catalog) == {"ledger": WIRE, moved.id: OTHER}
    assert {listed.id: listed.sources for listed in catalog.articles()} == {
        "ledger": ("/courier",),
        moved.id: ("/ledger",),
    }
    assert catalog.article("ledger").source == "/courier"
    assert put(catalog, "/ledger", OTHER) == Stored(moved.id, "unchanged")


def test_a_source_that_comes_to_say_what_another_says_joins_it(catalog: Catalog):
    put(catalog, "/ledger")
    put(catalog, "/courier", OTHER)
    assert put(catalog, "/courier", WIRE) == Stored("ledger", "updated")
    assert texts(catalog) == {"ledger": WIRE}
    assert catalog.articles()[0].sources == ("/ledger", "/courier")


def test_a_newer_version_of_the_same_page_replaces_the_older_one_for_both_sources(catalog: Catalog):
    page = "https://ledger.example/plant"
    put(catalog, "/saved", url=page, author="Ann Lee", updated=date(2025, 3, 4))
    newer = put(catalog, "/feed", CHANGED, url=page + "?utm_source=feed", updated=date(2025, 3, 5))
    assert newer == Stored("saved", "updated")
    assert texts(catalog) == {"saved": CHANGED}
    assert catalog.article("saved").metadata.author == "Ann Lee"
    assert put(catalog, "/saved", url=page, author="Ann Lee", updated=date(2025, 3, 4)).outcome == "unchanged"
    assert texts(catalog) == {"saved": CHANGED}


def test_an_older_version_of_the_same_page_changes_nothing_but_its_sources(catalog: Catalog):
    page = "https://ledger.example/plant"
    put(catalog, "/feed", CHANGED, url=page, updated=date(2025, 3, 5))
    assert put(catalog, "/saved", WIRE, url=page, published=date(2025, 3, 4)) == Stored("feed", "unchanged")
    assert texts(catalog) == {"feed": CHANGED}
    assert catalog.articles()[0].sources == ("/feed", "/saved")


def test_another_text_under_the_same_address_is_another_article(catalog: Catalog):
    put(catalog, "/monday", url="https://ledger.example/live")
    assert put(catalog, "/tuesday", OTHER, url="https://ledger.example/live").outcome == "added"
    assert len(texts(catalog)) == 2


def test_new_metadata_of_the_same_text_is_an_update_in_place(catalog: Catalog):
    put(catalog, "/ledger")
    put(catalog, "/courier")
    assert put(catalog, "/ledger", title="Corrected headline") == Stored("ledger", "updated")
    assert catalog.article("ledger").metadata.title == "Corrected headline"
    assert catalog.articles()[0].sources == ("/ledger", "/courier")


def test_an_article_goes_with_its_last_source(catalog: Catalog):
    put(catalog, "/ledger")
    put(catalog, "/courier")
    seq = catalog.version()
    assert catalog.remove_source("/ledger")
    assert (texts(catalog), catalog.version()) == ({"ledger": WIRE}, seq)
    assert not catalog.remove_source("/ledger")
    assert catalog.remove_source("/courier")
    assert (catalog.counts(), catalog.version()) == ((0, 0), seq + 1)
    assert put(catalog, "/ledger").outcome == "added"


def test_removing_an_article_removes_all_its_sources(catalog: Catalog):
    put(catalog, "/ledger")
    put(catalog, "/courier")
    catalog.remove("ledger")
    assert put(catalog, "/courier") == Stored("courier", "added")


def test_near_copies_are_a_family_in_whatever_order_they_come(catalog: Catalog, tmp_path: Path):
    prints = {"/a": WIRE, "/b": CHANGED, "/c": OTHER, "/d": OTHER + " Prices will rise.", "/e": WIRE + " It is new."}
    other_way = Catalog(tmp_path / "again.sqlite", "hash-1")
    for source, text in prints.items():
        put(catalog, source, text)
    for source, text in reversed(prints.items()):
        put(other_way, source, text)
    assert sorted(families(catalog), key=len) == sorted(families(other_way), key=len) == [{"c", "d"}, {"a", "b", "e"}]
    other_way.close()


def test_a_family_outlives_its_first_article_and_a_changed_one_leaves_it(catalog: Catalog):
    for source, text in {"/a": WIRE, "/b": CHANGED, "/c": WIRE + " It is new."}.items():
        put(catalog, source, text)
    catalog.remove("a")
    assert families(catalog) == [{"b", "c"}]
    put(catalog, "/b", OTHER)
    assert {frozenset(family) for family in families(catalog)} == {frozenset("b"), frozenset("c")}
    put(catalog, "/b", CHANGED)
    assert families(catalog) == [{"b", "c"}]


def test_all_of_a_batch_is_undone_together_with_its_sources(catalog: Catalog):
    put(catalog, "/ledger")
    broken = Entry(
        Article("x", OTHER, Metadata("x"), "/x"),
        (Passage("x", 0, 0, len(OTHER), OTHER, ()),),
        np.zeros((0, 1), np.float32),
    )
    copy = Entry(Article("copy", WIRE, Metadata("copy"), "/copy"), (), np.zeros((0, 1), np.float32))
    with pytest.raises(ValueError, match="shorter"):
        catalog.put([copy, broken])
    assert catalog.articles()[0].sources == ("/ledger",)
    assert not catalog.remove_source("/copy")
