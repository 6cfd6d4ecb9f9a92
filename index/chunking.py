"""Gather sentences into passages that the embedder reads whole and that fit the share of a prompt kept for them."""

import hashlib
import importlib.util
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index.articles import Article, Passage, Sentence
from index.errors import ModelFileWrong

if TYPE_CHECKING:
    import tiktoken

CountTokens = Callable[[Sequence[str]], list[int]]
Measured = tuple[Sentence, float]
"""A sentence and the share of a passage that it takes."""
SPACED, BROKEN = " {}", "{}\n\n"
"""How a sentence may be joined to those around it."""

SPECIAL_TOKENS = 2
"""What the embedder puts around a text."""
TITLE_CHARACTERS = 160
"""About 40 tokens: enough for a headline, little against the 254 that the embedder reads."""
IDEOGRAPH = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af]")
WORD = re.compile(r"[^\s，。！？；：]{1,30}[，。！？；：”」』]{0,3}|\S")
"""What is never cut; in writing without spaces, up to 30 characters."""
LONGEST_READ = 4_000
"""Characters. A longer sentence never fits: its tokens would have to be 16 characters long."""
CLAUSE_END = re.compile(r"[.!?;:。！？；：…][\"'”’»」』)]*$")
OVERLAP = 0.25
"""Largest share of a passage that repeats the end of the one before it."""
LEAST_FILLED = 0.5
"""A passage filled less than this goes on into a paragraph that does not fit it whole."""
TABLE = "9b5ad71b2ce5302211f9c61530b329a4922fc6a4"
TABLE_SHA256 = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"


class Share(Protocol):
    """Measures texts as shares of a passage."""

    def __call__(self, texts: Sequence[str], *joins: str) -> list[float]:
        """What each takes in the dearest of the ways in which it may be joined to others, else by itself."""
        ...


@dataclass(frozen=True, slots=True)
class Budget:
    """Two limits that hold together, each with its own way to count tokens (special ones not counted)."""

    embedder_tokens: CountTokens
    embedder_limit: int
    """What the embedder reads of a text, special tokens and the title in front included."""
    passage_tokens: CountTokens
    passage_limit: int
    """Largest passage by the measure of language models, the title not included."""


def passages(article: Article, sentences: Sequence[Sentence], *, budget: Budget) -> tuple[Passage, ...]:
    """Runs of whole sentences that cover the article in order, its paragraphs kept together where they fit.

    A sentence larger than the budget is cut between words and stands as several sentences. Where a paragraph must be
    parted, the next passage repeats the last sentence, so that a fact told across the boundary is still found whole.
    """
    measured = _measured(sentences, _share_of(budget, article.metadata.title))
    return tuple(
        Passage(
            article_id=article.id,
            number=number,
            start=run[0].start,
            end=run[-1].end,
            text=article.text[run[0].start : run[-1].end],
            sentences=tuple(run),
        )
        for number, run in enumerate(_runs(_paragraphs(article.text, measured)))
    )


def contextual(title: str, passage_text: str) -> str:
    """What is embedded and indexed for a passage: its text, the title in front (clipped to about 40 tokens)."""
    title, width = " ".join(title.split()), 0
    for at, character in enumerate(title):
        width += 4 if IDEOGRAPH.match(character) else 1
        if width > TITLE_CHARACTERS:
            title = title[: max(title.rfind(" ", 0, at + 1), 0) or at].rstrip()
            break
    return f"{title}\n{passage_text}" if title else passage_text


def tiktoken_counter() -> CountTokens:
    """Counts cl100k_base tokens without a network; ``ModelFileWrong`` if their table is missing or altered.

    The table is read at the first count.
    """
    encoding = cache(_cl100k_base)
    return lambda texts: [len(tokens) for tokens in map(encoding().encode_ordinary, texts)]


def _cl100k_base() -> "tiktoken.Encoding":
    import tiktoken  # noqa: PLC0415  only adding needs it, asking does not

    # LlamaIndex carries the table under the name that tiktoken's cache gives it. It is checked here, because tiktoken
    # would delete a wrong one and download another.
    spec = importlib.util.find_spec("llama_index")
    folders = [
        Path(root, "core", "_static", "tiktoken_cache") for root in (spec and spec.submodule_search_locations) or ()
    ]
    table = next((f / TABLE for f in folders if (f / TABLE).is_file()), None)
    if table is None or hashlib.sha256(table.read_bytes()).hexdigest() != TABLE_SHA256:
        raise ModelFileWrong("llama-index-core's table of cl100k_base tokens is missing or altered. Reinstall Byline.")
    before = os.environ.get("TIKTOKEN_CACHE_DIR")
    os.environ["TIKTOKEN_CACHE_DIR"] = str(table.parent)
    try:
        return tiktoken.get_encoding("cl100k_base")
    finally:
        if before is None:
            del os.environ["TIKTOKEN_CACHE_DIR"]
        else:
            os.environ["TIKTOKEN_CACHE_DIR"] = before


def _share_of(budget: Budget, title: str) -> Share:
    """Measures texts as shares of a passage under this title; shares that sum to 1 or less fit both limits."""
    (title_tokens,) = budget.embedder_tokens([contextual(title, "")])
    room = max(1, budget.embedder_limit - SPECIAL_TOKENS - title_tokens)

    def share(texts: Sequence[str], *joins: str) -> list[float]:
        # tiktoken counts a word and the white space before it together, so the dearest of the ways to join is taken.
        # The embedder counts no white space.
        ways = [budget.passage_tokens([join.format(text) for text in texts]) for join in joins or ("{}",)]
        counts = zip(budget.embedder_tokens(texts), *ways, strict=True)
        return [max(embedder / room, max(models) / budget.passage_limit) for embedder, *models in counts]

    return share


def _measured(sentences: Sequence[Sentence], share: Share) -> Iterator[Measured]:
    """The sentences with their shares, those larger than a passage cut."""
    # Tokenizers take quadratic time on a long run of letters, so what cannot fit is not shown to them whole.
    readable = [sentence for sentence in sentences if len(sentence.text) <= LONGEST_READ]
    shares = dict(zip(readable, share([sentence.text for sentence in readable], SPACED, BROKEN), strict=True))
    for sentence in sentences:
        if shares.get(sentence, 2.0) <= 1:
            yield sentence, shares[sentence]
        else:
            yield from _cut(sentence, share)


def _cut(sentence: Sentence, share: Share) -> Iterator[Measured]:
    """Pieces of a sentence that fit, ended after a clause where one ends in their second half."""
    words = list(WORD.finditer(sentence.text))
    *costs, line_break = share([*(f" {word.group()}" for word in words), "\n"])

    def piece(first: int, last: int) -> Measured:
        start, end = words[first].start(), words[last].end()
        return Sentence(sentence.start + start, sentence.start + end, sentence.text[start:end]), sum(
            costs[first : last + 1]
        )

    first, used = 0, 0.0
    for at, cost in enumerate(costs):
        if used + cost + line_break > 1 and at > first:
            second_half = range(at - 1, (first + at) // 2, -1)
            last = next((i for i in second_half if CLAUSE_END.search(words[i].group())), at - 1)
            yield piece(first, last)
            first, used = last + 1, sum(costs[last + 1 : at])
        used += cost
    yield piece(first, len(words) - 1)


def _paragraphs(text: str, pieces: Iterable[Measured]) -> Iterator[list[Measured]]:
    """The pieces of each paragraph."""
    paragraph: list[Measured] = []
    for piece in pieces:
        if paragraph and "\n" in text[paragraph[-1][0].end : piece[0].start]:
            yield paragraph
            paragraph = []
        paragraph.append(piece)
    if paragraph:
        yield paragraph


def _runs(paragraphs: Iterable[list[Measured]]) -> Iterator[list[Sentence]]:
    """The sentences of each passage."""
    run: list[Sentence] = []
    used = 0.0
    for paragraph in paragraphs:
        # A paragraph that does not fit starts a passage of its own, unless that would leave a heading or a stub behind.
        if run and used >= LEAST_FILLED and used + sum(share for _, share in paragraph) > 1:
            yield run
            run, used = [], 0.0
        before: Measured | None = None
        for sentence, share in paragraph:
            if run and used + share > 1:
                yield run
                repeated = before if before and before[1] <= OVERLAP and before[1] + share <= 1 else None
                run, used = ([repeated[0]], repeated[1]) if repeated else ([], 0.0)
            run.append(sentence)
            used += share
            before = sentence, share
    if run:
        yield run
