"""The measures of words: what is said against what is accepted, one reply at a time; and the interval of a mean.

What is accepted or gold comes from the question set; how cases are gathered and averaged is ``scoring``.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rouge_score.rouge_scorer import RougeScorer  # type: ignore[import-untyped]

ARTICLE_WORD = re.compile(r"\b(a|an|the)\b")
WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
# Written without spaces between words, so words cannot be compared whole.
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


@lru_cache(maxsize=1_024)
def normalised(text: str) -> str:
    """Text as SQuAD compares it: lower case, no punctuation, no a/an/the, single spaces (Rajpurkar et al., 2016).

    Beyond the original, typographic punctuation counts as punctuation and compatibility forms are made one.
    """
    lower = unicodedata.normalize("NFKC", text).lower()
    # The original list of punctuation is ASCII's, which holds symbols such as $ and + too.
    bare = "".join(c for c in lower if not (unicodedata.category(c)[0] == "P" or c in "$+<=>^`|~"))
    return " ".join(ARTICLE_WORD.sub(" ", bare).split())


def exact_match(predicted: str, answers: Collection[str]) -> float:
    """1 if the prediction is one of the answers once both are normalised, else 0 (SQuAD EM)."""
    return float(normalised(predicted) in {normalised(answer) for answer in answers})


def f1(predicted: str, answers: Collection[str]) -> float:
    """Harmonic mean of the precision and recall of words, 0 to 1, best over the answers (SQuAD F1)."""
    return max((_overlap(normalised(predicted).split(), normalised(answer).split()) for answer in answers), default=0.0)


def _overlap(predicted: Sequence[str], answer: Sequence[str]) -> float:
    if not predicted or not answer:
        return float(not predicted and not answer)
    shared = (Counter(predicted) & Counter(answer)).total()
    return 2 * shared / (len(predicted) + len(answer))


class _Words:
    """Cuts text into words for ROUGE, whose own cutter knows the letters a to z only."""

    def tokenize(self, text: str) -> list[str]:
        """The words in lower case; each character of a script without spaces is one."""
        return WORD.findall(UNSPACED.sub(lambda found: f" {found[0]} ", unicodedata.normalize("NFKC", text).lower()))


@cache
def _rouge() -> "RougeScorer":
    from rouge_score.rouge_scorer import RougeScorer  # noqa: PLC0415  two seconds, which only a run has to spend

    return RougeScorer(["rougeL"], tokenizer=_Words())


def rouge_l(said: str, references: Collection[str]) -> float:
    """F-measure of the longest common run of words in order, 0 to 1, best over the references (Lin, 2004)."""
    return max((float(_rouge().score(wanted, said)["rougeL"].fmeasure) for wanted in references), default=0.0)


def grounded(statement: str, quotes: Collection[str]) -> bool:
    """Whether each number and each name of a statement stands in one of the sentences it cites.

    Measured apart from the assistant's own checks, so that a fault in those is seen here. A name is a capitalised
    word that does not begin a sentence.
    """
    cited = set(WORD.findall(unicodedata.normalize("NFKC", " ".join(quotes)).lower()))
    text = unicodedata.normalize("NFKC", statement)
    telling = [found[0] for found in WORD.finditer(text) if found[0][0].isdigit() or _is_name(text, found.start())]
    return bool(quotes) and all(word.lower() in cited for word in telling)


def _is_name(text: str, start: int) -> bool:
    return text[start].isupper() and bool(re.search(r"[^\W_][,;:]?\s+[\"'(“‘«]?$", text[:start]))


def holds(text: str, answers: Collection[str]) -> bool:
    """Whether one of the answers stands in the text as a run of whole words.

    Words are compared as SQuAD normalises them, and once more with hyphens and apostrophes parting words, so that
    "100" is found in "100-mile" and "US" in "U.S.".
    """
    return any(_holds(text, answer) for answer in answers)


def _holds(text: str, answer: str) -> bool:
    if UNSPACED.search(answer):
        return normalised(answer).replace(" ", "") in normalised(text).replace(" ", "")
    return any(
        bool(words(answer)) and f" {words(answer)} " in f" {words(text)} " for words in (normalised, _parted_words)
    )


@lru_cache(maxsize=1_024)
def _parted_words(text: str) -> str:
    return " ".join(WORD.findall(ARTICLE_WORD.sub(" ", unicodedata.normalize("NFKC", text).lower())))


def covers(quote: str, sentence: str) -> bool:
    """Whether a quote holds the sentence or is a part of it, white space aside.

    A part counts because two splitters may cut at different places.
    """
    ours, gold = " ".join(quote.split()), " ".join(sentence.split())
    return bool(ours) and (gold in ours or ours in gold)


def share(items: Collection[str], allowed: Collection[str]) -> float:
    """Share of the items that are allowed, 0 to 1; 0 of nothing.

    Citation precision is the share of cited articles that are gold, citation recall the share of gold ones that are
    cited (Gao et al., 2023, with the question set in place of their entailment model).
    """
    return sum(item in allowed for item in items) / len(items) if items else 0.0


def interval(values: Sequence[float], *, resamples: int = 2_000, seed: int = 0) -> tuple[float, float]:
    """Bootstrap 95 % percentile interval of the mean (Efron, 1979); the same for the same values.

    With few cases all alike it closes on a point: read it together with their number.
    """
    distinct, count = np.unique(np.asarray(values, dtype=float), return_counts=True)
    # How often each distinct value is drawn says all about a resample's mean.
    draws = np.random.default_rng(seed).multinomial(len(values), count / len(values), size=resamples)
    low, high = np.percentile(draws @ distinct / len(values), [2.5, 97.5])
    return float(low), float(high)
