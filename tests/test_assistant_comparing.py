import pytest

from assistant.comparing import beside, weighed
from assistant.sides import sides

FERRIES = sides("Which ferry is faster, the north or the south one?")


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("25 minutes", "40 minutes", "40 minutes is more than 25 minutes."),
        ("2 hours", "90 minutes", "2 hours is more than 90 minutes."),
        ("$4.2 million", "$510,000", "$4.2 million is more than $510,000."),
        ("34 people", "28", "34 people is more than 28."),
        ("in 1994", "1986", "1986 is earlier than in 1994."),
    ],
)
def test_of_two_values_in_one_unit_the_greater_is_told(one: str, other: str, told: str):
    found = weighed(one, other)
    assert found is not None
    assert found.text == told


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("27 million pounds", "140 million euros"),
        ("310 passengers", "48 cars"),
        ("100,000 cars a year", "8,000 cars a month"),
        ("about 40 minutes", "41 minutes"),
        ("between 20 and 30", "25"),
        ("over 50", "60"),
        ("blue", "green"),
        ("1986", "1986"),
        ("from 1980 to 1986", "1990"),
        ("", ""),
    ],
)
def test_nothing_is_weighed_that_is_not_plain_arithmetic(one: str, other: str):
    assert weighed(one, other) is None


def test_each_side_is_named_beside_its_value():
    assert beside(FERRIES, ["25 minutes", "40 minutes"]) == "the north ferry: 25 minutes; the south ferry: 40 minutes"


def test_a_side_without_a_value_leaves_no_short_answer():
    assert beside(FERRIES, ["25 minutes", None]) is None
    assert beside(FERRIES, ["25 minutes", "25 minutes"]) is None
