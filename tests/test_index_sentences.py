import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import guess_language, split

# Pieces from which hard text is built: enders, quotes, white space, astral characters, halves of them, NUL.
CRUMBS = st.sampled_from(
    [
        "U.S. ",
        "Dr. ",
        "3. ",
        "1.5 ",
        "He said",
        "it",
        ". ",
        ".",
        "! ",
        "…",
        "...",
        "“",
        "”",
        '"',
        "(",
        ")",
        "\n",
        "\n\n",
        "\r\n\r\n",
        "\t",
        " ",
        "\u00a0",
        "😀",
        "\ud83d",
        "\x00",
        "。",
        "？5",
        "「",
        "」",
        "e\u0301",
        "\u2029",
        "-C. ",
        "iPhone ",
    ]
)


def texts(text: str) -> list[str]:
    return [sentence.text for sentence in split(text)]


@given(st.one_of(st.text(), st.lists(CRUMBS, max_size=60).map("".join)))
def test_every_character_is_in_one_sentence_at_its_exact_offset(text: str):
    sentences = split(text)
    assert all(text[s.start : s.end] == s.text for s in sentences)
    assert all(s.text == s.text.strip() != "" for s in sentences)
    assert all(a.end <= b.start for a, b in pairwise(sentences))
    ends = [0, *(s.end for s in sentences)]
    between = "".join(text[end : s.start] for end, s in zip(ends, sentences, strict=False)) + text[ends[-1] :]
    assert not between.strip(" \t\n-*•‣▪◦·" + "".join(filter(str.isspace, text)))
    assert all("\n\n" not in s.text for s in sentences)


@pytest.mark.parametrize(
    "sentences",
    [
        ["U.S. President Joe Biden spoke.", "He lives in the U.S.", "The rest is known."],
        ["It was No. 5 in the list.", "He said no.", "Then he left."],
        ["Apple Inc. Chief Executive Tim Cook left.", "Xiaomi Inc. rose.", "Shares of BYD Co. fell."],
        ["The $1.6 billion deal grew by 3.5 percent.", "J. K. Rowling wrote about it.", "J.-C. Juncker read it."],
        ["“It is good.”", "He left.", "“Is it so?” he asked.", "“Yes!”"],
        ["Then he left...", "And then … silence.", "Well… maybe."],
        ["It needs the nod of one body (NDRC).", "Then of another."],
        ["Mr. Smith met Dr. Who.", "The talks, incl. tax, took approx. 5 hours."],
        ["Why?", "Because!", "No!!", "Yes?!"],
        ["It opened on Jan. 5 at 9 a.m. in Beijing.", "iPhone sales rose."],
        ["1. First the frost.", "2. Then the snow."],
        [
            "Der 2. Weltkrieg endete am 8. Mai 1945.",
            "Das ist, z. B. für die 3. Liga, von Gewicht.",
            "Es waren 12.",
            "Dann ging er.",
        ],
        ["El Sr. López vive en EE. UU. con la Sra. Gómez.", "¿Qué pasó con el núm. 5?", "¡Nada!"],
        ["他说:“好。”", "3.5亿元。", "U.S. President来了。", "真的吗？", "是的。"],
    ],
)
def test_sentences_end_where_a_reader_would_end_them(sentences: list[str]):
    joined = "".join(sentences) if guess_language("".join(sentences)) == "zh" else " ".join(sentences)
    assert texts(joined) == sentences


def test_a_blank_line_ends_a_sentence_and_a_single_line_break_does_not():
    assert texts("A heading\n\nThe frost\ncame early.\r\n\r\nSnow fell") == [
        "A heading",
        "The frost\ncame early.",
        "Snow fell",
    ]


def test_list_items_on_lines_of_their_own_stand_alone():
    assert texts("- tea\n- milk\n- sugar") == ["tea", "milk", "sugar"]
    assert texts("* tea\n\n• milk") == ["tea", "milk"]


def test_a_list_item_starts_behind_its_bullet_at_its_exact_offset():
    text = "Bring:\n\n- Two eggs. Fresh ones.\n\n- A pan"
    assert [(s.start, s.text) for s in split(text)] == [
        (0, "Bring:"),
        (10, "Two eggs."),
        (20, "Fresh ones."),
        (35, "A pan"),
    ]
    assert all(text[s.start : s.end] == s.text for s in split(text))


@pytest.mark.parametrize("text", ["-5 degrees in May", "*", "- ", "– said he", "3 - 2 = 1", "well - not quite"])
def test_a_dash_that_is_no_bullet_stays(text: str):
    assert texts(text) == [text.strip()]


def test_a_long_quotation_is_cut_into_its_sentences_and_a_short_one_is_not():
    told = [
        "It came at night and nobody in the valley was warned of it.",
        "By dawn half of the wheat was gone (we counted).",
    ]
    short = f"“{' '.join(told)}”"
    assert texts(short) == [short]
    cut = texts(f"He said: “{' '.join(told * 3)}” Then he left.")
    assert cut == [f"He said: “{told[0]}", told[1], *told * 1, told[0], f"{told[1]}”", "Then he left."]


def test_an_unmatched_bracket_does_not_join_what_follows():
    told = [
        "2) The wheat froze.",
        "Nobody had sown oats in the valley that year, since seed was dear and the council had other worries.",
    ]
    told += [
        "The union asked for aid on Monday, and the mayor promised to find some before the summer.",
        "It came late, as ever.",
    ]
    told += [
        "By then the farmers had sold two tractors, a barn and most of the cows that the winter had left them with."
    ]
    assert texts(" ".join(told)) == told


def test_offsets_count_characters_even_behind_emoji():
    last = split("😀 It works. 😀😀 It does. Fine.")[-1]
    assert (last.start, last.end, last.text) == (24, 29, "Fine.")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The frost came early and it is here to stay.", "en"),
        ("Der Frost kam früh und die Ernte ist nicht gut.", "de"),
        ("El frío llegó y los campos del norte están con hielo.", "es"),
        ("寒潮来了。", "zh"),
        ("これはペンです。", "ja"),
        ("", "en"),
    ],
)
def test_the_language_is_guessed_from_script_and_small_words(text: str, language: str):
    assert guess_language(text) == language


@pytest.mark.parametrize("line", ["“" * 200_000, "word " * 200_000, "a" * 1_000_000, "Dr. " * 100_000, "1. " * 100_000])
def test_a_hostile_line_takes_bounded_time(line: str):
    begun = time.perf_counter()
    sentences = split(line)
    assert time.perf_counter() - begun < 10
    assert sum(len(s.text.replace(" ", "")) for s in sentences) == len(line.replace(" ", ""))
