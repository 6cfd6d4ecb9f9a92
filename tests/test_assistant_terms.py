import pytest

from assistant.terms import stem, words


@pytest.mark.parametrize(
    "family",
    [
        "approve approval approved approves",
        "produce production producing producer",
        "deliver delivery deliveries delivered",
        "utilize utilization utilised",
        "licence license licensing",
        "invest investment investor",
        "sell sale sold selling",
        "plan plans planned planning",
        "China Chinese",
        "1,000 1000 $1,000",
        "three 3",
    ],
)
def test_forms_of_one_word_share_a_stem(family: str):
    assert len({stem(word) for word in family.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("June", "Jun"), ("2017", "2018"), ("US", "us"), ("plant", "plan"), ("class", "clay")]
)
def test_other_words_have_other_stems(one: str, other: str):
    assert stem(one) != stem(other)


def test_every_word_stands_where_it_says():
    text = "Xiaomi’s U.S. plant cost $1.6 billion – up 66.6% in Q2 2023, 小米说。"
    found = words(text)
    assert all(text[word.start : word.end] == word.text for word in found)
    assert {"Xiaomi", "U.S.", "$1.6", "66.6%", "Q2", "小"} <= {word.text for word in found}
