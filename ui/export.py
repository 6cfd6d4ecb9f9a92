"""Answers as text to take along: with numbered sources for the clipboard, and a conversation as Markdown."""

import re
from collections.abc import Sequence
from datetime import date

from assistant.answers import Answer, Citation, Conflict
from ui.history import Exchange
from ui.render import confidence, credit, readable, told, web_link
from ui.words import Words

SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+!|~-])")
"""What Markdown would take as markup; ``NUMBERED`` would begin a list."""
NUMBERED = re.compile(r"^(\d+)\.")


def copied(answer: Answer, words: Words) -> str:
    """The answer as plain text, its sources numbered below with title, publisher, date, quote and address."""
    sources = [
        f"[{one.number}] {_line(origin(one, words))}: “{_line(one.quote)}”{_address(one)}" for one in answer.citations
    ]
    said = told(answer.text, answer.remarks, words.language)[0]
    lines = [_line(said), *(_line(_note(conflict, words)) for conflict in answer.conflicts), "", *sources]
    return "\n".join(lines).strip()


def markdown(exchanges: Sequence[Exchange], words: Words, *, day: date) -> str:
    """The conversation as Markdown in which no word of an article is markup, every answer with its sources."""
    parts = [f"# {_safe(exchanges[0].question) if exchanges else 'Byline'}", ""]
    parts += [f"*{_safe(words('exported_on', day=readable(day, words.language)))}*", ""]
    for exchange in exchanges:
        parts += [f"## {_safe(exchange.question)}", "", *_answer(exchange, words), ""]
    return "\n".join(parts).rstrip() + "\n"


def _answer(exchange: Exchange, words: Words) -> list[str]:
    answer = exchange.answer
    if exchange.state != "answered" or not answer:
        return [f"*{_safe(exchange.notice or words('interrupted'))}*"]
    if answer.abstained:
        near = [f"- “{_safe(one.quote)}” ({_safe(origin(one, words))})" for one in answer.nearest]
        return [
            _safe(told(answer.reason or words("not_said"), answer.remarks, words.language)[0]),
            "",
            *([f"{_safe(words('nearest'))}:", "", *near] if near else []),
        ]
    said = []
    for statement in answer.statements:
        numbers = " ".join(f"\\[{number}\\]" for number in statement.citations)
        said += [f"{_safe(statement.text)} {numbers}", ""]
    apart = [line for one in answer.conflicts for line in (f"> {_safe(_note(one, words))}", "")]
    sources = [
        f"{one.number}. {_safe(origin(one, words))}: “{_safe(one.quote)}”{_link(one)}" for one in answer.citations
    ]
    sure = confidence(answer.confidence, words.language)
    return [*said, *apart, f"{words('sources_of')} ({sure}):", "", *sources]


def _note(conflict: Conflict, words: Words) -> str:
    note, language = told(conflict.note, [conflict.remark], words.language)
    return note if language == words.language else f"{words(conflict.kind)}. {note}"


def origin(citation: Citation, words: Words) -> str:
    """Title, publisher and date."""
    return ", ".join(filter(None, (citation.title, credit(citation, words.language))))


def _address(citation: Citation) -> str:
    address = web_link(citation.url)
    return f" {address}" if address else ""


def _link(citation: Citation) -> str:
    # Between angle brackets an address ends only at one of these, or at white space.
    address = re.sub(r"[<>\s]", "", web_link(citation.url) or "")
    return f" <{address}>" if address else ""


def _line(text: str) -> str:
    return " ".join(text.split())


def _safe(text: str) -> str:
    """The text on one line, with a backslash before what Markdown would take as markup."""
    return NUMBERED.sub(r"\1\\.", SPECIAL.sub(r"\\\1", _line(text)))
