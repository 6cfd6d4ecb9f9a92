"""From the bytes of a text file to characters."""

import codecs
import re

MARKS = (  # the longer ones first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffd]")
SAMPLE = 100_000
"""Bytes on which an encoding is guessed."""


def decode(content: bytes, *, markup: bool = False) -> str:
    """The characters of a text file; ``ValueError`` where they are none ("is not text …").

    Byte order marks come first, then UTF-8, then what a page of HTML declares, then what the bytes look like.
    """
    text = next(
        (decoded for name in _candidates(content, markup) if (decoded := _tried(content, name)) is not None), None
    )
    if text is None or len(CONTROL.findall(text[:SAMPLE])) > 0.02 * len(text[:SAMPLE]):
        raise ValueError("is not text, or text in an unknown encoding")
    return text


def _candidates(content: bytes, markup: bool) -> list[str]:
    """The encodings to try, the surest first."""
    marked = [name for mark, name in MARKS if content.startswith(mark)]
    if marked:
        return marked[:1]
    if b"\0" in content[:SAMPLE]:
        return _wide(content[:SAMPLE])
    declared = META_CHARSET.search(content[:4_096]) if markup else None
    return ["utf-8", *([declared[1].decode()] if declared else []), *_guessed(content[:SAMPLE])]


def _wide(sample: bytes) -> list[str]:
    """UTF-16 without a mark: in most writing every other byte is zero. Plain text with a stray NUL is UTF-8."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) > 0.3 * len(sample) / 2 and min(even, odd) < 0.1 * max(even, odd):
        return ["utf-16-be" if even > odd else "utf-16-le"]
    return ["utf-8"]


def _guessed(sample: bytes) -> list[str]:
    """What the bytes look like: Western European if mostly ASCII, else what charset-normalizer says."""
    from charset_normalizer import from_bytes  # noqa: PLC0415  few files need it

    if sum(byte > 127 for byte in sample) < 0.2 * len(sample):
        return ["cp1252", "latin-1"]
    best = from_bytes(sample).best()
    return [best.encoding] if best else []


def _tried(content: bytes, name: str) -> str | None:
    try:
        return content.decode(name)
    except (UnicodeError, LookupError):
        return None
