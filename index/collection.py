"""A data directory, opened: articles go in, passages are found."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from index.articles import Article, Passage, Sentence
from index.browsing import TEXTS, Order, Shelf, found, shelf
from index.build import Cut, check_characters, cut, embedded
from index.catalog import ListedArticle, Version
from index.chunking import Budget, tiktoken_counter
from index.derived import IndexAway, IndexBroken, catch_up
from index.embedding import Embedder
from index.errors import BylineError, SourceUnreadable
from index.lexical import LexicalReader
from index.opening import Stores, open_to_read, open_to_write
from index.pipeline import Pipeline
from index.retrieval import HybridRetriever, Recency, Retriever
from index.settings import IndexSettings
from index.tables import Entry, Stored

if TYPE_CHECKING:
    from index.sources import SourceBook

ARTICLES_AT_ONCE, PASSAGES_AT_ONCE = 64, 256
"""What is embedded and stored in one transaction: two seconds' work, so that progress is seen and memory bounded."""


@dataclass(slots=True)
class Added:
    """What became of the articles, by the ids under which they are stored, and what could not be read."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    problems: list[SourceUnreadable] = field(default_factory=list)

    def note(self, stored: Stored) -> None:
        """Put the article's id where its outcome belongs."""
        lists = {"added": self.added, "updated": self.updated, "unchanged": self.unchanged}
        lists[stored.outcome].append(stored.id)

    @property
    def settled(self) -> int:
        """How many articles and problems have been dealt with."""
        return len(self.added) + len(self.updated) + len(self.unchanged) + len(self.problems)


class Collection:
    """A data directory, opened with ``Collection.open``; a context manager, usable from any thread."""

    def __init__(self, stores: Stores, embedder: Embedder, *, settings: IndexSettings) -> None:
        self.retriever: Retriever = HybridRetriever(
            stores.catalog, embedder, dense=stores.dense, lexical=stores.lexical, recency=_recency(settings)
        )
        self.lexicon: LexicalReader = stores.lexical
        """The words of all articles."""
        self._stores = stores
        self._catalog = stores.catalog
        self._embedder = embedder
        self._settings = settings
        self._writing = stores.writing

    @classmethod
    def open(
        cls, folder: Path, embedder: Embedder, *, settings: IndexSettings, write: bool = False, purpose: str = ""
    ) -> Self:
        """The collection in ``folder``, made if it is not there.

        One process may ``write``: it keeps Chroma and tantivy up to date, and ``purpose`` tells others what it is
        doing. Any number may read beside it. ``CollectionBusy``, ``CollectionForeign``, ``CollectionDamaged``.
        """
        url = settings.chroma_url
        if write:
            stores = open_to_write(folder, embedder.id, purpose, chroma_url=url)
        else:
            stores = open_to_read(folder, embedder.id, chroma_url=url)
        return cls(stores, embedder, settings=settings)

    def close(self) -> None:
        """Let go of every file, and of the right to write; doing it twice does no harm."""
        self._stores.closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def announce(self, address: str) -> None:
        """Let whoever finds the directory busy know where its server answers."""
        if self._stores.lock:
            self._stores.lock.announce(address)

    def add(
        self, articles: Iterable[Article | SourceUnreadable], *, progress: Callable[[int], None] | None = None
    ) -> Added:
        """Store the articles and make them findable; on return they are.

        What is stored already changes nothing; a changed article, known by its source, replaces its old version.
        Problems are handed on in the result. ``progress`` is told how many of the first articles and problems have all
        been settled. One batch is stored while the next is embedded and the one after is read; on an interrupt the
        batches that are under way are still stored.
        """
        self._require_writer()
        outcome = Added()
        waiting: list[Cut] = []
        taken = settled = 0
        with Pipeline(lambda cuts: embedded(cuts, self._embedder), partial(self._store, outcome)) as pipeline:
            for taken, item in enumerate(articles, 1):
                waiting += self._cut(item, outcome)
                if len(waiting) == ARTICLES_AT_ONCE or sum(len(found) for _, found in waiting) >= PASSAGES_AT_ONCE:
                    pipeline.put(waiting, taken)
                    waiting = []
                settled = pipeline.settled(settled if waiting else taken)
                if progress:
                    progress(settled)
            for settled in pipeline.finish(waiting, taken):
                if progress:
                    progress(settled)
        return outcome

    def remove(self, article_id: str) -> None:
        """Forget the article everywhere, whatever its sources; ``ArticleUnknown``."""
        self._require_writer()
        with self._writing:
            self._catalog.remove(article_id)
            self._catch_up()

    def remove_source(self, source: str) -> bool:
        """Forget that the source has its article, and the article if no other source has it; False if unknown."""
        self._require_writer()
        with self._writing:
            known = self._catalog.remove_source(source)
            self._catch_up()
        return known

    def articles(self) -> list[ListedArticle]:
        """Every article without its text: the latest published first, undated ones last, then by title."""
        return self._catalog.articles()

    def browse(self, words: str = "", *, order: Order = "published", first: int = 0, limit: int = 50) -> Shelf:
        """``limit`` articles without their texts, from the ``first`` on, counted from 0, and how many there are in all.

        With ``words`` only those that have every one of them in what is said of the article or in one passage of it.
        """
        passages: list[int] = []
        if words.split():
            with suppress(IndexBroken):  # What is said of an article is in the catalog.
                passages = self._stores.lexical.holding(words, TEXTS)
        with self._catalog.transaction() as db:
            if words.split():
                return found(db, words, passages, order=order, page=(first, limit))
            return shelf(db, order, first=first, limit=limit)

    def article(self, article_id: str) -> Article:
        """The article as it was stored; ``ArticleUnknown``."""
        return self._catalog.article(article_id)

    def digest(self, article_id: str) -> str:
        """Names the text and metadata that the article has now, for ``version_of``; ``ArticleUnknown``."""
        return self._catalog.digest(article_id)

    def version_of(self, article_id: str, digest: str) -> Version:
        """The article as it was when its digest began with this, eight characters at least.

        What was replaced or removed is kept for thirty days, the last five versions; ``ArticleUnknown`` after that.
        """
        return self._catalog.version_of(article_id, digest)

    def passages(self, article_id: str) -> list[Passage]:
        """The article's passages in their order; ``ArticleUnknown``."""
        return self._catalog.article_passages(article_id)

    def sentences(self, article_id: str) -> tuple[Sentence, ...]:
        """The article's sentences in their order, each once; ``ArticleUnknown``."""
        every = {sentence for passage in self.passages(article_id) for sentence in passage.sentences}
        return tuple(sorted(every, key=lambda sentence: sentence.start))

    def sources(self, article_id: str) -> tuple[str, ...]:
        """Every place the article was read from, the first one first; ``ArticleUnknown``."""
        return self._catalog.sources(article_id)

    @cached_property
    def followed(self) -> "SourceBook":
        """The sources that the collection follows."""
        from index.sources import SourceBook  # noqa: PLC0415  asking needs no list of sources

        return SourceBook(self._catalog.transaction)

    def counts(self) -> tuple[int, int]:
        """How many articles and how many passages."""
        return self._catalog.counts()

    def publishers(self, limit: int = 1_000) -> list[str]:
        """Who published the articles, those of most articles, by name."""
        return self._catalog.publishers(limit)

    def version(self) -> int:
        """Grows with every change, so that what was made from the collection can be kept until then."""
        return self._catalog.version()

    @cached_property
    def _budget(self) -> Budget:
        embedder = self._embedder
        return Budget(embedder.count_tokens, embedder.max_tokens, tiktoken_counter(), self._settings.passage_tokens)

    def _cut(self, item: Article | SourceUnreadable, outcome: Added) -> list[Cut]:
        """The article with its passages; none if it is stored already or cannot be stored."""
        try:
            if isinstance(item, SourceUnreadable):
                raise item
            check_characters(item)
            if (settled := self._catalog.settle(item)) is None:
                return [cut(item, self._budget)]
            outcome.note(settled)
        except SourceUnreadable as exc:
            outcome.problems.append(exc)
        return []

    def _store(self, outcome: Added, entries: list[Entry]) -> None:
        """Store what has been embedded; on return it is found."""
        with self._writing:
            stored = self._catalog.put(entries)
            self._catch_up()
        for article in stored:
            outcome.note(article)

    def _catch_up(self) -> None:
        for index in self._stores.kept:
            with suppress(IndexAway):  # The catalog keeps its changes until the server is back.
                catch_up(self._catalog, index)

    def _require_writer(self) -> None:
        if not self._stores.lock:
            raise BylineError("This collection was opened for reading. Open it with write=True to change it.")


def _recency(settings: IndexSettings) -> Recency | None:
    return Recency(settings.recency_half_life_days) if settings.recency_half_life_days else None
