import json
import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.articles import Article
from index.decoding import decode
from index.errors import SourceUnreadable
from index.loading import load
from index.sentences import split

FROST = "Frost came to the Holm valley on Monday and killed half of the wheat there, the farmers' union said."
LOSS = "The union puts the loss at 40 million crowns, more than in any spring since the valley began to keep records."
PAGE = f"Frost in May\n\nBy Ida Berg\n\n{FROST}\n\n{LOSS}\n\nRecent Posts\n\nFerry sails at night\n"


def articles(path: Path) -> list[Article]:
    return [loaded for loaded in load(path) if isinstance(loaded, Article)]


def problems(path: Path) -> list[str]:
    return [str(loaded) for loaded in load(path) if isinstance(loaded, SourceUnreadable)]


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_saved_page_becomes_an_article_without_its_furniture(tmp_path: Path):
    (article,) = articles(write(tmp_path / "frost-in-may.txt", PAGE))
    assert (article.id, article.source) == ("frost-in-may", str((tmp_path / "frost-in-may.txt").resolve()))
    assert article.text == f"{FROST}\n\n{LOSS}"
    assert (article.metadata.title, article.metadata.author) == ("Frost in May", "Ida Berg")


def test_a_page_without_a_title_is_named_after_its_file(tmp_path: Path):
    (article,) = articles(write(tmp_path / "frost_in-may 2024.txt", FROST))
    assert (article.metadata.title, article.text) == ("Frost in may 2024", FROST)


def test_a_folder_is_walked_in_order_of_names_and_only_its_articles_are_read(tmp_path: Path):
    folder = tmp_path / "news"
    write(folder / "b.md", f"# Frost\n\n{FROST}")
    write(folder / "a" / "z.html", f"<html><body><article><p>{FROST}</p><p>{LOSS}</p></article></body></html>")
    write(folder / "c.txt", PAGE)
    write(folder / "picture.png", b"\x89PNG")
    write(folder / ".hidden.txt", PAGE)
    write(folder / ".git" / "d.txt", PAGE)
    write(tmp_path / "secret.txt", PAGE)
    (folder / "leaves.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.txt")
    assert [article.id for article in articles(folder)] == ["z", "b", "c"]
    assert problems(folder) == []


def test_one_unreadable_file_does_not_stop_the_others(tmp_path: Path):
    write(tmp_path / "a.txt", b"")
    write(tmp_path / "b.txt", PAGE)
    assert [type(loaded) for loaded in load(tmp_path)] == [SourceUnreadable, Article]


def test_a_missing_path_is_an_error_at_once(tmp_path: Path):
    with pytest.raises(SourceUnreadable, match=r"No such file or folder: .*nowhere\. Check"):
        load(tmp_path / "nowhere")


def test_a_folder_without_articles_says_what_to_put_in_it(tmp_path: Path):
    write(tmp_path / "picture.png", b"\x89PNG")
    (problem,) = problems(tmp_path)
    kinds = ".txt, .md, .html, .mhtml, .pdf, .docx, .epub, .eml, .jsonl or .zip"
    assert f"holds no article. Put {kinds} files in it." in problem


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.txt", b"", "is empty"),
        ("a.txt", b" \n\t\r\n ", "is empty"),
        ("a.jsonl", b"\n \n", "is empty"),
        ("a.txt", "\u200b\ufeff\u200b", "no text left"),
        ("a.txt", "Share\n\nAdvertisement\n\n4 hours ago", "no text left"),
        ("a.html", "<html><body><img src=x></body></html>", "no text left"),
        ("a.html", "<div>" * 20_000, "no text left"),
        ("a.txt", b"%PDF-1.7 stream", "is a PDF"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\x00\x00", "is a PNG image"),
        ("a.txt", b"PK\x03\x04" + b"word" * 50, "is a ZIP archive"),
        ("a.md", b"MZ\x90\x00" + bytes(range(256)) * 8, "is a program"),
        ("a.txt", b"<svg xmlns='x'></svg>", "is an SVG image"),
        ("a.txt", bytes((i * 37 + 11) % 256 for i in range(4_000)), "is not text"),
        ("a.txt", "word " * 500_000, "longer than any article"),
        ("a.rtf", b"text", "is of no kind that can be read"),
    ],
)
def test_what_is_no_article_is_told_in_one_clear_line(tmp_path: Path, name: str, content: str | bytes, says: str):
    path = write(tmp_path / name, content)
    assert articles(path) == []
    (problem,) = problems(path)
    assert str(path) in problem
    assert says in problem
    assert problem.count("\n") == 0
    assert problem.endswith(".")


def test_a_file_larger_than_50_mb_is_not_read(tmp_path: Path):
    with (tmp_path / "huge.txt").open("wb") as huge:
        huge.truncate(50_000_001)
    assert "larger than 50 MB" in problems(tmp_path)[0]


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path):
    path = write(tmp_path / "a.txt", PAGE)
    path.chmod(0)
    assert "cannot be read: Permission denied" in problems(path)[0]


def test_a_page_of_html_saved_as_text_is_read_as_html(tmp_path: Path):
    page = f"<!DOCTYPE html><html><body><article><p>{FROST}</p><p>{LOSS}</p></article></body></html>"
    (article,) = articles(write(tmp_path / "a.txt", page))
    assert article.text == f"{FROST}\n\n{LOSS}"


UMLAUTS = "Der Frost überraschte die Bäuerinnen im Tal; „früh“ sei er gekommen, sagte eine, und „größer als je“."


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]


@pytest.mark.parametrize("content", [UMLAUTS.encode(name) for name in ENCODINGS], ids=ENCODINGS)
def test_text_is_read_in_the_encoding_it_was_written_in(content: bytes):
    assert decode(content).removeprefix("\ufeff") == UMLAUTS


def test_other_scripts_are_recognised():
    russian = "Мороз пришёл в долину в понедельник и погубил половину пшеницы, сообщил союз крестьян. " * 3
    assert decode(russian.encode("cp1251")) == russian
    chinese = "周一夜间的霜冻摧毁了山谷一半的小麦，当地农民联合会表示这是有记录以来最严重的一次。" * 3
    assert decode(chinese.encode("gb18030")) == chinese


def test_html_is_read_in_the_encoding_it_declares(tmp_path: Path):
    text = "Mróz zniszczył połowę pszenicy w dolinie, poinformował w poniedziałek związek rolników z gminy Holm."
    page = f'<html><head><meta charset="iso-8859-2"></head><body><article><p>{text}</p></article></body></html>'
    (article,) = articles(write(tmp_path / "a.html", page.encode("iso-8859-2")))
    assert article.text.startswith(text)


def test_hidden_characters_are_gone_and_offsets_exact(tmp_path: Path):
    raw = "Frost\r\n\r\nIt ca\u200bme e\u0301arly.\x00 \u202eIt stayed\u202c long. 😀 It left.\r\nNobody mourned it."
    (article,) = articles(write(tmp_path / "a.txt", raw))
    assert article.text == "It came éarly. It stayed long. 😀 It left.\n\nNobody mourned it."
    assert [article.text[s.start : s.end] for s in split(article.text)] == [s.text for s in split(article.text)]


LINE = {"_id": "n/1 ä", "title": "Frost in May", "text": f"{FROST}\n{LOSS}"}


def test_a_corpus_gives_an_article_a_line(tmp_path: Path):
    metadata = {
        "url": "https://herald.example/1",
        "published": "2024-05-03",
        "updated": "2024-05-04",
        "language": "EN",
        "author": "Ida Berg",
        "publisher": "Herald",
    }
    lines = [json.dumps(LINE | {"metadata": metadata}), "", json.dumps({"_id": 7, "text": FROST})]
    path = write(tmp_path / "corpus.jsonl", "\n".join(lines))
    first, second = articles(path)
    assert (first.id, first.source) == ("n/1 ä", f"{path.resolve()}#n/1 ä")
    assert first.text == f"{FROST}\n\n{LOSS}"
    said = first.metadata
    assert (said.title, said.url, said.author, said.publisher) == (
        "Frost in May",
        metadata["url"],
        "Ida Berg",
        "Herald",
    )
    assert (said.published, said.updated, said.language) == (date(2024, 5, 3), date(2024, 5, 4), "en")
    assert second.id == "7"
    assert second.metadata.title == "Frost came to the Holm valley on Monday and killed half of the wheat there, the…"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{broken", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("[1, 2]", "it is not a JSON object"),
        ("\udcff", "it is not UTF-8"),
        ('{"text": "Frost came."}', 'it has no "_id"'),
        ('{"_id": "  ", "text": "Frost came."}', 'it has no "_id"'),
        ('{"_id": "\\ud800", "text": "Frost came."}', 'its "_id" holds half a character'),
        ('{"_id": "a"}', 'its "text" or "title" is missing'),
        ('{"_id": "a", "text": "Frost.", "title": 5}', 'its "text" or "title" is missing'),
        ('{"_id": "a", "text": " "}', "it has no text"),
    ],
)
def test_a_broken_line_is_told_with_its_number_and_the_rest_is_read(tmp_path: Path, line: str, says: str):
    good = json.dumps(LINE)
    path = write(tmp_path / "corpus.jsonl", f"{good}\n\n{line}\n{good}\n".encode(errors="surrogateescape"))
    assert len(articles(path)) == 2
    (problem,) = problems(path)
    assert problem.startswith(f"{path} line 3: {says}")


def test_odd_metadata_does_not_cost_the_article(tmp_path: Path):
    odd = {"url": 5, "published": "some day", "author": ["Ida"], "publisher": "He\ud800rald\n", "more": {}}
    path = write(
        tmp_path / "corpus.jsonl", "\n".join(json.dumps(LINE | {"metadata": m}) for m in (odd, "none", None, []))
    )
    found = articles(path)
    assert len(found) == 4
    assert (found[0].metadata.publisher, found[0].metadata.published, found[0].metadata.author) == (
        "He?rald",
        None,
        None,
    )


BEGINNINGS = {
    **dict.fromkeys(["a.txt", "a.md", "a.html", "a.jsonl"], b""),
    **dict.fromkeys(["a.docx", "a.epub", "a.zip"], b"PK\x03\x04"),
    **dict.fromkeys(["a.eml", "a.mhtml"], b"Content-Type: text/html\n\n"),
    "a.pdf": b"%PDF-1.7\n",
}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(content=st.binary(max_size=300), name=st.sampled_from(sorted(BEGINNINGS)))
def test_any_bytes_give_an_article_or_a_problem(tmp_path: Path, content: bytes, name: str):
    for loaded in load(write(tmp_path / name, BEGINNINGS[name] + content)):
        if isinstance(loaded, Article):
            assert loaded.text
            assert loaded.text.encode()
        else:
            assert str(loaded).encode()
