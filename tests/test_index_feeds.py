import gzip
import time
from datetime import date

import pytest

from index.cleaning.facts import Facts
from index.confined_lists import feed_entries, sitemap_pages
from index.errors import SourceUnreadable
from index.feeds import MOST_ENTRIES, read_feed
from index.sitemaps import MOST_PAGES, read_sitemap
from index.sources import Listed

FEED = "https://www.ledger.example/feeds/news.xml"


def rss(items: str, head: str = "<title>The Ledger</title>") -> bytes:
    spaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return f'<?xml version="1.0"?><rss version="2.0" {spaces}><channel>{head}{items}</channel></rss>'.encode()


def only(content: bytes, url: str = FEED) -> Listed:
    (entry,) = read_feed(content, url)
    assert isinstance(entry, Listed)
    return entry


# Feeds


def test_an_rss_entry_tells_what_it_knows_of_its_page():
    entry = only(
        rss(
            "<item><title>Ferry &amp; fare</title><link>/ferry?id=1#top</link><guid>7</guid>"
            "<pubDate>Tue, 21 May 2024 23:30:00 -0500</pubDate><author>ida@ledger.example (Ida Brandt)</author>"
            "<description>Short.</description></item>"
        )
    )
    assert entry.location == "https://www.ledger.example/ferry?id=1"
    assert entry.known == Facts(
        title="Ferry & fare",
        url="https://www.ledger.example/ferry?id=1",
        published=date(2024, 5, 21),  # where the paper is; in Greenwich it was the 22nd already
        author="Ida Brandt",
        publisher="The Ledger",
    )
    assert entry.content == "Short."


def test_an_atom_entry_is_read_too():
    entry = only(
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>The Ledger</title><entry><title>Ferry</title><id>a</id>'
        b'<link href="https://ledger.example/ferry"/><published>2024-05-21T23:30:00-05:00</published>'
        b"<updated>2024-05-23T10:00:00Z</updated><author><name>Ida Brandt</name></author>"
        b'<content type="html">&lt;p&gt;The ferry costs 4 euros.&lt;/p&gt;</content><summary>Ferry.</summary>'
        b"</entry></feed>"
    )
    assert (entry.known.published, entry.known.author) == (date(2024, 5, 21), "Ida Brandt")
    assert entry.content == "<p>The ferry costs 4 euros.</p>"


def test_an_rdf_feed_is_read_too():
    content = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        b'<channel rdf:about="x"><title>T</title></channel><item rdf:about="y"><title>Ferry</title>'
        b"<link>https://ledger.example/ferry</link></item></rdf:RDF>"
    )
    assert only(content).location == "https://ledger.example/ferry"


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("ida@ledger.example (Ida Brandt)", "Ida Brandt"),
        ("Ida Brandt &lt;ida@ledger.example&gt;", "Ida Brandt"),
        ("Ida Brandt", "Ida Brandt"),
        ("ida@ledger.example", None),
        ("", None),
    ],
)
def test_an_author_is_a_name_and_no_address(author, name):
    assert only(rss(f"<item><link>/a</link><author>{author}</author></item>")).known.author == name


def test_a_feed_of_others_articles_is_not_their_publisher():
    item = "<item><title>A</title><link>https://other.example/a</link>{}</item>"
    assert only(rss(item.format(""))).known.publisher is None
    named = '<source url="https://other.example/feed">The Other</source>'
    assert only(rss(item.format(named))).known.publisher == "The Other"


def test_no_date_is_made_up():
    assert only(rss("<item><link>/a</link></item>")).known.published is None
    assert only(rss("<item><link>/a</link><pubDate>yesterday</pubDate></item>")).known.published is None


def test_the_stamp_changes_with_the_entry_and_only_then():
    first = only(rss("<item><link>/a</link><title>One</title></item>"))
    again = only(rss("<item><link>/a</link><title>One</title></item>", "<title>T</title><ttl>5</ttl>"))
    other = only(rss("<item><link>/a</link><title>Two</title></item>"))
    assert first.stamp == again.stamp != other.stamp


def test_an_entry_without_a_link_is_known_by_its_text():
    content = rss("<item><guid isPermaLink='false'>7</guid><description>The ferry costs 4 euros.</description></item>")
    entry = only(content)
    assert entry.location.startswith(f"{FEED}#")
    assert entry.known.url is None
    assert only(content).location == entry.location


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "http://ida:pw@h/", "http://[", "gopher://h/", "data:,x"]
)
def test_an_entry_that_leads_nowhere_is_a_problem_and_the_rest_is_read(link):
    found = list(read_feed(rss(f"<item><link>{link}</link></item><item><link>/a</link></item>"), FEED))
    assert [type(item).__name__ for item in found] == ["FetchRefused", "Listed"]
    assert "pw" not in str(found[0])


def test_an_entry_of_nothing_is_a_problem():
    (problem,) = read_feed(rss("<item><title>Only a title</title></item>"), FEED)
    assert "neither a link nor a text" in str(problem)


def test_broken_xml_is_read_as_far_as_it_goes_and_told():
    found = list(
        read_feed(rss("<item><link>/a</link></item><item><link>/b</link><title>Mill & more</title></item>"), FEED)
    )
    assert [item.location.rpartition("/")[2] for item in found if isinstance(item, Listed)] == ["a", "b"]
    assert ["broken XML" in str(item) for item in found if isinstance(item, SourceUnreadable)] == [True]


@pytest.mark.parametrize("content", [b"", b"<rss><chann", b"<html><p>Not found</p></html>", b"\0\1\2", b"/etc/passwd"])
def test_what_is_no_feed_is_one_line(content):
    with pytest.raises(SourceUnreadable, match="no RSS or Atom feed"):
        list(read_feed(content, FEED))


def test_bytes_that_name_a_file_do_not_open_it(tmp_path):
    (tmp_path / "feed.xml").write_bytes(rss("<item><link>/secret</link></item>"))
    with pytest.raises(SourceUnreadable):
        list(read_feed(str(tmp_path / "feed.xml").encode(), FEED))


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>'
FILE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("head", [BOMB, FILE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_of_a_feed_s_own_are_refused_at_once(head, encoding):
    feed = head + "<rss version='2.0'><channel><item><title>&l9;</title><link>/a</link></item></channel></rss>"
    began = time.monotonic()
    with pytest.raises(SourceUnreadable, match="entities"):
        list(read_feed(feed.encode(encoding), FEED))
    sitemap = head + "<urlset><url><loc>&l9;</loc></url></urlset>"
    with pytest.raises(SourceUnreadable):
        read_sitemap(sitemap.encode(encoding), FEED)
    assert time.monotonic() - began < 2


def test_only_so_many_entries_are_taken():
    items = "".join(f"<item><link>/{n}</link></item>" for n in range(MOST_ENTRIES + 5))
    assert len(list(read_feed(rss(items), FEED))) == MOST_ENTRIES


# Sitemaps

NEWS = (
    b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="urn:image" '
    b'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
    b"<url><image:image><image:title>A picture</image:title></image:image><loc> https://ledger.example/ferry </loc>"
    b"<lastmod>2024-05-22</lastmod><news:news><news:publication><news:name>The Ledger</news:name></news:publication>"
    b"<news:publication_date>2024-05-21T23:30:00-05:00</news:publication_date><news:title>Ferry</news:title></news:news>"
    b"</url><url><loc>/relative</loc></url><url><loc>https://ledger.example/b</loc></url></urlset>"
)


@pytest.mark.parametrize("content", [NEWS, gzip.compress(NEWS)])
def test_a_sitemap_lists_its_pages_with_what_it_tells_of_them(content):
    found = read_sitemap(content, FEED)
    ferry = Facts(
        title="Ferry", url="https://ledger.example/ferry", published=date(2024, 5, 21), publisher="The Ledger"
    )
    assert found.pages == (
        Listed("https://ledger.example/ferry", "2024-05-22", known=ferry),
        Listed("https://ledger.example/b", None, known=Facts(url="https://ledger.example/b")),
    )
    assert found.sitemaps == ()


def test_the_day_of_a_change_is_no_day_of_publication():
    content = b"<urlset><url><loc>https://ledger.example/b</loc><lastmod>2024-05-22</lastmod></url></urlset>"
    assert read_sitemap(content, FEED).pages[0].known.published is None


def test_an_index_lists_further_sitemaps():
    content = b"<sitemapindex><sitemap><loc>https://ledger.example/1.xml</loc></sitemap></sitemapindex>"
    assert read_sitemap(content, FEED).sitemaps == ("https://ledger.example/1.xml",)


@pytest.mark.parametrize("content", [b"", b"<urlset><url>", b"\x1f\x8b\x00", gzip.compress(NEWS)[:-20], b"no xml"])
def test_what_is_no_sitemap_is_one_line(content):
    with pytest.raises(SourceUnreadable) as error:
        read_sitemap(content, FEED)
    assert "\n" not in str(error.value)


def test_a_sitemap_that_unpacks_to_gigabytes_is_refused():
    bomb = gzip.compress(b"<urlset>" + b" " * 200_000_000)
    assert len(bomb) < 1_000_000
    with pytest.raises(SourceUnreadable, match="larger"):
        read_sitemap(bomb, FEED)


def test_only_so_many_pages_are_taken():
    pages = b"<url><loc>https://ledger.example/%d</loc></url>"
    content = b"<urlset>" + b"".join(pages % n for n in range(MOST_PAGES + 5)) + b"</urlset>"
    assert len(read_sitemap(content, FEED).pages) == MOST_PAGES


# Both, where they can do no harm


def test_the_confined_readers_give_the_same():
    entry = (
        "<item><link>/a</link><pubDate>Tue, 21 May 2024 10:00:00 GMT</pubDate></item><item><link>ftp://h/</link></item>"
    )
    found = feed_entries(rss(entry), FEED)
    assert [str(item) for item in found] == [str(item) for item in read_feed(rss(entry), FEED)]
    assert found[0] == next(read_feed(rss(entry), FEED))
    assert sitemap_pages(NEWS, FEED) == read_sitemap(NEWS, FEED)
    with pytest.raises(SourceUnreadable, match="no RSS or Atom feed"):
        feed_entries(b"", FEED)


def test_a_feed_made_to_be_slow_ends_in_bounded_time():
    began = time.monotonic()
    with pytest.raises(SourceUnreadable, match="takes more"):
        feed_entries(b"<rss version='2.0'><channel><item>" + b"<a>" * 1_000_000, FEED)
    assert time.monotonic() - began < 40
