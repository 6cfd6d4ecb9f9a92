"""A source in a pass over sources, and what becomes of the pass."""

from collections.abc import Callable
from dataclasses import dataclass, field

from index.collection import Added
from index.errors import SourceUnreadable
from index.fetching.replies import Fetched
from index.listing import Listing
from index.sources import Item, Listed, Source

Progress = Callable[[int, int], None]
"""Told how much of how much has been read: items, and of a corpus its lines."""
FAILURES_IN_A_ROW = 5
"""Pages that may fail one after the other before the rest of their source waits for its next try."""


@dataclass(slots=True)
class Synced:
    """What became of a pass."""

    added: Added = field(default_factory=Added)
    removed: int = 0
    """Articles that went with what has vanished."""
    waiting: list[Source] = field(default_factory=list)
    """Sources that failed before and are not due yet."""


@dataclass(slots=True)
class Run:
    """One source in a pass."""

    source: Source
    fetched: Fetched | None = None
    """What has been fetched of it already."""
    items: dict[str, Item] = field(default_factory=dict)
    """What was kept of its items before, by their locations."""
    listing: Listing | None = None
    due: list[Listed] = field(default_factory=list)
    held: dict[str, set[str]] = field(default_factory=dict)
    """Of each item that was read without a problem, the sources of its articles."""
    gone: set[str] = field(default_factory=set)
    """Items that are not there though they are listed."""
    articles: int = 0
    """How many have been read."""
    problems: list[SourceUnreadable] = field(default_factory=list)
    in_a_row: int = 0
    """How many items have failed since one was read."""
    complete: bool = False

    @property
    def failed(self) -> bool:
        """Whether the source itself could not be read: its listing, or the one thing that it is."""
        alone = self.source.kind in ("file", "page")
        return self.listing is None or self.gave_up or (alone and bool(self.problems) and not self.articles)

    @property
    def gave_up(self) -> bool:
        """Whether so much failed that the site is likely to be down."""
        return self.in_a_row >= FAILURES_IN_A_ROW and self.source.kind in ("feed", "sitemap")

    @property
    def vanished(self) -> list[Item]:
        """What it listed before and lists no longer; nothing where it could not be listed whole."""
        if self.listing is None or self.listing.same or self.listing.problems:
            return []
        listed = {item.location for item in self.listing.items}
        return [item for item in self.items.values() if item.listed and item.location not in listed]
