"""Simpler ways to answer the same questions, asked beside Byline in every run, so that a figure means something.

Each answers as ``Assistant`` does, from the same collection. Of the simpler ones only ``Silent`` abstains while
anything is found.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Protocol

from assistant.answers import Answer, Question, Statement
from assistant.composing import citation
from assistant.condense import standalone
from assistant.errors import ModelUnavailable
from assistant.remarks import LINES
from assistant.settings import Settings
from assistant.terms import words
from assistant.wiring import build_assistant
from eval.errors import QuestionSetWrong
from index.articles import Hit, Sentence
from index.collection import Collection
from index.retrieval import Retriever

SEARCHED = 100
"""As many as retrieval gives: both searches' candidates, so that the best by words alone are among them."""
SHOWN = 10
BM25_HALFWAY = 10.0
"""BM25 that counts as a confidence of one half; only its order matters."""


class Engine(Protocol):
    """Answers a question; may be asked from several threads."""

    def ask(self, question: Question) -> Answer:
        """The answer, or a refusal with its reason."""
        ...


class Silent:
    """Abstains always: right wherever no article says it, and nowhere else."""

    def ask(self, question: Question) -> Answer:
        """A refusal."""
        return Answer(
            question.text, (), (), 0.0, "silent", abstained=True, reason=LINES["not_said"], timings_ms={"total": 0.0}
        )


class BestPassage:
    """The whole passage that retrieval ranks first, as the answer."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever

    def ask(self, question: Question) -> Answer:
        """The passage as one statement that cites itself, as sure as its cosine with the question."""
        started = perf_counter()
        asked = standalone(question.text, question.history)
        hits = self._retriever.retrieve(asked, SHOWN)
        passage = hits[0].passage if hits else None
        whole = Sentence(passage.start, passage.end, passage.text) if passage else None
        sure = hits[0].similarity if hits else 0.0
        return said(asked, hits, whole, confidence=sure, engine="best-passage", started=started)


class Lexical:
    """BM25 alone: the passage it ranks first, and there the sentence that shares most with the question."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever

    def ask(self, question: Question) -> Answer:
        """The sentence, as sure as BM25 is high. Its time is that of both searches, of which it uses one."""
        started = perf_counter()
        asked = standalone(question.text, question.history)
        hits = [hit for hit in self._retriever.retrieve(asked, SEARCHED) if hit.lexical]
        best = sorted(hits, key=lambda hit: -hit.lexical)[:SHOWN]
        sentence = _nearest_by_words(asked, best) if best else None
        sure = best[0].lexical / (best[0].lexical + BM25_HALFWAY) if best else 0.0
        return said(asked, best, sentence, confidence=sure, engine="lexical", started=started)


def said(  # noqa: PLR0913  all that an answer is made of
    asked: str, hits: Sequence[Hit], sentence: Sentence | None, *, confidence: float, engine: str, started: float
) -> Answer:
    """One sentence of the first hit as the answer; a refusal where there is none."""
    cited = (citation(1, hits[0], sentence),) if sentence else ()
    return Answer(
        asked,
        tuple(Statement(one.quote, (1,), None) for one in cited),
        cited,
        confidence=min(1.0, max(0.0, confidence)),
        engine=engine,
        abstained=not cited,
        reason=None if cited else LINES["not_said"],
        retrieved=tuple(dict.fromkeys(hit.passage.article_id for hit in hits)),
        timings_ms={"total": 1_000 * (perf_counter() - started)},
    )


def _nearest_by_words(asked: str, hits: Sequence[Hit]) -> Sentence:
    """The first passage's sentence whose words in common with the question are the rarest among what was found."""
    wanted = {word.stem for word in words(asked) if word.telling}
    sentences = hits[0].passage.sentences
    stems = [{word.stem for word in words(sentence.text)} & wanted for sentence in sentences]
    found_in = Counter(stem for hit in hits for stem in {word.stem for word in words(hit.passage.text)} & wanted)
    weights = [sum(1 / found_in[stem] for stem in shared if found_in[stem]) for shared in stems]
    return sentences[weights.index(max(weights))]


Opening = Callable[[Collection, Settings], Engine]


def _extractive(collection: Collection, settings: Settings) -> Engine:
    return build_assistant(collection, settings.model_copy(update={"engine": "extractive"}))


def _generative(collection: Collection, settings: Settings) -> Engine:
    if not has_model(settings):
        raise ModelUnavailable("The generative engine needs a model. Set BYLINE_MODEL_URL or BYLINE_MODEL_FILE.")
    return build_assistant(collection, settings.model_copy(update={"engine": "generative"}))


def has_model(settings: Settings) -> bool:
    """Whether there is a language model to write answers."""
    return bool(settings.model_url or settings.model_file)


def _stock(collection: Collection, _: Settings) -> Engine:
    from eval.stock import StockChain  # noqa: PLC0415  LlamaIndex takes seconds to import

    return StockChain(collection)


ENGINES: dict[str, Opening] = {
    "extractive": _extractive,
    "generative": _generative,
    "silent": lambda _, __: Silent(),
    "best-passage": lambda collection, _: BestPassage(collection.retriever),
    "lexical": lambda collection, _: Lexical(collection.retriever),
    "llamaindex": _stock,
}
"""Every engine by its name, and how it is opened."""
DEFAULT = ("extractive", "silent", "best-passage", "lexical")
"""What a run asks unless told otherwise, after the engine of the settings: all that cost next to nothing beside it."""


def chosen(names: Sequence[str], settings: Settings) -> tuple[str, ...]:
    """The engines to ask, each once, the one examined first; QuestionSetWrong if unknown.

    "all" means every one that can be asked: the generative engine only where there is a model.
    """
    able = [name for name in (settings.engine, *ENGINES) if name != "generative" or has_model(settings)]
    wanted = dict.fromkeys(one for name in names for one in (able if name == "all" else (name,)))
    for name in wanted:
        if name not in ENGINES:
            raise QuestionSetWrong(f"No engine is called {name!r}. There are: {', '.join(ENGINES)}, all")
    return tuple(wanted) or tuple(dict.fromkeys((settings.engine, *DEFAULT)))
