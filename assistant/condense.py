"""Make a follow-up stand alone: what it leaves out is taken from the conversation so far."""

# ruff: noqa: E501  a pattern is one line

import re
from collections.abc import Sequence

from assistant.answers import Turn
from assistant.expected import shaped
from assistant.terms import STOPWORDS, word_set, words

REMEMBERED = 12
"""Turns that are looked back on, so that a long conversation costs no more than a short one."""
_LONGEST = 1_000
"""Characters of a turn that are looked at."""

_WH = r"(?:who(?:m|se)?|what|which|when|where|why|how)"
_AUXILIARY = r"(?:is|are|was|were|did|does|do|has|have|had|will|would|can|could|should|may|might)"
_OPENING = re.compile(
    r"^(?:(?:and|but|so|then|also|ok(?:ay)?|now|well|sure|thanks|thank you)\b[,.!:;]?\s+)+", re.IGNORECASE
)
_ABOUT = re.compile(r"^(?:what|how)\s+about\s+|^and\s+(?:what|how)\s+about\s+", re.IGNORECASE)
_CORRECTION = re.compile(
    r"^(?:no|nope|sorry|actually|wait|i mean)\b[,.!:;]*\s*(?:(?:but|sorry|actually)\b[,.]?\s*)?(?:i\s+(?:meant|mean|was asking about|am asking about)\s+|not\s+.+?,?\s+but\s+|rather\s+)?"
    r"|^(?:i\s+(?:meant|mean))\s+|^not\s+.+?,?\s+but\s+",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"^((?:(?:by|for|with|to|from|in|on|at|since|until)\s+)?{_WH}(?:\s+(?:much|many|long|far|often|exactly|so|not|else))?)\s*[?.!]*$",
    re.IGNORECASE,
)
_DID_IT = re.compile(r"^(?:and\s+)?(who)\s+(?:did|does|has done)\s+(?:it|that|this|so)\s*[?.!]*$", re.IGNORECASE)
_SAME = re.compile(
    r"^(?:and\s+)?(?:what|how\s+(?:much|high|many|large))\s+(?:was|is|were|are)\s+(?:it|that|they)\s+((?:in|on|by|for|at|during)\s.+)$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    rf"^(?:(?:in|on|at|by|for|to|from|with|of|since|until)\s+)?{_WH}\b|^{_AUXILIARY}\b|\b{_WH}\s+{_AUXILIARY}\b",
    re.IGNORECASE,
)
_HE = re.compile(r"\b(?:he|him|she)\b|\b(?:his|her)\b", re.IGNORECASE)
_IT = re.compile(r"\b(?:it|its)\b(?!\s+(?:is|was|the|a|an)\b\s+(?:true|possible))", re.IGNORECASE)
_THEY = re.compile(r"\b(?:they|them|their)\b", re.IGNORECASE)
_COMPANY = re.compile(
    r"\b(?:the|that|this)\s+(?:company|firm|group|carmaker|automaker|maker|manufacturer|organi[sz]ation|agency|bank)\b(?!\s+(?:that|which|of)\b)",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b[A-Z][\w&’'-]*(?:\s+(?:of\s+|and\s+)?[A-Z][\w&’'-]*)*")
_VERB = (
    r"(?:is|are|was|were|has|have|had|will|be|been|being|do|does|did|can|could|would|should|may|might|go|get|make|take|cost|mean|say|own|open|start|"
    r"launch|happen|sell|buy|produce|build|plan|want|need|work|come|begin|end|use|look|give|spend|check|target|last|earn|win|lose|fall|rise|\w+ed)"
)
_THING = re.compile(
    r"\b(?:the|its|their|his|her|that|this)\s+"
    rf"(?:(?:[A-Z][\w’'-]*\s+)*(?!{_VERB}\b)[a-z][\w-]*(?:\s+(?!(?:{_VERB}|of|in|on|by|for|at|to|from|with|and|or|that|who|which)\b)[a-z][\w-]*)?"
    r"|[A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*)*)"
    r"(?:\s+(?:in|of|at)\s+[A-Z][\w’'-]*)?"
)
_ROLE = re.compile(
    r"\b(?:CEO|chief|founder|president|chair(?:man|woman)?|minister|director|head|Mr|Mrs|Ms|Dr|executive|spokes\w+|analyst|author)\b",
    re.IGNORECASE,
)
_SPEAKING = re.compile(
    r"^,?\s+(?:said|says|admitted|announced|told|confirmed|added|explained|wrote|argued)\b", re.IGNORECASE
)
_NOT_PEOPLE = re.compile(
    r"\b(?:Inc|Corp|Ltd|Group|Company|Commission|Ministry|Department|Association|Bank|University|Post|Times|News|Agency|Court|Congress|Act|Party|Motors?)\b"
)
_PREPOSITIONS = word_set("in on at by for to from with of about")
_CITED = re.compile(r"\s*\[\d+\]")


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question with what it leaves out put in; one that stands alone comes back as it is."""
    asked, said = "", ""
    for turn in history[-REMEMBERED:]:
        content = _CITED.sub("", " ".join(turn.content[:_LONGEST].split()))
        if turn.role == "user":
            asked = _resolved(content, asked, said)
        else:
            said = content
    return _resolved(" ".join(question.split()), asked, said) if asked else question.strip()


def _resolved(question: str, asked: str, said: str) -> str:
    """A question after the question ``asked`` before it, itself standing alone, and the answer ``said``."""
    if not asked or not question:
        return question
    if fragment := _fragment(question):
        return _put_in(fragment, asked)
    if same := _SAME.match(question):
        return _put_in(same.group(1).strip(" ?.!"), asked)
    if bare := _BARE.match(_OPENING.sub("", question)) or _DID_IT.match(question):
        return f"{bare.group(1).capitalize()} {_without_asking(asked)}"
    opened = _OPENING.sub("", question)
    return _with_names(_capital(opened), asked, said)


def _fragment(question: str) -> str:
    """What is put in the place of something in the question before; empty if the question is a whole one."""
    correction = _CORRECTION.match(question)
    rest = question[correction.end() :] if correction and correction.end() else question
    about = _ABOUT.match(rest)
    rest = _OPENING.sub("", rest[about.end() :] if about else rest).strip(" ?.!,;:")
    if about:
        return rest
    short = len(rest.split()) <= 7 and not _CLAUSE.search(rest)
    opened = bool(_OPENING.match(question)) or bool(correction and correction.end())
    return rest if short and (opened or len(rest.split()) <= 4) else ""


def _put_in(fragment: str, asked: str) -> str:
    """The question before with the fragment in the place of its like: a time, a name, or the thing asked about."""
    ending = "?" if asked.rstrip().endswith("?") else ""
    bare = asked.rstrip(" ?.!")
    replaced = _like(fragment, bare)
    if replaced is None:
        return f"{bare} {fragment}{ending}"
    start, end = replaced
    return f"{bare[:start]}{fragment}{bare[end:]}{ending}"


def _like(fragment: str, asked: str) -> tuple[int, int] | None:
    """Where the question before has something of the fragment's kind; None where it has not."""
    if shaped("date", fragment):
        return _phrase(asked, shaped("date", asked), fragment)
    names = _names(asked)
    first = fragment.split(maxsplit=1)[0].lower()
    if first in _PREPOSITIONS:
        same = [match.start() for match in re.finditer(rf"\b{first}\s", asked, re.IGNORECASE)]
        return (same[-1], len(asked)) if same else None
    if fragment[:1].isupper() and first != "the":
        return names[0] if names else None
    things = [match.span() for match in _THING.finditer(asked)]
    return things[-1] if things else None


def _phrase(asked: str, times: Sequence[tuple[int, int]], fragment: str) -> tuple[int, int] | None:
    """A time in the question before, with its preposition if the fragment brings its own."""
    if not times:
        return None
    start, end = times[0][0], times[-1][1]
    own = words(fragment)[0].text.lower() in STOPWORDS
    before = re.search(
        r"\b(?:in|on|by|for|at|during|since|until|the|(?:(?:by|at|since) )?the (?:end|close|start|beginning|middle) of(?: the)?)\s+$",
        asked[:start],
    )
    return (before.start() if own and before else start), end


def _without_asking(asked: str) -> str:
    """The question before without the words that ask."""
    found = re.search(rf"^.*?\b{_WH}\b.*?(?=\b{_AUXILIARY}\b)", asked, re.IGNORECASE)
    return asked[found.end() :] if found else asked


def _with_names(question: str, asked: str, said: str) -> str:
    """The question with the name or thing in the place of its first pronoun."""
    own = _names(question)
    for pronoun, antecedent in ((_HE, _person), (_COMPANY, _organisation), (_THEY, _organisation), (_IT, _thing)):
        match = pronoun.search(question)
        # A name before the pronoun in the same question is what the pronoun means.
        if match and not any(start < match.start() for start, _ in own) and (name := antecedent(asked, said)):
            possessive = match.group().lower() in {"his", "its", "their"} or _owning(question, match)
            ending = ("’" if name.endswith("s") else "’s") if possessive else ""
            return _capital(f"{question[: match.start()]}{name}{ending}{question[match.end() :]}")
    return question


def _owning(question: str, match: re.Match[str]) -> bool:
    """Whether "her" stands before what is hers."""
    behind = words(question[match.end() :])
    return match.group().lower() == "her" and bool(behind) and behind[0].telling


def _person(asked: str, said: str) -> str:
    """The likeliest person of the conversation: two names in a row, a role beside them, or someone who speaks."""
    best, most = "", 0
    for text in (asked, said):
        for start, end in _names(text):
            name = text[start:end]
            if _NOT_PEOPLE.search(name) or name.isupper():
                continue
            beside = text[max(0, start - 25) : start]
            weight = (
                2 * (2 <= len(name.split()) <= 3) + 2 * bool(_ROLE.search(beside)) + bool(_SPEAKING.match(text[end:]))
            )
            if weight > most:
                best, most = name, weight
    return best


def _organisation(asked: str, said: str) -> str:
    """The likeliest company or body of the conversation: a name that is no person."""
    person = _person(asked, said)
    for text in (asked, said):
        for start, end in _names(text):
            if text[start:end] != person:
                return text[start:end]
    return _thing(asked, said)


def _thing(asked: str, said: str) -> str:
    """What was asked about last: the last thing with an article, else the last name that is no person."""
    things = [match.group() for match in _THING.finditer(asked)]
    things = [thing for thing in things if not shaped("date", thing) and not _ROLE.search(thing)]
    if things:
        return things[-1]
    names = [asked[start:end] for start, end in _names(asked)]
    person = _person(asked, said)
    return next((name for name in reversed(names) if name != person), person)


def _names(text: str) -> list[tuple[int, int]]:
    """Where names stand; the capital of a first word that is none does not count, nor do times."""
    found = []
    for match in _NAME.finditer(text):
        start, end = match.span()
        first = words(match.group())[0].text if words(match.group()) else ""
        if first.lower() in STOPWORDS:
            start += (
                len(match.group()) - len(match.group()[len(first) :].lstrip(" '’s"))
                if " " in match.group()
                else len(match.group())
            )
        if role := re.match(r"(?:" + _ROLE.pattern + r")\s*(?:of\s+)?", text[start:end]):
            start += role.end()
        name = text[start:end]
        if len(name) > 1 and not shaped("date", name):
            found.append((start, end - (2 if name.endswith(("'s", "’s")) else 0)))
    return found


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
