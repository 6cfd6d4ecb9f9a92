import pytest

from assistant.another import another

COMPANIES = "Velora Lines carried 412,000 people. Its rival Halden carried 287,500."


@pytest.mark.parametrize(
    ("question", "sentence", "missing"),
    [
        ("How long does the east ferry need?", "The north ferry needs 25 minutes.", "east ferry"),
        ("How many does the night ferry hold?", "The north ferry holds 240.", "night ferry"),
        ("What was lent in its first year?", "In its first three months it lent 9,800 packets.", "first year"),
        ("Who ran the second phase?", "The third phase was run by Dana Holm.", "second phase"),
        ("How high is the old bridge?", "The new bridge is 40 metres high.", "old bridge"),
    ],
)
def test_a_sentence_on_another_thing_of_the_kind_lacks_the_one_asked_about(question: str, sentence: str, missing: str):
    assert another(question, sentence) == missing


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How long does the south ferry need?", "The south ferry needs 40 minutes, the north ferry 25."),
        ("How long does the ferry need?", "The north ferry needs 25 minutes."),
        ("Who is the new harbour master?", "Greta Solheim is the next harbour master."),
        ("What lies in the north part?", "The northern part is hilly."),
        ("What was lent in its first year?", "It lent 9,800 packets."),
        ("What was lent in its first year?", "In its first year it lent 30,000 packets, in its first week 2,100."),
        ("", ""),
    ],
)
def test_a_sentence_that_may_be_on_the_same_thing_lacks_nothing(question: str, sentence: str):
    assert another(question, sentence) is None


def test_a_sentence_told_of_another_name_is_not_about_the_one_that_the_passage_has_elsewhere():
    asked = "How many people did Halden carry?"
    first, second = "Velora Lines carried 412,000 people.", "Its rival Halden carried 287,500."
    assert another(asked, first, around=COMPANIES) == "Halden"
    assert another(asked, second, around=COMPANIES) is None
    assert another(asked, first, around=first) is None  # no passage tells of Halden: other checks see to that
    assert another("Who carried more than Halden?", first, around=COMPANIES) is None  # asks for a name
    assert another("How many people were carried in Halden?", first, around=COMPANIES) is None  # a place


def test_a_sentence_on_another_place_is_not_about_the_one_asked_about():
    asked, said = "How many patients will dentists in Harnham take?", "The practice in Port Oke will take 600 patients."
    assert another(asked, said) == "Harnham"
    assert another(asked, said, title="Dentists open their books in Harnham") is None
    assert another(asked, "The practice will take 600 patients.") is None
    assert another(asked, "The practice in Harnham, not the one in Port Oke, will take 600.") is None
    assert another("Where in Harnham is the practice?", said) is None  # asks for a place
    assert another("How many patients did it take in March?", said) is None
    assert another(asked, "The practice, built in English style, will take 600.") is None
