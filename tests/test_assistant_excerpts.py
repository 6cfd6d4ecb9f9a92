from dataclasses import replace

from assistant.excerpts import excerpts
from assistant.reading import Finding
from index.articles import Hit, Metadata, Passage, Sentence
from index.sentences import split

MATCH = (
    "Wick Town beat Corvino at Quarry Lane on Saturday. The vet headed the equaliser. A plumber scored late. "
    "The guests had rested seven players. The attendance of 3,412 was a record for the ground. Goats keep it short."
)
SENTENCES = split(MATCH)
CUT = SENTENCES[3].start


def hit(first: int, last: int, article: str = "match") -> Hit:
    inside = tuple(one for one in SENTENCES if first <= one.start < last)
    end = inside[-1].end
    return Hit(Passage(article, int(first > 0), first, end, MATCH[first:end], inside), Metadata("Cup"), 1.0, 0.5, 8.0)


BEGINNING, REST = hit(0, CUT), hit(CUT, len(MATCH))


def finding(where: Hit, sentence: Sentence) -> Finding:
    return Finding(where, sentence, None, "count", None, 0.0, 0.5, ())


def words(texts: list[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def read(findings: list[Finding], hits: list[Hit], *, budget: int = 1_000, most: int = 4):
    return excerpts(findings, hits, costs=lambda texts: words(list(texts)), budget=budget, most=most)


def test_what_stands_in_two_passages_of_an_article_is_read_together():
    (one,) = read([finding(REST, SENTENCES[4]), finding(BEGINNING, SENTENCES[0])], [REST, BEGINNING])
    assert one.hit.passage.text == MATCH
    assert all(one.hit.passage.text[at:].startswith(MATCH[start : start + 20]) for start, at in one.places.items())


def test_where_not_all_fits_the_likeliest_sentences_come_with_their_neighbours():
    findings = [finding(REST, SENTENCES[4]), finding(BEGINNING, SENTENCES[0])]
    (one,) = read(findings, [REST, BEGINNING], budget=sum(words([SENTENCES[n].text for n in (0, 3, 4, 5)])))
    assert one.hit.passage.text == " ".join(SENTENCES[n].text for n in (0, 3, 4, 5))
    for sentence in (SENTENCES[0], SENTENCES[4]):
        at = one.places[sentence.start]
        assert one.hit.passage.text[at : at + len(sentence.text)] == sentence.text
    assert SENTENCES[1].start not in one.places


def test_a_single_passage_is_read_as_it_was_retrieved():
    (one,) = read([finding(REST, SENTENCES[4])], [REST], budget=1)
    assert one.hit is REST
    assert one.places[SENTENCES[4].start] == SENTENCES[4].start - CUT


def test_as_many_articles_are_read_as_asked_for_those_of_the_likeliest_findings():
    other = replace(REST, passage=replace(REST.passage, article_id="other"))
    findings = [finding(other, SENTENCES[5]), finding(REST, SENTENCES[4])]
    assert [one.hit.passage.article_id for one in read(findings, [REST, other], most=1)] == ["other"]
    assert read([], [REST]) == []
