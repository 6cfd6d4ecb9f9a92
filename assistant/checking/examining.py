"""Ask the sentences for each name, amount and time of a statement, and hear whether they answer with another.

"Hoff won the marathon" has every word of "Temu overtook Hoff and won the marathon", but who won there is Temu.
"""

import re
from collections.abc import Iterator, Sequence

from assistant.checking.amounts import Amount
from assistant.checking.likeness import any_alike
from assistant.checking.said import Said
from assistant.checking.things import ARTICLE, Thing, led_by_name, next_to, same, things
from assistant.checking.units import CURRENCIES
from assistant.crossencoder import CrossEncoder, Reading
from index.articles import Hit, Metadata, Passage

SURER = 1.5
"""By how much another thing must answer better than the one that is named, in either wording of the question."""
SURE = 5.0
"""How well it must answer in one of them."""
BOTH = 11.0
"""How well and by how much together. All three are fitted on the statements of tests/data."""
_ASKED = 6
"""Things of a statement that are asked for."""
_DATED = re.compile(r"\b(?:(by|until|till|since|before|after)|on|in|at|during)?\s*(?:the\s+)?$", re.IGNORECASE)
_COUNTED = re.compile(
    r"\s+(?!(?:in|on|at|to|from|as|by|for|of|over|after|before|and|but|less|more|ahead|behind)\b)[a-zA-Z]"
)
_BOUND = re.compile(r"(?:,?\s(?:(?:of|at|for|from)\s)?|['’]s?\s|-)(?:the\s|an?\s|its\s|his\s|her\s)?")
"""What stands between two names of one thing: "the mayor, Tom Reyes", "researchers at the university"."""
_LISTED_BEFORE = re.compile(r"(?:,|\band|\bor)\s+(?:the\s+)?$", re.IGNORECASE)
_LISTED_BEHIND = re.compile(r"\s*,?\s*(?:and|or)\s+(?:the\s+)?[A-Z0-9]|,\s+(?:the\s+)?[A-Z]")
"""A thing of a list is not asked for: its fellows would answer as well."""
_RANGED = re.compile(r"\d\s*(?:to|-|–)\s*$")
"""The upper end of a range is nothing to ask for by itself."""
_OWNED = re.compile(r"['’](?:s\b)?(?=\s)")


class Examiner:
    """Asks sentences for the things of a statement."""

    def __init__(self, reader: CrossEncoder) -> None:
        self._reader = reader

    def contradicted(self, said: Said, sources: Sequence[Said]) -> Iterator[str]:
        """Questions that the sentences answer with another thing than the statement."""
        passage, theirs = " ".join(source.text for source in sources), list[Thing]()
        for source in sources:
            theirs += things(source, shift=passage.index(source.text))
        left = _ASKED
        for one in (ours := things(said, beside=next_to(sources))):
            own = [other for other in theirs if same(one, other)]
            named = [other for other in theirs if any(same(each, other) for each in ours)]
            rivals = [
                other
                for other in theirs
                if _rival(one, other)
                and not any_alike(set(other.stems), {token.stem for token in said.tokens})
                and other not in named
                and not any(_tied(passage, other, its) for its in own)
                and not any(_titles(passage, other, name) for name in named)
            ]
            if left and own and rivals and _askable(said, one):
                left -= 1
                if self._others_answer(passage, asking := questions(said.text, one), rivals, own):
                    yield f"the sentence answers “{asking[0]}” otherwise"

    def _others_answer(
        self, passage: str, asking: Sequence[str], rivals: Sequence[Thing], own: Sequence[Thing]
    ) -> bool:
        """Whether one of the rivals answers better than what is named, however it is asked."""
        scores, leads = [], []
        for each in asking:
            reading = self._reader.read(each, [_hit(passage)])[0]
            scores.append(max(_answers(reading, rival) for rival in rivals))
            leads.append(scores[-1] - max(_answers(reading, its) for its in own))
            if leads[-1] < SURER:
                return False
        return max(scores) >= SURE and max(scores) + min(leads) >= BOTH


def questions(text: str, thing: Thing) -> tuple[str, ...]:
    """The statement as a question for one of its things, in two wordings: "Who won the marathon?"."""
    before, behind = text[: thing.start], text[thing.end :].rstrip(" .!")
    asking: tuple[str, ...]
    if thing.kind == "time":
        dated = _DATED.search(before)
        side = f"{dated[1]} " if dated and dated[1] else ""
        before = before[: dated.start()].rstrip() if dated else before
        asking = (f" {side}when", f" {side}what time")
    elif isinstance(thing.told, Amount):
        many = not thing.told.unit and _COUNTED.match(behind)
        asking = ("how many", "what number of") if many else ("how much", "what")
    elif owned := _OWNED.match(behind):
        asking, behind = ("whose", "which"), behind[owned.end() :]
    else:
        before = "" if thing.first else ARTICLE.sub("", before)
        asking = ("who", "what")
    return tuple(f"{before}{word}{behind}?" for word in asking)


def _rival(one: Thing, other: Thing) -> bool:
    """Whether something else could stand in its place."""
    if isinstance(one.told, Amount) and isinstance(other.told, Amount):
        return one.told.unit == other.told.unit or {one.told.unit, other.told.unit} <= CURRENCIES
    kinds = {"thing", "name"} if one.first and one.kind in {"thing", "name"} else {one.kind}
    return other.kind in kinds


def _tied(passage: str, one: Thing, other: Thing) -> bool:
    """Whether two things stand together as two names of one."""
    left, right = sorted((one, other), key=lambda thing: thing.start)
    return bool(_BOUND.fullmatch(passage[left.end : right.start]))


def _titles(passage: str, one: Thing, name: Thing) -> bool:
    """Whether it is what someone is, right before the name: "rival Castell"."""
    return one.kind == "thing" and name.kind == "name" and passage[one.end : name.start] == " "


def _askable(said: Said, thing: Thing) -> bool:
    """Whether it is a name, an amount or a time, and the question for it would be plain English.

    Asked for other nouns, sentences contradict what they say as often as what they do not.
    """
    before, behind = said.text[: thing.start], said.text[thing.end :]
    if thing.kind == "thing" or before.endswith("-") or behind.startswith(("-", "'", "’")):
        return False
    if said.text[thing.start].isupper() and _in_a_list(said.text, thing):
        return False
    if thing.kind != "name":
        return not _RANGED.search(before)
    return not led_by_name(said, thing) and not re.match(r"\s+(?:of\s+)?[A-Z]|\s+(?:who|which|that)\b", behind)


def _in_a_list(text: str, thing: Thing) -> bool:
    before = _LISTED_BEFORE.search(text[: thing.start])
    return bool(
        _LISTED_BEHIND.match(text[thing.end :])
        or (before and re.search(r"[A-Z][\w’'-]+$", text[: before.start()].rstrip()))
    )


def _answers(reading: Reading, thing: Thing) -> float:
    marked = reading.within(thing.start, thing.end)
    return marked.score if marked else float("-inf")


def _hit(passage: str) -> Hit:
    return Hit(Passage("", 0, 0, len(passage), passage, ()), Metadata(""), 0.0, 0.0, 0.0)
