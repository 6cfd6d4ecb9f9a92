import pytest

from assistant.reader import written

ARTICLES = written.pages("news")
PASSAGES = written.pages("told")
PARAGRAPHS = [*written.pages("squad-train"), *written.pages("squadshifts-new_wiki")]


def test_a_page_is_its_title_its_text_and_what_is_asked_and_told():
    lines = ["Ferry fare rises", "The ferry will cost 4 euros from 1 June.", "? What will it cost? => 4 euros; 4"]
    page = written.page([*lines, "! What did it cost?", "+ The fare goes up.", "- The fare has gone up."])
    assert (page.key, page.text) == (lines[0], lines[1])
    assert page.asked == (("What will it cost?", ("4 euros", "4")), ("What did it cost?", ()))
    assert page.told == (("The fare goes up.", True), ("The fare has gone up.", False))


def test_a_page_about_a_public_paragraph_has_no_text():
    assert written.page(["Normans#0", "! Who left?"]).text == ""


def test_a_line_of_no_kind_is_named():
    with pytest.raises(ValueError, match="Ferry: '= 4 euros'"):
        written.page(["Ferry", "It sails.", "= 4 euros"])


def test_every_answer_stands_in_its_article_word_for_word():
    answers = [(page, answer) for page in ARTICLES for _, answers in page.asked for answer in answers]
    assert [(page.key, answer) for page, answer in answers if answer not in page.text] == []
    assert len(answers) > 7_000


def test_no_page_stands_twice_and_no_question_is_asked_twice_of_one():
    for pages in (ARTICLES, PASSAGES, PARAGRAPHS):
        assert len({page.key for page in pages}) == len(pages)
    twice = [page.key for page in ARTICLES + PARAGRAPHS if len(dict(page.asked)) < len(page.asked)]
    assert twice == []


def test_each_statement_of_a_passage_stands_beside_one_like_it_that_is_not_supported():
    for page in PASSAGES:
        assert [supported for _, supported in page.told] == [True, False] * (len(page.told) // 2), page.key


@pytest.mark.parametrize("name", written.ARTICLES)
def test_the_articles_held_out_and_the_others_are_all_and_share_none(name: str):
    kept, learnt, every = (
        written.articles(name, held_out=True),
        written.articles(name, held_out=False),
        written.pages(name),
    )
    assert len(kept) + len(learnt) == len(every)
    assert not {page.key for page in kept} & {page.key for page in learnt}
    assert len(kept) == pytest.approx(len(every) / written.HELD_OUT_EVERY, abs=1)
