from pathlib import Path

import pytest

from assistant.crossencoder import CrossEncoder
from assistant.meaning import Meaning
from assistant.reading import FeatureReader
from assistant.reranking import Reranker
from assistant.vocabulary import Vocabulary
from index.articles import Hit, Metadata, Passage
from index.embedding import MiniLM
from index.errors import ModelFileWrong
from index.sentences import split

PLANT = (
    "The van maker Corrie opened its second plant in Leith on Monday. The plant cost 80 million euros and can make "
    "15,000 vans a year. It was built in two years by a firm from Oban. A third plant is planned, said its "
    "director Ida Muir."
)
HARBOUR = "The harbour of Leith was dredged in spring. Fishing boats may land there again from 4 May, the council said."


def hit(text: str, article: str, title: str) -> Hit:
    return Hit(Passage(article, 0, 0, len(text), text, split(text)), Metadata(title), 1.0, 0.5, 8.0)


HITS = [hit(PLANT, "plant", "Corrie opens a plant"), hit(HARBOUR, "harbour", "Boats may land again")]


def reader(**options: Path) -> Reranker:
    embedder = MiniLM()
    return Reranker(FeatureReader(Vocabulary(), Meaning(embedder)), CrossEncoder(embedder), **options)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What did Corrie's second plant cost?", "80 million euros"),
        ("How many vans can the plant make?", "15,000"),
        ("Who is the director of Corrie?", "Ida Muir"),
        ("When may boats land in Leith again?", "4 May"),
    ],
)
def test_the_sentence_and_the_words_that_answer_come_first(question: str, words: str):
    findings = reader().read(question, HITS)
    best = findings[0]
    assert best.span
    assert words in best.sentence.text[slice(*best.span)]
    assert [one.score for one in findings] == sorted((one.score for one in findings), reverse=True)
    assert all(0 < one.probability < 1 for one in findings)


def test_an_answer_is_surer_than_what_no_passage_says():
    joint = reader()
    answered = joint.read("What did Corrie's second plant cost?", HITS)[0].probability
    assert answered > joint.read("How many people work at the plant?", HITS)[0].probability


def test_an_article_is_less_sure_beside_another_that_answers_and_not_without_it():
    told = "The second plant of Corrie in Leith cost 95 million euros, its auditors found."
    findings = reader().read("What did Corrie's second plant cost?", [*HITS, hit(told, "audit", "Auditors on Corrie")])
    other = next(one for one in findings[1:] if one.hit.passage.article_id != findings[0].hit.passage.article_id)
    assert other.alone > max(0.5, other.probability)


def test_what_the_question_names_and_no_article_has_stays_missing():
    assert reader().read("What did the plant in Glasgow cost?", HITS)[0].missing == ("Glasgow",)


def test_a_question_that_asks_for_no_words_gets_no_span():
    assert reader().read("Did Corrie open a second plant?", HITS)[0].span is None


def test_nothing_to_read_gives_nothing():
    assert reader().read("?", HITS) == []
    assert reader().read("What did it cost?", []) == []


def test_weights_of_another_version_are_refused(tmp_path: Path):
    wrong = tmp_path / "rerank.json"
    wrong.write_text('{"rank": {"columns": ["other"]}}')
    with pytest.raises(ModelFileWrong, match="weights"):
        reader(weights=wrong).read("What did Corrie's second plant cost?", HITS)
