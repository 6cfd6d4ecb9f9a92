from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from assistant.answers import Citation, Statement
from assistant.checking import quoted, supported, unsupported

PASSAGE = "Frost came early. The harvest fell by 12% in Kent."
CITED = Citation(1, "a", "Frost", None, None, None, "The harvest fell by 12% in Kent.", 118, 150)


def test_a_quote_must_stand_at_its_offsets_byte_for_byte():
    assert quoted(CITED, PASSAGE, 100)
    assert not quoted(replace(CITED, start=117, end=149), PASSAGE, 100)
    assert not quoted(replace(CITED, quote="The harvest fell by 13% in Kent."), PASSAGE, 100)
    assert not quoted(CITED, PASSAGE, 200)


def test_a_sentence_word_for_word_is_supported():
    assert supported(Statement(CITED.quote, (1,), (20, 23)), {1: CITED})


def test_another_number_or_name_is_not():
    assert unsupported("The harvest fell by 13% in Kent.", [CITED.quote]) == ["13%"]
    assert not supported(Statement("The harvest fell by 12% in Essex.", (1,), None), {1: CITED})


def test_a_statement_without_a_known_citation_or_with_a_wild_span_is_not():
    assert not supported(Statement(CITED.quote, (), None), {1: CITED})
    assert not supported(Statement(CITED.quote, (2,), None), {1: CITED})
    assert not supported(Statement(CITED.quote, (1,), (30, 99)), {1: CITED})


@given(st.text(min_size=1, max_size=60), st.integers(0, 80), st.integers(0, 80))
def test_what_passes_is_always_a_piece_of_the_passage(quote: str, start: int, length: int):
    citation = replace(CITED, quote=quote, start=start, end=start + length)
    assert not quoted(citation, PASSAGE, 0) or PASSAGE[start : start + length] == quote
