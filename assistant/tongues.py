"""Questions in German and Spanish, put so that a reader who learnt from English understands what is asked.

Only the words that make a question are put into English, those that say what kind of answer is wanted above all; the
words that say what it is about stay as the articles write them.
"""

# ruff: noqa: E501  what belongs together is one line

import re
from functools import lru_cache

from assistant.terms import word_set

_GERMAN = {
    "seit wann": "since when", "bis wann": "until when", "ab wann": "from when", "wann": "when", "wer": "who", "wen": "whom",
    "wem": "whom", "von wem": "by whom", "wessen": "whose", "wo": "where", "wohin": "to where", "woher": "from where",
    "warum": "why", "weshalb": "why", "wieso": "why", "weswegen": "why", "wie viele": "how many", "wieviele": "how many",
    "wie viel": "how much", "wieviel": "how much", "wie lange": "how long", "wie lang": "how long", "wie oft": "how often",
    "wie hoch": "how high", "wie groß": "how large", "wie alt": "how old", "wie weit": "how far", "wie tief": "how deep",
    "wie schnell": "how fast", "wie schwer": "how heavy", "wie breit": "how wide", "wie teuer": "how much money costs",
    "wie heißt": "what is the name of", "wie heißen": "what are the names of", "wie": "how", "was": "what",
    "wofür": "for what", "womit": "with what", "wodurch": "how", "worüber": "about what", "woran": "of what", "worin": "in what",
    "wozu": "for what", "welche": "which", "welcher": "which", "welches": "which", "welchen": "which", "welchem": "which",
    "ist": "is", "sind": "are", "war": "was", "waren": "were", "wird": "will", "werden": "will", "wurde": "was",
    "wurden": "were", "worden": "been", "hat": "has", "haben": "have", "hatte": "had", "hatten": "had", "kann": "can",
    "können": "can", "soll": "should", "sollen": "should", "muss": "must", "müssen": "must", "darf": "may", "gibt es": "is there",
    "gab es": "was there", "der": "the", "die": "the", "das": "the", "den": "the", "dem": "the", "des": "the", "ein": "a",
    "eine": "a", "einen": "a", "einem": "a", "einer": "a", "eines": "a", "und": "and", "oder": "or", "im": "in the", "am": "on the",
    "an": "on", "von": "of", "vom": "of the", "für": "for", "mit": "with", "auf": "on", "zu": "to", "zum": "to the", "zur": "to the",
    "bei": "at", "beim": "at the", "nach": "after", "vor": "before", "seit": "since", "bis": "until", "über": "about", "aus": "from",
    "um": "at", "durch": "by", "es": "it", "er": "he", "sie": "she", "sich": "", "ihr": "her", "sein": "his", "nicht": "not",
    "mehr": "more", "als": "than", "man": "one", "jahr": "year", "jahre": "years", "jahren": "years", "tag": "day",
    "tage": "days", "tagen": "days", "woche": "week", "wochen": "weeks", "monat": "month", "monate": "months", "monaten": "months",
    "stunde": "hour", "stunden": "hours", "uhr": "o'clock",
}  # fmt: skip
_SPANISH = {
    "desde cuándo": "since when", "hasta cuándo": "until when", "cuándo": "when", "quién": "who", "quiénes": "who",
    "a quién": "whom", "de quién": "whose", "por quién": "by whom", "dónde": "where", "adónde": "to where", "de dónde": "from where",
    "por qué": "why", "cuánto tiempo": "how long", "cuánto dinero": "how much money", "cuánto": "how much", "cuánta": "how much",
    "cuántos": "how many", "cuántas": "how many", "cómo se llama": "what is the name of", "cómo": "how", "qué": "what",
    "cuál": "which", "cuáles": "which", "para qué": "for what", "con qué": "with what", "cada cuánto": "how often",
    "es": "is", "son": "are", "era": "was", "eran": "were", "fue": "was", "fueron": "were", "será": "will be", "serán": "will be",
    "está": "is", "están": "are", "ha": "has", "han": "have", "había": "had", "puede": "can", "pueden": "can", "debe": "must",
    "el": "the", "la": "the", "los": "the", "las": "the", "un": "a", "una": "a", "unos": "some", "unas": "some", "y": "and",
    "e": "and", "o": "or", "de": "of", "del": "of the", "en": "in", "al": "to the", "por": "by", "para": "for", "con": "with",
    "sin": "without", "desde": "since", "hasta": "until", "entre": "between", "que": "that", "se": "", "su": "its", "sus": "its",
    "no": "not", "más": "more", "menos": "less", "hay": "there are",
}  # fmt: skip
_BARE = {
    "cuando": "cuándo", "quien": "quién", "quienes": "quiénes", "donde": "dónde", "por que": "por qué", "cuanto": "cuánto",
    "cuanta": "cuánta", "cuantos": "cuántos", "cuantas": "cuántas", "como": "cómo", "cual": "cuál", "cuales": "cuáles",
    "para que": "para qué", "que": "qué",
}  # fmt: skip
"""How a question begins that is typed without accents."""
_FURTHER = word_set(
    """kein keine keinen keiner noch auch schon nur wieder viel viele sehr unter gegen ohne ihre seine diese dieser dieses wenn weil
    aber nun damit ihm ihn ihnen uns wir ich sei habe pero también muy sobre este esta estos estas cuando donde porque ya solo
    otro otra otros otras todo toda todos todas ser estar tiene tienen hacer hace"""
)
FUNCTION_WORDS = _FURTHER | {word for phrase in (*_GERMAN, *_SPANISH, *_BARE) for word in phrase.split()}
"""Words of both languages that say little by themselves."""
_OPENS = {
    "german": re.compile(
        r"^(?:und |aber )?(?:(?:seit|bis|ab|von|mit|für|an|in|auf|zu|bei|aus|nach|um) )?(?:wann|wer|wen|wem|wessen|wohin|woher|warum|weshalb|"
        r"wieso|weswegen|wie|wieviele?|wof[üu]r|womit|wodurch|wor[üa]\w+|wozu|wo|welche[rsnm]?)\b"
        r"|^(?:und )?was\b(?=.*(?:[äöüß]|\b(?:ist|sind|hat|haben|hatte|wird|werden|wurde|soll|kann|muss|darf|der|die|das|dem|ein|eine[mnr]?|im|am|es|sich|"
        r"und|mit|von|zum|zur|kostet|kosten|macht|passiert|sagt|sagte|verdient|zahlen|zahlt|plant|fordert|bietet|bedeutet|steht|gibt|tut)\b))"
        r"|^(?:ist|sind|war|waren|wird|werden|wurde|wurden|hat|haben|hatte|kann|können|soll|sollen|gibt|gab) ",
        re.IGNORECASE,
    ),
    "spanish": re.compile(
        r"¿|^(?:y |pero )?(?:(?:a|de|por|para|con|en|desde|hasta) )?(?:cu[áa]ndo|qui[ée]n(?:es)?|d[óo]nde|ad[óo]nde|cu[áa]nt[oa]s?|c[óo]mo|cu[áa]l(?:es)?|qu[ée])\b",
        re.IGNORECASE,
    ),
}  # fmt: skip
_ENGLISH = re.compile(
    r"\b(?:the|of|is|did|does|do|how|what|when|where|who|which|by|for|with|are|were|has|have|and|or|it|he|she|they|this|that)\b",
    re.IGNORECASE,
)
"""Words that no German or Spanish question has, but for a name: an English one may begin with War, Was or Como."""
_WORDS = {"german": _GERMAN, "spanish": _SPANISH}


def tongue(question: str) -> str:
    """ "german" or "spanish" where a question begins as one of them does; empty for any other."""
    if not question.startswith("¿") and _ENGLISH.search(question):
        return ""
    return next((name for name, opens in _OPENS.items() if opens.search(question.strip())), "")


@lru_cache(maxsize=256)
def framed(question: str) -> str:
    """The question with the words that make it one in English; one in any other language comes back as it is."""
    if not (name := tongue(question)):
        return question
    bare = question.strip().lstrip("¿¡ ")
    if name == "spanish":
        bare = re.sub(
            rf"^(?:{'|'.join(sorted(_BARE, key=len, reverse=True))})\b",
            lambda at: _BARE[at[0].lower()],
            bare,
            count=1,
            flags=re.IGNORECASE,
        )
    listed = _WORDS[name]
    put = _pattern(name).sub(lambda at: listed[at[0].lower()], bare)
    put = " ".join(put.split())
    return put[:1].upper() + put[1:]


@lru_cache
def _pattern(name: str) -> re.Pattern[str]:
    """Finds the words of a language that are put into English, the longest first."""
    return re.compile(rf"\b(?:{'|'.join(sorted(_WORDS[name], key=len, reverse=True))})\b", re.IGNORECASE)
