"""What an article is once it has been read, and the pieces that are found and cited.

Every offset counts characters of ``Article.text``; ``article.text[piece.start:piece.end] == piece.text`` holds for
every sentence and passage.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the page says about itself; None where it does not say."""

    title: str
    url: str | None = None
    published: date | None = None
    author: str | None = None
    publisher: str | None = None
    updated: date | None = None
    language: str | None = None
    """An ISO 639-1 code, such as "en"."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article, its page furniture removed."""

    id: str
    text: str
    metadata: Metadata
    source: str
    """Where it was read from: a path or an address; of something within it, such as a corpus line or a member of an
    archive, ``path#name``."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, or a heading or list item that stands alone."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences from one article, small enough to embed."""

    article_id: str
    number: int
    """Its place in the article, from 0."""
    start: int
    end: int
    text: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """Another article that says the same as a passage, such as another paper's print of one agency's report."""

    article_id: str
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that retrieval found, with what it was found by."""

    passage: Passage
    metadata: Metadata
    score: float
    """The fused score, by which hits are ordered; comparable within one question only."""
    similarity: float
    """Cosine of question and passage, -1 to 1."""
    lexical: float
    """BM25 of question and passage, 0 where no word of it matched."""
    copies: tuple[Copy, ...] = ()
    """The other articles that say just this; they are no further witnesses."""
    before: Passage | None = None
    """The passage before it in its article."""
    after: Passage | None = None
    """The passage after it in its article."""
    version: str = ""
    """Names the version of the article in which the passage stands: how its digest begins."""
