"""What a question or an answer speaks of: names and things, with what is told of them, found by a few rules."""

# ruff: noqa: E501  a pattern is one line

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.expected import shaped
from assistant.terms import MONTHS, STOPWORDS, word_set

_TOKEN = re.compile(r"[$€£]?\d[\w.,%]*\w|[^\W_](?:[\w&.-]*\w)?|[^\w\s]")
_DETERMINERS = word_set("the a an its their his her this that these those")
_POSSESSED = word_set("its their his her")
_ATTACHING = word_set("of in at over near between on with from against for about")
DOING = word_set("did does do will would can could should may might must shall")
BEING = word_set("is are was were has have had be been")
VERBS = word_set(
    """go went gone get got gets make makes made take took taken cost costs mean say says said own open opens start starts
    launch happen happened sell sells sold buy bought produce build built plan want wants need needs work come came
    begin began end use look looks give gave given spend spent check target targets earn win won lose lost fall fell rise
    rose decide approve reopen put reach become became keep kept run runs lead led leave left pay paid bring brought pass
    receive expect offer describe tell told think hold held stand stood bear born grow grew lie help carry think meet met
    show shown call affect involve belong join move cause remain learn set send sent cut hit live lives die died sue find
    found know known add see saw seen hope ban bans blame support oppose raise lower announce report reject agree reply
    change play serve stay turn follow follows stop create speak spoke read allow wait consider appear contain include continue
    develop choose rescue save compare write written wrote drive driven eat arrive depart replace lend try turn describe
    went strikes invest hire fire burn burns break breaks broke shut catch blow save""",
)  # Nouns of the same form, such as plant and report, follow an article more often than not.
_ROLES = (
    r"\b(?:CEO|chief(?: executive)?|founder|co-founder|president|chair(?:man|woman|person)?|minister|director|head|mayor|Mr|Mrs|Ms|Dr|"
    r"executive|spokes\w+|analyst|author|judge|captain|manager|owner|leader|professor|queen|king|teacher|lawyer)\b"
)
ROLE = re.compile(_ROLES, re.IGNORECASE)
_ROLE_BEFORE = re.compile(_ROLES + r"(?:\s+of\s+\S+)?,?\s*$", re.IGNORECASE)
_SPEAKING = re.compile(
    r"^,?\s+(?:said|says|say|admitted|announced|told|confirmed|added|explained|wrote|argued|thinks?)\b", re.IGNORECASE
)
_SPOKEN = re.compile(r"\b(?:said|says|according to|by)\s+$", re.IGNORECASE)
_NOT_PEOPLE = re.compile(
    r"\b(?:Inc|Corp|Ltd|Group|Company|Commission|Ministry|Department|Association|Bank|University|Post|Times|News|Agency|Court|Congress|Act|Party|"
    r"Motors?|Semiconductor|Instruments|Air|Airlines|Electronics|Technolog\w+|Systems|Energy|Road|Street|Union|Republic|States|Kingdom|Office|The)\b"
)
_EDGE = re.compile(
    r"(?:the )?(?:end|close|start|beginning|middle|turn) of (?:the |this |last |next )?(?:\w+ )?(?:year|month|decade|century|quarter|week|(?:1\d|20)\d\d)"
)
_ASKED_HEAD = re.compile(
    r"\b(?:how many|which|what)\s+((?:[a-z][\w-]*\s+){0,2}?[a-z][\w-]*s)\b(?<!ss)(?<!was)(?<!does)(?<!is)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A name or thing where it stands in a text."""

    text: str
    start: int
    end: int
    name: bool
    """Whether it is a name and nothing else."""
    inner: bool = False
    """Whether it belongs to what stands before it, as Bonn to the bridge in Bonn."""

    @property
    def definite(self) -> str:
        """The phrase as what is known by now is called: "a plant" and "its plant" are "the plant"."""
        first, _, rest = self.text.partition(" ")
        return f"the {rest}" if rest and first.lower() in _DETERMINERS else self.text

    @property
    def possessed(self) -> bool:
        """Whether a pronoun says whose it is."""
        return self.text.partition(" ")[0].lower() in _POSSESSED

    @property
    def plural(self) -> bool:
        """Whether it is many of a kind."""
        core = re.split(rf"\s(?:{'|'.join(_ATTACHING)})\s", self.text)[0]
        return not self.name and bool(re.search(r"(?:[^siu]s|ies|people|children|men|women)$", core))


def phrases(text: str) -> list[Phrase]:
    """The names and things of a text in their order; times are none."""
    tokens = list(_TOKEN.finditer(text))
    last = _last_verb(tokens)
    found: list[Phrase] = []
    place = 0
    while place < len(tokens):
        end = _extent(tokens, place, last)
        if end == place:
            place += 1
            continue
        core = end
        if (owned := _owned(tokens, end)) > end:
            found.append(_phrase(text, tokens, (place, owned)))
        while (
            end < len(tokens) - 1
            and tokens[end].group() in _ATTACHING
            and not found_time(text, tokens[end + 1].start())
        ):
            further = _extent(tokens, end + 1, last)
            if further == end + 1:
                break
            if tokens[place].group()[0].isupper() and _is_name(tokens, place, core) and tokens[end].group() != "of":
                break
            further = _owned(tokens, further)
            found_inner = _phrase(text, tokens, (end + 1, further), inner=True)
            found.append(found_inner)
            end = further
        whole = _phrase(text, tokens, (place, end))
        found.append(whole)
        place = end
    kept = [one for one in found if not found_time(text, one.start) and len(one.text) > 1]
    return sorted(kept, key=lambda one: (one.start, -one.end))


def found_time(text: str, start: int) -> bool:
    """Whether a time begins at an offset, or one word behind it."""
    if _EDGE.match(text, start):
        return True
    return any(start <= begin <= start + 4 for begin, _ in shaped("date", text))


def asked_for(question: str) -> str:
    """The many that a question asks for, as "scooters" in "how many scooters"; empty where it asks for none."""
    found = _ASKED_HEAD.search(question)
    return found.group(1) if found else ""


def person(text: str, *, beyond: str = "") -> str:
    """The likeliest person in a text, other than those named in ``beyond``; empty where none is."""
    best, most = "", 0
    for one in phrases(text):
        if not one.name or one.text in beyond or _NOT_PEOPLE.search(one.text) or one.text.isupper():
            continue
        if any(char.isdigit() for char in one.text):
            continue
        weight = 2 * (2 <= len(one.text.split()) <= 3) + surely_person(text, one)
        if weight > most:
            best, most = one.text, weight
    return best


def surely_person(text: str, one: Phrase) -> int:
    """How much beside a name tells that it is a person's: a role, or that someone speaks."""
    before, behind = text[max(0, one.start - 40) : one.start], text[one.end :]
    spoken = bool(_SPEAKING.match(behind)) or bool(_SPOKEN.search(before))
    return 2 * bool(_ROLE_BEFORE.search(before)) + spoken + bool(re.match(r",? \d\d,|,? (?:who|aged)\b", behind))


def _phrase(text: str, tokens: Sequence[re.Match[str]], extent: tuple[int, int], *, inner: bool = False) -> Phrase:
    first, end = extent
    start, stop = tokens[first].start(), tokens[end - 1].end()
    role = re.match(_ROLES + r"\s+(?=[A-Z])", text[start:stop], re.IGNORECASE)
    start += role.end() if role else 0
    return Phrase(text[start:stop], start, stop, _is_name(tokens, first, end), inner)


def _is_name(tokens: Sequence[re.Match[str]], first: int, end: int) -> bool:
    words = [one.group() for one in tokens[first:end]]
    if words[0].lower() in _DETERMINERS and words[0] != "The":
        words = words[1:]
    if ROLE.fullmatch(words[0]) and len(words) > 1:
        return False
    return all(
        word[0].isupper() or word[0].isdigit() or word in {"of", "the", "and", "for", "de", "&"} for word in words
    )


def _last_verb(tokens: Sequence[re.Match[str]]) -> int:
    """The place of the verb that a question with "did" or "will" ends with; one past the end where it has none."""
    words = [one.group() for one in tokens if one.group()[0].isalnum()]
    asks = any(word.lower() in DOING for word in words[:6])
    if not asks or not words or not words[-1].islower() or any(word in VERBS for word in words[:-1]):
        return len(tokens)
    if words[-2:-1] and words[-2].lower() in _DETERMINERS | _ATTACHING:
        return len(tokens)  # "its furnace" ends with a noun
    return max(place for place, one in enumerate(tokens) if one.group() == words[-1])


def _extent(tokens: Sequence[re.Match[str]], first: int, last: int) -> int:
    """The place behind the name or thing that begins at a token; the token's own where none begins."""
    word = tokens[first].group()
    place = first
    if word.lower() in _DETERMINERS:
        place += 1
    elif not _capital(tokens, first):
        return first
    begin = place
    while (
        place < len(tokens)
        and place != last
        and place - begin < (8 if tokens[begin].group()[0].isupper() else 5)
        and _belongs(tokens, begin, place)
    ):
        place += 1
    if place == begin:
        return first
    return place


def _owned(tokens: Sequence[re.Match[str]], end: int) -> int:
    """The place behind what a name owns, as the plant in "Velora's plant"; the name's own end where it owns nothing."""
    if [one.group() for one in tokens[end : end + 2]] not in (["'", "s"], ["’", "s"]):
        return end
    place = end + 2
    while place < len(tokens) and place < end + 5 and _common(tokens[place].group()):
        place += 1
    return place if place > end + 2 else end


def _common(word: str) -> bool:
    """Whether a word can be one of a thing's: in lower case, no verb and none that joins words."""
    return word.isalpha() and word.islower() and word not in STOPWORDS | VERBS


def _belongs(tokens: Sequence[re.Match[str]], begin: int, place: int) -> bool:
    """Whether a word carries on the name or thing that began before it."""
    word = tokens[place].group()
    before = tokens[place - 1] if place else None
    if not word[0].isalnum():
        return False
    if word[0].isupper():
        return _capital(tokens, place) or (word == "The" and place > begin)
    if place > begin and word in {"of", "and"} and before and before.group()[0].isupper():
        follows = place + 1 < len(tokens) and _capital(tokens, place + 1)
        within = "of" in (one.group() for one in tokens[begin:place])  # Ministry of Trade and Industry
        return follows and not ROLE.fullmatch(before.group()) and (word == "of" or within)
    named_only = all(one.group()[0].isupper() for one in tokens[begin:place]) and begin < place
    if named_only and (begin == 0 or tokens[begin - 1].group().lower() not in _DETERMINERS):
        return word[0].isdigit()  # a bare name ends with its last capital
    lowered = word.lower()
    if lowered in STOPWORDS or (lowered in VERBS and place > begin) or word.isdigit():
        return False
    return not (place > begin and lowered.endswith("ed"))


def _capital(tokens: Sequence[re.Match[str]], place: int) -> bool:
    """Whether a word has the capital of a name and not of a beginning, a month or a day."""
    word = tokens[place].group()
    lowered = word.lower()
    if not word[0].isupper() or lowered in MONTHS or lowered.endswith("day") or word == "I":
        return False
    return lowered not in STOPWORDS or (word in {"US", "IT", "WHO"})
