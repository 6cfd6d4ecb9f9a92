"""Which kinds of file are read, and what the first bytes of a file say it is."""

import re

CORPUS, ARCHIVE = ".jsonl", ".zip"
KINDS = (".txt", ".md", ".html", ".mhtml", ".pdf", ".docx", ".epub", ".eml", CORPUS, ARCHIVE)
ALIASES = {".text": ".txt", ".markdown": ".md", ".htm": ".html", ".xhtml": ".html", ".mht": ".mhtml"}
READABLE = f"{', '.join(KINDS[:-1])} or {KINDS[-1]}"
SUFFIXES = (*KINDS, *ALIASES)
"""Every ending of a name that is read."""
PLAIN = frozenset({".txt", ".md", CORPUS})
TEXTUAL = PLAIN | {".html", ".mhtml", ".eml"}

ZIPPED = b"PK\x03\x04"
SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"RIFF", "a picture or a recording"),
    (b"OggS", "a recording"),
    (b"ID3", "a recording"),
    (ZIPPED, "a ZIP archive or office document"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\xce\xfa\xed\xfe", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\0asm", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"{\\rtf", "an RTF document"),
    (b"SQLite format 3", "a database"),
)
EXPECTED = {".pdf": "a PDF", ".docx": "a Word document", ".epub": "an e-book", ".zip": "a ZIP archive"}
PDF_WITHIN = 1_024
"""Bytes within which a PDF may begin; the readers that people use allow for as many."""
SVG = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*|<!--.{0,2000}?-->\s*|<!doctype svg[^>]{0,500}>\s*){0,4}<svg\b", re.I | re.S
)
HEADER = re.compile(rb"(?:From [^\n]*\n)?[!-9;-~]+[ \t]*:")
PAGE = re.compile(rb"(?:<!--.*?-->\s*)?(?:<!doctype html|<html)\b", re.IGNORECASE | re.DOTALL)


def kind_of(name: str) -> str | None:
    """The kind that a name's ending promises, such as ".html" for page.HTM; None where it is none that is read."""
    dot = name.rfind(".")
    suffix = name[dot:].lower() if dot > 0 else ""
    kind = ALIASES.get(suffix, suffix)
    return kind if kind in KINDS else None


def mismatch(content: bytes, kind: str) -> str | None:
    """What the bytes are instead of the kind ("is a PNG image, not a PDF"); None where they may be what they claim."""
    found = _signature(content)
    if kind in TEXTUAL:
        if found:
            return f"is {found}, not text"
        return None if kind != ".eml" or HEADER.match(content.lstrip()[:4_096]) else "has no e-mail's header"
    if kind == ".pdf":
        fits = b"%PDF-" in content[:PDF_WITHIN] and found in (None, "a PDF")
    else:
        fits = content.startswith(ZIPPED) or (kind == ARCHIVE and content.startswith(b"PK\x05\x06"))
    if fits:
        return None
    return f"is {found}, not {EXPECTED[kind]}" if found else f"is not {EXPECTED[kind]}"


def _signature(content: bytes) -> str | None:
    """What the content begins like, None for text and for what is not known."""
    if SVG.match(content[:8_192]):
        return "an SVG image"
    if content.startswith(b"MZ") and b"\0" in content[:64]:
        return "a program"
    if content[4:8] == b"ftyp" and b"\0" in content[:4]:
        return "a video or a picture"
    return next((kind for sign, kind in SIGNATURES if content.startswith(sign)), None)


def looks_like_html(content: bytes) -> bool:
    """Whether this is a page of HTML, whatever it is named and in whichever encoding of ASCII's letters."""
    return bool(PAGE.match(content[:8_000].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:2_000]))
