"""Make a follow-up stand alone: what it leaves out is taken from the conversation so far."""

import re
from collections.abc import Iterable, Sequence

from assistant.answers import Turn
from assistant.condense.abroad import understood
from assistant.condense.ellipsis import AUXILIARY, CORRECTION, OPENING, WH, whole
from assistant.condense.phrases import phrases
from assistant.condense.referring import Talk, resolved, topic
from assistant.terms import word_set, words

REMEMBERED = 12
"""Turns that are looked back on, so that a long conversation costs no more than a short one."""
_LONGEST = 1_000
"""Characters of a turn that are looked at."""
_FEW = 2
"""Telling words of a question without a name that can hardly stand alone."""

_CITED = re.compile(r"\s*\[\d+\]")
_REFUSED = "The articles do not say"
_DOUBTED = re.compile(
    r"^(?:are you (?:really )?(?:sure|certain)|really|is (?:that|this) (?:true|right|correct|so))\b\W*$", re.IGNORECASE
)
_ASKING = re.compile(rf"\b(?:{WH}|{AUXILIARY})\b", re.IGNORECASE)
_POINTING = word_set("that this there then instead else still again too these those one ones")


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question with what it leaves out put in; one that stands alone comes back as it is."""
    talk = Talk()
    for turn in history[-REMEMBERED:]:
        content = _CITED.sub("", " ".join(turn.content[:_LONGEST].split()))
        if turn.role == "user":
            before = ((talk.asked, talk.said), *talk.older) if talk.asked else ()
            talk = Talk(_stood(content, talk), "", before)
        elif not content.startswith(_REFUSED):
            talk = Talk(talk.asked, content, talk.older)
    return _stood(" ".join(question.split()), talk) if talk.asked else question.strip()


def guessed(question: str, stands: str) -> bool:
    """Whether all that makes the question stand alone is what the talk was about, which may be over."""
    return stands.startswith(f"{question.rstrip(' ?.!')} (")


def tied(question: str, stands: str, texts: Iterable[str]) -> bool:
    """Whether one of the texts speaks both of what is asked and of what the talk was about."""
    before = _stems(stands) - _stems(question)
    return any(speaks_of(question, text) and not before.isdisjoint(_stems(text)) for text in texts)


def speaks_of(question: str, text: str) -> bool:
    """Whether the text has every telling word of the question."""
    return _stems(question) <= _stems(text)


def touches(question: str, text: str) -> bool:
    """Whether the text has a telling word of the question."""
    return not _stems(question).isdisjoint(_stems(text))


def _stems(text: str) -> set[str]:
    return {word.stem for word in words(text) if word.telling}


def _stood(question: str, talk: Talk) -> str:
    """A question after a conversation, itself standing alone."""
    if not talk.asked or not words(question):
        return question
    if _DOUBTED.match(OPENING.sub("", question)):
        return talk.asked
    if meant := understood(question, talk.asked):
        return meant
    if part := whole(question, talk.asked, talk.said):
        return resolved(part, talk)
    opened = OPENING.sub("", question)
    correction = CORRECTION.match(opened)
    opened = opened[correction.end() :] if correction else opened
    stands = resolved(opened[:1].upper() + opened[1:], talk)
    return _about(stands, talk) if stands.lower() == opened.lower() else stands


def _about(question: str, talk: Talk) -> str:
    """The question, and behind it what it is about, where it names nothing and says too little to be found."""
    found = words(question)
    telling = [word for word in found if word.telling]
    named = any(one.name for one in phrases(question)) or any(word.number for word in found)
    points = any(word.text.lower() in _POINTING for word in found)
    known = _stems(talk.asked)
    if named or not _ASKING.search(question) or not telling or not question.isascii():
        return question
    if any(word.stem in known for word in telling) and not points:
        return question
    if (points or len(telling) <= _FEW) and (what := topic(talk, people=points)):
        return f"{question.rstrip(' ?.!')} ({what})?"
    return question
