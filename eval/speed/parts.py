"""The parts of a measurement of speed: indexing, embedding, retrieval, answering."""

import itertools
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.answers import Question
from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from eval.speed.figures import Amount, Figure, alternated, timed
from eval.speed.retrieving import WARM, growth, steps
from eval.speed.synthetic import Synthesis
from eval.speed.tutorial import PlainMiniLM, Tutorial
from index.articles import Article, Metadata
from index.chunking import contextual
from index.collection import Collection
from index.embedding import MiniLM
from index.opening import Stores, open_to_write

ASKERS = 4
"""People who ask at once."""
ADDED = 30
"""Articles added one by one while questions are asked."""


@dataclass(frozen=True, slots=True)
class Material:
    """What is measured on."""

    articles: Sequence[Article]
    questions: Sequence[str]
    plain: Path
    """The float32 model, as ``python -m index.model.build --plain DIR`` writes it."""
    rounds: int
    settings: Settings
    """Its data directory is asked, and takes the articles that are added."""
    sizes: Sequence[int] = ()
    """To how many passages a synthetic collection is to grow."""


def index(material: Material) -> Iterator[Figure]:
    """Articles to searchable, Byline's three stores against the tutorial's one, each time into an empty folder."""
    plain = PlainMiniLM(material.plain)
    counted: dict[str, int] = {}

    def ours() -> float:
        with tempfile.TemporaryDirectory() as folder:
            empty = material.settings.model_copy(update={"data": Path(folder)})
            with open_collection(empty, write=True, purpose="byline-eval speed") as collection:
                collection.add(material.articles)
                counted["ours"] = collection.counts()[1]
        return counted["ours"]

    def theirs() -> float:
        with tempfile.TemporaryDirectory() as folder, Tutorial(Path(folder), plain) as tutorial:
            counted["theirs"] = tutorial.add(material.articles)
        return counted["theirs"]

    ratio = alternated(
        "passages indexed, from text to committed",
        "passages",
        ours=ours,
        theirs=theirs,
        rounds=material.rounds,
        note="into three stores against one",
    )
    yield ratio
    cut = f"{counted['ours']:,} passages against {counted['theirs']:,} chunks"
    yield Amount("the same in articles", ratio.ratio * counted["theirs"] / counted["ours"], "x", cut)


def embedding(material: Material) -> Iterator[Figure]:
    """Texts to vectors, in int8 on two threads against float32 as the tutorial runs it and at its best."""
    texts = [contextual(article.metadata.title, article.text[:1_000]) for article in material.articles]
    embedder, exact, plain = MiniLM(workers=2), MiniLM(material.plain, workers=2), PlainMiniLM(material.plain)
    tokens = sum(min(count + 2, embedder.max_tokens) for count in embedder.count_tokens(texts))

    def ours() -> float:
        embedder.embed(texts)
        return tokens

    def tutorial() -> float:
        plain.get_text_embedding_batch(texts)
        return tokens

    def at_its_best() -> float:
        exact.embed(texts)
        return tokens

    for theirs, note in ((tutorial, "float32 in batches of 10, two threads a batch"), (at_its_best, "float32 as int8")):
        yield alternated("tokens embedded", "tokens", ours=ours, theirs=theirs, rounds=material.rounds, note=note)
    nearest = [np.argmax(one.embed(material.questions) @ one.embed(texts).T, axis=1) for one in (embedder, exact)]
    same = nearest[0] == nearest[1]
    yield Amount("top-1 agreement of int8 with float32", float(same.mean()), "", f"{len(same)} questions")


def retrieval(material: Material) -> Iterator[Figure]:
    """Passages for a question, warm, from the data directory, against the tutorial's over the articles given."""
    embedder = MiniLM()
    with _stores(material.settings.data, embedder) as stores:
        yield from steps(stores, embedder, material.questions)
    with tempfile.TemporaryDirectory() as folder, Tutorial(Path(folder), PlainMiniLM(material.plain)) as tutorial:
        chunks = tutorial.add(material.articles)
        for question in material.questions[:WARM]:
            tutorial.retrieve(question, 5)
        asking = [lambda question=question: tutorial.retrieve(question, 5) for question in material.questions]
        yield timed("retrieval, the tutorial's", asking, note=f"{chunks:,} chunks")


def growing(material: Material) -> Iterator[Figure]:
    """The same from a synthetic collection in the data directory, as it grows."""
    embedder = MiniLM(workers=2)
    synthesis = Synthesis(material.articles, embedder)
    with _stores(material.settings.data, embedder) as stores:
        yield from growth(stores, synthesis, embedder, questions=material.questions, sizes=material.sizes)


def answering(material: Material) -> Iterator[Figure]:
    """Answers one at a time and to several people at once, and articles added meanwhile, from the data directory."""
    with _opened(material) as collection:
        assistant = build_assistant(collection, material.settings)
        size = f"{collection.counts()[1]:,} passages"
        for question in material.questions[:WARM]:
            assistant.ask(Question(question))
        asking = [lambda question=question: assistant.ask(Question(question)) for question in material.questions]
        yield timed("answer", asking, note=size)
        with ThreadPoolExecutor(ASKERS) as pool:
            parts = pool.map(lambda part: timed("answer", part), [asking[n::ASKERS] for n in range(ASKERS)])
            slowest = max(parts, key=lambda part: part.p95)
        yield Amount(f"answer to {ASKERS} at once, p95", slowest.p95, "ms", "of the one who waited longest")
        try:
            adding = [_adding(collection, _article(n)) for n in range(ADDED)]
            yield timed("one article added until it is found", adding, note=size)
        finally:
            for number in range(ADDED):
                collection.remove_source(_article(number).source)
        yield Amount("memory, most in the whole measurement", _most_memory(), "MB", "both chains in one process")


def _opened(material: Material) -> Collection:
    return open_collection(material.settings, write=True, purpose="byline-eval speed")


@contextmanager
def _stores(folder: Path, embedder: MiniLM) -> Iterator[Stores]:
    stores = open_to_write(folder, embedder.id, "byline-eval speed")
    with stores.closing:
        yield stores


def _article(number: int) -> Article:
    text = f"Speedtown{number} opened its gate Speedgate{number}."
    return Article(f"speed-{number}", text, Metadata(f"Speed {number}"), f"/byline-eval/speed/{number}")


def _adding(collection: Collection, article: Article) -> Callable[[], object]:
    def add() -> None:
        collection.add([article])
        found = collection.retriever.retrieve(article.text, 1)
        assert found[0].passage.article_id == article.id, "what was added is the best there is"

    return add


def _most_memory() -> float:
    """In MB; macOS counts in bytes, Linux in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


PARTS: dict[str, Callable[[Material], Iterator[Figure]]] = {
    "index": index,
    "embedding": embedding,
    "retrieval": retrieval,
    "answering": answering,
    "growth": growing,
}
"""Every part by its name."""
USUAL = ("index", "embedding", "retrieval", "answering")
"""What is measured unless parts are named; growth takes hours."""


def measured(names: Sequence[str], material: Material) -> Iterator[tuple[str, Figure]]:
    """The figures of these parts, each with its part's name, as they come."""
    return itertools.chain.from_iterable(((name, figure) for figure in PARTS[name](material)) for name in names)
