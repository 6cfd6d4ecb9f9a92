"""What a page says about itself in words: dates, bylines, addresses."""

import re
from dataclasses import dataclass
from datetime import date

from index.cleaning.furniture import rule_of

MONTHS = (
    "jan|january|januar|jän|jänner|ene|enero|janvier|gen|gennaio",
    "feb|february|februar|feber|febrero|février|febbraio",
    "mar|march|märz|mär|mrz|marzo|mars",
    "apr|april|abr|abril|avril|aprile",
    "may|mai|mayo|maggio",
    "jun|june|juni|junio|juin|giugno",
    "jul|july|juli|julio|juillet|luglio",
    "aug|august|ago|agosto|août",
    "sep|sept|september|septiembre|septembre|settembre",
    "oct|october|okt|oktober|octubre|octobre|ottobre",
    "nov|november|noviembre|novembre",
    "dec|december|dez|dezember|dic|diciembre|décembre|dicembre",
)
MONTH = {name: number for number, names in enumerate(MONTHS, 1) for name in names.split("|")}
NAME = r"(?P<month>" + "|".join(sorted(MONTH, key=len, reverse=True)) + r")"
DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)",
        r"(?P<year>(?:19|20)\d\d)\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日",
        r"\b(?P<day>\d{1,2})(?:st|nd|rd|th|\.|º)?\s*(?:of\s+|de\s+|-)?"
        + NAME
        + r"\.?,?\s*(?:de\s+|-)?(?P<year>(?:19|20)\d\d)\b",
        r"\b" + NAME + r"\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)\b",
        r"\b(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>(?:19|20)\d\d)\b",
        r"\b(?P<month>\d{1,2})/(?P<day>1[3-9]|2\d|3[01])/(?P<year>(?:19|20)\d\d)\b",
        r"\b(?P<day>1[3-9]|2\d|3[01])/(?P<month>\d{1,2})/(?P<year>(?:19|20)\d\d)\b",
    )
)
"""Day and month as they are told apart without guessing: 03/04/2024 is no date here."""

WORD = r"(?:[A-Z][\w.'’-]*|de|von|van|der|la|bin|al)"
PERSON = rf"{WORD}(?: {WORD}){{0,4}}"
BYLINE = re.compile(
    r"(?:(?:[Ww]ritten |[Pp]osted |[Pp]ublished )?[Bb][Yy]|[Vv]on|[Pp]or|[Pp]ar|[Dd]i|[Aa]ut(?:h?or|eur)(?::in)?):?\s+"
    rf"(?P<author>{PERSON}(?:(?:,| and| und| y| et| &) {PERSON}){{0,5}})"
    r"(?P<rest>,? ?[,–—-].{0,100}| (?:for|at|in) .{0,60})?"
)
BYLINE_CHINESE = re.compile(
    r"(?:作者|[记記]者|撰文|文)\s*[:：/／]\s*(?P<author>[\w·]{2,12})|"
    r"[(（](?P<publisher>\w{2,12}?)[记記]者\s*(?P<by>[\w·]{2,12})[)）]"
)
SOURCE_CHINESE = re.compile(r"[来來]源\s*[:：]\s*(?P<publisher>\w{2,20})")
NOBODY = frozenset(
    [
        "redacción",
        "redaktion",
        "redazione",
        "rédaction",
        "staff",
        "newsroom",
        "admin",
        "agencias",
        "agenturen",
        "webmaster",
    ]
)
"""Who signs where no person does."""
LABEL = re.compile(
    r"(?P<label>title|headline|date|published(?: on| at)?|publication date|pubdate|author|byline|publisher|site|url|"
    r"link|datum|veröffentlicht(?: am)?|fecha|publicado(?: el)?|发布时间|日期|标题)\s*[:：]\s*(?P<value>\S.{0,500})",
    re.IGNORECASE,
)
UPDATED = re.compile(
    r"(?:updated|modified|reviewed|aktualisiert|geändert|stand|actualizad[oa]|mis(?:e)? à jour|aggiornat[oa]|更新)"
    r"(?: on| at| am| el| le| il|于)?[:：]?\s*(?:[^\W\d]{3,10},?\s*)?$",
    re.IGNORECASE,
)
"""What stands before the date of a change."""
STAMPED = re.compile(
    r"(?:[Ll]ast\s+|[Zz]uletzt\s+)?(?:(?:[Pp]ublished|[Pp]osted|[Uu]pdated|[Mm]odified)(?:\s+on)?|"
    r"[Aa]ktualisiert|[Ss]tand|[Aa]ctualizado)[:\s]*$"
)
"""The words that belong to the date behind them."""
TIME = re.compile(r"^[\s,]*\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AaPp]\.?[Mm]\.?)?(?:\s+[A-Z]{2,4}\b)?\s*")
READING_TIME = re.compile(r"\s*\d+[ -]min(?:ute)?s?(?: read)?\b")
STAMP = re.compile(
    r"(?:first |last |zuletzt |última )?(?:published|posted|updated|modified|date|created|stand|aktualisiert|geändert|"
    r"veröffentlicht|erschienen|publicad[oa]|actualizad[oa]|publié|mis à jour|pubblicat[oa]|aggiornat[oa]|"
    r"发布时间|发布于|更新|时间)(?: on| at| am| el| le| il)?\s*[:：]?|"
    r"\b(?:on|at|um|am|a las|the|à|alle|ore)\b|"
    r"\b(?:[^\W\d]{3,6}(?:day|tag)|mittwoch|mon|tues?|wed|thu|fri|sat|sun|lunes|martes|miércoles|jueves|viernes|sábado|domingo)\b|"
    r"\b\d{1,2}[:.h]\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?|uhr|h)?(?:\s*\(?[A-Z]{2,4}\)?)?",
    re.IGNORECASE,
)
"""What may stand around the date on a line that tells nothing but when the page appeared."""
DATELINE = re.compile(
    r"[A-Z][\w .'/-]{2,40},? (?P<when>[^()]{0,30})\((?P<agency>Reuters|AP|AFP|dpa|Xinhua|Bloomberg|EFE|UPI)\)"
)
URL = re.compile(
    r"(?:(?:source|url|link|quelle|fuente|来源|原文)\s*[:：]?\s*)?(?P<url>https?://[^\s<>\"]{4,2000})", re.IGNORECASE
)
AUTHORS = re.compile(r", | and | und | y | et | e ")
"""What stands between the names of several authors."""
SEPARATORS = re.compile(
    r"\s*[|·•\u3000]\s*|\s+[–—/-]\s+|,\s+(?=[Bb]y\s)|\s+(?=(?:[来來]源|[记記]者|作者|撰文|文)\s*[:：/／])"
)
HOUSE = re.compile(
    r"The |.*\b(?:Times|Post|News|Ledger|Daily|Wire|Herald|Press|Journal|Tribune|Gazette|Reuters|Bloomberg|AFP|Agency|"
    r"Zeitung|Tagblatt|Diario|Magazine|Review|Today|Online|Media|TV|Tech)\b|\w*(?:[日晚早时]报|[日晚早時]報|新闻网?|电视台|通讯社)$"
)
"""How a name of a paper or an agency differs from a person's."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What one line tells; a line of several facts tells them all."""

    title: str | None = None
    url: str | None = None
    published: date | None = None
    author: str | None = None
    publisher: str | None = None
    updated: date | None = None
    language: str | None = None
    """An ISO 639-1 code."""


def find_date(text: str) -> date | None:
    """The first full date in a text, None where day, month and year cannot be told apart."""
    found = [match for pattern in DATES if (match := pattern.search(text[:400]))]
    for match in sorted(found, key=lambda match: match.start()):
        month = MONTH.get(match["month"].lower()) or int(match["month"])
        try:
            return date(int(match["year"]), month, int(match["day"]))
        except ValueError:
            continue
    return None


def read_line(line: str) -> Facts | None:
    """The facts of a line that tells nothing else: a byline, a date, an address, a label with its value."""
    if len(line) > 600:
        return None
    if label := LABEL.fullmatch(line):
        return _labelled(label["label"].lower(), label["value"].strip())
    if address := URL.fullmatch(line):
        return Facts(url=address["url"])
    if len(line) > 160:
        return None
    return _part(line) or _merged(line)


def dateline(text: str) -> Facts | None:
    """What the agency's dateline at the head of an article's first sentence tells."""
    match = DATELINE.match(text[:120])
    return Facts(published=find_date(match["when"]), publisher=match["agency"]) if match else None


def _labelled(label: str, value: str) -> Facts | None:
    if label in {"title", "headline", "标题"}:
        return Facts(title=value)
    if label in {"author", "byline"}:
        return Facts(author=value.removeprefix("By ").removeprefix("by ")) if len(value) <= 100 else None
    if label in {"publisher", "site"}:
        return Facts(publisher=value) if len(value) <= 100 else None
    if label in {"url", "link"}:
        return Facts(url=value) if value.startswith(("http://", "https://")) else None
    when = find_date(value)
    return Facts(published=when) if when else None


def _part(part: str) -> Facts | None:
    """What a line, or what stands between two separators, tells, if that is all that it tells."""
    if chinese := BYLINE_CHINESE.fullmatch(part) or SOURCE_CHINESE.fullmatch(part):
        told = chinese.groupdict()
        return Facts(author=told.get("author") or told.get("by"), publisher=told.get("publisher"))
    byline = BYLINE.fullmatch(part)
    if byline and not part.endswith((".", "!", "?")) and byline["author"].lower() not in MONTH:
        rest = byline["rest"] or ""
        houses = [name for name in byline["author"].split(", ")[1:] if HOUSE.match(name)]
        author = byline["author"].removesuffix(f", {houses[-1]}") if houses else byline["author"]
        signed = None if author.lower() in NOBODY else author.strip(" ,")
        return Facts(author=signed, published=find_date(rest), publisher=houses[-1] if houses else None)
    when = find_date(part)
    if when and not _without_date(part):
        return _dated(part, when)
    return None


def _dated(part: str, when: date) -> Facts:
    """The date of a part: of a change, if the words before it say so."""
    start = min(match.start() for pattern in DATES if (match := pattern.search(part)))
    return Facts(updated=when) if UPDATED.search(part[:start]) else Facts(published=when)


def _without_date(part: str) -> str:
    """What is left of a line without its date and the words that go with one."""
    spans = [match.span() for pattern in DATES if (match := pattern.search(part))]
    start, end = min(spans)
    return _without_stamp(part[:start]) + _without_stamp(part[end:])


def _without_stamp(part: str) -> str:
    return STAMP.sub("", part).strip(" ,.|·•–—-()")


def is_house(line: str) -> bool:
    """Whether a line could only name a paper, a site or an agency."""
    return is_name(line) and bool(HOUSE.match(line))


def is_name(line: str) -> bool:
    """Whether a line could name a paper, a site or a person: up to five words, each with a capital letter."""
    words = [word for word in line.split() if word not in {"of", "the", "and", "&", "de", "del", "la", "für", "der"}]
    capital = all(word[0].isupper() or "\u4e00" <= word[0] <= "\u9fff" for word in words)
    return 0 < len(words) <= 5 and capital and line[-1].isalnum()


def _merged(line: str) -> Facts | None:
    """The facts of a line in parts; a name that tells none, beside a date or a byline, is the publisher's."""
    start, end = min((match.span() for pattern in DATES if (match := pattern.search(line))), default=(0, 0))
    label = STAMPED.search(line[:start])
    start = label.start() if label else start
    parts = SEPARATORS.split(f"{line[:start].rstrip(' ,')} | {line[start:end]} | {line[end:].lstrip(' ,')}")
    told = [(part, _part(part)) for part in parts]
    facts = [fact for _, fact in told if fact]
    bare = [READING_TIME.sub("", TIME.sub("", part)) for part, fact in told if not fact and _without_stamp(part)]
    others = [part for part in bare if part and not rule_of(part)]
    if not facts or len(others) > 2 or not all(is_name(other) for other in others):
        return None
    names = [other for other in others if len(other.split()) > 1 or HOUSE.match(other)]
    return Facts(
        published=next((f.published for f in facts if f.published), None),
        author=next((f.author for f in facts if f.author), None),
        publisher=next((f.publisher for f in facts if f.publisher), names[0] if names else None),
        updated=next((f.updated for f in facts if f.updated), None),
    )
