"""Settings of the index; the command line reads them once and passes them down."""

from pathlib import Path

from platformdirs import user_data_path
from pydantic import BaseModel, Field


class IndexSettings(BaseModel):
    """What shapes the collection and what is found in it."""

    data: Path = Field(user_data_path("byline", appauthor=False), description="The data directory of the collection.")
    passage_tokens: int = Field(
        220,
        gt=0,
        description="Largest passage, in tiktoken cl100k_base tokens; the embedder's own limit holds as well.",
    )
    retrieve_passages: int = Field(10, gt=0, le=100, description="Passages retrieved for a question.")
    recency_half_life_days: float | None = Field(
        None,
        gt=0,
        description="Newer articles are preferred: what that adds to a score halves with every so many days.",
    )
    chroma_url: str | None = Field(
        None,
        pattern=r"^https?://[^@\s]+$",
        description="A Chroma server to keep the vectors in, such as http://127.0.0.1:8000; unset, Byline does.",
    )
    fetch_private: tuple[str, ...] = Field(
        (), description="Hosts and networks of your own that may be fetched, such as wiki.corp or 10.1.0.0/16."
    )
