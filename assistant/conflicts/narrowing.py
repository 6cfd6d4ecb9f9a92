"""Whether a sentence tells its value of less than is asked for: of some of them, of one place, of a part of the time."""

# ruff: noqa: E501  a rule is one line, so that a list of them can be read down

import re
from collections.abc import Iterator

from assistant.checking.said import Said, Token
from assistant.checking.wording import key, thesaurus, wording
from assistant.conflicts.values import Value
from assistant.quantities import quantities
from assistant.terms import STOPWORDS, word_set, words

BREAK = re.compile(r"[,;:—–]\s|\b(?:but|while|although)\b|\bfor (?=[a-z]{2,}ing\b)")
"""Where what is told of a value may end."""
_RATED = re.compile(
    r"\b(?:per|each|every|a) (?:second|minute|hour|day|night|week|month|quarter|year)\b"
    r"|\b(?:hourly|daily|weekly|monthly|quarterly|annual|annually|yearly|capacity)\b",
    re.IGNORECASE,
)
_MORE = re.compile(r"\b(?:another|a further|an additional|an extra)\s+$", re.IGNORECASE)
_MORE_BEHIND = re.compile(r"\s+(?:more|additional|extra|further)\b(?! than)", re.IGNORECASE)
_FOR = re.compile(r"\bfor (?:(?:about|some|up to|at least) )?$", re.IGNORECASE)
_DOING = re.compile(
    r"\s+(?:[a-z]+ )?(?:\w+s|people|women|men|children)(?: of (?:the |its )?(?:[a-z]+ )?(?:[A-Z][\w’'-]+ ?)+)?\s*(?:(?:is|are|was|were|(?:has|have|had)(?: been)?) )?"
)
"""The things counted, with what they are of, behind their number."""
_BEING = re.compile(r"\b(?:is|are|was|were|has|have|had|been) $")
_STILL = word_set("still now also already currently")
_SINCE = re.compile(r"\b(?:since|so far this)\b", re.IGNORECASE)
_AT_ONCE = re.compile(
    r"\b(?:overnight|yesterday|today|last night|in (?:one|a single) (?:day|night)|on (?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    r"\b(?:[Aa]mong|[Ii]n|[Aa]t|[Tt]hrough|[Uu]nder)\s+((?:the |its |his |her |their |an? )?(?:(?!(?:the|an?|by|of|to) )[a-z’'-]+ ){0,2}(?!(?:the|an?|by|of|to)\b)[\w’'-]+)"
)
"""A phrase that may tell of which part, where, or of whom."""
_SORT = re.compile(
    r"\b([a-z]{3,}) of ([a-z]{3,})\b|\b(?:[Tt]he|[Aa]n?|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir) ([a-z]{3,}) ([a-z]{3,})\b"
)
_OF = re.compile(
    r"\b(?:[Tt]he |[Aa]n? |[Ii]ts )?(?!part |post |role |work )([a-z]{3,})(?<!er|or)(?<!ist|ect|ian|ant|ent) (?:of|for) (?:the |an? |its )?(?:[a-z]+ )?([\w’'-]{3,})"
)
"""A part or a side of a thing, but not who made it: the roof of the library, not the founder of it."""
_SPANS = word_set(
    """hour night day week weekend month year season morning evening afternoon minute minutes hours days end total all
    dawn noon dusk midnight fact favour favor public advance turn part full vain control least most last first once"""
)
"""Ends of phrases that tell when or how something is so, rather than of which part."""
_OTHER_SIZE = word_set(
    "larger smaller bigger older newer longer shorter cheaper second other new old former twin sister electric mini"
)
_OTHER_OFFICE = word_set("deputy vice assistant")


def narrowed(question: str, one: Value, other: Value) -> bool:
    """Whether only one of two sentences tells its value of less than the question asks for."""
    asked = [key(word.text.lower()) for word in words(question)]
    if one.form == "amount" and (
        _other_rate(question, one, other) or _of_some(question, one) != _of_some(question, other)
        or _added(one) != _added(other) or _meant(one) != _meant(other)
        or _at_once(one, other) or _at_once(other, one)
        or _sort_of(asked, one, other) or _sort_of(asked, other, one)
    ):  # fmt: skip
        return True
    if one.form not in {"amount", "name"}:
        return False
    return (
        _marked(asked, one, other) or _apart(asked, one, other) or _other_sort(one, other)
        or _something_of(question, one, other) or _something_of(question, other, one)
    )  # fmt: skip


def _other_rate(question: str, one: Value, other: Value) -> bool:
    """Whether only one is told per year or so, and the question asks for no such thing."""
    assert one.quantity
    assert other.quantity
    return bool(one.quantity.rate) != bool(other.quantity.rate) and not _RATED.search(question)


def _of_some(question: str, said: Value) -> bool:
    """Whether the things counted do what is not asked for, as "12,000 members work at the ports"."""
    text = said.finding.sentence.text
    counted = _DOING.match(text, said.end)
    if not counted or (said.quantity and said.quantity.unit):
        return False
    things = {key(word.text.lower()) for word in words(counted[0])}
    behind = [word for word in words(text) if word.start >= counted.end() and word.text not in _STILL]
    if (
        len(behind) < (1 if _BEING.search(counted[0]) else 2)
        or text[counted.end() : behind[0].start].strip() not in {"", *_STILL}
        or not behind[0].telling
        or behind[0].capital
    ):
        return False
    others = [one for word in words(question) if word.telling and (one := key(word.text.lower())) not in things]
    if any(wording().alike(key(behind[0].text), one) for one in others):
        return False
    _, end = bounds(said)
    told = [key(word.text.lower()) for word in words(text)]
    after = [key(word.text.lower()) for word in behind if word.start < end]
    # Where the rest of the question follows, but for its verb, that is told in other words.
    return all(_among(one, told) for one in others) or not any(_among(one, after) for one in others)


def _sort_of(asked: list[str], one: Value, other: Value) -> bool:
    """Whether the one counts a sort of the things that are asked for, which the other does not name: gold medals."""
    text = one.finding.sentence.text
    counted = one.quantity.counted if one.quantity else ""
    if not counted:
        return False
    end = text.lower().index(counted, one.end)
    known = [*asked, *(key(word.text.lower()) for word in words(other.finding.sentence.text))]
    return any(word.telling and not _among(key(word.text.lower()), known) for word in words(text[one.end : end]))


def _added(said: Value) -> bool:
    """Whether an amount comes on top of what there is."""
    text = said.finding.sentence.text
    return bool(_MORE.search(text[: said.start]) or _MORE_BEHIND.match(text, said.end))


def _meant(said: Value) -> bool:
    """Whether an amount counts those for whom something is meant, be they there or not: beds for 300 refugees."""
    counts = said.quantity is not None and not said.quantity.unit
    return counts and _FOR.search(said.finding.sentence.text[: said.start]) is not None


def _at_once(one: Value, other: Value) -> bool:
    """Whether the one is told of one day and the other of the time since another."""
    return bool(_AT_ONCE.search(clause(one)) and _SINCE.search(clause(other)))


def _marked(asked: list[str], one: Value, other: Value) -> bool:
    """Whether the other is told of a place, or either of another of the kind, that the question and the one lack."""
    ours, theirs = ([*asked, *(token.stem for token in said.said.tokens)] for said in (one, other))
    return (
        any(not _among(stem, ours) for stem in (*_places(other, asked), *_sizes(other, asked)))
        or any(not _among(stem, theirs) for stem in _sizes(one, asked))
    )  # fmt: skip


def _apart(asked: list[str], one: Value, other: Value) -> bool:
    """Whether words beside the values exclude each other: hurt and killed, asked of either; the women's and the men's race."""
    ours, theirs = ({token.stem: behind_it(token, each.said) for token in each.said.tokens} for each in (one, other))
    return any(
        wording().opposed(mine, its)
        and (_among(mine, asked) or _among(its, asked) or (ours[mine] and ours[mine] == theirs[its]))
        for mine in ours.keys() - theirs.keys() - one.name
        for its in theirs.keys() - ours.keys() - other.name
    )


def behind_it(token: Token, said: Said) -> str:
    """The stem of the telling word right behind another; empty where there is none."""
    return next((one.stem for one in said.tokens if one.place == token.place + 1), "")


def _other_sort(one: Value, other: Value) -> bool:
    """Whether a noun that both have is of another sort in each: species of fish and of coral, the managing director."""
    ours, theirs = _sorts(one), _sorts(other)
    return any(not _among(sort, list(theirs[noun])) for noun in ours.keys() & theirs.keys() for sort in ours[noun])


def _something_of(question: str, one: Value, other: Value) -> bool:
    """Whether the other names who is behind something of what is asked about: "wrote the words of the anthem"."""
    asked = [key(word.text.lower()) for word in words(question) if word.telling]
    thing = asked[1] if len(asked) > 1 else ""
    text = other.finding.sentence.text
    known = [*asked, *(token.stem for token in one.said.tokens)]
    return one.form == "name" and any(
        key(found[2].lower()) == thing
        and found[1] not in text[other.start : other.end]
        and found[1] not in STOPWORDS
        and not _among(key(found[1]), known)
        for found in _OF.finditer(text)
    )


def _sorts(said: Value) -> dict[str, set[str]]:
    """Nouns of a value's clause, each with what sets it apart: the word before it, or the one behind its "of"."""
    found: dict[str, set[str]] = {}
    for sort in _SORT.finditer(said.finding.sentence.text if said.form == "name" else clause(said)):
        noun, apart = (sort[1], sort[2]) if sort[1] else (sort[4], sort[3])
        if STOPWORDS.isdisjoint({noun, apart}):
            found.setdefault(key(noun), set()).add(key(apart))
    return found


def _sizes(said: Value, asked: list[str]) -> Iterator[str]:
    """What sets a thing apart from the one asked for: the larger phone."""
    for token in said.said.tokens:
        # A new coach is the coach; a new bridge is another one.
        others = _OTHER_SIZE if said.form == "amount" else _OTHER_OFFICE
        if token.text.lower() in others and behind_it(token, said.said) in asked:
            yield token.stem


def _places(said: Value, asked: list[str]) -> Iterator[str]:
    """The last word of each phrase that tells of which part, or where: in the value's clause, or before all others."""
    first = _WITHIN.match(said.finding.sentence.text, 0, bounds(said)[0])
    for found in (*([first] if first else []), *_WITHIN.finditer(clause(said))):
        named: list[Token] = [token for token in _tokens(said.said, found[1]) if token.stem not in asked]
        if (
            named
            and named[-1].text not in _SPANS
            and not quantities(found[1])
            and not (named[-1].name and _seat(said, asked, found.start()))
            and said.finding.kind not in {"place", "date"}
            and found[1] not in said.finding.sentence.text[said.start : said.end]
        ):
            yield named[-1].stem


def _seat(said: Value, asked: list[str], start: int) -> bool:
    """Whether a phrase of a clause tells where a thing stands that is asked about by name: the Crown hotel in Lund."""
    told = words(clause(said)[:start])[-2:]
    return len(told) > 1 and told[0].capital and told[1].telling and not told[1].capital and key(told[1].text) in asked


def _tokens(said: Said, phrase: str) -> list[Token]:
    start = said.text.find(phrase)
    return [token for token in said.tokens if start <= token.start < start + len(phrase)]


def clause(said: Value) -> str:
    """The part of a sentence in which its value stands."""
    start, end = bounds(said)
    return said.finding.sentence.text[start:end]


def bounds(said: Value) -> tuple[int, int]:
    """Where the part of a sentence begins and ends in which its value stands; all of it where the whole decides."""
    text = said.finding.sentence.text
    breaks = [found.span() for found in BREAK.finditer(text)] if said.end else []
    start = max((end for _, end in breaks if end <= said.start), default=0)
    return start, min((begin for begin, _ in breaks if begin >= said.end), default=len(text))


def _among(stem: str, others: list[str]) -> bool:
    return any(says_same(stem, other) for other in others)


def says_same(one: str, other: str) -> bool:
    """The same word, one that says the same, or the same again: open and reopen."""
    if wording().alike(one, other) or one.removeprefix("re") == other or one == other.removeprefix("re"):
        return True
    same = thesaurus().says(one, other) or thesaurus().says(other, one)
    return same and not wording().opposed(one, other)
