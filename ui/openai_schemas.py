"""What goes in and out of the OpenAI-compatible endpoint."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ui.schemas import CitationOut


class ContentPart(BaseModel):
    """A piece of a message."""

    model_config = ConfigDict(extra="allow")

    type: str
    text: str = ""


class MessageIn(BaseModel):
    """One message of the conversation; system and developer messages are accepted and not followed."""

    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[ContentPart] | None = None


class StreamOptions(BaseModel):
    """What a stream carries beside the answer."""

    model_config = ConfigDict(extra="ignore")

    include_usage: bool | None = None


class ChatIn(BaseModel):
    """A chat completion request; parameters that steer how a model samples are accepted and change nothing."""

    model_config = ConfigDict(extra="ignore")

    model: str
    messages: list[MessageIn] = Field(min_length=1, max_length=1_000)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = None
    tools: list[Any] | None = None
    functions: list[Any] | None = None
    modalities: list[str] | None = None
    response_format: dict[str, Any] | None = None


class UrlCitation(BaseModel):
    """Where the cited article is, and which characters of the content are the number that cites it."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(BaseModel):
    """A citation as the OpenAI API itself annotates one."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class MessageOut(BaseModel):
    """The answer: its content carries [n], and ``citations`` holds the sentence behind each number."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    citations: list[CitationOut]
    annotations: list[Annotation]
    abstained: bool = Field(description="The articles do not answer; the content says why.")


class ChoiceOut(BaseModel):
    """The one answer there is."""

    index: int = 0
    message: MessageOut
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class UsageOut(BaseModel):
    """Tokens of the messages and of the answer, counted with tiktoken's cl100k_base."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class CompletionOut(BaseModel):
    """A whole chat completion."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[ChoiceOut]
    usage: UsageOut


class ModelOut(BaseModel):
    """A model that can be asked."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str = "byline"


class ModelsOut(BaseModel):
    """All models that can be asked."""

    object: Literal["list"] = "list"
    data: list[ModelOut]


class Trouble(BaseModel):
    """What went wrong, as the OpenAI API tells it."""

    message: str
    type: str
    param: str | None
    code: str | None


class TroubleOut(BaseModel):
    """An error."""

    error: Trouble
