"""What was written for the entailer: statements about pieces of news.

A file of ``written/`` holds items of

    # one to three sentences of news, the evidence
    + statement that the evidence makes true
    - statement with the words that the evidence does [[not support]] in brackets

``held-out-*`` is what the network is measured on and never learns from.
"""

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).with_name("written")
_BRACKETS = re.compile(r"\[\[(.*?)\]\]")


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement."""

    text: str
    unsupported: tuple[tuple[int, int], ...]
    """Where in it the words stand that the evidence does not support; none of a true one."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of news with statements about it."""

    text: str
    statements: tuple[Stated, ...]


def evidences(*, held_out: bool) -> list[Evidence]:
    """Every piece of news, in the order of the files' names."""
    files = [file for file in sorted(FOLDER.glob("*.txt")) if ("held-out" in file.name) == held_out]
    texts = [file.read_text("utf-8") for file in files]
    blocks = [block for text in texts for block in re.split(r"^# ", text, flags=re.MULTILINE)[1:]]
    return [_evidence([line.strip() for line in block.splitlines() if line.strip()]) for block in blocks]


def _evidence(lines: list[str]) -> Evidence:
    return Evidence(lines[0], tuple(_stated(line) for line in lines[1:]))


def _stated(line: str) -> Stated:
    """A statement without its brackets; ``ValueError`` for one that has them and is true, or the reverse."""
    text, spans = "", list[tuple[int, int]]()
    for at, piece in enumerate(_BRACKETS.split(line[2:])):
        if at % 2:
            spans.append((len(text), len(text) + len(piece)))
        text += piece
    if line[:2] not in {"+ ", "- "} or (line[0] == "-") != bool(spans):
        raise ValueError(f"{line[:60]!r} is neither true nor has brackets")
    return Stated(text, tuple(spans))
