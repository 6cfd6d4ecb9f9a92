"""Figures and offices asked for by name: something stands for one of them only where a word of its kind stands too."""

import re
from collections.abc import Collection

_KINDS = (
    (
        r"\bprices?\b|\b(?:does|do|will|would) .{1,60}\bcosts?\b",
        r"pric\w+|costs?|costing|sells?|sold|fares?|fees?|charg\w+|worth",
    ),
    (r"\brevenues?\b|\bturnover\b", r"revenues?|turnover|sales|earn\w*|income|took in"),
    (r"\bprofits?\b", r"profit\w*|earn\w*|loss\w*|margins?|income"),
    (r"\bsalar(?:y|ies)\b|\bwages?\b", r"salar\w+|wages?|pay|paid|pays|earn\w*"),
    (
        r"\bemployees\b|\bpeople (?:work|does .{1,40} employ)|\bworkers does\b",
        r"employ\w*|staff|workers?|workforce|jobs?|people",
    ),
    (r"\bjobs\b", r"jobs?|employ\w*|hir(?:e|es|ed|ing)|staff|workers?|workforce|posts"),
    (r"\bfinance (?:chief|director|head)\b|\bchief financial officer\b|\bCFO\b", r"financ\w+|CFO|treasurer"),
    (r"\b(?:driving )?range\b(?= of)|\bhow far\b", r"range|kilomet\w+|km|miles?|far"),
)  # fmt: skip
"""How a question asks, and the words of which one stands wherever the answer is told."""


def unmentioned(question: str, texts: Collection[str]) -> str | None:
    """The word with which a question asks for something that none of the texts tells of."""
    for asks, tells in _KINDS:
        if (asked := re.search(asks, question, re.IGNORECASE)) and not any(
            re.search(rf"\b(?:{tells})\b", text, re.IGNORECASE) for text in texts
        ):
            return asked.group().split()[-1]
    return None
