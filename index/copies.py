"""Passages of near copies that say the same are shown once, with the other articles that say it named.

What may be an update or a contradiction is never hidden: a copy whose passage has another number, name or negation, or
has more to say on what is asked, is shown beside the first.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from index.articles import Passage
from index.statements import adds, rewords, statement
from index.tables import Candidate

Told = dict[tuple[str, ...], str]
"""Sentences by what they state."""


@dataclass(slots=True)
class Shown:
    """A passage that is shown, at the score of the best copy that it stands for."""

    candidate: Candidate
    score: float
    copies: list[int] = field(default_factory=list)
    """Keys of the other articles that say it."""


def told_once(ranked: Sequence[tuple[Candidate, float]], passages: Mapping[int, Passage], question: str) -> list[Shown]:
    """The candidates, best first, without those that say nothing which a better one of their family does not.

    ``passages`` holds those of ``contested`` candidates.
    """
    if not passages:
        return [Shown(candidate, score) for candidate, score in ranked]
    told = {key: _told(passage) for key, passage in passages.items()}
    of_article: dict[int, list[Candidate]] = defaultdict(list)
    for candidate, _ in ranked:
        of_article[candidate.article].append(candidate)
    shown: dict[int, Shown] = {}
    leads: dict[int, list[int]] = defaultdict(list)
    for candidate, score in ranked:
        said = told.get(candidate.key, {})
        for lead in leads[candidate.family] if said else ():
            holders = [one for one in of_article[lead] if told[one.key].keys() & said.keys()]
            if lead != candidate.article and _same(said, [told[one.key] for one in holders], question):
                for one in holders:
                    named = shown.setdefault(one.key, Shown(one, score)).copies
                    named += [candidate.article] * (candidate.article not in named)
                break
        else:
            leads[candidate.family] += [candidate.article] * (candidate.article not in leads[candidate.family])
            shown.setdefault(candidate.key, Shown(candidate, score))
    return list(shown.values())


def contested(found: Sequence[Candidate]) -> list[int]:
    """Keys of the candidates whose family has several articles among them."""
    articles = Counter(family for family, _ in {(candidate.family, candidate.article) for candidate in found})
    return [candidate.key for candidate in found if articles[candidate.family] > 1]


def _same(said: Told, elsewhere: Sequence[Told], question: str) -> bool:
    """Whether most of what is said stands elsewhere, if in other words, and the rest adds nothing to the question."""
    others = {states: sentence for told in elsewhere for states, sentence in told.items()}
    rest = [sentence for states, sentence in said.items() if states not in others]
    new = [sentence for sentence in rest if not any(rewords(sentence, other) for other in others.values())]
    return 2 * len(new) <= len(said) and not any(adds(sentence, others.values(), question) for sentence in rest)


def _told(passage: Passage) -> Told:
    sentences = [sentence.text for sentence in passage.sentences] or [passage.text]
    return {states: sentence for sentence in sentences if (states := statement(sentence))}
