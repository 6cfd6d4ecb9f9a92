"""``byline-eval fusion``: how well words alone, meaning alone, and both together find the right articles."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.settings import Settings
from eval.cases import Case, read_cases, resolve
from eval.ranking import Judged, ranking
from index.embedding import MiniLM
from index.loading import load
from index.opening import Stores, open_to_read
from index.retrieval import CANDIDATES, HybridRetriever

METRICS = {"R@1": "success@1", "R@5": "success@5", "R@10": "success@10", "nDCG@10": "ndcg@10", "MRR": "mrr"}


def fusion(
    *,
    articles: Annotated[list[Path], typer.Option(help="A corpus.jsonl, a file or a folder; may be given again.")],
    questions: Annotated[Path, typer.Option(help="A question set that names its sources.")],
) -> None:
    """Find articles by words, by meaning, and by both fused as Byline does; one table of how often they are right."""
    from assistant.wiring import open_collection  # noqa: PLC0415  a second, and only this command needs it

    cases = [case for case in read_cases(questions) if case.answerable and case.sources and not case.history]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        with open_collection(settings, write=True, purpose="byline-eval fusion") as collection:
            collection.add(chain.from_iterable(load(path) for path in articles))
            articles_held, passages = collection.counts()
            cases = resolve(cases, {one.id: one.id for one in collection.articles()}, where=articles[0])
        embedder = MiniLM()
        stores = open_to_read(settings.data, embedder.id)
        with stores.closing:
            found = {name: _ranked(search, cases) for name, search in _searches(stores, embedder).items()}
    table = Table("found by", *METRICS, box=None, pad_edge=False)
    for name, judged in found.items():
        table.add_row(name, *(f"{value:.3f}" for value in _means(judged)))
    Console().print(table)
    print(f"{len(cases):,} questions over {articles_held:,} articles in {passages:,} passages")


def _searches(stores: Stores, embedder: MiniLM) -> Mapping[str, Callable[[str], Iterator[str]]]:
    """For each way of searching, the articles of the passages that it finds for a question, best first."""
    fused = HybridRetriever(stores.catalog, embedder, dense=stores.dense, lexical=stores.lexical)

    def named(found: Sequence[tuple[int, float]]) -> Iterator[str]:
        of = {stored.key: stored.passage.article_id for stored in stores.catalog.passages([key for key, _ in found])}
        return (of[key] for key, _ in found)

    return {
        "words (BM25)": lambda question: named(stores.lexical.search(question, CANDIDATES)),
        "meaning (cosine)": lambda question: named(stores.dense.search(embedder.embed([question])[0], CANDIDATES)),
        "both, fused": lambda question: (hit.passage.article_id for hit in fused.retrieve(question, CANDIDATES)),
    }


def _ranked(search: Callable[[str], Iterator[str]], cases: Sequence[Case]) -> list[Judged]:
    return [(tuple(dict.fromkeys(search(case.question))), case.sources) for case in cases]


def _means(judged: Sequence[Judged]) -> list[float]:
    each = ranking(judged)
    return [sum(values[metric] for values in each) / len(each) for metric in METRICS.values()]
