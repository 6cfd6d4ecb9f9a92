"""MTRAG (Katsis et al., 2025), release of 2025: multi-turn questions, from generation tasks or from conversations.

A generation task (``generation_tasks/*.jsonl``) is one turn with all that was said before it: ``input`` ends with the
question, ``contexts`` are the passages, ``targets`` the answer. ``conversations.json`` holds whole conversations, in
which the agent's message carries the contexts of the question before it. The collection made here holds only the
passages that are named: the benchmark's own corpora are in BEIR's format.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from eval.importing.imported import Imported, Line, Pool
from eval.importing.records import Record, files, json_lines, json_whole

ROLES = {"user": "user", "agent": "assistant", "assistant": "assistant"}
ANSWERABLE = {"ANSWERABLE": True, "PARTIAL": True, "UNANSWERABLE": False}


def read(path: Path) -> Imported:
    """All turns that are questions; small talk ("CONVERSATIONAL") and turns nobody has judged are left out."""
    pool, left_out = Pool("mtrag"), Counter[str]()
    questions: list[Line] = []
    for file in files(path, ".jsonl", ".json"):
        for task in json_lines(file) if file.suffix == ".jsonl" else _tasks(file):
            judged = _judged(task)
            relevant = [_pooled(context, pool) for context in _relevant(task.records("contexts"))]
            if judged not in ANSWERABLE:
                left_out[f"turns that are {judged.lower()}" if judged else "turns without an answerability"] += 1
            elif ANSWERABLE[judged] and not relevant:
                left_out["answerable turns without a passage"] += 1
            else:
                questions.append(_case(task, relevant if ANSWERABLE[judged] else []))
    return Imported(pool.articles(), questions, left_out)


def _tasks(file: Path) -> Iterator[Record]:
    """Each question of a file of conversations as the generation task that it is."""
    whole = Record({"conversations": json_whole(file)}, str(file))
    for place, conversation in enumerate(whole.records("conversations"), 1):
        key = conversation.maybe("conversation_id", "id") or f"{file.stem}-{place}"
        messages = conversation.records("messages")
        for number, message in enumerate(messages):
            if message.maybe("speaker") != "user":
                continue
            reply = messages[number + 1 : number + 2]
            marks = message.fields.get("enrichments")
            yield Record(
                {
                    "task_id": f"{key}::{number // 2 + 1}",
                    "input": [dict(said.fields) for said in messages[: number + 1]],
                    "contexts": [dict(context.fields) for said in reply for context in said.records("contexts")],
                    "targets": [dict(said.fields) for said in reply],
                    **(marks if isinstance(marks, dict) else {}),
                },
                message.where,
            )


def _judged(task: Record) -> str:
    """The answerability that annotators gave, "" if they gave none; its key is spelt in two ways."""
    marks = task.texts("Answerability") or task.texts("answerability")
    return marks[0].upper() if marks else ""


def _relevant(contexts: Sequence[Record]) -> list[Record]:
    """The passages that an annotator called relevant, or all where nobody was asked."""
    judged = [context for context in contexts if isinstance(context.fields.get("feedback"), dict)]
    return [context for context in judged if _called_relevant(context.fields["feedback"])] or [
        context for context in contexts if not judged
    ]


def _called_relevant(feedback: dict[str, Any]) -> bool:
    votes = feedback.get("relevant")
    return isinstance(votes, dict) and any(
        isinstance(vote, dict) and vote.get("value") == "yes" for vote in votes.values()
    )


def _pooled(context: Record, pool: Pool) -> str:
    text, title = context.text("text"), context.maybe("title")
    # A passage repeats its title in its first line, where it would count as a sentence.
    body = text.removeprefix(title).strip() if title else text
    return pool.add(body or text, title=title, url=context.maybe("url"))


def _case(task: Record, sources: Sequence[str]) -> Line:
    turns = task.records("input")
    said = [(turn.maybe("speaker"), turn.text("text")) for turn in turns]
    if not said or said[-1][0] != "user" or not all(speaker in ROLES for speaker, _ in said):
        raise task.wrong("'input' must be turns of user and agent, and end with the user's question")
    case: dict[str, Any] = {"id": task.text("task_id"), "question": said[-1][1], "answerable": bool(sources)}
    if len(said) > 1:
        case["history"] = [{"role": ROLES[speaker], "content": text} for speaker, text in said[:-1]]
        case["tags"] = ["follow-up"]
    if sources:
        case["sources"] = list(dict.fromkeys(sources))
        case["references"] = [target.text("text") for target in task.records("targets")]
    return case
