from datetime import date

from index.articles import Hit, Metadata, Passage
from index.llamaindex import BylineRetriever


class OnePassage:
    """A retriever that finds the same passage for every question."""

    def retrieve(self, question: str, limit: int) -> list[Hit]:
        passage = Passage("frost", 3, 10, 21, "Frost came.", ())
        said = Metadata("A cold night", "https://news.example/frost", date(2024, 7, 20), None, "The Ledger")
        return [Hit(passage, said, 0.9, 0.8, 3.0)][:limit]


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
    }


def test_the_limit_is_handed_on():
    assert BylineRetriever(OnePassage(), limit=0).retrieve("When did frost come?") == []
