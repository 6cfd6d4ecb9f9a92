"""What a sentence says, as far as can be told without understanding it: enough to know a copy from an update."""

import re
from collections.abc import Collection
from collections.abc import Set as AbstractSet

from index.duplicates import UNSPACED, plain

DATELINE = re.compile(
    r"^(?:[A-Z][A-Z .'/-]{2,40}(?:, \w{3,9}\.? \d{1,2})? ?\([A-Z][\w .]{2,30}\)|"
    r"[A-Z][A-Za-z .,'/-]{1,40}(?: \d{1,2})? ?\((?:Reuters|AP|AFP|dpa|UPI|Xinhua|ANSA|EFE|Kyodo|Yonhap|PTI)\)) ?- ?"
)
"""Where and when an agency sent its report, such as "BERLIN, July 20 (Reuters) - "."""
CREDIT = re.compile(r"\W*(?:(?:additional )?(?:reporting|writing|editing)|compiled|translated) by\b.*", re.IGNORECASE)
"""Who worked on a report, such as "(Reporting by Ann Lee; editing by Bo Ek)"."""
TOKEN = re.compile(r"[-+]?[$€£¥]?\d(?:[\d.,:/]*\d)?[%‰°]?|\w+|[$€£¥%‰°]")
SCRIPT = re.compile(f"[{UNSPACED}]")
SILENT = frozenset({"a", "an", "the", "that", "also", "however", "meanwhile"})
"""Words that may come or go without a change of what is said."""
_FIRM = """
no not never none nor neither nothing nobody without cannot t nicht kein keine keinen keiner nie niemals ohne nunca sin
jamás ningún ninguna ne pas aucun jamais zero one two three four five six seven eight nine ten eleven twelve thirteen
fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred
thousand million billion trillion dozen half third quarter once twice double triple first second
"""
FIRM = frozenset(_FIRM.split())
"""Negations and numbers: a sentence that gains or loses one says something else."""
_PLAIN = """
what when where which whose whom that this these those there their they them have does done were been being with from
into about after before than then many much will would could should can did was are how who why has had and for the not
you your
"""
PLAIN = frozenset(_PLAIN.split())
"""Words of a question that ask for nothing."""
REWORDED = 0.5
"""Share of common words from which one sentence is another in other words."""


def statement(sentence: str) -> tuple[str, ...]:
    """Equal for two sentences only if they are the same but for punctuation, letter case, articles and a dateline.

    Empty for what states nothing, such as the credits of a report.
    """
    told = CREDIT.sub("", DATELINE.sub("", plain(sentence)))
    return tuple(word for word in TOKEN.findall(told.casefold()) if word not in SILENT)


def rewords(sentence: str, other: str) -> bool:
    """Whether one sentence is likely the other in slightly other words."""
    return _share(set(statement(sentence)), set(statement(other))) >= REWORDED


def adds(sentence: str, told: Collection[str], question: str) -> bool:
    """Whether a sentence may tell somebody who asks this question something that the ones told do not.

    It does where it has another number, name or negation than the one most like it, or speaks of what is asked; where
    nothing can be said, it does.
    """
    words, others = set(statement(sentence)), {other: set(statement(other)) for other in told}
    nearest = max(told, key=lambda other: _share(words, others[other]), default="")
    if SCRIPT.search(sentence) or not nearest:
        return True
    if rewords(sentence, nearest):
        changed = words ^ others[nearest]
        names = _capitals(sentence) | _capitals(nearest)
    else:
        changed = words.difference(*others.values())
        names = _capitals(sentence, first=False)
    if changed & (FIRM | names) or any(word[-1].isdigit() or word[0].isdigit() for word in changed):
        return True
    asked = _asked(question)
    return 2 * len(asked & {word[:5] for word in words}) >= len(asked)


def _share(one: AbstractSet[str], other: AbstractSet[str]) -> float:
    return len(one & other) / max(1, len(one | other))


def _capitals(sentence: str, *, first: bool = True) -> set[str]:
    """The words written with a capital; the first one of the sentence proves no name."""
    found = TOKEN.findall(DATELINE.sub("", plain(sentence)))
    return {word.casefold() for word in (found if first else found[1:]) if word[0].isupper()}


def _asked(question: str) -> set[str]:
    """What the question is about: the beginnings of its words, which is all that inflection leaves alone."""
    return {word[:5] for word in statement(question) if len(word) > 2 and word not in PLAIN}
