from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index.articles import Article, Metadata
from index.collection import Collection
from index.embedding import HashEmbedder
from index.fetching.replies import Marks
from index.settings import IndexSettings
from index.sources import VANISHED, Counts, Item, Source, SourceBook

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
FEED = Source("https://ledger.example/feed.xml", "feed", "keep", NOON)


@pytest.fixture
def collection(tmp_path: Path):
    with Collection.open(
        tmp_path / "data", HashEmbedder(), settings=IndexSettings(), write=True, purpose="a test"
    ) as opened:
        yield opened


@pytest.fixture
def book(collection: Collection) -> SourceBook:
    return collection.followed


def test_a_source_comes_back_as_it_was_kept(book):
    assert book.all() == []
    assert book.get(FEED.location) is None
    book.keep(FEED)
    assert book.all() == [FEED]
    run = replace(
        FEED,
        vanished="remove",
        last_run=NOON,
        last_success=NOON,
        last_error="Trouble.",
        failures=3,
        next_try=NOON + timedelta(hours=1),
        counts=Counts(1, 2, 3, 4, 5),
        marks=Marks('"7"', "yesterday"),
    )
    book.keep(run)
    assert book.get(FEED.location) == run
    assert len(book.all()) == 1


def test_sources_are_listed_in_the_order_in_which_they_were_added(book):
    later = replace(FEED, location="/a", kind="folder")
    book.keep(FEED)
    book.keep(later)
    book.keep(replace(FEED, added_at=NOON + timedelta(days=1), failures=1))
    assert book.all() == [replace(FEED, failures=1), later]


def test_items_come_back_as_they_were_kept_and_go_with_their_source(book):
    item = Item(
        "https://ledger.example/a", NOON, "stamp", "digest", Marks('"1"', "then"), "Trouble.", 2, NOON, listed=False
    )
    book.keep(FEED)
    book.keep_items([(FEED.location, item), (FEED.location, Item("/b", NOON))])
    assert book.items(FEED.location) == {item.location: item, "/b": Item("/b", NOON)}
    book.keep(replace(FEED, last_run=NOON))  # writing down the source keeps its items
    assert len(book.items(FEED.location)) == 2
    book.forget_item(FEED.location, "/b")
    assert list(book.items(FEED.location)) == [item.location]
    book.forget(FEED.location)
    assert book.items(FEED.location) == {}


def test_items_of_a_source_that_was_removed_meanwhile_are_not_kept(book):
    book.keep_items([(FEED.location, Item("/b", NOON))])
    assert book.items(FEED.location) == {}


def test_an_item_of_two_sources_is_known_as_such(book):
    other = replace(FEED, location="https://ledger.example/sitemap.xml", kind="sitemap")
    for source in (FEED, other):
        book.keep(source)
    book.keep_items(
        [(FEED.location, Item("/a", NOON)), (other.location, Item("/a", NOON)), (FEED.location, Item("/b", NOON))]
    )
    assert book.listed_elsewhere(FEED.location, "/a")
    assert not book.listed_elsewhere(FEED.location, "/b")


def test_the_articles_of_an_item_are_found_by_their_sources(collection, book):
    def story(source: str, number: int) -> Article:
        return Article(f"s{number}", f"The mill of Number{number} is open.", Metadata(f"Story {number}"), source)

    sources = ["/news.jsonl#a", "/news.jsonl#b", "/news.jsonl", "/news.json", "/news.jsonl2", "/news.jsonl$", "/other"]
    collection.add([story(source, number) for number, source in enumerate(sources)])
    found = book.articles_of(["/news.jsonl", "/nowhere"])
    assert sorted(source for source, _ in found) == ["/news.jsonl", "/news.jsonl#a", "/news.jsonl#b"]
    assert {article for _, article in found} == {"s0", "s1", "s2"}


def test_a_reader_beside_the_writer_sees_the_list(collection, book, tmp_path):
    book.keep(FEED)
    with Collection.open(tmp_path / "data", HashEmbedder(), settings=IndexSettings()) as reader:
        assert reader.followed.all() == [FEED]


def test_only_folders_lose_what_vanishes_unless_told_otherwise():
    assert {kind for kind, vanished in VANISHED.items() if vanished == "remove"} == {"folder"}
