"""The process in which feeds and sitemaps are parsed, and the way there and back."""

import os
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date
from functools import cache

from index.cleaning.facts import Facts
from index.errors import SourceUnreadable
from index.feeds import read_feed
from index.fetching.addresses import shown
from index.isolated import Json, Limits, serve
from index.isolation import Isolation, Overrun
from index.sitemaps import Sitemap, read_sitemap
from index.sources import Listed

LIMITS = Limits(processor_seconds=10, seconds=20)
DATES = ("published", "updated")


def feed_entries(content: bytes, url: str) -> list[Listed | SourceUnreadable]:
    """What ``read_feed`` gives, from a process that may die of it."""
    reply = _call("feed", content, url)
    return [*map(_listed, reply["items"]), *map(SourceUnreadable, reply["problems"])]


def sitemap_pages(content: bytes, url: str) -> Sitemap:
    """What ``read_sitemap`` gives, from a process that may die of it."""
    reply = _call("sitemap", content, url)
    return Sitemap(tuple(map(_listed, reply["items"])), tuple(reply["sitemaps"]))


def _call(kind: str, content: bytes, url: str) -> Json:
    try:
        reply = _isolation(os.getpid()).call({"kind": kind, "url": url}, content)
    except Overrun as exc:
        raise SourceUnreadable(f"{shown(url)} takes more than any {kind} to read, or takes its reader down.") from exc
    if reply["trouble"]:
        raise SourceUnreadable(reply["trouble"])
    return reply


@cache
def _isolation(_process: int) -> Isolation:
    """One for the process, started when it is first needed; a fork does not share its parent's pipes."""
    return Isolation("index.confined_lists", limits=LIMITS, processes=1)


def _listed(found: Json) -> Listed:
    facts: Json = found["known"]
    facts |= {name: date.fromisoformat(facts[name]) for name in DATES if facts.get(name)}
    return Listed(found["location"], found["stamp"], known=Facts(**facts), content=found["content"])


def _plain(listed: Listed) -> Json:
    facts = asdict(listed.known)
    facts |= {name: facts[name].isoformat() for name in DATES if facts.get(name)}
    return {"location": listed.location, "stamp": listed.stamp, "known": facts, "content": listed.content}


def _reply(request: Json, content: bytes) -> Json:
    try:
        return {"trouble": None, **READERS[request["kind"]](content, request["url"])}
    except SourceUnreadable as problem:
        return {"trouble": str(problem)}


def _feed(content: bytes, url: str) -> Json:
    found: Iterable[Listed | SourceUnreadable] = list(read_feed(content, url))
    return {
        "items": [_plain(item) for item in found if isinstance(item, Listed)],
        "problems": [str(item) for item in found if isinstance(item, SourceUnreadable)],
    }


def _sitemap(content: bytes, url: str) -> Json:
    found = read_sitemap(content, url)
    return {"items": [_plain(page) for page in found.pages], "sitemaps": list(found.sitemaps)}


READERS: dict[str, Callable[[bytes, str], Json]] = {"feed": _feed, "sitemap": _sitemap}

if __name__ == "__main__":
    serve(_reply)
