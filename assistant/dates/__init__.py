"""Times that sentences tell, worked out from the day of their article; shown beside a quote, never inside it."""

import re
from datetime import date

from assistant.dates import english, foreign
from assistant.dates.english import Told
from assistant.dates.periods import Period

__all__ = ["Period", "Told", "reading", "told"]
_MOST = 3
"""Times of one sentence whose reading is shown."""
_CHINESE, _GERMAN, _SPANISH = (
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"[\u4e00-\u9fff]",
        r"[äöüß]|\b(?:der|die|das|und|ist|wurde|nicht|gab|stand|am|es)\b.*\b(?:der|die|das|und|ist|wurde|nicht|dafür|still|\w+e[nrt])\b",
        r"[ñ¿¡]|\b(?:el|la|los|las|se)\b.*\b(?:de|el|la|los|las|se|en|que|es)\b",
    )
)


def told(text: str, published: date | None) -> list[Told]:
    """The times of a text in order, each with its days as far as they are known.

    ``published`` is the day from which the text tells "yesterday"; None where the article gives no date.
    """
    found = list(english.told(text, published))
    return found or [one for language in _languages(text) for one in foreign.told(text, published, language)]


def reading(text: str, published: date | None) -> str | None:
    """What the times that a sentence tells from the day of its article mean; None where it has none of these."""
    relative = [one for one in told(text, published) if one.relative][:_MOST]
    if not relative:
        return None
    if published is None:
        return f"The article gives no date, so it is not known when “{relative[0].said}” is."
    return "; ".join(f"“{one.said}” = {one.period}" for one in relative)


def _languages(text: str) -> list[str]:
    """The languages that a text may be in, of those whose times are known beside English."""
    by_sign = (("zh", _CHINESE), ("de", _GERMAN), ("es", _SPANISH))
    return [language for language, sign in by_sign if sign.search(text)][:1]
