"""A question that compares, taken apart into one question for each side; what is more or less is left to the reader."""

# ruff: noqa: E501  a pattern is one line

import re
from dataclasses import dataclass

from assistant.condense.ellipsis import AUXILIARY
from assistant.condense.phrases import phrases
from assistant.parts import paired
from assistant.terms import word_set, words

_FORMS = """
    fast: faster slower; large: larger bigger greater smaller; high: higher lower; tall: taller; long: longer shorter; old: older
    younger newer; cold: colder cooler; warm: warmer; hot: hotter; heavy: heavier lighter; deep: deeper shallower; wide: wider
    narrower; far: farther further closer nearer; strong: stronger weaker; rich: richer poorer; good: better worse; much: cheaper
    dearer pricier more less; early: earlier later sooner first
"""
_HOW = {form: how.strip() for how, forms in (entry.split(":") for entry in _FORMS.split(";")) for form in forms.split()}
_DEGREE = rf"(?:{'|'.join(sorted(_HOW, key=len, reverse=True))}|fewer)"
_LONGER = rf"(?P<degree>(?:more|less) (?:expensive|often|important|popular|powerful|dangerous|efficient|successful|common|frequent(?:ly)?)|{_DEGREE})\b"
_MUCH = word_set("more less")
_CHOICE = re.compile(
    rf"^(?P<wh>which|what|who|whose)\s+(?P<head>.*?)\b{_LONGER}(?P<rest>[^,:]*)[,:]\s+(?P<one>.+?)\s+or\s+(?P<other>.+?)[?.!]*$",
    re.IGNORECASE,
)
_EITHER = re.compile(
    rf"^(?P<aux>{AUXILIARY})\s+(?P<head>.+?)\s+{_LONGER}\s*(?P<rest>.*?)\s*\b(?P<one>(?:in|at|on|with|for|from|under|by|during)\s+\S.*?),?\s+or\s+(?P<other>.+?)[?.!]*$",
    re.IGNORECASE,
)
_THAN = re.compile(
    rf"^(?P<aux>{AUXILIARY})\s+(?P<head>.+?)\s+{_LONGER}\s*(?P<rest>.*?)\s*\bthan\s+(?P<other>.+?)[?.!]*$",
    re.IGNORECASE,
)
_DIFFER = re.compile(
    r"^how\s+(?:do|does|did)\s+(?P<one>.+?)\s+(?:and|compare (?:with|to)|differ from)\s+(?P<other>.+?)(?:\s+(?:differ|compare))?\s+(?:in|by|on)\s+(?P<what>(?:the |their )?.+?)[?.!]*$",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"^(?:in|at|on|with|for|from|under|by|during)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison."""

    asked: str
    """What is asked of it."""
    own: frozenset[str]
    """The stems that name it and not the other side: a sentence without all of them is not about it."""


def sides(question: str) -> list[Side]:
    """The two sides of a question that compares, or asks the same of two, in its order; none for any other question."""
    text = " ".join(question.split())
    for pattern, built in ((_CHOICE, _chosen), (_EITHER, _either), (_THAN, _than), (_DIFFER, _differing)):
        if (match := pattern.match(text)) and (found := built(match)):
            (one, asks_one), (other, asks_other) = found
            return _both(one, asks_one, other, asks_other)
    if pair := paired(text):
        (one, asks_one), (other, asks_other) = pair
        return _both(one, asks_one, other, asks_other)
    return []


def _both(one: str, asks_one: str, other: str, asks_other: str) -> list[Side]:
    return [
        Side(_asked(asks_one), _stems(one) - _stems(other)), Side(_asked(asks_other), _stems(other) - _stems(one)),
    ]  # fmt: skip


Asking = tuple[tuple[str, str], tuple[str, str]]
"""What each side is called, and what is asked of it."""


def _chosen(match: re.Match[str]) -> Asking | None:
    """Of "which ferry is faster, the north or the south one?"."""
    head, verb = _subject(match["head"])
    one, other = _named(match["one"], head, match["wh"]), _named(match["other"], head, match["wh"])
    if (owner := re.match(r"\S+['’]s\b", one)) and other.startswith("its "):
        other = f"{owner.group()} {other[4:]}"
    if re.search(r"\bones?$", match["other"]) and head and not re.search(r"\bones?$", match["one"]):
        one = f"{match['one']} {head}"
    return (one, _how(match, one, verb)), (other, _how(match, other, verb))


def _either(match: re.Match[str]) -> Asking | None:
    """Of "was it colder at Millas or at Corbel?"."""
    one, other = match["one"], match["other"]
    if not _PREPOSITION.match(other):
        other = f"{one.split()[0]} {other}"
    head = f"{match['aux'].lower()} {match['head']}"
    return (one, _put(match, head, one)), (other, _put(match, head, other))


def _than(match: re.Match[str]) -> Asking | None:
    """Of "did Velora sell more cars than Halden?" and "is the rate higher in 2022 than in 2017?"."""
    aux, head, other = match["aux"].lower(), match["head"], match["other"]
    if re.search(r"\b(?:it|they|he|she)\b", other):
        return None
    if _PREPOSITION.match(other):
        own = re.search(rf"\b{other.split()[0]}\s.*$", f"{head} {match['rest']}", re.IGNORECASE)
        return (
            (
                (own.group() if own else head, _put(match, f"{aux} {head}", "")),
                (other, _put(match, f"{aux} {head}", other, own)),
            )
            if own
            else None
        )
    first = next((one for one in phrases(f"{aux} {head}") if one.start == len(aux) + 1), None)
    size = len(first.text) if first else len(head.split()[0])
    one, verb = head[:size], head[size:]
    return (one, _put(match, f"{aux} {one}{verb}", "")), (other, _put(match, f"{aux} {other}{verb}", ""))


def _differing(match: re.Match[str]) -> Asking | None:
    """Of "how do Velora and Halden differ in price?"."""
    what = re.sub(r"^their ", "the ", match["what"])
    what = what if what.startswith("the ") else f"the {what}"
    return tuple((match[side], f"What is {what} of {match[side]}") for side in ("one", "other"))  # type: ignore[return-value]


def _how(match: re.Match[str], side: str, verb: str) -> str:
    """What is asked of one that is chosen from."""
    degree, rest = match["degree"].lower(), match["rest"].strip()
    how = _HOW.get(degree)
    if how == "early":
        return f"When was {side} {rest}"
    if degree in _MUCH | {"fewer"} and rest:
        counted, _, behind = rest.partition(" ")
        begins = verb if re.fullmatch(AUXILIARY, verb) else "has"
        return f"How {_many(counted)} {counted} {begins} {side} {'' if begins == verb else verb} {behind}"
    if how == "old" and side.lower().startswith("the "):
        return f"When was {side} {rest}"
    aux, _, done = verb.partition(" ")
    aux = aux if re.fullmatch(AUXILIARY, aux) else "is"
    return f"How {how or degree.split()[-1]} {aux} {side} {done} {rest}"


def _put(match: re.Match[str], head: str, behind: str, own: re.Match[str] | None = None) -> str:
    """What is asked of one side, where the question is one for yes or no: "is the rate higher" as "how high is the rate"."""
    degree, rest = match["degree"].lower(), match["rest"].strip()
    if own:
        head, rest = (part.replace(own.group(), "").strip() for part in (head, rest))
    counted, _, later = rest.partition(" ")
    counts = degree in _MUCH | {"fewer"} and counted and not _PREPOSITION.match(f"{rest} ")
    if counts:
        return f"How {_many(counted)} {counted} {head} {later} {behind}"
    how = _HOW.get(degree, degree.split()[-1])
    return f"When {head} {rest} {behind}" if how == "early" else f"How {how} {head} {rest} {behind}"


def _subject(head: str) -> tuple[str, str]:
    """The noun that is chosen among, and the verb behind it: "ferry" and "is"."""
    found = re.match(
        rf"^(?P<noun>.*?)\s*(?P<verb>\b{AUXILIARY}\b.*|\b\w+ed\b.*|\b(?:came|come|comes|sold|built|made|won|grew|has)\b.*)?\s*$",
        head.strip(),
        re.IGNORECASE,
    )
    return (found["noun"] or "", (found["verb"] or "").strip()) if found else ("", "")


def _named(side: str, noun: str, wh: str) -> str:
    """A side with the noun that the question chooses among: "the south one" is the south ferry."""
    if wh.lower() == "whose":
        return re.sub(r"^(?:that|those|the ones?) of ", f"the {noun} of ", side)
    # In "which treaty came first, Kiel or Utrecht?" the towns are treaties.
    return re.sub(r"\bones?$", noun, side) if " " in side or not noun or side.islower() else f"the {side} {noun}"


def _many(counted: str) -> str:
    return "many" if counted.endswith("s") else "much"


def _stems(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in words(text) if word.telling)


def _asked(text: str) -> str:
    text = " ".join(text.split())
    return f"{text[:1].upper()}{text[1:].rstrip(' ?.!')}?"
