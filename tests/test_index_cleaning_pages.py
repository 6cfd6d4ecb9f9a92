"""Whole pages of different make, each with its truth beside it, and what their makers may do to mislead."""

import json
import time
from datetime import date
from pathlib import Path

import pytest

from index.cleaning.html import clean_html
from index.cleaning.language import detect_language
from index.cleaning.markdown import clean_markdown
from index.cleaning.measure import main, measure, pages
from index.cleaning.page import clean_text

PAGES = Path(__file__).parent / "pages"
FROST = "Frost came to the Holm valley on Monday and killed half of the wheat there, the farmers' union said."
LOSS = "The union puts the loss at 40 million crowns, more than in any spring since the valley began to keep records."
AID = "Holm's council will meet on Friday to decide whether the farmers get aid before the summer begins."
BODY = "".join(f"<p>{text}</p>" for text in (FROST, LOSS, AID))


def lines(html: str) -> list[str]:
    return clean_html(html).text.split("\n\n")


def article(body: str, *, head: str = "", attributes: str = "") -> str:
    text = f"<h1>Frost in Holm</h1><div class='text'>{body}</div>"
    return f"<html {attributes}><head>{head}</head><body>{text}</body></html>"


def data(**facts: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **facts})}</script>'


def test_there_are_pages_of_many_makes_and_languages():
    found = list(pages(PAGES))
    told = [json.loads(page.with_name(f"{page.name}.json").read_text("utf-8")) for page in found]
    assert len(found) >= 36
    assert {"en", "de", "es", "zh", "fr", "it"} <= {truth["language"] for truth in told}


@pytest.mark.parametrize("page", list(pages(PAGES)), ids=lambda page: page.name)
def test_a_page_keeps_every_sentence_of_its_body_and_tells_its_facts(page: Path):
    measured = measure(page)
    assert measured.lost == []
    assert measured.wrong == []


def test_nearly_all_furniture_goes():
    measured = [measure(page) for page in pages(PAGES)]
    left = [text for one in measured for text in one.left]
    assert len(left) <= 0.02 * sum(one.furniture for one in measured), left


def test_the_measure_is_printed_for_each_page_and_for_all(capsys: pytest.CaptureFixture[str]):
    main(str(PAGES / "heldout"), "--wrong")
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].split() == ["sentences", "kept", "furniture", "removed", "metadata", "right"]
    assert printed[-1].startswith("all 15 pages")


def test_the_measure_counts_what_is_lost_left_and_mistaken(tmp_path: Path):
    page = tmp_path / "page.html"
    page.write_text(article(f"<p>{FROST}</p><p>{LOSS}</p>"), "utf-8")
    facts = {"author": None, "publisher": None, "published": "2024-05-03", "updated": None, "url": None}
    truth = {
        "title": "Frost in Holm",
        "language": "en",
        **facts,
        "body": [FROST, AID],
        "either": [],
        "furniture": [LOSS],
    }
    page.with_name("page.html.json").write_text(json.dumps(truth), "utf-8")
    measured = measure(page)
    assert (measured.lost, measured.left) == ([AID], [LOSS])
    assert measured.wrong == ["published: None, not '2024-05-03'"]


def test_the_first_of_several_declarations_that_is_an_article_counts():
    graph = {
        "@graph": [
            {"@type": "WebSite", "@id": "#site", "name": "Holm Herald", "datePublished": "1999-01-01"},
            {"@type": ["Article", "NewsArticle"], "headline": "Frost in Holm",
             "datePublished": "2024-05-03T23:30:00+02:00",
             "dateModified": "2024-05-04", "author": [{"@id": "#ida"}, {"name": "Ole Lie"}],
             "publisher": {"@id": "#site"}},
            {"@type": "Person", "@id": "#ida", "name": "Ida Berg"},
        ]
    }  # fmt: skip
    head = f'<script type="application/ld+json">[{json.dumps(graph)}]</script>'
    facts = clean_html(article(BODY, head=head)).facts
    assert (facts.author, facts.publisher) == ("Ida Berg and Ole Lie", "Holm Herald")
    assert (facts.published, facts.updated) == (date(2024, 5, 3), date(2024, 5, 4))


@pytest.mark.parametrize(
    "broken", ["{", "[1, 2", "null", '"text"', "[[[{}]]]", '{"@graph": 7}', '{"author": {"name": 3}}']
)
def test_broken_declarations_tell_nothing_and_stop_nothing(broken: str):
    cleaned = clean_html(article(BODY, head=f'<script type="application/ld+json">{broken}</script>'))
    assert cleaned.text.startswith(FROST)
    assert cleaned.facts.author is None


def test_a_change_at_the_very_time_of_appearing_is_none():
    moment = "2024-05-03T08:00:00Z"
    assert clean_html(article(BODY, head=data(datePublished=moment, dateModified=moment))).facts.updated is None
    earlier = clean_html(article(BODY, head=data(datePublished=moment, dateModified="2024-05-01"))).facts
    assert (earlier.published, earlier.updated) == (date(2024, 5, 3), None)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "<footer><time datetime='2020-01-01'>1 January 2020</time></footer>",
        "<div class='related'><h3>Related</h3><p>A ferry</p><time datetime='2020-01-01'>1 January</time></div>",
        "<div id='comments'><p>Ole, 1 January 2020</p><p>The frost took my wheat, and nobody asked me.</p></div>",
        "<p>© 2020 Holm Herald</p>",
    ],
)
def test_the_date_of_something_else_on_the_page_is_not_the_articles(elsewhere: str):
    assert clean_html(article(BODY + elsewhere)).facts.published is None


def test_a_time_in_the_pages_head_is_read_from_its_code():
    byline = "<p>By Ida Berg</p><p><time datetime='2024-05-03T08:00'>3 hours ago</time></p>"
    facts = clean_html(article(byline + BODY)).facts
    assert (facts.author, facts.published) == ("Ida Berg", date(2024, 5, 3))


def test_the_windows_title_gives_headline_and_paper():
    facts = clean_html(article(BODY, head="<title>Frost in Holm | Weather | Holm Herald</title>")).facts
    assert (facts.title, facts.publisher) == ("Frost in Holm", "Holm Herald")


@pytest.mark.parametrize(
    ("attributes", "text", "language"),
    [
        ("lang='de-AT'", FROST, "de"),
        ("xml:lang='es'", FROST, "es"),
        ("", f"{FROST} {LOSS}", "en"),
        (
            "",
            "Der Frost hat im Holmtal in der Nacht zum Montag die Hälfte des Weizens vernichtet, so der Bauernverband.",
            "de",
        ),
        (
            "",
            "La helada del lunes acabó con la mitad del trigo del valle, según dijo la unión de agricultores local.",
            "es",
        ),
        (
            "",
            "周一夜间的霜冻摧毁了霍尔姆山谷一半的小麦，当地农民联合会表示，这是有记录以来最严重的一次春季霜冻。",
            "zh",
        ),
        ("", "Snow fell.", None),
    ],
)
def test_the_language_is_the_pages_or_that_of_a_text_long_enough_to_tell(
    attributes: str, text: str, language: str | None
):
    assert clean_html(article(f"<p>{text}</p>", attributes=attributes)).facts.language == language


def test_a_text_too_short_to_tell_has_no_language():
    assert detect_language("Frost") is None
    assert clean_text(f"Frost in Holm\n\n{FROST}\n\n{LOSS}").facts.language == "en"


def test_markdown_tells_its_dates_its_language_and_listed_authors():
    front = "---\nauthors:\n  - '[[Ida Berg]]'\nsource: https://herald.example/frost\n"
    front += "published: 2024-05-03\nmodified: 2024-05-04\nlang: en-GB\n---\n"
    facts = clean_markdown(f"{front}# Frost in Holm\n\n{FROST}").facts
    assert (facts.author, facts.url, facts.language) == ("Ida Berg", "https://herald.example/frost", "en")
    assert (facts.published, facts.updated) == (date(2024, 5, 3), date(2024, 5, 4))


def test_links_that_stand_alone_in_markdown_are_not_the_articles():
    links = "1. [Ferry fares to rise](a)\n2. [Library lends saws](b)"
    raw = f"# Frost in Holm\n\n{FROST}\n\n{links}\n\n{LOSS} [More](c) is known."
    assert clean_markdown(raw).text == f"{FROST}\n\n{LOSS} More is known."


@pytest.mark.parametrize(
    "name", ["article share-enabled has-newsletter", "comments-open tags sidebar", "teaser related"]
)
def test_what_holds_the_article_stays_whatever_it_is_called(name: str):
    assert lines(f"<html><body><h1>Frost in Holm</h1><div class='{name}'>{BODY}</div></body></html>") == [
        FROST,
        LOSS,
        AID,
    ]


def test_a_box_goes_with_the_sign_up_in_it_and_the_text_around_it_stays():
    box = "<div class='x1'><h3>Tides for breakfast</h3><p>Sign up for our newsletter.</p><p>No spam.</p></div>"
    assert lines(article(f"<p>{FROST}</p>{box}<p>{LOSS}</p><p>{AID}</p>")) == [FROST, LOSS, AID]


def test_a_form_that_asks_for_an_address_goes_with_its_box():
    box = "<div class='x1'><p>Tides for breakfast</p><form><input type='email'><p>One mail a week</p></form></div>"
    assert lines(article(f"<p>{FROST}</p>{box}<p>{LOSS}</p><p>{AID}</p>")) == [FROST, LOSS, AID]


def test_a_page_that_is_one_form_keeps_its_article():
    assert lines(f"<html><body><form id='aspnet'><h1>Frost in Holm</h1>{BODY}</form></body></html>") == [
        FROST,
        LOSS,
        AID,
    ]


def test_a_page_that_hides_its_whole_body_until_scripts_run_is_read():
    html = f"<html><body style='visibility: hidden'><h1>Frost in Holm</h1>{BODY}</body></html>"
    assert lines(html) == [FROST, LOSS, AID]


def test_a_sentence_with_a_link_or_of_links_stays():
    linked = "<p><a href='/u'>The union</a> <a href='/a'>asked for aid on Monday.</a></p>"
    assert lines(article(f"<p>{FROST}</p>{linked}<p>{LOSS}</p>")) == [FROST, "The union asked for aid on Monday.", LOSS]


def test_a_table_for_the_layout_is_read_as_text_and_a_table_of_figures_row_by_row():
    layout = f"<table><tr><td><a href='/'>Front page</a></td><td><p>{FROST}</p><p>{LOSS}</p></td></tr></table>"
    figures = "<table><tr><th>Crop</th><th>Loss</th></tr><tr><td>Wheat</td><td>50 %</td></tr></table>"
    assert lines(article(layout + figures + f"<p>{AID}</p>")) == [FROST, LOSS, "Crop | Loss", "Wheat | 50 %", AID]


TOKENS = [
    "Share | ",
    "By A ",
    "<p>Sign up. ",
    "<div>",
    "<a href=x>y</a> ",
    "<form>a",
    "<h1>x</h1>",
    "<div class='share'>x</div>",
    "<div class='a b c'>Read more</div>",
    "2024-01-01 ",
    "A | ",
    "your inbox ",
    "“Sign up ",
    "<table><tr><td>",
    "1 ",
    "-",
    "<script type='application/ld+json'>{}</script>",
    "<meta name='author' content='A B'>",
    "作者：",
    "<br>",
    "<div>a</div>b",
]


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize("cleaner", [clean_html, clean_text])
def test_a_megabyte_of_one_thing_takes_seconds(token: str, cleaner):
    raw = token * (1_000_000 // len(token))
    begun = time.process_time()
    cleaner(raw)
    assert time.process_time() - begun < 4
