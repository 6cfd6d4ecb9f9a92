"""What a citation's link names, and what has become of it since.

A link names the version of the article that was read, and goes on showing that version after the article has changed.
Where that is no longer kept, or the link's place is no place of the text, nothing is marked rather than other words.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import quote, urlencode

from index.articles import Article
from index.catalog import Version
from index.collection import Collection
from index.errors import ArticleUnknown

MARK = re.compile(r"(\d{1,12})-(\d{1,12})")
NOWHERE = (0, 0)


@dataclass(frozen=True, slots=True)
class Cited:
    """What a citation's link names: a sentence of one version of an article, and the words in it that answer."""

    article_id: str
    version: str = ""
    """How the version's digest begins; "" in a link that names none."""
    start: int = 0
    end: int = 0
    mark: str = ""
    """``start-end``."""

    @property
    def sentence(self) -> tuple[int, int]:
        """Where it begins and ends; ``NOWHERE`` in a link to the article as a whole."""
        return self.start, self.end

    @property
    def marked(self) -> tuple[int, int]:
        """Where the answering words begin and end; ``NOWHERE`` for none."""
        span = MARK.fullmatch(self.mark)
        return (int(span[1]), int(span[2])) if span else NOWHERE

    @property
    def beside(self) -> str:
        """The link as it is written on another article's page: an address beside that page's own."""
        named = {"version": self.version, "start": self.start, "end": self.end, "mark": self.mark}
        query = urlencode({name: value for name, value in named.items() if value})
        return quote(self.article_id, safe="") + (f"?{query}#cited" if query else "")

    def quote_of(self, article: Article) -> str:
        """The sentence; "" where the article is not long enough to have it there."""
        return article.text[self.start : self.end] if 0 <= self.start < self.end <= len(article.text) else ""

    def moved(self, start: int, version: str) -> "Cited":
        """The same words at another place, in another version."""
        shift = start - self.start
        mark = f"{self.marked[0] + shift}-{self.marked[1] + shift}" if self.marked != NOWHERE else ""
        return Cited(self.article_id, version, start, self.end + shift, mark)


@dataclass(frozen=True, slots=True)
class Found:
    """The text to show for a link, and how it stands to what was cited."""

    state: Literal["present", "older", "removed", "lapsed", "misfit"]
    """"lapsed": the version is not kept any more; "misfit": the place is none of this text. Both are of the present
    version, in which nothing is to be marked."""
    article: Article
    sources: tuple[str, ...]
    until: datetime | None = None
    """When an older version was replaced, or a removed article removed; in UTC."""
    now: Cited | None = None
    """Of an older version: the present one, at the same words where it still has them."""


def find(collection: Collection, cited: Cited) -> Found:
    """What the link leads to; ``ArticleUnknown`` where nothing is known of such an article."""
    kept = _kept(collection, cited)
    try:
        present, sources = collection.article(cited.article_id), collection.sources(cited.article_id)
    except ArticleUnknown:
        if not kept:
            raise
        return Found("removed", kept.article, (kept.article.source,), kept.replaced_at)
    if kept and kept.replaced_at:
        now = _now(collection, present, cited, cited.quote_of(kept.article))
        return Found("older", kept.article, (kept.article.source,), kept.replaced_at, now)
    if cited.version and not kept:
        return Found("lapsed", present, sources)
    fits = cited.sentence == NOWHERE or (cited.quote_of(present) and (kept or _whole(collection, cited)))
    return Found("present" if fits else "misfit", present, sources)


def _kept(collection: Collection, cited: Cited) -> Version | None:
    """The version that the link names; None where it names none, or one that is not kept."""
    try:
        return collection.version_of(cited.article_id, cited.version) if cited.version else None
    except ArticleUnknown:
        return None


def _now(collection: Collection, present: Article, cited: Cited, words: str) -> Cited:
    at = present.text.find(words) if words else -1
    return Cited(present.id) if at < 0 else cited.moved(at, collection.digest(present.id)[:16])


def _whole(collection: Collection, cited: Cited) -> bool:
    """Whether whole sentences of the present version stand there; a link without a version may be of another."""
    sentences = collection.sentences(cited.article_id)
    return cited.start in {one.start for one in sentences} and cited.end in {one.end for one in sentences}
