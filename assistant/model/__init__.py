"""A language model that may write answers: any OpenAI-compatible endpoint, or a GGUF file inside this process."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a model."""

    role: Literal["system", "user"]
    content: str


class Reply(Protocol):
    """A reply, piece by piece as it comes; ``ModelUnavailable`` in one line if there is none or it breaks off."""

    begun: Future[bool]
    """True once its first piece is there, False once it is known not to come."""

    def __iter__(self) -> Iterator[str]: ...

    def __next__(self) -> str: ...

    def close(self) -> None:
        """Stop the model; from any thread."""
        ...


class ChatModel(Protocol):
    """Replies to messages."""

    def reply(self, messages: Sequence[Message]) -> Reply:
        """The reply, which the model begins with at once."""
        ...


class Told:
    """A reply that keeps nobody waiting: the pieces are there."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self.begun: Future[bool] = Future()
        self.begun.set_result(True)
        self._pieces = iter(pieces)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        return next(self._pieces)

    def close(self) -> None:
        """There is nothing to stop."""


class ScriptedModel:
    """Gives the same replies whatever it is asked, one after the other, then starts again."""

    def __init__(self, replies: Sequence[str]) -> None:
        self._replies = replies
        self.asked: list[Sequence[Message]] = []
        """What it was sent, in order."""

    def reply(self, messages: Sequence[Message]) -> Reply:
        """The next reply, word by word."""
        text = self._replies[len(self.asked) % len(self._replies)]
        self.asked.append(messages)
        return Told(f" {word}" if number else word for number, word in enumerate(text.split(" ")))
