import email.message
import io
import json
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from index.articles import Article
from index.cleaning.facts import Facts
from index.errors import SourceUnreadable
from index.loading import load, load_content
from index.loading.kinds import kind_of, mismatch

FROST = "Frost came to the Holm valley on Monday and killed half of the wheat there, the farmers' union said."
LOSS = "The union puts the loss at 40 million crowns, more than in any spring since the valley began to keep records."
FERRY = "The harbour ferry will cost four euros from the first of June, the council of the town decided on Friday."
HEAD = "<head><title>Frost in May</title></head>"
PAGE = f"<html>{HEAD}<body><article><h1>Frost in May</h1><p>{FROST}</p><p>{LOSS}</p></article></body></html>"


def loaded(content: bytes, kind: str, **known: object) -> list[Article | SourceUnreadable]:
    return list(load_content(content, kind, source=f"/news/story{kind}", known=Facts(**known)))  # type: ignore[arg-type]


def article(content: bytes, kind: str, **known: object) -> Article:
    (found,) = loaded(content, kind, **known)
    assert isinstance(found, Article), found
    return found


def problem(content: bytes, kind: str) -> str:
    (found,) = loaded(content, kind)
    assert isinstance(found, SourceUnreadable), found
    return str(found)


def zipped(files: dict[str, str | bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


# PDF


def pdf(*pages: list[tuple[int, int, int, str]], info: bytes = b"") -> bytes:
    """A PDF of pages of lines: left, up, height, text."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    kids = []
    for page in pages:
        lines = (f"BT /F1 {h} Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET".encode() for x, y, h, text in page)
        content = b"\n".join(lines)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    objects.append(b"<< %s >>" % info)
    out, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF"
        % (
            len(objects) + 1,
            table,
            len(objects) + 1,
            len(objects),
            len(out),
        )
    )


def column(text: str, left: int, up: int, width: int) -> list[tuple[int, int, int, str]]:
    """The text broken into lines of a width in characters, 14 points apart."""
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) >= width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return [(left, up - 14 * at, 11, line) for at, line in enumerate([*lines, line])]


def test_lines_of_a_pdf_become_paragraphs_again():
    page = [(72, 740, 20, "Frost in May"), (72, 715, 11, "By Ida Berg"), *column(FROST, 72, 690, 50)]
    page += column(LOSS, 72, 640, 50)
    found = article(pdf(page), ".pdf")
    assert found.text == f"{FROST}\n\n{LOSS}"
    assert (found.metadata.title, found.metadata.author, found.id) == ("Frost in May", "Ida Berg", "story")


def test_a_paragraph_that_goes_on_in_the_next_column_or_page_is_made_whole():
    first, rest = f"{FROST} {LOSS}".split(" of the wheat ")
    left = column(f"{first} of the", 72, 700, 30)
    right = column(f"wheat {rest}", 320, 700, 30)
    assert article(pdf([*left, *right]), ".pdf").text == f"{FROST} {LOSS}"
    assert article(pdf(left, right), ".pdf").text == f"{FROST} {LOSS}"


def test_indented_paragraphs_without_space_between_them_are_told_apart():
    first, second = column(FROST, 72, 700, 40), column(LOSS, 72, 658, 40)
    second[0] = (90, *second[0][1:])
    assert article(pdf([*first, *second]), ".pdf").text == f"{FROST}\n\n{LOSS}"


def test_words_parted_at_the_end_of_a_line_are_made_whole_but_keep_a_hyphen_of_their_own():
    lines = [
        "Self-sown rye came up in the valley, and all of the self-",
        "sown rye survived the frost, as did the barley of the farm-",
        "ers who had sown it late in the month of April this year.",
    ]
    page = [(72, 700 - 14 * at, 11, line) for at, line in enumerate(lines)]
    assert article(pdf(page), ".pdf").text == (
        "Self-sown rye came up in the valley, and all of the self-sown rye survived the frost, as did the barley of "
        "the farmers who had sown it late in the month of April this year."
    )


def test_page_numbers_and_running_heads_are_no_text():
    pages = []
    for number, text in enumerate((FROST, LOSS, FERRY, FROST.replace("Monday", "Tuesday")), 1):
        pages.append([(72, 780, 9, "The Holm Herald"), *column(text, 72, 700, 60), (290, 30, 9, f"Page {number} of 4")])
    found = article(pdf(*pages), ".pdf").text
    assert "Herald" not in found
    assert "Page" not in found
    assert all(text in found for text in (FROST, LOSS, FERRY))


def test_what_a_browser_prints_around_a_page_is_no_text_and_no_date():
    page = [(30, 785, 8, "11/22/2026, 3:23 PM"), (30, 20, 8, "https://herald.example/frost 1/1")]
    found = article(pdf([*page, *column(FROST, 72, 700, 60), *column(LOSS, 72, 640, 60)]), ".pdf")
    assert found.text == f"{FROST}\n\n{LOSS}"
    assert found.metadata.published is None


def test_what_a_pdf_says_of_itself_fills_what_its_text_does_not_say():
    info = b"/Title (Frost in May) /Author (Ida Berg) /CreationDate (D:20261122120000Z)"
    found = article(pdf(column(FROST, 72, 700, 60), info=info), ".pdf").metadata
    assert (found.title, found.author, found.published) == ("Frost in May", "Ida Berg", None)
    assert (
        article(pdf(column(FROST, 72, 700, 60), info=b"/Title (Microsoft Word - frost.doc)"), ".pdf").metadata.title
        == "Story"
    )


def test_a_pdf_of_pictures_says_that_it_has_no_text():
    says = "/news/story.pdf has no text layer, only pictures of its pages. Run it through text recognition first."
    assert problem(pdf([], []), ".pdf") == says


def test_a_locked_pdf_says_so_and_one_with_an_empty_password_is_read():
    for password, says in (("secret", "is locked with a password. Save it without one."), ("", "")):
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(column(FROST, 72, 700, 60)))))
        writer.encrypt(user_password=password, owner_password="other", algorithm="AES-256")
        locked = io.BytesIO()
        writer.write(locked)
        if says:
            assert says in problem(locked.getvalue(), ".pdf")
        else:
            assert article(locked.getvalue(), ".pdf").text == FROST


# Word documents and e-books

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def related(kind: str, target: str) -> str:
    one = f'<Relationship Id="r" Type="{OFFICE}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{RELATIONSHIPS}">{one}</Relationships>'


def docx(*paragraphs: tuple[str, str], title: str = "", creator: str = "") -> bytes:
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
        for style, text in paragraphs
    )
    said = f"<d:title>{title}</d:title><d:creator>{creator}</d:creator>"
    core = f'<c:coreProperties xmlns:c="c" xmlns:d="http://purl.org/dc/elements/1.1/">{said}</c:coreProperties>'
    styles = f'<w:styles {WORD}><w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style></w:styles>'
    return zipped(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "_rels/.rels": related("officeDocument", "word/document.xml"),
            "word/_rels/document.xml.rels": related("styles", "styles.xml"),
            "word/styles.xml": styles,
            "word/document.xml": f"<w:document {WORD}><w:body>{body}</w:body></w:document>",
            "docProps/core.xml": core,
        }
    )


def test_a_word_document_gives_its_paragraphs_and_its_title():
    found = article(
        docx(("T", "Frost in May"), ("", "By Ida Berg"), ("", FROST), ("", LOSS), title="Template"), ".docx"
    )
    assert found.text == f"{FROST}\n\n{LOSS}"
    assert (found.metadata.title, found.metadata.author) == ("Frost in May", "Ida Berg")


def test_what_a_word_document_says_of_itself_fills_what_its_text_does_not_say():
    found = article(docx(("", FROST), ("", LOSS), title="Frost in May", creator="Ida Berg"), ".docx").metadata
    assert (found.title, found.author) == ("Frost in May", "Ida Berg")


def test_a_zip_archive_named_as_a_document_says_what_is_missing():
    assert "is an archive, but no Word document" in problem(zipped({"a.txt": FROST}), ".docx")
    assert "is an archive, but no e-book" in problem(zipped({"a.txt": FROST}), ".epub")


def epub(*stories: tuple[str, str]) -> bytes:
    items = "".join(
        f'<item id="i{n}" href="text/{name}.xhtml" media-type="application/xhtml+xml"/>'
        for n, (name, _) in enumerate(stories)
    )
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(stories)))
    contents = '<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
    metadata = "<dc:title>Holm Weekly</dc:title><dc:date>2024-05-03</dc:date>"
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata>{metadata}</metadata><manifest>{contents}{items}</manifest>"
        f'<spine><itemref idref="nav"/>{spine}</spine></package>'
    )
    roots = '<rootfiles><rootfile full-path="OEBPS/content.opf"/></rootfiles>'
    container = f'<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">{roots}</container>'
    pages = {f"OEBPS/text/{name}.xhtml": content for name, content in stories}
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "OEBPS/content.opf": package,
            "OEBPS/nav.xhtml": PAGE,
            **pages,
        }
    )


def chapter(title: str, *paragraphs: str) -> str:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    head = "<head><title>Holm Weekly</title></head>"
    return f'<html xmlns="http://www.w3.org/1999/xhtml">{head}<body><h1>{title}</h1>{body}</body></html>'


def test_each_story_of_an_e_book_is_an_article_in_reading_order():
    book = epub(
        ("cover", "<html><body><img src='c.png'/></body></html>"),
        ("b", chapter("Frost in May", FROST, LOSS)),
        ("a", chapter("Ferry fares", FERRY, LOSS)),
    )
    first, second = loaded(book, ".epub")
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.text, first.metadata.title) == (f"{FROST}\n\n{LOSS}", "Frost in May")
    assert (first.id, first.source) == ("story-b", "/news/story.epub#OEBPS/text/b.xhtml")
    assert (first.metadata.publisher, first.metadata.published) == ("Holm Weekly", date(2024, 5, 3))
    assert second.metadata.title == "Ferry fares"


def test_an_e_book_without_text_says_so():
    assert "has no text, only pictures of its pages" in problem(
        epub(("cover", "<html><body><img src='c.png'/></body></html>")), ".epub"
    )


# E-mails and saved pages


def mail(body: str | None = None, html: str | None = None, **headers: str) -> email.message.EmailMessage:
    message = email.message.EmailMessage()
    for name, value in (
        {"From": "Ida Berg <ida@herald.example>", "Subject": "Frost in Mäy", "Date": "Fri, 03 May 2024 23:30:00 +0200"}
        | headers
    ).items():
        message[name] = value
    if body is not None:
        message.set_content(body)
    if html is not None:
        message.add_alternative(html, subtype="html")
    return message


def test_an_e_mail_is_an_article_by_its_sender():
    found = article(mail(f"{FROST}\n\n{LOSS}\n").as_bytes(), ".eml")
    assert found.text == f"{FROST}\n\n{LOSS}"
    said = found.metadata
    assert (said.title, said.author, said.published) == ("Frost in Mäy", "Ida Berg", date(2024, 5, 3))


def test_the_page_of_an_e_mail_is_read_and_its_plain_text_where_the_page_has_none():
    assert article(mail("See the page.", PAGE).as_bytes(), ".eml").text == f"{FROST}\n\n{LOSS}"
    assert article(mail(FROST, "<html><body><img src='x.png'></body></html>").as_bytes(), ".eml").text == FROST


def test_attachments_that_are_articles_are_read_too_and_each_other_told():
    message = mail(FROST)
    message.add_attachment(LOSS.encode(), maintype="text", subtype="plain", filename="../loss.txt")
    message.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="map.png")
    message.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="application", subtype="pdf", filename="map.pdf")
    message.add_attachment(mail(FERRY, Subject="Ferry fares"))
    own, loss, wrong, enclosed = loaded(message.as_bytes(), ".eml")
    assert isinstance(own, Article)
    assert isinstance(loss, Article)
    assert isinstance(enclosed, Article)
    assert (loss.text, loss.id, loss.source) == (LOSS, "story-loss", "/news/story.eml#loss.txt")
    assert str(wrong).startswith("/news/story.eml#map.pdf is a PNG image, not a PDF.")
    assert (enclosed.text, enclosed.metadata.title, enclosed.metadata.author) == (FERRY, "Ferry fares", "Ida Berg")


def test_text_that_is_no_e_mail_says_so():
    assert "has no e-mail's header" in problem(FROST.encode(), ".eml")


def mhtml(page: str, charset: str = "utf-8") -> bytes:
    message = email.message.EmailMessage()
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = "https://herald.example/frost"
    message["Subject"] = "Frost in May"
    message["Date"] = "Sun, 22 Nov 2026 03:30:00 -0000"
    message.set_content(page, subtype="html", charset=charset, cte="quoted-printable")
    message.make_related()
    message.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="map.png")
    return message.as_bytes()


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
def test_a_saved_page_is_read_with_its_address_and_without_the_day_of_its_saving(charset: str):
    found = article(mhtml(PAGE.replace("Monday", "Monday, écologie"), charset), ".mhtml")
    assert found.text == f"{FROST.replace('Monday', 'Monday, écologie')}\n\n{LOSS}"
    said = found.metadata
    assert (said.title, said.url, said.published) == ("Frost in May", "https://herald.example/frost", None)


# Archives


def test_an_archive_is_read_like_a_folder(tmp_path: Path):
    files: dict[str, str | bytes] = {
        "b/frost.html": PAGE,
        "a.pdf": pdf(column(FERRY, 72, 700, 60)),
        "corpus.jsonl": json.dumps({"_id": "n1", "text": FROST}) + "\n{broken\n",
        "c.txt": b"\x89PNG",
        ".hidden.txt": FROST,
        "__MACOSX/._frost.html": FROST,
        "picture.png": b"\x89PNG",
        "deep/more.zip": zipped({"x.txt": FROST}),
    }
    path = tmp_path / "week.zip"
    path.write_bytes(zipped(files))
    found = list(load(path))
    articles = [item for item in found if isinstance(item, Article)]
    assert [(a.id, a.source.removeprefix(str(path.resolve()))) for a in articles] == [
        ("a", "#a.pdf"),
        ("frost", "#b/frost.html"),
        ("n1", "#corpus.jsonl#n1"),
    ]
    assert [
        re.split(r"\.| \(", str(item).removeprefix(str(path)))[:2]
        for item in found
        if isinstance(item, SourceUnreadable)
    ] == [
        ["#c", "txt is a PNG image, not text"],
        ["#corpus", "jsonl line 2: it is not JSON"],
        ["#deep/more", "zip is an archive within an archive"],
    ]


def test_an_archive_without_articles_says_what_to_put_in_it():
    assert "holds no article. Put .txt," in problem(zipped({"picture.png": b"\x89PNG"}), ".zip")


# What is known from elsewhere


def test_what_is_known_of_a_fetched_page_counts_where_the_page_is_silent():
    known = {"title": "Entry", "url": "https://herald.example/1", "author": "Ida Berg", "published": date(2024, 5, 3)}
    said = article(PAGE.encode(), ".html", **known).metadata
    assert (said.title, said.url, said.author, said.published) == (
        "Frost in May",
        known["url"],
        "Ida Berg",
        date(2024, 5, 3),
    )


def test_a_fetched_page_is_called_after_the_end_of_its_address_and_its_query_stays_untold():
    source = "https://herald.example/2024/frost-in-may.html?token=secret"
    (found,) = load_content(PAGE.encode(), ".htm", source=source, known=Facts())
    assert isinstance(found, Article)
    assert (found.id, found.source) == ("frost-in-may", source)
    (wrong,) = load_content(b"", ".html", source=source, known=Facts())
    assert str(wrong).startswith("https://herald.example/2024/frost-in-may.html is empty.")


def test_content_of_an_unknown_kind_is_a_problem():
    assert "is of no kind that can be read" in problem(b"x", ".exe")


# Kinds


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.HTM", ".html"), ("a.b.Md", ".md"), ("a.mht", ".mhtml"), (".txt", None), ("a", None), ("a.png", None)],
)
def test_the_ending_of_a_name_tells_the_kind(name: str, kind: str | None):
    assert kind_of(name) == kind


LIES = {
    "a program": b"MZ\x90\x00\x03\x00",
    "a PNG image": b"\x89PNG\r\n\x1a\n",
    "an SVG image": b'<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg"></svg>',
    "a video or a picture": b"\x00\x00\x00\x20ftypisom",
    "a gzip archive": b"\x1f\x8b\x08",
}


@pytest.mark.parametrize("kind", [".txt", ".md", ".html", ".pdf", ".docx", ".epub", ".eml", ".mhtml", ".zip"])
@pytest.mark.parametrize("what", LIES)
def test_what_is_not_what_its_name_says_is_told(what: str, kind: str):
    assert mismatch(LIES[what], kind) in {
        f"is {what}, not {name}" for name in ("text", "a PDF", "a Word document", "an e-book", "a ZIP archive")
    }
    assert what in problem(LIES[what], kind)


def test_a_pdf_may_begin_after_a_few_bytes_of_something_else():
    assert mismatch(b"\n\n%PDF-1.4", ".pdf") is None
