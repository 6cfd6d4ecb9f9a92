"""Questions put together from a clause's own words: how many, how much, when, who."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.expected import Kind, shaped
from assistant.terms import word_set
from eval.drafting.clauses import Clause, IsName, clause, counted, said_of

_ABOUT = re.compile(
    r"(?:^| )(?:about|approximately|some|around|nearly|almost|roughly|over|only|just|exactly|at least|at most|up to|"
    r"more than|less than|fewer than|as many as|as much as|a total of|an average of) *$"
)
_BEFORE = word_set("for by from to with in at on after within")
"""Prepositions that may go before "how many"."""
_STOPS = word_set(
    """a an the of in on at to for from by with and or but as than per each since until before after over under during
    into within without across among between that which who whom when where while because is are was were be been has
    have had will would can could may must this last next every both all not yet already"""
)
_PLURALS = word_set("people men women children percent feet")
_MEASURED = word_set("long wide high tall deep old thick")
_TIMELY = word_set("in on by since until from at")
_WHEN = {"by": "By when", "since": "Since when", "until": "Until when", "from": "From when"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the words of its sentence that answer it."""

    question: str
    answer: str
    tag: str
    """"fact" or "date"."""


def asked(sentence: str, is_name: IsName) -> Iterator[Asked]:
    """All that can safely be asked about a sentence."""
    if found := clause(sentence, is_name, is_time=_is_time):
        yield from _amounts(found)
        yield from _times(found)
        yield from _subject(found, is_name)
    if told := said_of(sentence):
        name, what = told
        yield Asked(
            _joined("Who", what.removeprefix("who ") if what.startswith("who ") else f"is {what}"), name, "fact"
        )
    if body := counted(sentence):
        yield from _number_first(body)


def _is_time(words: str) -> bool:
    return any((start, end) == (0, len(words)) for start, end in shaped("date", words))


def _number_first(body: str) -> Iterator[Asked]:
    """ "Four volunteers did the work" asks how many volunteers did it."""
    spans = shaped("count", body)
    if spans and spans[0][0] == 0:
        end = spans[0][1]
        noun, after = _noun(body[end:].strip())
        if noun and after:
            yield Asked(_joined("How many", noun, after), body[:end], "fact")


def _amounts(found: Clause) -> Iterator[Asked]:
    kinds: tuple[tuple[Kind, str], ...] = (("money", "how much"), ("percent", "what percentage"), ("count", "how many"))
    for kind, wanted in kinds:
        words = wanted
        spans = shaped(kind, found.rest)
        if len(spans) != 1:  # with two, the question would give one of them away or ask for both
            continue
        start, end = spans[0]
        before = _ABOUT.sub("", found.rest[:start]).strip()
        after = found.rest[end:].strip()
        if kind == "count":
            noun, after = _noun(after)
            if not noun:
                continue
            words = f"how many {noun}"
        if question := _question(found, words, before, after):
            yield Asked(question, found.rest[start:end], "fact")


def _noun(after: str) -> tuple[str, str]:
    """What is counted, up to its plural, and what stands behind it; "" where no plural tells it."""
    words = after.split(" ")
    for place, word in enumerate(words[:3]):
        if not (word.isalpha() and word.islower()) or word in _STOPS:
            break
        if word in _PLURALS or (word.endswith("s") and not word.endswith(("ss", "us", "is"))):
            end = place + (2 if words[place + 1 : place + 2] and words[place + 1] in _MEASURED else 1)
            return " ".join(words[:end]), " ".join(words[end:])
    return "", after


def _question(found: Clause, words: str, before: str, after: str) -> str:
    """``words`` asked of the found, "" where what stands before the number does not allow it."""
    parts = before.split(" ") if before else []
    preposition = parts.pop() if parts and parts[-1] in _BEFORE else ""
    if parts and (parts[-1] in _STOPS - {"be", "been"} or any(part == "and" or part.endswith("ing") for part in parts)):
        return ""
    if after.startswith(("or ", "to ", "and ", "more ", "less ", "higher ", "lower ")):  # a range or a comparison
        return ""
    if not parts and not found.then and not preposition and words.rsplit(" ", maxsplit=1)[-1] not in _MEASURED:
        return ""  # "is 100,000 cars": the number is what the subject is
    if found.lead:
        after = f"{after} {found.lead[0].lower()}{found.lead[1:]}".strip()
    return _joined(preposition, words, found.ask, found.subject, found.then, *parts, after)


def _times(found: Clause) -> Iterator[Asked]:
    if found.lead:
        preposition, time = found.lead.split(" ", 1)
        yield Asked(_when(found, preposition.lower(), found.rest), time, "date")
        return
    spans = shaped("date", found.rest)
    if len(spans) == 1 and spans[0][1] == len(found.rest):
        start, end = spans[0]
        *rest, preposition = found.rest[:start].split() or [""]
        stands = rest[-1] not in _STOPS if rest else bool(found.then)
        # Without a preposition a month or year may belong to what it follows, as in "the report of June".
        if preposition in _TIMELY and stands:
            yield Asked(_when(found, preposition, " ".join(rest)), found.rest[start:end], "date")


def _when(found: Clause, preposition: str, rest: str) -> str:
    return _joined(_WHEN.get(preposition, "When"), found.ask, found.subject, found.then, rest)


def _subject(found: Clause, is_name: IsName) -> Iterator[Asked]:
    names = found.subject.split(" ")
    plain = all(name.isalpha() and is_name(name) and name[0].isupper() for name in names)
    if plain and found.verb not in {"are", "were", "have"} and found.ask != "do" and len(found.rest.split()) >= 3:
        lead = f"{found.lead[0].lower()}{found.lead[1:]}" if found.lead else ""
        if found.verb in {"is", "was"} and found.rest.startswith(("a ", "an ", "the ")) and len(names) == 1:
            return  # of a single name nothing tells whether it is a person's or a thing's
        yield Asked(_joined("Who", found.verb, found.rest, lead), found.subject, "fact")


def _joined(*parts: str) -> str:
    text = " ".join(part for part in parts if part)
    return f"{text[0].upper()}{text[1:]}?"
