"""The article in an HTML page: trafilatura finds the body and what the page declares, our own rules do the rest."""

import re
from datetime import date
from typing import TYPE_CHECKING

from index.cleaning.facts import Facts
from index.cleaning.page import Cleaned, clean_text
from index.cleaning.paragraphs import tidy

if TYPE_CHECKING:
    from configparser import ConfigParser

UNSEEN = [
    "//*[@hidden or @aria-hidden='true']",
    "//*[contains(translate(@style, ' ', ''), 'display:none')]",
    "//*[contains(translate(@style, ' ', ''), 'visibility:hidden')]",
    "//noscript | //template | //dialog",
]
"""What a reader does not see; it must not be cited to one either."""
TABLE_RULE = re.compile(r"[|:\s-]+")
BLANK_LINE = re.compile(r"<br\s*/?>\s*(?:<br\s*/?>\s*)+", re.IGNORECASE)
BARE_TEXT = re.compile(r"<(?:div|td|section|article|main)\b[^<>]{0,500}>(?=\s*[^\s<])", re.IGNORECASE)
DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")


def clean_html(raw: str) -> Cleaned:
    """The article in a page of HTML; its text is empty where no body can be found."""
    # Half a second to import, and only a page of HTML needs it.
    from trafilatura import bare_extraction  # noqa: PLC0415

    page = bare_extraction(
        _with_paragraphs(DECLARATION.sub("", tidy(raw))),
        favor_recall=True,
        include_comments=False,
        with_metadata=True,
        prune_xpath=UNSEEN,
        # What is searched for extensively is also found in a copyright line or in the day of the download.
        date_extraction_params={"extensive_search": False, "original_date": True, "max_date": "2100-01-01"},
        config=_keep_short_articles(),
    )
    if page is None or isinstance(page, dict) or not page.text:
        return Cleaned("", Facts(), ())
    declared = Facts(
        title=page.title,
        url=page.url if (page.url or "").startswith(("http://", "https://")) else None,
        published=date.fromisoformat(page.date) if page.date else None,
        author=page.author,
        publisher=page.sitename,
    )
    lines = (line.strip("| ") if line.startswith("|") else line for line in page.text.split("\n"))
    return clean_text("\n\n".join(line for line in lines if not TABLE_RULE.fullmatch(line)), known=declared)


def _with_paragraphs(page: str) -> str:
    """The page, paragraphs marked as such where it parts bare text by two line breaks: else the first would be lost."""
    return BARE_TEXT.sub(r"\g<0><p>", BLANK_LINE.sub("<p>", page)) if BLANK_LINE.search(page) else page


def _keep_short_articles() -> "ConfigParser":
    """trafilatura's settings, but an article under 250 characters keeps its paragraphs too."""
    from copy import deepcopy  # noqa: PLC0415

    from trafilatura.settings import DEFAULT_CONFIG  # noqa: PLC0415

    config = deepcopy(DEFAULT_CONFIG)
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "1")
    return config
