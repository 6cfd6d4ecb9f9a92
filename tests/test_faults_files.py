"""Files that are made to do harm, or are broken: each is told in one line, within limits, and nothing else suffers."""

import io
import os
import resource
import struct
import threading
import time
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.articles import Article
from index.cleaning.facts import Facts
from index.errors import SourceUnreadable
from index.loading import load, load_content
from index.loading.archive import open_archive
from index.loading.confined import STOPPED
from index.loading.files import until_stopped
from index.sentences import split

FROST = "Frost came to the Holm valley on Monday and killed half of the wheat there, the farmers said."
PAGE = f"<html><body><article><p>{FROST}</p></article></body></html>".encode()
HELD_MOST = 1_100  # megabytes: a parser's limit of address space, and a little


def loaded(content: bytes, kind: str) -> list[Article | SourceUnreadable]:
    return list(load_content(content, kind, source=f"/x/trap{kind}", known=Facts()))


def problem(content: bytes, kind: str) -> str:
    (found,) = loaded(content, kind)
    assert isinstance(found, SourceUnreadable), found
    assert "\n" not in str(found)
    return str(found)


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.fixture
def memory_watched() -> Iterator[None]:
    """Fails where this process or its parsers come to hold more than they may."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    held, done = [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            for children in Path("/proc/self/task").glob("*/children"):
                for child in children.read_text().split() if children.exists() else ():
                    try:
                        status = Path(f"/proc/{child}/status").read_text()
                    except OSError:
                        continue
                    held[0] = max([held[0], *(int(n.split()[1]) for n in status.splitlines() if n.startswith("VmHWM"))])

    watcher = threading.Thread(target=watch)
    watcher.start()
    yield
    done.set()
    watcher.join()
    assert held[0] / 1_024 < HELD_MOST
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1_024 < 300


# PDF


def pdf(objects: list[bytes], more: bytes = b"") -> bytes:
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return bytes(out) + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        more,
        start,
    )


CATALOG, PAGES = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
ONE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>"


def of_contents(contents: bytes, more: bytes = b"null") -> bytes:
    return pdf([CATALOG, PAGES, ONE, contents, more])


def stream(content: bytes, what: bytes = b"") -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (what, len(content), content)


def deflated(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(b" " * 1_000_000) for _ in range(megabytes)) + packer.flush()


def many_pages(claimed: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(100_000))
    pages = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, claimed)
    return pdf([CATALOG, pages, *[b"<< /Type /Page /Parent 2 0 R >>"] * 100_000])


LOOP = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
ITSELF = b"/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << /XObject << /X 5 0 R >> >>"
PDF_TRAPS: dict[str, Callable[[], bytes]] = {
    "200 MB deflated": lambda: of_contents(stream(deflated(200), b"/Filter /FlateDecode")),
    "deflated twice": lambda: of_contents(
        stream(zlib.compress(deflated(200), 9), b"/Filter [/FlateDecode /FlateDecode]")
    ),
    "run lengths": lambda: of_contents(stream(b"\x81 " * 10_000_000, b"/Filter /RunLengthDecode")),
    "100,000 pages": lambda: many_pages(100_000),
    "pages that contain themselves": lambda: pdf([CATALOG, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"]),
    "a table that names itself": lambda: (
        LOOP
        + b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 3 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF"
        % (len(LOOP), len(LOOP))
    ),
    "deep objects": lambda: of_contents(b"[" * 200_000),
    "deep contents": lambda: of_contents(stream(b"[" * 500_000)),
    "a drawing that draws itself": lambda: of_contents(stream(b"/X Do"), stream(b"/X Do /X Do", ITSELF)),
    "cut off": lambda: of_contents(stream(b"BT (x) Tj ET"))[:200],
    "only a signature": lambda: b"%PDF-1.7\n",
}


@pytest.mark.parametrize("trap", PDF_TRAPS)
@pytest.mark.usefixtures("memory_watched")
def test_no_pdf_takes_more_than_its_share(trap: str):
    began = time.monotonic()
    assert problem(PDF_TRAPS[trap](), ".pdf").startswith("/x/trap.pdf ")
    assert time.monotonic() - began < 100


# Archives, and documents that are archives


@pytest.mark.parametrize(
    "name", ["../out.txt", "/etc/out.txt", "a/../../out.txt", "..\\out.txt", "C:\\out.txt", "\\\\host\\out.txt"]
)
def test_an_archive_with_a_name_that_leads_elsewhere_is_refused_whole(name: str, tmp_path: Path):
    path = tmp_path / "in" / "slip.zip"
    path.parent.mkdir()
    path.write_bytes(zipped({"good.txt": FROST.encode(), name: b"x"}))
    (found,) = load(path)
    assert "which would be unpacked elsewhere" in str(found)
    assert [entry.name for entry in tmp_path.rglob("*")] == ["in", "slip.zip"]


def test_a_link_in_an_archive_is_refused(tmp_path: Path):
    link = zipfile.ZipInfo("passwords.txt")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "is a link or a device" in problem(packed.getvalue(), ".zip")


@pytest.mark.parametrize("kind", [".zip", ".docx", ".epub"])
@pytest.mark.usefixtures("memory_watched")
def test_an_archive_that_unpacks_to_hundreds_of_times_its_size_is_refused_before_unpacking(kind: str):
    content = zipped({"word/document.xml": b" " * 40_000_000, "a.txt": b"0" * 40_000_000})
    assert "unpacks to hundreds of times its size" in problem(content, kind)


def test_an_archive_whose_members_are_large_together_is_refused():
    noisy = os.urandom(100_000) * 10
    content = zipped({f"{number}.txt": noisy for number in range(5)})
    with pytest.raises(SourceUnreadable, match="unpacks to more than 4 MB"):
        open_archive(io.BytesIO(content), most=4_000_000)


def test_archives_within_archives_are_not_opened():
    inner = zipped({"a.txt": FROST.encode()})
    found = loaded(zipped({f"{number}.zip": inner for number in range(16)}), ".zip")
    assert len(found) == 16
    assert all("is an archive within an archive" in str(item) for item in found)


def test_members_that_share_their_bytes_are_refused():
    honest = zipped({"a.txt": os.urandom(2_000), "b.txt": b"b"})
    start = honest.index(b"PK\x01\x02")
    second = honest.index(b"PK\x01\x02", start + 4)
    sharing = bytearray(honest)
    sharing[second + 42 : second + 46] = struct.pack("<I", 0)  # b.txt begins where a.txt does
    sharing[second + 20 : second + 24] = sharing[start + 20 : start + 24]
    assert "share their bytes" in problem(bytes(sharing), ".zip")


def test_an_archive_with_too_many_members_is_refused_without_reading_their_names():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name that comes twice
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for _ in range(40_000):
                archive.writestr("a.txt", b"")
    began = time.monotonic()
    assert "holds more files than one archive may" in problem(content.getvalue(), ".zip")
    assert time.monotonic() - began < 2


def test_a_locked_archive_says_so():
    content = bytearray(zipped({"a.txt": FROST.encode()}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "is locked with a password" in problem(bytes(content), ".zip")


def test_a_damaged_member_costs_only_itself():
    content = bytearray(zipped({"a.txt": os.urandom(500), "b.txt": FROST.encode()}))
    content[60] ^= 0xFF
    broken, good = loaded(bytes(content), ".zip")
    assert str(broken).startswith("/x/trap.zip#a.txt is damaged within its archive")
    assert isinstance(good, Article)


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("kind", [".zip", ".docx", ".epub"])
def test_an_archive_that_is_cut_off_says_that_it_is_damaged(kind: str, cut: float):
    content = zipped({"a.txt": os.urandom(5_000), "b.txt": FROST.encode()})
    assert "damaged archive" in problem(content[: int(len(content) * cut)], kind)


def test_an_archive_that_keeps_stopping_its_parser_is_left_unread():
    trap = SourceUnreadable(f"/x/trap.zip#1.pdf {STOPPED['time']}")
    other = SourceUnreadable("/x/trap.zip#2.txt is empty.")
    found = list(until_stopped(iter([trap, other, trap, trap, trap, other]), "/x/trap.zip"))
    assert found[:4] == [trap, other, trap, trap]
    assert [str(item) for item in found[4:]] == [
        "/x/trap.zip stopped its parser 3 times. What follows in it is left unread."
    ]


# HTML, XML and e-mails

LAUGHS = b'<!DOCTYPE lolz [<!ENTITY lol "lol">' + b"".join(
    b'<!ENTITY lol%d "%s">' % (at, b"&lol%s;" % (b"%d" % (at - 1) if at > 1 else b"") * 10) for at in range(1, 10)
)
MARKUP_TRAPS = {
    "200,000 nested tags": (b"<html><body>" + b"<div>" * 200_000 + b"x", ".html"),
    "150,000 nested bold tags": (b"<html><body>" + b"<b>" * 150_000 + b"word" + b"</b>" * 150_000, ".html"),
    "50 MB on one line": (b"<html><body><p>" + b"word " * 9_999_990, ".html"),
    "comments without an end": (b"<html><body>" + b"<!--" * 480_000, ".html"),
    "attributes without an end": (b"<html><body><p " + b"a=b " * 450_000, ".html"),
    "abbreviations of abbreviations": (LAUGHS + b"]><html><body><p>&lol9;</p></body></html>", ".html"),
    "the same in a document": (zipped({"word/document.xml": b"<?xml version='1.0'?>" + LAUGHS + b"]><a/>"}), ".docx"),
    "the same in an e-book": (zipped({"META-INF/container.xml": LAUGHS + b"]><a>&lol9;</a>"}), ".epub"),
    "parts within parts": (
        b"From: a@b\n"
        + b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(5_000)),
        ".eml",
    ),
    "a million parts": (
        b'Subject: x\nContent-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\nx\n" * 1_000_000,
        ".eml",
    ),
    "comments in an address": (b"From: " + b"(" * 200_000 + b"\n\nx", ".eml"),
}


@pytest.mark.parametrize("trap", MARKUP_TRAPS)
@pytest.mark.usefixtures("memory_watched")
def test_no_markup_takes_more_than_its_share(trap: str):
    content, kind = MARKUP_TRAPS[trap]
    began = time.monotonic()
    assert problem(content, kind).startswith(f"/x/trap{kind} ")
    assert time.monotonic() - began < 100


def test_after_a_trap_the_next_file_is_read_as_ever():
    problem(MARKUP_TRAPS["comments in an address"][0], ".eml")
    (article,) = loaded(PAGE, ".html")
    assert isinstance(article, Article)
    assert article.text == FROST


# What a name says and what the bytes are


@pytest.mark.parametrize("name", ["a.pdf", "a.txt", "a.html", "a.docx", "a.zip"])
@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00" + bytes(200),
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        b"<svg xmlns='x'></svg>",
        b"\x7fELF\x02",
    ],
    ids=["exe", "png", "svg", "elf"],
)
def test_a_file_that_is_not_what_it_is_named_is_refused(tmp_path: Path, name: str, content: bytes):
    path = tmp_path / name
    path.write_bytes(content)
    (found,) = load(path)
    assert isinstance(found, SourceUnreadable)
    assert "Give it the ending of what it is" in str(found) or "Pack the articles" in str(found)


# Encodings and empty files

ODD = "Frost ca\u200bme e\u0301arly\u202e to\u202c the\0 valley. \ufeffHalf of the \u2066wheat\u2069 \U000e0041died."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("kind", [".txt", ".md", ".html"])
def test_hidden_characters_go_and_offsets_are_exact_in_every_encoding(encoding: str, kind: str):
    raw = f"<html><body><article><p>{ODD}</p></article></body></html>" if kind == ".html" else ODD
    (article,) = loaded(raw.encode(encoding), kind)
    assert isinstance(article, Article), article
    assert article.text == "Frost came éarly to the valley. Half of the wheat died."
    assert all(article.text[s.start : s.end] == s.text for s in split(article.text))


@pytest.mark.parametrize("kind", [".txt", ".md", ".html", ".mhtml", ".pdf", ".docx", ".epub", ".eml"])
@pytest.mark.parametrize("content", [b"", b" \r\n\t \n"], ids=["nothing", "blanks"])
def test_an_empty_file_of_any_kind_says_so(kind: str, content: bytes):
    assert problem(content, kind) == f"/x/trap{kind} is empty. Save the article's text in it, or leave it out."


@pytest.mark.parametrize("kind", [".jsonl", ".zip"])
def test_an_empty_collection_says_so(kind: str):
    assert "is empty" in problem(b"", kind)
