"""One case and its reply, judged: the verdict, and what the case adds to each figure.

An error is never left out: it scores 0 wherever its case has a gold standard, counts as an answer that is wrong, and
stands at the worse end of every ranking by confidence.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.cases import Case
from eval.metrics import covers, exact_match, f1, grounded, holds, rouge_l, share
from eval.ranking import ranking

RIGHT, SILENT = "right", "rightly silent"
NOT_RETRIEVED, NOT_FIRST, NOT_READ = "not retrieved", "not ranked first", "not read"
WRONGLY_SILENT, WRONGLY_ANSWERED, PATTERNS, ERROR = "wrongly abstained", "wrongly answered", "must or never", "error"

VERDICTS = {
    RIGHT: "The first sentence answers the question, and what the case demands or forbids is kept.",
    SILENT: "No article says it, and the reply says so.",
    NOT_RETRIEVED: "No article that says it was retrieved.",
    NOT_FIRST: "Retrieved, but another article was put first, or only a later sentence answers.",
    NOT_READ: "The right article was put first, but the sentence that answers is nowhere in the reply.",
    WRONGLY_SILENT: "Retrieved, but the reply says that no article says it.",
    WRONGLY_ANSWERED: "No article says it, yet it was answered.",
    PATTERNS: "Answered, but something demanded is missing or something forbidden is said.",
    ERROR: "The question ended in an error.",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case with its reply, judged."""

    case: Case
    reply: Mapping[str, Any]
    """The line of results.jsonl: an answer as JSON with the case's id, or the id and an error."""
    verdict: str
    values: Mapping[str, float]
    """What the case adds to each figure that speaks of it."""
    would_be_right: bool
    """Whether the reply is right, or, if it is silent, whether its nearest sentence would have been."""

    @property
    def confidence(self) -> float:
        """The reply's confidence; an error's is the worst it could be."""
        if "error" in self.reply:
            return 0.0 if self.case.answerable else 1.0
        return float(self.reply["confidence"])


def judge(cases: Sequence[Case], replies: Sequence[Mapping[str, Any]], text_of: Callable[[str], str]) -> list[Outcome]:
    """The outcome of each case; ``text_of`` gives the stored text of an article by its id, "" if it is unknown."""
    whole = [_completed(reply) for reply in replies]
    wanted = [case.sources if case.answerable else () for case in cases]
    ranks = ranking((reply["retrieved"], sources) for reply, sources in zip(whole, wanted, strict=True))
    judged = zip(cases, whole, ranks, strict=True)
    return [_outcome(case, reply, rank, text_of) for case, reply, rank in judged]


def _completed(reply: Mapping[str, Any]) -> Mapping[str, Any]:
    """An error with the fields of an answer that says nothing and yet is no silence."""
    nothing: dict[str, Any] = {
        "abstained": False,
        "reason": None,
        "statements": [],
        "citations": [],
        "retrieved": [],
        "conflicts": [],
    }
    return {**reply, **nothing} if "error" in reply else reply


def _outcome(case: Case, reply: Mapping[str, Any], rank: Mapping[str, float], text_of: Callable[[str], str]) -> Outcome:
    verdict = _verdict(case, reply)
    values = {
        "right": float(verdict in (RIGHT, SILENT)),
        "errors": float("error" in reply),
        **_abstention(case, reply, verdict),
        **rank,
        **_answer(case, reply),
        **_citations(reply, text_of),
        **_gold(case, reply),
        **_conflicts(case, reply),
    }
    withheld = bool(reply["abstained"]) and values.get("best_sentence") == 1
    return Outcome(case, reply, verdict, values, would_be_right=verdict == RIGHT or withheld)


def _verdict(case: Case, reply: Mapping[str, Any]) -> str:
    if "error" in reply:
        return ERROR
    if not case.answerable:
        return SILENT if reply["abstained"] else WRONGLY_ANSWERED
    if reply["abstained"]:
        return WRONGLY_SILENT if _retrieved(case, reply) else NOT_RETRIEVED
    if _first_answers(case, reply):
        return RIGHT if _keeps(case.must, reply) and not _breaks(case.never, reply) else PATTERNS
    if not _retrieved(case, reply):
        return NOT_RETRIEVED
    first = reply["citations"][0]["article_id"] if reply["citations"] else None
    read_elsewhere = holds(_said(reply), case.answers)
    return NOT_READ if first in case.sources and not read_elsewhere else NOT_FIRST


def _retrieved(case: Case, reply: Mapping[str, Any]) -> bool:
    return not case.sources or not set(case.sources).isdisjoint(reply["retrieved"])


def _first_answers(case: Case, reply: Mapping[str, Any]) -> bool:
    """By the strongest standard the case gives: its answers, else its gold sentences, patterns or sources."""
    if case.answers:
        return bool(reply["statements"]) and holds(reply["statements"][0]["text"], case.answers)
    quotes = [citation["quote"] for citation in reply["citations"]]
    if case.gold_sentences:
        return any(covers(quote, gold) for quote in quotes for gold in case.gold_sentences)
    if case.sources and not case.must:
        return any(citation["article_id"] in case.sources for citation in reply["citations"])
    return True


def _abstention(case: Case, reply: Mapping[str, Any], verdict: str) -> dict[str, float]:
    silent = bool(reply["abstained"])
    values = {"abstain_accuracy": float("error" not in reply and silent is not case.answerable)}
    if silent:
        values["abstain_precision"] = float(not case.answerable)
    else:
        values["answered_right"] = float(verdict == RIGHT)
    if not case.answerable:
        values["abstain_recall"] = float(silent)
    return values


def _answer(case: Case, reply: Mapping[str, Any]) -> dict[str, float]:
    values = {}
    if case.answerable and case.answers:
        first, marked = _first(reply)
        values["hit@1"] = float(holds(first, case.answers))
        values["hit@any"] = float(any(holds(said["text"], case.answers) for said in reply["statements"]))
        values["best_sentence"] = float(holds(first or _nearest(reply), case.answers))
        values["exact"] = exact_match(marked, case.answers)
        values["f1"] = f1(marked, case.answers)
        values["rouge_l"] = rouge_l(_said(reply), case.references or case.gold_sentences or case.answers)
    if case.must:
        values["must"] = float(_keeps(case.must, reply))
    if case.never:
        values["never"] = float("error" not in reply and not _breaks(case.never, reply))
    return values


def _citations(reply: Mapping[str, Any], text_of: Callable[[str], str]) -> dict[str, float]:
    values = {}
    numbers = {citation["number"] for citation in reply["citations"]}
    if statements := reply["statements"]:
        values["cited"] = sum(bool(numbers.intersection(said["citations"])) for said in statements) / len(statements)
        values["grounded"] = sum(_grounded(said, reply["citations"]) for said in statements) / len(statements)
        values["answer_words"] = float(len(_said(reply).split()))
    if quoted := [*reply["citations"], *reply.get("nearest", [])]:
        exact = [text_of(cited["article_id"])[cited["start"] : cited["end"]] == cited["quote"] for cited in quoted]
        values["quote_exact"] = sum(exact) / len(exact)
    return values


def _gold(case: Case, reply: Mapping[str, Any]) -> dict[str, float]:
    """What is cited against what should be, by article and by sentence."""
    values: dict[str, float] = {}
    if not case.answerable:
        return values
    articles = list(dict.fromkeys(citation["article_id"] for citation in reply["citations"]))
    quotes = [citation["quote"] for citation in reply["citations"]]
    if case.sources:
        values["citation_recall"] = share(case.sources, articles)
        if not reply["abstained"]:
            values["citation_precision"] = share(articles, case.sources)
    if case.gold_sentences:
        quoted_gold = [any(covers(quote, gold) for quote in quotes) for gold in case.gold_sentences]
        values["gold_sentence_hit"] = float(any(quoted_gold))
        values["gold_sentence_recall"] = sum(quoted_gold) / len(quoted_gold)
        if not reply["abstained"]:
            is_gold = [any(covers(quote, gold) for gold in case.gold_sentences) for quote in quotes]
            values["gold_sentence_precision"] = sum(is_gold) / max(1, len(quotes))
    return values


def _conflicts(case: Case, reply: Mapping[str, Any]) -> dict[str, float]:
    claimed = float(bool(reply["conflicts"]))
    if "disagreement" in case.tags:
        return {"conflict_found": claimed}
    # A later report that supersedes an earlier one may be pointed out either way.
    return {} if "update" in case.tags else {"conflict_false_alarm": claimed}


def _grounded(said: Mapping[str, Any], citations: Sequence[Mapping[str, Any]]) -> bool:
    return grounded(said["text"], [cited["quote"] for cited in citations if cited["number"] in said["citations"]])


def _first(reply: Mapping[str, Any]) -> tuple[str, str]:
    """The first statement and the words marked in it, all of it where none are."""
    if not reply["statements"]:
        return "", ""
    text, span = reply["statements"][0]["text"], reply["statements"][0]["span"]
    return text, text[slice(*span)] if span else text


def _nearest(reply: Mapping[str, Any]) -> str:
    """What a silent reply would have said."""
    nearest = reply.get("nearest")
    return str(nearest[0]["quote"]) if nearest else ""


def _said(reply: Mapping[str, Any]) -> str:
    return " ".join(statement["text"] for statement in reply["statements"])


def _keeps(patterns: Sequence[str], reply: Mapping[str, Any]) -> bool:
    told = reply["reason"] or "" if reply["abstained"] else _said(reply)
    return all(re.search(pattern, told, re.IGNORECASE) for pattern in patterns)


def _breaks(patterns: Sequence[str], reply: Mapping[str, Any]) -> bool:
    return any(re.search(pattern, _said(reply), re.IGNORECASE) for pattern in patterns)
