"""Whether a sentence tells its value of less than is asked for: of some of them, of one place, of a part of the time."""

# ruff: noqa: E501  a rule is one line, so that a list of them can be read down

import re
from collections.abc import Iterator

from assistant.checking.deeds import deeds
from assistant.checking.said import Said, Token
from assistant.checking.wording import key, thesaurus, wording
from assistant.conflicts.values import Value
from assistant.terms import word_set, words

BREAK = re.compile(r"[,;:—–]\s|\b(?:but|while|although)\b")
"""Where what is told of a value may end."""
_RATED = re.compile(
    r"\b(?:per|each|every|a) (?:second|minute|hour|day|night|week|month|quarter|year)\b"
    r"|\b(?:hourly|daily|weekly|monthly|quarterly|annual|annually|yearly|capacity)\b",
    re.IGNORECASE,
)
_LINKED = re.compile(
    r"\b(?:that|who|which|is|are|was|were|be|been|has|have|had|to|by|with|after|before|because|since)\b"
)
_MORE = re.compile(r"\b(?:another|a further|an additional|an extra)\s+$", re.IGNORECASE)
_MORE_BEHIND = re.compile(r"\s+(?:more|additional|extra|further)\b(?! than)", re.IGNORECASE)
_DOING = re.compile(
    r"\s+(?:[a-z]+ )?(?:\w+s|people|women|men|children)(?: of (?:the |its )?(?:[a-z]+ )?(?:[A-Z][\w’'-]+ ?)+)?\s*(?:(?:is|are|was|were) )?"
)
"""The things counted, with what they are of, behind their number."""
_SINCE = re.compile(r"\b(?:since|so far this)\b", re.IGNORECASE)
_AT_ONCE = re.compile(
    r"\b(?:overnight|yesterday|today|last night|in (?:one|a single) (?:day|night)|on (?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    r"\b(?:[Aa]mong|[Ii]n|[Aa]t|[Tt]hrough|[Uu]nder)\s+((?:the |its |his |her |their |an? )?(?:[a-z’'-]+ ){0,2}[\w’'-]+)"
)
"""A phrase that may tell of which part, where, or of whom."""
_HEADED = re.compile(r"\b([a-z]{3,}) of (?:the |its |his |her )?((?:[a-z]+ )?[A-Z]?[\w’'-]+)")
_WHOLES = word_set(
    "town city village island people residents number crowd state republic kingdom all county state team passengers"
)
"""Words that name the same with what is of them."""
_SPANS = word_set(
    "hour night day week weekend month year season morning evening afternoon minute minutes hours days end total all"
)
_OTHER_SIZE = word_set(
    "larger smaller bigger older newer longer shorter cheaper second other new old former twin sister electric mini"
)


def narrowed(question: str, one: Value, other: Value) -> bool:
    """Whether only one of two sentences tells its value of less than the question asks for."""
    asked = [key(word.text.lower()) for word in words(question)]
    if one.form == "amount" and (_other_rate(question, one, other) or _of_some(asked, one) != _of_some(asked, other)):
        return True
    if one.form == "amount" and (_added(one) != _added(other) or _at_once(one, other) or _at_once(other, one)):
        return True
    if one.form not in {"amount", "name"}:
        return False
    return _marked(asked, one, other) or _marked(asked, other, one) or _apart(one, other)


def _other_rate(question: str, one: Value, other: Value) -> bool:
    """Whether only one is told per year or so, and the question asks for no such thing."""
    assert one.quantity
    assert other.quantity
    return bool(one.quantity.rate) != bool(other.quantity.rate) and not _RATED.search(question)


def _of_some(asked: list[str], said: Value) -> bool:
    """Whether the things counted do what is not asked for, as "12,000 members work at the ports"."""
    text = said.finding.sentence.text
    if counted := _DOING.match(text, said.end):
        things = {key(word.text.lower()) for word in words(counted[0])}
        doing = next((word for word in words(text) if word.start == counted.end()), None)
        if doing and doing.telling and doing.text[0].islower():
            return not any(wording().alike(key(doing.text), one) for one in asked if one not in things)
    if said.said.text != text:
        return False  # some of it has been put in other words, and places do not meet
    deed = next((one for one in deeds(said.said) if one.verb.start >= said.end), None)
    between = text[said.end : deed.verb.start] if deed else ""
    if deed is None or BREAK.search(between) or _LINKED.search(between):
        return False
    return not _among(deed.verb.stem, asked)


def _added(said: Value) -> bool:
    """Whether an amount comes on top of what there is."""
    text = said.finding.sentence.text
    return bool(_MORE.search(text[: said.start]) or _MORE_BEHIND.match(text, said.end))


def _at_once(one: Value, other: Value) -> bool:
    """Whether the one is told of one day and the other of the time since another."""
    return bool(_AT_ONCE.search(one.finding.sentence.text) and _SINCE.search(other.finding.sentence.text))


def _marked(asked: list[str], one: Value, other: Value) -> bool:
    """Whether the other is told of a part, of a place, or of another of the kind, and the one is not of it."""
    ours = [token.stem for token in one.said.tokens]
    known = [*asked, *ours]
    return any(
        not _among(stem, known)
        for told in (_heads(other, asked), _sizes(other, asked), _places(other, asked))
        for stem in told
    )


def _apart(one: Value, other: Value) -> bool:
    """Whether words beside the values exclude each other: the women's race and the men's."""
    ours, theirs = ({token.stem for token in each.said.tokens} - each.name for each in (one, other))
    return any(wording().opposed(mine, its) for mine in ours - theirs for its in theirs - ours)


def _heads(said: Value, asked: list[str]) -> Iterator[str]:
    """What is of the thing asked for, as the text in "the text of the opera"."""
    text = said.finding.sentence.text
    for found in _HEADED.finditer(clause(said)):
        whole = [key(word.text.lower()) for word in words(found[2])]
        if (
            found[1] not in _WHOLES
            and any(stem in asked for stem in whole)
            and found[1] not in text[said.start : said.end]
        ):
            yield key(found[1])


def _sizes(said: Value, asked: list[str]) -> Iterator[str]:
    """What sets a thing apart from the one asked for: the larger phone."""
    for token in said.said.tokens:
        behind = next((one for one in said.said.tokens if one.place == token.place + 1), None)
        if token.text.lower() in _OTHER_SIZE and behind and behind.stem in asked:
            yield token.stem


def _places(said: Value, asked: list[str]) -> Iterator[str]:
    """The last word of each phrase of the value's clause that tells of which part, or where."""
    for found in _WITHIN.finditer(clause(said)):
        named: list[Token] = [token for token in _tokens(said.said, found[1]) if token.stem not in asked]
        if (
            named
            and named[-1].text not in _SPANS
            and not found[1][0].isdigit()
            and said.finding.kind not in {"place", "date"}
            and found[1] not in said.finding.sentence.text[said.start : said.end]
        ):
            yield named[-1].stem


def _tokens(said: Said, phrase: str) -> list[Token]:
    start = said.text.find(phrase)
    return [token for token in said.tokens if start <= token.start < start + len(phrase)]


def clause(said: Value) -> str:
    """The part of a sentence in which its value stands."""
    text = said.finding.sentence.text
    breaks = [found.span() for found in BREAK.finditer(text)]
    start = max((end for _, end in breaks if end <= said.start), default=0)
    end = min((begin for begin, _ in breaks if begin >= said.end), default=len(text))
    return text[start:end] if said.end else text


def _among(stem: str, others: list[str]) -> bool:
    return any(says_same(stem, other) for other in others)


def says_same(one: str, other: str) -> bool:
    """The same word, one that says the same, or the same again: open and reopen."""
    if wording().alike(one, other) or one.removeprefix("re") == other or one == other.removeprefix("re"):
        return True
    same = thesaurus().says(one, other) or thesaurus().says(other, one)
    return same and not wording().opposed(one, other)
