import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from index.articles import Article
from index.loading import load
from index.sentences import split

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "index" / "samples"

PUBLISHED = {
    "assassins-creed-windows": date(2025, 1, 21),
    "china-car-overcapacity": date(2023, 9, 11),
    "chip-tariffs": date(2025, 4, 15),
    "globalfoundries-intel": None,
    "lithium-sulfur": date(2025, 1, 20),
    "perplexity-tiktok": date(2025, 1, 20),
    "planted-line": date(2024, 7, 29),
    "second-shift": date(2024, 6, 14),
    "showroom-shops": None,
    "smartphone-slump": date(2023, 9, 15),
    "su7-tally": date(2024, 7, 20),
    "target-raised": date(2024, 7, 21),
    "texas-instruments-funding": date(2024, 8, 16),
    "us-japan-tariff-deal": date(2025, 7, 24),
    "windows-file-search": None,
    "xiaomi-beijing-plant": date(2023, 9, 2),
    "xiaomi-borrowed-licence": date(2024, 4, 29),
    "xiaomi-founder-speech": date(2024, 7, 20),
    "xiaomi-ndrc-approval": date(2023, 8, 24),
    "xiaomi-own-licence": date(2024, 7, 23),
    "xiaomi-road-in-dates": date(2024, 7, 22),
}

FIRST_AND_LAST_WORDS = {
    "assassins-creed-windows": ("Players who were kept", "tends to be about the weather."),
    "china-car-overcapacity": ("Anyone who wants to build cars", "the one that nobody volunteers for."),
    "chip-tariffs": ("Semiconductors slipped", 'I may lock it."'),
    "globalfoundries-intel": ("The name that is heard", "when there is one."),
    "lithium-sulfur": ("Batteries made with lithium", "next to the kettle."),
    "perplexity-tiktok": ("One day before TikTok", "are often read on a Monday."),
    "planted-line": ("Last week a stranger", "by a person with a kettle at hand."),
    "second-shift": ("The lights in Xiaomi's plant", "never counts another baker's loaves."),
    "showroom-shops": ("Buying a car has long", "cannot be scrolled away."),
    "smartphone-slump": ("Telephones made Xiaomi large", "none of them would sign for one there."),
    "su7-tally": ("How many electric cars", "rather than in their place."),
    "target-raised": ("Lei Jun has set the bar higher", 'is a wish with a date."'),
    "texas-instruments-funding": ("Three new chip factories", 'Make them closer to the ship."'),
    "us-japan-tariff-deal": ("Japan will pay less", "in a year, with chalk."),
    "windows-file-search": ("Finding a document", "keep one folder fewer."),
    "xiaomi-beijing-plant": ("Before a single customer", "when a price list appears."),
    "xiaomi-borrowed-licence": ("The cars carry Xiaomi's name", 'who let you in," she says.'),
    "xiaomi-founder-speech": ("Xiaomi went into cars", "they fight over every buyer."),
    "xiaomi-ndrc-approval": ("China’s state planner has told", "when people buy fewer gadgets."),
    "xiaomi-own-licence": ("This report updates our story of 29 April 2024.", "We pass it on."),
    "xiaomi-road-in-dates": ("Three and a half years", "have been sent a cake."),
}

FURNITURE = (
    "48,000 readers", "6,200 runners", "85 tonnes", "640,000 crates", "fares by 12%", "340 pupils", "18 months",
    "21,500 visitors", "$31 million", "raffle tickets", "half price", "$289", "toaster", "5,300 engineers", "15 tonnes",
    "Content is protected", "cookies", "Accept all", "Stay informed", "All rights reserved", "Recent Posts",
    "Read more insights", "You might also like", "Related articles", "Recommended for you", "More stories", "Most read",
    "admin", "hours ago", "days ago", "comments", "Leave a comment", "Share this", "Copy link", "Skip to content",
    "Log in", "Never miss an update", "By clicking subscribe", "Sign up for", "Sign me up", "newsletter", "Tags:",
    "Send to a friend", "Was this article helpful", "Read also", "Road tests", "Cookie settings", "Advertise with us",
    "Top Chips Today", "Interested in learning more",
    "Copyright", "©", "min read", "image: the harbour ledger", "shop-window.jpg",
)  # fmt: skip


@pytest.fixture(scope="module")
def articles() -> dict[str, Article]:
    loaded = list(load(SAMPLES))
    assert [problem for problem in loaded if not isinstance(problem, Article)] == []
    return {article.id: article for article in loaded if isinstance(article, Article)}


@pytest.fixture(scope="module")
def cases() -> list[dict[str, Any]]:
    lines = (ROOT / "eval" / "sets" / "samples.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_every_sample_is_loaded_with_the_date_that_stands_on_it(articles: dict[str, Article]):
    assert {name: article.metadata.published for name, article in articles.items()} == PUBLISHED


def test_a_sample_keeps_the_title_author_and_publisher_that_stand_on_it(articles: dict[str, Article]):
    assert articles["second-shift"].metadata.title == "Second shift starts at Xiaomi's Beijing works"
    assert articles["showroom-shops"].metadata.title == "A car between the phones"
    assert articles["xiaomi-ndrc-approval"].metadata.publisher == "Kontor Daily"
    assert articles["xiaomi-own-licence"].metadata.author == "Tobias Renn"


@pytest.mark.parametrize("name", sorted(FIRST_AND_LAST_WORDS))
def test_a_sample_keeps_its_body_from_the_first_words_to_the_last(articles: dict[str, Article], name: str):
    first, last = FIRST_AND_LAST_WORDS[name]
    text = articles[name].text
    assert text.startswith(first), text[:200]
    assert text.endswith(last), text[-200:]
    assert 150 <= len(text.split()) <= 450


@pytest.mark.parametrize("trap", FURNITURE)
def test_page_furniture_is_no_part_of_any_sample(articles: dict[str, Article], trap: str):
    assert [name for name, article in articles.items() if trap.casefold() in article.text.casefold()] == []


def test_ids_are_unique_and_questions_are_asked_once_in_the_same_conversation(cases: list[dict[str, Any]]):
    assert max(Counter(case["id"] for case in cases).values()) == 1
    assert max(Counter((case["question"], str(case.get("history"))) for case in cases).values()) == 1


def test_the_set_is_large_enough_in_every_kind(cases: list[dict[str, Any]]):
    least = {
        "fact": 30, "paraphrase": 8, "typo": 4, "follow-up": 8, "multi-part": 5, "date": 8, "disagreement": 3,
        "update": 4, "near-miss": 20, "furniture": 8, "off-topic": 4, "injection": 2, "not-known": 2,
    }  # fmt: skip
    found = Counter(tag for case in cases for tag in case["tags"])
    assert set(found) == set(least)
    assert {tag: number for tag, number in found.items() if number < least[tag]} == {}
    assert len(cases) >= 60
    assert sum(not case["answerable"] for case in cases) >= 20


def test_every_gold_sentence_stands_whole_in_one_sentence_of_a_source(
    articles: dict[str, Article], cases: list[dict[str, Any]]
):
    sentences = {name: [sentence.text for sentence in split(article.text)] for name, article in articles.items()}
    for case in cases:
        offered = [sentence for source in case["sources"] for sentence in sentences[source]]
        for gold in case["gold_sentences"]:
            # A list item may keep its marker in front; anything else must be the sentence itself.
            assert any(gold == sentence.lstrip("-*• ") for sentence in offered), (case["id"], gold)


def test_every_source_has_a_gold_sentence(articles: dict[str, Article], cases: list[dict[str, Any]]):
    for case in cases:
        for source in case["sources"]:
            assert any(gold in articles[source].text for gold in case["gold_sentences"]), (case["id"], source)


def test_every_answer_stands_in_a_gold_sentence(cases: list[dict[str, Any]]):
    for case in cases:
        for answer in case["answers"]:
            assert any(answer in gold for gold in case["gold_sentences"]), (case["id"], answer)


def test_only_answerable_questions_have_answers_and_all_of_them_do(cases: list[dict[str, Any]]):
    for case in cases:
        given = [bool(case[key]) for key in ("answers", "sources", "gold_sentences")]
        assert given == [case["answerable"]] * 3, case["id"]


def test_the_gold_sentences_satisfy_what_an_answer_must_and_must_never_say(cases: list[dict[str, Any]]):
    for case in cases:
        gold = " ".join(case["gold_sentences"])
        assert all(re.search(pattern, gold) for pattern in case.get("must", ())), case["id"]
        assert not any(re.search(pattern, gold) for pattern in case.get("never", ())), case["id"]


def test_what_a_furniture_question_asks_for_stands_on_a_page_but_in_no_article(
    articles: dict[str, Article], cases: list[dict[str, Any]]
):
    pages = "\n".join(path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("*.*")))
    traps = [case for case in cases if "furniture" in case["tags"] and not case["answerable"]]
    for case in traps:
        for pattern in case["never"]:
            assert re.search(pattern, pages), (case["id"], pattern)
            assert not any(re.search(pattern, article.text) for article in articles.values()), case["id"]


def test_a_follow_up_carries_turns_that_end_with_the_assistant(cases: list[dict[str, Any]]):
    for case in cases:
        roles = [turn["role"] for turn in case.get("history", ())]
        assert bool(roles) == ("follow-up" in case["tags"]), case["id"]
        assert roles == ["user", "assistant"] * (len(roles) // 2), case["id"]


def test_a_disagreement_is_between_different_sources(cases: list[dict[str, Any]]):
    asked = [case for case in cases if case["id"] in {"disagree-deliveries", "disagree-paraphrase"}]
    assert [case["sources"] for case in asked] == [["target-raised", "su7-tally"]] * 2
