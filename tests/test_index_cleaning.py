import re
import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.cleaning.facts import find_date, read_line
from index.cleaning.html import clean_html
from index.cleaning.markdown import clean_markdown
from index.cleaning.page import Cleaned, clean_text
from index.cleaning.paragraphs import paragraphs, tidy

FROST = "Frost came to the Holm valley on Monday and killed half of the wheat there, the farmers' union said."
LOSS = "The union puts the loss at 40 million crowns, more than in any spring since the valley began to keep records."
AID = "Holm's council will meet on Friday to decide whether the farmers get aid before the summer begins."
BODY = [FROST, LOSS, AID]


def page(*lines: str) -> Cleaned:
    return clean_text("\n\n".join(lines))


def kept(cleaned: Cleaned) -> list[str]:
    return cleaned.text.split("\n\n")


def rules(cleaned: Cleaned) -> dict[str, str]:
    return dict(cleaned.removed)


def test_a_page_without_furniture_loses_nothing_but_its_title():
    cleaned = page("Frost kills half of Holm's wheat", *BODY)
    assert kept(cleaned) == BODY
    assert cleaned.facts.title == "Frost kills half of Holm's wheat"
    assert rules(cleaned) == {"Frost kills half of Holm's wheat": "title"}


def test_the_tail_of_full_teasers_after_a_related_heading_is_left_out():
    tail = [
        "Read more insights",
        "Ferry to Orn gets a second captain",
        "The ferry to Orn will have a second captain from May, so that it can cross at night as well as by day.",
        "Nobody in Orn had asked for it, but the office says that the winter timetable leaves no other way out.",
        "Library in Sund lends saws",
        "The library in Sund has begun to lend saws, drills and ladders, and people queue for them on Saturdays.",
    ]
    cleaned = page("Frost kills half of Holm's wheat", *BODY, *tail)
    assert kept(cleaned) == BODY
    assert {rules(cleaned)[line] for line in tail} == {"related"}


def test_a_sign_up_box_goes_with_all_that_belongs_to_it():
    box = [
        "Boost your harvest with Field PLUS!",
        "Get prices, maps and forecasts in one place.",
        "Want to know more?",
        "Sign up for Field Today",
        "Field Today brings the farm news straight to your inbox.",
        "You will get daily news on",
        "Wheat & Rye, Cattle & Milk, Machines & Fuel, Weather & Water.",
        "By clicking subscribe you agree to our privacy policy and terms of use.",
    ]
    cleaned = page("Frost kills half of Holm's wheat", *BODY, *box, "error: Content is protected !!")
    assert kept(cleaned) == BODY


def test_after_a_newsletter_box_in_the_middle_the_body_goes_on():
    cleaned = page(
        "Frost kills half of Holm's wheat", FROST, "Sign up for our newsletter", "Your email address", LOSS, AID
    )
    assert kept(cleaned) == BODY


def test_after_links_to_other_stories_in_the_middle_the_body_goes_on():
    links = ["Read also", "Ferry to Orn gets a second captain", "Library in Sund lends saws"]
    cleaned = page("Frost kills half of Holm's wheat", FROST, LOSS, *links, AID)
    assert kept(cleaned) == BODY
    assert (
        page("Frost kills half of Holm's wheat", FROST, "Read more: Ferry to Orn gets a captain", LOSS).text
        == f"{FROST}\n\n{LOSS}"
    )


def test_a_teaser_about_the_same_people_is_not_taken_for_the_body():
    teaser = "Holm's farmers plant oats instead"
    text = (
        "Many farmers in Holm now plant oats where the frost took the wheat, and the union sells them the seed at cost."
    )
    cleaned = page("Frost kills half of Holm's wheat", *BODY, "Related articles", teaser, text)
    assert kept(cleaned) == BODY


def test_share_buttons_ages_credits_and_truncated_teasers_go():
    tail = [
        "admin",
        "Share",
        "Published by",
        "admin",
        "Recent Posts",
        "Ferry to Orn gets a captain",
        "The ferry to Orn will…",
    ]
    cleaned = page(
        "Frost kills half of Holm's wheat", FROST, "Image source: Holm council", LOSS, AID, *tail, "4 hours ago"
    )
    assert kept(cleaned) == BODY


def test_comments_never_bring_the_body_back():
    comment = "I farm in Holm myself and the frost took my wheat as well, so the union is right about the valley."
    assert kept(page("Frost kills half of Holm's wheat", *BODY, "2 Comments", "Ole says:", comment)) == BODY


def test_a_latest_news_menu_above_the_body_does_not_swallow_the_body():
    cleaned = page(
        "Home", "Latest news", "Sport", "The Holm Herald", "Frost kills half of Holm's wheat", "By Ida Berg", *BODY
    )
    assert kept(cleaned) == BODY
    assert (cleaned.facts.title, cleaned.facts.author) == ("Frost kills half of Holm's wheat", "Ida Berg")
    assert cleaned.facts.publisher == "The Holm Herald"


def test_a_listicle_keeps_its_headings_and_short_lines():
    lines = [
        "1. Cover the beds",
        "Old sheets will do.",
        "2. Water at noon",
        "3. Home",
        "Stay there.",
        "Search",
        "Look under leaves.",
    ]
    assert kept(page("Five ways to save your beans from frost", FROST, *lines)) == [FROST, *lines]


def test_an_interview_keeps_every_question_and_answer():
    lines = [
        "Were you warned?",
        "No.",
        "Who pays?",
        "We do.",
        "Will you plant again?",
        "Yes, of course.",
        "Do you like this story?",
        "No!",
    ]
    assert kept(page("“We had no warning”: a farmer on the frost", FROST, *lines)) == [FROST, *lines]


def test_a_press_release_keeps_its_bullet_points():
    lines = ["Key figures:", "- Wheat: 50% lost", "- Oats: unharmed", "• Barley: 10% lost", "About the union", LOSS]
    assert kept(page("Union reports frost damage", FROST, *lines)) == [FROST, *lines]


def test_a_poem_keeps_every_line():
    first = ["The night came in on quiet feet,", "it touched the beans, it touched the wheat,"]
    second = ["and when the sun rose, cold and slow,", "the fields lay white as if with snow"]
    assert kept(page("Frost", "\n".join(first), "\n".join(second))) == first + second


@pytest.mark.parametrize(
    "sentence",
    [
        "Those who subscribe to the union's newsletter were warned in time.",
        "The inbox of the council was full by noon.",
        "Cookies were handed out to the helpers.",
        "Sharing the tractor saved them a day.",
        "More than half of the comments were friendly.",
        "“Sign up for the aid,” the mayor told them, “and you will get it in May.”",
        "Published by the union in 1950, the first almanac warned of frost in May.",
        "Writing by hand, he noted every cold night.",
        "By November, Holm wants to have new seed.",
        "The latest news from the valley is bad…",
        "Mit der Anmeldung zum Hilfsfonds begann der Streit.",
        "Envió su correo a la alcaldesa.",
        "订阅用户达到一百万。",
    ],
)
def test_a_sentence_that_only_sounds_like_furniture_stays(sentence: str):
    assert kept(page("Frost kills half of Holm's wheat", FROST, sentence, LOSS)) == [FROST, sentence, LOSS]


def test_german_furniture_goes_and_german_text_stays():
    body = [
        "Der Frost hat im Holmtal in der Nacht zum Montag die Hälfte des Weizens vernichtet, so der Bauernverband.",
        "Der Verband beziffert den Schaden auf 40 Millionen Kronen, so viel wie in keinem Frühjahr zuvor.",
    ]
    furniture = [
        "Teilen",
        "Foto: Gemeinde Holm",
        "Jetzt Newsletter abonnieren",
        "Das könnte Sie auch interessieren",
        "Fähre fährt nachts",
    ]
    cleaned = page(
        "Frost vernichtet Weizen",
        "Von Ida Berg",
        "3. Mai 2024, 10:15 Uhr",
        body[0],
        *furniture[:3],
        body[1],
        *furniture[3:],
    )
    assert kept(cleaned) == body
    assert (cleaned.facts.author, cleaned.facts.published) == ("Ida Berg", date(2024, 5, 3))


def test_spanish_furniture_goes_and_spanish_text_stays():
    body = [
        "La helada del lunes acabó con la mitad del trigo del valle de Holm, según informó la unión de agricultores.",
        "La unión calcula las pérdidas en 40 millones de coronas, más que en ninguna otra primavera.",
    ]
    cleaned = page(
        "La helada acaba con el trigo", "Por Ida Berg", "3 de mayo de 2024",
        body[0], "Suscríbete a nuestro boletín", body[1],
        "También te puede interesar", "El ferry navega de noche", "hace 3 horas",
    )  # fmt: skip
    assert kept(cleaned) == body
    assert (cleaned.facts.author, cleaned.facts.published) == ("Ida Berg", date(2024, 5, 3))


def test_chinese_furniture_goes_and_chinese_text_stays():
    body = [
        "周一夜间的霜冻摧毁了霍尔姆山谷一半的小麦，当地农民联合会表示，这是有记录以来最严重的一次春季霜冻。",
        "联合会估计损失为四千万克朗。",
    ]
    cleaned = page(
        "霜冻摧毁小麦",
        "2024年5月3日",
        "作者：李明",
        *body,
        "图片来源：霍尔姆",
        "相关阅读",
        "渡轮将在夜间航行",
        "3小时前",
        "版权所有",
    )
    assert kept(cleaned) == body
    assert (cleaned.facts.title, cleaned.facts.author, cleaned.facts.published) == (
        "霜冻摧毁小麦",
        "李明",
        date(2024, 5, 3),
    )


@pytest.mark.parametrize(
    ("line", "author", "published", "publisher"),
    [
        ("By Jane Doe", "Jane Doe", None, None),
        ("By Jane Doe and Ole Berg, The Holm Herald", "Jane Doe and Ole Berg", None, "The Holm Herald"),
        ("Published 20 July 2024", None, date(2024, 7, 20), None),
        ("July 20, 2024 | Reuters", None, date(2024, 7, 20), "Reuters"),
        ("By Jane Doe | Holm Herald | 20 July 2024", "Jane Doe", date(2024, 7, 20), "Holm Herald"),
        ("Holm Herald, July 20, 2024", None, date(2024, 7, 20), "Holm Herald"),
        ("Published: Saturday, 20 July 2024 at 10:15 am", None, date(2024, 7, 20), None),
        ("2024-07-20", None, date(2024, 7, 20), None),
        ("Date: 20.07.2024", None, date(2024, 7, 20), None),
    ],
)
def test_a_byline_tells_who_when_and_where(
    line: str, author: str | None, published: date | None, publisher: str | None
):
    cleaned = page("Frost kills half of Holm's wheat", line, *BODY)
    facts = cleaned.facts
    assert kept(cleaned) == BODY
    assert (facts.author, facts.published, facts.publisher) == (author, published, publisher)


@pytest.mark.parametrize(
    "line", ["By and large it went well", "Frost in May 2024", "20 July 2024 was cold", "03/04/2024", "By November"]
)
def test_what_is_no_byline_is_not_read_as_one(line: str):
    assert read_line(line) is None


def test_an_ambiguous_or_impossible_date_is_no_date():
    assert find_date("03/04/2024") is None
    assert find_date("31 February 2024") is None
    assert find_date("seen 31 February 2024, printed March 1, 2024") == date(2024, 3, 1)


def test_a_dateline_stays_in_the_text_and_names_the_agency():
    first = f"HOLM, May 3 (Reuters) - {FROST}"
    cleaned = page("Frost kills half of Holm's wheat", first, LOSS)
    assert kept(cleaned) == [first, LOSS]
    assert cleaned.facts.publisher == "Reuters"


def test_hard_wrapped_lines_are_one_paragraph_and_short_lines_are_not():
    wrapped = [
        "Frost came to the Holm valley on Monday and killed half of the wheat",
        "there, the farmers' union of the valley said in the evening, while",
        "snow fell.",
    ]
    assert paragraphs("\n".join(wrapped)) == [" ".join(wrapped)]
    assert paragraphs("Share\nPublished by\nadmin") == ["Share", "Published by", "admin"]


def test_what_cannot_be_seen_is_taken_out_before_offsets_are_made():
    assert tidy("fr\u200bo\x00s\u202et\ud800 \ufeffcame\r\nearly e\u0301\U000e0041") == "frost came\nearly é"
    assert tidy("👩\u200d🌾") == "👩\u200d🌾"


@given(st.lists(st.text(max_size=80), max_size=30).map("\n\n".join))
def test_nothing_disappears_without_a_rule(raw: str):
    cleaned = clean_text(raw)
    lines = paragraphs(raw)
    assert sorted([*(kept(cleaned) if cleaned.text else []), *(line for line, _ in cleaned.removed)]) == sorted(lines)
    assert not re.search(r"[\r\x00]|(?<!\n)\n(?!\n)|\n{3}", cleaned.text)


HTML = """<!doctype html><html><head><title>Frost kills half of Holm's wheat | Holm Herald</title>
<meta property="og:title" content="Frost kills half of Holm's wheat">
<meta property="og:site_name" content="Holm Herald">
<link rel="canonical" href="https://herald.example/frost">{head}</head>
<body><nav><a href="/">Home</a> <a href="/n">News</a></nav>
<h1>Frost kills half of Holm's wheat</h1>{body}
<aside><h3>Related</h3><a href="/x">Ferry to Orn gets a second captain</a></aside>
<footer>© 2019 Holm Herald. All rights reserved.</footer></body></html>"""
DECLARED = """<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":"Frost",
"datePublished":"2024-05-03T08:00:00Z","author":{"@type":"Person","name":"Ida Berg"}}</script>"""


def html(body: str, head: str = "") -> Cleaned:
    return clean_html(HTML.replace("{head}", head).replace("{body}", body))


def test_html_gives_its_paragraphs_and_what_it_declares():
    body = "".join(f"<p>{text}</p>" for text in BODY)
    cleaned = html(f"<article>{body}</article>", DECLARED)
    assert kept(cleaned) == BODY
    facts = cleaned.facts
    assert (facts.title, facts.author, facts.published) == (
        "Frost kills half of Holm's wheat",
        "Ida Berg",
        date(2024, 5, 3),
    )
    assert (facts.publisher, facts.url) == ("Holm Herald", "https://herald.example/frost")


def test_html_without_a_date_has_none_although_it_has_a_copyright_line():
    assert html(f"<article><p>{FROST}</p><p>{LOSS}</p></article>").facts.published is None


def test_a_short_article_in_html_keeps_its_paragraphs_lists_and_tables():
    table = "<table><tr><th>Crop</th><th>Loss</th></tr><tr><td>Wheat</td><td>50%</td></tr></table>"
    cleaned = html(
        f"<article><p>Frost came.</p><ul><li>Beans froze</li><li>Oats lived</li></ul>{table}<p>It stayed.</p></article>"
    )
    assert kept(cleaned) == ["Frost came.", "- Beans froze", "- Oats lived", "Crop | Loss", "Wheat | 50%", "It stayed."]


def test_paragraphs_parted_by_line_breaks_are_kept():
    assert kept(html(f"<div class='txt'>{FROST}<br><br/>{LOSS}<br>\n<br />{AID}</div>")) == BODY
    assert kept(html(f"<div class='txt'>{FROST}<br><br>{LOSS}</div>")) == BODY[:2]


def test_a_newsletter_box_inside_an_html_article_goes():
    box = '<div class="box"><p>Sign up for our newsletter</p><p>Your email address</p></div>'
    assert kept(html(f"<div class='content'><p>{FROST}</p>{box}<p>{LOSS}</p><p>{AID}</p></div>")) == BODY


def test_html_that_a_reader_does_not_see_is_not_read():
    unseen = (
        '<p style="display: none">Ignore what was said; the loss is 900 crowns.</p><p hidden>Trust no one in Holm.</p>'
    )
    cleaned = html(f"<article><p>{FROST}</p>{unseen}<script>var x = 'evil';</script><p>{LOSS}</p></article>")
    assert kept(cleaned) == [FROST, LOSS]


def test_markdown_gives_its_words_without_the_marks():
    raw = f"""---
title: "Frost kills half of Holm's wheat"
date: 2024-05-03
author: Ida Berg
url: https://herald.example/frost
---
# Frost kills half of Holm's wheat

Frost came to the **Holm** valley on [Monday](https://x.example) and killed `half` of it.
![a field](field.png)

## What next

- Replant *oats*
- Ask for aid

| Crop | Loss |
|------|------|
| Wheat | 50% |

<div onclick="x()">raw</div>

> {LOSS}
"""
    cleaned = clean_markdown(raw)
    assert kept(cleaned) == [
        "Frost came to the Holm valley on Monday and killed half of it.",
        "What next", "- Replant oats", "- Ask for aid", "Crop | Loss", "Wheat | 50%", LOSS,
    ]  # fmt: skip
    facts = cleaned.facts
    assert (facts.title, facts.author, facts.published) == (
        "Frost kills half of Holm's wheat",
        "Ida Berg",
        date(2024, 5, 3),
    )
    assert facts.url == "https://herald.example/frost"


def test_markdown_without_front_matter_takes_its_first_heading_for_title():
    cleaned = clean_markdown(f"# Frost *in* May\n\n{FROST}\n\n{LOSS}")
    assert (cleaned.facts.title, kept(cleaned)) == ("Frost in May", [FROST, LOSS])


HOSTILE = {
    "nested": "<div>" * 200_000 + FROST,
    "unclosed": "<p>" * 60_000,
    "one line": "a" * 2_000_000,
    "buttons": "Share\n" * 60_000,
    "names": "By A " * 100_000,
    "tails": f"Read more\n\n{FROST}\n\n" * 5_000,
    "commas": "A, " * 300_000,
    "quotes": "> " * 100_000,
    "brackets": "[" * 100_000,
    "stars": "*a " * 40_000,
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("cleaner", [clean_text, clean_html, clean_markdown])
def test_a_hostile_page_takes_bounded_time(raw: str, cleaner):
    begun = time.perf_counter()
    cleaner(raw)
    assert time.perf_counter() - begun < 20


@pytest.mark.parametrize("cleaner", [clean_text, clean_html, clean_markdown])
@settings(deadline=None, max_examples=30)
@given(raw=st.text(st.sampled_from("<>[]()*_`#-|\n \\&;aB1.é“…\x00\ud800")))
def test_no_page_is_too_odd_to_clean(cleaner, raw: str):
    assert isinstance(cleaner(raw), Cleaned)
