"""Near misses: a question that the collection answers, with a name or year of another article in its place."""

import random
import re
from collections.abc import Iterator

from assistant.terms import STOPWORDS, word_set, words
from eval.drafting.naming import Naming, Term

ASKING = word_set("did does do has have had will would can could may might must should is are was were")


def near_misses(question: str, article: str, naming: Naming, chance: random.Random) -> Iterator[tuple[str, Term, str]]:
    """Questions that no article seems to answer, each with what was put in and the article it is from.

    An article counts as answering if it holds the new name or year and half of the question's other telling words.
    """
    for term in naming.terms[article]:
        found = re.search(rf"(?<!\w){re.escape(term.text)}(?!\w)", question)
        if not found or not _stands_alone(question, found, term):
            continue
        telling = _telling(question, found)
        offered = [
            (other, source)
            for source, terms in naming.terms.items()
            for other in terms
            if source != article and other.kind == term.kind and other not in naming.terms[article]
        ]
        chance.shuffle(offered)
        for other, source in offered:
            if not naming.says(other, telling) and other.text not in question:
                yield f"{question[: found.start()]}{other.text}{question[found.end() :]}", other, source
                break


def _stands_alone(question: str, found: re.Match[str], term: Term) -> bool:
    """Whether another name may take the place of this one: it is no genitive, no part of a name and before no noun."""
    before, behind = question[: found.start()].split(), question[found.end() :].split()
    if question[found.end() :].startswith(("'", "’")) or not before or before[-1] in {"a", "an"}:
        return False
    if (len(before) > 1 and before[-1][:1].isupper()) or (behind and behind[0][:1].isupper()):
        return False
    if behind[:1] in (["and"], ["of"]) and behind[1:] and behind[1][0].isupper():
        return False
    followed = not behind or behind[0].lower() in STOPWORDS or not behind[0][0].isalpha()
    return followed or term.kind == "year" or before[-1] in ASKING


def _telling(question: str, found: re.Match[str]) -> set[str]:
    """The stems of the question's words that carry meaning, without what is replaced."""
    return {word.stem for word in words(question) if word.telling and not found.start() <= word.start < found.end()}
