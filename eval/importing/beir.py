"""BEIR: ``corpus.jsonl``, ``queries.jsonl`` and ``qrels/*.tsv`` (Thakur et al., 2021; the layout of BEIR 1.0 and 2.x).

A corpus of millions of documents is copied line by line; only its ids are held in memory.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from eval.errors import QuestionSetWrong
from eval.importing.imported import Imported, Line
from eval.importing.records import json_lines, table

SPLITS = ("test", "dev", "train")
"""Which judgements are taken where a folder holds several: the first of these, as the benchmark reports test."""


def read(path: Path) -> Imported:
    """Questions with a document judged relevant; what no document answers is not part of this benchmark."""
    corpus, queries = path / "corpus.jsonl", path / "queries.jsonl"
    for file in (corpus, queries):
        if not file.is_file():
            raise QuestionSetWrong(f"{path} is no BEIR folder: it has no {file.name}.")
    left_out: Counter[str] = Counter()
    known = {record.text("_id") for record in json_lines(corpus) if record.maybe("text", "title")}
    relevant = _relevant(_judgements(path), known, left_out)
    questions: list[Line] = []
    for record in json_lines(queries):
        if sources := relevant.get(record.text("_id")):
            questions.append({"id": record.text("_id"), "question": record.text("text"), "sources": sources})
        else:
            left_out["queries without a relevant document in this split"] += 1
    return Imported(_articles(corpus), questions, left_out)


def _articles(corpus: Path) -> Iterator[Line]:
    for record in json_lines(corpus):
        # A title alone is all that some documents of BEIR have; one without either can be neither found nor read.
        if text := record.maybe("text", "title"):
            metadata = record.fields.get("metadata")
            yield {
                "_id": record.text("_id"),
                "title": record.maybe("title") if record.maybe("text") else "",
                "text": text,
                **({"metadata": metadata} if isinstance(metadata, dict) and metadata else {}),
            }


def _judgements(path: Path) -> Path:
    found = [path / "qrels" / f"{split}.tsv" for split in SPLITS]
    for file in found:
        if file.is_file():
            return file
    raise QuestionSetWrong(f"{path} is no BEIR folder: it has none of qrels/{', qrels/'.join(f.name for f in found)}.")


def _relevant(judgements: Path, known: set[str], left_out: Counter[str]) -> dict[str, list[str]]:
    """The ids of the documents judged relevant to each query, a score above 0, best first."""
    found: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for record in table(judgements, delimiter="\t"):
        try:
            score = float(record.text("score"))
        except ValueError as exc:
            raise record.wrong(f"'score' must be a number, not {record.text('score')!r}") from exc
        if score <= 0:
            continue
        if record.text("corpus-id") in known:
            found[record.text("query-id")].append((-score, record.text("corpus-id")))
        else:
            left_out["judgements about a document that the corpus does not hold"] += 1
    return {query: [document for _, document in sorted(ranked)] for query, ranked in found.items()}
