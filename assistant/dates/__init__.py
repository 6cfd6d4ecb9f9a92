"""Times that sentences tell, worked out from the day of their article."""

from datetime import date

from assistant.dates import english, foreign
from assistant.dates.english import Told
from assistant.dates.periods import Period

__all__ = ["Period", "Told", "relative", "told"]


def told(text: str, published: date | None) -> list[Told]:
    """The times of a text in order, each with its days as far as they are known.

    ``published`` is the day from which the text tells "yesterday"; None where the article gives no date.
    """
    return list(english.told(text, published)) or list(foreign.told(text, published))


def relative(text: str, published: date | None) -> list[Told]:
    """Of the times of a text those that it tells from the day of its article, such as "on Friday"."""
    return [one for one in told(text, published) if one.relative]
