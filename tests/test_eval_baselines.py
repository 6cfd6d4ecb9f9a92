import json
import subprocess
import sys

import pytest

from assistant.answers import Question, Turn
from assistant.errors import ModelUnavailable
from assistant.settings import Settings
from assistant.wiring import open_collection
from eval.baselines import DEFAULT, ENGINES, BestPassage, Lexical, Silent, chosen
from eval.errors import QuestionSetWrong
from eval.stock import StockChain
from index.embedding import HashEmbedder
from index.loading import load

CRATES = "Boats came in early. The harbour took 9,000 crates of herring in May."
LIBRARY = "The library opens on Sundays. Ravi Nair directs the library."
ROWS = [
    {"_id": "crates", "title": "Harbour", "text": CRATES},
    {"_id": "library", "title": "Library", "text": LIBRARY},
]


@pytest.fixture
def collection(tmp_path):
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text("".join(json.dumps(row) + "\n" for row in ROWS), "utf-8")
    with open_collection(Settings(), write=True, purpose="test") as opened:
        opened.add(load(corpus))
        yield opened


HERRING = Question("How many crates of herring came in May?")


def stands(collection, answer) -> bool:
    (citation,) = answer.citations
    return collection.article(citation.article_id).text[citation.start : citation.end] == citation.quote


def test_silence_is_a_refusal_that_is_sure_of_nothing():
    answer = Silent().ask(HERRING)
    assert (answer.abstained, answer.confidence, answer.engine) == (True, 0, "silent")


def test_the_best_passage_is_said_whole_and_cites_itself(collection):
    answer = BestPassage(collection.retriever).ask(HERRING)
    assert answer.statements[0].text == CRATES
    assert answer.retrieved[0] == "crates"
    assert 0 < answer.confidence <= 1
    assert stands(collection, answer)


def test_words_alone_choose_the_sentence_that_shares_the_rarest(collection):
    answer = Lexical(collection.retriever).ask(HERRING)
    assert answer.statements[0].text == "The harbour took 9,000 crates of herring in May."
    assert answer.retrieved == ("crates",)
    assert stands(collection, answer)
    assert Lexical(collection.retriever).ask(Question("Quid novi?")).abstained


def test_the_stock_chain_gives_the_nearest_chunk_at_its_place_in_the_article(collection):
    answer = StockChain(collection, HashEmbedder()).ask(Question("Who directs the library?"))
    assert answer.citations[0].article_id == "library"
    assert set(answer.retrieved) == {"crates", "library"}
    assert stands(collection, answer)


def test_a_follow_up_is_asked_as_byline_understands_it(collection):
    history = (Turn("user", "How many crates of herring did the harbour take?"), Turn("assistant", "9,000."))
    for engine in (BestPassage(collection.retriever), Lexical(collection.retriever)):
        assert engine.ask(Question("And in May?", history)).question != "And in May?"


def test_an_empty_collection_is_met_with_silence():
    with open_collection(Settings(), write=True, purpose="test") as empty:
        assert BestPassage(empty.retriever).ask(HERRING).abstained
        assert Lexical(empty.retriever).ask(HERRING).abstained


def test_engines_are_chosen_by_name_once_each_the_first_one_first():
    settings = Settings()
    assert chosen([], settings) == DEFAULT
    assert chosen(["lexical", "extractive", "lexical"], settings) == ("lexical", "extractive")
    able = [name for name in ENGINES if name not in ("lexical", "generative")]
    assert chosen(["lexical", "all"], settings) == ("lexical", *able)
    with pytest.raises(QuestionSetWrong, match="No engine is called 'oracle'"):
        chosen(["oracle"], settings)


def test_a_model_makes_the_generative_engine_one_of_all_and_the_first_if_it_is_set(collection):
    written = Settings(engine="generative", model_url="http://127.0.0.1:9/v1")
    assert chosen([], written) == ("generative", *DEFAULT)
    assert set(chosen(["all"], written)) == set(ENGINES)
    with pytest.raises(ModelUnavailable, match=r"Set BYLINE_MODEL_URL or BYLINE_MODEL_FILE"):
        ENGINES["generative"](collection, Settings())


def test_nothing_heavy_is_imported_before_an_engine_needs_it():
    heavy = "{'llama_index', 'scipy', 'ir_measures', 'rouge_score', 'gradio'}"
    code = f"import sys, eval.cli; print({heavy} & {{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
