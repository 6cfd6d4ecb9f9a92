"""What a site's robots.txt asks of those who read its pages by list."""

import time
from collections.abc import Callable
from urllib.robotparser import RobotFileParser

import httpx

from index.errors import FetchRefused, SourceGone, SourceUnreadable
from index.fetching.addresses import parse, shown
from index.fetching.fetcher import Fetcher

AGENT = "Byline"
LARGEST = 512_000
"""Bytes of a robots.txt; the standard asks for no more."""
LONGEST_PAUSE = 10.0
"""Seconds between two pages of one site, where it asks for more."""


class Robots:
    """The robots.txt of every host met in one run, each fetched once."""

    def __init__(self, fetcher: Fetcher, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._fetcher = fetcher
        self._sleep = sleep
        self._rules: dict[str, RobotFileParser | None] = {}
        self._free: dict[str, float] = {}

    def check(self, url: str) -> None:
        """Wait as long as the site asks; ``FetchRefused`` where it asks that the page be left alone.

        ``SourceUnreadable`` where the site is in trouble: it may have rules that cannot be read just now.
        """
        page = parse(url)
        site = str(page.copy_with(raw_path=b"/"))
        if site not in self._rules:
            self._rules[site] = self._read(page.copy_with(raw_path=b"/robots.txt"))
        rules = self._rules[site]
        if rules is None:
            raise SourceUnreadable(f"{shown(page)} is not fetched, as its site's robots.txt fails. Try again later.")
        if not rules.can_fetch(AGENT, str(page)):
            raise FetchRefused(f"{shown(page)} is not fetched: its site's robots.txt asks that it be left alone.")
        now = time.monotonic()
        self._sleep(max(0.0, self._free.get(site, now) - now))
        pause = min(float(rules.crawl_delay(AGENT) or 0), LONGEST_PAUSE)
        self._free[site] = time.monotonic() + pause

    def _read(self, address: httpx.URL) -> RobotFileParser | None:
        """The rules; None where they cannot be had."""
        rules = RobotFileParser()
        try:
            fetched = self._fetcher.fetch(str(address), most=LARGEST)
            rules.parse(fetched.content.decode("utf-8", "replace").splitlines() if fetched else [])
        except SourceGone:
            rules.parse([])
        except SourceUnreadable:
            return None
        return rules
