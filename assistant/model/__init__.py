"""A language model that may write answers: any OpenAI-compatible endpoint, or a GGUF file inside this process."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a model."""

    role: Literal["system", "user"]
    content: str


class ChatModel(Protocol):
    """Replies to messages."""

    def reply(self, messages: Sequence[Message]) -> Generator[str, None, None]:
        """The reply, piece by piece as it comes; ``ModelUnavailable`` in one line if there is none or it breaks off.

        Closing it stops the model.
        """
        ...


class ScriptedModel:
    """Gives the same replies whatever it is asked, one after the other, then starts again."""

    def __init__(self, replies: Sequence[str]) -> None:
        self._replies = replies
        self.asked: list[Sequence[Message]] = []
        """What it was sent, in order."""

    def reply(self, messages: Sequence[Message]) -> Generator[str, None, None]:
        """The next reply, word by word."""
        text = self._replies[len(self.asked) % len(self._replies)]
        self.asked.append(messages)
        for number, word in enumerate(text.split(" ")):
            yield f" {word}" if number else word
