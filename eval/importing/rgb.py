"""RGB, the retrieval-augmented generation benchmark (Chen et al., 2024): ``en_refine.json`` and its siblings.

A file is JSONL in spite of its name. ``positive`` passages answer, ``negative`` ones only look alike; all become
articles of one collection. In the files on integrating facts (``_int``) ``positive`` has a list for each part of the
answer, and every part is demanded; in those on false facts (``_fact``) the ``positive_wrong`` passages contradict the
true ones, so that both sides are expected to be cited.
"""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.importing.imported import Imported, Line, Pool
from eval.importing.records import Record, files, json_lines


def read(path: Path) -> Imported:
    """All questions of an RGB file, or of a folder of them."""
    pool, left_out = Pool("rgb"), Counter[str]()
    questions: list[Line] = []
    for file in files(path, ".json"):
        for record in json_lines(file):
            if case := _case(record, file.stem, pool):
                questions.append(case)
            else:
                left_out["questions without a positive passage"] += 1
    return Imported(pool.articles(), questions, left_out)


def _case(record: Record, kind: str, pool: Pool) -> Line | None:
    parts = _parts(record)
    sources = [pool.add(text) for text in _passages(record, "positive")]
    wrong = [pool.add(text) for text in _passages(record, "positive_wrong")]
    for text in _passages(record, "negative"):
        pool.add(text)
    if not sources:
        return None
    demanded = parts if len(parts) > 1 else []
    tags = ["multi-part"] if demanded else []
    if wrong:
        parts, tags = [*parts, [record.text("fakeanswer")]], ["disagreement"]
    case: dict[str, Any] = {
        "id": f"{kind}-{record.text('id')}",
        "question": record.text("query"),
        "answers": list(dict.fromkeys(form for part in parts for form in part)),
        "sources": list(dict.fromkeys([*sources, *wrong])),
        "tags": tags,
    }
    if demanded:
        case["must"] = ["|".join(re.escape(form) for form in part) for part in demanded]
    return case


def _parts(record: Record) -> list[list[str]]:
    """The parts of the answer, each with its accepted forms: a text is one form, a list within the list several."""
    answer = record.fields.get("answer")
    parts = [_forms(part) for part in (answer if isinstance(answer, list) else [answer])]
    if not parts or not all(parts):
        raise record.wrong("'answer' must be a text, or a list of texts or of lists of texts")
    return parts


def _forms(part: object) -> list[str]:
    forms: Sequence[object] = part if isinstance(part, list) else [part]
    return [form.strip() for form in forms if isinstance(form, str) and form.strip()]


def _passages(record: Record, key: str) -> list[str]:
    """The passages of a list or of a list of lists."""
    passages = [text for item in record.listed(key) for text in (item if isinstance(item, list) else [item])]
    if not all(isinstance(text, str) for text in passages):
        raise record.wrong(f"{key!r} must be a list of texts, or of lists of texts")
    return [text.strip() for text in passages if text.strip()]
