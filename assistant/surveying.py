"""Answers that look across articles, or through one, without an LLM: each statement is still an article's sentence.

Long because four kinds of request share how articles are found, grouped and told.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from assistant.answers import Question, Remark, Turn
from assistant.candidates import standing
from assistant.composing import Draft, repeats
from assistant.instructions import addresses_a_model
from assistant.leaning import leans
from assistant.remarks import remark
from assistant.requested import Kind, Request
from assistant.terms import words
from index.articles import Hit, Metadata, Sentence
from index.embedding import Embedder
from index.retrieval import Retriever
from index.scope import Scope

READ = 400
"""Passages looked through for a mention; a collection that has more of them is told to have at least so many."""
_AGAIN = 4
"""How often newer passages are asked for."""
READ_WITHIN = 200
"""The same where a scope is given: retrieval then gives no more."""
LISTED = 20
"""Articles that are listed at most; the rest are counted."""
SAID, LATEST = 6, 5
"""Articles of which something is told."""
SUMMARY = 4
"""Sentences of a summary, the first of the article among them."""
_LONGEST_READ = 120
"""Sentences of an article that its summary is chosen from."""
_ON_TOPIC = 0.6
"""Share of the telling words of what is asked about that an article must have."""
_SPOKEN = 0.2
"""What a sentence that begins with somebody's words loses, as a share of the telling words or a cosine."""
_WHOLE = (6, 60)
"""Words of a sentence that can stand in a summary."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found: the statements, what to say beside them, and why there are none if there are none."""

    draft: Draft = field(default_factory=Draft)
    hits: Sequence[Hit] = ()
    notes: tuple[Remark, ...] = ()
    reason: Remark | None = None


class Surveyor:
    """Looks across a collection."""

    def __init__(self, retriever: Retriever, embedder: Embedder) -> None:
        self._retriever = retriever
        self._embedder = embedder
        self._ways: Mapping[Kind, Callable[[str, Scope | None], Survey]] = {
            "mentions": self._mentions, "said": self._said, "latest": self._latest, "summary": self._summary,
        }  # fmt: skip

    def survey(self, request: Request, question: Question) -> Survey:
        """What the articles within the question's scope have; its history tells which one was last spoken of."""
        scope = question.scope
        if request.about:
            return self._ways[request.kind](request.about, scope)
        if found := self._last_cited(question.history, scope):
            return self._summarised(found, scope)
        return Survey(reason=remark("which_article"))

    def _mentions(self, about: str, scope: Scope | None) -> Survey:
        """Every article that has the words just so, with the first sentence that does; the newest first."""
        about = re.sub(r"^(?:the|an?)\s+(?=\S)", "", about)
        pattern = _verbatim(about)
        hits = self._newest(about, scope, READ, lambda found: _naming(pattern, found)[:LISTED])
        # A search by words that was cut short would have given half of what was asked for, or more.
        few = not scope and sum(hit.lexical > 0 for hit in hits) < READ // 2
        whole = few or len(hits) < (READ_WITHIN if scope else READ)
        naming = {hit.passage.article_id for hit in _naming(pattern, hits)}
        copies = {
            copy.article_id: copy.metadata
            for hit in hits
            for copy in hit.copies
            if hit.passage.article_id in naming
            and (not (scope and scope.articles) or copy.article_id in scope.articles)
        }
        hits = [*hits, *self._of_copies(about, copies, scope)]
        found: dict[str, tuple[Hit, Sentence]] = {}
        for hit in sorted(hits, key=lambda hit: hit.passage.start):
            sentence = next((one for one in _readable(hit) if pattern.search(one.text)), None)
            if sentence is None and pattern.search(hit.metadata.title):
                sentence = next(_readable(hit), None)
            if sentence:
                known = found.setdefault(hit.passage.article_id, (hit, sentence))
                if not pattern.search(known[1].text) and pattern.search(sentence.text):
                    found[hit.passage.article_id] = (hit, sentence)
        if not found:
            return Survey(hits=hits, reason=remark("no_mention", about=about))
        draft = Draft()
        for hit, sentence in sorted(found.values(), key=lambda one: _newest(one[0]))[:LISTED]:
            draft.state(hit, sentence, _span(pattern, sentence))
        return Survey(draft, hits, _counted(about, len(found.keys() | copies), at_least=not whole))

    def _of_copies(self, about: str, copies: Mapping[str, Metadata], scope: Scope | None) -> Iterator[Hit]:
        """The passages of the newest articles that have what other articles were found with."""
        newest = sorted(copies, key=lambda one: (-(copies[one].published or date.min).toordinal(), one))
        for article_id in newest[:LISTED]:
            yield from self._retriever.retrieve(about, 3, scope=replace(scope or Scope(), articles=(article_id,)))

    def _newest(
        self, about: str, scope: Scope | None, limit: int, chosen: Callable[[Sequence[Hit]], Sequence[Hit]]
    ) -> list[Hit]:
        """Passages on a matter, among them the newest: what is newer than those ``chosen`` is asked for again."""
        hits = self._retriever.retrieve(about, limit, scope=scope)
        for _ in range(_AGAIN):
            days = [hit.metadata.published for hit in chosen(hits) if hit.metadata.published]
            if not days or len(hits) < limit:
                return hits
            known = {(hit.passage.article_id, hit.passage.number) for hit in hits}
            newer = self._retriever.retrieve(about, limit, scope=replace(scope or Scope(), published_from=min(days)))
            more = [hit for hit in newer if (hit.passage.article_id, hit.passage.number) not in known]
            if not more:
                return hits
            hits = [*hits, *more]
        return hits

    def _said(self, about: str, scope: Scope | None) -> Survey:
        """The best sentence of each article on a matter, the nearest first, none twice."""
        hits = self._retriever.retrieve(about, 10 * SAID, scope=scope)
        return self._told(about, hits, _by_article(about, hits), most=SAID)

    def _latest(self, about: str, scope: Scope | None) -> Survey:
        """The same of the newest articles, the newest first."""
        hits = self._newest(about, scope, 20 * LATEST, lambda found: _first_newest(about, found)[:LATEST])
        newest = sorted(_by_article(about, hits), key=lambda group: _newest(group[0]))
        told = self._told(about, hits, newest, most=LATEST)
        undated = any(citation.published is None for citation in told.draft.citations)
        note = (remark("undated_last"),) if undated else ()
        return Survey(told.draft, told.hits, note, told.reason)

    def _told(self, about: str, hits: Sequence[Hit], groups: Sequence[Sequence[Hit]], *, most: int) -> Survey:
        draft = Draft()
        for group in groups:
            best = self._best(about, group)
            if best and len(draft.statements) < most and not repeats(draft, best[1].text):
                draft.state(*best, None)
        reason = None if draft.statements else remark("nothing_about", about=about)
        return Survey(draft, hits, (), reason)

    def _best(self, about: str, group: Sequence[Hit]) -> tuple[Hit, Sentence] | None:
        """The sentence of some passages that says most of a matter and can stand alone."""
        wanted = _stems(about)
        every = [(hit, one) for hit in group for one in _readable(hit)]
        # Where only the title has the words, any sentence may be on the matter.
        naming = [both for both in every if wanted & _stems(both[1].text)] or every
        able = [both for both in naming if _stands(both[1])] or [both for both in naming if not leans(both[1].text)]
        if not able:
            return None
        vectors = self._embedder.embed([about, *(one.text for _, one in able)])
        shares = np.array([len(wanted & _stems(one.text)) / len(wanted) for _, one in able])
        spoken = np.array([one.text.lstrip()[:1] in "\"“„«‘'" for _, one in able])
        return able[int((vectors[1:] @ vectors[0] + shares - _SPOKEN * spoken).argmax())]

    def _summary(self, title: str, scope: Scope | None) -> Survey:
        """A summary of the article with that title; of what is no title, what the articles say of it."""
        wanted = _stems(title)
        hits = self._retriever.retrieve(title, 10, scope=scope)
        share = {hit.passage.article_id: len(wanted & _stems(hit.metadata.title)) / max(1, len(wanted)) for hit in hits}
        best = max(hits, key=lambda hit: share[hit.passage.article_id], default=None)
        if best and share[best.passage.article_id] > _ON_TOPIC:
            return self._summarised(best.passage.article_id, scope)
        return self._said(title, scope)

    def _summarised(self, article_id: str, scope: Scope | None) -> Survey:
        """The first sentence of an article and those nearest to all it says, in its order."""
        hits = self._retriever.retrieve("", 200, scope=replace(scope or Scope(), articles=(article_id,)))
        hits.sort(key=lambda hit: hit.passage.start)
        every = {one.start: (hit, one) for hit in hits for one in _readable(hit)}
        able = [both for both in every.values() if _stands(both[1])][:_LONGEST_READ]
        if not able:
            return Survey(hits=hits, reason=remark("no_summary"))
        vectors = self._embedder.embed([one.text for _, one in able])
        central = vectors @ vectors.mean(axis=0)
        chosen = Draft()
        kept: list[int] = []
        for place in (0, *(int(at) for at in np.argsort(-central, kind="stable"))):
            if (
                len(kept) < min(SUMMARY, 1 + len(able) // 3)
                and place not in kept
                and not repeats(chosen, able[place][1].text)
            ):
                chosen.state(*able[place], None)
                kept.append(place)
        draft = Draft()
        for place in sorted(kept):
            draft.state(*able[place], None)
        title = hits[0].metadata.title
        return Survey(draft, hits, (remark("summary", title=title, count=len(kept)),))

    def _last_cited(self, history: Sequence[Turn], scope: Scope | None) -> str | None:
        """The article of which the last answer has a sentence."""
        for turn in reversed(history[-8:]):
            said = re.sub(r"\s*\[\d+\]", "", turn.content[:2_000])
            if turn.role == "assistant" and said:
                for hit in self._retriever.retrieve(said, 5, scope=scope):
                    if any(one.text in said for one in hit.passage.sentences):
                        return hit.passage.article_id
        return None


def _verbatim(about: str) -> re.Pattern[str]:
    """Finds the words just so, whatever their case; a single word in its plural too."""
    said = r"\s+".join(re.escape(word) for word in about.split())
    before, behind = r"(?<!\w)" if about[0].isalnum() and about.isascii() else "", ""
    if about[-1].isalnum() and about.isascii():
        behind = r"(?:s|es)?(?!\w)" if " " not in about else r"(?!\w)"
    return re.compile(before + said + behind, re.IGNORECASE)


def _naming(pattern: re.Pattern[str], hits: Sequence[Hit]) -> list[Hit]:
    """One passage of each article that has the words, the newest first."""
    having = [hit for hit in hits if pattern.search(hit.passage.text) or pattern.search(hit.metadata.title)]
    return sorted({hit.passage.article_id: hit for hit in having}.values(), key=_newest)


def _first_newest(about: str, hits: Sequence[Hit]) -> list[Hit]:
    """One passage of each article that is on a matter, the newest first."""
    return sorted((group[0] for group in _by_article(about, hits)), key=_newest)


def _span(pattern: re.Pattern[str], sentence: Sentence) -> tuple[int, int] | None:
    found = pattern.search(sentence.text)
    return found.span() if found else None


def _readable(hit: Hit) -> Iterator[Sentence]:
    """The sentences of a passage that are written for people."""
    return (one for one in standing(hit.passage) if not addresses_a_model(one.text))


def _stands(sentence: Sentence) -> bool:
    """Whether a sentence can stand in a summary: it is whole and needs none before it."""
    size = len(sentence.text.split())
    ends = sentence.text.rstrip("”\"' )")[-1:] in ".!。！" or not sentence.text.isascii()
    return _WHOLE[0] <= size <= _WHOLE[1] and ends and not leans(sentence.text)


def _stems(text: str) -> set[str]:
    return {word.stem for word in words(text) if word.telling}


def _by_article(about: str, hits: Sequence[Hit]) -> list[list[Hit]]:
    """The hits that are on a matter, those of one article together, the best first."""
    wanted = _stems(about)
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(hit.passage.article_id, []).append(hit)
    return [
        group
        for group in groups.values()
        if wanted
        and len(wanted & _stems(" ".join([group[0].metadata.title, *(hit.passage.text for hit in group)])))
        >= _ON_TOPIC * len(wanted)
    ]


def _newest(hit: Hit) -> tuple[int, str]:
    """Sorts the newest first and what has no date last; the article's id settles the rest."""
    published = hit.metadata.published or date.min
    return -published.toordinal(), hit.passage.article_id


def _counted(about: str, count: int, *, at_least: bool) -> tuple[Remark, ...]:
    """How many articles there are, and that not all are listed."""
    kind = "mentions_at_least" if at_least else "mention" if count == 1 else "mentions"
    shown = (remark("newest_listed", count=LISTED),) if count > LISTED else ()
    return remark(kind, about=about, count=count), *shown
