"""All settings: environment variables ``BYLINE_*`` over ``byline.toml``; unknown keys are refused."""

from ipaddress import ip_network
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from index.settings import IndexSettings


class Settings(IndexSettings, BaseSettings):
    """Everything that can be set, read once at the command line and passed down."""

    model_config = SettingsConfigDict(env_prefix="BYLINE_", toml_file="byline.toml", extra="forbid", frozen=True)

    answer_precision: float = Field(
        0.8,
        ge=0,
        le=1,
        description="Least share of answers that is to be right, by the measured curve; more means silence more often.",
    )
    question_characters: int = Field(5_000, gt=0, description="Longest question that is read, in characters.")
    engine: Literal["extractive", "generative"] = Field(
        "extractive", description="Who writes answers: the articles' own sentences, or a model whose words are checked."
    )
    model_url: str | None = Field(
        None, pattern=r"^https?://", description="OpenAI-compatible endpoint of the model, up to and with /v1."
    )
    model_name: str = Field("default", description="What the endpoint calls the model.")
    model_key: SecretStr | None = Field(None, description="Key for the endpoint; none is taken from elsewhere.")
    model_file: Path | None = Field(None, description="A GGUF file, run inside Byline instead of an endpoint.")
    model_seconds: float = Field(60, gt=0, description="Longest time for a model's reply, in seconds.")
    model_context: int = Field(4_096, ge=1_024, description="Tokens that the model takes, prompt and reply together.")
    host: str = Field("127.0.0.1", description="Address that `byline serve` binds.")
    port: int = Field(7860, ge=1, le=65_535, description="Port that `byline serve` binds; the next free one if taken.")
    root_path: str = Field(
        "",
        pattern=r"^(/[A-Za-z0-9._~-]+)*$",
        description="Path under which a proxy serves Byline, such as /news; the proxy takes it off.",
    )
    auth: Literal["local", "password", "header", "token", "open"] = Field(
        "local",
        description="Who may use the server: programs of this machine, people with a password, people whom a proxy "
        "names, programs with a token, or everybody.",
    )
    auth_header: str = Field(
        "X-Forwarded-User",
        pattern=r"^[A-Za-z0-9-]+$",
        description="With auth = header: where a trusted proxy names the person.",
    )
    auth_owners: tuple[str, ...] = Field(
        (), description="With auth = header: the names of owners; everybody else is a reader."
    )
    allowed_hosts: tuple[str, ...] = Field(
        (), description="Names by which the server may be called besides its address, such as news.corp."
    )
    questions_per_minute: int = Field(
        30, ge=0, description="Questions of one person, or of one address elsewhere, in a minute; 0 is no limit."
    )
    trusted_proxies: tuple[str, ...] = Field(
        (), description="Addresses and networks of proxies that are believed about who asks, such as 127.0.0.1."
    )
    log_level: Literal["info", "warning", "error"] = Field(
        "warning", description="What the server logs; info: every request, without what was asked."
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, named: tuple[str, ...]) -> tuple[str, ...]:
        """Each is an address or a network."""
        for one in named:
            ip_network(one)
        return named

    @model_validator(mode="after")
    def _one_model(self) -> Self:
        """The generative engine has one model, neither none nor two."""
        if self.engine == "generative" and (self.model_url is None) == (self.model_file is None):
            raise ValueError("the generative engine needs model_url or model_file, and not both")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line first, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
