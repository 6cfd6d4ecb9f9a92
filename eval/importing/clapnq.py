"""CLAP NQ (Rosenthal et al., 2024): ``annotated_data/*/clapnq_*.jsonl``, long answers with the sentences they rest on.

The answers are a person's own words, so they come as references; what a reply has to cite are the selected sentences.
An unanswerable question has one output with an empty answer, and its passage stays in the collection as a near miss.
"""

from collections import Counter
from pathlib import Path
from typing import Any

from eval.importing.imported import Imported, Line, Pool
from eval.importing.records import Record, files, json_lines


def read(path: Path) -> Imported:
    """All questions of a CLAP NQ file, or of a folder of them."""
    pool, left_out = Pool("clapnq"), Counter[str]()
    questions: list[Line] = []
    for file in files(path, ".jsonl"):
        for record in json_lines(file):
            sources = [
                pool.add(passage.text("text"), title=passage.maybe("title")) for passage in record.records("passages")
            ]
            if not sources:
                raise record.wrong("'passages' must hold at least one passage")
            questions.append(_case(record, sources, left_out))
    return Imported(pool.articles(), questions, left_out)


def _case(record: Record, sources: list[str], left_out: Counter[str]) -> Line:
    outputs = record.records("output")
    if not outputs:
        raise record.wrong("'output' must hold at least one annotation; an unanswerable question has an empty answer")
    answers = [output.maybe("answer") for output in outputs if output.maybe("answer")]
    case: dict[str, Any] = {"id": record.text("id"), "question": record.text("input"), "answerable": bool(answers)}
    if answers:
        gold = [sentence for output in outputs for sentence in output.texts("selected_sentences")]
        if not gold:
            left_out["gold sentences, since no annotator selected any"] += 1
        case |= {
            "references": list(dict.fromkeys(answers)),
            "sources": sources,
            "gold_sentences": list(dict.fromkeys(gold)),
        }
    return case
