"""Our retrieval for anyone's own LlamaIndex chain."""

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from index.articles import Hit
from index.retrieval import Retriever


class BylineRetriever(BaseRetriever):
    """Passages as LlamaIndex nodes, best first, each with its article and its offsets there as metadata."""

    def __init__(self, retriever: Retriever, *, limit: int = 10) -> None:
        super().__init__()
        self._retriever = retriever
        self._limit = limit

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._retriever.retrieve(query_bundle.query_str, self._limit)
        return [NodeWithScore(node=_node(hit), score=hit.score) for hit in hits]


def _node(hit: Hit) -> TextNode:
    passage, said = hit.passage, hit.metadata
    metadata = {
        "article_id": passage.article_id,
        "title": said.title,
        "url": said.url,
        "published": said.published.isoformat() if said.published else None,
        "publisher": said.publisher,
        "start": passage.start,
        "end": passage.end,
    }
    return TextNode(
        id_=f"{passage.article_id}#{passage.number}",
        text=passage.text,
        metadata=metadata,
        # Offsets and ids tell a language model nothing.
        excluded_llm_metadata_keys=["article_id", "start", "end"],
    )
