from dataclasses import replace
from datetime import date
from itertools import pairwise

from assistant.composing import Draft, compose
from assistant.reading import Finding
from index.articles import Hit, Metadata, Passage, Sentence


def findings(*articles: tuple[str, date | None]) -> list[Finding]:
    """One finding an article: its last sentence, with its first number as the span."""
    found = []
    for number, (text, published) in enumerate(articles):
        cuts = [0, *(at + 2 for at in range(len(text)) if text[at : at + 2] == ". "), len(text)]
        sentences = tuple(
            Sentence(start, start + len(text[start:end].rstrip()), text[start:end].rstrip())
            for start, end in pairwise(cuts)
        )
        hit = Hit(
            Passage(f"a{number}", 0, 0, len(text), text, sentences), Metadata("T", published=published), 1.0, 0.5, 5.0
        )
        last = sentences[-1]
        start = next((at for at, character in enumerate(last.text) if character.isdigit()), 0)
        span = (start, start + len(last.text[start:].split()[0]))
        before = sentences[-2] if len(sentences) > 1 else None
        found.append(Finding(hit, last, before, "count", span, 1.0 - number / 10, 0.9, ()))
    return found


def test_a_statement_is_a_sentence_of_an_article_word_for_word():
    (best,) = findings(("Rain fell. The plant made 100,000 cars in June.", None))
    draft = compose("How many cars did the plant make?", [best], threshold=0.5)
    (statement,), (citation,) = draft.statements, draft.citations
    assert statement.text == citation.quote == "The plant made 100,000 cars in June."
    assert best.hit.passage.text[citation.start : citation.end] == citation.quote
    assert statement.citations == (1,)
    assert statement.span
    assert statement.text[slice(*statement.span)] == "100,000"


def test_a_sentence_that_leans_brings_the_one_before_it_with_its_own_citation():
    draft = compose("How many?", findings(("The Beijing plant opened. It made 100,000 cars.", None)), threshold=0.5)
    assert [statement.text for statement in draft.statements] == ["It made 100,000 cars.", "The Beijing plant opened."]
    assert [statement.citations for statement in draft.statements] == [(1,), (2,)]


def test_a_plain_question_gets_one_statement_and_a_list_more():
    both = findings(
        ("The plant made 100,000 cars in Beijing.", None), ("Workers fear 3 cold winters without heating.", None)
    )
    assert len(compose("How many cars?", both, threshold=0.5).statements) == 1
    assert len(compose("What are the reasons?", both, threshold=0.5).statements) == 2


def test_the_same_said_twice_is_stated_once():
    both = findings(
        ("The plant made 100,000 cars in Beijing.", None), ("In Beijing the plant made 100,000 cars.", None)
    )
    assert len(compose("What are the reasons?", both, threshold=0.5).statements) == 1


def test_both_sides_of_a_disagreement_are_stated_with_their_dates():
    both = findings(
        ("The plant made 75,000 cars in Beijing.", date(2024, 11, 18)),
        ("The plant made 30,000 cars in Beijing.", date(2024, 8, 1)),
    )
    draft = compose("How many cars did the plant make?", both, threshold=0.5)
    (conflict,) = draft.conflicts
    assert conflict.citations == (1, 2)
    assert all(said in conflict.note for said in ("75,000", "18 November 2024", "30,000", "1 August 2024"))
    assert draft.short is None


def test_what_happened_is_told_in_the_order_of_days_and_numbered_anew():
    both = findings(
        ("Two crews put out 3 fires in the harbour.", date(2024, 5, 2)),
        ("A storm sank 14 boats overnight.", date(2024, 5, 1)),
    )
    draft = compose("What happened at the harbour?", both, threshold=0.5)
    assert [statement.text[:6] for statement in draft.statements] == ["A stor", "Two cr"]
    assert [statement.citations for statement in draft.statements] == [(1,), (2,)]
    assert [citation.number for citation in draft.citations] == [1, 2]
    assert draft.short is None


def test_a_sentence_leans_across_the_border_of_its_passage():
    (one,) = findings(("It made 100,000 cars.", None))
    earlier = Passage("a0", 0, 0, 24, "The Beijing plant opened.", (Sentence(0, 25, "The Beijing plant opened."),))
    moved = Passage("a0", 1, 26, 47, "It made 100,000 cars.", (Sentence(26, 47, "It made 100,000 cars."),))
    one = replace(one, hit=replace(one.hit, passage=moved, before=earlier), sentence=moved.sentences[0])
    draft = compose("How many?", [one], threshold=0.5)
    assert [statement.text for statement in draft.statements] == ["It made 100,000 cars.", "The Beijing plant opened."]


def test_a_joined_draft_numbers_its_citations_through_and_states_nothing_twice():
    first = compose("How many?", findings(("The plant made 100 cars.", None)), threshold=0.5)
    again = compose("How many?", findings(("The plant made 100 cars.", None)), threshold=0.5)
    other = compose("How many?", findings(("A", None), ("Crews put out 3 fires.", None))[1:], threshold=0.5)
    whole = Draft()
    for part in (first, again, other):
        whole.take(part)
    assert [statement.citations for statement in whole.statements] == [(1,), (2,)]
    assert whole.short == "100 cars; 3 fires"
