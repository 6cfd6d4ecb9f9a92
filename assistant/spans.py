"""Which words of a sentence answer a question: every run of words is proposed, its traits are weighed."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from assistant.asked import Asked
from assistant.expected import NAMED, NUMERIC, shaped
from assistant.matching import Met
from assistant.terms import MONTHS, STOPWORDS, Word, word_set

_BESIDE = 3
"""How many words away a year or month still belongs to a run."""
MOST_WORDS = 12
"""Longest run that is proposed; the shortest clause that gives a reason has about as many."""

_CLASSES: tuple[frozenset[str], ...] = tuple(
    frozenset(members.split())
    for members in (
        "in on at during since until before after",
        "by from",
        "of",
        "for to into through under over about via than as with between",
        "the a an its his her their this that these those our",
        "is are was were be been being has have had become became becomes called named known can could will would may",
        "and or but nor",
        "which who that where when while whose because although if",
    )
)
_TITLES = word_set(
    """president ceo minister king queen emperor pope general mr mrs ms dr sir lord chairman founder director"""
)
_IN, _BY, _OF, _FOR, _THE, _IS, _AND, _WHICH = range(len(_CLASSES))
_PLAIN = len(_CLASSES)
_OUTSIDE = _PLAIN + 1
_NO_START = (_AND, _IS, _IN, _OF, _BY, _THE)
_NO_END = (_AND, _IS, _IN, _BY, _OF, _FOR, _THE, _WHICH)

TRAITS = (
    *(f"after_{name}" for name in ("in", "by", "of", "for", "the", "is", "and", "which", "word", "nothing")),
    *(f"then_{name}" for name in ("in", "by", "of", "for", "the", "is", "and", "which", "word", "nothing")),
    "after_comma", "then_comma", "after_bracket", "then_bracket", "in_quotes", "comma_inside", "break_inside",
    "after_capital", "then_capital", "first_capital", "last_capital", "all_capital", "has_capital", "first_number",
    "has_number", "after_number", "then_number", "shape_is", "shape_inside", "shape_cut", "shape_starts",
    "asked_inside", "asked_all", "near_inside", "asked_before", "asked_behind", "left", "right", "further_left",
    "further_right", "words_1", "words_2", "words_3", "words_4", "words_5", "words_7", "words_10", "starts_for",
    "starts_which", "and_inside", "of_inside", "is_inside", "which_inside", "head_behind", "head_inside",
    "place_in_sentence", "asking_inside", "asking_last", "cuts_name_before", "cuts_name_behind", "first_verb",
    "last_verb", "then_verb", "last_ly", "then_ly", "time_asked", "time_other",
)  # fmt: skip
"""The columns of ``Runs.rows``, in order."""


class Runs:
    """The runs of words of one sentence that might answer, weighed by what is in and around them."""

    def __init__(self, asked: Asked, text: str, met: Met) -> None:
        found, strength = met.words, met.strength
        self._asked, self._text, self._words, self._asking = asked, text, found, met.asking
        self._kinds = np.array([_kind(word) for word in found], np.int64)
        self._weights = np.array(asked.weights, np.float64)
        self._met = (
            (strength * self._weights[:, None]).max(axis=0, initial=0) if len(strength) else np.zeros(len(found))
        )
        self._exact = np.array([word.stem in set(asked.stems) for word in found], bool)
        self._first, self._last = self._pairs()

    def __len__(self) -> int:
        return len(self._first)

    def span(self, run: int) -> tuple[int, int]:
        """Where a run stands in the text."""
        return self._words[self._first[run]].start, self._words[self._last[run]].end

    def _pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """First and last word of each run."""
        starts = ~np.isin(self._kinds, _NO_START)
        ends = ~np.isin(self._kinds, _NO_END)
        pairs = [
            (first, last)
            for first in np.flatnonzero(starts)
            for last in range(int(first), min(int(first) + MOST_WORDS, len(self._words)))
            if ends[last]
        ]
        both = np.array(pairs, np.int64).reshape(-1, 2)
        return both[:, 0], both[:, 1]

    def rows(self) -> NDArray[np.float64]:
        """One row a run, one column a name in ``TRAITS``."""
        columns = self._around() + self._gaps() + self._letters() + self._shapes() + self._question() + self._form()
        columns += self._nouns() + self._times()
        return np.stack(columns, axis=1).astype(np.float64)

    def _around(self) -> list[NDArray[np.float64]]:
        """What kind of word stands before and behind."""
        before = np.where(self._first > 0, self._kinds[self._first - 1], _OUTSIDE)
        behind = np.append(self._kinds, _OUTSIDE)[self._last + 1]
        kinds = range(_OUTSIDE + 1)
        return [(before == kind).astype(float) for kind in kinds] + [(behind == kind).astype(float) for kind in kinds]

    def _gaps(self) -> list[NDArray[np.float64]]:
        """What is written between the words: commas, brackets, quotation marks."""
        edges = [0, *(word.end for word in self._words)]
        begins = [*(word.start for word in self._words), len(self._text)]
        gaps = [self._text[end:start] for end, start in zip(edges, begins, strict=True)]
        comma = np.array(["," in gap or "–" in gap or "—" in gap for gap in gaps], float)
        stop = np.array([any(mark in gap for mark in "();:[]—") for gap in gaps], float)
        opening = np.array([any(mark in gap for mark in '(“"«„‘') for gap in gaps], float)
        closing = np.array([any(mark in gap for mark in ')”"»’') for gap in gaps], float)
        quote = np.array([any(mark in gap for mark in '“”"«»„') for gap in gaps], float)
        first, behind = self._first, self._last + 1
        return [
            comma[first], comma[behind], opening[first], closing[behind], quote[first] * quote[behind],
            _inside(comma, first, behind), _inside(np.maximum(stop, quote), first, behind),
        ]  # fmt: skip

    def _letters(self) -> list[NDArray[np.float64]]:
        """Capitals and digits, in and around."""
        capital = np.array([word.capital for word in self._words], float)
        number = np.array([word.number for word in self._words], float)
        first, last = self._first, self._last
        size = last - first + 1
        capitals, numbers = _total(capital, first, last), _total(number, first, last)
        before, behind = first - 1, last + 1
        padded_capital, padded_number = np.append(capital, [0, 0]), np.append(number, [0, 0])
        return [
            padded_capital[before], padded_capital[behind], capital[first], capital[last], (capitals == size) * 1.0,
            (capitals > 0) * 1.0, number[first], (numbers > 0) * 1.0, padded_number[before], padded_number[behind],
        ]  # fmt: skip

    def _shapes(self) -> list[NDArray[np.float64]]:
        """How a run lies to the words of the expected kind: the same, around, across, at its beginning."""
        kind = self._asked.expected.kind
        spans = shaped(kind, self._text) if kind in NUMERIC | NAMED | {"reason"} else []
        starts = np.array([word.start for word in self._words])[self._first]
        ends = np.array([word.end for word in self._words])[self._last]
        same = np.zeros(len(self._first))
        inside, cut, begins = same.copy(), same.copy(), same.copy()
        for start, end in spans:
            same = np.maximum(same, (starts == start) & (np.abs(ends - end) <= 1))
            inside = np.maximum(inside, (starts <= start) & (ends >= end - 1))
            begins = np.maximum(begins, (starts == start) & (ends >= end - 1))
            cut = np.maximum(cut, (starts < end) & (ends > start) & ((starts > start) | (ends < end - 1)))
        return [same, inside, cut, begins]

    def _question(self) -> list[NDArray[np.float64]]:
        """How much of the question stands in the run, beside it, and around it, fading with distance."""
        first, last = self._first, self._last
        telling = np.array([word.telling for word in self._words], float)
        asked = _total(self._exact * telling, first, last)
        total = np.maximum(1, _total(telling, first, last))
        near = _total(self._met, first, last) / total
        padded = np.append(self._met, [0.0, 0.0])
        left, far_left = _fading(self._met, 2.0), _fading(self._met, 8.0)
        right, far_right = _fading(self._met[::-1], 2.0)[::-1], _fading(self._met[::-1], 8.0)[::-1]
        scale = max(1e-9, float(self._weights.sum()))
        return [
            asked / total, (asked == total) * 1.0, near, padded[first - 1], padded[last + 1],
            left[first] / scale, right[last] / scale, far_left[first] / scale, far_right[last] / scale,
        ]  # fmt: skip

    def _form(self) -> list[NDArray[np.float64]]:
        """How long it is, what it is made of and where it stands."""
        first, last, kinds = self._first, self._last, self._kinds
        size = last - first + 1
        lengths = [
            size == 1,
            size == 2,
            size == 3,
            size == 4,
            (size == 5) | (size == 6),
            (size > 6) & (size < 10),
            size > 9,
        ]
        head = self._asked.expected.head
        headed = np.append(np.array([word.text.lower() == head for word in self._words], float), [0, 0])
        inside = [_total((kinds == kind) * 1.0, first, last) > 0 for kind in (_AND, _OF, _IS, _WHICH)]
        return [
            *(length * 1.0 for length in lengths), (kinds[first] == _FOR) * 1.0, (kinds[first] == _WHICH) * 1.0,
            *(part * 1.0 for part in inside), headed[last + 1], (_total(headed, first, last) > 0) * 1.0,
            first / max(1, len(self._words)),
        ]  # fmt: skip

    def _nouns(self) -> list[NDArray[np.float64]]:
        """Whether it is the noun asked for, whole names, and not verbs or adverbs by their endings."""
        first, last = self._first, self._last
        asking = np.array([self._asking[start : end + 1].max() for start, end in zip(first, last, strict=True)], float)
        joined = [
            one.capital
            and other.capital
            and self._text[one.end : other.start] == " "
            and one.text.lower() not in _TITLES
            and one.text.lower() not in STOPWORDS
            for one, other in pairwise(self._words)
        ]
        cut = np.array([False, *joined, False], float)
        lowered = [word.text.lower() for word in self._words]
        verb = np.array([len(word) > 4 and word.endswith(("ed", "ing")) for word in lowered] + [False], float)
        manner = np.array([len(word) > 4 and word.endswith("ly") for word in lowered] + [False], float)
        return [
            asking, self._asking[last].astype(float), cut[first], cut[last + 1], verb[first], verb[last],
            verb[last + 1], manner[last], manner[last + 1],
        ]  # fmt: skip

    def _times(self) -> list[NDArray[np.float64]]:
        """Whether the nearest year or month outside the run is one that the question names, or another one."""
        sought = self._asked.numbers | self._asked.months
        times = [place for place, word in enumerate(self._words) if _is_time(word)]
        asked, other = np.zeros(len(self)), np.zeros(len(self))
        if not sought or not times:
            return [asked, other]
        for run, (first, last) in enumerate(zip(self._first, self._last, strict=True)):
            away = [(max(first - place, place - last), place) for place in times if not first <= place <= last]
            if away and min(away)[0] <= _BESIDE:
                met = self._words[min(away)[1]].stem in sought
                asked[run], other[run] = float(met), float(not met)
        return [asked, other]


def _is_time(word: Word) -> bool:
    """Whether a word is a month or looks like a year."""
    return word.stem in MONTHS or (len(word.text) == 4 and word.text.isdigit() and word.text[0] in "12")


def _kind(word: Word) -> int:
    lowered = word.text.lower()
    return next((kind for kind, members in enumerate(_CLASSES) if lowered in members), _PLAIN)


def _total(values: NDArray[np.float64], first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sum of the values from the first word to the last, one a run."""
    sums = np.append(0.0, np.cumsum(values))
    return np.asarray(sums[last + 1] - sums[first])


def _inside(gaps: NDArray[np.float64], first: NDArray[np.int64], behind: NDArray[np.int64]) -> NDArray[np.float64]:
    """Whether a mark stands in a gap between two words of the run."""
    sums = np.append(0.0, np.cumsum(gaps))
    return np.asarray((sums[behind] - sums[first + 1] > 0) * 1.0)


def _fading(values: NDArray[np.float64], places: float) -> NDArray[np.float64]:
    """Sum of the values before each word, each fading with its distance."""
    sums, running, keep = np.zeros(len(values)), 0.0, float(np.exp(-1 / places))
    for place in range(1, len(values)):
        running = running * keep + float(values[place - 1])
        sums[place] = running
    return sums
