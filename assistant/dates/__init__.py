"""Times that sentences tell, worked out from the day of their article; shown beside a quote, never inside it."""

from datetime import date

from assistant.dates import english, foreign
from assistant.dates.english import Told
from assistant.dates.periods import Period

__all__ = ["Period", "Told", "reading", "told"]
_MOST = 3
"""Times of one sentence whose reading is shown."""


def told(text: str, published: date | None) -> list[Told]:
    """The times of a text in order, each with its days as far as they are known.

    ``published`` is the day from which the text tells "yesterday"; None where the article gives no date.
    """
    return list(english.told(text, published)) or list(foreign.told(text, published))


def reading(text: str, published: date | None) -> str | None:
    """What the times that a sentence tells from the day of its article mean; None where it has none of these."""
    relative = [one for one in told(text, published) if one.relative][:_MOST]
    if not relative:
        return None
    if published is None:
        return f"The article gives no date, so it is not known when “{relative[0].said}” is."
    return "; ".join(f"“{one.said}” = {one.period}" for one in relative)
