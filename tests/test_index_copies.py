import pytest

from index.articles import Passage, Sentence
from index.copies import contested, told_once
from index.statements import adds, statement
from index.tables import Candidate

FIRST = ("The plant opens in May.", "It cost 3.5 billion euros.", "The mayor did not attend.")


class Prints:
    """Candidates with their passages: each call prints one more, and those before it rank higher."""

    def __init__(self) -> None:
        self.ranked: list[tuple[Candidate, float]] = []
        self.passages: dict[int, Passage] = {}

    def add(self, article: str, *sentences: str, family: int = 1) -> None:
        key, text = len(self.ranked) + 1, " ".join(sentences)
        starts = [text.index(sentence) for sentence in sentences]
        cut = tuple(Sentence(start, start + len(words), words) for start, words in zip(starts, sentences, strict=True))
        number = sum(one.article_id == article for one, _ in self.ranked)
        self.passages[key] = Passage(article, number, 0, len(text), text, cut)
        candidate = Candidate(key, ord(article), article, number, family, "2025-01-01", 1 - key / 100)
        self.ranked.append((candidate, 1 - key / 100))

    def told(self, question: str = "How much did it cost?") -> list[tuple[str, int, str]]:
        """Article and number of each passage that is shown, and the copies named with it."""
        shown = told_once(self.ranked, self.passages, question)
        assert [one.score for one in shown] == sorted((one.score for one in shown), reverse=True)
        return [(one.candidate.article_id, one.candidate.number, "".join(map(chr, one.copies))) for one in shown]


@pytest.fixture
def prints() -> Prints:
    return Prints()


def test_five_prints_of_one_report_are_one_passage_that_names_the_others(prints: Prints):
    for article in "abcde":
        prints.add(article, *FIRST)
    assert prints.told() == [("a", 0, "bcde")]


@pytest.mark.parametrize(
    "other",
    [
        "It cost 3.6 billion euros.",
        "It cost 3,5 billion dollars.",
        "It cost 35 billion euros.",
        "It cost −3.5 billion euros.",
        "It cost 3.5 million euros.",
        "It did not cost 3.5 billion euros.",
        "It never cost 3.5 billion euros.",
        "Xiaomi says it cost 3.5 billion euros.",
        "It will cost 3.5 billion euros.",
        "It cost 3.5 billion euros, twice the plan.",
        "Sales rose at Acme (ACM) - It cost 3.5 billion euros.",
    ],
)
def test_a_copy_that_says_something_else_is_shown_beside_the_first(prints: Prints, other: str):
    prints.add("a", *FIRST)
    prints.add("b", FIRST[0], other, FIRST[2])
    assert prints.told() == [("a", 0, ""), ("b", 0, "")]


@pytest.mark.parametrize(
    "same",
    [
        "It cost 3.5  billion euros",
        "IT COST 3.5 BILLION EUROS!",
        "It cost the 3.5 billion euros.",
        "BERLIN, May 3 (Reuters) — It cost 3.5 billion euros.",
        "“It cost 3.5 billion euros.”",
    ],
)
def test_spacing_case_punctuation_and_a_dateline_make_no_difference(prints: Prints, same: str):
    prints.add("a", *FIRST)
    prints.add("b", FIRST[0], same, FIRST[2])
    assert prints.told() == [("a", 0, "b")]


def test_passages_cut_elsewhere_are_still_one_report(prints: Prints):
    prints.add("a", "One came.", "Two came.", "Three came.")
    prints.add("b", "Two came.", "Three came.", "Four came.")
    prints.add("a", "Four came.", "Five came.")
    assert prints.told() == [("a", 0, "b"), ("a", 1, "b")]


def test_a_copy_with_a_sentence_more_is_shown_and_its_own_copies_are_not(prints: Prints):
    prints.add("a", *FIRST)
    prints.add("b", *FIRST, "Work on it took two years.")
    prints.add("c", "Work on it took two years.", *FIRST)
    assert prints.told() == [("a", 0, ""), ("b", 0, "c")]


def test_a_shorter_copy_adds_nothing(prints: Prints):
    prints.add("a", *FIRST)
    prints.add("b", FIRST[1])
    assert prints.told() == [("a", 0, "b")]


def test_an_article_that_repeats_itself_is_not_its_own_copy(prints: Prints):
    prints.add("a", *FIRST)
    prints.add("b", "Another opening.")
    prints.add("a", *FIRST)
    assert prints.told() == [("a", 0, ""), ("b", 0, ""), ("a", 1, "")]


def test_the_same_words_in_another_family_are_another_witness(prints: Prints):
    prints.add("a", *FIRST)
    prints.add("b", *FIRST, family=2)
    assert contested([one for one, _ in prints.ranked]) == []
    prints.passages.clear()
    assert prints.told() == [("a", 0, ""), ("b", 0, "")]


def test_only_families_with_several_articles_are_contested(prints: Prints):
    prints.add("a", *FIRST)
    prints.add("b", *FIRST)
    prints.add("c", *FIRST, family=2)
    prints.add("c", *FIRST, family=2)
    assert contested([one for one, _ in prints.ranked]) == [1, 2]


def test_a_statement_keeps_numbers_whole():
    assert statement("Profit fell -3.5 % to $1,200 on 3/4.") == (
        "profit", "fell", "-3.5", "%", "to", "$1,200", "on", "3/4",
    )  # fmt: skip


def test_the_credits_of_a_report_state_nothing():
    assert statement("(Reporting by Ann Lee in Berlin; editing by Bo Ek)") == ()
    assert statement("Reporting on the plant was hard.") != ()


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        (
            "The mayor was not present at the opening.",
            "When does the plant open?",
        ),  # a rewording with the negation kept
        ("The sun was out for all of the afternoon.", "How much did it cost?"),
    ],
)
def test_other_words_for_what_is_not_asked_add_nothing(prints: Prints, sentence: str, question: str):
    told = (*FIRST[:2], "The mayor was not present at this opening.")
    assert not adds(sentence, told, question)
    prints.add("a", *told)
    prints.add("b", *told[:2], sentence)
    assert prints.told(question) == [("a", 0, "b")]


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("The cost had risen for years.", "How much did it cost?"),
        ("Work began in 2019.", "When was it begun?"),
        ("Guests came from Lisbon.", "Where were they from?"),
        ("The mayor did attend.", "Which day was it?"),
        ("小米宣布了新工厂。", "When does it open?"),
    ],
)
def test_what_may_answer_or_contradict_adds_something(sentence: str, question: str):
    assert adds(sentence, FIRST, question)


def test_two_reports_that_share_a_sentence_only_are_both_shown(prints: Prints):
    prints.add("a", *FIRST)
    prints.add("b", FIRST[0], "The sun was out.", "A band played.", "The children sang.")
    assert prints.told() == [("a", 0, ""), ("b", 0, "")]
