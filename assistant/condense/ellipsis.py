"""Follow-ups that are a part of a question: what they name takes the place of its like in the question before.

Long because the ways in which a question is asked anew fall back on one another.
"""

# ruff: noqa: E501  a pattern is one line

import re

from assistant.condense.phrases import Phrase, asked_for, phrases
from assistant.expected import shaped
from assistant.terms import stem, word_set, words

WH = r"(?:who(?:m|se)?|what|which|when|where|why|how)"
AUXILIARY = r"(?:is|are|was|were|did|does|do|has|have|had|will|would|can|could|should|may|might|must)"
"""What a question begins with, or has behind its question word; ``phrases`` lists what stands before verbs anywhere."""
OPENING = re.compile(
    r"^(?:(?:and|but|so|then|also|ok(?:ay)?|now|well|sure|great|hm+|thanks|thank you|und|aber|y|et|e)\b[,.!:;]?\s+|¿(?=y\b)\s*y\s+)+",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"^(?:what|how)\s+about\s+|^and\s+(?:what|how)\s+about\s+", re.IGNORECASE)
_MEANT = r"(?:i\s+(?:meant|mean|was asking about|am asking about|asked about)\s+)"
CORRECTION = re.compile(
    rf"^(?:no|nope|sorry|actually|wait|i mean|not that(?: one)?)\b[,.!:;]*\s*(?:(?:but|sorry|actually)\b[,.]?\s*)?(?:{_MEANT}|not\s+.+?(?:,|\s+but|\.)\s+{_MEANT}?|rather\s+)?"
    rf"|^{_MEANT}|^not\s+.+?(?:,|\s+but|\.)\s+{_MEANT}?",
    re.IGNORECASE,
)
_AT = r"(?:within|after|before|by|for|with|to|from|in|on|at|since|until|over|of|about|under)"
ASKS_BACK = re.compile(
    rf"^((?:{_AT}\s+)?{WH}(?:\s+(?:much|many|long|far|often|exactly|so|not|else)){{0,2}}(?:\s+[a-z]+s)?|{_AT}\s+{WH}(?:\s+(?!{AUXILIARY}\b)[a-z-]+){{1,3}})\s*[?.!]*$",
    re.IGNORECASE,
)
"""The rest of a question: "why?", "by how many votes?", "from which pier?"."""
_DID_IT = re.compile(r"^(?:and\s+)?(who)\s+(?:did|does|has done)\s+(?:it|that|this|so)\s*[?.!]*$", re.IGNORECASE)
_SAME = re.compile(
    r"^(?:what|how\s+(?:much|high|many|large))\s+(?:was|is|were|are)\s+(?:it|that|they)\s+((?:in|on|by|for|at|during)\s.+)$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    rf"^(?:(?:in|on|at|by|for|to|from|with|of|since|until|over)\s+)?{WH}\b|^{AUXILIARY}\b|\b{WH}\s+{AUXILIARY}\b"
    r"|^(?:please\s+)?(?:summari[sz]e|list|compare|tell|show|give|explain|describe|find|(?:the\s+)?latest|any(?:thing)?|more on|news)\b"
    r"|^¿|^(?:wie|was|wer|wann|wo|warum|welche\w*|qui|que|quand|où|comment|combien|pourquoi|qué|quién|cuándo|dónde|cómo|cuánt\w+|por qué)\b",
    re.IGNORECASE,
)
_PREPOSITIONS = word_set("in on at by for to from with of about over under during since until")
_PERIOD = re.compile(r"\b(?:decade|century|year|month|quarter|week|beginning|then|today|now)\b", re.IGNORECASE)
_NEXT_TIME = re.compile(
    r"(?:the|last|next|this)\s+(?:\w+\s+)?(?:year|month|week|quarter|day|decade)(?:\s+(?:before|after|that))*",
    re.IGNORECASE,
)
_ONE = re.compile(r"\bones?\b", re.IGNORECASE)


def whole(question: str, asked: str, said: str) -> str | None:
    """The whole question that a part of one stands for, after the question before; None if it is no part."""
    opened = OPENING.sub("", question)
    if same := _SAME.match(opened):
        return put_in(same.group(1).strip(" ?.!"), asked)
    bare = ASKS_BACK.match(opened) or _DID_IT.match(question)
    if bare and not re.match(r"how many \w+$", bare.group(1), re.IGNORECASE):
        return _asked_so(bare.group(1), asked, said)
    if fragment := _fragment(question):
        return put_in(fragment, asked)
    return None


def _fragment(question: str) -> str:
    """What is put in the place of something in the question before; empty if the question is a whole one."""
    correction = CORRECTION.match(question)
    rest = question[correction.end() :] if correction and correction.end() else question
    about = _ABOUT.match(rest)
    rest = OPENING.sub("", rest[about.end() :] if about else rest).strip(" ?.!,;:")
    if about:
        return rest
    short = len(rest.split()) <= 7 and not _CLAUSE.search(rest)
    opened = bool(OPENING.match(question)) or bool(correction and correction.end())
    return rest if short and (opened or len(rest.split()) <= 4) else ""


def put_in(fragment: str, asked: str) -> str:
    """The question before with the fragment in the place of its like: a time, a name, or the thing asked about."""
    ending = "?" if asked.rstrip().endswith("?") else ""
    bare = asked.rstrip(" ?.!")
    fragment, replaced = _one(fragment, bare)
    start, end = replaced or _like(fragment, bare) or (len(bare), len(bare))
    joint = " " if start and not bare[start - 1].isspace() else ""
    return f"{bare[:start]}{joint}{fragment}{bare[end:]}{ending}"


def _one(fragment: str, asked: str) -> tuple[str, tuple[int, int] | None]:
    """ "The new one" as "the new bridge", and where the bridge stands in the question before."""
    things = [one for one in phrases(asked) if not one.name and not one.inner]
    if not things or not _ONE.search(fragment):
        return fragment, None
    thing = things[-1]
    core = re.split(r"\s(?:of|in|at|over|near|on)\s", thing.text)[0]
    noun = " ".join(core.split()[1:]) if " in " in fragment or " at " in fragment else core.split()[-1]
    return _ONE.sub(noun, fragment, count=1), (thing.start, thing.end)


def _like(fragment: str, asked: str) -> tuple[int, int] | None:
    """Where the question before has something of the fragment's kind; None where it has not."""
    first = fragment.split(maxsplit=1)[0].lower()
    named = phrases(fragment)
    if (
        shaped("date", fragment)
        or _NEXT_TIME.fullmatch(fragment)
        or (_PERIOD.search(fragment) and first in _PREPOSITIONS)
    ):
        return _time(asked, fragment)
    if first in _PREPOSITIONS:
        return _same_preposition(first, fragment, asked)
    there = phrases(asked)
    if named and named[0].name and first not in {"the", "a"}:
        return _name(fragment, asked, there)
    return _alike(fragment, asked) if first not in {"the", "a", "an"} else _thing(fragment, there)


def _alike(fragment: str, asked: str) -> tuple[int, int] | None:
    """Words that end as a bare fragment does, as "air quality" for "water quality"; else the many that are asked for."""
    noun = re.escape(fragment.rsplit(maxsplit=1)[-1])
    if same := re.search(rf"\b(?:(?!about|of|in|on|for|with|from|the)[a-z-]+ )?{noun}\b", asked):
        return same.span()
    if head := asked_for(asked):
        start = asked.find(head)
        return start, start + len(head)
    return _thing(fragment, phrases(asked))


def _thing(fragment: str, there: list[Phrase]) -> tuple[int, int] | None:
    """A thing of the same kind, else the last one."""
    things = [one for one in there if not one.name and not one.inner]
    best = next((one for one in things if _head(one.text) == _head(fragment)), things[-1] if things else None)
    return (best.start, best.end) if best else None


def _head(thing: str) -> str:
    """The noun that says what a thing is."""
    return stem(re.split(r"\s(?:of|in|at|over|near|on|for)\s", thing)[0].split()[-1])


def _name(fragment: str, asked: str, there: list[Phrase]) -> tuple[int, int] | None:
    """A name that the fragment's takes the place of: one of a country for a country, else the first."""
    names = [one for one in there if one.name]
    countries = [one for one in names if _country(one.text)]
    if _country(fragment) and countries:
        return countries[0].start, countries[0].end
    others = [one for one in names if one not in countries] or names
    if others:
        return others[0].start, others[0].end
    inside = re.search(r"(?<=\s)[A-Z][\w-]+", asked)
    return inside.span() if inside else None


_COUNTRIES = word_set(
    """China Germany France Britain Japan Korea India Russia Italy Spain Europe America Netherlands Switzerland Sweden Poland
    Turkey Brazil Canada Mexico Taiwan Egypt Greece Ireland Norway Denmark Finland Austria Belgium Portugal Ukraine Australia
    Africa Asia USA US UK EU Israel Iran Iraq Vietnam Thailand Indonesia Hungary Romania Argentina Chile"""
)


def _country(text: str) -> bool:
    return any(word in _COUNTRIES for word in re.findall(r"\w+", text))


def _same_preposition(first: str, fragment: str, asked: str) -> tuple[int, int] | None:
    """Where the question before says "in" or "of" something of the fragment's kind, up to the end of it."""
    times = shaped("date", asked)
    named = any(one.name for one in phrases(fragment))
    found = []
    for match in re.finditer(rf"\b{first}\s", asked, re.IGNORECASE):
        behind = [one for one in phrases(asked) if one.start == match.end()]
        if any(start - 4 <= match.end() <= end for start, end in times) or match.start() == 0:
            continue
        end = behind[0].end if behind else match.end() + len(re.match(r"\S*", asked[match.end() :]).group())  # type: ignore[union-attr]
        found.append((match.start(), end))
    if not found:
        return (
            (times[0][0], times[0][0])
            if times and not re.search(r"\b(?:in|on|by|for|of)\s+$", asked[: times[0][0]])
            else None
        )
    return found[-1] if named else found[0]


def _time(asked: str, fragment: str) -> tuple[int, int] | None:
    """A time in the question before, with its preposition if the fragment brings its own."""
    times = shaped("date", asked)
    if not times:
        return None
    start, end = times[0][0], times[-1][1]
    own = bool(words(fragment)) and not words(fragment)[0].telling
    before = re.search(
        r"\b(?:in|on|by|for|at|during|since|until|the|(?:(?:by|at|since) )?the (?:end|close|start|beginning|middle) of(?: the)?)\s+$",
        asked[:start],
    )
    return (before.start() if own and before else start), end


def _asked_so(asking: str, asked: str, said: str) -> str:
    """The question before, asked with other words: "Why?" after "When did it open?" is "Why did it open?"."""
    asking = asking[:1].upper() + asking[1:]
    if re.match(rf"^{AUXILIARY}\b", asked, re.IGNORECASE):
        return f"{asking} {asked[:1].lower()}{asked[1:]}"
    if asks := _INVERTED.match(asked):
        verb, behind = asks["verb"], asks["behind"]
        if not _is_subject(asks["wh"], behind):
            return f"{asking} {verb} {behind}"
        them = _them(asks["wh"])
        return f"{asking} {_OF_MANY.get(verb.lower(), verb) if them == 'they' else verb} {them} {behind}"
    did = _DID.match(asked)
    if did and (done := participle(did["verb"])) and (what := phrases(did["what"])) and what[0].start == 0:
        thing = max((one for one in what if one.start == 0), key=lambda one: one.end)
        return f"{asking} {'were' if thing.plural else 'was'} {thing.text} {done}{did['what'][thing.end :]}"
    subject = re.match(rf"^{WH}(?:\s+[a-z]+)?\s+", asked, re.IGNORECASE)
    names = [one.text for one in phrases(said) if one.name and one.text not in asked]
    if subject and names:
        return f"{asking}: {names[0]} {asked[subject.end() :]}"
    return f"{asking}: {asked}"


_INVERTED = re.compile(rf"^(?P<wh>(?:{_AT}\s+)?{WH}\b.*?)\s+(?P<verb>{AUXILIARY})\s+(?P<behind>\w.*)$", re.IGNORECASE)
_DID = re.compile(r"^(?:who|what|which(?: [a-z]+)?)\s+(?P<verb>[a-z]+)\s+(?P<what>\S.*)$", re.IGNORECASE)
_OF_MANY = {"is": "are", "was": "were", "has": "have", "does": "do"}
_NO_VERB = re.compile(
    r"(?:the|an?|its?|his|her|their|he|she|they|you|we|i|there|this|that|these|those|any\w*|some\w*|\d\S*)\b",
    re.IGNORECASE,
)
_PARTICIPLES = """built won led made paid sold bought found sent held lost brought caught kept left lent met read said got set
    shot shut spent struck taught told thought cut hit put hurt fought sank:sunk wrote:written took:taken gave:given broke:broken
    chose:chosen drove:driven stole:stolen spoke:spoken saw:seen did:done began:begun drew:drawn knew:known threw:thrown
    showed:shown beat:beaten ran:run sang:sung wore:worn overthrew:overthrown"""
_PAST = {past: done or past for past, _, done in (entry.partition(":") for entry in word_set(_PARTICIPLES))}
"""Verbs whose past no ending tells, and their participles."""


def _is_subject(asking: str, behind: str) -> bool:
    """Whether a question word does what is told behind its verb, as in "who was arrested"; in "what did Oslo pay" Oslo does."""
    if _NO_VERB.match(behind) or behind[0].isupper() or not re.match(r"who|what|which", asking, re.IGNORECASE):
        return False
    first = re.match(r"(?:\w+ly |not |ever |also )?(\w+)", behind)
    said = first.group(1).lower() if first else ""
    # Behind "who" a bare word is a verb; behind "what" it may as well be a noun: "what are sales".
    return asking.lower() == "who" or said in _PAST.values() or said.endswith(("ed", "en", "ing"))


def _them(asking: str) -> str:
    """What stands for a question word in another question."""
    which = re.match(r"(?:which|what)\s+(\S.*)", asking, re.IGNORECASE)
    return f"the {which.group(1)}" if which else "they" if asking.lower() == "who" else "it"


def participle(verb: str) -> str:
    """The participle of a verb in the past; empty for any other word."""
    return _PAST.get(verb.lower(), verb if verb.endswith("ed") else "")
