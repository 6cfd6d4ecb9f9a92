"""All settings: environment variables ``BYLINE_*`` over ``byline.toml``; unknown keys are refused."""

from pydantic import Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from index.settings import IndexSettings


class Settings(IndexSettings, BaseSettings):
    """Everything that can be set, read once at the command line and passed down."""

    model_config = SettingsConfigDict(env_prefix="BYLINE_", toml_file="byline.toml", extra="forbid", frozen=True)

    answer_threshold: float = Field(
        0.35, ge=0, le=1, description="Least calibrated probability of being right at which an answer is given."
    )
    question_characters: int = Field(5_000, gt=0, description="Longest question that is read, in characters.")
    host: str = Field("127.0.0.1", description="Address that `byline serve` binds.")
    port: int = Field(7860, ge=1, le=65_535, description="Port that `byline serve` binds; the next free one if taken.")

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
