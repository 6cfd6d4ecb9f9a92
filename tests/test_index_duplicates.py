import pytest

from index.duplicates import COPY, bands, page, resemblance, shingles, telling, wording

STORY = (
    "The carmaker said on Tuesday that it would open a second plant in the north of the country. "
    "It already employs four thousand people in three cities, most of them in the capital. "
    "The mayor called the plan the best news that the region has had in a decade. "
    "Work on the first hall is to begin in the spring, and the line is to run two years later. "
    "Neighbours fear for a wood of old oaks that stands where the road to the plant is planned. "
    "The company promised to plant three trees for each one felled, and to leave the brook as it is."
)
SENTENCES = STORY.split(". ")


def alike(one: str, other: str) -> float:
    return resemblance(shingles(one), shingles(other))


@pytest.mark.parametrize(
    "copy",
    [
        "BERLIN, July 20 (Wire) — " + STORY,
        ". ".join(reversed(SENTENCES)),
        ". ".join(SENTENCES[:4]),
        STORY.replace("Tuesday", "Monday").replace("four thousand", "4,200").replace("the best news", "great news"),
        STORY + " The union said that it had not been asked. A court will hear the neighbours in autumn.",
    ],
    ids=["dateline", "reordered", "shortened", "words changed", "sentences added"],
)
def test_an_edited_copy_is_recognised(copy: str):
    assert alike(STORY, copy) >= COPY
    assert set(bands(shingles(STORY))) & set(bands(shingles(copy)))


def test_another_story_of_the_same_company_is_no_copy():
    other = (
        "The carmaker said on Thursday that its profit had fallen by a third in the quarter. "
        "It blamed the price of steel and a strike at its plant in the south of the country. "
        "Its shares lost four per cent. The head of finance is to leave the company in the spring."
    )
    assert alike(STORY, other) < COPY / 2


def test_a_script_without_spaces_is_compared_too():
    report = "小米公司周二表示,将在北京建设第二座工厂。该工厂每年将生产三十万辆汽车,并雇用四千名员工。"
    assert alike(report, report.replace("周二", "周三")) >= COPY
    assert alike(report, "比亚迪本季度利润下降三分之一,原因是钢材价格上涨以及南方工厂的罢工。") < COPY


def test_the_wording_is_the_same_whatever_the_spacing_and_the_quotes():
    assert wording("He said: “Frost\u00a0came – early.”\n\nIt stayed.") == wording(
        'He said: "Frost came - early." It stayed.'
    )
    for other in ("He said: frost came.", "Profit rose -3.5 %.", "Profit rose 3.5 %.", "Profit rose 35 %."):
        assert wording(other) != wording("Profit rose 3,5 %.")


def test_a_few_words_tell_nothing():
    assert not telling("Please subscribe to read on.")
    assert telling(STORY)


@pytest.mark.parametrize(
    "url",
    [
        "http://www.news.example/a/b",
        "https://news.example/a/b/#comments",
        "https://News.Example:443/a/b?utm_source=mail&fbclid=x",
    ],
)
def test_a_page_is_the_same_however_the_reader_came_to_it(url: str):
    assert page(url) == page("https://news.example/a/b")


def test_another_page_is_another():
    urls = [
        "https://news.example/a",
        "https://news.example/A",
        "https://news.example/a?id=1",
        "https://news.example/a?id=2",
        "https://news.example:8443/a",
        "https://blog.news.example/a",
    ]
    assert len({page(url) for url in urls}) == len(urls)


@pytest.mark.parametrize(
    "url", [None, "", "news.example/a", "file:///a/b", "http://[broken", "https://", "http://a:b/"]
)
def test_what_is_no_web_address_is_no_page(url: str | None):
    assert page(url) is None


def test_nothing_resembles_an_empty_text():
    assert alike("", "") == alike("", STORY) == 0
