"""What a question asks for, and the words of which one stands wherever that is told.

It is looked for at three depths: ``unmentioned`` in all that an article has, for ``certainty``; ``unshaped`` in a
sentence with the one that it leans on, for ``resembling``; ``undone`` and ``tells_nothing`` in a sentence that has a
name or a day to offer and perhaps no word of what was done, for ``looking``.
"""

# ruff: noqa: E501  a pattern is one line

import re
from collections.abc import Collection

from assistant.expected import Kind, shaped
from assistant.terms import word_set, words

_FIGURES = (
    (
        r"\bprices?\b|^(?!.*\bhow many\b).*\b(?:does|do|will|would) .{1,60}\bcosts?\b",
        r"pric\w+|costs?|costing|sells?|sold|fares?|fees?|charg\w+|worth|pay\w*|paid",
    ),
    (r"\brevenues?\b|\bturnover\b", r"revenues?|turnover|sales|earn\w*|income|took in"),
    (r"\bprofits?\b", r"profit\w*|earn\w*|loss\w*|margins?|income"),
    (
        r"\bsalar(?:y|ies)\b|\bwages?\b|\b(?:does|do|did|will|would) .{1,60}\bearn\b|\bverdien(?:t|en|te)\b|\b(?:Gehalt|Lohn)\b|\bsueldo\b|\bsalario\b",
        r"salar\w+|wages?|pay|paid|pays|earn\w*|income|profit\w*|bonus\w*|verdien\w+|Gehalt|Lohn|Einkommen|sueldos?|salarios?|gana\w*|cobra\w*",
    ),
    (
        r"\bemployees\b|\bpeople (?:work|does .{1,40} employ)|\bworkers does\b",
        r"employ\w*|staff|workers?|workforce|jobs?|people",
    ),
    (r"\bjobs\b", r"jobs?|employ\w*|hir(?:e|es|ed|ing)|staff|workers?|workforce|posts"),
    (r"\bfinance (?:chief|director|head)\b|\bchief financial officer\b|\bCFO\b", r"financ\w+|CFO|treasurer"),
    (r"\b(?:deputy |lord |vice[- ])?mayor(?:ess)?\b|\b[Bb]ürgermeister(?:in)?\b|\balcalde(?:sa)?\b", r"mayor\w*|\w*bürgermeister\w*|alcald\w+"),
    (r"\bwhere (?:was|were|is) .{2,60}\bborn\b", r"born|birth\w*|native|grew up|parents|son of|daughter of"),
    (r"\b(?:driving )?range\b(?= of)|\bhow far\b", r"range|kilomet\w+|km|miles?|far"),
)  # fmt: skip
"""How a question asks for a figure or an office, and the words of which one stands wherever that is told."""
_OFFICES = ("chief", "director", "head", "officer", "mayor")
"""How the names of offices end that are told as a whole: a finance chief is not just any chief."""
_UNIT = r"(?:second|minute|hour|day|week|month|quarter|year|decade|centur)\w*"
_LASTING = rf"{_UNIT}|until|since|overnight|night|lifetime|permanent\w*|forever|indefinite\w*|\d{{4}} to \d{{4}}"
_FORMS: tuple[tuple[str, Kind, str, str], ...] = (
    (r"^(?:\w+ )?(?:what|which) (?:year|month|date|day)\b", "date", "a date", r"\w+days?|\d{3,4}"),
    (
        r"^(?:\w+ )?when\b(?!.*\b(?:what|which|who|how)\b)", "date", "a time",
        rf"ago|earlier|later|after|before|during|until|till|when|while|once|now|soon|noon|midnight|morning|night|evening|afternoon|weekend|beginning|end|period|age|era|war|\d{{3,4}}|{_LASTING}",
    ),
    (r"^(?:for )?how long (?:did|does|do|has|have|had|will|would|must|can|may)\b|^for how long\b", "duration", "how long", _LASTING),
    (r"^how long (?:is|are|was|were)\b", "measure", "how long", _LASTING),
    (r"\bhow many\b", "count", "how many", r"no|none|nobody|both|pair|couple|several|only|single|twice|once|every|each|majority|most|all|half|hundreds|thousands|millions|dozens"),
    (r"\bhow much\b.*\b(?:costs?|pay|paid|spen[dt]|earn|charged?)\b|\bwhat\b.*\b(?:costs?|price|fare|fee)\b", "money", "a sum", r"free|nothing|gratis|euros?|dollars?|pounds?|cents?|pence|yuan|million|billion"),
    (
        r"^what (?:did|do|does|will|would) .*\b(?:sales|deliver(?:y|ies)|output|production|revenues?|turnover|profits?|losses|income|exports|imports|prices?|costs|attendance|population)\b.* (?:reach|total|exceed|amount to|come to|fall to|rise to|hit)\W*$",
        "amount", "how much", r"half|twice|double|record|zero",
    ),
    (r"\b(?:what|which) percent(?:age)?\b", "percent", "a share", r"half|thirds?|quarters?|fifths?|tenths?|majority|most|all|none|double|twice|\w+ (?:in|out of) \w+"),
)  # fmt: skip
"""How a question asks, the kind that it asks for, its name, and the words beside those of its shape that may tell it."""
_NOT_KNOWN = re.compile(
    r"\b(?:not|never|nor|nobody|no one|yet to|un\w+)\b.*\b(?:known|public|knowledge|disclos\w+|reveal\w*|announc\w+|sa(?:y|id)|told|tell|clear|set|decided|fixed)\b|\bsecret\b",
    re.IGNORECASE,
)
"""How a sentence says that something is not told; that too is an answer."""

_ACTS = (
    (
        r"approved|authori[sz]ed|licensed|permitted|allowed",
        r"approv\w+|authori\w+|licen\w+|permi\w+|allow\w*|clear(?:s|ed|ance)|green light|consent\w*|let|grant\w*|sign\w*|ratif\w+|pass\w*|vot\w+|accept\w*|agree\w*|backed|endors\w+",
    ),
    (
        r"banned|prohibited|outlawed|forbade",
        r"ban\w*|prohibit\w*|outlaw\w*|forb\w+|block\w*|restrict\w*|not allow\w*|illegal",
    ),
    (r"sued", r"su(?:e|es|ed|ing)|lawsuit\w*|suit|court|claim\w*|legal action|filed|against"),
    (r"arrested|jailed|imprisoned", r"arrest\w*|jail\w*|prison\w*|imprison\w*|detain\w*|custody|seiz\w+|captur\w+"),
)
"""What somebody did by right, and the words of which one stands in the sentence that tells who did."""
_WHEN = r"(?:when|(?:in |on )?(?:what|which) (?:year|day|date|month))"
_OPENINGS = r"open\w*|inaugurat\w*|doors|start\w*|beg[aiu]n\w*|establish\w*|found(?:ed|ing|ation)|complet\w+|built|debut\w*|unveil\w*|ready"
_EVENTS = (
    (
        r"built|constructed|erected|completed|finished",
        rf"{_OPENINGS}|buil[dt]\w*|construct\w*|erect\w*|finish\w*|put up|went up|dat(?:es|ed|ing)|raised|creat\w+|made|laid|stood",
    ),
    (r"open|opened|inaugurated", rf"{_OPENINGS}|welcom\w+|in service|operat\w+"),
    (
        r"founded|set up",
        rf"{_OPENINGS}|founders?|form(?:ed|ing|ation)?|creat\w+|set up|launch\w*|incorporat\w+|since|origin\w*|first|introduc\w+|dat(?:es|ed|ing)|emerg\w+|initiat\w+|instituted|organi[sz]ed|made|becam\w+",
    ),
    (r"born", r"born|birth\w*|native"),
    (
        r"die|died|killed",
        r"di(?:e[ds]?|ing)|dead|deaths?|kill\w*|fatal\w*|murder\w*|assassinat\w*|lost (?:his|her|their) li\w+|passed away|execut\w+|perish\w*|fell|shot|drown\w*|victims?|surviv\w+|obituar\w+|toll",
    ),
    (r"close|closed|shut", r"clos\w+|shut\w*|end\w*|ceas\w+|last"),
)
"""What happened to somebody or something, and the words of which one stands where its time is told."""
_LIVED = re.compile(r"\((?:c\.|b\.|d\.|born|died)? ?\d{3,4}(?:[-–—]\d{2,4})?\)")
"""The years behind a name tell when somebody was born and died, or something began and ended."""
_ASKING = word_set("year years month months day days date time exactly person people man woman name")
"""Words that only say what kind of answer is sought, for a person or a day; ``asked`` has those for every kind."""


def unmentioned(question: str, texts: Collection[str]) -> str | None:
    """The figure or office that a question asks for and none of the texts tells of, as the question says it."""
    for asks, tells in _FIGURES:
        if (asked := re.search(asks, question, re.IGNORECASE)) and not any(
            re.search(rf"\b(?:{tells})\b", text, re.IGNORECASE) for text in texts
        ):
            named = asked.group()
            return named if named.lower().endswith(_OFFICES) else named.split()[-1]
    return None


def unshaped(question: str, text: str) -> str | None:
    """What a question asks for, such as a sum or how long, where nothing in an English text could be that."""
    for asks, kind, name, loosely in _FORMS:
        if re.search(asks, question.strip(), re.IGNORECASE):
            told = (
                shaped(kind, text) or re.search(rf"\b(?:{loosely})\b", text, re.IGNORECASE) or _NOT_KNOWN.search(text)
            )
            return None if told else name
    return None


def undone(question: str, text: str) -> bool:
    """Whether a question asks who approved something or when it was opened, and a text has no word of any such act.

    Of 32 answers to SQuAD's questions of when something was built, founded, closed or somebody was born or died, 7 had
    none, of which 1 was right; of the other 25, 19.
    """
    for asks, tells in _ACTS:
        if re.match(rf"who (?:has |had )?(?:{asks})\b", question, re.IGNORECASE):
            return not re.search(rf"\b(?:{tells})\b", text, re.IGNORECASE)
    for happened, tells in _EVENTS:
        if re.match(rf"{_WHEN} .*\b(?:{happened})\W*$", question, re.IGNORECASE):
            return not re.search(rf"\b(?:{tells})\b", text, re.IGNORECASE) and not _LIVED.search(text)
    return False


def tells_nothing(question: str, text: str) -> bool:
    """Whether a text has no word of what happened or is sought, only names and times of the question at best."""
    sought = {
        word.stem
        for word in words(question)[1:]
        if word.telling and not word.capital and not word.number and word.text.lower() not in _ASKING
    }
    return len(sought) > 1 and sought.isdisjoint(word.stem for word in words(text))
