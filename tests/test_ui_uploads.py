import io
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.collection import Collection
from index.embedding import HashEmbedder
from index.settings import IndexSettings
from ui.uploads import LONGEST_NAME, Upload, add_uploads, safe_name

STORY = "Ferry fare rises\n\nThe harbour ferry will cost 4 euros from 1 June, the council said on Monday."


@pytest.fixture
def collection(tmp_path):
    settings = IndexSettings(data=tmp_path / "data")
    with Collection.open(settings.data, HashEmbedder(), settings=settings, write=True) as collection:
        yield collection


def sent(name: str, text: str) -> Upload:
    return Upload(name, io.BytesIO(text.encode()))


def test_an_upload_is_kept_inside_the_data_directory_under_a_generated_name(collection, tmp_path):
    added = add_uploads(collection, tmp_path / "data" / "uploads", uploads=[sent("Ferry fares.txt", STORY)])
    assert added.added == ["Ferry fares"]
    kept = Path(collection.article("Ferry fares").source)
    assert re.fullmatch(r"[0-9a-f]{32}\.txt", kept.name)
    assert kept.read_text() == STORY
    assert kept.parent == tmp_path / "data" / "uploads"


def test_an_article_without_a_title_is_named_after_the_file_as_it_was_sent(collection, tmp_path):
    text = "The harbour ferry will cost 4 euros from 1 June, the council said on Monday."
    add_uploads(collection, tmp_path / "uploads", uploads=[sent("ferry_fares.txt", text)])
    assert collection.article("ferry_fares").metadata.title == "Ferry fares"


def test_the_same_name_again_replaces_the_article_and_the_file(collection, tmp_path):
    folder = tmp_path / "uploads"
    add_uploads(collection, folder, uploads=[sent("ferry.txt", STORY)])
    assert add_uploads(collection, folder, uploads=[sent("ferry.txt", STORY)]).unchanged == ["ferry"]
    newer = add_uploads(collection, folder, uploads=[sent("ferry.txt", STORY.replace("4 euros", "5 euros"))])
    assert newer.updated == ["ferry"]
    assert "5 euros" in collection.article("ferry").text
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1


def test_a_file_that_cannot_be_read_replaces_nothing_and_is_named_as_it_was_sent(collection, tmp_path):
    add_uploads(collection, tmp_path / "uploads", uploads=[sent("ferry.txt", STORY)])
    result = add_uploads(collection, tmp_path / "uploads", uploads=[sent("ferry.txt", "  \n"), sent("b.txt", STORY)])
    assert len(result.problems) == 1
    assert "ferry.txt" in str(result.problems[0])
    assert str(tmp_path) not in str(result.problems[0])
    assert "4 euros" in Path(collection.article("ferry").source).read_text()


def test_a_corpus_keeps_its_lines_ids(collection, tmp_path):
    lines = '{"_id": "x1", "title": "One", "text": "One ferry sails at noon."}\n{"broken\n'
    result = add_uploads(collection, tmp_path / "uploads", uploads=[sent("news.jsonl", lines)])
    assert result.added == ["x1"]
    assert collection.article("x1").source.endswith(".jsonl#x1")
    assert len(result.problems) == 1


def test_an_archive_gives_the_articles_in_it(collection, tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("news/ferry.txt", STORY)
        archive.writestr("news/empty.txt", "")
    result = add_uploads(collection, tmp_path / "uploads", uploads=[Upload("week.zip", io.BytesIO(packed.getvalue()))])
    assert result.added == ["ferry"]
    assert collection.article("ferry").source.endswith(".zip#news/ferry.txt")
    assert [str(problem) for problem in result.problems] == [
        "week.zip#news/empty.txt is empty. Save the article's text in it, or leave it out."
    ]


class Broken(io.BytesIO):
    def read(self, *_: object) -> bytes:
        raise OSError(28, "No space left on device")


def test_a_disk_that_is_full_is_told_and_the_next_file_is_tried(collection, tmp_path):
    uploads = [Upload("a.txt", Broken()), sent("ferry.txt", STORY)]
    result = add_uploads(collection, tmp_path / "uploads", uploads=uploads)
    assert "a.txt cannot be kept: No space left on device." in str(result.problems[0])
    assert result.added == ["ferry"]


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.txt",
        "..\\..\\x.txt",
        "/abs/x.txt",
        "C:\\x.txt",
        "a\0b.txt",
        "..",
        ".",
        "",
        "x" * 300 + ".txt",
        ".txt",
        "..%2f..%2fx.txt",
        "%2e%2e%2fx.txt",
        "．．／．．／x.txt",
        "CON.txt",
        "nul",
        "x.txt/../../y.txt",
        "\ud800.txt",
        "a\r\nb: c.txt",
    ],
)
def test_no_name_leads_out_of_the_folder(collection, tmp_path, name):
    folder = tmp_path / "uploads"
    result = add_uploads(collection, folder, uploads=[sent(name, STORY)])
    assert {path.name for path in tmp_path.iterdir()} <= {"data", "uploads"}
    for path in folder.iterdir():
        assert re.fullmatch(r"[0-9a-f]{32}(\.txt)?", path.name)
    for added in result.added:
        assert Path(collection.article(added).source).parent == folder


@given(st.text(max_size=400))
def test_a_safe_name_is_one_short_visible_name(name):
    safe = safe_name(name)
    assert safe
    assert safe not in (".", "..")
    assert not set(safe) & set('/\\\0\n<>:"|?*\u202e\u200b')
    assert len(safe.encode()) <= LONGEST_NAME + 10
    assert Path(safe).name == safe


def test_a_usual_name_stays_as_it_is():
    assert safe_name("Übersicht 2024 (neu).html") == "Übersicht 2024 (neu).html"
    assert safe_name("x" * 300 + ".txt").endswith("x.txt")
