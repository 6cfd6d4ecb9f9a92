"""An imported benchmark on disk: ``corpus.jsonl`` and ``questions.jsonl``, whole or not at all."""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from eval.errors import QuestionSetWrong
from eval.importing.imported import Imported, Line

CORPUS, QUESTIONS = "corpus.jsonl", "questions.jsonl"


@dataclass(frozen=True, slots=True)
class Written:
    """What an import came to."""

    articles: int
    questions: int
    answerable: int
    with_gold: int
    """Questions with a gold sentence."""


def write(imported: Imported, folder: Path) -> Written:
    """Write both files to the folder; QuestionSetWrong, and nothing written, where there is nothing to write.

    Files that are there already are never touched. An import that is stopped leaves no file under a final name.
    """
    if not imported.questions:
        raise QuestionSetWrong("No question could be imported; nothing was written.")
    for name in (CORPUS, QUESTIONS):
        if (folder / name).exists():
            raise QuestionSetWrong(f"{folder / name} is there already. Choose another --out, or remove it.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        articles = _lines(imported.articles, folder / f"{CORPUS}.new", key="_id")
        _lines(imported.questions, folder / f"{QUESTIONS}.new", key="id")
        for name in (CORPUS, QUESTIONS):
            (folder / f"{name}.new").replace(folder / name)
    except OSError as exc:
        raise QuestionSetWrong(f"{folder} cannot be written: {exc.strerror or exc}") from exc
    finally:
        for name in (CORPUS, QUESTIONS):
            with suppress(OSError):
                (folder / f"{name}.new").unlink()
    answerable = sum(bool(case.get("answerable", True)) for case in imported.questions)
    return Written(
        articles,
        len(imported.questions),
        answerable,
        sum(bool(case.get("gold_sentences")) for case in imported.questions),
    )


def _lines(lines: Iterable[Line], file: Path, *, key: str) -> int:
    """How many lines were written; two of one id would be one article or one case to everyone after us."""
    seen: set[str] = set()
    # A lone surrogate, which JSON may hold, has no bytes in UTF-8 but has its escape in JSON.
    with file.open("w", encoding="utf-8", errors="backslashreplace") as out:
        for line in lines:
            if line[key] in seen:
                raise QuestionSetWrong(f"Two records have the id {line[key]!r}; nothing was written. Rename one.")
            seen.add(line[key])
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
    return len(seen)
