from datetime import date
from html.parser import HTMLParser
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answers import Answer, Citation, Conflict, Statement
from assistant.dates import relative
from assistant.dates.periods import year
from assistant.remarks import LINES, remark, times_read
from ui.export import copied, markdown
from ui.history import Exchange
from ui.messages import exchange_html, greeting, messages, question_html, suggestion
from ui.words import LANGUAGES, Words

ENGLISH, GERMAN = Words("chat", "en"), Words("chat", "de")
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<svg onload=alert(1)>",
    "[click](javascript:alert(1))",
    "![x](http://evil.example/?q=1)",
    "{{ 7 * 7 }} {% raw %} ${7*7} <%= 7 %>",
    "<!-- --> </div></div> &lt;b&gt;",
    "\u202egnp.\u202c <iframe src=//evil.example>",
    "\n\n# Heading\n\n<b>\n```",
    "1986. A year, - a list",
]
ALLOWED = {"a", "b", "br", "code", "div", "h2", "li", "mark", "p", "span", "sup", "ul"}


class Tags(HTMLParser):
    """Every tag with its attributes, and the text between them."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def cited(number, quote, **values):
    given_ = {"article_id": f"a{number}", "title": f"Title {number}", "url": None, "published": None, "publisher": None}
    return Citation(**{**given_, "number": number, "quote": quote, "start": 0, "end": len(quote), **values})


def answered(**values):
    quote = "The fare is 4 euros."
    given_ = {
        "question": "What is the fare?",
        "statements": (Statement(quote, (1,), (12, 19)),),
        "citations": (cited(1, quote, publisher="The Ledger", published=date(2024, 5, 21)),),
        "confidence": 0.95,
    }
    return Answer(**{**given_, **values})


def exchange(answer=None, **values):
    given_ = {"key": 7, "question": "What is the fare?", "state": "answered" if answer else "open"}
    return Exchange(**{**given_, "answer": answer, **values})


def shown(answer=None, words=ENGLISH, **values):
    return exchange_html(exchange(answer, **values), words)


def test_a_statement_has_its_span_marked_and_its_number_linked():
    html = shown(answered())
    assert "<mark>4 euros</mark>" in html
    assert 'class="cite n1" href="articles/a1?start=0&amp;end=20&amp;mark=12-19#cited"' in html
    assert "Well supported" in html
    assert "The Ledger, 21 May 2024" in html


def test_what_a_number_stands_for_is_there_for_its_card():
    html = shown(answered())
    card = html[html.index('<div class="card n1">') :]
    assert "“The fare is 4 euros.”" in card
    assert "Title 1" in card


def test_an_article_that_is_cited_twice_is_one_source_with_two_numbers():
    citations = (cited(1, "One."), cited(2, "Two.", article_id="a1", title="Title 1"))
    html = shown(answered(citations=citations, statements=(Statement("One.", (1, 2), None),)))
    sources = html[html.index('class="sources"') : html.index('class="copyable"')]
    assert sources.count("<li>") == 1
    assert sources.count('class="number"') == 2


def test_the_script_finds_key_state_and_rating_in_the_classes():
    assert 'class="exchange e7 answered last up"' in shown(answered(), rated="up")
    assert 'class="exchange e7 open last"' in shown()


def test_a_follow_up_tells_how_it_was_understood():
    assert "Understood as: What is the fare?" in shown(answered(), question="And the fare?")
    assert "Understood as" not in shown(answered(), question="what is the  fare?")


def test_sides_that_disagree_stand_in_the_order_of_their_dates():
    citations = (
        cited(1, "It was 40.", published=date(2024, 5, 2), publisher="Late"),
        cited(2, "It was 30.", published=date(2024, 5, 1), publisher="Early"),
    )
    conflict = Conflict((1, 2), "One says 40, another 30.")
    html = shown(answered(citations=citations, conflicts=(conflict,)))
    sides = html[html.index('class="sides"') :]
    assert sides.index("1 May 2024") < sides.index("2 May 2024")
    assert "One says 40, another 30." in html
    assert "Earlier" not in sides


def test_an_update_says_which_report_is_the_later_one():
    citations = (
        cited(1, "It was 40.", published=date(2024, 5, 2)),
        cited(2, "It was 30.", published=date(2024, 5, 1)),
    )
    html = shown(answered(citations=citations, conflicts=(Conflict((1, 2), "It grew.", kind="update"),)), GERMAN)
    assert "Ein späterer Bericht" in html
    sides = html[html.index('class="sides"') :]
    assert sides.index("Früher") < sides.index("1. Mai 2024") < sides.index("Später") < sides.index("2. Mai 2024")


def test_silence_gives_its_reason_and_what_is_nearest():
    silent = answered(
        statements=(), citations=(), abstained=True, reason="The articles do not say.", nearest=(cited(1, "Near."),)
    )
    html = shown(silent)
    assert html.count("The articles do not say.") == 2, "once to be read and once to be copied"
    assert "“Near.”" in html
    assert 'class="answer"' not in html
    assert "Die Artikel sagen es nicht." in shown(silent, GERMAN)


def silence(*remarks, **values):
    reason, *notes = map(str, remarks)
    given_ = {"statements": (), "citations": (), "abstained": True, "remarks": remarks, "notes": tuple(notes)}
    return answered(**{**given_, "reason": reason, **values})


def test_reason_and_notes_are_said_in_the_readers_language():
    silent = silence(remark("not_mentioned", names=("Ada", "Bob")), remark("published_by", day=date(2024, 6, 30)))
    html = shown(silent, GERMAN)
    assert "erwähnt Ada oder Bob nicht" in html
    assert "bis zum 30. Juni 2024" in html
    assert "articles" not in html.replace("articles/", "")
    assert "does not mention Ada or Bob" in shown(silent)
    assert "erwähnt Ada oder Bob nicht" in markdown([exchange(silent)], GERMAN, day=date(2026, 1, 1))


def test_a_span_of_days_is_named_as_people_name_it():
    note = remark("time_read_as", said="last year", period=year(2025), day=date(2026, 11, 22))
    html = shown(answered(notes=(note.text,), remarks=(note,)), Words("chat", "es"))
    assert "22 de noviembre de 2026: 2025." in html


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (ENGLISH, '<span class="when" lang="en">(“on Friday” = 19 July 2024; “last month” = June 2024)</span>'),
        (GERMAN, '<span class="when" lang="de">(„on Friday“ = 19. Juli 2024; „last month“ = Juni 2024)</span>'),
        (Words("chat", "es"), "(«on Friday» = 19 de julio de 2024; «last month» = junio de 2024)"),
        (Words("chat", "zh"), "(“on Friday” = 2024年7月19日; “last month” = 2024年6月)"),
    ],
)
def test_what_a_time_means_is_said_in_the_readers_language(words, said):
    times = times_read(relative("It was signed on Friday and agreed last month.", date(2024, 7, 20)))
    statement = Statement(
        "It was signed on Friday and agreed last month.", (1,), None, "; ".join(map(str, times)), times
    )
    assert said in shown(answered(statements=(statement,)), words)


def test_what_an_earlier_version_kept_of_a_time_is_said_in_english():
    old = Statement("It was signed on Friday.", (1,), None, "“on Friday” = 19 July 2024")
    assert '<span class="when" lang="en">(“on Friday” = 19 July 2024)' in shown(answered(statements=(old,)), GERMAN)


@pytest.mark.parametrize("kind", LINES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_remark_can_be_said_whatever_its_values(kind, language):
    names = {name for _, name, _, _ in Formatter().parse(LINES[kind]) if name}
    texts = {name for name in names if not name.endswith(("day", "period"))}
    times = {name: year(2024) if name == "period" else date(2024, 6, 30) for name in names - texts}
    html = shown(silence(remark(kind, **dict.fromkeys(texts, "<b>{0}</b>"), **times)), Words("chat", language))
    assert html.count("&lt;b&gt;{0}&lt;/b&gt;") == 2 * len(texts), "once to be read and once to be copied"


def test_a_reason_that_is_known_in_english_alone_stands_below_what_it_comes_to():
    old = silence(remark("not_said"), reason="The archive is shut.", remarks=())
    assert '<p>Die Artikel sagen es nicht.</p><p class="why" lang="en">The archive is shut.</p>' in shown(old, GERMAN)


def test_why_a_model_did_not_write_the_answer_is_told():
    failed = remark("model_failed", trouble="The model at 127.0.0.1:9 does not answer.")
    html = shown(answered(reason=failed.text, remarks=(failed,)), GERMAN)
    assert "127.0.0.1:9" in html
    assert "Gezeigt werden die Sätze der Artikel selbst." in html


def test_an_answer_on_its_way_shows_what_there_is():
    assert "Reading the articles" in shown()
    begun = exchange_html(exchange(answered(citations=(), statements=()), state="open"), ENGLISH)
    assert "Reading the articles" in begun
    writing = answered(citations=(), statements=(), engine="generative")
    assert "is being written" in exchange_html(exchange(writing, state="open"), ENGLISH)
    some = exchange_html(exchange(answered(), state="open"), ENGLISH)
    assert "4 euros" in some
    assert "Reading the articles" not in some
    assert "Well supported" not in some, "how sure it is, is known only at the end"


@pytest.mark.parametrize(
    ("state", "answer", "said"),
    [
        ("stopped", answered(), "What is above was found before"),
        ("stopped", None, "before an answer was found"),
        ("failed", None, "interrupted"),
    ],
)
def test_what_has_no_whole_answer_says_what_happened(state, answer, said):
    assert said in exchange_html(exchange(answer, state=state), ENGLISH)


def test_a_failure_says_why():
    assert "The question is empty." in shown(state="failed", notice="The question is empty.")


def test_only_the_last_exchange_offers_what_to_ask_next():
    both = messages([exchange(answered(), suggested=("A?",)), exchange(answered(), suggested=("B?",))], ENGLISH)
    assert [("A?" in message["content"], "B?" in message["content"]) for message in both[1::2]] == [
        (False, False),
        (False, True),
    ]
    assert 'class="suggestions wanted"' in shown(answered()), "none have been looked for yet"
    assert "suggestions" not in shown(answered(), suggested=())


def test_a_suggestion_is_a_link_that_carries_its_question():
    assert suggestion("Who? & why").startswith('<a class="suggestion" dir="auto" href="./?question=Who%3F%20%26%20why"')


def test_the_empty_conversation_offers_questions_or_says_how_to_add_articles():
    assert "Who?" in greeting(["Who?"], ENGLISH)
    assert "byline add PATH" in greeting([], ENGLISH)
    assert "Noch keine Artikel" in greeting([], GERMAN)


@pytest.mark.parametrize("attack", HOSTILE)
def test_hostile_words_stay_text_wherever_they_stand(attack):
    hostile = cited(1, attack, title=attack, publisher=attack, article_id=attack, url=attack)
    other = cited(2, attack, title=attack, published=date(2024, 1, 1), article_id=attack)
    html = exchange_html(
        exchange(
            answered(
                statements=(Statement(attack, (1, 2), (0, len(attack)), reading=attack),),
                citations=(hostile, other),
                conflicts=(Conflict((1, 2), attack),),
                short=attack,
                notes=(attack,),
                question=attack,
            ),
            suggested=(attack,),
        ),
        ENGLISH,
    )
    silent = shown(answered(statements=(), citations=(), abstained=True, reason=attack, nearest=(hostile,)))
    for made in (
        html,
        silent,
        question_html(attack),
        greeting([attack], ENGLISH),
        shown(state="failed", notice=attack),
    ):
        tags = Tags(made)
        assert "\n" not in made, "Markdown would look at what follows a blank line"
        assert {tag for tag, _ in tags.tags} <= ALLOWED
        for _, attributes in tags.tags:
            assert set(attributes) <= {"class", "href", "dir", "lang"}
            assert attributes.get("href", "articles/").startswith(("articles/", "./?question="))
        assert " ".join(attack.split()) in " ".join(tags.text.split())


@given(st.text(), st.text())
def test_any_text_makes_one_line_of_known_tags(question, quote):
    html = exchange_html(exchange(answered(citations=(cited(1, quote),), question=question)), ENGLISH)
    assert "\n" not in html
    assert {tag for tag, _ in Tags(html).tags} <= ALLOWED


# ---- Text to take along -----------------------------------------------------------------------------------------


def test_a_copied_answer_ends_with_its_numbered_sources():
    text = copied(
        answered(citations=(cited(1, "The fare\nis 4 euros.", url="https://l.example/f", publisher="L"),)), ENGLISH
    )
    assert text == "The fare is 4 euros. [1]\n\n[1] Title 1, L: “The fare is 4 euros.” https://l.example/f"


def test_an_address_that_is_none_of_the_web_is_not_copied():
    assert "javascript" not in copied(answered(citations=(cited(1, "Q.", url="javascript:alert(1)"),)), ENGLISH)


def test_the_copied_text_in_the_page_keeps_its_lines():
    html = shown(answered())
    assert "4 euros. [1]&#10;&#10;[1] Title 1" in html


def test_a_conversation_is_markdown_with_every_source():
    silent = answered(statements=(), citations=(), abstained=True, reason="Nothing.", nearest=(cited(1, "Near."),))
    both = [exchange(answered()), exchange(silent, key=8, question="And?"), exchange(state="failed", key=9)]
    text = markdown(both, GERMAN, day=date(2026, 1, 2))
    assert text.startswith("# What is the fare?\n")
    assert "2. Januar 2026" in text
    assert "The fare is 4 euros. \\[1\\]" in text
    assert "1. Title 1, The Ledger, 21. Mai 2024: “The fare is 4 euros.”" in text
    assert "## And?" in text
    assert "- “Near.” (Title 1)" in text
    assert "unterbrochen" in text


@pytest.mark.parametrize("attack", HOSTILE)
def test_hostile_words_stay_text_in_markdown(attack):
    from markdown_it import MarkdownIt  # noqa: PLC0415

    citation = cited(1, attack, title=attack, url="https://x.example/<script>alert(1)</script>")
    text = markdown([exchange(answered(citations=(citation,)), question=attack)], ENGLISH, day=date(2026, 1, 2))
    tags = Tags(MarkdownIt("commonmark").render(text))
    assert {tag for tag, _ in tags.tags} <= {"h1", "h2", "p", "em", "strong", "ol", "li", "a", "ul", "blockquote"}
    assert all(
        attributes.get("href", "https://x.example").startswith("https://x.example") for _, attributes in tags.tags
    )


# ---- Languages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_can_be_shown_in_every_language(language):
    words = Words("chat", language)
    html = exchange_html(exchange(answered(conflicts=(Conflict((1,), "N."),))), words)
    assert "{" not in html
    assert words("ask_next")
