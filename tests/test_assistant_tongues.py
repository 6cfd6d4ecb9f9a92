import pytest

from assistant.expected import expected
from assistant.tongues import framed, tongue


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Wann wird die Bibliothek eröffnet?", "date"),
        ("Seit wann gab es keine Wölfe mehr?", "date"),
        ("An welchem Tag ist Ruhetag?", "date"),
        ("Wer hat das Haus entworfen?", "person"),
        ("Wo liegt Falkenau?", "place"),
        ("Und was kostet wie viel Geld?", "amount"),
        ("Warum kam die Fähre zu spät?", "reason"),
        ("Wie viele Schafe sind verloren?", "count"),
        ("Wie lange dauert die Fahrt?", "duration"),
        ("¿Cuándo llegará el tranvía?", "date"),
        ("¿Quién dirigirá las obras?", "person"),
        ("¿Dónde está el museo?", "place"),
        ("¿Por qué protestan los taxistas?", "reason"),
        ("¿Cuántas piezas tiene la colección?", "count"),
        ("cuantos libros lleva el barco", "count"),
        ("quien compro el barco", "person"),
    ],
)
def test_what_a_german_or_spanish_question_asks_for_is_understood(question: str, kind: str):
    assert expected(framed(question)).kind == kind


def test_what_the_question_is_about_stays_as_the_articles_write_it():
    assert framed("Wann öffnet das Hafenbad?") == "When öffnet the Hafenbad?"
    assert framed("¿Por qué protestan los taxistas?") == "Why protestan the taxistas?"


@pytest.mark.parametrize(
    "question",
    [
        "Was the plant sold?",
        "Was it late?",
        "Was Tesla born in 1856?",
        "Was anyone hurt?",
        "War and peace: who wrote it?",
        "Como scored how many goals?",
        "When was Die Zeit founded?",
        "Who is Como's mayor?",
        "How many people live in Las Vegas?",
        "它的馆长是谁？",
        "Qui est le maire ?",
        "",
        "?",
    ],
)
def test_a_question_in_any_other_language_stays_as_it_is(question: str):
    assert not tongue(question)
    assert framed(question) == question
