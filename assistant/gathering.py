"""What the articles have for each part of a question, or for both sides of a comparison, gathered into one."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answers import Turn
from assistant.comparing import beside, weighed
from assistant.composing import Draft
from assistant.condense import guessed
from assistant.condense.ellipsis import ASKS_BACK, OPENING
from assistant.looking import Given, Look, Looking
from assistant.parts import MOST, names, pieces, stood
from assistant.remarks import remark
from assistant.sides import Side, sides
from assistant.terms import words
from index.scope import Scope


class Gathering:
    """Looks for what answers each part of a question."""

    def __init__(self, looking: Looking) -> None:
        self._looking = looking

    def looks(self, asked: str, scope: Scope | None, *, said: str = "", typed: str = "") -> list[Look]:
        """What the articles have for each part of the question, or for the whole if no part has an answer.

        ``said``: the last answer of the conversation, which is no reason for itself. ``typed``: the question as it
        follows on that.
        """
        if compared := self._compared(sides(asked), asked, scope):
            return compared
        each = pieces(asked)
        if len(each) == 1:
            return [self._alone(asked, scope, said=said, typed=typed)]
        looks: list[Look] = []
        for piece in each[:MOST]:
            looks.append(self._part(piece, looks, scope, said=said, within=names(asked)))
        if not any(look.draft.statements for look in looks):
            return [self._looking.look(asked, scope)]
        return looks + [Look(stood(piece, _talk(looks))) for piece in each[MOST:]]

    def _alone(self, asked: str, scope: Scope | None, *, said: str, typed: str) -> Look:
        """What the articles have for a question that asks one thing."""
        given: list[Given] = [(said, None)]
        look = self._looking.look(asked, scope, given=given)
        if look.draft.statements or typed in {"", asked}:
            return look
        return self._there(look, typed, self._looking.article_of(said, scope), scope, given=given)

    def _part(self, piece: str, before: Sequence[Look], scope: Scope | None, *, said: str, within: str) -> Look:
        """What the articles have for a part of a question.

        ``within``: the names of the whole question, beside which a later part without any is looked for.
        """
        part, typed = stood(piece, _talk(before)), stood(piece, ())
        told = [one for look in before for one in look.draft.statements[:1]]
        given: list[Given] = [(said, None), *((one.text, one.span) for one in told)]
        look = self._looking.look(part, scope, given=given, within="" if names(part) or not before else within)
        if part == typed or ASKS_BACK.fullmatch(piece) or (look.draft.statements and not guessed(typed, part)):
            return look
        about = next((look.draft.citations[0].article_id for look in reversed(before) if look.draft.citations), None)
        return self._there(look, typed, about, scope, given=given)

    def _there(
        self, look: Look, typed: str, article: str | None, scope: Scope | None, *, given: Sequence[Given]
    ) -> Look:
        """The look, or what the article that was last spoken of has for the question as it was typed.

        There "her replacement" needs no name: the article is about whose it is. Of questions with "it" for a name,
        asked within their article, as many were answered right as with the name, and fewer wrong.
        """
        if not article:
            return look
        found = self._looking.look(OPENING.sub("", typed), replace(scope or Scope(), articles=(article,)), given=given)
        if not found.draft.statements:
            return look
        seconds = look.retrieving + found.retrieving, look.reading + found.reading
        return replace(found, asked=look.asked, retrieving=seconds[0], reading=seconds[1])

    def _compared(self, compared: Sequence[Side], asked: str, scope: Scope | None) -> list[Look]:
        """What the articles have for each side of a comparison, or for both in one; none where neither is answered."""
        looks = [
            _of_its_own(self._looking.look(side.asked, scope), side, other)
            for side, other in zip(compared, reversed(compared), strict=True)
        ]
        told = [look for look in looks if look.draft.statements]
        if len(told) < len(looks):
            whole = self._looking.look(asked, scope)
            stems = {word.stem for one in whole.draft.statements for word in words(one.text)}
            if whole.draft.statements and (not told or all(side.own <= stems for side in compared)):
                return [whole]
        if len({look.draft.statements[0].text for look in told}) < len(told):
            # One sentence tells of both sides; its words for one of them are no answer.
            return [replace(look, draft=replace(look.draft, short=None)) for look in looks]
        return _side_by_side(looks, compared) if told else []


def telling(looks: Sequence[Look]) -> Look:
    """The first part of a question that is answered, or the first where none is."""
    return next((look for look in looks if look.draft.statements), looks[0])


def joined(looks: Sequence[Look]) -> Look:
    """What was found for all parts of a question; its notes name those that the articles do not answer."""
    if len(looks) == 1:
        return looks[0]
    draft = Draft()
    for look in looks:
        draft.take(look.draft)
    silent = (remark("part_not_said", question=look.asked) for look in looks if not look.draft.statements)
    return Look(
        telling(looks).asked,
        hits=[hit for look in looks for hit in look.hits],
        findings=[one for look in looks for one in look.findings],
        draft=draft,
        retrieving=sum(look.retrieving for look in looks),
        reading=sum(look.reading for look in looks),
        notes=(*telling(looks).notes, *silent),
    )


def _talk(looks: Sequence[Look]) -> list[Turn]:
    """The parts so far as a conversation: what one was answered tells whom the next one means by "she"."""
    turns: list[Turn] = []
    for look in looks:
        turns.append(Turn("user", look.asked))
        turns += [Turn("assistant", one.text) for one in look.draft.statements[:1]]
    return turns


def _of_its_own(look: Look, side: Side, other: Side) -> Look:
    """The look, without an answer where that does not name the side: what is told of the other says nothing of it.

    Where the sentence names neither, the one before it may: then that is brought along.
    """
    if not look.draft.statements:
        return look
    told = {word.stem for one in look.draft.statements for word in words(one.text)}
    if side.own & told:
        return look
    best = look.findings[0]
    before = {word.stem for word in words(best.before.text)} if best.before else set()
    if best.before and not other.own & (told | before) and side.own <= before:
        draft = replace(look.draft, statements=list(look.draft.statements), citations=list(look.draft.citations))
        draft.state(best.hit, best.before, None)
        return replace(look, draft=draft)
    return replace(look, draft=Draft())


def _side_by_side(looks: Sequence[Look], compared: Sequence[Side]) -> list[Look]:
    """The looks with both values in one short answer, and a note of which is more where that can be told."""
    values = [look.draft.short for look in looks]
    if len(looks) != len(compared) or not (both := beside(compared, values)):
        return list(looks)
    first, *others = looks
    note = weighed(values[0] or "", values[1] or "")
    notes = (*first.notes, note) if note else first.notes
    return [
        replace(first, draft=replace(first.draft, short=both), notes=notes),
        *(replace(look, draft=replace(look.draft, short=None)) for look in others),
    ]
