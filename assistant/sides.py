"""A question that compares, taken apart into one question for each side; what is more or less is told by their values.

Long because each form of a comparison stands beside the questions that it becomes.
"""

# ruff: noqa: E501  a pattern is one line

import re
from dataclasses import dataclass

from assistant.condense.ellipsis import AUXILIARY, participle
from assistant.condense.phrases import phrases
from assistant.expected import expected
from assistant.parts import paired
from assistant.terms import word_set, words

_FORMS = """
    fast: faster slower quicker; large: larger bigger greater smaller; high: higher lower; tall: taller; long: longer shorter;
    old: older younger newer; cold: colder cooler; warm: warmer; hot: hotter; heavy: heavier lighter; deep: deeper shallower;
    wide: wider narrower; far: farther further closer nearer; strong: stronger weaker; rich: richer poorer; good: better worse;
    much: cheaper dearer pricier more less; early: earlier later sooner first
"""
_HOW = {form: how.strip() for how, forms in (entry.split(":") for entry in _FORMS.split(";")) for form in forms.split()}
_PAID = r"(?:better|worse|more highly) paid"
_DEGREE = rf"(?:{'|'.join(sorted(_HOW, key=len, reverse=True))}|fewer)"
_LONGER = rf"(?P<degree>{_PAID}|(?:more|less) (?:expensive|often|important|popular|powerful|dangerous|efficient|successful|common|frequent(?:ly)?)|{_DEGREE})\b"
_COUNTS = word_set("more less fewer")
_PREPOSITION = r"(?:in|at|on|with|for|from|under|by|during)"
_NAMED_FIRST = re.compile(
    rf"^(?:between|of|out of)\s+(?P<one>.+?)\s+(?:and|or)\s+(?P<other>[^,]+?),\s+(?P<asks>(?:which|who|what)\b.*\b{_DEGREE}\b.*?)[?.!]*$"
    rf"|^(?P<asks2>(?:which|who|what)\b[^,]*?),\s+(?P<one2>[^,]+?)\s+or\s+(?P<other2>[^,]+?),\s+(?P<rest2>.*\b{_DEGREE}\b.*?)[?.!]*$",
    re.IGNORECASE,
)
"""Both sides before what is asked of them: "of Rovers and United, which has more members?"."""
_CHOICE = re.compile(
    rf"^(?P<wh>which|what|who|whose)\s+(?P<head>.*?)\b{_LONGER}(?P<rest>[^,:]*)[,:]\s+(?P<one>.+?)\s+or\s+(?P<other>.+?)[?.!]*$",
    re.IGNORECASE,
)
_EITHER = re.compile(
    rf"^(?P<aux>{AUXILIARY})\s+(?P<head>(?:.+?\s+)?){_LONGER}\s*(?P<rest>.*?)\s*\b(?P<one>{_PREPOSITION}\s+\S.*?),?\s+or\s+(?P<other>.+?)[?.!]*$",
    re.IGNORECASE,
)
_WHO_OF_TWO = re.compile(
    rf"^(?P<aux>{AUXILIARY})\s+(?P<one>(?:(?!\bor\b).)+?)\s+or\s+(?P<behind>.+?)\s+{_LONGER}(?P<rest>.*?)[?.!]*$",
    re.IGNORECASE,
)
_THERE = re.compile(
    rf"^(?P<aux>is|are|was|were)\s+there\s+{_LONGER}\s+(?P<one>\S.*?)\s+or\s+(?P<other>\S+)(?P<rest>.*?)[?.!]*$",
    re.IGNORECASE,
)
_THAN = re.compile(
    rf"^(?P<aux>{AUXILIARY})\s+(?P<head>.+?)\s+{_LONGER}\s*(?P<rest>.*?)\s*\bthan\s+(?P<other>.+?)[?.!]*$",
    re.IGNORECASE,
)
_BY_HOW_MUCH = re.compile(
    rf"^(?:by\s+)?how\s+(?:much|many)\s+{_LONGER}\s+(?P<rest>.+?)\s*\bthan\s+(?P<other>.+?)[?.!]*$", re.IGNORECASE
)
_DIFFER = re.compile(
    r"^how\s+(?:do|does|did)\s+(?P<one>.+?)\s+(?:and|compare (?:with|to)|differ from)\s+(?P<other>.+?)(?:\s+(?:differ|compare))?\s+(?:in|by|on)\s+(?P<what>(?-i:[a-z][a-z ]*?))[?.!]*$"
    r"|^what(?: is|['’]s) the difference in (?P<what2>.+?) between (?P<one2>.+?) and (?P<other2>.+?)[?.!]*$",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"^how\s+(?:do|does|did)\s+(?P<what>.+?)\s+(?P<joint>of|in|for|at|on|by)\s+(?P<one>.+?)\s+(?:and|compare (?:with|to)|differ from)\s+(?P<other>.+?)(?:\s+(?:differ|compare))?[?.!]*$",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"\b(?:last|this|next|the previous|the following) (?:year|month|week|quarter|season)\b", re.IGNORECASE
)
_BETWEEN = re.compile(
    r"^what(?: is|['’]s) the difference between (?P<one>.+?) and (?P<other>.+?)[?.!]*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison."""

    asked: str
    """What is asked of it."""
    own: frozenset[str]
    """The stems that name it and not the other side: a sentence without all of them is not about it."""
    name: str = ""
    """What it is called."""


Asking = tuple[tuple[str, str], tuple[str, str]]
"""What each side is called, and what is asked of it."""


def sides(question: str) -> list[Side]:
    """The two sides of a question that compares, or asks the same of two, in its order; none for any other question."""
    text = _named_last(" ".join(question.split()))
    for pattern, built in _BUILT:
        if (match := pattern.match(text)) and (found := built(match)):
            return _both(found)
    if pair := paired(text):
        return _both((pair[0], pair[1]))
    return []


def _both(found: Asking) -> list[Side]:
    (one, asks_one), (other, asks_other) = found
    return [
        Side(_asked(asks_one), _stems(one) - _stems(other), one),
        Side(_asked(asks_other), _stems(other) - _stems(one), other),
    ]


def _named_last(text: str) -> str:
    """The question with both sides behind what is asked of them."""
    match = _NAMED_FIRST.match(text)
    if not match:
        return text
    if match["one"]:
        return f"{match['asks']}, {match['one']} or {match['other']}?"
    return f"{match['asks2']} {match['rest2']}, {match['one2']} or {match['other2']}?"


def _chosen(match: re.Match[str]) -> Asking | None:
    """Of "which ferry is faster, the north or the south one?"."""
    head, verb = _subject(match["head"])
    named = expected(match.string).kind in {"person", "place", "organisation"}
    one, other = (
        _named(match[side], head, whose=match["wh"].lower() == "whose", named=named) for side in ("one", "other")
    )
    if (owner := re.match(r"\S+['’]s\b", one)) and other.startswith("its "):
        other = f"{owner.group()} {other[4:]}"
    if re.search(r"\bones?$", match["other"]) and head and not re.search(r"\bones?$", match["one"]):
        one = f"{match['one']} {head}"
    if re.fullmatch(r"the (?!other\b)\w+", other) and (thing := re.match(r"the \w+ (\w+)$", one)):
        other = f"{other} {thing.group(1)}"  # the first trial or the second
    aux, done = _inverted("was" if re.match(r"(?:came|comes?)\b", verb) else verb)
    return tuple((side, _how(match["degree"], match["rest"], f"{aux} {side} {done}")) for side in (one, other))  # type: ignore[return-value]


def _either(match: re.Match[str]) -> Asking | None:
    """Of "was it colder at Millas or at Corbel?" and "did more people come in 2023 or 2024?"."""
    one, other = match["one"], match["other"]
    if not re.match(rf"{_PREPOSITION}\s", other, re.IGNORECASE):
        other = f"{one.split()[0]} {other}"
    head, rest = match["head"].strip(), match["rest"].strip()
    if not head and match["degree"].lower() in _COUNTS:
        counted, _, rest = rest.partition(" ")
        verb = "" if match["aux"].lower().startswith("d") else match["aux"].lower()
        asks = f"How {_many(counted)} {counted} {verb} {rest}"
        return (one, f"{asks} {one}"), (other, f"{asks} {other}")
    asks = _how(match["degree"], rest, f"{match['aux'].lower()} {head}")
    return (one, f"{asks} {one}"), (other, f"{asks} {other}")


def _of_two(match: re.Match[str]) -> Asking | None:
    """Of "did Velora or Halden sell more cars?"."""
    behind = match["behind"]
    first = next((one for one in phrases(behind) if one.start == 0), None)
    size = len(first.text) if first else len(behind.split()[0])
    one, other, verb = match["one"], behind[:size], behind[size:].strip()
    if re.match(r"the \w+$", one) and len(other.split()) > 2:
        one = f"{one} {' '.join(other.split()[2:])}"  # the first or the second storm
    aux = match["aux"].lower()
    return tuple((side, _how(match["degree"], match["rest"], f"{aux} {side} {verb}")) for side in (one, other))  # type: ignore[return-value]


def _there(match: re.Match[str]) -> Asking | None:
    """Of "are there more men or women on the board?"."""
    return tuple(
        (match[side], f"How {_many(match[side])} {match[side]} {match['aux'].lower()} there {match['rest']}")
        for side in ("one", "other")
    )  # type: ignore[return-value]


def _than(match: re.Match[str]) -> Asking | None:
    """Of "did Velora sell more cars than Halden?" and "is the rate higher in 2022 than in 2017?"."""
    return _instead(_how(match["degree"], match["rest"], f"{match['aux'].lower()} {match['head']}"), match["other"])


def _by_how_much(match: re.Match[str]) -> Asking | None:
    """Of "how much longer is the new bridge than the old one?" and "how many more visitors came in May than in June?"."""
    degree, rest = match["degree"].lower(), match["rest"]
    if degree in _COUNTS and not re.match(rf"{AUXILIARY}\b", rest, re.IGNORECASE):
        return _instead(f"How {_many(rest.split()[0])} {rest}", match["other"])
    return _instead(f"How {_HOW.get(degree, degree.split()[-1])} {rest}", match["other"])


def _instead(asked: str, other: str) -> Asking | None:
    """What is asked of the first side, and the same with the other in its place."""
    asked = " ".join(asked.split())
    if re.search(r"\b(?:it|they|he|she)\b", other):
        return None
    if _PERIOD.match(other):
        own = _PERIOD.search(asked)
        return ((own.group(), asked), (other, f"{asked[: own.start()]}{other}{asked[own.end() :]}")) if own else None
    if preposition := re.match(rf"{_PREPOSITION}\b", other, re.IGNORECASE):
        own = re.search(rf"\b{preposition.group()}\s.*$", asked, re.IGNORECASE)
        return ((own.group(), asked), (other, f"{asked[: own.start()]}{other}")) if own else None
    verb = re.search(rf"\b{AUXILIARY}\s", asked, re.IGNORECASE)
    if not verb:
        return None
    subject = next((one for one in phrases(asked) if one.start == verb.end()), None)
    end = subject.end if subject else verb.end() + len(asked[verb.end() :].split()[0])
    one = asked[verb.end() : end]
    noun = re.split(r"\s(?:of|in|at|on|for)\s", one)[0].split()[-1]
    other = re.sub(r"\bones?$", noun, re.sub(r"^(?:that|those)(?= (?:of|in|at|on|for)\b)", f"the {noun}", other))
    return (one, asked), (other, f"{asked[: verb.end()]}{other}{asked[end:]}")


def _differing(match: re.Match[str]) -> Asking | None:
    """Of "how do Velora and Halden differ in price?"."""
    found = {name.rstrip("2"): text for name, text in match.groupdict().items() if text}
    what = re.sub(r"^(?:their|the) ", "", found["what"])
    return tuple((found[side], f"What is the {what} of {found[side]}") for side in ("one", "other"))  # type: ignore[return-value]


def _compared(match: re.Match[str]) -> Asking | None:
    """Of "how do the prices of the Kestrel and the Merlin compare?"; none where nothing of the kind is said behind "and"."""
    if not re.search(r"\b(?:compare|differ)\b", match.string, re.IGNORECASE):
        return None
    what, joint = match["what"], match["joint"]
    other = re.sub(rf"^(?:that|those|{re.escape(what)}) {joint} ", "", match["other"], flags=re.IGNORECASE)
    verb = "are" if re.search(r"[^s]s$", what) else "is"
    return tuple((side, f"What {verb} {what} {joint} {side}") for side in (match["one"], other))  # type: ignore[return-value]


def _between(match: re.Match[str]) -> Asking | None:
    """Of "what is the difference between the old fare and the new fare?"."""
    return tuple((match[side], f"What is {match[side]}") for side in ("one", "other"))  # type: ignore[return-value]


def _how(degree: str, rest: str, told: str) -> str:
    """ "How high is the rate" of "higher" and "is the rate"; ``rest``: what stands behind the degree, counted things first."""
    degree, rest = degree.lower(), rest.strip()
    how = _HOW.get(degree, degree.split()[-1])
    if how == "paid":
        return f"How much {told} paid {rest}"
    if degree in _COUNTS and rest and not re.match(rf"{_PREPOSITION}\b", rest):
        counted, _, behind = rest.partition(" ")
        return f"How {_many(counted)} {counted} {told} {behind}"
    if how == "early" or (how == "old" and re.match(r"(?:is|was|are|were) the\b", told)):
        told = re.sub(r"^is\b", "was", told)
        return f"When {told} {rest}"
    return f"How {how} {told} {rest}"


def _inverted(verb: str) -> tuple[str, str]:
    """A verb as it stands around its subject in a question: "costs" as "does" and "cost", "sold" as "has" and "sold"."""
    first, _, behind = verb.partition(" ")
    if not first or re.fullmatch(AUXILIARY, first):
        return first or "is", behind
    if done := participle(first):
        return "has", f"{done} {behind}"
    return ("does", f"{first[:-1]} {behind}") if first.endswith("s") else ("did", verb)


def _subject(head: str) -> tuple[str, str]:
    """The noun that is chosen among, and the verb behind it: "ferry" and "is"."""
    found = re.match(
        rf"^(?P<noun>(?:of (?:the )?)?.*?)\s*(?P<verb>\b{AUXILIARY}\b.*|\b\w+ed\b.*|\b(?:came|come|comes|sold|built|made|won|grew|costs?|pays?|paid|lasts?|weighs?|took|takes?|got|gets|holds?|holds|sells?)\b.*)?\s*$",
        head.strip(),
        re.IGNORECASE,
    )
    noun = re.sub(r"^of (?:the )?(?:two )?(.+)s$", r"\1", found["noun"] or "") if found else ""
    return (noun, (found["verb"] or "").strip()) if found else ("", "")


def _named(side: str, noun: str, *, whose: bool, named: bool) -> str:
    """A side with the noun that the question chooses among: "the south one" is the south ferry."""
    if whose:
        if side.endswith(("'s", "’s", "s'", "s’")):
            return f"{side} {noun}"
        return re.sub(r"^(?:that|those|the ones?) of ", f"the {noun} of ", side)
    # In "which treaty came first, Kiel or Utrecht?" the towns are treaties; Oslo is a city by itself.
    bare = " " in side or not noun or side.islower() or named
    return re.sub(r"\bones?$", noun, side) if bare else f"the {side} {noun}"


def _many(counted: str) -> str:
    return "many" if counted.endswith("s") or counted in {"people", "men", "women", "children"} else "much"


def _stems(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in words(text) if word.telling)


def _asked(text: str) -> str:
    text = " ".join(text.split())
    return f"{text[:1].upper()}{text[1:].rstrip(' ?.!')}?"


_BUILT = (
    (_CHOICE, _chosen), (_THERE, _there), (_BY_HOW_MUCH, _by_how_much), (_THAN, _than), (_EITHER, _either),
    (_WHO_OF_TWO, _of_two), (_DIFFER, _differing), (_COMPARED, _compared), (_BETWEEN, _between),
)  # fmt: skip
