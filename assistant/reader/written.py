"""What was written for the reader: news articles, questions and statements about them and about public paragraphs.

A file of ``written/`` holds pages. One begins with ``# TITLE`` and the article in a line, or with ``# ID`` of a
paragraph of the public set that the file is named after; then, a line each:

    ? question => answer; another form of it, both verbatim
    ! question that the page does not answer
    + statement that one sentence of the page makes true
    - statement that seems true and is not supported
"""

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).with_name("written")
ARTICLES = ("news", "told")
"""News articles with questions and statements, and passages of news with statements alone."""
HELD_OUT_EVERY = 6
"""Every so many articles, one is kept for fitting what combines the reader with cheap features."""


@dataclass(frozen=True, slots=True)
class Page:
    """An article or a paragraph with what was written about it."""

    key: str
    """Its title, or the id of a public paragraph."""
    text: str
    """Of an article; empty for a public paragraph, which its own set holds."""
    asked: tuple[tuple[str, tuple[str, ...]], ...]
    """Questions with their answers, none where the page does not say."""
    told: tuple[tuple[str, bool], ...]
    """Statements, and whether the page supports them."""


def files(name: str) -> list[Path]:
    """The files of ``written/`` whose names begin so."""
    return sorted(FOLDER.glob(f"{name}*.txt"))


def pages(name: str) -> list[Page]:
    """Every page of ``written/NAME*.txt``, in the order of the files' names."""
    texts = [file.read_text("utf-8") for file in files(name)]
    blocks = [block for text in texts for block in re.split(r"^# ", text, flags=re.MULTILINE)[1:]]
    return [page(block.strip().split("\n")) for block in blocks]


def page(lines: list[str]) -> Page:
    """The page in these lines; ``ValueError`` names a line that is none of the five kinds."""
    key, *rest = (line.strip() for line in lines if line.strip())
    text = rest.pop(0) if rest[0][:2] not in {"? ", "! ", "+ ", "- "} else ""
    asked: list[tuple[str, tuple[str, ...]]] = []
    told: list[tuple[str, bool]] = []
    for line in rest:
        mark, said = line[:2], line[2:]
        if mark == "? ":
            question, _, answers = said.partition(" => ")
            asked.append((question, tuple(answers.split("; "))))
        elif mark == "! ":
            asked.append((said, ()))
        elif mark in {"+ ", "- "}:
            told.append((said, mark == "+ "))
        else:
            raise ValueError(f"{key}: {line[:60]!r} begins with none of ? ! + -")
    return Page(key, text, tuple(asked), tuple(told))


def articles(name: str, *, held_out: bool) -> list[Page]:
    """Of ``ARTICLES`` the ones that are kept from the reader, or those that it learns from."""
    return [one for n, one in enumerate(pages(name)) if (n % HELD_OUT_EVERY == 0) == held_out]
