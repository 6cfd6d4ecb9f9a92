"""What a question in the chat is limited to, as the page sends it and as the assistant takes it."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.errors import BylineError
from index.scope import Scope

Names = Annotated[tuple[Annotated[str, Field(max_length=2_000)], ...], Field(max_length=1_000)]


class ScopeWrong(BylineError):
    """What a page sent is no limit on articles."""


class ScopeIn(BaseModel):
    """Which articles are asked; an empty list is no condition."""

    model_config = ConfigDict(extra="forbid")

    published_from: date | None = None
    published_to: date | None = None
    publishers: Names = ()
    sources: Names = ()
    articles: Names = ()

    @classmethod
    def read(cls, text: str) -> Self:
        """What the page sent; empty text is no limit. ``ScopeWrong``."""
        try:
            return cls.model_validate_json(text) if text else cls()
        except ValidationError as exc:
            raise ScopeWrong("The filters cannot be read. Clear them and choose again.") from exc

    @property
    def scope(self) -> Scope | None:
        """The part of the collection; None for all of it."""
        values: dict[str, Any] = self.model_dump()
        return Scope(**values) if any(values.values()) else None
