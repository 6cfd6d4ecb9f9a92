"""Whether a question goes on with the subject of the conversation, told by what the articles have."""

import re
from collections.abc import Sequence
from functools import partial

from assistant.answers import Question, Turn
from assistant.condense import guessed, speaks_of, tied, touches
from assistant.gathering import Gathering
from assistant.looking import Look
from index.articles import Hit


def looked(asked: str, question: Question, gathering: Gathering) -> tuple[str, list[Look]]:
    """What the articles have for the question as it stands alone; as it was asked where the subject has changed."""
    looks = gathering.looks(asked, question.scope, said=_last(question.history), typed=question.text)
    answered = any(look.draft.statements for look in looks)
    if not guessed(question.text, asked) or (answered and any(map(partial(touches, question.text), _answering(looks)))):
        return asked, looks
    if not answered and tied(question.text, asked, (_shown(hit) for look in looks for hit in look.hits)):
        return asked, looks
    alone = gathering.looks(question.text, question.scope)
    if answered:
        elsewhere = any(touches(question.text, _shown(hit)) for look in alone for hit in look.hits)
        return (question.text, alone) if elsewhere else (asked, looks)
    quotes = [citation.quote for look in alone for citation in look.draft.citations[:1]]
    about = [_shown(hit) for look in alone for hit in look.hits if quotes and quotes[0] in hit.passage.text]
    certain = not quotes or any(speaks_of(question.text, text) for text in about)
    return (question.text, alone) if certain else (asked, looks)


def _answering(looks: Sequence[Look]) -> list[str]:
    """The passages that what is answered rests on."""
    quotes = [citation.quote for look in looks for citation in look.draft.citations]
    return [_shown(hit) for look in looks for hit in look.hits if any(quote in hit.passage.text for quote in quotes)]


def _last(history: Sequence[Turn]) -> str:
    """What was answered last, as it stands in the articles; empty if nothing was."""
    said = next((turn.content for turn in reversed(history) if turn.role == "assistant"), "")
    return re.sub(r"\s*\[\d+\]", "", said)


def _shown(hit: Hit) -> str:
    """A passage with the title it stands under."""
    return f"{hit.metadata.title} {hit.passage.text}"
