"""A model's reply taken apart while it comes: statements, and the numbers of the sentences that they cite."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

LONGEST = 500
"""Characters of a statement; what is longer is no short statement, and is left out."""
_MARK = r"\[\s*\d{1,3}(?:\s*[,;]\s*\d{1,3})*\s*\]"
_ABBREVIATED = "".join(
    rf"(?<!\b{word}\.)" for word in ("Mr", "Mrs", "Ms", "Dr", "St", "No", "Inc", "Ltd", "Co", "Corp")
)
_END = re.compile(
    rf"\n|(?<=\S)[ \t]*{_MARK}[ \t]*[.!?]?[ \t]*(?=[^\s\[a-z,;:.!?)])"
    rf"|(?<=[a-z0-9%)”\"][.!?]){_ABBREVIATED}[ \t]+(?=[A-Z“\"])"
)
"""A statement ends with its line, with a mark behind which no sentence goes on, or with its sentence."""
_MARKS = re.compile(rf"\s*{_MARK}")
_ORNAMENT = re.compile(r"^\s*(?:[-*•#>]+|\d{1,2}[.)])\s+|\*\*|__")


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement of a reply with the numbers that it cites, perhaps none."""

    text: str
    numbers: tuple[int, ...]


def claims(pieces: Iterable[str]) -> Iterator[Claim]:
    """The statements, each as soon as it is whole."""
    held = ""
    for piece in chain(pieces, "\n"):
        held += piece
        while end := _END.search(held):
            if claim := _claim(held[: end.end()]):
                yield claim
            held = held[end.end() :]
        # A reply without an end is no reason to keep all of it.
        held = held[-2 * LONGEST :]


def _claim(text: str) -> Claim | None:
    numbers = [int(number) for mark in _MARKS.findall(text) for number in re.findall(r"\d+", mark)]
    said = " ".join(_ORNAMENT.sub("", _MARKS.sub("", text)).split())
    if not re.search(r"\w", said) or len(said) > LONGEST:
        return None
    return Claim(said if said[-1] in '.!?”"' else f"{said}.", tuple(dict.fromkeys(numbers)))
