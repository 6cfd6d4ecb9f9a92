"""Times that German, Spanish and Chinese sentences tell from the day they were written on, read by dateparser."""

# ruff: noqa: E501  a rule is one line, so that a list of them can be read down

import re
from collections.abc import Iterator
from datetime import date, datetime

from assistant.dates.english import Told
from assistant.dates.periods import Period, day, month, week, year

_GERMAN_MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
_SPANISH_MONTHS = "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
_SPANISH_COUNTS = {
    "un": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "diez": 10,
}  # fmt: skip
_WORDS = {
    "de": re.compile(
        r"\b(?:vorgestern|gestern|heute|übermorgen|(?-i:morgen)|(?:letzte|vergangene|nächste|kommende|diese) Woche"
        r"|(?:letzten|vergangenen|nächsten|kommenden|diesen) Monat|vor (?:\d+|einem|einer|zwei|drei|vier|fünf|sechs|sieben|acht|zehn) "
        r"(?:Tag(?:en)?|Wochen?|Monat(?:en)?|Jahr(?:en)?)|am (?:Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag)"
        rf"|(?:am |ab |bis |vom )?\d{{1,2}}\. (?:{_GERMAN_MONTHS})(?! \d{{4}}))\b",
        re.IGNORECASE,
    ),
    "es": re.compile(
        r"\b(?:anteayer|ayer|hoy|(?<!la )(?<!por )(?<!esta )mañana|la semana pasada|la próxima semana|el mes pasado|el próximo mes"
        rf"|hace (?:\d+|{'|'.join(_SPANISH_COUNTS)}) (?:días?|semanas?|mes(?:es)?|años?)"
        r"|el (?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)"
        rf"|(?:el |del )?\d{{1,2}} de (?:{_SPANISH_MONTHS})(?! de \d{{4}}))\b",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        r"前天|昨天|今天|明天|后天|上周|下周|上个月|下个月|去年|今年|明年|(?<![\d年])(\d{1,2})月(\d{1,2})日"
    ),
}
_LEADS = re.compile(r"^(?:am|ab|bis|vom|el|del)\s+", re.IGNORECASE)
_WHOLE = (
    (re.compile(r"Woche\b|semana|周$", re.IGNORECASE), week),
    (re.compile(r"(?<!vor \w{3} )Monat$|mes |mes$|月$", re.IGNORECASE), lambda when: month(when.year, when.month)),
    (re.compile(r"年$"), lambda when: year(when.year)),
)
_COUNTED = re.compile(r"^(?:vor|hace) ", re.IGNORECASE)
_AHEAD = re.compile(
    r"\b(?:wird|werden|soll|sollen|öffnet|öffnen|beginnt|startet|ab|bis|volverá|será|abrirá|\w{3,}rán?|comienza|empieza)\b|将|定于|开始"
)


def told(text: str, published: date | None) -> Iterator[Told]:
    """The times of a text in order; its words show which of the languages it is in."""
    for language, pattern in _WORDS.items():
        for match in pattern.finditer(text):
            period = _read(match, published, language, ahead=bool(_AHEAD.search(text))) if published else None
            if period or not published:
                yield Told(match.start(), match.end(), match.group(), period, relative=True)


def _read(match: re.Match[str], published: date, language: str, *, ahead: bool) -> Period | None:
    if language == "zh" and match[1]:  # dateparser does not know 6月1日
        there = date(published.year, int(match[1]), int(match[2]))
        other = published.year + (1 if ahead else -1)
        return day(there if (there >= published) == ahead else there.replace(year=other))
    import dateparser  # noqa: PLC0415  it takes as long as the rest of an answer, and few sentences need it

    base = datetime(published.year, published.month, published.day)  # noqa: DTZ001  a day, nowhere in particular
    prefer = "future" if ahead else "past"
    said = _LEADS.sub("", match.group())
    if language == "es":  # of numbers in words it knows the English and the German ones
        said = " ".join(str(_SPANISH_COUNTS.get(word, word)) for word in said.lower().split())
    found = dateparser.parse(
        said, languages=[language], settings={"RELATIVE_BASE": base, "PREFER_DATES_FROM": prefer, "RETURN_AS_TIMEZONE_AWARE": False}
    )  # fmt: skip
    if found is None:
        return None
    if _COUNTED.search(said):
        return Period(found.date(), found.date(), about=True)
    whole = next((of for pattern, of in _WHOLE if pattern.search(said)), day)
    return whole(found.date())
