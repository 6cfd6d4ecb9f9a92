"""How sure it is that the best sentence answers: signs for and against, and what rules it out for certain."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.asked import Asked
from assistant.attributes import unmentioned
from assistant.candidates import Candidate
from assistant.evidence import AGAINST as EVIDENCE_AGAINST
from assistant.evidence import CLOSER, Evidence
from assistant.evidence import EITHER as EVIDENCE_EITHER
from assistant.expected import NAMED, NUMERIC
from assistant.terms import MONTHS, Word, word_set, words
from index.articles import Hit

_LEFT_OUT = word_set("passage_score rank length first_sentence after before cosine_behind")
_TAKEN = tuple(name for name in CLOSER if name not in _LEFT_OUT and not name.endswith("_absent"))
SIGNS = (
    *_TAKEN, "lead", "share", "article_soft", "article_lacking", "article_worst", "span_share", "span_lead",
    "not_asked", "not_said", "terms", "numeric", "named",
)  # fmt: skip
"""The columns of ``signs``, in order."""
AGAINST = (EVIDENCE_AGAINST & set(_TAKEN)) | {"article_worst", "article_lacking", "not_asked", "not_said"}
"""Signs that can only speak against an answer."""
EITHER = EVIDENCE_EITHER | {"terms", "numeric", "named", "similarity_behind"}
"""Signs that may speak for or against it; all others speak for it."""

_NOT = re.compile(
    r"\b(?:not|never|no|without|neither|nor|none|\w+n['’]t|un\w{4,}|fail\w*|refus\w*|except|least|lacks?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A candidate that was chosen from a short list."""

    candidate: Candidate
    row: NDArray[np.float64]
    """Its columns as named in ``evidence.CLOSER``."""
    lead: float
    """Log-odds by which it leads the next, negative for one that follows."""
    share: float
    """Its chance among the short list."""
    of_runs: NDArray[np.float64]
    """The scores of the runs of words in its sentence."""


def signs(evidence: Evidence, choice: Choice) -> NDArray[np.float64]:
    """One number a sign: what speaks for the choice, its lead, and how much of the question its article has."""
    asked, chosen = evidence.asked, choice.candidate
    feature = dict(zip(CLOSER, choice.row, strict=True))
    article = chosen.hit.passage.article_id
    in_article = [one for one in evidence.found if one.hit.passage.article_id == article]
    near = np.max([evidence.context(one) for one in in_article], axis=0)
    exact = np.max([evidence.matches.best[one.sentence.text] for one in in_article], axis=0)
    total = float(evidence.weights.sum()) or 1.0
    of_runs = np.sort(softmax(choice.of_runs))[::-1]
    says_not, asks_not = bool(_NOT.search(chosen.sentence.text)), bool(_NOT.search(asked.text))
    further = {
        "lead": min(choice.lead, 4.0),
        "share": choice.share,
        "article_soft": float(evidence.weights @ near) / total,
        "article_lacking": 1 - float(evidence.weights @ exact) / total,
        "article_worst": float((evidence.weights * (1 - near)).max(initial=0)),
        "span_share": float(of_runs[0]) if len(of_runs) else 0.0,
        "span_lead": float(of_runs[0] - of_runs[1]) if len(of_runs) > 1 else 0.0,
        "not_asked": float(asks_not and not says_not),
        "not_said": float(says_not and not asks_not),
        "terms": float(np.log1p(len(asked.terms))),
        "numeric": float(asked.expected.kind in NUMERIC),
        "named": float(asked.expected.kind in NAMED),
    }
    every = feature | further
    return np.array([every[name] for name in SIGNS], np.float64)


def missing(asked: Asked, candidate: Candidate, hits: Sequence[Hit]) -> tuple[str, ...]:
    """The names, years, numbers, months and figures asked for that nothing retrieved of the candidate's article has."""
    article = candidate.hit.passage.article_id
    about = candidate.hit.metadata
    texts = [hit.passage.text for hit in hits if hit.passage.article_id == article]
    texts += [about.title, about.author or "", about.publisher or ""]
    if about.published:
        texts.append(f"{about.published.year} {MONTHS[about.published.month - 1]}")
    there = [word for text in texts for word in words(text)]
    stems, initials = {word.stem for word in there}, _initials(there)
    sought = asked.names | asked.numbers | asked.months
    lacking = [
        term.text
        for term in asked.terms
        if term.stem in sought and not _met(term, stems, initials, {word.text.lower() for word in there})
    ]
    figure = unmentioned(asked.text, texts)
    return (*lacking, figure) if figure else tuple(lacking)


def _met(term: Word, stems: set[str], initials: str, written: set[str]) -> bool:
    """Whether a term stands among the words, in another spelling or as initials perhaps."""
    if term.stem in stems:
        return True
    if term.number and not any(character.isalpha() for character in term.text):
        return False
    text = term.text.lower()
    if term.text.isupper() and len(text) > 2 and text in initials:
        return True
    return len(text) > 4 and any(_alike(text, other) for other in written)


def _alike(one: str, other: str) -> bool:
    """The same name with another ending, or with one letter wrong."""
    shared = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    if shared >= 5 and max(len(one), len(other)) - shared <= 3:
        return True
    return len(one) > 5 and len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _initials(found: Sequence[Word]) -> str:
    """The first letters of the telling words: an abbreviation is a run of them."""
    return "".join(word.text[0].lower() for word in found if word.telling)


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-odds as chances that sum to 1."""
    raised = np.exp(scores - scores.max(initial=-np.inf))
    return np.asarray(raised / raised.sum())
