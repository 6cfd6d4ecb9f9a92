"""The direct answer in a few words: the span, with the unit, the "a year" and the "about" that the sentence gives it."""

# ruff: noqa: E501  a pattern is one line

import re

from assistant.expected import NAMED, NUMERIC, Kind, shaped
from assistant.reading import Finding
from assistant.terms import MONTHS, STOPWORDS, word_set, words

_LONGEST = 22
"""Words of a short answer; more of them are the sentence itself."""
_MOST_OF = 0.75
"""Share of its sentence from which a short answer would only repeat it."""
_ROUGHLY = re.compile(
    r"(?:\b(?:about|around|approximately|roughly|nearly|almost|some|more than|less than|fewer than|over|under|up to|at least|at most|"
    r"as many as|as much as|as few as|an estimated|just under|just over|well over)\s+)+$",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"^(?:[ -](?:hundred|thousand|million|billion|trillion|bn|mn)\b)?(?:\s?%|[ -]per ?cent\b| percentage points?\b)?"
    r"((?:[ -][a-z][a-z-]*){0,3})"
)
_RATE = re.compile(
    r"^\s+(?:(?:a|per|each|every)\s+(?:year|month|week|day|hour|quarter|person|head|unit|share)|annually|monthly|daily|yearly)\b"
)
_OR_MORE = re.compile(r"^\s+or (?:more|less|fewer|so|above|below)\b")
_ABROAD = re.compile(
    r"^\s(?:Million(?:en)?|Milliarden?|Tausend|Mio\.|Mrd\.|millón|millones|mil(?: millones)?)(?!\w)(?:(?:\sde)?\s(?:Euro|Dollar|Franken|Kronen|[a-záéíóúñ]{4,}))?"
    r"|^\s(?:(?:Euro|Dollar|Franken|Kronen|Prozent|Grad|dólares)\b|por ciento\b)"
)
"""The rest of an amount in German or Spanish."""
_RATE_NEAR = {
    "a year": re.compile(r"\b(?:annual(?:ly)?|yearly)\b", re.IGNORECASE),
    "a month": re.compile(r"\bmonthly\b", re.IGNORECASE),
    "a day": re.compile(r"\bdaily\b", re.IGNORECASE),
}
_RATED = word_set(
    "production volume volumes output capacity deliveries sales budget revenue salary income turnover cost costs target goal"
)
_ENDS_UNIT = STOPWORDS | word_set(
    "today yesterday now later earlier ago last this next while including according compared higher lower more worth less already"
)
_CLUTTER = re.compile(
    r"(?:\s+(?:and|or|of|the|a|an|in|on|at|by|for|to|with|from|as|is|was|are|were|that|which|who)|['’]s|[\s,;:.–—-])+$",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"\b[A-Z][\w’'-]*[ -][A-Z][\w’'-]*$")
_REST_OF_NAME = re.compile(
    r"^(?:[ -](?!(?:" + "|".join(month.title() for month in MONTHS) + r"|\w+day)\b)[A-Z](?![A-Z]+\b)[\w’'-]*)+",
    re.ASCII,
)
_LEADING = re.compile(r"^(?:[\s,;:–—-]+|(?:and|or|that|which|who|by|also|the)\s+)+", re.IGNORECASE)
_DATE_BEFORE = re.compile(
    r"(?:\b(?:the\s+)?(?:end|close|start|beginning|middle|first half|second half|first quarter|second quarter|third quarter|fourth quarter|spring|summer|"
    r"autumn|fall|winter)\s+(?:of\s+)?|\b\d{1,2}(?:st|nd|rd|th)?\s+|\b(?:early|late|mid)[ -]|\b[A-Z][a-z]+day,\s+|\b[A-Z][a-z]+day\s+\d{1,2}\s+)$"
)
_DATE_BEHIND = re.compile(
    r"^(?:\s+of)?\s+(?:this|last|next|the same|the following|the previous) year\b|^,?\s+(?:of\s+)?(?:1\d|20)\d\d\b"
)


_WHY = re.compile(r"\bwhy\b", re.IGNORECASE)


def short_answer(question: str, finding: Finding) -> str | None:
    """The words that answer, made whole; None where the sentence is the answer, as to a yes-or-no question."""
    if not finding.span or finding.kind == "confirmation":
        return None
    text, (start, end) = finding.sentence.text, finding.span
    if finding.kind == "date":
        start, end = _date(text, start, end)
    found = text[start:end]
    if finding.kind in NUMERIC - {"date"}:
        found = _amount(finding.kind, text, (start, end))
    elif finding.kind in NAMED:
        found = _name(text, start, end)
    found = _balanced(_CLUTTER.sub("", found.strip()))
    size = len(found.split())
    if _WHY.search(question) and _is_a_name(found):
        return None
    repeats = finding.kind not in NUMERIC and len(found) > _MOST_OF * len(text)
    return None if found.casefold() in question.casefold() or size > _LONGEST or repeats else found


def _is_a_name(found: str) -> bool:
    """Whether all its words but the smallest are capitalised: nobody is a reason."""
    return all(word[:1].isupper() for word in found.split() if word.lower() not in STOPWORDS)


def _amount(kind: Kind, text: str, span: tuple[int, int]) -> str:
    """A number with what it counts and how often; a span that holds more than that is left as it is."""
    start, end = span
    inside = shaped(kind, text[start:end])
    if len(inside) == 1:
        start, end = start + inside[0][0], start + inside[0][1]
        end += len(re.match(r"\w*", text[end:]).group())  # type: ignore[union-attr]  # it matches the empty string
    found = text[start:end]
    if abroad := _ABROAD.match(text[end:]):
        return text[start : end + abroad.end()]
    digit = re.search(r"\d", found)
    before = _ROUGHLY.search(text[:start])
    if before:
        start = before.start()
    if (
        digit
        and kind in {"count", "amount"}
        and re.fullmatch(
            r"\D*[\d.,]+\s*(?:hundred|thousand|million|billion|trillion|bn|mn)?\s*(?:%|per ?cent)?\D{0,3}", found
        )
    ):
        end += _unit(text[end:], money=bool(re.search(r"[$€£¥₹]", found)))
    if more := _OR_MORE.match(text[end:]):
        end += more.end()
    if rate := _RATE.match(text[end:]):
        return text[start : end + rate.end()]
    return text[start:end] + _rate(text, start)


def _unit(behind: str, *, money: bool) -> int:
    """How many characters behind a number say what it counts."""
    match = _UNIT.match(behind)
    assert match, "it matches the empty string"
    end = match.start(1)
    if money or "%" in behind[:end] or "cent" in behind[:end]:
        return end
    for word in re.finditer(r"[ -]([a-z][a-z-]*)", match.group(1)):
        if word.group(1) in _ENDS_UNIT or word.group(1).endswith(("ing", "ed", "ly")):
            break
        end = match.start(1) + word.end()
        if word.group(1).endswith("s"):  # cars, people's homes: the noun is complete
            break
    return end


def _rate(text: str, start: int) -> str:
    """ " a year" where the amount is one of annual production, in so many words close before it."""
    before = text[max(0, start - 45) : start]
    if _RATED.isdisjoint(word.text.lower() for word in words(before)) or re.search(r"[,;:.]\s", before):
        return ""
    return next((f" {rate}" for rate, near in _RATE_NEAR.items() if near.search(before)), "")


def _date(text: str, start: int, end: int) -> tuple[int, int]:
    """A date with the rest of it: "the end of", the day before the month, the year behind."""
    while before := _DATE_BEFORE.search(text[:start]):
        start = before.start()
    if behind := _DATE_BEHIND.match(text[end:]):
        end += behind.end()
    return start, end


def _name(text: str, start: int, end: int) -> str:
    """A name without the words around it; one of several words with those that were cut off its end."""
    found = _LEADING.sub("", text[start:end])
    rest = _REST_OF_NAME.match(text[end:]) if _SEVERAL.search(found) else None
    return found + rest.group() if rest else found


def _balanced(found: str) -> str:
    """Without a quotation mark or bracket that has no partner."""
    for opening, closing in ("“”", "()", "«»", "„“", "[]"):
        if found.count(opening) != found.count(closing) and opening != closing:
            found = (
                found.strip(opening + closing)
                if found[:1] in opening + closing or found[-1:] in opening + closing
                else found
            )
    return found.removeprefix('"') if found.count('"') == 1 else found
