"""Saved pages (.mhtml) and e-mails (.eml), which browsers and mail programs write as MIME messages."""

from collections.abc import Callable, Iterator
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from email.utils import parseaddr, parsedate_to_datetime

from index.cleaning.facts import Facts
from index.errors import SourceUnreadable
from index.loading.articles import Part, filled
from index.loading.kinds import ARCHIVE, CORPUS, kind_of, mismatch
from index.loading.parsing import read_characters, read_text

Parse = Callable[[bytes, str], list[Part]]
PAGES = ("text/html", "application/xhtml+xml")
MOST_ATTACHMENTS = 50
MOST_PARTS = 10_000
DEEPEST = 3
"""E-mails within e-mails."""


def read_page(content: bytes) -> list[Part]:
    """The article in a saved page. The date of such a file is that of the saving, so it is left out."""
    message = _message(content)
    page = next((part for part in message.walk() if part.get_content_type() in PAGES), None)
    if page is None:
        raise SourceUnreadable("holds no page. Save it again from the browser, as .html or .mhtml.")
    part = _read(page, ".html")
    address = _header(message, "Snapshot-Content-Location") or _header(page, "Content-Location")
    known = Facts(title=_header(message, "Subject"), url=address if address.startswith("http") else None)
    return [Part(part.text, filled(part.facts, known))]


def read_mail(content: bytes, parse: Parse) -> list[Part]:
    """The article in an e-mail, by its sender, and those in its attachments."""
    return _mail(_message(content), parse, depth=1)


def _mail(message: EmailMessage, parse: Parse, *, depth: int) -> list[Part]:
    sender, address = parseaddr(_header(message, "From"))
    known = Facts(title=_header(message, "Subject") or None, author=sender or address or None, published=_sent(message))
    attached = list(_attachments(message, parse, depth=depth))
    body = _body(message)
    if body is None or not body.text:
        return attached or [Part(trouble="has no text in it. Check that the e-mail holds an article.")]
    # The subject is what its sender called it; a newsletter's own title is often that of the series.
    return [Part(body.text, filled(known, body.facts)), *attached]


def _body(message: EmailMessage) -> Part | None:
    """What the e-mail says: its page, or where that has no text, its plain text."""
    for kind in ("html", "plain"):
        found = message.get_body(preferencelist=(kind,))
        if found is None:
            continue
        part = _read(found, ".html" if kind == "html" else ".txt")
        if part.text:
            return part
    return None


def _attachments(message: EmailMessage, parse: Parse, *, depth: int) -> Iterator[Part]:
    """The articles in the attached files; files of other kinds are passed over."""
    for number, part in enumerate(message.iter_attachments(), 1):
        if number > MOST_ATTACHMENTS:
            yield Part(trouble=f"has more than {MOST_ATTACHMENTS} attachments; the rest is left unread.")
            return
        if part.get_content_type() == "message/rfc822":
            yield from _enclosed(part, parse, number=number, depth=depth)
            continue
        name = (part.get_filename() or "").replace("\\", "/").rpartition("/")[2]
        kind = kind_of(name)
        if not kind:
            continue
        content = _bytes(part)
        if kind in (ARCHIVE, CORPUS):
            yield Part(name=name, trouble="holds many articles. Save it from the e-mail, and add it by itself.")
        elif wrong := mismatch(content, kind):
            yield Part(name=name, trouble=f"{wrong}. Give it the ending of what it is, or save it as text.")
        elif kind != ".eml" or depth < DEEPEST:
            yield from (_inside(name, found) for found in parse(content, kind))


def _enclosed(part: MIMEPart, parse: Parse, *, number: int, depth: int) -> Iterator[Part]:
    payload = part.get_payload()
    message = payload[0] if isinstance(payload, list) and payload else None
    if isinstance(message, EmailMessage) and depth < DEEPEST:
        name = f"{_header(message, 'Subject') or f'message {number}'}.eml".replace("/", " ")
        yield from (_inside(name, found) for found in _mail(message, parse, depth=depth + 1))


def _inside(name: str, found: Part) -> Part:
    return Part(found.text, found.facts, f"{name}#{found.name}" if found.name else name, found.trouble)


def _message(content: bytes) -> EmailMessage:
    if content.count(b"\n--") > MOST_PARTS:
        raise SourceUnreadable("has more parts than any message. Save its text as a .txt file.")
    # Line ends before the first header would make all of it a body.
    return message_from_bytes(content.lstrip(), policy=policy.default)


def _header(message: EmailMessage, name: str) -> str:
    """A header on one line; empty where there is none that can be read."""
    try:
        return " ".join(str(message.get(name, "")).split())
    except (ValueError, LookupError, AttributeError, IndexError, TypeError):  # the parser of headers raises them all
        return ""


def _sent(message: EmailMessage) -> date | None:
    try:
        return parsedate_to_datetime(_header(message, "Date")).date()
    except (ValueError, TypeError):
        return None


def _read(part: MIMEPart, kind: str) -> Part:
    """The article in one part, in the encoding that it declares, or else in the one it looks like."""
    try:
        return read_characters(_bytes(part).decode(part.get_content_charset() or ""), kind)
    except (LookupError, UnicodeError):
        return read_text(_bytes(part), kind)


def _bytes(part: MIMEPart) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
