"""The chain that tutorials build, to compare with: LlamaIndex's splitter, MiniLM in float32, Chroma; all at defaults.

Its splitter cuts 1,024 tokens with 200 shared; its embedder takes batches of ten, padded to their longest, cut at 256
tokens, on two threads of ONNX Runtime; its store keeps vectors, texts and metadata in Chroma.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import chromadb
import numpy as np
from chromadb.config import Settings
from llama_index.core import Document
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import MetadataMode
from llama_index.core.vector_stores.utils import node_to_metadata_dict
from numpy.typing import NDArray
from onnxruntime import InferenceSession, SessionOptions  # type: ignore[import-untyped]
from pydantic import PrivateAttr
from tokenizers import Tokenizer

from eval.errors import BaselineMissing
from index.articles import Article

BATCH = 10
"""LlamaIndex's embed_batch_size."""
THREADS = 2
LONGEST = 256


class PlainMiniLM(BaseEmbedding):
    """The model in float32, as exporters write it: ``python -m index.model.build --plain DIR``."""

    _tokenizer: Tokenizer = PrivateAttr()
    _session: InferenceSession = PrivateAttr()

    def __init__(self, folder: Path) -> None:
        super().__init__(model_name="all-MiniLM-L6-v2", embed_batch_size=BATCH)
        try:
            tokenizer, model = ((folder / name).read_bytes() for name in ("tokenizer.json", "exported.onnx"))
        except OSError as exc:
            raise BaselineMissing(
                f"There is no float32 model in {folder}. Write one with: python -m index.model.build --plain {folder}"
            ) from exc
        self._tokenizer = Tokenizer.from_buffer(tokenizer)
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.enable_padding()
        options = SessionOptions()
        options.intra_op_num_threads = THREADS
        self._session = InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        encodings = self._tokenizer.encode_batch(texts)
        ids = np.array([encoding.ids for encoding in encodings], np.int64)
        real = np.array([encoding.attention_mask for encoding in encodings], np.int64)
        given = {"input_ids": ids, "attention_mask": real, "token_type_ids": np.zeros_like(ids)}
        read: NDArray[np.float32] = self._session.run(["last_hidden_state"], given)[0]
        means = (read * real[..., None]).sum(axis=1) / real.sum(axis=1, keepdims=True)
        rows: list[list[float]] = (means / np.linalg.norm(means, axis=1, keepdims=True)).tolist()
        return rows

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


class Tutorial:
    """The chain over a folder of its own; a context manager."""

    def __init__(self, folder: Path, embedding: PlainMiniLM) -> None:
        self._embedding = embedding
        self._client: Any = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
        self._collection = self._client.get_or_create_collection("articles", embedding_function=None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def add(self, articles: Sequence[Article]) -> int:
        """Split, embed and store the articles; how many chunks they gave."""
        documents = [Document(text=one.text, id_=one.id, metadata={"title": one.metadata.title}) for one in articles]
        nodes = SentenceSplitter().get_nodes_from_documents(documents)
        texts = [node.get_content(MetadataMode.EMBED) for node in nodes]
        vectors: Any = self._embedding.get_text_embedding_batch(texts)
        most = self._client.get_max_batch_size()
        for start in range(0, len(nodes), most):
            some = slice(start, start + most)
            self._collection.add(
                ids=[node.node_id for node in nodes[some]],
                embeddings=vectors[some],
                documents=[node.get_content() for node in nodes[some]],
                metadatas=[node_to_metadata_dict(node, flat_metadata=True) for node in nodes[some]],
            )
        return len(nodes)

    def retrieve(self, question: str, limit: int) -> list[str]:
        """Ids of the nearest chunks' articles, best first."""
        vector: Any = [self._embedding.get_query_embedding(question)]
        found: Any = self._collection.query(query_embeddings=vector, n_results=limit)
        return [str(said["ref_doc_id"]) for said in found["metadatas"][0]]
