"""RAGAS test sets, as ``Testset.to_jsonl``, ``to_csv`` and ``to_pandas().to_csv`` write them.

Read are the columns of RAGAS 0.2 and later (``user_input``, ``reference``, ``reference_contexts``) and those of 0.1
(``question``, ``ground_truth``, ``contexts``). The reference is written by a model, so it comes as a reference and not
as an answer to be looked for.
"""

import ast
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.importing.imported import Imported, Line, Pool
from eval.importing.records import Record, files, json_lines, table

HOP = re.compile(r"^<\d+-hop>\s*")
"""What 0.2 puts before each passage of a question about several."""
NOT_PRESENT = "The answer to given question is not present in context"
"""What 0.1 wrote where its own passages did not answer."""
ROLES = {"human": "user", "ai": "assistant", "user": "user", "assistant": "assistant"}


def read(path: Path) -> Imported:
    """All questions of a RAGAS test set, or of a folder of them."""
    pool, left_out = Pool("ragas"), Counter[str]()
    questions: list[Line] = []
    for file in files(path, ".jsonl", ".csv"):
        records = table(file, delimiter=",") if file.suffix == ".csv" else json_lines(file)
        for number, record in enumerate(map(_uncovered, records), 1):
            sources = [pool.add(HOP.sub("", text)) for text in _contexts(record)]
            reference = record.maybe("reference", "ground_truth")
            if sources:
                questions.append(_case(record, f"{file.stem}-{number}", reference, sources))
            else:
                left_out["questions without a context"] += 1
    return Imported(pool.articles(), questions, left_out)


def _uncovered(record: Record) -> Record:
    """A 0.3 row may be a sample within a row; it is the sample that is wanted."""
    sample = record.fields.get("eval_sample")
    return Record(sample, record.where) if isinstance(sample, dict) else record


def _contexts(record: Record) -> list[str]:
    """The passages; in a table they are written as Python writes a list."""
    key = "reference_contexts" if "reference_contexts" in record.fields else "contexts"
    value = record.fields.get(key)
    if isinstance(value, str):
        try:
            value = ast.literal_eval(value) if value.strip() else []
        except (ValueError, SyntaxError, MemoryError, RecursionError) as exc:
            raise record.wrong(f"{key!r} must be a list of texts") from exc
        return Record({key: value}, record.where).texts(key)
    return record.texts(key)


def _case(record: Record, key: str, reference: str, sources: Sequence[str]) -> Line:
    turns = _turns(record)
    answerable = not reference.startswith(NOT_PRESENT)
    case: dict[str, Any] = {"id": key, "question": turns[-1]["content"], "answerable": answerable}
    if len(turns) > 1:
        case |= {"history": turns[:-1], "tags": ["follow-up"]}
    if answerable:
        case["sources"] = list(dict.fromkeys(sources))
        case["references"] = [reference] if reference else []
    return case


def _turns(record: Record) -> list[dict[str, str]]:
    """What was said, the question last; a sample of several turns ends with the user's last message."""
    if not isinstance(record.fields.get("user_input"), list):
        return [{"role": "user", "content": record.text("user_input", "question")}]
    said = [(message.maybe("type", "role"), message.text("content")) for message in record.records("user_input")]
    while said and ROLES.get(said[-1][0]) != "user":
        said.pop()
    if not said or not all(role in ROLES for role, _ in said):
        raise record.wrong("'user_input' must be messages of type human and ai, one of them the question")
    return [{"role": ROLES[role], "content": text} for role, text in said]
