import pytest

from assistant.reader import written

ARTICLES = written.pages(written.ARTICLES)
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
    assert len(answers) > 4_000


def test_no_page_stands_twice_and_no_question_is_asked_twice_of_one():
    for pages in (ARTICLES, PARAGRAPHS):
        assert len({page.key for page in pages}) == len(pages)
    twice = [page.key for page in ARTICLES + PARAGRAPHS if len(dict(page.asked)) < len(page.asked)]
    assert twice == []


def test_the_articles_held_out_and_the_others_are_all_and_share_none():
    kept, learnt = written.articles(held_out=True), written.articles(held_out=False)
    assert len(kept) + len(learnt) == len(ARTICLES)
    assert not {page.key for page in kept} & {page.key for page in learnt}
    assert len(kept) == pytest.approx(len(ARTICLES) / written.HELD_OUT_EVERY, abs=1)
