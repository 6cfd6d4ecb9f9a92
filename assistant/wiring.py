"""The composition root: which parts a collection and an assistant are made of."""

from functools import cache

from assistant.chain import Assistant
from assistant.crossencoder import CrossEncoder
from assistant.meaning import Meaning
from assistant.reading import FeatureReader
from assistant.reranking import Reranker
from assistant.settings import Settings
from assistant.vocabulary import Vocabulary
from index.collection import Collection
from index.embedding import MiniLM

READING_THREADS = 2
"""Passages that are read side by side: a question is answered in nearly half the time on two cores."""


def open_collection(settings: Settings, *, write: bool = False, purpose: str = "") -> Collection:
    """The collection in the data directory of the settings; only one process may ``write``."""
    return Collection.open(settings.data, _embedder(), settings=settings, write=write, purpose=purpose)


def build_assistant(collection: Collection, settings: Settings) -> Assistant:
    """An assistant that answers from the collection."""
    features = FeatureReader(Vocabulary(), Meaning(_embedder()))
    reader = Reranker(features, CrossEncoder(_embedder(), workers=READING_THREADS))
    return Assistant(collection.retriever, reader, settings=settings)


@cache
def _embedder() -> MiniLM:
    """One for the process: its 23 MB are read once, and it is safe to share."""
    return MiniLM()
