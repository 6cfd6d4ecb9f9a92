"""What kind of answer a question asks for, and where words of that kind stand in a sentence."""

# ruff: noqa: E501  a rule is one line, so that a list of them can be read down

import re
from dataclasses import dataclass
from typing import Literal

from assistant.terms import DAYS, MONTHS, ONES, SHORT_MONTHS, STOPWORDS, TENS, stem, word_set

Kind = Literal[
    "date", "duration", "money", "percent", "count", "measure", "amount", "person", "organisation", "place", "name", "reason",
    "manner", "definition", "confirmation", "list", "other",
]  # fmt: skip

OPENERS = word_set(
    """although though while however since because despite unlike like following according additionally furthermore
    moreover nevertheless therefore thus hence later earlier today yesterday recently currently meanwhile instead
    speaking let last first finally initially originally today there here even perhaps still once upon given based
    born known called"""
)
_NO_PERSON = re.compile(
    r"\b(?:Inc|Corp|Ltd|Group|Company|Commission|Ministry|Department|Association|Bank|University|Post|Times|News|Agency|Court|Congress|Act|Party|"
    r"Motors?|States|Kingdom|Republic|Empire|Union|Ocean|Sea|River|Mountains?|Street|Church|War|Battle|Treaty|Office|Council|Institute|Chinese|"
    r"American|British|German|French|European|Japanese|China|America|Germany|France|Europe|Japan|Beijing|London|Paris|Nations?)\b"
)

_SCALE = r"(?:hundred|thousand|million|billion|trillion|bn|mn|m|k)"
_DIGITS = r"\d+(?:[.,]\d+)*"
_WORDED = rf"(?:{'|'.join((*ONES[1:], *TENS))})(?:-(?:{'|'.join(ONES[1:10])}))?"
_AMOUNT = rf"(?:{_DIGITS}(?:[ -]?{_SCALE}\b)?|(?:\b{_WORDED}|\bhundreds?|\bthousands?|\bmillions?|\bbillions?|\bdozens?)(?: {_SCALE}s?)*\b)"
_CURRENCY = r"(?:dollars?|euros?|pounds?|yuan|yen|rmb|usd|eur|francs?|rupees?|won|rubles?|cents?|pesos?|reais|marks?)"
_MONTH = rf"(?:{'|'.join(MONTHS).title()}|(?:{'|'.join(SHORT_MONTHS).title()})\.?(?=,? \d))"
_YEAR = r"(?:1\d{3}|20\d{2})(?:s\b|\b)"
_TIME_UNIT = r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|quarters?|years?|decades?|centur(?:y|ies))"
_UNIT = (
    r"(?:kilomet(?:er|re)s?|km|met(?:er|re)s?|centimet(?:er|re)s?|cm|mm|miles?|mi|feet|foot|ft|inch(?:es)?|acres?|hectares?|square \w+|sq|"
    r"tons?|tonnes?|kilograms?|kg|grams?|pounds?|lbs?|lit(?:er|re)s?|gallons?|barrels?|degrees?|°[CF]?|mph|km/h|knots?|"
    r"k?wh|gwh|mwh|[mgk]w|watts?|volts?|hp|horsepower|bits?|bytes?|[gmtk]b|hz|ghz|mhz|percent|years?)"
)
_NAME = r"(?:[A-Z][\w.&'’-]*|of|the|and|for|de|la|van|von|del|al|bin)"

SHAPES: dict[Kind, re.Pattern[str]] = {
    "money": re.compile(
        rf"(?:US|HK|A|C)?[$€£¥₹]\s?{_AMOUNT}(?: {_SCALE}\b)?|\b{_AMOUNT}(?: {_SCALE})?[ -]{_CURRENCY}\b", re.IGNORECASE
    ),
    "percent": re.compile(rf"{_AMOUNT}\s?(?:%|per ?cent\b|percentage points?\b)|\b\d+(?:\.\d+)?%", re.IGNORECASE),
    "duration": re.compile(rf"\b(?:{_AMOUNT}|an?|several|few|half a)[ -]{_TIME_UNIT}\b", re.IGNORECASE),
    "date": re.compile(
        rf"(?:\b(?:[0-3]?\d(?:st|nd|rd|th)? )?{_MONTH}(?: [0-3]?\d(?:st|nd|rd|th)?\b)?(?:,? {_YEAR})?|\b{_YEAR}|\d{{4}}-\d\d-\d\d"
        rf"|\b(?:[1-4]\d|\d)(?:st|nd|rd|th) centur(?:y|ies)|\b(?:{'|'.join(DAYS).title()})\b|\b(?:first|second|third|fourth) (?:quarter|half)"
        rf"|\bQ[1-4]\b|\b(?:spring|summer|autumn|winter)\b|\byesterday\b|\btoday\b|\btomorrow\b"
        rf"|\b(?:last|next|this|coming|end of (?:the|this)|whole|full|entire) (?:whole )?(?:week|month|quarter|year)\b)"
    ),
    "measure": re.compile(rf"\b{_AMOUNT}[ -]?{_UNIT}\b|\b{_AMOUNT}\s?°", re.IGNORECASE),
    "count": re.compile(rf"(?<![\w$€£¥.,]){_AMOUNT}(?!\s?%| ?per ?cent|\w)", re.IGNORECASE),
    "person": re.compile(r"\b[A-Z][\w'’-]+(?: (?:[A-Z]\.|[A-Z][\w'’-]+|de|van|von|bin|al|I+V?|V)){0,4}"),
    "organisation": re.compile(rf"\b(?:[A-Z][\w.&'’-]*)(?: {_NAME})*"),
    "place": re.compile(rf"\b(?:[A-Z][\w.'’-]*)(?: {_NAME})*"),
    "name": re.compile(rf"\b(?:[A-Z][\w.&'’-]*)(?: {_NAME})*|[“\"«„][^”\"»“]+[”\"»“]"),
    "reason": re.compile(
        r"\b(?:because|due to|in order to|so as to|as a result|result(?:ed|s|ing)? (?:of|in|from)|owing to|thanks to|driven by|caused? by"
        r"|forced (?:\w+ )?(?:to|by)|prompted|led to|pushed|motivat\w+|reasons?|desire to|hop(?:es|ing) to|to (?:avoid|prevent|reduce|protect|ensure|secure))\b",
        re.IGNORECASE,
    ),
    "manner": re.compile(
        r"\b(?:by \w+ing|through|using|via|as|leverag\w+|utili[sz]\w+|means of|in order to|so that)\b", re.IGNORECASE
    ),
    "definition": re.compile(
        r"\b(?:is|are|was|were|means?|called|known as|refers? to|defined)\b|, (?:a|an|the) ", re.IGNORECASE
    ),
}
"""Where words of a kind stand; a kind that has no shape of its own is missing here."""

NUMERIC: frozenset[Kind] = frozenset({"date", "duration", "money", "percent", "count", "measure", "amount"})
"""Kinds that are told by numbers and times."""
Group = Literal["done", "person", "named", "place", "date", "number", "clause", "other"]
GROUPS: dict[Kind, Group] = {
    "person": "person", "organisation": "named", "name": "named", "place": "place", "date": "date", "duration": "number",
    "money": "number", "percent": "number", "count": "number", "measure": "number", "amount": "number", "reason": "clause",
    "manner": "clause", "confirmation": "clause",
}  # fmt: skip
"""Kinds whose answers look alike; a kind that is missing here is of the group "other"."""

NAMED: frozenset[Kind] = frozenset({"person", "organisation", "place", "name"})


@dataclass(frozen=True, slots=True)
class Expected:
    """What a question asks for."""

    kind: Kind
    head: str = ""
    """The noun that is asked for, as in "which newspaper"; the kind's own where there is none."""
    of_type: bool = False
    """Whether it asks which of a kind, so that the noun is what the answer is and not what is told of it."""
    done: bool = False
    """Whether it asks what someone does, so that the answer stands behind the words of the question."""


def group(expected: Expected) -> Group:
    """Which weights judge the answers to a question."""
    return GROUPS.get(expected.kind, "done" if expected.done else "other")


_WH = r"(?:what|which)"
_DOING = r"(?:is|are|was|were|did|does|do|has|have|had|will|would|can|could|should|may|might)"
"""Without "must", which ``condense`` knows as well: the reader was fitted on the kinds that these tell."""
_MORE_WORDS = rf"(?:(?!{_DOING}\b)[\w’'-]+ ){{0,3}}"
_BE = r"(?:is|are|was|were)"
_RULES: tuple[tuple[str, Kind], ...] = (
    (rf"\b(?:in|on|by|at|during|from|since|until)? ?{_WH} {_MORE_WORDS}?(?:year|month|date|day|decade|century|quarter|season|time|period|era)s?\b", "date"),
    (r"\bwhen\b", "date"),
    (r"\bhow long (?:is|are|was|were)\b", "measure"),  # a bridge, or a siege
    (r"\bhow long\b", "duration"),
    (rf"\bfor how (?:many|much) (?:years|months|days|time)\b|\bhow (?:many|much) (?:years|months|weeks|days|hours|time)\b|\b{_WH} (?:duration|length of time)\b", "duration"),
    (rf"\b(?:{_WH} (?:\w+ )?|how many )(?:percent(?:age)?|per cent|share|proportion|fraction|rate)\b|\b{_WH} {_BE} the {_MORE_WORDS}(?:rate|share|percentage|proportion)\b", "percent"),
    (r"\bhow much (?:money|cash|funding|capital|did|does|do|has|have|will|was|were|is|are|would)\b(?=.*\b(?:cost|pa(?:y|id)|spen[dt]|invest\w*|worth|pledg\w*|rais\w*|price\w*|earn\w*|sell|sold|fin(?:e|ed)|charg\w*|money|valued?|budget\w*|receiv\w*|lose|lost|funding|bought|buy|made?|owe\w*)\b)", "money"),
    (rf"\b{_WH} (?:{_BE} )?(?:the |its |their )?{_MORE_WORDS}(?:price|cost|revenue|profit|salary|budget|fine|worth|value|sum|valuation|investment|turnover|income)\b", "money"),
    (r"\bhow much money\b|\bwhat\b.*\bworth\b", "money"),
    (rf"\bhow (?:far|tall|deep|wide|old|fast|heavy|hot|cold|close|thick)\b|\b{_WH} (?:{_BE} )?(?:the |its )?{_MORE_WORDS}(?:temperature|speed|height|depth|distance|size|area|weight|age|length|width|altitude|range)\b", "measure"),
    (r"\bhow many\b|\bhow often\b", "count"),
    (rf"\b{_WH} (?:{_BE} )?(?:the |its )?{_MORE_WORDS}(?:number|population|quantity|capacity|total|target|volume|production|output|amount|figure|milestone)s?\b|\bhow (?:much|high|large|big)\b", "amount"),
    (r"\bwhose\b", "name"),
    (rf"\bwhom?\b|\b{_WH} {_MORE_WORDS}(?:person|man|woman|president|king|queen|emperor|leader|author|scientist|actor|minister|chief|ceo|founder|artist|politician|director|inventor|general|philosopher|composer|writer|engineer|executive|owner|spokes\w+)\b", "person"),
    (rf"\bwhere\b|\b{_WH} {_MORE_WORDS}(?:country|city|state|place|region|continent|town|location|area|county|province|river|nation|district|street|village|island|countries|cities|states|regions)\b", "place"),
    (rf"\b{_WH} {_MORE_WORDS}(?:company|companies|organi[sz]ation|agency|newspaper|paper|ministry|firm|institution|university|school|team|group|party|bank|outlet|magazine|publication|court|department|body|regulator|union|association|maker|carmaker|automaker|brand|league|council|committee)\b", "organisation"),
    (rf"\bwhy\b|\b{_WH} (?:\w+ )?(?:reason|cause|purpose|motive)s?\b|\bwhat (?:caused|prompted|made|led|drove|forced|pushed)\b|\bfor what\b", "reason"),
    (rf"\b{_WH} (?:{_BE} )?(?:the )?(?:\w+ )?(?:name|title|model|nickname|term|word)s?\b|\b(?:called|named|known as)\b", "name"),
    (r"\bhow\b", "manner"),
    (rf"^(?:so )?what {_BE} (?:an? |the )?\S+(?: \S+){{0,2}}\??$|\bdefin(?:e|ition)\b", "definition"),
    (rf"^{_DOING}\b", "confirmation"),
)  # fmt: skip
_HEADS: dict[Kind, str] = {"person": "person", "place": "place", "organisation": "company", "reason": "reason"}
_PAPERS = word_set(
    "Post Times News Journal Herald Tribune Gazette Courier Daily Ledger Wire Telegraph Guardian Chronicle"
)
_ENDINGS = dict.fromkeys(("newspaper", "paper", "publication", "outlet", "magazine", "media"), _PAPERS) | {
    "company": word_set("Inc Corp Ltd Group Motors Company Holdings"),
    "agency": word_set("Agency Commission Authority Bureau Office Administration"),
    "authority": word_set("Agency Commission Authority Bureau Office Administration"),
    "regulator": word_set("Agency Commission Authority Bureau Office Administration"),
}
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), kind) for pattern, kind in _RULES)
_CONTRACTED = re.compile(r"\b(what|which|who|where|when|why|how)['’]s\b", re.IGNORECASE)
_HEAD = re.compile(
    rf"\b(?:what|which|whose|how many)\s+(?:(?:kind|type|sort|form)s?\s+of\s+)?((?:(?!{_DOING}\b)\w[\w’'-]*\s+){{0,2}}?(?!{_DOING}\b)\w[\w’'-]*)"
    rf"(?=\s+(?:{_DOING}|that|who|of|in|to|for|by|at|on|from|with|\w+ed|[a-z]{{3,}}s|gave|made|led|won|took|began|left|lost|sold|built|bought|held|kept|sent|met|paid|said|told|found|wrote|chose|broke|came|went)\b|\s*\?|\s*$)"
    rf"|\b(?:what|which|who)\s+(?:is|are|was|were)\s+(?:the|an?|its|his|her|their|[A-Z]\w+['’]s)\s+((?:\w[\w’'-]*\s+){{0,2}}?\w[\w’'-]*)"
    r"(?=\s+(?:of|in|for|to|by|at|on|from|that|who|which)\b|\s*\?|\s*$)",
    re.IGNORECASE,
)
_DONE = re.compile(r"\b(?:what|which)\b.*\b(?:did|do|does|will|would|can|could|should)\b \S", re.IGNORECASE)
_HAPPENED = re.compile(
    r"\b(?:what (?:has )?happened|what happens|timeline|history of|chronolog\w+|how did .+ (?:unfold|develop|evolve|come about)|sequence of)\b",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\b(?:why|list|compare|difference between|and (?:who|what|when|where|why|how|which)|both|all (?:the|of)|which (?:companies|countries|people|models|cities)"
    r"|what (?:are|were) the|reasons|challenges|steps|factors)\b",
    re.IGNORECASE,
)


def expected(question: str) -> Expected:
    """The kind of answer a question asks for; the first rule that fits decides, that of its noun before others."""
    text = _CONTRACTED.sub(r"\1 is", " ".join(question.split()))
    kind = _kind(text)
    head = _HEAD.search(text)
    noun = (head.group(1) or head.group(2)).split()[-1].lower() if head else _HEADS.get(kind, "")
    of_type = bool(head and head.group(1)) and bool(re.search(rf"\b{_WH} ", text, re.IGNORECASE))
    if of_type and (told := _kind(f"which {noun}")) not in {"other", "name"}:
        kind = told  # "which firm surveyed Mercer Street" asks for no place
    return Expected(kind, noun, done=bool(_DONE.search(text)), of_type=of_type)


def _kind(text: str) -> Kind:
    return next((kind for pattern, kind in _COMPILED if pattern.search(text)), "other")


def is_asked(head: str, word: str) -> bool:
    """Whether a word is the noun asked for, or one that such names end with, as a newspaper's with Post."""
    return word.lower() == head or word in _ENDINGS.get(head, ())


def asks_for_more(question: str) -> bool:
    """Whether one sentence can hardly be the whole answer: lists, reasons, comparisons, what happened."""
    return bool(_MORE.search(question)) or question.count("?") > 1 or happened(question)


def happened(question: str) -> bool:
    """Whether a question asks for events, which are told in the order of their days."""
    return bool(_HAPPENED.search(question))


def shaped(kind: Kind, text: str) -> list[tuple[int, int]]:
    """Where words of a kind stand in a text; an amount of money, a percentage or a year is no count."""
    if kind == "amount":
        return sorted(span for better in ("money", "percent", "count") for span in shaped(better, text))
    shape = SHAPES.get(kind)
    found = [match.span() for match in shape.finditer(text)] if shape else []
    if kind == "count":
        other = [span for better in ("money", "percent", "date") for span in shaped(better, text)]
        found = [(start, end) for start, end in found if not any(start < e and s < end for s, e in other)]
    if kind in NAMED:
        found = [span for span in (_name(text, *span) for span in found) if span[0] < span[1]]
    if kind in {"person", "organisation"}:  # what stands after these is a place
        found = [span for span in found if not text[: span[0]].endswith((" in ", " at ", " near ", "In ", "At "))]
    if kind == "person":
        found = [(start, end) for start, end in found if _personal(text[start:end], text[:start])]
    return found


def _name(text: str, start: int, end: int) -> tuple[int, int]:
    """A run of capitals less what is only the first word of a sentence, a joining word at its end and a possessive."""
    while (
        start < end and (first := re.match(r"[\w'’.-]+\s*", text[start:end])) and _only_opening(first.group().strip())
    ):
        start += first.end()
    if re.fullmatch(r"[A-Z]{2,}s", text[start:end]):  # EVs: many things, no name
        return start, start
    tail = re.search(r"(?:\s+(?:of|the|and|for|de|la|van|von|del|al|bin)|['’]s|[.'’])+$", text[start:end])
    return start, end - (tail.end() - tail.start() if tail else 0)


def _only_opening(word: str) -> bool:
    """Whether a capital says nothing of this word: it is one that opens sentences, or a number or time."""
    bare = word.lower().split("'")[0].split("’")[0]
    return (word != "US" and bare in STOPWORDS | OPENERS) or stem(bare).isdigit() or bare in MONTHS or bare in DAYS


def _personal(name: str, before: str) -> bool:
    """Whether a name can be a person's, and is not the rest of another name, as after "Department of"."""
    part = re.search(r"\b([A-Z]\w+) (?:of|for) (?:the )?$", before)
    return not name.isupper() and not _NO_PERSON.search(name) and not (part and _NO_PERSON.search(part.group(1)))
