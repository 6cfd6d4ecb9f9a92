"""The process in which files are parsed, and the way there and back."""

import os
from dataclasses import asdict
from datetime import date
from functools import cache

from index.cleaning.facts import Facts
from index.isolated import Json, Limits, serve
from index.isolation import Isolation, Overrun, Reason
from index.loading.articles import Part
from index.loading.parsing import parse

STOPPED: dict[Reason, str] = {
    "start": "cannot be parsed, as the process for it does not start. Free some memory, or install Byline again.",
    "time": "takes longer to read than any article. Save its text as a .txt file.",
    "memory": "needs more memory to read than any article. Save its text as a .txt file.",
    "crash": "takes its reader down: it is damaged, or made to do harm. Save its text as a .txt file.",
}
"""What is told of a file whose parser did not come to an end."""
DATES = ("published", "updated")


def parse_confined(content: bytes, kind: str) -> list[Part]:
    """What ``parse`` gives, from a process that may die of it."""
    try:
        reply = _isolation(os.getpid()).call({"kind": kind}, content)
    except Overrun as exc:
        return [Part(trouble=STOPPED[exc.reason])]
    return [_part(found) for found in reply["parts"]]


@cache
def _isolation(_process: int) -> Isolation:
    """One for the process, started when it is first needed; a fork does not share its parent's pipes."""
    return Isolation("index.loading.confined", limits=Limits())


def _part(found: Json) -> Part:
    facts: Json = found["facts"]
    facts |= {name: date.fromisoformat(facts[name]) for name in DATES if facts.get(name)}
    return Part(found["text"], Facts(**facts), found["name"], found["trouble"], found["detail"])


def _reply(request: Json, content: bytes) -> Json:
    parts = [asdict(part) for part in parse(content, request["kind"])]
    for part in parts:
        facts = part["facts"]
        facts |= {name: facts[name].isoformat() for name in DATES if facts.get(name)}
    return {"parts": parts}


if __name__ == "__main__":
    serve(_reply)
