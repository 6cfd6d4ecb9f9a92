"""What the chat does, whatever draws it: a question in, the conversation out, again each time the answer grows."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.answers import Citation, Finished, Question, Stated, Statement, Turn
from assistant.chain import Assistant
from assistant.settings import Settings
from index.collection import Collection
from index.errors import BylineError
from ui.examples import examples
from ui.render import answer_html, articles_html, notice_html, partial_html, question_html
from ui.uploads import Upload, add_uploads

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer, as shown and as later questions may refer to it."""

    question: str
    shown: str
    said: str = ""


def messages(exchanges: Sequence[Exchange]) -> list[dict[str, str]]:
    """The conversation as the chat shows it."""
    return [
        message
        for exchange in exchanges
        for message in (
            {"role": "user", "content": question_html(exchange.question)},
            {"role": "assistant", "content": exchange.shown},
        )
    ]


def history(exchanges: Sequence[Exchange]) -> tuple[Turn, ...]:
    """The conversation as the assistant takes it; what was stopped or failed has no reply."""
    turns = []
    for exchange in exchanges:
        turns.append(Turn("user", exchange.question))
        if exchange.said:
            turns.append(Turn("assistant", exchange.said))
    return tuple(turns)


@dataclass(frozen=True, slots=True)
class Chat:
    """What happens when a person does something in the browser."""

    collection: Collection
    assistant: Assistant
    settings: Settings

    def ask(self, question: str, exchanges: list[Exchange]) -> Iterator[tuple[list[Exchange], list[dict[str, str]]]]:
        """The conversation with the new question in it, again each time the answer grows."""
        if not question.strip():
            yield exchanges, messages(exchanges)
            return
        for exchange in self._answered(question.strip(), history(exchanges)):
            grown = [*exchanges, exchange]
            yield grown, messages(grown)

    def _answered(self, question: str, past: tuple[Turn, ...]) -> Iterator[Exchange]:
        asked = Exchange(question, partial_html((), ()))
        yield asked
        statements: list[Statement] = []
        citations: list[Citation] = []
        try:
            for event in self.assistant.stream(Question(question, past)):
                if isinstance(event, Stated):
                    statements.append(event.statement)
                    citations.extend(event.citations)
                    yield replace(asked, shown=partial_html(statements, citations))
                elif isinstance(event, Finished):
                    yield Exchange(question, answer_html(event.answer), event.answer.text)
        except BylineError as error:
            yield replace(asked, shown=notice_html(str(error)))
        except Exception:
            LOG.exception("A question could not be answered")
            yield replace(asked, shown=notice_html("Something went wrong; the server's log says what."))

    def add(self, paths: Sequence[str]) -> str:
        """Add the dropped files and let go of them; what changed, and what could not be read, a line each."""
        try:
            with ExitStack() as files:
                uploads = [Upload(Path(path).name, files.enter_context(Path(path).open("rb"))) for path in paths]
                added = add_uploads(self.collection, self.settings.data / "uploads", uploads=uploads)
        except BylineError as error:
            return notice_html(str(error))
        finally:
            for path in paths:
                Path(path).unlink(missing_ok=True)
        lines = [f"{len(added.added)} added, {len(added.updated)} updated, {len(added.unchanged)} unchanged."]
        lines += [str(problem) for problem in added.problems]
        return "".join(map(notice_html, lines))

    def count(self) -> str:
        """How many articles there are, in words."""
        articles, _ = self.collection.counts()
        return f'<span class="count">{articles} {"article" if articles == 1 else "articles"}</span>'

    def listed(self) -> str:
        """The list of articles."""
        return articles_html([(listed.id, listed.metadata) for listed in self.collection.articles()])

    def offered(self) -> list[str]:
        """Questions to begin with; none while there are no articles."""
        return examples(self.collection.articles())


def greeting(articles: bool) -> str:
    """What the empty conversation says."""
    if articles:
        title, line = "What would you like to know?", "Byline says only what an article says."
    else:
        title = "No articles yet"
        line = "Drop files under <em>Articles</em>, or run <code>byline add PATH</code>."
    return f'<div class="greeting"><h2>{title}</h2><p>{line}</p></div>'
