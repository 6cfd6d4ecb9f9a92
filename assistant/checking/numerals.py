"""Numbers in words: twenty-one, a hundred thousand, two and a half million, a quarter of a million."""

import re

from assistant.terms import ONES, TENS

WORTH = {word: float(value) for value, word in enumerate(ONES)}
WORTH |= {word: 10.0 * place for place, word in enumerate(TENS, start=2)}
SCALE = {"hundred": 1e2, "dozen": 12.0, "thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "m": 1e6}
SCALE |= {"billion": 1e9, "bn": 1e9, "b": 1e9, "trillion": 1e12, "tn": 1e12}
_WORD = rf"(?:{'|'.join((*WORTH, 'hundred', 'thousand', 'million', 'billion', 'dozen'))})"
_JOINT = r"(?:[ -]|(?:(?<=hundred)|(?<=thousand)|(?<=million)|(?<=billion)) and )"
"""What joins the words of one number: "eight and twelve" are two."""
WORDED = (
    r"(?:half an?|an?|(?:a|three)[ -]quarters? of an?)[ -](?:hundred|thousand|million|billion|dozen)\b"
    rf"(?:{_JOINT}{_WORD}\b)*|{_WORD}(?:{_JOINT}{_WORD}\b)*"
    r"(?: and (?:a half|(?:a|three)[ -]quarters?\b(?! of))(?: (?:hundred|thousand|million|billion))?)?"
)
_PARTS = {"half": 0.5, "quarter": 0.25, "threequarter": 0.75, "threequarters": 0.75}
_PART = re.compile(r"(?: and)? (?:a |(three)[ -])?(half|quarters?)(?: of)?(?: an?)?\b")
"""How a part of one is told; "three quarters" is read as one word."""


def worded(text: str) -> float:
    """The value of a number in words."""
    parts = re.split(r"[ -]+", _PART.sub(r" \1\2", f" {text}").replace(" and ", " ").strip())
    total, current = 0.0, 0.0
    for part in parts:
        if part in _PARTS:
            current += _PARTS[part]
        elif part in {"a", "an"}:
            current = current or 1.0
        elif part in WORTH:
            current += WORTH[part]
        elif part in {"hundred", "dozen"}:
            current = (current or 1.0) * SCALE[part]
        else:
            total += (current or 1.0) * SCALE[part]
            current = 0.0
    return total + current
