"""Every case asked, each reply written down before the next is counted: what is killed goes on where it stopped."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from assistant.answers import Question
from assistant.errors import QuestionRefused
from eval.baselines import Engine
from eval.cases import Case
from eval.errors import RunForeign
from index.errors import BylineError

log = logging.getLogger(__name__)

Reply = dict[str, Any]
"""A line of results.jsonl: the answer as JSON with the case's id, or the id and an error."""
Progress = Callable[[str, int, int | None], None]
"""Told the name of the step, how much of it is done, and of how much if that is known."""


def ask_all(
    cases: Sequence[Case], engine: Callable[[], Engine], file: Path, *, workers: int, progress: Callable[[int], None]
) -> list[Reply]:
    """The reply to each case, in order; those that the file holds already are not asked again.

    The file's lines are in the order of the cases, however many are asked at once. ``engine`` is opened only if there
    is something to ask.
    """
    replies = kept_lines(file)
    waiting = [case for case in cases if case.id not in replies]
    progress(len(cases) - len(waiting))
    if waiting:
        opened = engine()
        for reply in _in_order(lambda case: _reply(case, opened), waiting, workers):
            replies[reply["id"]] = reply
            append_line(file, reply)
            progress(len(replies))
    return [replies[case.id] for case in cases]


def kept_lines(file: Path) -> dict[str, Reply]:
    """The lines of a run that was stopped, by case id; RunForeign where they are not.

    A last line cut short by a kill is taken off the file.
    """
    if not file.is_file():
        return {}
    whole = file.read_bytes()
    kept = whole[: whole.rfind(b"\n") + 1]
    if kept != whole:
        with file.open("r+b") as results:
            results.truncate(len(kept))
    try:
        lines = [json.loads(line) for line in kept.decode("utf-8").split("\n") if line]
        return {line["id"]: line for line in lines}
    except (ValueError, KeyError, TypeError) as exc:
        raise RunForeign(f"{file} is damaged: {exc}. Remove its folder, or choose another --out.") from exc


def append_line(file: Path, line: Reply) -> None:
    """Write one line at the end of the file; it is on its way to the disk when this returns."""
    # A lone surrogate, which a question set may hold, has no bytes in UTF-8 but has its escape in JSON.
    with file.open("a", encoding="utf-8", errors="backslashreplace") as results:
        results.write(json.dumps(line, ensure_ascii=False) + "\n")


def _in_order(ask: Callable[[Case], Reply], cases: Iterable[Case], workers: int) -> Iterator[Reply]:
    if workers == 1:
        yield from map(ask, cases)
        return
    pool = ThreadPoolExecutor(workers)
    try:
        yield from pool.map(ask, cases)
    finally:
        pool.shutdown(cancel_futures=True)


def _reply(case: Case, engine: Engine) -> Reply:
    try:
        return {"id": case.id, **engine.ask(Question(case.question, case.history)).to_json()}
    except QuestionRefused as exc:
        return {"id": case.id, "error": str(exc)}
    except BylineError:
        # A missing model or a damaged collection is no finding about this question, and would fail them all.
        raise
    except Exception as exc:
        error = f"{type(exc).__name__}: {exc}"
        log.warning("Case %s ended in an error: %s", case.id, error, exc_info=log.isEnabledFor(logging.DEBUG))
        return {"id": case.id, "error": error}
