"""What an importer makes: a corpus and the questions asked about it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Line = Mapping[str, Any]
"""One line of corpus.jsonl or of questions.jsonl."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A benchmark in Byline's terms."""

    articles: Iterable[Line]
    """Lines of the corpus; they may be read from disk only as they are asked for."""
    questions: Sequence[Line]
    left_out: Mapping[str, int] = field(default_factory=Counter)
    """How many records could not become a case or an article, by the reason."""


class Pool:
    """Passages gathered from many records, each text kept once."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._by_text: dict[str, dict[str, Any]] = {}

    def add(self, text: str, *, title: str = "", url: str = "") -> str:
        """The id of the article with this text."""
        if text not in self._by_text:
            article: dict[str, Any] = {"_id": f"{self._prefix}-{len(self._by_text) + 1}", "title": title, "text": text}
            if url.startswith(("http://", "https://")):
                article["metadata"] = {"url": url}
            self._by_text[text] = article
        return str(self._by_text[text]["_id"])

    def articles(self) -> list[Line]:
        """All of them, in the order they came."""
        return list(self._by_text.values())
