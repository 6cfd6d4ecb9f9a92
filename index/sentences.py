"""Cut text into sentences at exact offsets.

sentencex knows the abbreviations of many languages; what it gets wrong in news is mended here, mostly by joining.
Text is handed over paragraph by paragraph in bounded windows, because its matching of quotation marks is quadratic.
"""

import re
from collections.abc import Iterator

from sentencex import get_sentence_boundaries  # type: ignore[import-untyped]

from index.articles import Sentence

BREAK = re.compile(r"\n[^\S\n]*\n\s*|\r\s*\r\s*|\u2029")
WINDOW = 4_000
"""Characters handed to sentencex at once: 4 ms at worst."""
LONG = 300
"""Characters from which a quotation is cut into its sentences."""
MARK = re.compile(r"[()\[\]“”„«»\"]")

FUNCTION_WORDS = {
    "en": "the of and to in is that for was with",
    "de": "der die das und nicht ist den von mit ein",
    "es": "el los las que del una con por para es",
    "fr": "le les des est une dans que pour qui pas",
    "it": "il che di della per una con non sono gli",
    "pt": "que não uma os para com do da em são",
    "nl": "het een van dat niet zijn met voor op te",
}
"""Frequent words by which a language written in Latin letters is guessed."""

NEVER_LAST = re.compile(
    r"(?:^|[\s(\[“\"'«„-])(?:Mrs?|Ms|Dr|Prof|Gen|Col|Lt|Sgt|Capt|Gov|Sen|Rep|Rev|Hon|Sra?|Srta|Mme|Mlle|"
    r"vs|approx|ca|incl|max|min|aprox|bzw|evtl|bspw|ggf|inkl|vgl|Vgl|[A-Z]\.-[A-Z])\.$"
)
"""An abbreviation that stands before something: a name, or the rest of the clause."""
BEFORE_NUMBER = re.compile(r"(?:^|[\s(\[])(?:nos?|vol|ch|figs?|pp?|est|núm|págs?|nr|abb|n)\.$", re.IGNORECASE)
ENUMERATOR = re.compile(r"\W*(?:\d{1,3}|[A-Za-z]|[ivx]{1,5})[.)]")
ORDINAL = re.compile(r"(?:^|\s)(?:\d{1,2}|[IVX]+)\.$")
GERMAN_OPENER = re.compile(
    r"(?:Der|Die|Das|Den|Dem|Ein|Eine|Er|Sie|Es|Wir|Ich|Ihr|Man|In|Im|Am|An|Auf|Bei|Mit|Nach|Vor|Und|Aber|Doch|Dann|Da|"
    r"Danach|So|Auch|Zu|Zum|Zur|Von|Für|Wie|Was|Wer|Wo|Wenn|Als|Damit|Dabei|Dies\w*|Nun|Jetzt|Hier|Seit|Laut|Bis|Um|Unter|Über)\b"
)
FULL = re.compile(r"\S(?:.*?[。！？][”’」』]?(?=\d)|.*\S|)", re.DOTALL)
"""A piece without the white space around it; sentencex does not part a Chinese full stop from a number."""
BULLET = re.compile(r"[-*•‣▪◦·][^\S\n]+(?=\S)")
CLOSED_UP = re.compile(r"(?:^|[^A-Za-z])[A-Z]\.$")


def split(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text in order, without white space and bullets before them; none crosses a blank line."""
    language = guess_language(text)
    # Unpaired surrogates cannot cross into sentencex; a replacement of the same length keeps the offsets.
    readable = re.sub(r"[\ud800-\udfff]", "\ufffd", text)
    return tuple(
        Sentence(start, end, text[start:end])
        for paragraph in _paragraphs(readable)
        for piece, end in _joined(readable, _pieces(readable, *paragraph, language=language), language=language)
        for start in [_behind_bullet(readable, piece, end)]
    )


def guess_language(text: str) -> str:
    """The ISO 639-1 code that sentencex should cut this text by, ``en`` where nothing speaks for another."""
    sample = text[:4_000]
    if re.search(r"[\u3040-\u30ff]", sample):
        return "ja"
    if len(re.findall(r"[\u4e00-\u9fff]", sample)) * 4 > len(sample):
        return "zh"
    words = re.findall(r"[^\W\d_]+", sample.lower())
    counts = {code: sum(map(words.count, frequent.split())) for code, frequent in FUNCTION_WORDS.items()}
    best = max(counts, key=lambda code: counts[code])
    return best if counts[best] > counts["en"] else "en"


def _behind_bullet(text: str, start: int, end: int) -> int:
    """Where the words of a piece begin: a list item's mark is not part of what it says."""
    bullet = BULLET.match(text, start, end) if start == 0 or text[start - 1] == "\n" else None
    return bullet.end() if bullet else start


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in BREAK.finditer(text):
        yield start, gap.start()
        start = gap.end()
    yield start, len(text)


def _pieces(text: str, start: int, end: int, *, language: str) -> Iterator[tuple[int, int]]:
    """What sentencex takes for sentences between two offsets, white space trimmed."""
    while start < end:
        window = text[start : min(end, start + WINDOW)]
        bounds = [(b["start_index"], b["end_index"]) for b in get_sentence_boundaries(language, window)]
        whole = start + len(window) == end
        if not whole and len(bounds) > 1:
            bounds.pop()  # the last one may go on beyond the window: the next window starts with it
        elif not whole:
            space = window.rfind(" ", WINDOW // 2)
            bounds = [(0, space if space > 0 else len(window))]
        for left, right in (part for bound in bounds for part in _parted(window, *bound, language=language)):
            for piece in FULL.finditer(window, left, right):
                yield start + piece.start(), start + piece.end()
        start += bounds[-1][1]


def _parted(window: str, start: int, end: int, *, language: str) -> list[tuple[int, int]]:
    """A long piece parted within its quotations and brackets too; an unmatched one keeps sentencex from parting."""
    if end - start <= LONG:
        return [(start, end)]

    def stand_in(mark: re.Match[str]) -> str:
        if mark.start() and mark.string[mark.start() - 1] in ".!?…":
            return "."
        return "A" if mark.string[mark.end() : mark.end() + 1].isupper() else "a"

    plain = MARK.sub(stand_in, window[start:end])
    return [(start + b["start_index"], start + b["end_index"]) for b in get_sentence_boundaries(language, plain)]


def _joined(text: str, pieces: Iterator[tuple[int, int]], *, language: str) -> Iterator[tuple[int, int]]:
    """The pieces, those joined that sentencex should not have parted."""
    held: tuple[int, int] | None = None
    for start, end in pieces:
        if held is None:
            held = start, end
        elif _belongs(text, held, start, language=language):
            held = held[0], end
        else:
            yield held
            held = start, end
    if held is not None:
        yield held


def _belongs(text: str, before: tuple[int, int], start: int, *, language: str) -> bool:
    """Whether what starts here goes on with the sentence before it."""
    gap = text[before[1] : start]
    if "\n" in gap or before[1] - before[0] > WINDOW:
        return False
    tail, following = text[max(before[0], before[1] - 24) : before[1]], text[start : start + 24]
    return bool(
        NEVER_LAST.search(tail)
        or (following[0].isdigit() and BEFORE_NUMBER.search(tail))
        or ENUMERATOR.fullmatch(text, before[0], before[1])
        or (following[0].islower() and not following[1:2].isupper())  # iPhone and eBay may open a sentence
        or (not gap and (following[0] == "-" or CLOSED_UP.search(tail)))
        or (language == "de" and ORDINAL.search(tail) and following[0].isupper() and not GERMAN_OPENER.match(following))
    )
