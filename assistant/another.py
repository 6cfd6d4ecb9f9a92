"""Sentences that speak of another thing of the same kind: of the north ferry, where the east ferry is asked about.

Or of another place than the one that is asked about.
"""

# ruff: noqa: E501  a list of words is one line

import re
from itertools import pairwise

from assistant.condense.phrases import VERBS
from assistant.expected import NAMED, OPENERS, expected
from assistant.terms import DAYS, MONTHS, ORDINALS, STOPWORDS, Word, word_set, words

_LABELS = word_set(
    """north south east west northern southern eastern western morning evening night day spring summer autumn winter
    red blue green white black yellow"""
)
"""Words of which any two, standing before the same thing, make two things of it."""
_KINDS = (
    _LABELS,
    word_set("first second last") | ORDINALS,
    *(
        word_set(pair)
        for pair in ("upper lower", "inner outer", "old new", "male female", "import export", "left right")
    ),
)
_PERIODS = {
    period: period.removesuffix("s")
    for period in word_set(
        "hour hours day days week weeks month months quarter quarters year years decade decades century"
    )
}
_PLACED = word_set("first second third last")

_WHERE = word_set("in at near from on to by")
_PLACE = re.compile(
    r"\b(?:[Ii]n|[Aa]t|[Nn]ear) (?:the )?([A-Z][\w’'-]*[a-z](?: [A-Z][\w’'-]*[a-z])*)(?! [A-Z])(?: ([a-z]+))?"
)
"""A place that is named, and the word behind it: "in the English style" names none."""
_OPENING = re.compile(r"[A-Z][\w.&'’-]+(?: [A-Z][\w.&'’-]+)+")


def another(question: str, sentence: str, *, around: str = "", title: str = "") -> str | None:
    """What the question asks about, in its own words, where the sentence speaks of another of its kind; else None.

    ``around``: the passage of the sentence. ``title``: that of its article.
    """
    asked, said = words(question), words(sentence)
    if name := _another_name(question, sentence, around) or _another_place(question, sentence, title):
        return name
    spoken = {word.text.lower() for word in said}
    for one, thing in _pairs(asked):
        label, period = one.text.lower(), _PERIODS.get(thing.text.lower())
        if period and label in _PLACED:
            told = _told(label, said)
            if told and period not in told:
                return f"{one.text} {thing.text}"
        elif label not in spoken and any(
            same.stem == thing.stem and _contrast(label, other.text.lower()) for other, same in _pairs(said)
        ):
            return f"{one.text} {thing.text}"
    return None


def _pairs(found: tuple[Word, ...]) -> list[tuple[Word, Word]]:
    """Each word with the telling one that it stands right before."""
    return [(one, other) for one, other in pairwise(found) if other.telling and other.start - one.end == 1]


def _contrast(one: str, other: str) -> bool:
    """Whether two words before the same thing tell two things apart; north and northern do not."""
    return one[:4] != other[:4] and any(one in kind and other in kind for kind in _KINDS)


def _told(label: str, said: tuple[Word, ...]) -> set[str]:
    """The periods that a sentence counts from the same place in a row, as "first three months" does."""
    places = [place for place, word in enumerate(said) if word.text.lower() == label]
    behind = (word.text.lower() for place in places for word in said[place + 1 : place + 3])
    return {_PERIODS[word] for word in behind if word in _PERIODS}


def _another_name(question: str, sentence: str, around: str) -> str | None:
    """The name asked about, where the passage has it elsewhere and the sentence begins with another and is told of that."""
    asked = words(question)
    names = [
        word
        for before, word in pairwise(asked)
        if word.capital and word.telling and word.text.lower() not in MONTHS and before.text.lower() not in _WHERE
    ]
    opening = _OPENING.match(sentence)
    if not names or not opening or expected(question).kind in NAMED:
        return None
    stems, begins = {word.stem for word in names}, words(opening.group())
    said = {word.stem for word in words(sentence)}
    elsewhere = stems <= {word.stem for word in words(around)}
    if not elsewhere or stems & said or begins[0].text.lower() in OPENERS or not begins[0].telling:
        return None
    return " ".join(word.text for word in names)


def _another_place(question: str, sentence: str, title: str) -> str | None:
    """The place asked about, where the sentence tells of another, and neither that nor the title has this one.

    Of the 22 best sentences for 5,210 questions that told of another place 2 answered.
    """
    told = _places(sentence)
    if not told or expected(question).kind == "place":
        return None
    stems = {word.stem for word in words(f"{sentence} {title}")}
    asked = {word.stem for word in words(question)}
    if all(asked & {word.stem for word in words(place)} for place in told):
        return None
    return next((place for place in _places(question) if stems.isdisjoint(one.stem for one in words(place))), None)


def _places(text: str) -> list[str]:
    found = (match.groups(default="of") for match in _PLACE.finditer(text))
    return [
        name
        for name, behind in found
        if name.split()[0].lower() not in {*MONTHS, *DAYS}
        and (behind in STOPWORDS | VERBS or behind.endswith(("ed", "ing")))
    ]
