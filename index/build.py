"""From an article to a catalog entry: sentences, passages, vectors."""

from collections.abc import Sequence

from index.articles import Article, Passage
from index.chunking import Budget, contextual, passages
from index.embedding import Embedder
from index.errors import SourceUnreadable
from index.sentences import split
from index.tables import Entry

Cut = tuple[Article, tuple[Passage, ...]]
"""An article and its passages."""


def cut(article: Article, budget: Budget) -> Cut:
    """The article cut into passages; ``SourceUnreadable`` where there is nothing in it to find."""
    found = passages(article, split(article.text), budget=budget)
    if not found:
        raise SourceUnreadable(f"{article.source} holds no text.")
    return article, found


def check_characters(article: Article) -> None:
    """``SourceUnreadable`` where the article holds half a character (a lone surrogate), which no store takes."""
    said = article.metadata
    texts = (article.id, article.source, article.text, said.title, said.url, said.author, said.publisher)
    try:
        "".join(filter(None, texts)).encode()
    except UnicodeEncodeError as exc:
        raise SourceUnreadable(f"{article.source!a} holds broken characters. Save it again as UTF-8.") from exc


def embedded(cuts: Sequence[Cut], embedder: Embedder) -> list[Entry]:
    """The articles with the vectors of their passages, all embedded together."""
    texts = [contextual(article.metadata.title, passage.text) for article, found in cuts for passage in found]
    vectors = embedder.embed(texts)
    entries, row = [], 0
    for article, found in cuts:
        entries.append(Entry(article, found, vectors[row : row + len(found)]))
        row += len(found)
    return entries
