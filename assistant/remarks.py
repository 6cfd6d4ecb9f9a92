"""What an answer says in words of its own: why there is none, and what a reader should know of how it came about.

Each is a line in English that also tells its kind and the values in it, so that a page can say it in another language.
"""

from collections.abc import Sequence
from datetime import date

from assistant.answers import Remark
from assistant.dates import Period, Told

LINES = {
    "no_articles": "There are no articles yet. Add some with: byline add PATH",
    "not_said": "The articles do not say.",
    "closest": "The articles do not say. The closest passages are below.",
    "not_mentioned": (
        "The articles do not say. What they say on it does not mention {names}. The closest passages are below."
    ),
    "part_not_said": "The articles do not say: {question}",
    "update": ("A later report brings this up to date: {later} ({later_day}); before that {earlier} ({earlier_day})."),
    "disagree_dated": "The articles disagree: {earlier} ({earlier_day}), {later} ({later_day}).",
    "disagree": "The articles disagree: one says {earlier}, another {later}.",
    "by_words_alone": (
        "The search by meaning cannot be asked just now: only passages that share words with the question were found."
    ),
    "read_as": "Read “{typed}” as “{meant}”.",
    "published_by": "Only articles published by {day} are taken.",
    "more_than": "{more} is more than {less}.",
    "earlier_than": "{earlier} is earlier than {later}.",
    "time_read_as": "“{said}” in the question is read as {period}, told from today, {day}.",
    "time_means": "“{said}” = {period}",
    "time_unknown": "The article gives no date, so it is not known when “{said}” is.",
    "which_article": "Which article? Name its title, such as: Summarise the article “…”.",
    "no_mention": "No article mentions “{about}”.",
    "nothing_about": "No article says anything about “{about}”.",
    "no_summary": "The article has no sentence that could stand in a summary.",
    "summary": "“{title}” in {count} of its sentences.",
    "mention": "{count} article mentions “{about}”.",
    "mentions": "{count} articles mention “{about}”.",
    "mentions_at_least": "At least {count} articles mention “{about}”.",
    "newest_listed": "The newest {count} of them are listed.",
    "undated_last": "Articles without a date stand last: nothing tells how new they are.",
    "nothing_held": "Nothing that the model wrote held against the articles. The articles' own sentences are shown.",
    "model_failed": "{trouble} The articles' own sentences are shown.",
    "model_broke_off": "{trouble}",
}


_TIMES = 3
"""Times of one sentence whose meaning is told."""
Value = str | int | date | Period | Sequence[str]


def remark(kind: str, **values: Value) -> Remark:
    """The line of a kind with its values; of several names, either is meant."""
    shown = {name: _shown(value) for name, value in values.items()}
    return Remark(kind, LINES[kind].format(**shown), {name: _plain(value) for name, value in values.items()})


def times_read(times: Sequence[Told]) -> tuple[Remark, ...]:
    """What the times mean that a sentence tells from the day of its article, or that nobody knows without that day."""
    known = [remark("time_means", said=one.said, period=one.period) for one in times if one.period][:_TIMES]
    unknown = [remark("time_unknown", said=one.said) for one in times[:1]]
    return tuple(known or unknown)


def _shown(value: Value) -> str:
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, (str, Period)):
        return str(value)
    return value[0] if len(value) == 1 else f"{', '.join(value[:-1])} or {value[-1]}"


def _plain(value: Value) -> str | int | Sequence[str]:
    """The value as JSON has it: a time in ISO 8601, "~" behind what is told roughly."""
    if isinstance(value, (str, int)):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Period):
        roughly = "~" if value.about else ""
        return f"{value.first}{roughly}/{value.last}{roughly}"
    return list(value)
