"""What a source holds now: the files of a folder, the entries of a feed, the pages of a sitemap."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from index.confined_lists import feed_entries, sitemap_pages
from index.errors import SourceGone, SourceUnreadable
from index.feeds import LARGEST_FEED
from index.fetching.addresses import parse, shown
from index.fetching.fetcher import Fetcher
from index.fetching.kinds import FEED, SITEMAP, listing_kind
from index.fetching.replies import Fetched, Marks
from index.loading import printable, walk
from index.sitemaps import LARGEST_SITEMAP, Sitemap, gunzipped
from index.sources import Kind, Listed, Source

MOST_SITEMAPS, MOST_ITEMS = 100, 50_000
"""What is followed of one source."""
SETTLED = timedelta(seconds=2)
"""A file written more recently may be written again without its time changing; its stamp is not trusted yet."""


@dataclass(slots=True)
class Listing:
    """What a source lists."""

    items: list[Listed] = field(default_factory=list)
    problems: list[SourceUnreadable] = field(default_factory=list)
    """What it lists that leads nowhere."""
    marks: Marks = field(default_factory=Marks)
    same: bool = False
    """Whether the server says that the listing has not changed; ``items`` are then left out."""


def recognise(what: str, fetcher: Fetcher) -> tuple[str, Kind, Fetched | None]:
    """The location of what a person named, what kind of source it is, and what was fetched to tell.

    ``SourceUnreadable`` where it is not there, ``FetchRefused`` where it may not be fetched.
    """
    if "://" in what or what.lower().startswith(("http:", "https:")):
        location = str(parse(what))
        fetched = fetcher.fetch(location)
        assert fetched, "without marks there is always a reply"
        listed = listing_kind(gunzipped(fetched.content, location))
        kinds: dict[str | None, Kind] = {FEED: "feed", SITEMAP: "sitemap"}
        return location, kinds.get(listed, "page"), fetched
    path = Path(what)
    if not path.exists():
        raise SourceUnreadable(f"No such file or folder: {path}. Check the spelling of the path.")
    return printable(str(path.resolve())), "folder" if path.is_dir() else "file", None


def list_source(source: Source, fetcher: Fetcher, *, now: datetime, marks: Marks, fetched: Fetched | None) -> Listing:
    """What the source lists, taken from ``fetched`` where that is in hand; ``SourceUnreadable`` where it lists nothing.

    With the ``marks`` of an earlier run a server may say that nothing has changed.
    """
    if source.kind in ("file", "folder"):
        return Listing(list(_files(source, now)))
    if source.kind == "page":
        return Listing([Listed(source.location, fetched=fetched)])
    most = LARGEST_FEED if source.kind == "feed" else LARGEST_SITEMAP
    reply = fetched or fetcher.fetch(source.location, marks=marks, most=most)
    if reply is None:
        return Listing(marks=marks, same=True)
    if source.kind == "feed":
        found = feed_entries(reply.content, reply.url)
        items = {item.location: item for item in found if isinstance(item, Listed)}
        problems = [item for item in found if isinstance(item, SourceUnreadable)]
        return Listing(list(items.values()), problems, reply.marks)
    return _sitemaps(reply, fetcher)


def _files(source: Source, now: datetime) -> Iterator[Listed]:
    root = Path(source.location)
    if not root.exists():
        raise SourceGone(f"{root} is not there. Bring it back, or remove it: byline remove --source '{root}'.")
    for path in walk(root) if source.kind == "folder" else [root]:
        try:
            state = path.stat()
        except OSError:
            continue  # Removed since the folder was read; the next run sees what there is.
        settled = now.timestamp() - state.st_mtime > SETTLED.total_seconds()
        stamp = f"{state.st_mtime_ns}-{state.st_size}" if settled else None
        yield Listed(printable(str(path.resolve())), stamp, path=path)


def _sitemaps(reply: Fetched, fetcher: Fetcher) -> Listing:
    """The pages of a sitemap and of those that it names; one that cannot be had is a problem."""
    first = sitemap_pages(reply.content, reply.url)
    # Only a sitemap that names no others tells by its own marks whether anything has changed.
    listing = Listing(marks=reply.marks if not first.sitemaps else Marks())
    items: dict[str, Listed] = {}
    waiting, seen = deque([first]), {reply.url}
    while waiting:
        sitemap = waiting.popleft()
        items |= {page.location: page for page in sitemap.pages}
        for url in sitemap.sitemaps:
            if url in seen or len(seen) >= MOST_SITEMAPS or len(items) >= MOST_ITEMS:
                continue
            seen.add(url)
            try:
                waiting.append(_sitemap(url, fetcher))
            except SourceUnreadable as problem:
                listing.problems.append(problem)
    listing.items = list(items.values())
    if len(items) > MOST_ITEMS or len(seen) >= MOST_SITEMAPS:
        listing.items = listing.items[:MOST_ITEMS]
        listing.problems.append(
            SourceUnreadable(
                f"{shown(reply.url)} lists more than {MOST_ITEMS:,} pages or {MOST_SITEMAPS} sitemaps; the rest is "
                "left out. Add its sitemaps one by one."
            )
        )
    return listing


def _sitemap(url: str, fetcher: Fetcher) -> Sitemap:
    fetched = fetcher.fetch(url, most=LARGEST_SITEMAP)
    assert fetched, "without marks there is always a reply"
    return sitemap_pages(fetched.content, url)
