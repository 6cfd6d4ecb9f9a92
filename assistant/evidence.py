"""What speaks for a sentence as the answer to a question: one row of cheap features a candidate sentence."""

from collections.abc import Collection, Sequence
from itertools import pairwise
from math import log1p

import numpy as np
from numpy.typing import NDArray

from assistant.asked import Asked
from assistant.candidates import Candidate
from assistant.expected import NAMED, NUMERIC, is_asked, shaped
from assistant.matching import Matches
from assistant.terms import Word, word_set
from assistant.vocabulary import Vocabulary

_LEANING = word_set("""it this that these they he she his her its their such both another the also but however""")
"""Its own list, not that of ``leaning``: the weights were fitted with it."""
_NEAR = 4.0
"""Words within about this many places of an answer speak for it."""
_WINDOW = 12
_ADJACENT = 3
"""Characters between a name and the thing it qualifies: a space, and a possessive ending perhaps."""

FEATURES = (
    "exact", "soft", "context", "rare", "rare_soft", "rare_told", "bigrams", "names", "names_context", "numbers",
    "numbers_context", "worst_missing", "before", "after", "other_one", "passage_score", "similarity",
    "similarity_behind", "lexical", "lexical_share", "first_passage", "rank", "number_near", "name_near",
    "date_absent", "duration_absent", "money_absent", "percent_absent", "count_absent", "person_absent",
    "name_absent", "reason_present", "manner_present", "other_present", "kind_leaning", "head", "window",
    "first_sentence", "length", "new", "nothing_new", "leaning", "leaning_before", "a_question",
)  # fmt: skip
"""The columns of ``Evidence.rows``, in order."""
CLOSER = (*FEATURES, "cosine", "cosine_behind")
"""The columns of ``closer``, in order."""
AGAINST = frozenset(name for name in FEATURES if name.endswith("_absent")) | {
    "worst_missing",
    "nothing_new",
    "a_question",
    "other_one",
}
"""Columns that can only speak against a sentence."""
EITHER = frozenset({"after", "before", "first_passage", "first_sentence", "length", "new", "leaning", "other_present"})
"""Columns that may speak for or against it; all others speak for it."""


def closer(rows: NDArray[np.float64], cosines: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rows of a short list with the nearness in meaning of its sentences, to the question and to the nearest."""
    return np.column_stack([rows, cosines, cosines - cosines.max(initial=-1)])


class Evidence:
    """The candidates for one question, weighed together: what all of them have tells nothing."""

    def __init__(
        self, asked: Asked, found: Sequence[Candidate], vocabulary: Vocabulary, *, also: Collection[str] = ()
    ) -> None:
        """``also``: further texts whose words are matched."""
        texts = {text for one in found for text in (one.sentence.text, one.hit.metadata.title)}
        texts |= {near.text for one in found for near in (one.before, one.after) if near}
        texts |= set(also)
        self.asked, self.found = asked, found
        self.matches = Matches(asked, texts, vocabulary)
        self.weights = np.array(asked.weights, np.float32)
        self.names = np.array([stem in asked.names for stem in asked.stems])
        self.numbers = np.array([stem in asked.numbers | asked.months for stem in asked.stems])
        seen = sum((self.matches.best[one.sentence.text] for one in found), np.zeros(len(self.weights), np.float32))
        # In "the Beijing factory" the name says which one is meant: another factory is another matter.
        self.qualified = [
            (place, place + 1)
            for place, (one, other) in enumerate(pairwise(asked.terms))
            if self.names[place] and not self.names[place + 1] and 0 < other.start - one.end <= _ADJACENT
        ]
        self.rarity = self.weights * np.log1p(len(found) / (1.0 + seen)).astype(np.float32)

    def rows(self) -> NDArray[np.float64]:
        """One row a candidate, one column a name in ``FEATURES``."""
        rows = [self._match(one) | self._passage(one) | self._kind(one) | self._form(one) for one in self.found]
        return np.array([[row[name] for name in FEATURES] for row in rows], np.float64)

    def context(self, one: Candidate) -> NDArray[np.float32]:
        """How well each term is met by the sentence, its neighbours or its title."""
        near = self.matches.near
        beside = [near[text.text] for text in (one.before, one.after) if text]
        return np.asarray(np.max([near[one.sentence.text], near[one.hit.metadata.title], *beside], axis=0))

    def _match(self, one: Candidate) -> dict[str, float]:
        text, matches = one.sentence.text, self.matches
        best, near, context = matches.best[text], matches.near[text], self.context(one)
        missing = self.weights * (1 - context)
        leaning = _leaning(matches.words[text]) and one.before is not None
        told = (
            np.maximum(matches.near[text], matches.near[one.before.text])
            if leaning and one.before
            else matches.near[text]
        )
        pairs = set(pairwise(self.asked.stems))
        stems = [word.stem for word in matches.words[text] if word.telling]
        return {
            "exact": _share(self.weights, best),
            "soft": _share(self.weights, matches.near[text]),
            "context": _share(self.weights, context),
            "rare": _share(self.rarity, best),
            "rare_soft": _share(self.rarity, matches.near[text]),
            "rare_told": _share(self.rarity, told),
            "bigrams": len(pairs & set(pairwise(stems))) / max(1, len(pairs)),
            "names": _share(self.weights[self.names], best[self.names]) if self.names.any() else 1.0,
            "names_context": _share(self.weights[self.names], context[self.names]) if self.names.any() else 1.0,
            "numbers": float(best[self.numbers].mean()) if self.numbers.any() else 1.0,
            "numbers_context": float(context[self.numbers].mean()) if self.numbers.any() else 1.0,
            "worst_missing": float(missing.max(initial=0)),
            "before": _share(self.weights, matches.near[one.before.text]) if one.before else 0.0,
            "after": _share(self.weights, matches.near[one.after.text]) if one.after else 0.0,
            "other_one": max((float(near[thing] * (1 - context[name])) for name, thing in self.qualified), default=0.0),
        }

    def _passage(self, one: Candidate) -> dict[str, float]:
        leader = self.found[0].hit
        return {
            "passage_score": one.hit.score / leader.score if leader.score > 0 else 0.0,
            "similarity": one.hit.similarity,
            "similarity_behind": one.hit.similarity - max(other.hit.similarity for other in self.found),
            "lexical": log1p(max(0.0, one.hit.lexical)),
            "lexical_share": one.hit.lexical / max(1e-9, *(other.hit.lexical for other in self.found)),
            "first_passage": float(one.rank == 0),
            "rank": 1 / (1 + one.rank),
        }

    def _kind(self, one: Candidate) -> dict[str, float]:
        kind = self.asked.expected.kind
        text = one.sentence.text
        spans = [
            span for span in shaped("organisation" if kind == "person" else kind, text) if self._is_new(text, span)
        ]
        near = max((self.nearness(text, span) for span in spans), default=0.0)
        head = self.asked.expected.head
        leaning = _leaning(self.matches.words[text]) and one.before is not None
        behind = _share(self.weights, self.matches.near[one.before.text]) if leaning and one.before else 0.0
        return {
            "number_near": max(near, behind / 2 if spans else 0.0) if kind in NUMERIC else 0.0,
            "name_near": near if kind in NAMED else 0.0,
            "date_absent": float(kind == "date" and not spans),
            "duration_absent": float(kind == "duration" and not spans),
            "money_absent": float(kind == "money" and not spans),
            "percent_absent": float(kind == "percent" and not spans),
            "count_absent": float(kind in {"count", "measure", "amount"} and not spans),
            "person_absent": float(kind == "person" and not spans),
            "name_absent": float(kind in NAMED and kind != "person" and not spans),
            "reason_present": float(kind == "reason" and bool(spans)),
            "manner_present": float(kind == "manner" and bool(spans)),
            "other_present": float(kind == "definition" and bool(spans)),
            "kind_leaning": behind if spans else 0.0,
            "head": float(any(is_asked(head, word.text) for word in self.matches.words[text])),
            "window": self._window(text),
        }

    def _form(self, one: Candidate) -> dict[str, float]:
        found = self.matches.words[one.sentence.text]
        stems = set(self.asked.stems)
        new = sum(word.telling and word.stem not in stems for word in found)
        leaning = _leaning(found)
        return {
            "first_sentence": float(one.place == 0),
            "length": log1p(len(found)),
            "new": log1p(new),
            "nothing_new": float(new == 0),
            "leaning": float(leaning),
            "leaning_before": _share(self.weights, self.matches.near[one.before.text])
            if leaning and one.before
            else 0.0,
            "a_question": float(one.sentence.text.rstrip("\"'”’)").endswith("?")),
        }

    def _is_new(self, text: str, span: tuple[int, int]) -> bool:
        """Whether a span says something that the question does not."""
        stems = set(self.asked.stems)
        inside = [word for word in self.matches.words[text] if span[0] <= word.start < span[1] and word.telling]
        return any(word.stem not in stems for word in inside) or not inside

    def nearness(self, text: str, span: tuple[int, int]) -> float:
        """How much of the question stands near a span of a sentence."""
        found = self.matches.words[text]
        inside = [place for place, word in enumerate(found) if word.end > span[0] and word.start < span[1]]
        if not inside or not len(self.weights):
            return 0.0
        places = np.arange(len(found))
        away = np.maximum(np.maximum(inside[0] - places, places - inside[-1]), 0)
        fading = np.where(away > 0, np.exp(-away / _NEAR), 0.0)
        return float(self.weights @ (self.matches.soft[text][:, :-1] * fading).max(axis=1) / self.weights.sum())

    def _window(self, text: str) -> float:
        """The most of the question that stands within a dozen words."""
        met = self.matches.soft[text]
        starts = range(0, max(1, met.shape[1] - 1 - _WINDOW), 3)
        return max(_share(self.weights, met[:, start : start + _WINDOW].max(axis=1)) for start in starts)


def _leaning(found: Sequence[Word]) -> bool:
    """Whether a sentence begins with a word that points back."""
    return bool(found) and found[0].text.lower() in _LEANING


def _share(weights: NDArray[np.float32], met: NDArray[np.float32]) -> float:
    """The weight that is met, of all the weight."""
    total = float(weights.sum())
    return float(weights @ met) / total if total else 0.0
