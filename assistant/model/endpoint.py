"""A model behind an OpenAI-compatible endpoint, through LlamaIndex; nothing heavy is imported before a reply."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from socket import SHUT_RDWR
from ssl import SSLContext
from threading import Event, Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.errors import ModelUnavailable
from assistant.model import Message, Reply
from assistant.model.pacing import REPLY_TOKENS, Paced, Patience

# ruff: noqa: PLC0415  LlamaIndex takes 2.5 s to import, and a question that no model answers must not wait for it
if TYPE_CHECKING:
    import httpx
    from llama_index.core.llms import LLM

_ATTEMPTS = 2
_PAUSE = 0.5
"""Seconds before the second attempt."""
_PASSING = frozenset({408, 409, 429, 500, 502, 503, 504})
"""HTTP answers after which another attempt may succeed."""
_ADVICE = {
    401: "refuses the key; set model_key",
    403: "refuses the key; set model_key",
    404: "does not know the model or the address; check model_name and model_url, which often ends in /v1",
    429: "has too much to do; ask again later",
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Any OpenAI-compatible endpoint. Only what is given here is used: no variable of the environment names it."""

    url: str
    """Up to and with /v1."""
    name: str
    key: str | None
    patience: Patience

    def reply(self, messages: Sequence[Message]) -> Reply:
        """The reply; asked for twice if it fails in passing before its first word."""
        return Paced(_Request(self, messages), self.patience)

    @property
    def place(self) -> str:
        """Where it stands, without path, user or password."""
        parts = urlsplit(self.url)
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


class _Passing(ModelUnavailable):
    """A failure after which another attempt may succeed."""


class _Request:
    """One request; its connection is its own, so that stopping it disturbs no other."""

    def __init__(self, endpoint: Endpoint, messages: Sequence[Message]) -> None:
        self._endpoint = endpoint
        self._messages = messages
        self._sockets: list[Any] = []
        self._stopped = Event()
        self._lock = Lock()

    def run(self, say: Callable[[str], bool]) -> None:
        """Tell the reply piece by piece."""
        said = False

        def tell(piece: str) -> bool:
            nonlocal said
            said = said or bool(piece)
            return say(piece)

        for attempt in range(1, _ATTEMPTS + 1):
            try:
                self._ask(tell)
                break
            except _Passing:
                if said or attempt == _ATTEMPTS or self._stopped.wait(_PAUSE):
                    raise
        if not said and not self._stopped.is_set():
            raise ModelUnavailable(f"The model at {self._endpoint.place} answered with nothing.")

    def _ask(self, say: Callable[[str], bool]) -> None:
        """Send the request once; foreign errors become ours here."""
        import httpx
        import openai
        from llama_index.core.llms import ChatMessage

        messages = [ChatMessage(role=one.role, content=one.content) for one in self._messages]
        finished = False
        try:
            with self._client() as client:
                for response in self._model(client).stream_chat(messages):
                    choices = getattr(response.raw, "choices", None) or [None]
                    finished = finished or bool(getattr(choices[0], "finish_reason", None))
                    if not say(response.delta or ""):
                        return
        except openai.APIStatusError as error:
            raise self._refusal(error.status_code) from error
        except (openai.APIConnectionError, httpx.TransportError) as error:
            raise self._broken(error) from error
        except (openai.OpenAIError, ValueError, TypeError, AttributeError, LookupError) as error:
            # LlamaIndex and openai take an answer apart without checking its form.
            raise ModelUnavailable(f"The model at {self._endpoint.place} sent something that is no reply.") from error
        if not finished and not self._stopped.is_set():
            raise ModelUnavailable(f"The model at {self._endpoint.place} broke off or sent something that is no reply.")

    def stop(self) -> None:
        """Shut the connection down, which wakes whoever reads from it."""
        with self._lock:
            self._stopped.set()
            for socket in self._sockets:
                with suppress(OSError):
                    socket.shutdown(SHUT_RDWR)

    def _client(self) -> httpx.Client:
        import httpx

        patience = self._endpoint.patience
        times = httpx.Timeout(patience.total, connect=patience.connect)
        # A redirect would carry the articles to a place that nobody set.
        return httpx.Client(
            timeout=times,
            follow_redirects=False,
            verify=_trusted(),
            event_hooks={"request": [self._sent], "response": [self._answered]},
        )

    def _model(self, client: httpx.Client) -> LLM:
        from llama_index.llms.openai_like import OpenAILike  # type: ignore[import-untyped]

        endpoint = self._endpoint
        # Without a key, LlamaIndex would send the one of OPENAI_API_KEY.
        model: LLM = OpenAILike(
            model=endpoint.name, api_base=endpoint.url, api_key=endpoint.key or "none", is_chat_model=True,
            temperature=0.0, max_tokens=REPLY_TOKENS, max_retries=0, timeout=endpoint.patience.total,
            http_client=client,
        )  # fmt: skip
        return model

    def _sent(self, request: httpx.Request) -> None:
        """Before a request leaves: nothing of the environment goes with it, and its socket is kept to shut down."""
        for name in ("openai-organization", "openai-project"):
            request.headers.pop(name, None)
        request.extensions["trace"] = self._trace

    def _trace(self, event: str, told: dict[str, Any]) -> None:
        """What httpcore tells of a connection as it is made."""
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            with self._lock:
                self._sockets.append(told["return_value"].get_extra_info("socket"))
            if self._stopped.is_set():
                self.stop()

    def _answered(self, response: httpx.Response) -> None:
        """Refuse a web page, which is what a wrong address often gives."""
        kind = response.headers.get("content-type", "").split(";")[0]
        if response.status_code < 300 and kind not in {"text/event-stream", "application/json", ""}:
            raise _NoReply(kind)

    def _refusal(self, status: int) -> ModelUnavailable:
        advice = _ADVICE.get(status, f"answered with HTTP {status}")
        kind = _Passing if status in _PASSING else ModelUnavailable
        return kind(f"The model at {self._endpoint.place} {advice}.")

    def _broken(self, error: Exception) -> ModelUnavailable:
        import httpx
        import openai

        place, cause = self._endpoint.place, error.__cause__
        if isinstance(cause, _NoReply):
            return ModelUnavailable(f"The model at {place} sent {cause} instead of a reply; check model_url.")
        if isinstance(error, openai.APITimeoutError | httpx.TimeoutException):
            return ModelUnavailable(f"The model at {place} does not answer in time; check model_url.")
        if isinstance(error, httpx.TransportError) or isinstance(cause, httpx.ReadError | httpx.RemoteProtocolError):
            return _Passing(f"The model at {place} broke off.")
        return _Passing(f"The model at {place} cannot be reached; check model_url, and that it runs.")


def ready() -> None:
    """Import what a first reply would have to wait for."""
    from llama_index.llms.openai_like import OpenAILike  # noqa: F401
    from openai.resources.chat import completions  # noqa: F401

    _trusted()


@cache
def _trusted() -> SSLContext:
    """Whose certificates are believed; reading them takes 20 ms, five times what the rest of a request does."""
    import httpx

    return httpx.create_ssl_context()


class _NoReply(Exception):
    """An answer of another kind than a model's; its text is the kind."""
