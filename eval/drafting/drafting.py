"""From articles to draft cases: the same ones for the same articles and seed."""

import hashlib
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from typing import Any

from eval.drafting.asking import Asked, asked
from eval.drafting.naming import Naming
from eval.drafting.swapping import near_misses
from index.articles import Article
from index.sentences import guess_language, split

LONGEST_TITLE = 90
"""Characters; a longer title would drown the question it stands before."""
SHARE_ANSWERABLE = 2 / 3


@dataclass(frozen=True, slots=True)
class Draft:
    """A question made from one sentence."""

    article: Article
    sentence: str
    asked: Asked


def draft(articles: Sequence[Article], *, limit: int, seed: int) -> list[dict[str, Any]]:
    """At most so many cases, two thirds of them answerable, spread over the articles; see docs/question-sets.md.

    Articles that are not in English are passed over: questions cannot be put together from their words.
    """
    english = [article for article in articles if guess_language(article.text) == "en"]
    naming, chance = Naming(english), random.Random(seed)  # noqa: S311  chosen, not hidden
    drafts = [_shuffled(_drafts(article, naming), chance) for article in english]
    spread = [found for row in zip_longest(*drafts) for found in row if found]
    cases = {case["id"]: case for case in (_answerable(found, naming) for found in spread)}
    wanted = islice(cases.values(), round(limit * SHARE_ANSWERABLE))
    misses = chain.from_iterable(_near(found, naming, chance) for found in spread)
    unanswerable = {case["id"]: case for case in islice(misses, limit - round(limit * SHARE_ANSWERABLE))}
    return [*wanted, *unanswerable.values()]


def _drafts(article: Article, naming: Naming) -> Iterator[Draft]:
    for sentence in split(article.text):
        for question in asked(sentence.text, naming.is_name):
            # A title that holds the answer gives it away where it is named in the question.
            if 5 <= len(question.question.split()) <= 30 and question.answer not in article.metadata.title:
                yield Draft(article, sentence.text, question)


def _shuffled(drafts: Iterable[Draft], chance: random.Random) -> list[Draft]:
    listed = list(drafts)
    chance.shuffle(listed)
    return listed


def _answerable(found: Draft, naming: Naming) -> dict[str, Any]:
    return {
        **_case(_placed(found.asked.question, found, naming), found.asked.tag),
        "answers": [found.asked.answer],
        "answerable": True,
        "sources": [found.article.id],
        "gold_sentences": [found.sentence],
        "note": "Made from its gold sentence. Check that the question stands by itself and has no second answer.",
    }


def _near(found: Draft, naming: Naming, chance: random.Random) -> Iterator[dict[str, Any]]:
    for question, other, source in near_misses(found.asked.question, found.article.id, naming, chance):
        yield {
            **_case(_placed(question, found, naming), "near-miss"),
            "answerable": False,
            "note": f"{other.text}, of {source}, was put into: {found.asked.question} Check that no article says it.",
        }


def _case(question: str, tag: str) -> dict[str, Any]:
    key = hashlib.sha256(question.encode()).hexdigest()[:10]
    return {"id": f"draft-{key}", "question": question, "draft": True, "tags": ["draft", tag]}


def _placed(question: str, found: Draft, naming: Naming) -> str:
    """The question, with its article named where no name in it tells what it is about."""
    title = found.article.metadata.title
    if any(naming.is_name(word.strip("?,")) for word in question.split(" ")[1:]) or len(title) > LONGEST_TITLE:
        return question
    return f"According to “{title}”, {question[0].lower()}{question[1:]}"
