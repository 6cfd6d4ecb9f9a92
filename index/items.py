"""One item of a source, read if it has changed: a file, a page, an entry of a feed."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from index.articles import Article
from index.errors import SourceUnreadable
from index.fetching.fetcher import Fetcher
from index.fetching.kinds import as_utf8, suffix_of
from index.fetching.replies import Marks
from index.fetching.robots import Robots
from index.loading import Loaded, load, load_content
from index.sources import Item, Kind, Listed

RECHECK = timedelta(days=1)
"""How long a page is taken as unchanged where its listing does not tell."""
FIRST_DELAY, LONGEST_DELAY = timedelta(minutes=1), timedelta(days=1)
WHOLE, WORTHWHILE = 1_000, 200
"""Characters of text with which a feed's entry is taken for the whole article, and for better than nothing."""
CORPUS = ".jsonl"
TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Reach:
    """What an item is read with, in one run."""

    fetcher: Fetcher
    robots: Robots
    now: datetime
    chance: float
    """0 to 1: how much of the delay's jitter is used, so that what failed together is not tried again together."""
    force: bool = False
    """Read also what has not changed."""


def is_due(listed: Listed, old: Item | None, *, kind: Kind, now: datetime) -> bool:
    """Whether the item may have changed since it was last read, or failed and is to be tried again."""
    if old is None or not old.listed or kind == "page" or listed.stamp != old.stamp:
        return True
    if old.error:
        return kind == "file" or old.next_try is None or old.next_try <= now
    if listed.stamp is not None and kind != "feed":
        return False  # A file's time and size tell, and so does a sitemap; a feed seldom says that a page was mended.
    return kind in ("file", "folder") or now - old.read_at >= RECHECK


def weight(listed: Listed) -> int:
    """How much there is to read in an item: one, or the lines of a corpus."""
    if listed.path is None or listed.path.suffix.lower() != CORPUS:
        return 1
    try:
        with listed.path.open("rb") as file:
            return 1 + sum(piece.count(b"\n") for piece in iter(lambda: file.read(1_000_000), b""))
    except OSError:
        return 1


def later(failures: int, now: datetime, chance: float) -> datetime:
    """When to try again after so many failures in a row: after a minute, then twice as long each time, up to a day."""
    delay: timedelta = min(FIRST_DELAY * 2 ** min(failures - 1, 20), LONGEST_DELAY)
    return now + delay * (0.8 + 0.2 * chance)


def read_item(listed: Listed, old: Item | None, *, kind: Kind, reach: Reach) -> Iterator[Loaded | Item]:
    """The articles and problems of the item, none if it is as it was; last, what is to be kept of it."""
    known = None if reach.force else old
    articles, error = 0, None
    item = Item(listed.location, reach.now, listed.stamp)
    try:
        reading = _file(listed, item, known) if kind in ("file", "folder") else _page(listed, item, known, kind, reach)
        for found in reading:
            if isinstance(found, Item):
                item = found
                continue
            articles += isinstance(found, Article)
            error = error or (str(found) if isinstance(found, SourceUnreadable) else None)
            yield found
    except SourceUnreadable as problem:
        error = str(problem)
        yield problem
    if error and not articles:
        failures = (old.failures if old else 0) + 1
        item = Item(listed.location, reach.now, listed.stamp, error=error, failures=failures)
        item = replace(item, next_try=later(failures, reach.now, reach.chance))
    yield item


def _file(listed: Listed, item: Item, old: Item | None) -> Iterator[Loaded | Item]:
    path = listed.path or Path(listed.location)
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        digest = None  # The loader says what is wrong.
    yield replace(item, digest=digest)
    if digest is None or old is None or old.digest != digest:
        yield from load(path)


def _page(listed: Listed, item: Item, old: Item | None, kind: Kind, reach: Reach) -> Iterator[Loaded | Item]:
    text = len(" ".join(TAG.sub(" ", listed.content or "").split()))
    content, suffix, marks = (listed.content or "").encode("utf-8-sig", "replace"), ".html", Marks()
    known = listed.known
    if text < WHOLE:
        try:
            if kind != "page":
                reach.robots.check(listed.location)
            fetched = listed.fetched or reach.fetcher.fetch(listed.location, marks=old.marks if old else None)
            if fetched is None and old:
                yield replace(old, read_at=reach.now, stamp=listed.stamp)
                return
            assert fetched, "without marks there is always a reply"
            suffix = suffix_of(fetched)
            content, marks = as_utf8(fetched, suffix), fetched.marks
            known = replace(known, url=known.url or fetched.url)
        except SourceUnreadable:
            if text < WORTHWHILE:
                raise
    digest = hashlib.sha256(content).hexdigest()
    yield replace(item, digest=digest, marks=marks)
    if old is None or old.digest != digest:
        yield from load_content(content, suffix, source=listed.location, known=known)
