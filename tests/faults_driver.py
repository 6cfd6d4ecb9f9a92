"""A writer to be killed: run as a script by the fault tests, it forks one life of a collection after another.

Imports are paid for once. Each line on standard input is a JSON object: "folder", "seed", "kill_at" (a point of
``index.killpoints``, or "") and "plan" ("random": change things until killed; or a list of steps). A life opens the
collection, proves every store whole, tells what it saw, and tells of each change before it and when it is acknowledged.
"""

import json
import os
import random
import sys
import traceback
from contextlib import suppress
from pathlib import Path

from index import dense  # noqa: F401  so that no life has to import Chroma
from index.articles import Article, Metadata
from index.backup import back_up
from index.collection import Collection
from index.embedding import HashEmbedder
from index.errors import ArticleUnknown
from index.killpoints import VARIABLE
from index.restore import restore
from index.settings import IndexSettings

EMBEDDER = HashEmbedder(256)
SINGLES = [f"s{n}" for n in range(30)]
MANY = [f"m{n}" for n in range(110)]
"""Changed all at once: 220 changes of Chroma's, so that every fifth time it writes its graph."""


def say(word: str, value: object = None) -> None:
    print(json.dumps([word, value]), flush=True)


def story(name: str, version: int) -> Article:
    text = f"Brook{name} has version{version}. The mill of Number{name} stands on it."
    return Article(name, text, Metadata(f"Story {name}"), f"/stories/{name}.txt")


def version_of(article: Article) -> int:
    return int(article.text.split("version")[1].split(".")[0])


def prove_whole(collection: Collection) -> dict[str, int]:
    """The version of every article; fails unless all stores hold exactly these, each once."""
    seen = {listed.id: version_of(collection.article(listed.id)) for listed in collection.articles()}
    stored = collection._catalog.passages_after(0, 10_000)
    assert sorted(found.passage.article_id for found in stored) == sorted(seen), "each article is there once, and whole"
    for found in stored:
        passage = found.passage
        assert collection.article(passage.article_id).text[passage.start : passage.end] == passage.text
    for index in collection._stores.kept:
        assert index.holds(stored, len(stored)), f"the {index.name} index holds every passage and nothing else"
    for name, version in seen.items():
        found = [hit.passage for hit in collection.retriever.retrieve(f"brook{name} version{version}", 10)]
        assert any((one.article_id, one.text) == (name, story(name, version).text) for one in found), f"{name} is found"
    return seen


def change(collection: Collection, names: list[str], version: int | None) -> None:
    say("begin", [names, version])
    if version is None:
        for name in names:
            with suppress(ArticleUnknown):
                collection.remove(name)
    else:
        collection.add(story(name, version) for name in names)
    say("done")


def live_at_random(collection: Collection, seen: dict[str, int], chance: random.Random) -> None:
    version = max(seen.values(), default=0)
    while True:
        version += 1
        kind = chance.random()
        if kind < 0.25:
            change(collection, MANY, version)
        elif kind < 0.5 and seen:
            name = chance.choice(sorted(seen))
            change(collection, [name], None)
            del seen[name]
            continue
        else:
            name = chance.choice(SINGLES)
            change(collection, [name], version)
            seen[name] = version
            continue
        seen |= dict.fromkeys(MANY, version)


def live(folder: Path, plan: object, chance: random.Random) -> None:
    if plan == "restore":
        say("begin", ["restore", None])
        restore(folder.with_suffix(".zip"), folder, embedder=EMBEDDER, force=True)
        say("done")
    with Collection.open(folder, EMBEDDER, settings=IndexSettings(), write=True, purpose="a life") as collection:
        seen = prove_whole(collection)
        say("seen", seen)
        if plan == "random":
            live_at_random(collection, seen, chance)
        if isinstance(plan, list):
            for names, version in plan:
                change(collection, names, version)
    if plan == "back up":
        back_up(folder, folder.with_suffix(".zip"))


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        if (child := os.fork()) == 0:
            try:
                os.environ[VARIABLE] = order["kill_at"]
                say("pid", os.getpid())
                live(Path(order["folder"]), order["plan"], random.Random(order["seed"]))
            except BaseException:
                say("failed", traceback.format_exc())
                os._exit(1)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        say("over", os.waitstatus_to_exitcode(status))


main()
