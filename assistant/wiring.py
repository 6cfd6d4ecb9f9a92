"""The composition root: which parts a collection and an assistant are made of."""

# ruff: noqa: PLC0415  an extractive answer is neither examined nor put in other words

import os
from functools import cache

from assistant.chain import Assistant
from assistant.checking import Checker
from assistant.crossencoder import CrossEncoder
from assistant.generating import Writer
from assistant.meaning import Meaning
from assistant.model import ChatModel
from assistant.model.endpoint import Endpoint
from assistant.model.gguf import LocalModel
from assistant.model.pacing import REPLY_TOKENS, Patience
from assistant.processor import Processor
from assistant.reading import FeatureReader, Reader
from assistant.reranking import Reranker
from assistant.resembling import Discerning
from assistant.settings import Settings
from assistant.spelling import Spelling
from assistant.surveying import Surveyor
from assistant.vocabulary import Vocabulary
from index.chunking import tiktoken_counter
from index.collection import Collection
from index.embedding import MiniLM

READING_THREADS = 2
"""Passages that are read side by side: a question is answered in nearly half the time on two cores."""
EMBEDDING_THREADS = 2
"""Passages that are embedded side by side: two threads of one core each beat one of two."""
SENTENCES_TOKENS = 1_500
"""Of a model's prompt at most: more sentences than a question needs make it slower and no better."""
PROMPT_TOKENS = 300
"""What the task and the question take of it."""
TOKENS_MARGIN = 1.3
"""Tokens of a small model for each of tiktoken's, by which they are counted."""


def open_collection(settings: Settings, *, write: bool = False, purpose: str = "") -> Collection:
    """The collection in the data directory of the settings; only one process may ``write``."""
    return Collection.open(settings.data, build_embedder(), settings=settings, write=write, purpose=purpose)


def build_assistant(collection: Collection, settings: Settings) -> Assistant:
    """An assistant that answers from the collection."""
    reader = build_reader()
    surveyor = Surveyor(collection.retriever, build_embedder())
    spelling = Spelling(collection.retriever, collection.lexicon, _vocabulary())
    # A model of this machine would only slow down the reading that it is asked beside.
    processor = Processor(os.cpu_count() or 1) if settings.model_url else None
    return Assistant(
        collection.retriever,
        reader,
        settings=settings,
        writer=_writer(settings),
        processor=processor,
        surveyor=surveyor,
        spelling=spelling,
    )


def build_reader() -> Reader:
    """What finds the sentences that answer."""
    features = FeatureReader(_vocabulary(), Meaning(build_embedder()))
    return Discerning(Reranker(features, _crossencoder()), _vocabulary())


def _writer(settings: Settings) -> Writer | None:
    """What has a model write, None for the extractive engine; a model's libraries wait for its first reply."""
    if settings.engine == "extractive":
        return None
    from assistant.checking.entailed import Entailing
    from assistant.checking.examining import Examiner
    from assistant.entailment import Entailment

    checker = Checker(Examiner(_crossencoder()), Entailing(Entailment(build_embedder())))
    budget = min(SENTENCES_TOKENS, int(settings.model_context / TOKENS_MARGIN) - PROMPT_TOKENS - REPLY_TOKENS)
    return Writer(_model(settings), checker, count_tokens=tiktoken_counter(), budget=budget)


def _model(settings: Settings) -> ChatModel:
    patience = Patience.within(settings.model_seconds)
    if settings.model_url:
        key = settings.model_key.get_secret_value() if settings.model_key else None
        return Endpoint(settings.model_url, settings.model_name, key, patience)
    assert settings.model_file
    return LocalModel(settings.model_file, context=settings.model_context, patience=patience)


@cache
def build_embedder() -> MiniLM:
    """One for the process: its 23 MB are read once, and it is safe to share."""
    return MiniLM(workers=EMBEDDING_THREADS)


@cache
def _vocabulary() -> Vocabulary:
    """One for the process: it reads questions and mends their spelling."""
    return Vocabulary()


@cache
def _crossencoder() -> CrossEncoder:
    """One for the process, as well: it reads for answers and examines what a model writes."""
    return CrossEncoder(build_embedder(), workers=READING_THREADS)
