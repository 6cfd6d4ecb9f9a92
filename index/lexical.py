"""Search by words: BM25 over titles and passages, in tantivy."""

import json
import logging
import re
import shutil
import struct
import zlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy

from index.derived import IndexBroken, breaking
from index.killpoints import around
from index.tables import StoredPassage

ANALYZER = "byline"
TITLE_BOOST = 0.5
WRITER_BYTES = 30_000_000
SUMMED = {".fast", ".fieldnorm", ".idx", ".pos", ".store", ".term"}
FOOTER_MAGIC = 1337
POSSESSIVE = re.compile(r"['’]s\b", re.IGNORECASE)
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# Scripts written without spaces: Thai to Khmer, kana, Han with its extensions, and their compatibility forms.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)

log = logging.getLogger(__name__)


class LexicalReader:
    """Search in an index that another process may be writing; ``IndexBroken`` where it cannot be read."""

    name = "lexical"

    def __init__(self, folder: Path) -> None:
        with breaking(self.name, ValueError):
            self._use(tantivy.Index.open(str(folder)))

    def search(self, question: str, limit: int, *, among: Collection[int] | None = None) -> list[tuple[int, float]]:
        """Keys of the passages, of these if given, that share words with the question, and their BM25, best first.

        The question is only ever words; nothing in it is read as query syntax.
        """
        # A question from a terminal may hold bytes that are no text, which Python keeps as lone surrogates.
        words = spaced(question.encode("utf-8", "replace").decode())
        clauses = []
        for term in dict.fromkeys(self._analyzer.analyze(words)):
            title = tantivy.Query.term_query(self._index.schema, "title", term)
            clauses.append((tantivy.Occur.Should, tantivy.Query.boost_query(title, TITLE_BOOST)))
            clauses.append((tantivy.Occur.Should, tantivy.Query.term_query(self._index.schema, "body", term)))
        with breaking(self.name, ValueError):
            searcher = self._index.searcher()
            hits = searcher.search(self._within(tantivy.Query.boolean_query(clauses), among), limit, count=False).hits
            keys = searcher.fast_field_values("key", [address for _, address in hits])
        return [(int(key), score) for key, (score, _) in zip(keys, hits, strict=True) if key is not None]

    def _within(self, query: tantivy.Query, among: Collection[int] | None) -> tantivy.Query:
        if among is None:
            return query
        keys = tantivy.Query.term_set_query(self._index.schema, "key", list(among))
        must = tantivy.Occur.Must
        # The keys choose, and do not score.
        return tantivy.Query.boolean_query([(must, query), (must, tantivy.Query.const_score_query(keys, 0.0))])

    def holds(self, passages: Sequence[StoredPassage], count: int) -> bool:
        """Whether there are exactly ``count`` passages and these are found by their words."""
        queries = [self._own_query(stored) for stored in passages]
        with breaking(self.name, ValueError):
            searcher = self._index.searcher()
            return searcher.num_docs == count and all(searcher.search(query, 1).hits for query in queries)

    def _own_query(self, stored: StoredPassage) -> tantivy.Query:
        """Finds the passage under its key, and only with its three longest words."""
        words = sorted(set(self._analyzer.analyze(spaced(stored.passage.text))), key=len)[-3:]
        wanted = [("key", stored.key), *(("body", word) for word in words)]
        schema = self._index.schema
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, tantivy.Query.term_query(schema, name, value)) for name, value in wanted]
        )

    def _use(self, index: tantivy.Index) -> None:
        self._analyzer = _analyzer()
        self._index = index
        self._index.register_tokenizer(ANALYZER, self._analyzer)


class LexicalIndex(LexicalReader):
    """Passages by their words; derived from the catalog, and so free to be thrown away.

    One that cannot be opened is begun anew, empty. ``folder`` None keeps it in memory.
    """

    batch = 10_000

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._writer: tantivy.IndexWriter | None = None
        try:
            self._open()
        except IndexBroken as exc:
            log.info("%s", exc)
            self._remove()
            self._open()

    def put(self, passages: Sequence[StoredPassage]) -> None:
        """Store the passages, in place of any with the same keys; visible after ``commit``."""
        self.drop([stored.key for stored in passages])
        with self._changing() as writer:
            for stored in passages:
                title, body = spaced(stored.metadata.title), spaced(stored.passage.text)
                writer.add_document(tantivy.Document(key=stored.key, title=title, body=body))

    def drop(self, keys: Sequence[int]) -> None:
        """Forget the passages; keys that are not there do no harm."""
        with self._changing() as writer:
            for key in keys:
                writer.delete_documents_by_term("key", key)

    def commit(self) -> None:
        """Make everything since the last commit durable and visible to every search that begins now."""
        with self._changing() as writer:
            with around("lexical commit"):
                writer.commit()
            self._index.reload()

    def clear(self) -> None:
        """Begin again with an empty index."""
        self.close()
        self._remove()
        self._open()

    def close(self) -> None:
        """Let go of the files; the index is not used again."""
        writer, self._writer = self._writer, None
        if writer:
            with breaking(self.name, ValueError):
                writer.wait_merging_threads()

    def _open(self) -> None:
        with breaking(self.name, ValueError, OSError), around("lexical begin"):
            if self._folder:
                self._folder.mkdir(exist_ok=True)
                _check_sums(self._folder)
            self._use(tantivy.Index(_schema(), path=str(self._folder) if self._folder else None))
            self._writer = self._index.writer(WRITER_BYTES, num_threads=1)

    @contextmanager
    def _changing(self) -> Iterator[tantivy.IndexWriter]:
        with breaking(self.name, ValueError):
            self._writer = self._writer or self._index.writer(WRITER_BYTES, num_threads=1)
        try:
            with breaking(self.name, ValueError):
                yield self._writer
        except IndexBroken:
            # A writer that has failed fails for good; what it had not committed is still in the catalog's outbox.
            self._writer = None
            raise

    def _remove(self) -> None:
        if self._folder:
            # Moved away first: until it is let go, a reader of the old index may still make a lock file under its path.
            gone = self._folder.with_name(f"{self._folder.name}.gone")
            with breaking(self.name, OSError):
                shutil.rmtree(gone, ignore_errors=True)
                self._folder.rename(gone)
                shutil.rmtree(gone)


def _check_sums(folder: Path) -> None:
    """``ValueError`` where a file is not what tantivy wrote: each ends with the CRC-32 of what stands before.

    tantivy itself does not look, and answers wrongly or dies of a page that has gone bad.
    """
    for file in (file for file in folder.iterdir() if file.suffix in SUMMED):
        content = memoryview(file.read_bytes())
        size, magic = struct.unpack("<II", content[-8:]) if len(content) > 8 else (0, 0)
        footer = bytes(content[-8 - size : -8])
        if magic != FOOTER_MAGIC or json.loads(footer).get("crc") != zlib.crc32(content[: -8 - size]):
            raise ValueError(f"{file.name} has changed since it was written")


def spaced(text: str) -> str:
    """The text as it is cut into words, for passages and questions alike.

    Scripts without spaces become overlapping pairs of characters; 100,000 stays one word; a possessive s is dropped.
    """
    text = THOUSANDS.sub("", POSSESSIVE.sub("", text))
    return UNSPACED.sub(lambda run: f" {' '.join(_pairs(run[0]))} ", text)


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(max(1, len(run) - 1))]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("key", indexed=True, fast=True)
    builder.add_text_field("title", tokenizer_name=ANALYZER, index_option="freq")
    builder.add_text_field("body", tokenizer_name=ANALYZER, index_option="freq")
    return builder.build()


def _analyzer() -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (
        tantivy.Filter.remove_long(60),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.stopword("english"),
        tantivy.Filter.stemmer("english"),
    ):
        builder = builder.filter(step)
    return builder.build()
