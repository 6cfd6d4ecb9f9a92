"""The values that both sides of a comparison have, and which is more, where that is plain arithmetic."""

import re
from collections.abc import Sequence

from assistant.answers import Remark
from assistant.quantities import Quantity, quantities, same
from assistant.remarks import remark
from assistant.sides import Side

_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")


def beside(sides: Sequence[Side], values: Sequence[str | None]) -> str | None:
    """Each side with its value, as one short answer; None where a side has none or both have the same words."""
    if not all(values) or len(set(values)) < len(values):
        return None
    return "; ".join(f"{side.name}: {value}" for side, value in zip(sides, values, strict=True))


def weighed(one: str, other: str) -> Remark | None:
    """Which of two values is more, or which of two years is earlier; None where that is not certain.

    Amounts are weighed only in one unit, and where they are further apart than rounding explains.
    """
    if (years := _years(one, other)) and years[0] != years[1]:
        earlier, later = (one, other) if years[0] < years[1] else (other, one)
        return remark("earlier_than", earlier=earlier, later=later)
    first, second = _single(one), _single(other)
    if not first or not second or first.rate != second.rate or same(first, second) is not False:
        return None
    if first.counted and second.counted and first.counted != second.counted:
        return None
    more, less = (one, other) if first.low > second.low else (other, one)
    return remark("more_than", more=more, less=less)


def _years(one: str, other: str) -> tuple[int, int] | None:
    """The year in each of two values; None where one of them has none, or several."""
    found = _YEAR.findall(one), _YEAR.findall(other)
    if len(found[0]) != 1 or len(found[1]) != 1 or quantities(one) or quantities(other):
        return None
    return int(found[0][0]), int(found[1][0])


def _single(text: str) -> Quantity | None:
    """The only amount in a text."""
    found = quantities(text)
    return found[0] if len(found) == 1 else None
