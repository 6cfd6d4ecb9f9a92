from dataclasses import replace
from datetime import date

import pytest

from assistant.meaning import Meaning
from assistant.reading import FeatureReader, Finding
from assistant.resembling import UNNAMED, Discerning, unfit
from assistant.vocabulary import Vocabulary
from index.articles import Hit, Metadata, Passage, Sentence
from index.embedding import HashEmbedder


def hit(text: str, **about: object) -> Hit:
    """A passage of the text's lines, one sentence a line."""
    sentences, start = [], 0
    for line in text.split("\n"):
        sentences.append(Sentence(start, start + len(line), line))
        start += len(line) + 1
    metadata = replace(Metadata("News"), **about)
    return Hit(Passage("a", 0, 0, len(text), text, tuple(sentences)), metadata, 1.0, 0.5, 8.0)


def readers() -> tuple[FeatureReader, Discerning]:
    vocabulary = Vocabulary()
    first = FeatureReader(vocabulary, Meaning(HashEmbedder()))
    return first, Discerning(first, vocabulary)


def found(question: str, passage: Hit, *, beginning: str) -> tuple[Finding, Finding]:
    """What the reader makes of a sentence by itself, and what is left of that."""
    first, discerning = readers()
    return tuple(
        next(one for one in reader.read(question, [passage]) if one.sentence.text.startswith(beginning))
        for reader in (first, discerning)
    )


ENGINES = hit(
    "Carvel patented a steam engine in 1781.\nThe Ostrom engine followed.\nIt had four valves.\n"
    "Its rival was built in 1849."
)


def test_what_is_told_of_another_year_is_no_answer():
    discerning = readers()[1]
    best = discerning.read("Who patented a steam engine in 1849?", [ENGINES])[0]
    assert best.sentence.text != "Carvel patented a steam engine in 1781."
    assert readers()[0].read("Who patented a steam engine in 1849?", [ENGINES])[0].sentence.text.startswith("Carvel")
    ruled_out = found("Who patented a steam engine in 1849?", hit(ENGINES.passage.text), beginning="Its rival")[1]
    assert not ruled_out.missing


def test_a_year_told_before_or_by_the_day_of_the_article_is_told():
    passage = hit("In 2022 Norvik had ten yards.\nThe yards stood half empty.\nTheir output was 40 boats.")
    assert not found("How many boats was the output in 2022?", passage, beginning="Their output")[1].missing
    dated = hit("The yards stood half empty.\nTheir output was 40 boats.", published=date(2022, 5, 1))
    assert not found("How many boats was the output in 2022?", dated, beginning="Their output")[1].missing


def test_a_name_that_is_told_only_after_the_sentence_makes_it_less_sure():
    passage = hit("The Carvel engine uses two valves.\nThe Ostrom engine uses oil.\nIt is the older one.")
    before, after = found("How many valves does the Ostrom engine use?", passage, beginning="The Carvel")
    assert after.probability / (1 - after.probability) == pytest.approx(
        UNNAMED * before.probability / (1 - before.probability)
    )
    before, after = found("What does the Ostrom engine use?", passage, beginning="It is the older")
    assert after.probability == before.probability


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("When was the east ferry withdrawn?", "The east ferry was withdrawn by its owner."),
        ("In what year was the ferry built?", "The ferry was built by Ostrom and Sons."),
        ("How much did the ferry cost to build?", "The ferry, which was built in 1994, needs 75 minutes."),
        ("How many people did the ferry carry?", "The ferry did carry people and their bicycles."),
        ("How long is the ferry?", "The ferry is a friend of all who live here."),
    ],
)
def test_a_sentence_in_which_nothing_could_be_what_is_asked_for_is_passed_over(question: str, sentence: str):
    best = readers()[1].read(question, [hit(f"{sentence}\nMore is told elsewhere.")])[0]
    assert best.missing


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("When was the east ferry withdrawn?", "The east ferry was withdrawn after the storm."),
        ("How many people did the ferry carry?", "How many people the ferry carried has not been made public."),
        ("How long did the trial take?", "The trial took from 1870 to 1879."),
        ("How much did the ferry cost?", "The ferry cost nothing."),
    ],
)
def test_what_may_tell_it_in_other_words_is_kept(question: str, sentence: str):
    assert not readers()[1].read(question, [hit(f"{sentence}\nMore is told elsewhere.")])[0].missing


def test_articles_in_other_languages_are_not_judged_by_english_words():
    german = hit("Die Fähre fährt montags.\nMehr steht anderswo.", language="de")
    assert not found("When fährt die Fähre?", german, beginning="Die Fähre")[1].missing


def test_a_country_may_be_told_by_its_other_name():
    passage = hit("The United States raised the tariff on boats.\nIt is now 25%.")
    before, after = found("How high is the US tariff on boats?", passage, beginning="It is now")
    assert after.probability == before.probability


def test_nothing_found_is_nothing_left():
    assert readers()[1].read("Who won?", []) == []
    assert readers()[1].threshold(0.8) == readers()[0].threshold(0.8)


def test_a_sum_of_money_is_no_capacity():
    text = "The works in Corrie cost $756 million."
    span = text.index("$"), len(text) - 1
    cost = Finding(hit(text), Sentence(0, len(text), text), None, "amount", span, 0.0, 0.9, ())
    assert unfit("What is the capacity of the works in Corrie?", cost) == ("capacity",)
    assert not unfit("What is the price of the works in Corrie?", cost)


def test_the_name_of_somebody_is_told_only_by_a_name():
    asked = "What's the name of the driver freed on Marsh Road?"
    for text, lacking in (
        ("A driver, 43, was freed on Marsh Road.", ("name",)),
        ("The driver freed on Marsh Road was Alda Quist.", ()),
        ("The driver, known to all but named only as the baker, was freed.", ()),
    ):
        freed = Finding(hit(text), Sentence(0, len(text), text), None, "name", (2, 8), 0.0, 0.9, ())
        assert unfit(asked, freed) == lacking


def test_it_is_not_a_thing_that_the_passage_never_names():
    library = hit("The seed library lends packets.\nIt opened on 3 February.")
    opened = Finding(library, library.passage.sentences[1], library.passage.sentences[0], "date", None, 0.0, 0.9, ())
    assert unfit("When does the new airport open?", opened) == ("airport",)
    assert not unfit("When did the new library open?", opened)
