"""Whether two findings speak of one matter: the same thing, the same time, the same stage, the same part of it."""

# ruff: noqa: E501  a rule is one line, so that a list of them can be read down

import re

from assistant.checking.said import Said, Token, take_apart
from assistant.checking.wording import key, wording
from assistant.conflicts.narrowing import behind_it, narrowed, says_same
from assistant.conflicts.occasions import other_time
from assistant.conflicts.stages import other_stage
from assistant.conflicts.updating import moved_on
from assistant.conflicts.values import Value
from assistant.expected import asks_for_more, expected
from assistant.quantities import LONGEST
from assistant.terms import words
from index.articles import Hit

_ALSO = re.compile(r"\balso\b|\bamong others?\b|\bone of (?!them\b)|\bincluding\b|\bas well as\b", re.IGNORECASE)
_STILL = re.compile(r"\b(?:still|now|currently|at present|so far)\b", re.IGNORECASE)
_PLACE = re.compile(
    r"\b(?!of\b)(\w+) (?:the|a|an|its|his|her|their) $|\b(in|at|on|for|from|during|with|by|of) $", re.IGNORECASE
)
_ASIDE = re.compile(r",\s(?:(?:for|in|of|to|with) )?(?:which|whose|where|one of|part of)\b[^,;]*,")
_COVERED = {"truth": 0.0, "words": 0.49, "name": 0.5, "time": 0.5}
"""Of the words of the question that the one sentence has, the share that the other has more than."""
_SURE = 0.85
"""Probability by itself from which a sentence answers that has any of those words."""
_LIKELY = 0.2
"""Probability beside the best one from which a name or mere words answer without them."""
_FAR = 100
"""How many times as much an amount is that tells of another thing."""


def another_matter(question: str, one: Value, other: Value) -> bool:
    """Whether two values may both be right, being told of different things."""
    asked = take_apart(question[:LONGEST])
    return (
        other_stage(question, one, other)
        or (not _STILL.search(question) and not moved_on(one, other) and other_time(question, one, other))
        or _other_thing(asked, one, other)
        or _other_thing(asked, other, one)
        or (one.form in _COVERED and not _likely(other) and not _covers(question, asked, one, other))
        or narrowed(question, one, other)
        or _out_of_scale(one, other)
        or _one_of_several(question, one, other)
        or _namesake(asked, one, other)
        or any(_in_passing(asked, each) for each in (one, other))
    )


def _likely(other: Value) -> bool:
    return other.form in {"name", "words"} and other.finding.probability >= _LIKELY


def _out_of_scale(one: Value, other: Value) -> bool:
    """Whether no report could mean the one amount by the other: a ticket's price and a bridge's.

    The same digits with another scale are an error of one of them, as a million for a billion.
    """
    if not one.quantity or not other.quantity:
        return False
    less, more = sorted((one.quantity, other.quantity), key=lambda each: abs(each.high))
    near = more.low <= abs(less.high) * _FAR
    return not near and more.low / more.scale != less.low / less.scale


def _one_of_several(question: str, one: Value, other: Value) -> bool:
    """Whether there are more names than one: it is asked for countries, or it also stops there, among other places."""
    also = any(_ALSO.search(each.finding.sentence.text) for each in (one, other))
    return (also and one.form in {"name", "words"}) or (one.form == "name" and asks_for_more(question))


def _in_passing(asked: Said, said: Value) -> bool:
    """Whether the names that are asked for stand only in an aside about another thing: "Brede, which belongs to Lakeland, has"."""
    text = said.finding.sentence.text
    aside = _ASIDE.search(text)
    if not aside or not said.end or aside.start() <= said.start < aside.end():
        return False
    around = {key(word.text.lower()) for part in (text[: aside.start()], text[aside.end() :]) for word in words(part)}
    names = {token.stem for token in asked.tokens if token.name}
    return names.isdisjoint(around) and any(key(word.text.lower()) in names for word in words(aside.group()))


def _namesake(asked: Said, one: Value, other: Value) -> bool:
    """Whether a name that is asked for goes on otherwise in the two articles: Frankfurt am Main, Frankfurt an der Oder."""
    return any(
        ours and theirs and ours.isdisjoint(theirs)
        for token in asked.tokens
        if token.name
        for ours, theirs in [[_going_on(token.text, each.finding.hit) for each in (one, other)]]
    )


def _going_on(name: str, hit: Hit) -> set[str]:
    """What stands behind a name and belongs to it, in the title or the passage of a hit."""
    behind = re.compile(
        rf"\b{re.escape(name)}[ -]((?:am|an der|im|in der|ob der|upon|sur|sous|les?|del?|de la)[ -][A-Z]\w+)"
    )
    return set(behind.findall(f"{hit.metadata.title}\n{hit.passage.text}"))


def known_there(one: Value, other: Value) -> bool:
    """Whether an article of one value has the name that the other gives, and so may tell of both in other words."""
    return one.form == "name" and (_knows(one, other) or _knows(other, one))


def _knows(one: Value, other: Value) -> bool:
    text = one.finding.hit.passage.text.replace(one.finding.sentence.text, " ")
    names = {key(word.text.lower()) for word in words(text) if word.capital}
    return len(other.name) > 1 and other.name <= names


def _other_thing(asked: Said, one: Value, other: Value) -> bool:
    """Whether a word asked for has another in its place: in the final, in the season; Heron and Heron Max."""
    if one.form in {"truth", "words"}:
        return False
    ours, theirs = _free(one), _free(other)
    wanted = {token.stem for token in asked.tokens}
    new = [token for token in theirs if token.stem not in wanted and not _among(token, ours)]
    for token in ours:
        if token.stem not in wanted or _among(token, theirs):
            continue
        if any(wording().opposed(token.stem, their.stem) for their in new):
            return True
        place = _place_of(token, one)
        if place and any(_place_of(their, other) == place and their.name == token.name for their in new):
            return True
    named = [token for token in asked.tokens if token.name]
    behind = {(token.stem, behind_it(token, asked)) for token in named if token.stem in {our.stem for our in ours}}
    if any(
        thing and their.name and their.stem != name and behind_it(their, other.said) == thing
        and all(each.stem != name for each in other.said.tokens)
        for name, thing in behind for their in new
    ):  # fmt: skip
        return True
    return any(
        their.name and their.place == token.place + 1 and any(token.stem == name.stem for name in named)
        and other.said.text[token.start + len(token.text) : their.start] == " " and not _among(their, ours)
        for token in other.said.tokens for their in new
    )  # fmt: skip


def _free(said: Value) -> list[Token]:
    """The words of a sentence outside its value."""
    value_words = {key(word.text.lower()) for word in words(said.finding.sentence.text[said.start : said.end])}
    return [token for token in said.said.tokens if token.stem not in value_words]


def _among(token: Token, others: list[Token]) -> bool:
    return any(says_same(token.stem, other.stem) for other in others)


def _place_of(token: Token, said: Value) -> str:
    """The word that a word with its article stands right behind: plays, in "plays the piano"."""
    found = _PLACE.search(said.said.text[: token.start])
    return key((found[1] or found[2]).lower()) if found else ""


def _covers(question: str, asked: Said, one: Value, other: Value) -> bool:
    """Whether the other sentence has enough of the question's words that the one has; names alone are not enough."""
    head = key(expected(question).head)
    ours, theirs = ([token.stem for token in each.said.tokens] for each in (one, other))
    names = {token.place for token in asked.tokens if token.name}
    # Who "the poet Elin Vasa" is, her name tells.
    wanted = {
        token.stem
        for token in asked.tokens
        if not {token.place, token.place + 1} & names and (token.stem != head or one.form == "words")
    }
    met = [stem for stem in wanted if any(wording().alike(stem, mine) for mine in ours)]
    before = other.finding.before
    # "It opened in 1934" is told of what the sentence before names.
    theirs += [token.stem for token in take_apart(before.text[:LONGEST]).tokens] if before else []
    shared = [stem for stem in met if any(says_same(stem, their) for their in theirs)]
    least = 0.0 if other.finding.alone >= _SURE else _COVERED[one.form]
    return not met or len(shared) > least * len(met)
