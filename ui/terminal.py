"""Answers and articles as text for a terminal; no control character of an article reaches it."""

import unicodedata
from collections.abc import Sequence

from rich.text import Text

from assistant.answers import Answer, Citation, Statement
from index.articles import Article
from index.catalog import ListedArticle
from ui.render import confidence, credit


def printable(text: str) -> str:
    """The text without the characters that would steer a terminal or turn its writing around."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cf") and c != "\n" else c for c in text)


def answer_text(answer: Answer, suggestions: Sequence[str] = ()) -> Text:
    """The statements with the answer's words bold, and the sources; or the reason for silence and what is nearest.

    ``suggestions``: what can be asked instead, offered after a refusal.
    """
    lines = Text("".join(f"{printable(note)}\n\n" for note in answer.notes), style="yellow")
    if answer.abstained:
        lines.append(printable(answer.reason or "No article says."))
        for citation in answer.nearest:
            lines.append(f"\n\n  “{printable(citation.quote)}”\n  — {printable(_named(citation))}", style="dim")
        if suggestions:
            lines.append("\n\nYou could ask:" + "".join(f"\n  {printable(one)}" for one in suggestions))
        return lines
    if answer.short:
        lines.append(f"{printable(answer.short)}\n\n", style="bold")
    # A list is read line by line, an answer of a sentence or two in one go.
    between = "\n" if len(answer.statements) > 2 else " "
    for statement in answer.statements:
        lines.append_text(_statement(statement)).append(between)
    for conflict in answer.conflicts:
        lines.append(f"\n\n{printable(conflict.note)}", style="yellow")
    lines.append(f"\n\n{confidence(answer.confidence)}.\n", style="dim")
    for citation in answer.citations:
        lines.append(f"\n[{citation.number}] {printable(_named(citation))}")
    return lines


def _statement(statement: Statement) -> Text:
    start, end = statement.span or (0, 0)
    before, words, after = statement.text[:start], statement.text[start:end], statement.text[end:]
    line = Text(printable(before)).append(printable(words), style="bold").append(printable(after))
    line.append("".join(f" [{number}]" for number in statement.citations), style="cyan")
    return line.append(f" ({printable(statement.reading)})" if statement.reading else "", style="dim")


def _named(citation: Citation) -> str:
    return " — ".join(
        filter(None, (citation.title, credit(citation), citation.url or f"article {citation.article_id}"))
    )


def article_text(article: Article) -> Text:
    """The article as it is searched, under its title and what is known of it."""
    metadata = article.metadata
    known = filter(None, (metadata.author, credit(metadata), metadata.url, article.source))
    lines = Text(printable(metadata.title), style="bold").append("\n")
    lines.append("".join(f"{printable(line)}\n" for line in known), style="dim")
    return lines.append(f"\n{printable(article.text)}")


def list_text(articles: list[ListedArticle]) -> Text:
    """One line an article: its date, its id, its title and publisher."""
    widest = max((len(article.id) for article in articles), default=0)
    return Text("\n").join(
        Text(f"{article.metadata.published or ''!s:<10}  ", style="dim")
        .append(f"{printable(article.id):<{min(widest, 40)}}  ", style="cyan")
        .append(printable(article.metadata.title))
        .append(f"  {printable(article.metadata.publisher or '')}", style="dim")
        for article in articles
    )
