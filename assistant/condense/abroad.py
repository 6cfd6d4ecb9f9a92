"""Follow-ups in German and Spanish: a pronoun gives way to the thing that was last asked about."""

# ruff: noqa: E501  a pattern is one line

import re

from assistant.tongues import tongue

_OPENING = re.compile(r"^(?:und|aber|y|pero)\s+", re.IGNORECASE)
_GERMAN_THING = re.compile(
    r"\b(?P<article>der|die|das|den|dem|des|im|am|zum|zur|vom|beim)\s+(?P<rest>(?:[a-zäöüß]+(?:e|en|er|es|em) )?[A-ZÄÖÜ][\w-]+"
    r"(?: (?:im|am|in|von|des|der|bei) (?:[a-zäöüß]+en )?[A-ZÄÖÜ][\w-]+)*)"
)
_GERMAN_PRONOUN = re.compile(r"\b(?:sie|er|es|ihn|ihm|ihr)\b(?! (?:gibt|gab)\b)")
_SPANISH_THING = re.compile(
    r"\b(?P<article>el|la|los|las|al|del)\s+(?P<rest>[a-záéíóúñü]+(?: (?:de|del|de la|en|en el|en la) [\wáéíóúñü]+)*(?: [A-ZÁÉÍÓÚÑ][\wáéíóúñü]+)*)"
)
_SPANISH_WH = r"(?:qui[ée]n(?:es)?|cu[áa]ndo|d[óo]nde|c[óo]mo|por qu[ée]|cu[áa]nto|qu[ée])"
_SPANISH_REST = re.compile(
    rf"^(?P<asks>{_SPANISH_WH} )(?P<object>(?:lo|la|los|las) )?(?P<verb>(?:ha |han |fue )?[a-záéíóúñü]+)(?P<behind>(?: (?:en|por|a)\b.*)?)$",
    re.IGNORECASE,
)
"""A question that is a verb and what stands for its object or subject, in a word or in none."""
_NOMINATIVE = {
    "im": "dem",
    "am": "dem",
    "zum": "dem",
    "vom": "dem",
    "beim": "dem",
    "zur": "der",
    "al": "el",
    "del": "el",
}
"""Articles that are joined with a preposition, by themselves."""


def understood(question: str, asked: str) -> str | None:
    """The question with the thing of the one before it in the place of its pronoun; None where there is none to replace."""
    name = tongue(question)
    if not name or tongue(asked) != name:
        return None
    bare = _OPENING.sub("", question.strip("¿? "))
    thing = (_GERMAN_THING if name == "german" else _SPANISH_THING).search(asked)
    if not thing:
        return None
    meant = f"{_NOMINATIVE.get(thing['article'], thing['article'])} {thing['rest']}"
    if name == "german":
        put = _GERMAN_PRONOUN.sub(meant, bare, count=1)
        return f"{put[:1].upper()}{put[1:]}?" if put != bare else None
    if not (rest := _SPANISH_REST.match(bare)):
        return None
    return f"¿{rest['asks'][:1].upper()}{rest['asks'][1:]}{rest['verb']} {meant}{rest['behind']}?"
