"""Collections of any size, made of a real one: how retrieval grows with the collection is measured on them.

An article has ten passages of eighty words, drawn as often as the real articles use them (Zipf's law), one word in
seven from a long tail of names. Vectors lie in clusters, as real ones do: each is a mix of a real passage's that is its
topic, another that is its article, two of its own, and a little noise. Two passages of an article have a cosine of
about .65, and two of different articles .16. Everything follows from the article's number, so that a collection that
was begun can be grown further.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from eval.errors import RunForeign
from index.articles import Article, Metadata, Passage, Sentence
from index.chunking import contextual
from index.derived import catch_up
from index.embedding import Embedder
from index.errors import ArticleUnknown
from index.opening import Stores
from index.tables import Entry

PASSAGES, SENTENCES, WORDS = 10, 4, 20
"""Passages of an article, sentences of a passage, words of a sentence."""
NAMES = 200_000
NAMED = 0.15
"""Share of the words that are names."""
TOPIC, ARTICLE, OWN, NOISE = 0.7, 0.6, 0.5, 0.3
"""How much of each is in a vector."""
LANGUAGES = ("en", "de", "es")
PUBLISHERS = 40
FIRST_DAY, DAYS = date(2000, 1, 1), 9_000
AT_ONCE = 200
"""Articles stored in one transaction."""


class Synthesis:
    """Makes articles out of the words and vectors of real ones."""

    def __init__(self, articles: Sequence[Article], embedder: Embedder) -> None:
        used = Counter(word for article in articles for word in re.findall(r"\w+", article.text))
        self._words = [*used, *(f"w{number}" for number in range(NAMES))]
        shares = np.array(list(used.values()), float)
        shares = np.concatenate([shares / shares.sum() * (1 - NAMED), np.full(NAMES, NAMED / NAMES)])
        self._reach = np.cumsum(shares)
        self._real = embedder.embed([contextual(one.metadata.title, one.text[:1_000]) for one in articles])

    def entry(self, number: int) -> Entry:
        """The article of this number, cut, with its vectors."""
        draw = np.random.default_rng(number)
        drawn = np.searchsorted(self._reach, draw.random(PASSAGES * SENTENCES * WORDS) * self._reach[-1])
        words = [self._words[place] for place in drawn]
        sentences = list(_sentences(words))
        text = " ".join(sentence.text for sentence in sentences)
        name = _name(number)
        cuts = (sentences[first : first + SENTENCES] for first in range(0, len(sentences), SENTENCES))
        passages = tuple(
            Passage(name, place, cut[0].start, cut[-1].end, text[cut[0].start : cut[-1].end], tuple(cut))
            for place, cut in enumerate(cuts)
        )
        said = Metadata(
            f"Story {number} of {words[0]}",
            published=FIRST_DAY + timedelta(days=number % DAYS),
            publisher=f"Publisher {number % PUBLISHERS}",
            language=LANGUAGES[number % len(LANGUAGES)],
        )
        return Entry(Article(name, text, said, f"/synthetic/{number}"), passages, self._vectors(draw))

    def _vectors(self, draw: np.random.Generator) -> NDArray[np.float32]:
        count, dimensions = self._real.shape
        topic, article = self._real[draw.integers(count, size=2)]
        own = self._real[draw.integers(count, size=(2, PASSAGES))].sum(axis=0)
        noise = draw.standard_normal((PASSAGES, dimensions), np.float32) / np.sqrt(dimensions)
        mixed = TOPIC * topic + ARTICLE * article + OWN * own + NOISE * noise
        rows: NDArray[np.float32] = (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)
        return rows


def grow(stores: Stores, synthesis: Synthesis, passages: int) -> Iterator[int]:
    """Add synthetic articles until there are so many passages, or more; tells after each step how many there are.

    ``RunForeign`` where there are other articles: somebody's own are not mixed with what is made up.
    """
    number, have = stores.catalog.counts()
    if number:
        _require_synthetic(stores, number - 1)
    with ThreadPoolExecutor() as pool:
        indexing: list[Future[int]] = []
        while have < passages:
            upto = number + min(AT_ONCE, -(-(passages - have) // PASSAGES))
            # Made while the indexes take in those before; they are not written to the catalog until then, since the
            # indexes write there how far they are.
            entries = [synthesis.entry(one) for one in range(number, upto)]
            _finish(indexing)
            stores.catalog.put(entries)
            indexing = [pool.submit(catch_up, stores.catalog, one) for one in stores.kept]
            number, have = upto, have + PASSAGES * len(entries)
            yield have
        _finish(indexing)


def _name(number: int) -> str:
    return f"synthetic-{number}"


def _require_synthetic(stores: Stores, last: int) -> None:
    try:
        stores.catalog.digest(_name(last))
    except ArticleUnknown as exc:
        raise RunForeign("The collection holds articles of its own. Name another folder with --data.") from exc


def _finish(indexing: Sequence[Future[int]]) -> None:
    """Wait for what is done beside us, and raise what went wrong."""
    for one in indexing:
        one.result()


def _sentences(words: Sequence[str]) -> Iterator[Sentence]:
    start = 0
    for first in range(0, len(words), WORDS):
        text = " ".join(words[first : first + WORDS]) + "."
        yield Sentence(start, start + len(text), text)
        start += len(text) + 1
