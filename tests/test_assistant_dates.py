import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from assistant.dates import Period, relative, told
from assistant.dates.asking import asking, looks_back, respecting
from assistant.reading import Finding
from index.articles import Hit, Metadata, Passage, Sentence
from index.scope import Scope

CASES = [json.loads(line) for line in (Path(__file__).parent / "data" / "dates.jsonl").read_text().splitlines()]
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:40] for case in CASES])
def test_what_a_time_means_on_the_day_of_its_article(case):
    found = [
        {"said": one.said, "first": one.period.first.isoformat(), "last": one.period.last.isoformat()}
        for one in told(case["text"], date.fromisoformat(case["published"]))
        if one.relative and one.period
    ]
    assert found == case["readings"]


def test_there_are_at_least_forty_dates_and_some_traps():
    assert sum(len(case["readings"]) for case in CASES) >= 40
    assert sum(not case["readings"] for case in CASES) >= 8


def test_a_time_that_stands_alone_is_not_told_from_the_day_of_its_article():
    assert [one.said for one in relative("It was signed on Friday, as in 1921.", date(2024, 7, 20))] == ["on Friday"]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2024-07-19", "2024-07-19", "19 July 2024"),
        ("2024-11-01", "2024-11-30", "November 2024"),
        ("2024-07-01", "2024-09-30", "July to September 2024"),
        ("2024-12-01", "2025-02-28", "December 2024 to February 2025"),
        ("2024-01-01", "2024-12-31", "2024"),
        ("2020-01-01", "2029-12-31", "2020 to 2029"),
        ("2024-07-15", "2024-07-21", "15 to 21 July 2024"),
        ("2024-07-29", "2024-08-04", "29 July to 4 August 2024"),
        ("2024-12-30", "2025-01-05", "30 December 2024 to 5 January 2025"),
    ],
)
def test_a_period_is_written_as_a_person_writes_it(first: str, last: str, said: str):
    assert str(Period(date.fromisoformat(first), date.fromisoformat(last))) == said


def test_a_day_that_no_calendar_has_is_no_time():
    assert told("It opens on 31 June.", date(2024, 6, 1)) == []


def test_part_of_a_compound_tells_no_tense():
    [sunday] = told("Sunday's open-air concert was broken off.", date(2025, 7, 21))
    assert sunday.period == Period(date(2025, 7, 20), date(2025, 7, 20))


def test_english_times_are_read_without_dateparser():
    code = (
        "import sys; from datetime import date; from assistant.dates import relative;"
        "assert relative('It was signed on Friday.', date(2024, 7, 20)); sys.exit('dateparser' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def finding(published: date | None, *, text: str = "It has 40 members.", score: float = 0.0) -> Finding:
    sentence = Sentence(0, len(text), text)
    passage = Passage(str(published), 0, 0, len(text), text, (sentence,))
    return Finding(
        Hit(passage, Metadata("Title", published=published), 1.0, 0.5, 5.0),
        sentence,
        None,
        "count",
        None,
        score,
        0.9,
        (),
    )


OLD, NEW, UNDATED = finding(date(2024, 6, 1)), finding(date(2025, 6, 1), score=-1.0), finding(None, score=-0.5)


def test_as_of_leaves_out_what_was_published_later_and_what_has_no_date():
    asked = asking("As of June 2024, how many members does the club have?", TODAY)
    assert (asked.text, asked.as_of) == ("How many members does the club have?", date(2024, 6, 30))
    assert [str(note) for note in asked.notes] == ["Only articles published by 30 June 2024 are taken."]
    assert respecting(asked, [NEW, OLD, UNDATED]) == [OLD]


def test_as_of_narrows_a_scope_and_never_widens_it():
    asked = asking("How many members does the club have as of 2024?", TODAY)
    assert asked.within(None) == Scope(published_to=date(2024, 12, 31))
    narrow = Scope(published_to=date(2023, 1, 1), publishers=("Kontor",))
    assert asked.within(narrow) == narrow


@pytest.mark.parametrize("question", ["How many members are there now?", "What is the latest number of members?"])
def test_the_latest_of_those_that_answer_equally_comes_first(question: str):
    assert respecting(asking(question, TODAY), [OLD, NEW, UNDATED])[0] is NEW


def test_a_later_report_that_answers_worse_does_not_come_first():
    worse = finding(date(2026, 1, 1), score=-4.0)
    assert respecting(asking("How many members are there now?", TODAY), [OLD, worse])[0] is OLD


def test_without_a_word_of_time_the_order_stays():
    assert respecting(asking("How many members are there?", TODAY), [OLD, NEW]) == [OLD, NEW]


def test_last_year_in_a_question_is_told_from_today_and_prefers_what_is_of_then():
    asked = asking("How many members did the club win last year?", TODAY)
    note = "“last year” in the question is read as 2025, told from today, 22 November 2026."
    assert [str(one) for one in asked.notes] == [note]
    assert respecting(asked, [OLD, NEW]) == [NEW, OLD]


def test_a_question_can_look_back():
    assert looks_back("How many boats sank by the first count?")
    assert not looks_back("How many boats sank?")
