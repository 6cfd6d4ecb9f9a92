"""What was found in a file becomes an article, or a problem that names the file and the next step."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any

from index.articles import Article, Metadata
from index.cleaning.facts import Facts
from index.errors import SourceUnreadable
from index.loading.kinds import kind_of

LOG = logging.getLogger(__name__)
Loaded = Article | SourceUnreadable

LARGEST_FILE = 50_000_000
"""Bytes."""
LONGEST_ARTICLE = 2_000_000
"""Characters, markup included: four long novels. Beyond it is a collection or an accident."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where content comes from."""

    source: str
    """What its article is known by, see ``Article.source``."""
    name: str
    """Its file name as people know it: gives the kind, the id, and the title of an article that has none."""
    shown: str
    """How a problem calls it."""
    known: Facts = field(default_factory=Facts)
    """What is known from elsewhere; counts where the content itself is silent."""

    def within(self, name: str) -> "Origin":
        """The origin of something inside of it; nothing but its place is known of that."""
        name = printable(name)
        return Origin(f"{self.source}#{name}", name.rpartition("/")[2], f"{self.shown}#{name}")


@dataclass(frozen=True, slots=True)
class Part:
    """What a parser found: the text and facts of one article, or the trouble with it."""

    text: str = ""
    facts: Facts = field(default_factory=Facts)
    name: str = ""
    """Its place within the file; empty for the file itself."""
    trouble: str = ""
    """A sentence without its subject and the next step: "is locked with a password. Save it without one."."""
    detail: str = ""
    """For the log: where a parser failed that should not have."""


def loaded(parts: list[Part], origin: Origin) -> Iterator[Loaded]:
    """The articles of the parts, and a problem for each that is none."""
    for part in parts:
        place = origin.within(part.name) if part.name else origin
        if part.detail:
            LOG.info("%s could not be parsed: %s", place.shown, part.detail)
        if part.trouble:
            yield SourceUnreadable(f"{place.shown} {part.trouble}")
        elif not part.text:
            yield SourceUnreadable(
                f"{place.shown} has no text left once page furniture is off. Check that it holds an article."
            )
        else:
            yield _article(part, origin)


def _article(part: Part, origin: Origin) -> Article:
    stem = printable(stem_of(origin.name))
    inner = printable(stem_of(part.name.rpartition("/")[2]))
    facts = filled(part.facts, origin.known)
    readable = " ".join(re.split(r"[\s_-]+", inner or stem)).strip()
    title = facts.title or readable[:1].upper() + readable[1:]
    source = origin.within(part.name).source if part.name else origin.source
    return Article(f"{stem}-{inner}" if inner else stem, part.text, metadata(title, facts), printable(source))


def stem_of(name: str) -> str:
    """A file's name without its ending, where that is of a kind that is read."""
    return name.rpartition(".")[0] if kind_of(name) else name


def filled(facts: Facts, more: Facts) -> Facts:
    """The facts, completed by others where they are silent."""
    empty = [f.name for f in fields(Facts) if not getattr(facts, f.name)]
    return replace(facts, **{name: getattr(more, name) for name in empty})


def metadata(title: str, facts: Facts) -> Metadata:
    """The facts as an article carries them, each text a single printable line."""
    said: dict[str, Any] = {f.name: getattr(facts, f.name) for f in fields(Facts)}
    said |= {name: _line(value) for name, value in said.items() if isinstance(value, str)}
    return Metadata(**said | {"title": _line(title) or ""})


def _line(text: str) -> str | None:
    return " ".join(printable(text).split()) or None


def printable(text: str) -> str:
    """The text without half characters and NUL: file names may hold the first, JSON both."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
