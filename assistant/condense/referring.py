"""What a pronoun means: the person, company, thing or place of the conversation that it stands for.

Long because the rules for one pronoun fall back on those for another.
"""

# ruff: noqa: E501  a pattern is one line

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.condense.phrases import BEING, DOING, ROLE, Phrase, asked_for, person, phrases, surely_person
from assistant.expected import NAMED, expected, shaped
from assistant.terms import words

_HE = re.compile(r"\b(?:he|him|she|his|her)\b", re.IGNORECASE)
_IT = re.compile(r"\bits?\b(?!\s+(?:is|was|the|a|an)?\s*(?:true|possible|likely|clear)\b)", re.IGNORECASE)
_THEY = re.compile(r"\b(?:they|them|their)\b", re.IGNORECASE)
_THERE = re.compile(
    r"(?<!is )(?<!are )(?<!was )(?<!were )\bthere\b(?!\s+(?:is|are|was|were|any|a|an|been|be)\b)", re.IGNORECASE
)
_THAT = re.compile(
    r"(?<=\bof\s)that(?=\s+(?:came|comes|goes|went|was|is|has|will|would)\b)|(?:(?<=\bis\s)|(?<=\bare\s)|(?<=\bwas\s))(?:that|this)(?=\s+(?:higher|lower|more|less|bigger|smaller|larger|better|worse|cheaper|called|made|based)\b)",
    re.IGNORECASE,
)
_ASKED_ONE = re.compile(
    r"^(?:what|which)\s+([a-z]+)\s+(?:did|does|do|has|have|had|will|would|can|could|is|was)\b", re.IGNORECASE
)
_ATTRIBUTE = re.compile(
    r"^the (?:[a-z]+ )?(?:capacity|price|cost|size|length|height|depth|age|name|number|value|rate|population|speed|range|owner|purpose|budget) of (?=\S)"
)
_ADDED = re.compile(r" \(([^()]+)\)(?=\?$)")
_COMPANY = re.compile(
    r"\b(?:the|that|this)\s+(?:company|firm|group|carmaker|automaker|maker|manufacturer|organi[sz]ation|agency|bank)\b(?!\s+(?:that|which|of)\b)",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"\b(?:plant|factory|museum|school|works|building|bridge|port|library|office|shop|store|station|harbour|harbor|site|festival|fair|park|city|"
    r"town|village|country|island|hospital|court|market|hall|prison|airport|mine|church|university|tower|house|hotel)s?\b",
    re.IGNORECASE,
)

_SECOND = re.compile(
    r"\b(?:and|but|or)\s+(?:who|what|when|where|why|how|which|is|are|was|were|do|does|did|has|have|had|can|will)\b",
    re.IGNORECASE,
)
"""How a second question begins behind the first."""


@dataclass(frozen=True, slots=True)
class Talk:
    """The conversation so far: the last question, standing alone, its answer, and what came before them."""

    asked: str = ""
    said: str = ""
    older: tuple[tuple[str, str], ...] = ()
    """Questions and answers, the latest first."""

    @property
    def spoken(self) -> str:
        """The last question without the topic that was added to it."""
        return _ADDED.sub("", self.asked)

    @property
    def topic(self) -> str:
        """The topic that was added to the last question; empty if none was."""
        found = _ADDED.search(self.asked)
        return found.group(1) if found else ""


def resolved(question: str, talk: Talk) -> str:
    """The question with names and things in the place of its pronouns; those that a name in it explains stay."""
    one_of = re.match(r"^which\s+ones?\b", question, re.IGNORECASE)
    head = re.match(r"^(?:which|what)\s+([a-z]+)\b", talk.spoken, re.IGNORECASE)
    if one_of and head:
        question = f"Which {head.group(1)}{question[one_of.end() :]}"
    for pronoun, antecedent in _RULES:
        match = pronoun.search(question)
        if not match or (pronoun is not _THERE and _explained(question, match.start())):
            continue
        if found := antecedent(question, match, talk):
            question = f"{question[: match.start()]}{_fitting(found, question, match)}{question[match.end() :]}"
    return question[:1].upper() + question[1:]


def _explained(question: str, place: int) -> bool:
    """Whether what comes first in the question explains a pronoun at this place: a name, or a thing asked about before."""
    before = [one for one in phrases(question)[:1] if one.end <= place]
    return any(one.name or _SECOND.search(question[one.end : place]) for one in before)


def _fitting(found: str, question: str, match: re.Match[str]) -> str:
    """An antecedent in the form of the pronoun whose place it takes."""
    said = match.group().lower()
    behind = words(question[match.end() :])
    owns = said in {"his", "its", "their"} or (said == "her" and bool(behind) and behind[0].telling)
    return found + (("’" if found.endswith("s") else "’s") if owns else "")


def _he(_: str, __: re.Match[str], talk: Talk) -> str:
    """The likeliest person, of the last exchange or an earlier one."""
    for asked, said in ((talk.spoken, talk.said), *talk.older):
        wanted = expected(asked)
        if wanted.kind == "person" and (told := person(said, beyond=asked)):
            return told
        if found := person(asked) or person(said):
            return found
        if wanted.kind == "person" and not phrases(said)[:1]:
            continue
        if role := next((one for one in phrases(asked) if not one.name and ROLE.search(one.text)), None):
            return re.sub(r"^the (?:salary|age|name|career|home) of ", "", role.definite)
        if subject := _subject(asked, phrases(asked)):
            return subject
    return ""


def _company(_: str, __: re.Match[str], talk: Talk) -> str:
    """The likeliest company or body: a name that is no person's."""
    for text in (talk.spoken, talk.said):
        for one in phrases(text):
            if one.name and one.text != person(text) and not _placed(text, one):
                return one.text
        for one in phrases(text):
            if one.name and not surely_person(text, one):
                return one.text
    return ""


def _it(question: str, match: re.Match[str], talk: Talk) -> str:
    """The thing that was asked for, asked about, or told of."""
    before = question[: match.start()].rstrip()
    if re.search(r"\bof$", before, re.IGNORECASE) and (
        amounts := [talk.said[slice(*span)] for span in shaped("money", talk.said)]
    ):
        return f"the {amounts[0]}"
    if before.lower().endswith(" of") and match.group().lower() == "that":
        return ""
    if before.lower().endswith(" of") and (head := _ASKED_ONE.match(talk.spoken)):
        return f"the {head.group(1)}"
    own = match.group().lower() == "its"
    verb = (before.split() or [""])[-1].lower()
    behind = question[match.end() :].split()[:1]
    acts = own or (verb in DOING | {"has", "have", "had"} and behind != ["be"])
    if (acts or verb in BEING) and expected(talk.spoken).kind in NAMED and (name := _told(talk)):
        return name
    there = phrases(talk.spoken)
    if acts and (subject := _subject(talk.spoken, there)):
        return subject
    found = next(_things(talk.spoken, there), "") or next(_things(talk.said, phrases(talk.said)), "")
    # It is the plant that was asked about, not its capacity.
    return _ATTRIBUTE.sub("", found)


def _told(talk: Talk) -> str:
    """The name that answered; empty where the answer is a person or what was asked about."""
    for one in phrases(talk.said):
        if one.name or re.search(r"\b[A-Z]", one.text):
            if one.text in talk.spoken or one.inner or surely_person(talk.said, one):
                continue
            if (
                expected(talk.spoken).kind == "person"
                and one.text == person(talk.said)
                and not _NO_PERSON.search(one.text)
            ):
                return ""
            return one.definite
    return ""


_NO_PERSON = re.compile(r"\b(?:the|The|Bank|Ministry|Agency|Company|Group|Commission|Credit|Motors)\b")


def _subject(asked: str, there: Sequence[Phrase]) -> str:
    """The name, of no person, that does what was asked about, or owns it."""
    for one in there:
        if one.name and not one.inner:
            before = asked[: one.start].split()
            if (
                before
                and before[-1].lower() in DOING | BEING | {"who", "what", "which"}
                and not surely_person(asked, one)
            ):
                return one.text
    return ""


def _things(asked: str, there: Sequence[Phrase]) -> Iterator[str]:
    """What "it" may mean, likeliest first: the last thing with an article, its owner left out, then a name."""
    outer = [one for one in there if not one.inner]
    things = [one for one in outer if not one.name and not ROLE.search(one.text)]
    yield from (one.definite for one in reversed(things) if not one.possessed)
    yield from (one.definite for one in reversed(things) if one.possessed)
    names = [one for one in there if one.name and not surely_person(asked, one)]
    yield from (one.text for one in names if not _placed(asked, one))
    yield from (one.text for one in names)


def _they(question: str, match: re.Match[str], talk: Talk) -> str:
    """The many that were asked about, the names that were told together, or a company."""
    verb = (question[: match.start()].split() or [""])[-1].lower()
    if verb in DOING and (subject := _subject(talk.spoken, phrases(talk.spoken))):
        return subject
    if many := asked_for(talk.spoken):
        return many if question[: match.start()].rstrip().lower().endswith("of") else f"the {many}"
    there = phrases(talk.spoken)
    plural = [one for one in there if one.plural]
    if plural:
        return plural[-1].definite
    together = re.search(r"\b[A-Z][\w-]+(?: [A-Z][\w-]+)* and [A-Z][\w-]+(?: [A-Z][\w-]+)*", talk.said)
    if together and not re.search(r"\bhis|her\b", question):
        return together.group()
    return _company(question, match, talk) or next(_things(talk.spoken, there), "")


def _there(question: str, match: re.Match[str], talk: Talk) -> str:
    """The place, with its preposition."""
    bare = question[: match.start()].rstrip().lower().endswith(("from", "to", "near"))
    for text in (talk.spoken, talk.said):
        there = phrases(text)
        sites = [one for one in there if not one.name and not one.inner and _WHERE.search(one.text)]
        placed = [one for one in there if _placed(text, one) and not any(s.start <= one.start < s.end for s in sites)]
        for one in (*reversed(placed), *reversed(sites)):
            if bare:
                return one.definite
            own = re.search(r"\b(in|at|on)\s+$", text[: one.start])
            return f"{own.group(1) if own else 'at'} {one.definite}"
        if inside := [one for one in there if _of_place(text, one)]:
            return inside[-1].text if bare else f"in {inside[-1].text}"
    return ""


def _of_place(text: str, one: Phrase) -> bool:
    """Whether a name is likely a place's: someone is mayor of it, or something happens in it."""
    return one.name and bool(re.search(r"\b(?:in|at|of)\s+$", text[: one.start])) and not surely_person(text, one)


def _placed(text: str, one: Phrase) -> bool:
    """Whether "in" or "at" stands before it, so that it says where."""
    return bool(re.search(r"\b(?:in|at|near|on)\s+$", text[: one.start])) and (
        one.name or bool(_WHERE.search(one.text))
    )


def topic(talk: Talk, *, people: bool) -> str:
    """What the conversation is about, in a few words, a person only if ``people``; empty if nothing can be told."""
    there = [one for one in phrases(talk.spoken) if not one.inner]
    names = [one.text for one in there if one.name]
    named = [one.definite for one in there if not one.name and re.search(r"\b[A-Z]", one.text[1:])]
    if named and _subject(talk.spoken, there) not in names:
        return named[-1]
    if names and names[0] == person(talk.spoken):
        return next(_bodies(talk, names[0]), names[0] if people else "")
    plain = [one.definite for one in there if not one.possessed]
    return next(iter(names), talk.topic or (plain[-1] if plain else asked_for(talk.spoken)))


def _bodies(talk: Talk, besides: str) -> Iterator[str]:
    """The names of the conversation that are likely no person's, the latest first."""
    for text in (text for both in ((talk.spoken, talk.said), *talk.older) for text in both):
        for one in phrases(text):
            if one.name and not one.inner and one.text != besides and not surely_person(text, one):
                yield one.text


Antecedent = Callable[[str, re.Match[str], Talk], str]
_RULES: tuple[tuple[re.Pattern[str], Antecedent], ...] = (
    (_HE, _he), (_COMPANY, _company), (_THEY, _they), (_IT, _it), (_THAT, _it), (_THERE, _there),
)  # fmt: skip
