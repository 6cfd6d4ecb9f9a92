"""Which paragraphs of a saved page are the article's own.

Long because the rules for one paragraph depend on what the others found. A paragraph stays unless something speaks
against it: its own words (furniture.txt), a sign-up beside it, or a heading above it that opens other people's stories.
After such a heading the article goes on only with a paragraph that is about the article and does not tell what the link
above it announces.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise

from index.cleaning.facts import AUTHORS, Facts, dateline, is_house, is_name, read_line
from index.cleaning.furniture import is_weak, opens_tail, pitches, rule_of
from index.cleaning.language import detect_language
from index.cleaning.paragraphs import LIST_ITEM, paragraphs

SENTENCE_END = re.compile(r"[.!?。！？][\"'”’»」』)\]]*$")
CUT_OFF = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])$")
IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]+")
WORDS = re.compile(r"[^\W\d_]{3,}|[A-Z]{2}")
COMMON = re.compile(
    r"the|and|for|with|from|that|this|they|their|have|has|had|was|were|will|would|could|about|into|over|after"
    r"|before|when|what|who|how|its|his|her|our|more|than|not|but|are|can|said|says|new|der|die|das|und|den|dem"
    r"|des|ein|eine|einer|mit|von|für|auf|ist|sich|nicht|auch|als|bei|nach|los|las|del|una|uno|con|por|para|que"
    r"|como|más|sus|les|est|une|dans|pour|sur",
    re.IGNORECASE,
)
"""Words that tell nothing about what a text is about."""
HEAD = 8
"""Paragraphs among which the title and the byline are looked for, if no body comes before."""
FOOT_NOTES = 6
"""Paragraphs at the end among which the authors may be described."""
ABOUT_AUTHOR = re.compile(
    r",? (?:is|was|has been|covers|writes|reports|joined|edits|works|lives|and .{2,40} (?:are|cover)|"
    r"ist|schreibt|berichtet|arbeitet|es (?:una?|el|la)|escribe|cubre|est|écrit|couvre|è|scrive)\b|[，,]"
)
"""How a sentence about somebody who wrote goes on behind the name."""
FOOT = 3
"""Paragraphs at the end that may still hold a byline or an address."""
BOX = 4
"""Paragraphs beside a sign-up that are tried for belonging to it."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The article in a page, and what was left out with the rule that did it."""

    text: str
    """Paragraphs joined by a blank line; no line end within one."""
    facts: Facts
    removed: tuple[tuple[str, str], ...]
    """Paragraph and rule, in the order of the page; what went with an element of HTML is not among them."""


def clean_text(raw: str, *, known: Facts | None = None) -> Cleaned:
    """The article in saved text; ``known`` is what was learnt elsewhere, and wins over what the page says."""
    lines = paragraphs(raw)
    rules: list[str | None] = [rule_of(line) for line in lines]
    head = _head(lines, rules)
    facts = _take_facts(lines, rules, head=head, known=known or Facts())
    facts = _take_title(lines, rules, head=head, facts=facts)
    facts = _take_publisher(lines, rules, head=head, facts=facts)
    _take_company(lines, rules)
    _take_teasers(lines, rules)
    _take_pitches(lines, rules)
    _take_author(lines, rules, author=facts.author or "")
    _take_tail(lines, rules, title=facts.title or "")
    kept = [line for line, rule in zip(lines, rules, strict=True) if rule is None]
    agency = dateline(kept[0]) if kept else None
    text = "\n\n".join(kept)
    facts = _filled(facts, agency or Facts())
    facts = facts if facts.language else replace(facts, language=detect_language(text))
    removed = tuple((line, rule) for line, rule in zip(lines, rules, strict=True) if rule is not None)
    return Cleaned(text, facts, removed)


def is_body(line: str) -> bool:
    """Whether a paragraph reads like one of a story: whole sentences, a dozen words or more."""
    long = len(line.split()) >= 12 or sum(map(len, IDEOGRAPHS.findall(line))) >= 25
    return long and bool(SENTENCE_END.search(line)) and not CUT_OFF.search(line)


def _is_title(line: str) -> bool:
    """Whether a line could be a headline: short, not a list item, and no full stop at its end."""
    ended = line.endswith((".", "。", ",", "，", ";", ":", "："))
    return len(line) <= 200 and len(line.split()) <= 25 and not ended and not LIST_ITEM.match(line)


def _stems(text: str) -> set[str]:
    """Beginnings of the words that tell what a text is about; pairs of characters where words are not parted."""
    words = {word.casefold() for word in WORDS.findall(text) if not COMMON.fullmatch(word)}
    pairs = {a + b for run in IDEOGRAPHS.findall(text) for a, b in pairwise(run)}
    return {word[:6] for word in words if not IDEOGRAPHS.match(word)} | pairs


def _head(lines: Sequence[str], rules: Sequence[str | None]) -> int:
    """Where the head of the page ends: before the second paragraph of body, as the first may be a summary."""
    body = [at for at, line in enumerate(lines[: 4 * HEAD]) if rules[at] is None and is_body(line)]
    if not body:
        return min(HEAD, len(lines))
    return body[1] if len(body) > 1 else min(body[0] + HEAD, len(lines))


def _filled(facts: Facts, more: Facts) -> Facts:
    """The facts, completed by others where they are silent."""
    return Facts(*(getattr(facts, one.name) or getattr(more, one.name) for one in fields(Facts)))


def _take_facts(lines: Sequence[str], rules: list[str | None], *, head: int, known: Facts) -> Facts:
    facts = known
    open_ = [at for at in range(len(lines)) if rules[at] in (None, "published by")]
    edges = {*(at for at in open_ if at < head), *open_[-FOOT:]}
    for at in sorted(edges):
        if told := read_line(lines[at]):
            # A name beside a date is the paper's, unless it is known for the author's.
            own = replace(told, publisher=None) if told.publisher and told.publisher == facts.author else told
            facts = _filled(facts, own)
            rules[at] = "byline"
    return facts


def _take_title(lines: Sequence[str], rules: list[str | None], *, head: int, facts: Facts) -> Facts:
    """The headline, taken out of the text together with the names of site and section above it."""
    free = [at for at in range(len(lines)) if rules[at] is None]
    if facts.title:
        same = [at for at in free[:HEAD] if lines[at].casefold() == facts.title.casefold()]
        for at in same[:1]:
            rules[at] = "title"
        return facts
    body = next((at for at in free if is_body(lines[at])), head)
    candidates = [at for at in free if at < body and _is_title(lines[at])]
    if not candidates or len(free) < 2:
        return facts
    rest = _stems(" ".join(lines[at] for at in free if at >= body or at not in candidates)[:20_000])
    fit = {at: len(_stems(lines[at]) & rest) for at in candidates}
    best = max(fit.values())
    # A paper's name stands before many a headline.
    fits = [at for at in candidates if 2 * fit[at] >= best and not (fit[at] < best and is_house(lines[at]))]
    chosen = fits[0]
    rules[chosen] = "title"
    for at in candidates:
        if at < chosen and len(lines[at].split()) <= 4:
            rules[at] = "above the title"
    return replace(facts, title=lines[chosen])


def _take_publisher(lines: Sequence[str], rules: list[str | None], *, head: int, facts: Facts) -> Facts:
    """The name of the paper, where it stands beside headline or byline and the text does not tell of it."""
    rest = _stems(" ".join(line for line, rule in zip(lines, rules, strict=True) if rule is None and is_body(line)))
    for at in range(min(head, len(lines))):
        beside = {rules[near] for near in (at - 1, at + 1) if 0 <= near < len(lines)}
        above = rules[at] == "above the title" and is_house(lines[at])
        if above or (
            rules[at] in (None, "above the title")
            and beside & {"title", "byline"}
            and len(lines[at].split()) in (2, 3, 4)
            and is_name(lines[at])
            and (is_house(lines[at]) or not _stems(lines[at]) & rest)
        ):
            rules[at] = "byline"
            facts = facts if facts.publisher else replace(facts, publisher=lines[at])
    return facts


def _take_company(lines: Sequence[str], rules: list[str | None]) -> None:
    """Buttons and names of sections and networks, where one stands beside another or beside furniture."""
    weak = [is_weak(line) for line in lines]
    for at, line_is_weak in enumerate(weak):
        if line_is_weak and rules[at] is None:
            beside = [near for near in (at - 1, at + 1) if 0 <= near < len(lines)]
            if any(weak[near] or rules[near] not in (None, "title", "byline", "ornament") for near in beside):
                rules[at] = "navigation"


def _take_teasers(lines: Sequence[str], rules: list[str | None]) -> None:
    """Texts cut off before their age, each with the headline above it."""
    for at in range(len(lines) - 1):
        if rules[at] is None and rules[at + 1] == "age" and CUT_OFF.search(lines[at]):
            rules[at] = "teaser"
            if at and rules[at - 1] is None and _is_title(lines[at - 1]):
                rules[at - 1] = "teaser"


def _take_pitches(lines: Sequence[str], rules: list[str | None]) -> None:
    """What belongs to a sign-up: paragraphs beside it that speak like it, and what stands between two of its parts."""
    for anchor in [at for at, rule in enumerate(rules) if rule == "sign up"]:
        for step in (-1, 1):
            for at in range(anchor + step, anchor + step * (BOX + 1), step):
                if not 0 <= at < len(lines) or (rules[at] is None and not pitches(lines[at], before=step < 0)):
                    break
                if rules[at] is None:
                    rules[at] = "beside a sign up"
    parts = [at for at, rule in enumerate(rules) if rule in ("sign up", "beside a sign up")]
    for left, right in pairwise(parts):
        between = range(left + 1, right)
        if len(between) <= 2 and all(
            _is_list_of_names(lines[at]) or not SENTENCE_END.search(lines[at]) for at in between
        ):
            for at in between:
                rules[at] = rules[at] or "beside a sign up"


def _is_list_of_names(line: str) -> bool:
    """Whether a line only lists names, as of topics to choose from."""
    words = [word for word in line.split() if word[0].isalpha()]
    return line.count(",") >= 3 and sum(word[0].isupper() for word in words) >= 0.7 * len(words)


def _take_author(lines: Sequence[str], rules: list[str | None], *, author: str) -> None:
    """What is said about the authors below the article: their names, and what they do."""
    names = [name for name in AUTHORS.split(author) if len(name) > 3]
    free = [at for at in range(len(lines)) if rules[at] is None]
    for at in free[1:][-FOOT_NOTES:] if names else ():
        said = next((lines[at][len(name) :] for name in names if lines[at].startswith(name)), None)
        if said is not None and (not said.strip() or ABOUT_AUTHOR.match(said)):
            rules[at] = "about the author"


def _take_tail(lines: Sequence[str], rules: list[str | None], *, title: str) -> None:
    """Other people's stories and comments, from their heading to where the article goes on, if it does."""
    tail, announced, telling = None, "", False
    begun = _head(lines, rules)
    headline: set[str] = set()
    told: set[str] = set()
    body: list[str] = []
    for at, line in enumerate(lines):
        if opener := opens_tail(line):
            rules[at] = rules[at] or opener
            if body and not (opener == "comments" and at < begun):
                # Readers' comments are about the article, so that nothing tells them from it: they never end.
                tail, announced, telling = tail if tail == "comments" else opener, "", False
                headline, told = _stems(title), _stems(" ".join(body[-50:]))
        elif rules[at] is not None:
            continue
        elif tail is None:
            if is_body(line):
                body.append(line)
        elif tail == "related" and not telling and _goes_on(lines, rules, at, about=(announced, headline, told)):
            tail = None
            body.append(line)
        else:
            rules[at] = tail
            telling = is_body(line) and bool(announced)
            if _is_title(line) and not is_body(line) and not CUT_OFF.search(line):
                announced = line


def _goes_on(
    lines: Sequence[str], rules: Sequence[str | None], at: int, *, about: tuple[str, set[str], set[str]]
) -> bool:
    """Whether a paragraph tells of what the article told, not of what the link above announces.

    One that shares no word with the link goes on too, if another paragraph follows with no headline between.
    """
    announced, headline, told = about
    stems = _stems(lines[at])
    elsewhere = stems & (_stems(announced) - headline)
    known = bool(stems & headline) and len(stems & (headline | told)) >= 2 and len(elsewhere) < 2
    after = next((lines[below] for below in range(at + 1, len(lines)) if rules[below] is None), "")
    return is_body(lines[at]) and (known or (bool(announced) and not elsewhere and is_body(after)))
