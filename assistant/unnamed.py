"""A question without the name that it is about, for reading within the articles about that; both readings joined.

A sentence that only repeats the name of a question looks like its answer, and the sentence that answers often leaves
the name out, since the article has given it before. Asked with "it" for the name, within the articles that are about
it, the question is met by what answers.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.condense.phrases import VERBS, Phrase, person, phrases
from assistant.reading import Finding
from assistant.terms import STOPWORDS, words
from assistant.tongues import tongue
from index.articles import Hit

_OFTEN = 2
"""Sentences found in an article from which on it is about what they name; a title counts as so many."""


def unnamed(question: str, hits: Sequence[Hit]) -> tuple[str, tuple[str, ...]] | None:
    """The question with a pronoun for a name, and the ids of the articles about that; None without such a name."""
    if tongue(question):
        return None
    for name in phrases(question):
        if name.name and not _attributive(question, name) and (about := _about(name.text, hits)):
            return _put(question, name), about
    return None


def agreed(first: Sequence[Finding], second: Sequence[Finding]) -> list[Finding]:
    """The findings of two readings by the mean of their probabilities, the likeliest first.

    Of 415 questions with names this took a fifth off the answers that were wrong (123 to 98), and left those that were
    right (152 to 155). What the first reading misses stays missing.
    """
    if not first or not second or first[0].missing:
        return list(first)
    one = {_place(finding): finding for finding in first}
    other = {_place(finding): finding for finding in second}
    lowest = min(finding.score for finding in first), min(finding.score for finding in second)
    joined = []
    for place in one | other:
        here, there = one.get(place), other.get(place)
        chance = ((here.probability if here else 0.0) + (there.probability if there else 0.0)) / 2
        score = ((here.score if here else lowest[0]) + (there.score if there else lowest[1])) / 2
        joined.append(replace(here or other[place], probability=chance, score=score))
    return sorted(joined, key=lambda finding: (bool(finding.missing), -finding.probability))


def _about(name: str, hits: Sequence[Hit]) -> tuple[str, ...]:
    """The articles that have the whole name, and some word of it in their title or in several sentences."""
    wanted = {word.stem for word in words(name) if word.telling}
    named: dict[str, list[set[str]]] = {}
    for hit in hits:
        texts = [one.text for one in hit.passage.sentences]
        found = [{word.stem for word in words(text)} & wanted for text in [hit.metadata.title] * _OFTEN + texts]
        named.setdefault(hit.passage.article_id, []).extend(filter(None, found))
    return tuple(article for article, found in named.items() if wanted in found and len(found) >= _OFTEN)


def _attributive(question: str, name: Phrase) -> bool:
    """Whether a name only tells what kind of thing stands behind it, as in "Chinese factories"."""
    behind = re.match(r" ([a-z]+)", question[name.end :])
    word = behind.group(1) if behind else "of"
    return word not in STOPWORDS | VERBS and not word.endswith(("ed", "ing"))


def _put(question: str, name: Phrase) -> str:
    """The question with a pronoun in the place of a name."""
    he = person(question) == name.text
    owns = re.match(r"['’]s?(?!\w)", question[name.end :])
    said = ("his" if he else "its") if owns else "he" if he else "it"
    return f"{question[: name.start]}{said}{question[name.end + (owns.end() if owns else 0) :]}"


def _place(finding: Finding) -> tuple[str, int]:
    return finding.hit.passage.article_id, finding.sentence.start
