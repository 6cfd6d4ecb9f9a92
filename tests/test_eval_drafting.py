# ruff: noqa: E501  a case a line can be read down
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model import ScriptedModel
from eval.cases import read_cases
from eval.drafting.asking import asked
from eval.drafting.drafting import draft
from eval.drafting.rephrasing import rephrased
from eval.errors import QuestionSetWrong
from index.articles import Article, Metadata
from index.loading import load
from index.sentences import split

SAMPLES = Path(__file__).parents[1] / "index" / "samples"


def article(key: str, text: str, title: str = "A day at the harbour") -> Article:
    return Article(key, text, Metadata(title), f"/news/{key}.txt")


def named(word: str) -> bool:
    return word[0].isupper() and word not in {"The", "In", "Four", "A", "No", "Divers"}


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        ("Xiaomi has promised to put $10 billion into cars.", "How much has Xiaomi promised to put into cars?", "$10 billion"),
        ("Divers found two wrecks under the pier.", "How many wrecks did divers find under the pier?", "two"),
        ("The site is laid out for 200,000 cars.", "For how many cars is the site laid out?", "200,000"),
        ("The festival had about 9,500 visitors in May.", "How many visitors did the festival have in May?", "9,500"),
        ("In 2017 the rate had stood at 66.6 percent.", "At what percentage had the rate stood in 2017?", "66.6 percent"),
        ("The mole is 640 metres long.", "How many metres long is the mole?", "640"),
        ("Four volunteers did the work, on three days.", "How many volunteers did the work?", "Four"),
        ("In 1903 Anna Berg sold the yard to a baker.", "When did Anna Berg sell the yard to a baker?", "1903"),
        ("The bridge was opened in June 2024.", "When was the bridge opened?", "June 2024"),
        ("No quarter had been that poor since 2014.", "Since when had no quarter been that poor?", "2014"),
        ("Tomas Wirth leads the crews of the tugs.", "Who leads the crews of the tugs?", "Tomas Wirth"),
        ("Ole Brandt, who runs a study circle, laughed.", "Who runs a study circle?", "Ole Brandt"),
        ("So says Dagny Moe, the chief of the brigade.", "Who is the chief of the brigade?", "Dagny Moe"),
    ],
)  # fmt: skip
def test_a_question_is_put_together_from_the_words_of_its_sentence(sentence, question, answer):
    assert (question, answer) in [(found.question, found.answer) for found in asked(sentence, named)]


@pytest.mark.parametrize(
    "sentence",
    [
        "It sold 400 boats in May.",
        "He has promised $10 billion.",
        "They found two wrecks there.",
        "The company, he said, sold 400 boats.",
        '"We sold 400 boats," said Anna Berg.',
        "Did the yard sell 400 boats in 1903?",
        "The yard's boats: 400 in 1903.",
        "Our own count gives 27,000 cars.",
        "The boats that were sold in May sank.",
        "AppleTalk was a suite of protocols.",
        "The yard did not sell 400 boats.",
        "Nobody knows whether the yard sold 400 boats.",
        "",
    ],
)
def test_what_would_not_stand_by_itself_is_not_asked(sentence):
    assert [found.question for found in asked(sentence or " ", named)] == []


def test_only_what_comes_before_a_second_verb_is_asked():
    questions = [found.question for found in asked("The rebellion started in 1351 and grew into a war.", named)]
    assert questions == ["When did the rebellion start?"]


@given(st.text(max_size=200))
def test_whatever_a_sentence_holds_its_questions_are_answered_by_its_own_words(sentence):
    for found in asked(sentence or " ", named):
        assert found.answer in sentence
        assert found.question.endswith("?")


def test_drafts_of_the_samples_are_cases_whose_answers_stand_in_their_articles(tmp_path):
    articles = {a.id: a for a in load(SAMPLES) if isinstance(a, Article)}
    cases = draft(list(articles.values()), limit=60, seed=0)
    (tmp_path / "drafts.jsonl").write_text("".join(json.dumps(case) + "\n" for case in cases), "utf-8")
    read = read_cases(tmp_path / "drafts.jsonl", drafts=True)
    assert len(read) == len(cases) >= 20
    assert {case.tags[0] for case in read} == {"draft"}
    assert all(case.draft for case in read)
    for case in read:
        if case.answerable:
            (gold,), (source,) = case.gold_sentences, case.sources
            assert gold in [sentence.text for sentence in split(articles[source].text)]
            assert case.answers[0] in gold
            assert case.answers[0] not in case.question
    assert {tag for case in read for tag in case.tags[1:]} == {"fact", "date", "near-miss"}


def test_drafts_are_no_cases_until_somebody_has_looked_at_them(tmp_path):
    file = tmp_path / "drafts.jsonl"
    file.write_text(json.dumps({"id": "1", "question": "Who?", "draft": True}))
    with pytest.raises(QuestionSetWrong, match='nothing but drafts; look at each and take its "draft": true off'):
        read_cases(file)


def test_the_same_seed_gives_the_same_drafts_and_another_one_others():
    articles = [a for a in load(SAMPLES) if isinstance(a, Article)]
    first = draft(articles, limit=12, seed=1)
    assert first == draft(articles, limit=12, seed=1)
    assert first != draft(articles, limit=12, seed=2)
    assert len(first) <= 12


def test_a_near_miss_holds_a_name_or_year_that_no_article_tells_with_the_rest():
    articles = [
        article("a", "In 1903 Anna Berg sold the yard in Sandvik. The yard of Sandvik burned down later."),
        article("b", "People in Oxhaven remember 1911. Snow lay in Oxhaven until May, and ice in Oxhaven until June."),
    ]
    misses = [case for case in draft(articles, limit=30, seed=0) if not case["answerable"]]
    assert misses
    for case in misses:
        assert "Oxhaven" in case["question"] or "1911" in case["question"]
        assert "sources" not in case
        assert "Check that no article says it." in case["note"]


def test_a_year_that_the_other_article_tells_with_the_same_words_is_not_put_in():
    articles = [
        article("a", "Anna Berg won the regatta of Sandvik in 1903."),
        article("b", "Per Lund won the regatta of Sandvik in 1911."),
    ]
    asked_too = [case["question"] for case in draft(articles, limit=30, seed=0) if not case["answerable"]]
    assert not [question for question in asked_too if "1911" in question or "1903" in question]


def test_a_question_without_a_name_says_which_article_it_is_about():
    cases = draft([article("a", "The mole is 640 metres long.", title="The long mole")], limit=3, seed=0)
    assert [case["question"] for case in cases] == ["According to “The long mole”, how many metres long is the mole?"]


def test_a_title_that_gives_the_answer_away_is_not_put_before_the_question():
    assert draft([article("a", "The mole is 640 metres long.", title="A mole of 640 metres")], limit=3, seed=0) == []


def test_articles_in_other_languages_are_passed_over():
    text = "Das Hafenbad hat 620 Mitglieder und öffnet am 3. Mai. Der Umbau hat nicht lange gedauert, und das ist gut."
    assert draft([article("a", text)], limit=3, seed=0) == []


CASE = {
    "id": "draft-1",
    "question": "According to “The yard”, how many boats did Anna Berg sell in 1903?",
    "draft": True,
    "answers": ["400"],
    "answerable": True,
    "tags": ["draft", "fact"],
}


def test_a_models_words_are_a_second_draft_of_the_same_case():
    model = ScriptedModel(["“In 1903, what number of vessels went from Anna Berg to buyers?”\nHope that helps."])
    again = rephrased(CASE, model)
    assert again is not None
    assert again["question"] == "In 1903, what number of vessels went from Anna Berg to buyers?"
    assert (again["id"], again["tags"], again["draft"]) == ("draft-1-p", ["draft", "paraphrase"], True)
    assert again["answers"] == ["400"]


@pytest.mark.parametrize(
    "reply",
    [
        "How many boats did Anna Berg sell?",
        "How many boats were sold in 1903?",
        "Did Anna Berg really sell 400 vessels in 1903?",
        "Anna Berg sold vessels in 1903.",
        "Why did Anna Berg sell vessels in 1903?",
        "In 1903, according to “The yard”, how many boats did Anna Berg sell?",
        "",
    ],
)
def test_a_models_words_that_drop_a_name_tell_the_answer_or_say_the_same_are_left_out(reply):
    assert rephrased(CASE, ScriptedModel([reply])) is None


def byline_eval(*arguments: str, where: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "eval", "draft", *arguments]
    return subprocess.run(
        command, cwd=where, env={**os.environ, "COLUMNS": "200", **environment}, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip


def test_the_command_line_writes_drafts_and_says_what_to_do_with_them(tmp_path):
    done = byline_eval("--articles", str(SAMPLES), "--limit", "9", where=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "9 drafts in drafts.jsonl: 6 facts and dates, 3 near misses, 0 paraphrases.",
        'Look at each: take "draft": true and the tag "draft" off the right ones, and delete the others.',
    ]
    assert len(read_cases(tmp_path / "drafts.jsonl", drafts=True)) == 9


def test_a_file_that_is_there_is_never_written_over(tmp_path):
    (tmp_path / "drafts.jsonl").write_text("mine")
    done = byline_eval("--articles", str(SAMPLES), where=tmp_path)
    assert (done.returncode, done.stderr) == (1, "drafts.jsonl is there already. Choose another --out, or remove it.\n")
    assert (tmp_path / "drafts.jsonl").read_text() == "mine"


def test_articles_without_a_plain_fact_are_one_clear_line(tmp_path):
    (tmp_path / "poem.txt").write_text("O wind, o wave, o weary gull.\n\nWho knows? Not I.")
    done = byline_eval("--articles", "poem.txt", where=tmp_path)
    assert done.returncode == 1
    assert done.stderr == "No question could be made from poem.txt. It takes English articles with plain facts.\n"


def test_a_model_that_does_not_answer_costs_its_paraphrases_and_nothing_else(tmp_path):
    done = byline_eval(
        "--articles", str(SAMPLES), "--limit", "6", where=tmp_path,
        BYLINE_ENGINE="generative", BYLINE_MODEL_URL="http://127.0.0.1:9/v1", BYLINE_MODEL_SECONDS="3",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("6 drafts in drafts.jsonl: 4 facts and dates, 2 near misses, 0 paraphrases.")
    assert len(done.stderr.splitlines()) == 1
