"""How much of the article cleaning keeps and how much furniture it leaves, on pages with their truth beside them.

    python -m index.cleaning.measure tests/pages

``PAGE.json`` beside ``PAGE`` names the paragraphs of the body, the furniture, what may go either way (headline, byline,
captions) and the metadata. A sentence is kept if its characters are; furniture is left if its words stand outside of
all of these.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from index.cleaning.facts import Facts
from index.cleaning.html import clean_html
from index.cleaning.markdown import clean_markdown
from index.cleaning.page import Cleaned, clean_text
from index.sentences import split

CLEANERS: dict[str, Callable[[str], Cleaned]] = {".html": clean_html, ".md": clean_markdown, ".txt": clean_text}


@dataclass(frozen=True, slots=True)
class Measured:
    """What cleaning did to one page; the lists name what it did wrong."""

    page: str
    sentences: int
    lost: list[str]
    furniture: int
    left: list[str]
    facts: int
    wrong: list[str]


def measure(page: Path) -> Measured:
    """One page held against its truth."""
    truth = json.loads(page.with_name(f"{page.name}.json").read_text(encoding="utf-8"))
    cleaned = CLEANERS[page.suffix](page.read_text(encoding="utf-8"))
    sentences = [sentence.text for unit in truth["body"] for sentence in split(unit)]
    kept = _bare(cleaned.text)
    outside = _outside(cleaned.text, [*truth["body"], *truth["either"]])
    wrong = [
        f"{field}: {_told(cleaned.facts, field)!r}, not {truth[field]!r}"
        for field in (field.name for field in fields(Facts))
        if _told(cleaned.facts, field) != truth[field]
    ]
    return Measured(
        page.name,
        len(sentences),
        [sentence for sentence in sentences if _bare(sentence) not in kept],
        len(truth["furniture"]),
        [unit for unit in truth["furniture"] if _bare(unit) in outside],
        len(fields(Facts)),
        wrong,
    )


def _outside(text: str, own: Sequence[str]) -> str:
    """What is left of a text without these paragraphs."""
    rest = _bare(text)
    for unit in sorted(map(_bare, own), key=len, reverse=True):
        rest = rest.replace(unit, "\0", 1) if unit else rest
    return rest


def _bare(text: str) -> str:
    """Letters and digits alone: how white space, bullets and a table's bars are written does not count."""
    return re.sub(r"[\W_]+", "", text).casefold()


def _told(facts: Facts, field: str) -> Any:
    value = getattr(facts, field)
    return value.isoformat() if hasattr(value, "isoformat") else value


def pages(folder: Path) -> Iterator[Path]:
    """The pages of a folder that have their truth beside them."""
    return (page for page in sorted(folder.rglob("*")) if page.with_name(f"{page.name}.json").is_file())


def _line(name: str, many: Sequence[Measured]) -> str:
    def share(bad: int, of: int) -> str:
        return f"{100 * (1 - bad / of) if of else 100:6.1f} % of {of:4}"

    kept = share(sum(len(m.lost) for m in many), sum(m.sentences for m in many))
    removed = share(sum(len(m.left) for m in many), sum(m.furniture for m in many))
    right = share(sum(len(m.wrong) for m in many), sum(m.facts for m in many))
    return f"{name:34}{kept}   {removed}   {right}"


def main(folder: str, *options: str) -> None:
    """Print a line a page and one for all; with ``--wrong`` what was lost, left and mistaken as well."""
    measured = [measure(page) for page in pages(Path(folder))]
    print(f"{'':34}{'sentences kept':16}   {'furniture removed':16}   metadata right")
    for one in measured:
        print(_line(one.page, [one]))
        if "--wrong" in options:
            for mark, texts in (("lost", one.lost), ("left", one.left), ("wrong", one.wrong)):
                for text in texts:
                    print(f"    {mark}: {text}")
    print(_line(f"all {len(measured)} pages", measured))


if __name__ == "__main__":
    main(*sys.argv[1:])
