"""Search by words: BM25 over titles and passages, in tantivy.

A passage's words are reduced to their stems in the language of its article, a question's in every language that the
index holds: nobody has to say in which a question is. Long because reader and writer share what they make of words.
"""

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

ANALYZED = "analyzed"
"""What the index makes of words that are stems already: cuts them at spaces."""
LANGUAGES = {
    "en": "english", "da": "danish", "de": "german", "es": "spanish", "fi": "finnish", "fr": "french",
    "hu": "hungarian", "it": "italian", "nl": "dutch", "pt": "portuguese", "ru": "russian", "sv": "swedish",
}  # fmt: skip
"""Languages whose words are reduced to stems; those of any other article are as if they were the first's."""
TITLE_BOOST = 0.5
WRITER_BYTES = 30_000_000
TERMS = 50_000
"""Indexed forms that are listed at most, the most common: a millisecond for each two thousand."""
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
            self._languages()  # An index of an earlier version does not tell them.

    def search(self, question: str, limit: int, *, among: Collection[int] | None = None) -> list[tuple[int, float]]:
        """Keys of the passages, of these if given, that share words with the question, and their BM25, best first.

        The question is only ever words; nothing in it is read as query syntax.
        """
        clauses = []
        for term in self._terms(question):
            title = tantivy.Query.term_query(self._index.schema, "title", term)
            clauses.append((tantivy.Occur.Should, tantivy.Query.boost_query(title, TITLE_BOOST)))
            clauses.append((tantivy.Occur.Should, tantivy.Query.term_query(self._index.schema, "body", term)))
        with breaking(self.name, ValueError):
            searcher = self._index.searcher()
            hits = searcher.search(self._within(tantivy.Query.boolean_query(clauses), among), limit, count=False).hits
            keys = searcher.fast_field_values("key", [address for _, address in hits])
        return [(int(key), score) for key, (score, _) in zip(keys, hits, strict=True) if key is not None]

    def holding(self, words: str, limit: int) -> list[int]:
        """Keys of the passages that have every one of these words, in text or title, the best ones first."""
        must = tantivy.Occur.Must
        wanted = [(must, self._either(word)) for word in words.split() if all(self._forms(word))]
        with breaking(self.name, ValueError):
            searcher = self._index.searcher()
            hits = searcher.search(tantivy.Query.boolean_query(wanted), limit, count=False).hits
            keys = searcher.fast_field_values("key", [address for _, address in hits])
        return [int(key) for key in keys if key is not None]

    def knows(self, word: str) -> bool:
        """Whether a passage or title has the word or a form of it."""
        with breaking(self.name, ValueError):
            searcher = self._index.searcher()
            return any(searcher.doc_freq(name, term) > 0 for term in self._terms(word) for name in ("body", "title"))

    def beginning(self, letters: str) -> list[tuple[str, int]]:
        """The indexed forms that begin so, and how many passages have each, the most common first; a bounded number."""
        with breaking(self.name, ValueError):
            return self._index.searcher().terms_with_prefix("body", letters, limit=TERMS)

    def _terms(self, text: str) -> list[str]:
        """The stems of a text in every language of the index, each once."""
        return list(dict.fromkeys(term for form in self._forms(text) for term in form))

    def _forms(self, text: str) -> list[list[str]]:
        """The stems of a text in each language of the index."""
        # What comes from a terminal may hold bytes that are no text, which Python keeps as lone surrogates.
        words = spaced(text.encode("utf-8", "replace").decode())
        with breaking(self.name, ValueError):
            return [self._analyzers[language].analyze(words) for language in self._languages()]

    def _languages(self) -> list[str]:
        searcher, first = self._index.searcher(), next(iter(LANGUAGES))
        return [one for one in LANGUAGES if one == first or searcher.doc_freq("language", one) > 0]

    def _either(self, word: str) -> tantivy.Query:
        """Finds what has the word, in its text or title, in any of its forms."""
        schema, must, should = self._index.schema, tantivy.Occur.Must, tantivy.Occur.Should
        forms = []
        for form in self._forms(word):
            parts = [
                [(should, tantivy.Query.term_query(schema, name, term)) for name in ("title", "body")] for term in form
            ]
            forms.append(
                (should, tantivy.Query.boolean_query([(must, tantivy.Query.boolean_query(one)) for one in parts]))
            )
        return tantivy.Query.boolean_query(forms)

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
        words = sorted(set(self._stems(stored, stored.passage.text)), key=len)[-3:]
        wanted = [("key", stored.key), *(("body", word) for word in words)]
        schema = self._index.schema
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, tantivy.Query.term_query(schema, name, value)) for name, value in wanted]
        )

    def _stems(self, stored: StoredPassage, text: str) -> list[str]:
        """The stems of a text of the passage, in the language of its article."""
        language = stored.metadata.language
        return self._analyzers[language if language in LANGUAGES else next(iter(LANGUAGES))].analyze(spaced(text))

    def _use(self, index: tantivy.Index) -> None:
        self._analyzers = {code: _analyzer(name) for code, name in LANGUAGES.items()}
        self._index = index
        self._index.register_tokenizer(ANALYZED, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())


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
                texts = {"title": stored.metadata.title, "body": stored.passage.text}
                fields = {name: " ".join(self._stems(stored, text)) for name, text in texts.items()}
                language = stored.metadata.language or ""
                writer.add_document(tantivy.Document(key=stored.key, language=language, **fields))

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
    builder.add_text_field("language", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("title", tokenizer_name=ANALYZED, index_option="freq")
    builder.add_text_field("body", tokenizer_name=ANALYZED, index_option="freq")
    return builder.build()


def _analyzer(language: str) -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (
        tantivy.Filter.remove_long(60),
        tantivy.Filter.lowercase(),
        tantivy.Filter.stopword(language),
        # Accents go before the stem is taken: many who ask do not type them.
        tantivy.Filter.ascii_fold(),
        # An English question's "the" would otherwise be a rare, telling word among German articles.
        tantivy.Filter.stopword("english"),
        tantivy.Filter.stemmer(language),
    ):
        builder = builder.filter(step)
    return builder.build()
