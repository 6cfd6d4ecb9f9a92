"""Question sets: JSONL, one case a line, checked in full before the first question is asked.

``docs/question-sets.md`` tells what each key means.
"""

import json
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant.answers import Turn
from eval.errors import QuestionSetWrong

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Case:
    """One question, and what a right answer to it looks like."""

    id: str
    question: str
    answers: tuple[str, ...] = ()
    """Accepted forms of the answer; any one will do."""
    answerable: bool = True
    """False where no article says it, so that silence is right."""
    sources: tuple[str, ...] = ()
    """The articles that say it: an id, or the name of an article's file with or without its suffix."""
    gold_sentences: tuple[str, ...] = ()
    history: tuple[Turn, ...] = ()
    must: tuple[str, ...] = ()
    """Regular expressions, letter case ignored, each of which the answer has to match somewhere."""
    never: tuple[str, ...] = ()
    """Regular expressions, letter case ignored, that no statement may match anywhere."""
    tags: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    """Whole answers in a person's own words: to be compared with a reply, never looked for in one word by word."""
    draft: bool = False
    """Proposed, but not yet looked at by a person."""


def read_cases(path: Path, *, drafts: bool = False) -> list[Case]:
    """The cases of a question set, in its order; QuestionSetWrong names the line that is wrong and why.

    Drafts are checked with the others and left out unless asked for. Keys outside the contract are left alone, so a
    set may carry notes for its readers. One question with two truths is no fault of a line, since public sets hold
    some, but is logged as a warning.
    """
    cases: dict[str, Case] = {}
    lines: dict[str, int] = {}
    for number, line in _lines(path):
        try:
            case = _case(line)
            if case.id in cases:
                raise ValueError(f"a second case with the id {case.id!r}; the first is in line {lines[case.id]}")  # noqa: TRY301  one place adds the line number
        except ValueError as exc:
            raise QuestionSetWrong(f"{path} line {number}: {exc}") from exc
        cases[case.id], lines[case.id] = case, number
    if not cases:
        raise QuestionSetWrong(f'{path} holds no question; write one a line: {{"id": "1", "question": "…"}}')
    kept = [case for case in cases.values() if drafts or not case.draft]
    if not kept:
        raise QuestionSetWrong(f'{path} holds nothing but drafts; look at each and take its "draft": true off.')
    for first, second in _at_odds(kept):
        log.warning(
            "%s line %d asks what line %d asks, and expects another answer; one of the two will count as wrong.",
            path, lines[second], lines[first],
        )  # fmt: skip
    return kept


def _lines(path: Path) -> list[tuple[int, str]]:
    """The lines that are not blank, with their numbers from 1."""
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except UnicodeDecodeError as exc:
        raise QuestionSetWrong(f"The question set {path} cannot be read: it is not UTF-8. Save it as UTF-8.") from exc
    except OSError as exc:
        raise QuestionSetWrong(f"The question set {path} cannot be read: {exc.strerror or exc}") from exc
    return [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def _at_odds(cases: Sequence[Case]) -> list[tuple[str, str]]:
    """The ids of cases that ask the same in the same conversation, of which no reply can satisfy both."""
    asked: dict[tuple[str, tuple[Turn, ...]], Case] = {}
    pairs = []
    for case in cases:
        first = asked.setdefault((" ".join(case.question.casefold().split()), case.history), case)
        apart = bool(first.answers and case.answers) and not set(first.answers) & set(case.answers)
        if first.answerable is not case.answerable or apart:
            pairs.append((first.id, case.id))
    return pairs


def resolve(cases: Iterable[Case], names: Mapping[str, str], *, where: Path) -> list[Case]:
    """The cases with their sources as article ids; ``names`` maps all that an article may be called to its id.

    QuestionSetWrong names the first source that is no article of ``where``.
    """
    resolved = []
    for case in cases:
        for source in case.sources:
            if source not in names:
                raise QuestionSetWrong(
                    f"Case {case.id!r} names the source {source!r}, but no article of {where} has that id or file name."
                )
        resolved.append(replace(case, sources=tuple(dict.fromkeys(names[source] for source in case.sources))))
    return resolved


def _case(line: str) -> Case:
    try:
        fields = json.loads(line)
    except json.JSONDecodeError as exc:
        raise ValueError(f"not JSON: {exc.msg} at column {exc.colno}") from exc
    except RecursionError as exc:
        raise ValueError("not a case: its brackets go too deep") from exc
    if not isinstance(fields, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004  every fault of a line is one kind of error to the caller
    case = Case(
        id=_text(fields, "id"),
        question=_text(fields, "question"),
        answers=_texts(fields, "answers"),
        answerable=_flag(fields, "answerable", default=True),
        sources=_texts(fields, "sources"),
        gold_sentences=_texts(fields, "gold_sentences"),
        history=_history(fields.get("history")),
        must=_patterns(fields, "must"),
        never=_patterns(fields, "never"),
        tags=_texts(fields, "tags"),
        references=_texts(fields, "references"),
        draft=_flag(fields, "draft", default=False),
    )
    if not case.answerable and (case.answers or case.gold_sentences):
        raise ValueError('"answerable" is false, yet it has answers or gold sentences; keep one of the two')
    return case


def _flag(fields: Mapping[str, Any], key: str, *, default: bool) -> bool:
    value = fields.get(key, default)
    if not isinstance(value, bool):
        raise ValueError(f'"{key}" must be true or false, not {value!r}')  # noqa: TRY004
    return value


def _text(fields: Mapping[str, Any], key: str) -> str:
    value = fields.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f'"{key}" is missing' if value is None else f'"{key}" must be a text that is not empty')
    return value


def _texts(fields: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = fields.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(text, str) and text.strip() for text in value):
        raise ValueError(f'"{key}" must be a list of texts, none of them empty')
    return tuple(value)


def _patterns(fields: Mapping[str, Any], key: str) -> tuple[str, ...]:
    patterns = _texts(fields, key)
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as exc:
            raise ValueError(f'"{key}" holds {pattern!r}, which is no regular expression: {exc}') from exc
    return patterns


def _history(value: object) -> tuple[Turn, ...]:
    turns = [] if value is None else value
    if not isinstance(turns, list):
        raise ValueError('"history" must be a list of turns')  # noqa: TRY004
    return tuple(_turn(turn) for turn in turns)


def _turn(value: object) -> Turn:
    fields = value if isinstance(value, dict) else {}
    role, content = fields.get("role"), fields.get("content")
    if role not in ("user", "assistant") or not isinstance(content, str):
        raise ValueError('a turn of "history" must be {"role": "user" or "assistant", "content": "…"}')
    return Turn(role=role, content=content)
