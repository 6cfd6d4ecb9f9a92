"""A baseline: the chain that LlamaIndex's first tutorial builds, over the same articles. It does not use our index.

Its own splitter at its defaults (1,024 tokens, 200 of them shared), its vector index in memory, the five nearest
chunks by cosine. The embedder is the MiniLM that we ship, which reads 256 tokens of a chunk, so that what differs is
the chain and not the model. Without a language model the nearest chunk is the answer.
"""

from time import perf_counter

from llama_index.core import Document, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import NodeWithScore
from pydantic import PrivateAttr

from assistant.answers import Answer, Question
from assistant.condense import standalone
from eval.baselines import said
from index.articles import Hit, Metadata, Passage, Sentence
from index.collection import Collection
from index.embedding import Embedder, MiniLM

NEAREST = 5


class StockChain:
    """LlamaIndex as it comes, indexed when opened."""

    def __init__(self, collection: Collection, embedder: Embedder | None = None) -> None:
        articles = [collection.article(listed.id) for listed in collection.articles()]
        self._metadata = {article.id: article.metadata for article in articles}
        documents = [
            Document(text=article.text, id_=article.id, metadata={"title": article.metadata.title})
            for article in articles
        ]
        index = VectorStoreIndex(
            SentenceSplitter().get_nodes_from_documents(documents), embed_model=_Embedding(embedder or MiniLM())
        )
        self._retriever = index.as_retriever(similarity_top_k=NEAREST)

    def ask(self, question: Question) -> Answer:
        """The nearest chunk as one statement that cites itself, as sure as its cosine with the question."""
        started = perf_counter()
        asked = standalone(question.text, question.history)
        hits = [self._hit(found) for found in self._retriever.retrieve(asked)]
        chunk = hits[0].passage.sentences[0] if hits else None
        sure = hits[0].similarity if hits else 0.0
        return said(asked, hits, chunk, confidence=sure, engine="llamaindex", started=started)

    def _hit(self, found: NodeWithScore) -> Hit:
        text = found.node.get_content()
        article_id = str(found.node.ref_doc_id)
        start = int(getattr(found.node, "start_char_idx", None) or 0)
        whole = Sentence(start, start + len(text), text)
        score = found.get_score()
        passage = Passage(article_id, 0, whole.start, whole.end, text, (whole,))
        return Hit(passage, self._metadata.get(article_id, Metadata("")), score, score, 0.0)


class _Embedding(BaseEmbedding):
    """Our embedder where LlamaIndex expects one of its own."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(model_name=embedder.id)
        self._embedder = embedder

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        rows: list[list[float]] = self._embedder.embed(texts).tolist()
        return rows

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)
