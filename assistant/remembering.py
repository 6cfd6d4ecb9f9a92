"""What is looked for more than once on the way to one answer is found once."""

from index.articles import Hit
from index.retrieval import Retriever
from index.scope import Scope


class Remembering:
    """Finds the passages of one question with another retriever, and keeps them as long as the question lasts."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever
        self._found: dict[tuple[str, int, Scope | None], list[Hit]] = {}

    def retrieve(self, question: str, limit: int, *, scope: Scope | None = None) -> list[Hit]:
        """What the other retriever finds."""
        wanted = question, limit, scope
        if wanted not in self._found:
            self._found[wanted] = self._retriever.retrieve(question, limit, scope=scope)
        return self._found[wanted]
