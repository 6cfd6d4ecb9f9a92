"""Our retrieval for anyone's own LlamaIndex chain."""

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from index.articles import Hit
from index.retrieval import Retriever
from index.scope import Scope


class BylineRetriever(BaseRetriever):
    """Passages as LlamaIndex nodes, best first, each with its article and its offsets there as metadata.

    ``scope`` narrows it to a part of the collection.
    """

    def __init__(self, retriever: Retriever, *, limit: int = 10, scope: Scope | None = None) -> None:
        super().__init__()
        self._retriever = retriever
        self._limit = limit
        self._scope = scope

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._retriever.retrieve(query_bundle.query_str, self._limit, scope=self._scope)
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
        "copies": [copy.article_id for copy in hit.copies],
    }
    return TextNode(
        id_=f"{passage.article_id}#{passage.number}",
        text=passage.text,
        metadata=metadata,
        # Offsets and ids tell a language model nothing.
        excluded_llm_metadata_keys=["article_id", "start", "end", "copies"],
    )
