"""A plain English sentence taken apart, so that a question can be put together from its own words.

Only what can be told apart safely is: who or what, the verb, the rest. Everything else gives None, because a draft that
is not a sentence costs its reader more than one that is missing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.expected import shaped
from assistant.terms import word_set

IsName = Callable[[str], bool]
"""Whether a word is written with a capital wherever it stands."""

_VERBS = """
    accept:accepted add:added agree:agreed allow:allowed announce:announced approve:approved ask:asked become:became
    begin:began bring:brought build:built burn:burned buy:bought call:called carry:carried catch:caught cause:caused
    choose:chose close:closed come:came complete:completed count:counted create:created decide:decided
    decline:declined deliver:delivered describe:described develop:developed discover:discovered do:did double:doubled
    draw:drew drive:drove drop:dropped earn:earned employ:employed end:ended enter:entered expect:expected fall:fell
    fight:fought find:found finish:finished follow:followed found:founded give:gave go:went grow:grew help:helped
    hire:hired hold:held house:housed increase:increased introduce:introduced invent:invented invest:invested
    join:joined keep:kept kill:killed launch:launched lead:led leave:left lend:lent lose:lost make:made meet:met
    mend:mended move:moved need:needed offer:offered open:opened order:ordered own:owned pay:paid plan:planned
    play:played pledge:pledged produce:produced promise:promised propose:proposed publish:published raise:raised
    reach:reached receive:received record:recorded refuse:refused reject:rejected release:released remove:removed
    replace:replaced report:reported rescue:rescued return:returned reveal:revealed run:ran save:saved see:saw
    sell:sold send:sent settle:settled show:showed sign:signed sink:sank sit:sat speak:spoke spend:spent stand:stood
    start:started stop:stopped take:took tell:told travel:travelled unveil:unveiled visit:visited vote:voted
    want:wanted warn:warned win:won work:worked write:wrote
"""
_PAST = {past: base for base, past in (pair.split(":") for pair in _VERBS.split())}
_PRESENT = {
    f"{base}s": base for base in word_set("need want expect employ produce sell build own hold begin start lead cost")
}
_MODALS = word_set("will would can could may might must should")
_BEING = word_set("is are was were")
_HAVING = {"has": "does", "have": "do", "had": "did"}
_PARTICIPLES = word_set(
    """been become begun broken brought built bought caught chosen come cut done drawn driven fallen felt fought found
    given gone grown had held kept known led left lent lost made met paid put read risen run said seen sent set shown
    sold spent spoken stood sunk taken told thought won worn written"""
)
_ADVERBS = word_set("already also always just long never not now often once only since still then yet")
_UNCLEAR_SUBJECT = word_set(
    """he she it they we i you this that these those there here who whom which what whose when where whether if as
    than because while although but or so both other others another such same latter
    former one its his her their our my your"""
)
_PREPOSITIONS = word_set("for in on at by to with from under over after before until since during between among as")
_UNCLEAR_REST = re.compile(
    r"\b(?:I|we|us|our|my|me|you|your|he|she|it|they|him|them|this|these|those|there|here|such|same|former|latter|"
    r"either|yesterday|today|tomorrow|tonight|ago|now|last|next|the purpose|(?:of|in|at|for|by|to|with) that)\b",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[\"“”„«»‹›:;()\[\]?!…]|[—–]| -|\.(?!\d)\S*\w")
_LEAD = re.compile(r"(?P<lead>(?:In|On|By|Since|During|From) [^,]{2,30}?),? (?=(?:the|a|an|[A-Z]|\d))")


@dataclass(frozen=True, slots=True)
class Clause:
    """Subject, verb and what follows; ``ask`` is what a question puts before the subject, ``then`` what after it."""

    lead: str
    """A time before the subject, such as "In June 2024", or ""."""
    subject: str
    verb: str
    ask: str
    then: str
    """The verb's plain form where ``ask`` took its place ("did … sell"), else ""."""
    rest: str


def clause(sentence: str, is_name: IsName, *, is_time: Callable[[str], bool]) -> Clause | None:
    """The main clause of a sentence that one can ask about, without what follows a comma."""
    if not sentence.endswith(".") or _MARKS.search(sentence[:-1].replace("U.S.", "US")) or sentence[0].isdigit():
        return None
    body, lead = sentence[:-1], ""
    if (found := _LEAD.match(body)) and is_time(found["lead"].split(" ", 1)[1]):
        lead, body = found["lead"], body[found.end() :]
    tokens = body.split(" ")
    for place, token in enumerate(tokens[:8]):
        if place and (verb := _verb(token, tokens[place + 1 :])):
            subject, rest = tokens[:place], _first_part(" ".join(tokens[place + 1 :]))
            if not _clear(subject) or _UNCLEAR_REST.search(rest) or not rest:
                return None
            first = subject[0] if is_name(subject[0]) else subject[0][0].lower() + subject[0][1:]
            return Clause(lead, " ".join([first, *subject[1:]]), token, *verb, rest)
    return None


def _verb(word: str, after: list[str]) -> tuple[str, str] | None:
    """What a question says before the subject and after it, if this word is a verb in a form that is known."""
    following = next((later.rstrip(",") for later in after if later not in _ADVERBS), "")
    if word in _MODALS or word in _BEING:
        return word, ""
    if word in _HAVING:
        perfect = following.endswith("ed") or following in _PARTICIPLES
        return (word, "") if perfect else (_HAVING[word], "have")
    if word in _PAST and not (word == "did" and after[:1] == ["not"]):
        return "did", _PAST[word]
    return ("does", _PRESENT[word]) if word in _PRESENT else None


def _first_part(rest: str) -> str:
    """What follows a verb, up to a comma or to a second verb: "opened in May and has grown since" ends at May."""
    first, *parts = rest.split(", ", 1)[0].split(" and ")
    for part in parts:
        if any(_verb(word, []) or word.endswith("ed") for word in part.split(" ")[:6]):
            break
        first += f" and {part}"
    return first


def _clear(subject: list[str]) -> bool:
    """Whether these words can be a whole subject that means something outside its article."""
    lowered = [word.lower() for word in subject]
    return (
        len(subject) <= 7
        and not subject[0][0].isdigit()
        and not any("," in word for word in subject)
        and not _UNCLEAR_SUBJECT & set(lowered)
        and lowered[0] not in _PREPOSITIONS
        and lowered[-1] not in {"of", "and", "the", "a", "an", "to", "in", "for"}
        and not any(word in _PAST or word in _PREPOSITIONS - {"for", "in"} for word in lowered)
    )


_SAID_OF = re.compile(
    r"(?P<name>[A-Z][\w-]+(?: [A-Z][\w-]+)+), (?P<what>(?:who [a-z]+|the|an?) [^,;()]+?)(?:, (?!and|or)|\.$)"
)
_NO_ROLE = re.compile(
    r"\b(?:other|most|[A-Z]\w+$)|^the (?:[\w-]+ )*?[a-z]+s (?:in|of|at|for)\b|^(?!.* (?:of|for|in|at)\b)"
)
"""Words after a name that are more likely the next thing of a list than what the person is."""


def said_of(sentence: str) -> tuple[str, str] | None:
    """A person and what a sentence says of them between commas: ("Ole Brandt", "who runs a study circle")."""
    found = _SAID_OF.search(sentence)
    if not found or found.span("name") not in shaped("person", sentence) or _UNCLEAR_REST.search(found["what"]):
        return None
    words = found["what"].split(" ")
    if words[0] != "who" and (_NO_ROLE.search(found["what"]) or any(_verb(word, []) for word in words)):
        return None
    return found["name"], found["what"]


def counted(sentence: str) -> str:
    """What a sentence that begins with a number says, without what follows a comma; "" where that is not clear."""
    body = sentence[:-1].split(", ", 1)[0]
    if not sentence.endswith(".") or _MARKS.search(body) or _UNCLEAR_REST.search(body):
        return ""
    return body if any(_verb(token, []) for token in body.split(" ")[2:5]) else ""
