"""Questions that the articles can answer, made from their own sentences; whoever asks them checks that they can."""

# ruff: noqa: E501  a pattern is one line

import re
from collections.abc import Iterator, Sequence

from assistant.condense.phrases import phrases
from assistant.expected import shaped
from assistant.instructions import addresses_a_model
from assistant.leaning import leans
from assistant.terms import words
from index.articles import Hit

_WORDS = (4, 12)
"""Words of a question that is short enough to be offered."""
_AUXILIARY = r"(?:is|are|was|were|will|can|has|have|had)"
"""Of what is and what was; nobody is offered a question of what would or should be."""
_BE = re.compile(
    rf"^(?P<who>(?:The |A |An )?[\w’'-]+(?: (?!{_AUXILIARY}\b)[\w’'-]+){{0,5}}) (?P<aux>{_AUXILIARY}) (?P<rest>[a-z][^.;:“”\"—–]+)[.;]"
)
_NUMBER_FIRST = re.compile(
    rf"^(?:(?:About|Some|Nearly|More than|Around|Almost|Over) )?(?P<many>[\d,.]+|[A-Z]?[a-z]+) (?P<what>(?:[a-z-]+ ){{0,3}}?[a-z]{{3,}}s) (?P<rest>(?:{_AUXILIARY}|[a-z]+ed|went|took|came|left|won) [^.;:“”\"—–]+)[.;]"
)
_DOING = re.compile(
    r"^(?P<who>[A-Z][\w’'-]*(?: [A-Z][\w’'-]*){0,3}) (?P<rest>(?!and\b|or\b)(?:[a-z]+ed|won|built|made|paid|gave|took|wants to|plans to|hopes to|sold|bought|wrote|led|ran|runs|leads|began|founded|chose|lost) [^.;:“”\"—–]+)[.;]"
)
_TIME = re.compile(r",? (?:in|on|by|since|until) $")


def questions(hits: Sequence[Hit], *, besides: str = "") -> Iterator[tuple[str, str]]:
    """Questions and the sentences that answer them, the best passage's first; none for the sentences in ``besides``."""
    for hit in hits:
        for one in hit.passage.sentences:
            if one.text in besides or leans(one.text) or addresses_a_model(one.text):
                continue
            asked = next((q for q in _of(" ".join(one.text.split()), hit.passage.text) if _short(q)), None)
            if asked:
                yield asked, one.text


def matters(hits: Sequence[Hit]) -> Iterator[str]:
    """Requests that need no check: what is said of the names in the passages, and a summary of the first article."""
    seen: dict[str, int] = {}
    for hit in hits[:2]:
        for one in phrases(hit.passage.text):
            if one.name and not one.inner and _subject(one.text, hit.passage.text) and len(one.text) > 2:
                seen[one.text] = seen.get(one.text, 0) + 1
    for name in sorted((name for name in seen if seen[name] > 1), key=lambda name: -seen[name])[:1]:
        yield f"What do the articles say about {name}?"
    for hit in hits[:1]:
        yield f"Summarise the article “{hit.metadata.title}”"


def _of(sentence: str, around: str) -> Iterator[str]:
    """Questions that a sentence answers, the most telling first; ``around`` tells names from words that open it."""
    if (found := _NUMBER_FIRST.match(sentence)) and shaped("count", found["many"].lower()):
        yield f"How many {found['what']} {_clause(found['rest'])}?"
    if (found := _BE.match(sentence)) and (who := _subject(found["who"], around)):
        rest = found["rest"]
        if times := shaped("date", rest):
            before = rest[: times[0][0]]
            if at := _TIME.search(before):
                yield f"When {found['aux']} {who} {_clause(before[: at.start()])}?"
    if (found := _DOING.match(sentence)) and _subject(found["who"], around):
        yield f"Who {_clause(found['rest'])}?"


def _subject(who: str, around: str) -> str:
    """A subject as it stands within a question; empty for what is neither a name nor a thing with an article."""
    if re.match(r"(?:The|A|An) [a-z]", who):
        return who[0].lower() + who[1:]
    names = phrases(who)
    if len(names) != 1 or not names[0].name or names[0].text != who:
        return ""
    return who if " " in who or re.search(rf"[a-z,] {re.escape(who)}\b", around) else ""


def _clause(rest: str) -> str:
    """The words up to the first comma."""
    return re.split(r",\s| (?:and|but|which|because|while) ", rest)[0].strip()


def _short(question: str) -> bool:
    """Whether a question is worth a click: not too long, and with enough words to be understood."""
    size = len(question.split())
    return (
        _WORDS[0] <= size <= _WORDS[1]
        and sum(word.telling for word in words(question)) >= 2
        and not re.search(
            r"\b(?:it|this|that|he|she|they|its|his|her|their|such|these|those|also|then|there)\b", question
        )
    )
