from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from index.articles import Article, Metadata, Passage, Sentence
from index.catalog import Catalog, Version
from index.errors import ArticleUnknown, BylineError, CollectionDamaged, CollectionForeign
from index.tables import Entry

FULL = Metadata("Frost", "https://news.example/frost", date(2024, 7, 20), "Ann Lee", "The Ledger")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = Catalog(tmp_path / "catalog.sqlite", "hash-2")
    yield catalog
    catalog.close()


def entry(name: str, text: str = "Frost came. It stayed.", *, source: str = "", said: Metadata = FULL) -> Entry:
    """An article of one passage for each of its sentences."""
    article = Article(name, text, said, source or f"/articles/{name}.txt")
    cuts, start = [], 0
    for number, words in enumerate(text.split(". ")):
        end = min(len(text), start + len(words) + 1)
        sentence = Sentence(start, end, text[start:end])
        cuts.append(Passage(name, number, start, end, text[start:end], (sentence,)))
        start = end + 1
    vectors = np.eye(2, dtype=np.float32)[[number % 2 for number in range(len(cuts))]]
    return Entry(article, tuple(cuts), vectors)


def test_an_article_comes_back_as_it_was_stored(catalog: Catalog):
    stored = entry("frost")
    catalog.put([stored])
    assert catalog.article("frost") == stored.article
    assert catalog.article_passages("frost") == list(stored.passages)
    assert catalog.counts() == (1, 2)


@pytest.mark.parametrize(
    "text", ["Grüße aus 北京 🚗. 谢谢", "One\x00two. Three", "'; DROP TABLE articles; --", " . ", '"%s" ?. [1]']
)
def test_whatever_its_characters_the_offsets_hold(catalog: Catalog, text: str):
    catalog.put([entry("odd", text)])
    assert catalog.article("odd").text == text
    for passage in catalog.article_passages("odd"):
        assert text[passage.start : passage.end] == passage.text
        assert all(text[s.start : s.end] == s.text for s in passage.sentences)


def test_metadata_that_the_page_does_not_give_stays_unknown(catalog: Catalog):
    catalog.put([entry("bare", said=Metadata("Bare"))])
    assert catalog.article("bare").metadata == Metadata("Bare")


def test_the_same_article_again_changes_nothing(catalog: Catalog):
    (first,) = catalog.put([entry("frost")])
    before = catalog.version()
    (again,) = catalog.put([entry("frost")])
    assert (first.outcome, again.outcome) == ("added", "unchanged")
    assert catalog.version() == before
    assert catalog.settle(entry("frost").article) == again


@pytest.mark.parametrize(
    "changed",
    [
        entry("frost", "Frost came. It left."),
        entry("frost", said=Metadata("Frost")),
        entry("other", "Moved.", source="/articles/frost.txt"),
    ],
)
def test_a_changed_article_replaces_its_old_version_and_keeps_its_id(catalog: Catalog, changed: Entry):
    catalog.put([entry("frost")])
    old = {stored.key for stored in catalog.passages_after(0, 10)}
    (stored,) = catalog.put([changed])
    assert (stored.id, stored.outcome) == ("frost", "updated")
    assert catalog.article("frost").text == changed.article.text
    assert catalog.article("frost").metadata == changed.article.metadata
    new = {stored.key for stored in catalog.passages_after(0, 10)}
    assert len(new) == len(changed.passages)
    assert not new & old, "a key is never used again"


def test_another_source_with_the_same_id_gets_a_suffix_of_its_own(catalog: Catalog):
    catalog.put([entry("frost")])
    (other,) = catalog.put([entry("frost", "Another frost.", source="/elsewhere/frost.txt")])
    (again,) = catalog.put([entry("frost", "Another frost.", source="/elsewhere/frost.txt")])
    assert other.id.startswith("frost-")
    assert len(other.id) == len("frost-") + 8
    assert (again.id, again.outcome) == (other.id, "unchanged")
    assert catalog.article("frost").text == "Frost came. It stayed."


def test_the_same_content_under_the_same_id_is_one_article_wherever_it_lies(catalog: Catalog):
    catalog.put([entry("frost")])
    (copy,) = catalog.put([entry("frost", source="/copy/frost.txt")])
    assert (copy.id, copy.outcome) == ("frost", "unchanged")


def test_an_article_that_changes_back_to_what_another_source_says_is_still_updated(catalog: Catalog):
    catalog.put([entry("frost"), entry("frost", "Another frost.", source="/elsewhere/frost.txt")])
    (back,) = catalog.put([entry("frost", source="/elsewhere/frost.txt")])
    assert back.outcome == "updated"
    assert catalog.article(back.id).text == "Frost came. It stayed."


def test_all_of_a_batch_is_stored_or_nothing(catalog: Catalog):
    rain = entry("b", "Rain fell. It stopped.")
    broken = Entry(rain.article, rain.passages, np.zeros((1, 2), np.float32))
    with pytest.raises(ValueError, match="shorter"):
        catalog.put([entry("a"), broken])
    assert catalog.counts() == (0, 0)
    assert catalog.changes(0, 10) == []


def test_a_removed_article_is_gone_and_its_passages_are_in_the_outbox(catalog: Catalog):
    catalog.put([entry("frost")])
    seq = catalog.version()
    keys = [stored.key for stored in catalog.passages_after(0, 10)]
    catalog.remove("frost")
    assert catalog.counts() == (0, 0)
    assert [key for _, key in catalog.changes(seq, 10)] == keys
    with pytest.raises(ArticleUnknown, match="byline list"):
        catalog.article("frost")


@pytest.mark.parametrize("ask", [Catalog.article, Catalog.article_passages, Catalog.remove])
def test_an_unknown_id_is_named(catalog: Catalog, ask):
    with pytest.raises(ArticleUnknown, match="'nowhere'"):
        ask(catalog, "nowhere")


def test_the_outbox_keeps_what_the_slowest_index_has_not_taken_in(catalog: Catalog):
    catalog.mark("dense", 0)
    catalog.mark("lexical", 0)
    catalog.put([entry("frost")])
    catalog.mark("dense", 2)
    assert [seq for seq, _ in catalog.changes(0, 10)] == [1, 2]
    catalog.mark("lexical", 1)
    assert [seq for seq, _ in catalog.changes(0, 10)] == [2]
    catalog.mark("lexical", 2)
    assert catalog.changes(0, 10) == []
    assert catalog.version() == 2, "the version outlives the outbox rows"
    assert (catalog.progress("dense"), catalog.progress("never built")) == (2, None)


def test_articles_are_listed_latest_first_and_undated_last(catalog: Catalog):
    days = {"old": date(2023, 1, 1), "undated": None, "new": date(2025, 1, 1)}
    catalog.put([entry(name, said=Metadata(name, published=day)) for name, day in days.items()])
    assert [article.id for article in catalog.articles()] == ["new", "old", "undated"]
    assert {article.passages for article in catalog.articles()} == {2}
    assert all(article.added_at.tzinfo for article in catalog.articles())


def test_a_sample_is_spread_from_the_first_passage_to_the_last(catalog: Catalog):
    catalog.put([entry(f"a{n}", said=Metadata(f"Frost {n}")) for n in range(20)])
    keys = [stored.key for stored in catalog.sample(5)]
    assert (len(keys), keys[0], keys[-1]) == (5, 1, 40)
    catalog.remove("a0")
    assert len(catalog.sample(100)) == 38


def test_vectors_come_back_exactly(catalog: Catalog):
    catalog.put([entry("frost")])
    version, keys, vectors = catalog.matrix()
    assert version == catalog.version()
    assert keys.tolist() == [1, 2]
    assert np.array_equal(vectors, np.eye(2, dtype=np.float32))
    assert np.array_equal(catalog.passages([2])[0].vector, vectors[1])


def test_more_keys_than_sqlite_takes_parameters_can_be_asked_for(catalog: Catalog):
    catalog.put([entry("frost")])
    assert [stored.key for stored in catalog.passages(range(300_000))] == [1, 2]


def test_a_catalog_of_another_embedder_is_refused_by_name(tmp_path: Path):
    Catalog(tmp_path / "catalog.sqlite", "hash-2").close()
    with pytest.raises(CollectionForeign, match=r"embedder hash-2.*embedder other-3.*doctor --repair"):
        Catalog(tmp_path / "catalog.sqlite", "other-3")


def test_a_file_that_is_no_catalog_is_damage(tmp_path: Path):
    (tmp_path / "catalog.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(CollectionDamaged, match="Restore a backup"):
        Catalog(tmp_path / "catalog.sqlite", "hash-2")


def test_flipped_bytes_are_found_by_the_check(tmp_path: Path):
    path = tmp_path / "catalog.sqlite"
    catalog = Catalog(path, "hash-2")
    catalog.put([entry(f"a{n}", "Frost came. " * 50, source=f"/{n}") for n in range(50)])
    catalog.check()
    catalog.close()
    content = bytearray(path.read_bytes())
    content[8192:40960] = b"\xff" * (40960 - 8192)
    path.write_bytes(content)
    with pytest.raises(CollectionDamaged):
        Catalog(path, "hash-2").check()


def test_a_place_that_cannot_hold_a_file_is_a_clear_line(tmp_path: Path):
    with pytest.raises(BylineError, match="cannot be used"):
        Catalog(tmp_path / "missing" / "catalog.sqlite", "hash-2")


def test_what_was_replaced_or_removed_can_still_be_shown_by_its_digest(catalog: Catalog):
    catalog.put([entry("frost", "Frost came. It stayed 9 days.")])
    first = catalog.digest("frost")
    catalog.put([entry("frost", "Thaw came. It lasted.")])
    second = catalog.digest("frost")
    assert catalog.version_of("frost", first[:12]).article.text == "Frost came. It stayed 9 days."
    assert catalog.version_of("frost", first).replaced_at
    assert catalog.version_of("frost", second) == Version(catalog.article("frost"), None)
    catalog.remove("frost")
    assert catalog.version_of("frost", second).article.text == "Thaw came. It lasted."
    with pytest.raises(ArticleUnknown):
        catalog.digest("frost")


def test_the_last_five_versions_are_kept_for_thirty_days(catalog: Catalog):
    digests = []
    for number in range(8):
        catalog.put([entry("frost", f"Report number {number}. Nothing else happened.")])
        digests.append(catalog.digest("frost"))
    kept = [digest for digest in digests if is_kept(catalog, digest)]
    assert kept == digests[2:]
    with catalog.transaction("BEGIN IMMEDIATE") as db:
        db.execute("UPDATE versions SET replaced_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-31 days')")
    catalog.put([entry("rain", "Rain fell. It stopped.", said=Metadata("Rain"))])
    catalog.remove("rain")
    assert [digest for digest in digests if is_kept(catalog, digest)] == digests[-1:], (
        "of this article only the present"
    )


@pytest.mark.parametrize("digest", ["", "0", "f" * 7, "%", "' OR 1 --", "0" * 64])
def test_what_names_no_version_finds_none(catalog: Catalog, digest: str):
    catalog.put([entry("frost")])
    with pytest.raises(ArticleUnknown, match="frost"):
        catalog.version_of("frost", digest)


def is_kept(catalog: Catalog, digest: str) -> bool:
    try:
        return bool(catalog.version_of("frost", digest))
    except ArticleUnknown:
        return False
