from datetime import date

import pytest

from assistant.answers import Answer, Citation, Conflict, Statement
from eval.cases import Case
from eval.judging import (
    ERROR,
    NOT_FIRST,
    NOT_READ,
    NOT_RETRIEVED,
    PATTERNS,
    RIGHT,
    SILENT,
    VERDICTS,
    WRONGLY_ANSWERED,
    WRONGLY_SILENT,
    judge,
)

ARTICLES = {
    "harbour": "Frost came early. The harbour took 9,000 crates in May. It took 8,000 in April.",
    "ledger": "The ledger counts 8,500 crates for May.",
    "frost": "Frost kept the boats in.",
}
CASE = Case(
    "1",
    "How many crates came in May?",
    answers=("9,000 crates", "9,000"),
    sources=("harbour",),
    gold_sentences=("The harbour took 9,000 crates in May.",),
)
UNANSWERABLE = Case("2", "How many crates came in June?", answerable=False, sources=("harbour",))


def citation(number: int, article_id: str, quote: str) -> Citation:
    start = ARTICLES[article_id].index(quote)
    return Citation(
        number, article_id, article_id.title(), None, date(2024, 5, 31), None, quote, start, start + len(quote)
    )


def reply(*quotes: tuple[str, str], span: tuple[int, int] | None = None, **fields):
    """An answer that states each quoted sentence in turn, as a line of results.jsonl."""
    citations = tuple(citation(number, *quote) for number, quote in enumerate(quotes, start=1))
    statements = tuple(Statement(c.quote, (c.number,), span if c.number == 1 else None) for c in citations)
    fields = {"confidence": 0.8, "retrieved": ("harbour", "ledger"), "timings_ms": {"total": 12.0}, **fields}
    return {"id": "1", **Answer("asked", statements, citations, **fields).to_json()}


def silence(**fields):
    return reply(abstained=True, reason="The articles do not say.", **fields)


def judged(case: Case, line):
    return judge([case], [line], lambda article_id: ARTICLES.get(article_id, ""))[0]


MAY = ("harbour", "The harbour took 9,000 crates in May.")
APRIL = ("harbour", "It took 8,000 in April.")
LEDGER = ("ledger", "The ledger counts 8,500 crates for May.")
FROST = ("frost", "Frost kept the boats in.")
FAILED = {"id": "1", "error": "ValueError: no"}


@pytest.mark.parametrize(
    ("case", "line", "verdict"),
    [
        (CASE, reply(MAY), RIGHT),
        (CASE, reply(MAY, LEDGER), RIGHT),
        (CASE, reply(LEDGER, MAY), NOT_FIRST),
        (CASE, reply(LEDGER), NOT_FIRST),
        (CASE, reply(APRIL), NOT_READ),
        (CASE, reply(FROST, retrieved=("frost",)), NOT_RETRIEVED),
        (CASE, silence(), WRONGLY_SILENT),
        (CASE, silence(retrieved=("frost",)), NOT_RETRIEVED),
        (CASE, FAILED, ERROR),
        (UNANSWERABLE, silence(), SILENT),
        (UNANSWERABLE, reply(MAY), WRONGLY_ANSWERED),
        (UNANSWERABLE, FAILED, ERROR),
    ],
)
def test_a_verdict_names_what_went_wrong(case, line, verdict):
    assert judged(case, line).verdict == verdict
    assert verdict in VERDICTS


@pytest.mark.parametrize(
    ("demands", "line", "verdict"),
    [
        ({"must": (r"9,?000 CRATES", "May")}, reply(MAY), RIGHT),
        ({"must": ("8,500",)}, reply(MAY), PATTERNS),
        ({"must": ("8,500",)}, reply(MAY, LEDGER), RIGHT),
        ({"never": ("8,500",)}, reply(MAY, LEDGER), PATTERNS),
        ({"never": (r"\b1\b",)}, reply(MAY), RIGHT),
    ],
)
def test_patterns_are_sought_in_the_statements_without_their_markers(demands, line, verdict):
    case = Case("1", CASE.question, answers=CASE.answers, sources=CASE.sources, **demands)
    outcome = judged(case, line)
    assert outcome.verdict == verdict
    (kept,) = (outcome.values[name] for name in ("must", "never") if name in outcome.values)
    assert kept == (verdict == RIGHT)


def test_without_answers_the_next_standard_of_the_case_decides():
    quoted = Case("1", "Why?", gold_sentences=CASE.gold_sentences, sources=("harbour",))
    assert judged(quoted, reply(MAY)).verdict == RIGHT
    assert judged(quoted, reply(APRIL)).verdict == NOT_READ
    sourced = Case("1", "Why?", sources=("harbour",))
    assert judged(sourced, reply(APRIL)).verdict == RIGHT
    assert judged(sourced, reply(LEDGER)).verdict == NOT_FIRST
    demanding = Case("1", "Why?", must=("May",), sources=("frost",))
    assert judged(demanding, reply(LEDGER)).verdict == RIGHT
    assert judged(Case("1", "Why?"), reply(FROST)).verdict == RIGHT


def test_the_words_marked_are_what_is_compared_with_the_answers():
    start = MAY[1].index("9,000")
    values = judged(CASE, reply(MAY, LEDGER, span=(start, start + len("9,000 crates")))).values
    assert (values["exact"], values["f1"], values["hit@1"], values["hit@any"]) == (1, 1, 1, 1)
    values = judged(CASE, reply(LEDGER, MAY)).values
    assert (values["exact"], values["hit@1"], values["hit@any"]) == (0, 0, 1)
    # Without a mark the whole sentence is the answer: harbour took 9000 crates in may, two words of six right.
    assert judged(CASE, reply(MAY)).values["f1"] == pytest.approx(2 * 2 / (6 + 2))


def test_retrieval_is_measured_on_what_can_be_answered():
    values = judged(CASE, reply(MAY, retrieved=("ledger", "harbour"))).values
    assert (values["recall@1"], values["recall@5"], values["success@5"], values["mrr"]) == (0, 1, 1, 0.5)
    assert "mrr" not in judged(UNANSWERABLE, silence()).values


def test_citations_are_compared_with_the_sources_and_sentences_that_are_gold():
    values = judged(CASE, reply(MAY, LEDGER, APRIL)).values
    assert (values["citation_precision"], values["citation_recall"]) == (0.5, 1)
    assert (values["cited"], values["gold_sentence_recall"]) == (1, 1)
    values = judged(CASE, silence()).values
    assert "citation_precision" not in values
    assert (values["citation_recall"], values["gold_sentence_recall"]) == (0, 0)


def test_gold_sentences_that_say_the_same_need_not_all_be_quoted():
    case = Case("1", "How many?", gold_sentences=(MAY[1], LEDGER[1]), sources=("harbour", "ledger"))
    values = judged(case, reply(MAY)).values
    assert (values["gold_sentence_hit"], values["gold_sentence_recall"], values["citation_recall"]) == (1, 0.5, 0.5)


def test_quotes_are_held_against_gold_sentences_one_by_one():
    values = judged(CASE, reply(MAY, APRIL)).values
    assert (values["gold_sentence_precision"], values["gold_sentence_recall"]) == (0.5, 1)
    assert "gold_sentence_precision" not in judged(CASE, silence()).values


def test_a_statement_that_says_more_than_its_quote_is_not_grounded():
    line = reply(MAY, APRIL)
    assert judged(CASE, line).values["grounded"] == 1
    line["statements"][0]["text"] = "The harbour took 9,500 crates in May."
    assert judged(CASE, line).values["grounded"] == 0.5


def test_what_is_said_is_compared_with_the_gold_sentence_in_order_and_its_words_are_counted():
    values = judged(CASE, reply(MAY)).values
    assert (values["rouge_l"], values["answer_words"]) == (1, 7)
    assert 0 < judged(CASE, reply(MAY, LEDGER)).values["rouge_l"] < 1
    assert judged(CASE, silence()).values["rouge_l"] == 0


def test_a_quote_one_character_off_is_not_exact():
    line = reply(MAY, APRIL)
    assert judged(CASE, line).values["quote_exact"] == 1
    line["citations"][0]["start"] += 1
    assert judged(CASE, line).values["quote_exact"] == 0.5
    line["citations"][1]["article_id"] = "gone"
    assert judged(CASE, line).values["quote_exact"] == 0


def test_a_statement_whose_citation_is_not_listed_is_not_cited():
    line = reply(MAY, APRIL)
    line["statements"][1]["citations"] = [7]
    assert judged(CASE, line).values["cited"] == 0.5


def test_what_a_silent_reply_would_have_said_is_its_nearest_sentence():
    near = judged(CASE, silence(nearest=(citation(1, *MAY), citation(2, *APRIL))))
    assert near.would_be_right
    assert (near.values["best_sentence"], near.values["hit@1"]) == (1, 0)
    assert judged(CASE, silence(nearest=(citation(1, *APRIL),))).values["best_sentence"] == 0
    assert not judged(CASE, silence(nearest=(citation(1, *APRIL),))).would_be_right
    assert not judged(CASE, silence()).would_be_right
    assert not judged(UNANSWERABLE, silence(nearest=(citation(1, *MAY),))).would_be_right


def test_an_error_keeps_its_place_in_every_figure_and_scores_nothing():
    values = dict(judged(CASE, FAILED).values)
    assert values.pop("errors") == 1
    assert values.pop("conflict_false_alarm") == 0
    assert set(values) >= {
        "right",
        "hit@1",
        "f1",
        "recall@10",
        "citation_precision",
        "citation_recall",
        "answered_right",
    }
    assert set(values.values()) == {0}
    assert judged(UNANSWERABLE, FAILED).values["abstain_recall"] == 0


def test_an_error_stands_at_the_worse_end_of_confidence():
    assert judged(CASE, FAILED).confidence == 0
    assert judged(UNANSWERABLE, FAILED).confidence == 1
    assert judged(CASE, reply(MAY)).confidence == 0.8


def test_silence_is_right_only_where_no_article_says_it():
    assert judged(CASE, silence()).values["abstain_precision"] == 0
    right = judged(UNANSWERABLE, silence()).values
    assert (right["abstain_precision"], right["abstain_recall"], right["abstain_accuracy"]) == (1, 1, 1)
    wrong = judged(UNANSWERABLE, reply(MAY)).values
    assert (wrong["abstain_recall"], wrong["abstain_accuracy"], wrong["answered_right"]) == (0, 0, 0)
    assert "abstain_precision" not in wrong


def test_a_conflict_is_found_where_the_articles_disagree_and_a_false_alarm_elsewhere():
    claimed = reply(MAY, LEDGER, conflicts=(Conflict((1, 2), "9,000 or 8,500"),))
    tagged = {tag: Case("1", "How many?", tags=(tag,)) for tag in ("disagreement", "update", "fact")}
    assert judged(tagged["disagreement"], claimed).values["conflict_found"] == 1
    assert judged(tagged["disagreement"], reply(MAY)).values["conflict_found"] == 0
    assert judged(tagged["fact"], claimed).values["conflict_false_alarm"] == 1
    assert judged(tagged["fact"], reply(MAY)).values["conflict_false_alarm"] == 0
    assert not {"conflict_found", "conflict_false_alarm"} & set(judged(tagged["update"], claimed).values)
