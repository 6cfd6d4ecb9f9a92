"""What is denied, planned, claimed, or said of all: whether a sentence has it so."""

import re
from collections.abc import Iterator, Sequence

from assistant.checking.clauses import alike_to, any_alike, clause_words, clauses_of, is_led
from assistant.checking.roles import exchanged
from assistant.checking.said import DENIED, PLANNED, POSSIBLE, Said, Token
from assistant.checking.wording import wording
from assistant.terms import word_set

_QUANTITIES = tuple(
    word_set(group)
    for group in (
        "all every each whole entire entirely everyone everything always fully completely",
        "most majority mostly mainly largely chiefly primarily principally predominantly",
        "only sole solely exclusively alone",
        "many numerous dozens hundreds thousands millions",
        "both",
        "first",
        "last",
        "largest biggest greatest highest most",
        "smallest lowest fewest least",
        "best",
        "worst",
        "never",
        "unanimously unanimous",
    )
)
QUANTITIES = frozenset().union(*_QUANTITIES)
_PART_OF = re.compile(
    r"(?:%|\b(?:percent|half|third|quarter|fifth|most|some|many|several|few|part|majority)) of (?:the )?"
    r"(all|every|whole|entire)\b"
    r"|\b(?:not|nearly|almost|virtually|practically|hardly) (all|every|always|fully|completely|entirely)\b"
    r"|\b(all|every\w*)(?: \w+)? but\b",
    re.IGNORECASE,
)
"""What is told of a part of all, or of nearly all."""
_NARROWED = word_set("first last only sole any all every largest biggest greatest highest smallest lowest best worst")
"""Words that what stands between them and their noun narrows."""
_ALLEGED = word_set(
    """alleged allegedly alleges allege accused accuse accuses suspected suspects claimed claims claim rumoured rumored
    reportedly unconfirmed denied denies deny believed thought rumours rumors speculation suspicion"""
)
_ALLEGING = re.compile(
    rf"\b(?:{'|'.join(sorted(_ALLEGED))}"
    r"|(?:prosecutors|critics|opponents|plaintiffs|campaigners|rebels) (?:say|said))\b",
    re.IGNORECASE,
)
_ADVERB = re.compile(r"\b(?:allegedly|reportedly|supposedly|purportedly)\b", re.IGNORECASE)
_TOLD = _ALLEGED | word_set("said says say told according reported argued argues stated insisted insists")
# Each of these may be answered by any of its kind, but not by silence.
_DENYING = word_set("not no never cannot nobody none without unable unclear neither nor")
_EXCEPTING = word_set("except excluding excepting barring")
_DOUBTED = re.compile(
    r"\b(?:not|never|cannot|unable to|failed to|refused to|declined to|no)\s+(?:be\s+)?\w+(?:\s+\w+)?\s+"
    r"(?:that|whether|if|when|how)\b"
    r"|\b(?:deny|denied|denies|denying|denial)\b",
    re.IGNORECASE,
)
_UNREAL = re.compile(
    r"\b(?:if|unless|whether|provided that|as long as|in case|would have|had it|wrongly|falsely|untrue|false)\b",
    re.IGNORECASE,
)
_NEAR = 5
"""Words behind first or only among which their noun is."""
_UNDER_WAY = re.compile(r"\b(?:is|are) (?:being \w+|\w+ing)$")
"""A plan that has begun."""
_REAL = ("a fact", "a plan", "a possibility", "a duty")


def turned(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """Words denied in one and not in the other, or opposite to each other."""
    others = [token for source in sources for token in source.tokens]
    every = frozenset().union(*(source.every for source in sources))
    doubted = _touches(said, sources, _DOUBTED)
    if doubted and not said.every & (DENIED | _DENYING):
        yield "what is denied or doubted there is told as a fact"
    if every & _EXCEPTING and not said.every & (_EXCEPTING | _DENYING):
        yield "an exception is left out"
    if said.every & _DENYING and not every & (_DENYING | DENIED) and not _told_by_opposites(said, others):
        yield "it is denied here and not there"
    for token in said.tokens:
        alike = alike_to(token, others)
        opposed = [
            other
            for source in sources
            for other in source.tokens
            if not other.name
            and wording().opposed(token.stem, other.stem)
            and not (wording().converse(token.stem, other.stem) and exchanged(said, token, source, other))
        ]
        if alike:
            against = [(source, other) for source in sources for other in source.tokens if other in opposed]
            both = any(other.stem == one.stem for one in said.tokens for other in opposed)
            if against and not both and _nearer(said, token, against, alike, sources):
                yield f"“{token.text}” is told of something else there"
            if not doubted and all(other.negated != token.negated for other in alike):
                yield f"“{token.text}” is {'denied' if token.negated else 'not denied'} here and not there"
        elif opposed and all(other.negated == token.negated for other in opposed):
            yield f"“{token.text}” is the opposite of “{opposed[0].text}”"


def _told_by_opposites(said: Said, others: Sequence[Token]) -> bool:
    """Whether something is denied by a word for its opposite, or of one that is denied in another way."""
    return any(other.negated or wording().opposed(token.stem, other.stem) for token in said.tokens for other in others)


def _nearer(
    said: Said, token: Token, against: Sequence[tuple[Said, Token]], alike: Sequence[Token], sources: Sequence[Said]
) -> bool:
    """Whether the rest of the statement stands beside the opposite word rather than beside the word itself."""
    rest = {other.stem for other in said.tokens if other is not token}
    beside = max(len(rest & clause_words(source, other.start)) for source, other in against)
    own = max(
        len(rest & clause_words(source, other.start)) for source in sources for other in source.tokens if other in alike
    )
    return beside > own


def unreal(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """Plans, possibilities and claims told as facts, or facts as plans."""
    others = [token for source in sources for token in source.tokens]
    led = {token for source in sources for token in source.tokens if is_led(source, token)}
    for token in said.tokens:
        alike = alike_to(token, others)
        modes = {other.mode for other in alike}
        under_way = _UNDER_WAY.search(said.text[: token.start + len(token.text)]) or token.mode == POSSIBLE
        noun = is_led(said, token) and led.isdisjoint(alike)  # "announced the closure" does not say that it is closed
        if modes and token.mode not in modes and not noun and not (under_way and PLANNED in modes):
            yield f"“{token.text}” is {_REAL[token.mode]} here and {_REAL[min(modes)]} there"
            break
    if not said.every & _TOLD and _touches(said, sources, _ALLEGING):
        yield "what is only claimed there is told as a fact"
    if not said.every & _TOLD and any(_hedged(said, source) for source in sources):
        yield "what is only claimed there is told as a fact"
    if _touches(said, sources, _UNREAL) and not (
        _UNREAL.search(said.text) or any(token.mode == POSSIBLE for token in said.tokens)
    ):
        yield "what depends on a condition there is told without it"


def _hedged(said: Said, source: Said) -> bool:
    """Whether a deed is told that stands right behind allegedly or the like there."""
    behind = {found.end() + 1 for found in _ADVERB.finditer(source.text)}
    stems = {token.stem for token in said.tokens}
    return any(token.start in behind and token.stem in stems for token in source.tokens)


def _touches(said: Said, sources: Sequence[Said], pattern: re.Pattern[str]) -> bool:
    """Whether a statement tells something of the clauses in which a pattern stands, more than who or what it is of."""
    for source in sources:
        under = [clause_words(source, found.end() - 1) for found in pattern.finditer(source.text)]
        free = set().union(*(words for words in clauses_of(source).values() if words not in under))
        if under and len({token.stem for token in said.tokens if not any_alike({token.stem}, free)}) > 1:
            return True
    return False


def overstated(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """All, most, only, first, largest where no source says so."""
    every = frozenset().union(*(source.every - _of_a_part(source) for source in sources))
    for group in _QUANTITIES:
        if (ours := (said.every - _of_a_part(said)) & group) and not every & group:
            yield f"“{min(ours)}” is not said there"


def _of_a_part(source: Said) -> frozenset[str]:
    """Words such as all that a text has only in "20% of all"."""
    found = [word.lower() for pair in _PART_OF.findall(source.text) for word in pair if word]
    return frozenset(
        word for word in found if len(re.findall(rf"\b{word}\b", source.text, re.IGNORECASE)) == found.count(word)
    )


def widened(said: Said, sources: Sequence[Said]) -> Iterator[str]:
    """The first of its kind told as the first of a wider one: "first elected president", but here "first president"."""
    ours = {token.stem for token in said.tokens}
    for word, heads in _narrowed(said):
        there = [its for source in sources for its_word, its in _narrowed(source) if its_word == word]
        for its in there:
            between = next((its[:n] for n, stem in enumerate(its) if heads and stem == heads[0]), [])
            if between and not set(between) <= ours and not any(heads[0] == each[0] for each in there):
                yield f"“{word}” is told of fewer there"


def _narrowed(said: Said) -> Iterator[tuple[str, list[str]]]:
    """Each word such as first, with the stems that follow it."""
    for found in re.finditer(rf"\b(?:{'|'.join(sorted(_NARROWED))})\b", said.text, re.IGNORECASE):
        behind = [token for token in said.tokens if token.start > found.end()][:_NEAR]
        if behind and len(said.text[found.end() : behind[0].start].split()) <= 1:
            yield found[0].lower(), [token.stem for token in behind]
