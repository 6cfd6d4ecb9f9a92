from datetime import date
from pathlib import Path

from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine

from index.articles import Article, Copy, Hit, Metadata, Passage
from index.collection import Collection
from index.embedding import HashEmbedder
from index.llamaindex import BylineRetriever
from index.scope import Scope
from index.settings import IndexSettings


class OnePassage:
    """A retriever that finds the same passage for every question."""

    def retrieve(self, question: str, limit: int, *, scope: Scope | None = None) -> list[Hit]:
        passage = Passage("frost", 3, 10, 21, "Frost came.", ())
        said = Metadata("A cold night", "https://news.example/frost", date(2024, 7, 20), None, "The Ledger")
        return [Hit(passage, said, 0.9, 0.8, 3.0, copies=(Copy("rime", Metadata("Cold")),))][:limit]


def test_a_passage_becomes_a_node_that_says_where_it_stands():
    (node,) = BylineRetriever(OnePassage()).retrieve("When did frost come?")
    assert (node.node_id, node.text, node.score) == ("frost#3", "Frost came.", 0.9)
    assert node.metadata == {
        "article_id": "frost",
        "title": "A cold night",
        "url": "https://news.example/frost",
        "published": "2024-07-20",
        "publisher": "The Ledger",
        "start": 10,
        "end": 21,
        "copies": ["rime"],
    }


def test_a_language_model_is_not_told_ids_and_offsets():
    (node,) = BylineRetriever(OnePassage()).retrieve("When did frost come?")
    told = node.node.get_content("llm")
    assert "The Ledger" in told
    assert "rime" not in told
    assert "start" not in told


def test_the_limit_is_handed_on():
    assert BylineRetriever(OnePassage(), limit=0).retrieve("When did frost come?") == []


def test_somebody_elses_query_engine_answers_from_a_collection(tmp_path: Path):
    stories = {"frost": ("Frost came early to the valley.", "de"), "fog": ("Fog came early to the valley.", "en")}
    articles = [
        Article(name, text, Metadata(name, language=said), f"/{name}") for name, (text, said) in stories.items()
    ]
    with Collection.open(tmp_path / "c", HashEmbedder(256), settings=IndexSettings(), write=True) as collection:
        collection.add(articles)
        engine = RetrieverQueryEngine.from_args(BylineRetriever(collection.retriever, limit=1), llm=MockLLM())
        response = engine.query("Did frost come to the valley?")
        assert [node.metadata["article_id"] for node in response.source_nodes] == ["frost"]
        assert "Frost came early to the valley." in str(response), "the mock model repeats its prompt"
        narrow = BylineRetriever(collection.retriever, scope=Scope(languages=("en",)))
        assert [node.metadata["article_id"] for node in narrow.retrieve("Did frost come to the valley?")] == ["fog"]
