from datetime import date

from assistant.answers import Question
from assistant.dates import relative
from assistant.dates.periods import year
from assistant.remarks import LINES, remark, times_read
from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from index.articles import Article, Metadata


def asked(folder, question, *texts):
    settings = Settings(data=folder)
    with open_collection(settings, write=True, purpose="a test") as collection:
        collection.add([Article(f"a{number}", text, Metadata("News"), "n") for number, text in enumerate(texts)])
        return build_assistant(collection, settings).ask(Question(question))


def test_a_remark_says_its_values_in_english_and_keeps_them_for_other_languages():
    one = remark("not_mentioned", names=("Ann", "Ben", "Cid"))
    assert "does not mention Ann, Ben or Cid." in str(one)
    assert one.values == {"names": ["Ann", "Ben", "Cid"]}
    assert remark("mentions", about="rope", count=1_200).text == "1,200 articles mention “rope”."


def test_times_are_kept_in_a_form_that_every_language_can_write():
    one = remark("time_read_as", said="last year", period=year(2025), day=date(2026, 11, 22))
    assert one.text == "“last year” in the question is read as 2025, told from today, 22 November 2026."
    assert one.values == {"said": "last year", "period": "2025-01-01/2025-12-31", "day": "2026-11-22"}


def test_each_time_that_is_told_from_the_day_of_an_article_is_a_remark():
    one, other = times_read(relative("It was signed on Friday, two weeks ago it was not.", date(2024, 7, 20)))
    assert (one.kind, one.text) == ("time_means", "“on Friday” = 19 July 2024")
    assert one.values == {"said": "on Friday", "period": "2024-07-19/2024-07-19"}
    assert other.values == {"said": "two weeks ago", "period": "2024-07-06~/2024-07-06~"}
    assert times_read(relative("It was signed in 1921.", date(2024, 7, 20))) == ()


def test_an_article_without_a_date_says_once_that_nobody_knows_when():
    (one,) = times_read(relative("It was signed on Friday, two weeks ago it was not.", None))
    assert (one.kind, one.values) == ("time_unknown", {"said": "on Friday"})
    assert "gives no date" in one.text


def test_a_statement_tells_what_its_times_mean_and_each_of_them_by_its_kind(tmp_path):
    said = asked(tmp_path, "When was the treaty signed?", "The treaty was signed on Friday.").statements[0].to_json()
    assert "“on Friday”" in said["reading"]
    assert [one["kind"] for one in said["remarks"]] == ["time_unknown"]


def test_braces_in_a_value_are_only_braces():
    assert remark("no_mention", about="{0} {about} %s").text == "No article mentions “{0} {about} %s”."


def test_a_refusal_and_its_notes_come_with_their_kinds(tmp_path):
    answer = asked(tmp_path, "Who owns the ferry?")
    assert (answer.reason, [one.kind for one in answer.remarks]) == (LINES["no_articles"], ["no_articles"])
    assert answer.to_json()["remarks"] == [{"kind": "no_articles", "text": answer.reason, "values": {}}]


def test_an_answer_without_a_remark_has_none(tmp_path):
    answer = asked(tmp_path, "What will the ferry cost?", "The ferry will cost 4 euros from 1 June.")
    assert not answer.abstained
    assert answer.remarks == ()
