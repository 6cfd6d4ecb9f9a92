"""The registered widgets and how often each is asked."""

import json
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.errors import BylineError
from index.scope import Scope
from ui.database import FILE, database
from ui.widgets.origins import parse_origin

DEMO = "demo"
"""The widget of our own pages: never stored, allowed on the server's own origin alone."""
COUNT = """
INSERT INTO widget_days (widget, day, questions) VALUES (?, ?, 1)
ON CONFLICT DO UPDATE SET questions = questions + 1 WHERE questions < ? RETURNING questions
"""
LISTED = """
SELECT w.id, w.name, w.origins, w.scope, w.per_minute, w.per_day, w.created, w.revoked, coalesce(d.questions, 0)
FROM widgets AS w LEFT JOIN widget_days AS d ON d.widget = w.id AND d.day = ?
"""


class WidgetUnknown(BylineError):
    """No widget with that id or name."""


class WidgetTaken(BylineError):
    """Another widget in use has that name."""


@dataclass(frozen=True, slots=True)
class Widget:
    """What one widget may do."""

    id: str
    name: str
    origins: tuple[str, ...]
    articles: tuple[str, ...] = ()
    """Ids of the articles that it may use, and ``sources`` how their sources begin; empty is no condition."""
    sources: tuple[str, ...] = ()
    per_minute: int = 10
    """Questions of one visitor."""
    per_day: int = 1_000
    """Questions of all visitors; a day begins at midnight UTC."""
    created: str = ""
    revoked: str | None = None
    asked_today: int = 0

    @property
    def scope(self) -> Scope | None:
        """The articles that it may use; None for all."""
        return Scope(articles=self.articles, sources=self.sources) if self.articles or self.sources else None

    def may_use(self, article_id: str, sources: Sequence[str]) -> bool:
        """Whether an article that was read from these sources is within its scope."""
        return (not self.articles or article_id in self.articles) and (
            not self.sources or any(source.startswith(self.sources) for source in sources)
        )

    def narrowed(self, articles: Sequence[str], sources: Sequence[str]) -> Scope | None:
        """The part of its scope that a page asks for; ``ValueError`` where it has no such part."""
        kept = tuple(one for one in articles if not self.articles or one in self.articles)
        begins = {max(asked, own, key=len) for asked in sources for own in self.sources or ("",) if _nested(asked, own)}
        if (articles and not kept) or (sources and not begins):
            raise ValueError("This widget may not use those articles.")
        scope = Scope(articles=kept or self.articles, sources=tuple(sorted(begins)) or self.sources)
        return scope if scope.articles or scope.sources else None


def _nested(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


class Registry:
    """The widgets of a data directory; each call is a transaction of its own, from any thread or process."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def create(self, wanted: Widget) -> Widget:
        """Store a widget under a new id, its origins made regular; ``OriginWrong``, ``WidgetTaken``."""
        if not wanted.origins:
            raise BylineError("Name at least one origin: --origin https://intranet.example")
        origins = tuple(dict.fromkeys(map(parse_origin, wanted.origins)))
        values = (
            secrets.token_hex(8),
            wanted.name,
            json.dumps(origins),
            json.dumps({"articles": wanted.articles, "sources": wanted.sources}),
            wanted.per_minute,
            wanted.per_day,
            _now().isoformat(timespec="seconds"),
        )
        with database(self._data) as db:
            try:
                db.execute("INSERT INTO widgets VALUES (?, ?, ?, ?, ?, ?, ?, NULL)", values)
            except sqlite3.IntegrityError as exc:
                raise WidgetTaken(f"A widget named {wanted.name} is in use; revoke it first.") from exc
        return self.find(values[0])

    def all(self) -> list[Widget]:
        """Every widget, the oldest first, the revoked ones too."""
        with database(self._data) as db:
            return [_widget(row) for row in db.execute(f"{LISTED} ORDER BY w.created, w.name", (_today(),))]

    def find(self, widget_id: str) -> Widget:
        """The widget of that id, in use or revoked; ``WidgetUnknown``."""
        if widget_id == DEMO:
            return Widget(DEMO, "Demonstration", origins=())
        if (self._data / FILE).exists():
            with database(self._data) as db:
                for row in db.execute(f"{LISTED} WHERE w.id = ?", (_today(), widget_id)):
                    return _widget(row)
        raise WidgetUnknown(f"No widget {widget_id}; see: byline widget list")

    def revoke(self, widget: str) -> Widget:
        """Switch off the widget of that id, or the one in use of that name; ``WidgetUnknown``."""
        with database(self._data) as db:
            revoked = db.execute(
                "UPDATE widgets SET revoked = :now WHERE (id = :it OR name = :it) AND revoked IS NULL RETURNING id",
                {"now": _now().isoformat(timespec="seconds"), "it": widget},
            ).fetchone()
        if not revoked:
            raise WidgetUnknown(f"No widget {widget} is in use; see: byline widget list")
        return self.find(revoked[0])

    def count(self, widget: Widget) -> bool:
        """Count a question of today; False, and nothing counted, where the day's are used up."""
        with database(self._data) as db:
            return db.execute(COUNT, (widget.id, _today(), widget.per_day)).fetchone() is not None


def _widget(row: Sequence[Any]) -> Widget:
    widget_id, name, origins, scope, per_minute, per_day, created, revoked, today = row
    parts = json.loads(scope)
    return Widget(
        widget_id,
        name,
        tuple(json.loads(origins)),
        articles=tuple(parts["articles"]),
        sources=tuple(parts["sources"]),
        per_minute=per_minute,
        per_day=per_day,
        created=created,
        revoked=revoked,
        asked_today=today,
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _today() -> str:
    return _now().date().isoformat()
