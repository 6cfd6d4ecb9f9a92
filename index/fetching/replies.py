"""What comes back from a fetch."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Marks:
    """What a server gave with a reply so that it can later be asked whether that has changed."""

    etag: str | None = None
    modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A reply, decompressed."""

    url: str
    """Where it was found in the end."""
    content: bytes
    media_type: str
    """As the server names it, such as "text/html"; empty where it does not."""
    charset: str | None
    marks: Marks
