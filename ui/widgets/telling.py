"""What a widget is told of an answer: our own lines in its language, and of each citation the page that shows it."""

from collections.abc import Sequence
from typing import Any

from assistant.answers import Answer, Citation, Conflict, Event, Finished, Stated, Statement
from ui.render import read_as, source_path, told
from ui.widgets.registry import Widget

Values = dict[str, Any]


def told_to(event: Event, *, widget: Widget, language: str) -> Values:
    """What takes the place of the event's values; a citation's ``page`` begins at the server's root."""
    match event:
        case Stated(statement, citations):
            return {
                "statement": _statement(statement, language),
                "citations": _with_pages(widget, citations, [statement]),
            }
        case Finished(answer):
            return _lines(answer, language) | {
                "citations": _with_pages(widget, answer.citations, answer.statements),
                "nearest": _with_pages(widget, answer.nearest, ()),
            }
    return {}


def _lines(answer: Answer, language: str) -> Values:
    def said(line: str) -> str:
        return told(line, answer.remarks, language)[0]

    return {
        "statements": [_statement(one, language) for one in answer.statements],
        "reason": said(answer.reason) if answer.reason else None,
        "notes": [said(note) for note in answer.notes],
        "conflicts": [_conflict(one, language) for one in answer.conflicts],
    }


def _statement(statement: Statement, language: str) -> Values:
    return statement.to_json() | {"reading": read_as(statement, language)[0] or None}


def _conflict(conflict: Conflict, language: str) -> Values:
    return conflict.to_json() | {"note": told(conflict.note, [conflict.remark], language)[0]}


def _with_pages(widget: Widget, citations: Sequence[Citation], said: Sequence[Statement]) -> list[Values]:
    def cites(citation: Citation) -> Statement | None:
        return next((statement for statement in said if citation.number in statement.citations), None)

    return [
        citation.to_json() | {"page": f"widget/{widget.id}{source_path(citation, cites(citation))}"}
        for citation in citations
    ]
