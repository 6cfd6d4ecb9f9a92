"""With a language model: the same question in other words."""

import re
from collections.abc import Mapping
from typing import Any

from assistant.expected import expected
from assistant.model import ChatModel, Message
from assistant.terms import words

TASK = """\
You are given one question. Ask the same in other words, as someone would who has not read the article.
Keep every name, number and date as it is. Give no answer. Reply with the new question alone, in one line."""
LONGEST = 300
"""Characters of a reply that are looked at."""


def rephrased(case: Mapping[str, Any], model: ChatModel) -> dict[str, Any] | None:
    """A second draft of an answerable case, in a model's words; None where they cannot be trusted to ask the same.

    Every name and number and the kind of answer have to be kept, and the answer must not be told. ``ModelUnavailable``
    where there is no reply.
    """
    reply = "".join(model.reply([Message("system", TASK), Message("user", case["question"])]))
    question = reply.strip()[:LONGEST].split("\n")[0].strip(' "“”')
    if not _asks_the_same(question, case):
        return None
    return {
        **case,
        "id": f"{case['id']}-p",
        "question": question,
        "tags": ["draft", "paraphrase"],
        "note": f"A model's words for: {case['question']} Check that they ask the same.",
    }


def _asks_the_same(question: str, case: Mapping[str, Any]) -> bool:
    asked = re.sub(r"“.*?”, ", "", case["question"])  # the title of the article need not be repeated
    kept = {word.text for word in words(asked)[1:] if word.number or (word.capital and word.telling)}
    new = {word.stem for word in words(question)} != {word.stem for word in words(case["question"])}
    told = any(answer.lower() in question.lower() for answer in case["answers"])
    alike = _wanted(question) == _wanted(asked)
    return question.endswith("?") and new and not told and alike and kept <= {word.text for word in words(question)}


def _wanted(question: str) -> str:
    """What kind of answer a question asks for; "what number" and "how many" are one."""
    kind = expected(question).kind
    return "amount" if kind in {"amount", "count", "money", "percent", "measure"} else kind
