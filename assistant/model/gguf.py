"""A GGUF file run inside this process by llama.cpp, through xllamacpp."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from assistant.errors import ModelUnavailable
from assistant.model import Message, Reply
from assistant.model.pacing import REPLY_TOKENS, Paced, Patience

# ruff: noqa: PLC0415  an installation without a local model has no xllamacpp
if TYPE_CHECKING:
    import xllamacpp  # type: ignore[import-untyped]

_MAGIC = b"GGUF"
_QUIET = -1


class LocalModel:
    """A model of a GGUF file; it is read when first asked, and may then serve many threads, one reply after another."""

    def __init__(self, file: Path, *, context: int, patience: Patience) -> None:
        """``context``: tokens of prompt and reply together."""
        self._file = file
        self._context = context
        self._patience = patience
        self._loading = Lock()

    def reply(self, messages: Sequence[Message]) -> Reply:
        """The reply; ``ModelUnavailable`` if the file cannot be run."""
        with self._loading:
            server = self._server
        return Paced(_Run(server, messages, self._file.name), self._patience)

    @cached_property
    def _server(self) -> xllamacpp.Server:
        try:
            import xllamacpp
        except ImportError as cause:
            raise ModelUnavailable(
                "A GGUF file needs xllamacpp. Install it with: pip install 'byline[gguf]'"
            ) from cause
        try:
            with self._file.open("rb") as file:
                # llama.cpp ends the whole process on some files that are none of its own.
                if file.read(len(_MAGIC)) != _MAGIC:
                    raise ModelUnavailable(f"The model file {self._file} is no GGUF file; set model_file to one.")
            return xllamacpp.Server(self._parameters(xllamacpp.CommonParams()))
        except (OSError, RuntimeError, ValueError) as cause:
            raise ModelUnavailable(f"The model file {self._file} cannot be run ({cause}); check model_file.") from cause

    def _parameters(self, parameters: Any) -> Any:
        parameters.model.path = str(self._file)
        parameters.n_ctx = self._context
        parameters.n_parallel = 1
        parameters.verbosity = _QUIET
        parameters.warmup = False
        parameters.offline = True
        # It listens on a loopback port of its own choice as well, which a random key closes to everyone.
        parameters.ui = False
        parameters.api_keys = [secrets.token_urlsafe(32)]
        return parameters


class _Run:
    """One run; llama.cpp gives it piece by piece to a function that can stop it."""

    def __init__(self, server: xllamacpp.Server, messages: Sequence[Message], name: str) -> None:
        self._server = server
        self._messages = messages
        self._name = name
        self._stopped = False

    def run(self, say: Callable[[str], bool]) -> None:
        """Tell the reply piece by piece."""
        failed: list[str] = []
        said = False

        def hear(event: Any) -> bool:
            """Whether to stop."""
            nonlocal said
            for one in event if isinstance(event, list) else [event]:
                if "error" in one:
                    failed.append(str(one["error"].get("message", "no reason given")))
                for choice in one.get("choices", []):
                    piece = choice.get("delta", {}).get("content") or ""
                    said = said or bool(piece)
                    if not say(piece):
                        return True
            return self._stopped

        request = {
            "messages": [{"role": one.role, "content": one.content} for one in self._messages],
            "max_tokens": REPLY_TOKENS,
            "temperature": 0,
            "seed": 0,
            "stream": True,
        }
        try:
            self._server.handle_chat_completions(request, hear)
        except (RuntimeError, ValueError) as cause:
            raise ModelUnavailable(f"The local model failed ({cause}); check model_file.") from cause
        if failed:
            raise ModelUnavailable(f"The local model failed ({failed[0]}); check model_file and model_context.")
        if not said and not self._stopped:
            raise ModelUnavailable(f"The model {self._name} answered with nothing.")

    def stop(self) -> None:
        """Ends the run at its next word."""
        self._stopped = True
