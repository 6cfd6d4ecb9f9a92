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
    "biblioteca-flotante": date(2025, 7, 8),
    "china-car-overcapacity": date(2023, 9, 11),
    "chip-tariffs": date(2025, 4, 15),
    "dengta-tushuguan": date(2025, 6, 3),
    "festival-crowd": date(2025, 8, 18),
    "festival-police": date(2025, 8, 19),
    "footbridge-price": date(2025, 3, 13),
    "footbridge-vote": date(2025, 3, 12),
    "globalfoundries-intel": None,
    "hafenbad-oeffnet": date(2025, 4, 14),
    "hafenbad-termin": date(2025, 4, 16),
    "harbour-master-solheim": date(2025, 10, 2),
    "harbour-master-wirth": date(2025, 10, 2),
    "letters-page": date(2025, 6, 3),
    "lithium-sulfur": date(2025, 1, 20),
    "mercado-pescado": date(2025, 9, 15),
    "nachtbus": date(2025, 9, 1),
    "perplexity-tiktok": date(2025, 1, 20),
    "planted-line": date(2024, 7, 29),
    "rope-works-fire": date(2025, 5, 6),
    "rope-works-fireworks": date(2025, 5, 6),
    "second-shift": date(2024, 6, 14),
    "seed-library-quarter": date(2025, 5, 5),
    "seed-library-week": date(2025, 2, 10),
    "showroom-shops": None,
    "smartphone-slump": date(2023, 9, 15),
    "storm-first-count": date(2025, 11, 10),
    "storm-second-count": date(2025, 11, 12),
    "su7-tally": date(2024, 7, 20),
    "target-raised": date(2024, 7, 21),
    "texas-instruments-funding": date(2024, 8, 16),
    "two-ferries": date(2025, 9, 5),
    "us-japan-tariff-deal": date(2025, 7, 24),
    "windows-file-search": None,
    "xin-duchuan": date(2025, 9, 20),
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

FIRST_AND_LAST_WORDS_OF_SHORT_ONES = {
    "biblioteca-flotante": ("Cada jueves, una biblioteca", "donde se le pinta el casco."),
    "dengta-tushuguan": ("停用了十五年的旧灯塔", "不过现在照的是书。"),
    "footbridge-vote": ("The town will get a footbridge", "expected in October of next year."),
    "hafenbad-oeffnet": ("Nach zwei Jahren Umbau", "Montags bleibt das Bad geschlossen."),
    "hafenbad-termin": ("Das Hafenbad öffnet am 10. Mai.", "abends allein ins Becken."),
    "letters-page": ("Since the rope works burned", "to be lied to."),
    "mercado-pescado": ("El mercado del pescado", "le parece suficiente."),
    "nachtbus": ("Wer spät aus der Spätschicht", "ist noch offen."),
    "two-ferries": ("Two ferries cross the bay", "there is more of it in the north."),
    "xin-duchuan": ("昨天，新渡船", "和他们的家人。"),
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
    "swing bridge", "9,90 Euro", "Impressum", "14 kilos", "Aviso legal", "九百碗", "热门文章",
)  # fmt: skip

RELATIVE = re.compile(r"yesterday|tomorrow|last (?:week|\w+day)|this (?:week|month)|next year|昨天", re.IGNORECASE)
COMMON = {"what", "which", "that", "with", "from", "have", "were", "when", "where", "their", "does", "they", "this"}
"""Words that tell nothing of what is asked."""


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


@pytest.mark.parametrize("name", sorted(FIRST_AND_LAST_WORDS_OF_SHORT_ONES))
def test_a_short_sample_in_any_language_keeps_its_body_too(articles: dict[str, Article], name: str):
    first, last = FIRST_AND_LAST_WORDS_OF_SHORT_ONES[name]
    assert articles[name].text.startswith(first), articles[name].text[:100]
    assert articles[name].text.endswith(last), articles[name].text[-100:]


@pytest.mark.parametrize("trap", FURNITURE)
def test_page_furniture_is_no_part_of_any_sample(articles: dict[str, Article], trap: str):
    assert [name for name, article in articles.items() if trap.casefold() in article.text.casefold()] == []


def test_ids_are_unique_and_questions_are_asked_once_in_the_same_conversation(cases: list[dict[str, Any]]):
    assert max(Counter(case["id"] for case in cases).values()) == 1
    assert max(Counter((case["question"], str(case.get("history"))) for case in cases).values()) == 1


def test_the_set_is_large_enough_in_every_kind(cases: list[dict[str, Any]]):
    least = {
        "fact": 60, "paraphrase": 20, "typo": 10, "follow-up": 18, "multi-part": 10, "comparison": 10, "date": 25,
        "disagreement": 14, "look-alike": 8, "update": 8, "near-miss": 50, "furniture": 15, "off-topic": 6,
        "injection": 8, "not-known": 5, "german": 14, "spanish": 12, "chinese": 12,
    }  # fmt: skip
    found = Counter(tag for case in cases for tag in case["tags"])
    assert set(found) == set(least)
    assert {tag: number for tag, number in found.items() if number < least[tag]} == {}
    assert len(cases) >= 250
    assert sum(not case["answerable"] for case in cases) >= 60


def test_every_tag_is_explained_where_question_sets_are(cases: list[dict[str, Any]]):
    told = (ROOT / "docs" / "question-sets.md").read_text(encoding="utf-8")
    assert {tag for case in cases for tag in case["tags"] if f"`{tag}`" not in told} == set()


def test_the_samples_stay_few_enough_to_be_indexed_at_the_first_start():
    assert sum(path.suffix != "" for path in SAMPLES.iterdir()) <= 30


@pytest.mark.parametrize(
    ("language", "script"), [("german", r"[äöüß]"), ("spanish", r"[áéíóúñ¿]"), ("chinese", r"[一-鿿]")]
)
def test_questions_in_other_languages_are_asked_about_articles_in_that_language(
    articles: dict[str, Article], cases: list[dict[str, Any]], language: str, script: str
):
    asked = [case for case in cases if language in case["tags"]]
    assert sum(not case["answerable"] for case in asked) >= 3
    for case in asked:
        for source in case["sources"]:
            assert re.search(script, articles[source].text), (case["id"], source)


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


def test_at_least_six_pairs_of_articles_really_disagree(cases: list[dict[str, Any]]):
    pairs = {tuple(case["sources"]) for case in cases if "disagreement" in case["tags"] and len(case["sources"]) == 2}
    assert len(pairs) >= 6
    for case in cases:
        if tuple(case["sources"]) in pairs and "disagreement" in case["tags"]:
            assert len(case["must"]) == 2, f"{case['id']} does not demand both sides"


def test_what_looks_like_a_disagreement_stands_in_articles_that_disagree_elsewhere(cases: list[dict[str, Any]]):
    disagreeing = {source for case in cases if "disagreement" in case["tags"] for source in case["sources"]}
    alike = [case for case in cases if "look-alike" in case["tags"]]
    assert sum(bool(set(case["sources"]) & disagreeing) for case in alike) >= 6
    assert all("disagreement" not in case["tags"] for case in alike)


def test_many_paraphrases_share_no_telling_word_with_the_sentence_that_answers(cases: list[dict[str, Any]]):
    def telling(text: str) -> set[str]:
        return {word[:5] for word in re.findall(r"[^\W\d_]{4,}", text.lower())} - COMMON

    apart = [
        case["id"]
        for case in cases
        if "paraphrase" in case["tags"]
        and all(not telling(case["question"]) & telling(gold) for gold in case["gold_sentences"])
    ]
    assert len(apart) >= 10, apart


def test_a_relative_date_is_accepted_as_it_stands_or_resolved(cases: list[dict[str, Any]]):
    relative = [case for case in cases if "date" in case["tags"] and RELATIVE.search(str(case["answers"]))]
    assert len(relative) >= 5
    for case in relative:
        assert case["must"], case["id"]
