"""Sentences that cannot be understood without the one before them, and which one that is."""

# ruff: noqa: E501  a pattern is one line

import re

from assistant.expected import shaped
from assistant.terms import MONTHS, word_set, words
from index.articles import Hit, Sentence

_OPENING = word_set(
    "it this that these those they he she his her its their such both another also however but so then thus hence therefore consequently accordingly"
)
_POINTING = (
    "according to him", "according to her", "according to it", "of this", "of these", "of that", "of them", "he said",
    "she said", "they said", "in addition", "as a result", "at that", "at the time", "for that reason", "for this reason", "for these reasons", "that is why", "this is why", "for this", "for that", "after that",
    "in this", "in that", "because of this", "with this", "with that", "by then", "since then", "among them", "one of them",
)  # fmt: skip
_GENERIC = re.compile(
    r"^(?:[Tt]he|[Bb]oth) (?:[a-z]+ )?(?:company|companies|firm|firms|group|carmaker|automaker|maker|manufacturer|agency|bank|ministry|minister|"
    r"president|founder|chief executive|union|regulator|deal|agreement|decision|move|ruling|judge|report|sum|figure|amount|plan|proposal|"
    r"project|merger|programme|program|law|rule|man|woman|men|women|pair|team|newcomer|former|latter|older|other|new figure|two)(?:[’']s|s[’'])?\b"
)
_POINTS_BACK = re.compile(
    r"(?:(?:This|That|It)\b|The (?:reason|cause|explanation)s?\b|One (?:reason|cause)\b|\w+ the reasons?\b)"
)
_MOST = 2
"""Sentences that are brought along at most."""


def leans(text: str) -> bool:
    """Whether a sentence needs the one before it to be understood."""
    lowered = text.lower().lstrip("“\"'‘„«( ")
    if lowered.startswith(_POINTING):
        return True
    found = words(lowered)
    if (
        found
        and found[0].text in _OPENING
        and not re.match(r"it (?:is|was) (?:\w+ )?(?:that|not|clear|true)\b", lowered)
    ):
        return True
    # "The company" is known where the sentence names it itself.
    named = (word for word in words(text)[1:] if word.capital and word.telling and word.text.lower() not in MONTHS)
    return _definite(text) and not any(not word.text.lower().endswith("day") for word in named)


def leaned_on(hit: Hit, sentence: Sentence) -> list[Sentence]:
    """What a sentence leans on, nearest first, across the border of its passage where it must be; none if nothing."""
    article = {one.start: one for passage in (hit.before, hit.passage) if passage for one in passage.sentences}
    earlier = [article[start] for start in sorted(article, reverse=True) if start < sentence.start]
    if _definite(sentence.text):
        # "The company" is told by the title too, where the sentence before does not name it.
        return [one for one in earlier[:1] if leans(sentence.text) and not leans(one.text)]
    found: list[Sentence] = []
    for one in earlier[:_MOST]:
        if not leans((found or [sentence])[-1].text):
            break
        found.append(one)
    return found


def explained(hit: Hit, sentence: Sentence) -> Sentence | None:
    """The next sentence, where it points back to one without a cause and tells it, as "This was because" does."""
    if shaped("reason", sentence.text):
        return None
    behind = next((one for one in hit.passage.sentences if one.start > sentence.start), None)
    return behind if behind and _POINTS_BACK.match(behind.text) and shaped("reason", behind.text) else None


def _definite(text: str) -> bool:
    """Whether a sentence begins with a thing that it does not name, such as "The company"."""
    return bool(_GENERIC.match(text))
