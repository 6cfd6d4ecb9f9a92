"""The list of sources, as JSON values and as text for a terminal."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.text import Text

from index.fetching.addresses import shown
from index.sources import Source
from ui.terminal import printable


def source_json(source: Source) -> dict[str, Any]:
    """The source with the counts of its last run; times in UTC."""
    values = asdict(source)
    del values["marks"]
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def sources_text(sources: list[Source]) -> Text:
    """Of each source what it is, its last run and, where there is one, its last error."""
    if not sources:
        return Text("No source is followed. Add one with: byline add PATH|URL")
    return Text("\n").join(_source(source) for source in sources)


def _source(source: Source) -> Text:
    location = shown(source.location) if "://" in source.location else source.location
    counts = ", ".join(f"{number} {name}" for name, number in asdict(source.counts).items() if number) or "nothing"
    line = Text(f"{source.kind:<8}", style="dim").append(printable(location), style="cyan")
    line.append(f"\n        {_time(source.last_run)}: {counts}; vanished articles: {source.vanished}", style="dim")
    if source.last_error:
        line.append(f"\n        {printable(source.last_error)}", style="yellow")
    if source.next_try:
        times = "once" if source.failures == 1 else f"{source.failures} times in a row"
        line.append(f"\n        failed {times}, next try {_time(source.next_try)}", style="yellow")
    return line


def _time(time: datetime | None) -> str:
    return f"{time.astimezone():%Y-%m-%d %H:%M}" if time else "never run"
