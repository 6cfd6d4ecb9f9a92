from time import monotonic

import pytest

from assistant.quantities import quantities, same


def only(text: str):
    (found,) = quantities(text)
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("100,000 cars", "100k cars"),
        ("100,000 cars", "a hundred thousand cars"),
        ("64 metres", "210 feet"),
        ("900 km/h", "559 mph"),
        ("300 megawatts", "0.3 gigawatts"),
        ("90 minutes", "1.5 hours"),
        ("$750,000", "three quarters of a million dollars"),
        ("6.1 percent", "about 6 percent"),
        ("48,312 fans", "48 thousand fans"),
        ("41 people", "some forty people"),
        ("45,000 visitors", "between 40,000 and 50,000 visitors"),
        ("1.3 million books", "more than a million books"),
        ("38 trees", "fewer than 50 trees"),
        ("ten years", "between eight and twelve years"),
        ("600,000 litres", "600 cubic metres"),
        ("half an hour", "30 minutes"),
        ("half a kilo", "500 grams"),
        ("two and a half kilos", "2.5 kg"),
        ("one and three quarter hours", "105 minutes"),
        ("a quarter of a million people", "250,000 people"),
        ("five arrests", "gone up to five"),
    ],
)
def test_the_same_amount_in_other_words(one: str, other: str):
    assert same(only(one), only(other)) is True
    assert same(only(other), only(one)) is True


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("14 boats", "16 boats"),
        ("7.2 kilometres", "9.1 kilometres"),
        ("more than 30,000 cars", "about 27,000 cars"),
        ("$4.2 million", "$5.1 million"),
        ("640,000 cars", "1 million cars"),
        ("5,000 trees", "5,400 trees"),
    ],
)
def test_other_amounts(one: str, other: str):
    assert same(only(one), only(other)) is False


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("499 euros", "$549"),
        ("92 percent", "600 million barrels"),
        ("2,000 eggs a day", "60,000 eggs a month"),
        ("12 kilometres", "12 hours"),
    ],
)
def test_amounts_that_cannot_be_compared(one: str, other: str):
    assert same(only(one), only(other)) is None


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("two or three days", 2 * 86_400, 3 * 86_400),
        ("two to three million people", 2e6, 3e6),
        ("six to seven hundred people", 600, 700),
        ("five hundred to three thousand people", 500, 3000),
        ("between 1.2 and 1.5 million people", 1.2e6, 1.5e6),
        ("a hundred and twelve people", 112, 112),
    ],
)
def test_the_ends_of_a_range_in_words_have_one_scale(text: str, low: float, high: float):
    assert (only(text).low, only(text).high) == (low, high)


def test_the_numbers_of_dates_are_no_amounts():
    assert [one.low for one in quantities("On 3 February 2025 it lent 12 books, in 2024 none.")] == [12]


def test_what_is_counted_stands_right_behind():
    assert only("a yearly volume of 100,000 electric cars").counted == "cars"
    assert only("more than 30,000 which other papers have printed").counted == ""


def test_a_sentence_of_nothing_but_numbers_takes_no_time():
    started = monotonic()
    quantities("1 of " * 5_000)
    assert monotonic() - started < 2
