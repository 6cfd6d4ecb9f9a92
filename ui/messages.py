"""Questions and answers as the chat's messages: HTML in which every word of an article or a question is escaped.

The chat shows messages as Markdown with a few HTML tags allowed. Each message made here is one HTML block without a
line break, which Markdown leaves alone, so a star or a bracket in an article stays a star or a bracket. What the page's
script needs to know of a message stands in its classes, since other attributes do not pass Gradio's sanitizer.
"""

from collections.abc import Sequence
from datetime import date
from html import escape
from urllib.parse import quote

from assistant.answers import Answer, Citation, Conflict, Statement
from ui.export import copied
from ui.history import Exchange
from ui.render import confidence, credit, plain, read_as, readable, source_path, told
from ui.words import Words


def messages(exchanges: Sequence[Exchange], words: Words, *, more: bool = False) -> list[dict[str, str]]:
    """The conversation as Gradio's chatbot takes it; ``more`` where another exchange follows these."""
    return [
        message
        for number, exchange in enumerate(exchanges, start=1)
        for message in (
            {"role": "user", "content": question_html(exchange.question)},
            {
                "role": "assistant",
                "content": exchange_html(exchange, words, last=not more and number == len(exchanges)),
            },
        )
    ]


def question_html(text: str) -> str:
    """A person's message."""
    return f'<div class="question" dir="auto">{plain(text)}</div>'


def notice_html(text: str) -> str:
    """One line in place of an answer."""
    return f'<div class="notice">{plain(text)}</div>'


def exchange_html(exchange: Exchange, words: Words, *, last: bool = True) -> str:
    """What became of a question: its answer, what there is of it so far, or why there is none."""
    classes = ["exchange", f"e{exchange.key}", exchange.state, "last" if last else "", exchange.rated]
    return f'<div class="{" ".join(filter(None, classes))}">{_body(exchange, words, last=last)}</div>'


def _body(exchange: Exchange, words: Words, *, last: bool) -> str:
    answer = exchange.answer
    understood = ""
    if answer and _other(answer.question, exchange.question):
        understood = f'<p class="understood">{plain(words("understood", question=answer.question))}</p>'
    if exchange.state == "answered" and answer:
        next_ = _suggestions(exchange.suggested, words) if last else ""
        text = f'<div class="copyable">{_lines(copied(answer, words))}</div>'
        return f"{understood}{answer_html(answer, words)}{text}{next_}"
    said = statements_html(answer.statements, answer.citations, words) if answer else ""
    if exchange.state == "open":
        return f'{understood}<div class="answer">{said or _waiting(answer, words)}</div>'
    told = exchange.notice or words("interrupted")
    if exchange.state == "stopped":
        told = words("stopped") if said else words("stopped_early")
    shown = f'<div class="answer">{said}</div>' if said else ""
    return f"{understood}{shown}{notice_html(told)}"


def _waiting(answer: Answer | None, words: Words) -> str:
    """What is being done, until there is something to read."""
    if answer and answer.engine == "generative":
        return f'<p class="reading">{plain(words("writing"))}</p>'
    return f'<p class="reading">{plain(words("reading"))}<span class="long">{plain(words("waiting"))}</span></p>'


def answer_html(answer: Answer, words: Words) -> str:
    """The whole answer: statements, both sides where articles differ, and the sources; or why there is none."""
    aside = answer.notes if answer.abstained or not answer.reason else (answer.reason, *answer.notes)
    notes = "".join(_aside("note", *told(line, answer.remarks, words.language)) for line in aside)
    if answer.abstained:
        return notes + _silence(answer, words)
    by_number = {citation.number: citation for citation in answer.citations}
    short = f'<p class="short">{plain(answer.short)}</p>' if answer.short else ""
    conflicts = "".join(_conflict(conflict, by_number, words) for conflict in answer.conflicts)
    return (
        f'{notes}<div class="answer">{short}{statements_html(answer.statements, answer.citations, words)}{conflicts}'
        f'<div class="sources"><p class="label">{confidence(answer.confidence, words.language)}</p>'
        f"<ul>{_sources(answer.citations, words)}</ul></div></div>"
    )


def statements_html(statements: Sequence[Statement], citations: Sequence[Citation], words: Words) -> str:
    """The statements, answer spans marked, each followed by its numbers; and what is quoted, for the numbers' cards."""
    by_number = {citation.number: citation for citation in citations}
    shown = "".join(f'<p class="statement">{_statement(s, by_number, words)}</p>' for s in statements)
    cards = "".join(_card(citation, words) for citation in citations)
    return f'{shown}<div class="cards">{cards}</div>' if shown else ""


def _statement(statement: Statement, by_number: dict[int, Citation], words: Words) -> str:
    start, end = statement.span or (0, 0)
    said = plain(statement.text)
    if start < end:
        before, span, after = statement.text[:start], statement.text[start:end], statement.text[end:]
        said = f"{plain(before)}<mark>{plain(span)}</mark>{plain(after)}"
    links = [_number(by_number[n], statement) for n in statement.citations if n in by_number]
    reading, language = read_as(statement, words.language)
    when = f' <span class="when" lang="{language}">({plain(reading)})</span>' if reading else ""
    return f'<span dir="auto">{said}</span><sup>{" ".join(links)}</sup>{when}'


def _number(citation: Citation, statement: Statement | None = None) -> str:
    return cite_link(citation, f"[{citation.number}]", statement, card=True)


def cite_link(citation: Citation, label: str, statement: Statement | None = None, *, card: bool = False) -> str:
    """A link to the cited sentence; ``label`` is HTML. With ``card`` the script shows what is quoted beside it."""
    # Relative to the chat, which may stand under any path.
    address = escape(source_path(citation, statement).removeprefix("/"))
    return f'<a class="cite{f" n{citation.number}" if card else ""}" href="{address}">{label}</a>'


def _card(citation: Citation, words: Words) -> str:
    said_by = credit(citation, words.language)
    return (
        f'<div class="card n{citation.number}"><p class="quote" dir="auto">“{plain(citation.quote)}”</p>'
        f'<p class="origin"><b dir="auto">{plain(citation.title)}</b><br>{plain(said_by)}</p></div>'
    )


def _sources(citations: Sequence[Citation], words: Words) -> str:
    """A line for each cited article, with all of its numbers."""
    articles: dict[str, list[Citation]] = {}
    for citation in citations:
        articles.setdefault(citation.article_id, []).append(citation)
    return "".join(
        f"<li>{''.join(_source_number(one) for one in cited)}"
        f'<span class="source">{cite_link(cited[0], plain(cited[0].title))} '
        f'<span class="credit">{plain(credit(cited[0], words.language))}</span></span></li>'
        for cited in articles.values()
    )


def _source_number(citation: Citation) -> str:
    return cite_link(citation, f'<span class="number">{citation.number}</span>', card=True)


def _conflict(conflict: Conflict, by_number: dict[int, Citation], words: Words) -> str:
    """The sides in the order of their dates, under what the matter is."""
    cited = sorted(
        (by_number[n] for n in conflict.citations if n in by_number),
        key=lambda citation: citation.published or date.max,
    )
    ranks = (words("earlier"), words("later")) if conflict.kind == "update" and len(cited) == 2 else ("", "")
    sides = "".join(_side(one, rank, words) for one, rank in zip(cited, (*ranks, *[""] * len(cited)), strict=False))
    note, language = told(conflict.note, [conflict.remark], words.language)
    matter = f'<p class="matter">{plain(note)}</p>'
    if language != words.language:
        matter = f'<p class="matter">{plain(words(conflict.kind))}</p>{_aside("note", note, language)}'
    return f'<div class="conflict {conflict.kind}">{matter}<div class="sides">{sides}</div></div>'


def _side(citation: Citation, rank: str, words: Words) -> str:
    day = readable(citation.published, words.language) or words("undated")
    return (
        f'<div class="side"><p class="label">{plain(rank)} <b>{plain(day)}</b> '
        f"{plain(citation.publisher or citation.title)}</p>"
        f'<p class="said"><span dir="auto">“{plain(citation.quote)}”</span><sup>{_number(citation)}</sup></p></div>'
    )


def _silence(answer: Answer, words: Words) -> str:
    nearest = "".join(
        f"<li>{cite_link(c, f'“{plain(c.quote)}”')} "
        f'<span class="credit">{plain(", ".join(filter(None, (c.title, credit(c, words.language)))))}</span></li>'
        for c in answer.nearest
    )
    offer = f'<p class="label">{plain(words("nearest"))}</p><ul>{nearest}</ul>' if nearest else ""
    reason, language = told(answer.reason or "", answer.remarks, words.language)
    if reason and language == words.language:
        return f'<div class="silence"><p>{plain(reason)}</p>{offer}</div>'
    # What is known in English alone stands below what it comes to.
    why = _aside("why", reason, language) if reason else ""
    return f'<div class="silence"><p>{plain(words("not_said"))}</p>{why}{offer}</div>'


def _aside(kind: str, line: str, language: str) -> str:
    return f'<p class="{kind}" lang="{language}">{plain(line)}</p>'


def _suggestions(questions: Sequence[str] | None, words: Words) -> str:
    """Questions to go on with, each a link; while none have been looked for, the place where they go."""
    if questions is None:
        return '<div class="suggestions wanted"></div>'
    items = "".join(f"<li>{suggestion(question)}</li>" for question in questions)
    label = f'<p class="label">{plain(words("ask_next"))}</p>'
    return f'<div class="suggestions">{label}<ul>{items}</ul></div>' if items else ""


def suggestion(question: str) -> str:
    """A link that puts the question into the box of a new chat; in this one the script asks it."""
    return f'<a class="suggestion" dir="auto" href="./?question={quote(question, safe="")}">{plain(question)}</a>'


def greeting(questions: Sequence[str], words: Words) -> str:
    """What the empty conversation says."""
    if not questions:
        command = "<code>byline add PATH</code>"
        return _greeting(words("empty"), f"{plain(words('empty_line'))} {command}.", "")
    items = "".join(f"<li>{suggestion(question)}</li>" for question in questions)
    return _greeting(words("greeting"), plain(words("greeting_line")), f'<ul class="offered">{items}</ul>')


def _greeting(title: str, line: str, more: str) -> str:
    return f'<div class="greeting"><h2>{plain(title)}</h2><p>{line}</p>{more}</div>'


def _other(understood: str, asked: str) -> bool:
    return " ".join(understood.split()).casefold() != " ".join(asked.split()).casefold()


def _lines(text: str) -> str:
    """The text escaped, its line breaks as characters that Markdown does not see."""
    return "&#10;".join(escape(line) for line in text.splitlines())
