"""The interface's words in the languages it speaks; what articles say is shown as it stands.

``{page}.json`` beside this module holds a page's texts, ``{"key": {"en": "…", "de": "…", "es": "…", "zh": "…"}}``, with
``{name}`` where a value is put in. ``remarks.json`` has no English: that is in ``assistant.remarks``.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "de", "es", "zh")
HERE = Path(__file__).parent


@cache
def texts(page: str) -> dict[str, dict[str, str]]:
    """All texts of a page by key and language; read once."""
    found: dict[str, dict[str, str]] = json.loads((HERE / f"{page}.json").read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of a page in one language: ``words("added", count=3)``; ``KeyError`` for a key it has not."""

    page: str
    language: str

    def __call__(self, key: str, **values: object) -> str:
        """The text with the values put in."""
        return texts(self.page)[key][self.language].format(**values)


def preferred(accept_language: str) -> str:
    """The language of ours that an Accept-Language header prefers; English for none."""
    wanted: list[tuple[float, str]] = []
    for part in accept_language.lower().split(",")[:20]:
        tag, _, quality = part.strip().partition(";q=")
        try:
            wanted.append((float(quality or 1), tag.split("-")[0]))
        except ValueError:
            continue
    ranked = sorted(wanted, key=lambda one: -one[0])
    return next((language for _, language in ranked if language in LANGUAGES), LANGUAGES[0])
