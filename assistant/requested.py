"""Requests for more than a fact: a summary, what is said of something, which articles mention it, the latest on it."""

# ruff: noqa: E501  a pattern is one line

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["summary", "said", "mentions", "latest"]

_ARTICLES = (
    r"(?:(?:the|these|your|our|any|all|all the|of the)\s+)?(?:articles?|stories|story|reports?|texts?|papers?|news)"
)
_PATTERNS: tuple[tuple[str, Kind], ...] = (
    (rf"(?:summari[sz]e|sum up)\s+what\s+{_ARTICLES}\s+(?:say|says|report|tell(?: us)?)\s+(?:about|on|of)\s+(?P<about>.+)", "said"),
    (r"(?:summari[sz]e|sum up|give (?:me )?(?:a|the) (?:short |brief )?summary of|(?:a )?(?:short |brief )?summary of|tl;?dr:?)\s*(?P<about>.*)", "summary"),
    (r"what(?: is|['’]s) (?P<about>(?:this|that|the) (?:article|story|report)) about", "summary"),
    (rf"what (?:do|does|did|can|have|has) {_ARTICLES} (?:say|said|report(?:ed)?|tell(?: (?:us|me))?|told(?: us)?|write|written|know|mention)\s+(?:about|on|of)\s+(?P<about>.+)", "said"),
    (rf"what (?:is|was|has been) (?:said|reported|written|known)(?: in {_ARTICLES})? (?:about|on|of) (?P<about>.+)", "said"),
    (r"(?:tell me (?:something |more |everything |all )?about|what do you know about|is there anything (?:about|on)|anything (?:about|on)) (?P<about>.+)", "said"),
    (rf"(?:which|what|list|show(?: me)?|find|how many|are there|in (?:which|what|how many))(?:\s+(?:of|all|any|me))*\s+{_ARTICLES}(?:\s+(?:that|which|do|does|is|are|there))*\s+(?:mention(?:s|ed|ing)?|names?|naming|discuss(?:es)?|covers?|(?:are |is )?about|(?:talk|speak|write)s? (?:about|of)|deals? with|refers? to|report(?:s|ed)? on|contains?)\s+(?P<about>.+)", "mentions"),
    (rf"(?:in )?(?:which|what|how many) {_ARTICLES}\s+(?:is|are|does|do)\s+(?P<about>.+?)\s+(?:mentioned|named|discussed|covered|appear|come up)", "mentions"),
    (r"(?:where|how often) (?:is|are) (?P<about>.+?) mentioned", "mentions"),
    (rf"(?:is|are) (?P<about>.+?) mentioned(?: in {_ARTICLES})?(?: anywhere| at all)?", "mentions"),
    (rf"(?:what(?: is|['’]s| are)\s+)?(?:the\s+)?(?:latest|newest|most recent)(?:\s+(?:news|{_ARTICLES}|updates?|developments?))?\s+(?:on|about|of|from|regarding|concerning)\s+(?P<about>.+)", "latest"),
    (r"(?:what(?: is|['’]s) new|any(?:thing)? new|any (?:recent )?news|any updates?)\s+(?:with|on|about|from|in)\s+(?P<about>.+)", "latest"),
)  # fmt: skip
_COMPILED = tuple(
    (re.compile(rf"(?:(?:please|can you|could you)[,\s]+)*{pattern}", re.IGNORECASE), kind)
    for pattern, kind in _PATTERNS
)
_THIS = re.compile(
    r"(?:(?:this|that|the|it)(?:\s+(?:last|first|whole))?\s*)(?:article|story|report|text|page|one)?(?:\s+(?:briefly|for me|please|in .+ sentences))?",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:the\s+)?(?:article|story|report)s?\s+(?:(?:called|titled|entitled|named|headed|with the title)\s+)?(?=[“\"'‘A-Z])|\s+(?:please|briefly|for me)$"
)


@dataclass(frozen=True, slots=True)
class Request:
    """What is wanted, and of what; ``about`` is empty where it is the article that was last spoken of."""

    kind: Kind
    about: str


def requested(question: str) -> Request | None:
    """The request that a question is; None for a question that has an answer of its own."""
    text = " ".join(question.split()).rstrip(" ?.!")
    for pattern, kind in _COMPILED:
        if match := pattern.fullmatch(text):
            about = _LABEL.sub("", match["about"].strip()).strip(" “”\"„'‘’«»")
            if kind == "summary" and (not about or _THIS.fullmatch(about)):
                return Request(kind, "")
            return Request(kind, about) if re.search(r"\w", about) else None
    return None
