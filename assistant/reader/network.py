"""MiniLM's body with five heads: where an answer begins, where it ends, that there is none, that the topic fits, and
that a statement in the place of the question is supported."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from index.model.source import read_source

LAYERS, HEADS, WIDTH, WIDE = 6, 12, 384, 1536
POSITIONS = 320
"""A question of up to 64 tokens with a passage of up to 256."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the heads say of each pair."""

    starts: Tensor
    """Log-odds (pairs, tokens) that the answer begins there; at token 0: that there is no answer."""
    ends: Tensor
    missing: Tensor
    """Log-odds (pairs) that the passage does not answer."""
    relevant: Tensor
    """Log-odds (pairs) that the passage is the one that the question was asked about."""
    supported: Tensor
    """Log-odds (pairs) that the passage supports a statement."""


class Layer(nn.Module):
    """One layer of the encoder."""

    def __init__(self) -> None:
        super().__init__()
        self.heads = nn.Linear(WIDTH, 3 * WIDTH)
        self.attended = nn.Linear(WIDTH, WIDTH)
        self.attended_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.wide = nn.Linear(WIDTH, WIDE)
        self.read = nn.Linear(WIDE, WIDTH)
        self.read_norm = nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, hidden: Tensor, mask: Tensor | None, dropout: float) -> Tensor:
        """``hidden`` (pairs, tokens, width) to the same shape."""
        pairs, tokens, _ = hidden.shape
        heads = self.heads(hidden).view(pairs, tokens, 3, HEADS, WIDTH // HEADS)
        query, key, value = heads.permute(2, 0, 3, 1, 4)
        context = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        context = self.attended(context.transpose(1, 2).reshape(pairs, tokens, WIDTH))
        hidden = self.attended_norm(hidden + functional.dropout(context, dropout, self.training))
        read = self.read(functional.gelu(self.wide(hidden)))
        return self.read_norm(hidden + functional.dropout(read, dropout, self.training))


class Body(nn.Module):
    """MiniLM's encoder over pairs of texts, with heads of each token and of the pair."""

    def __init__(self, *, token_heads: int, pair_heads: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.dropout = dropout
        self.words = nn.Embedding(30_522, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.segments = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.token_heads = nn.Linear(WIDTH, token_heads)
        self.pair_heads = nn.Linear(WIDTH, pair_heads)

    def said(self, ids: Tensor, segments: Tensor, mask: Tensor | None) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
        """What each head says of each token (pairs, tokens), and what each says of the pair (pairs).

        ``ids`` and ``segments`` (pairs, tokens); ``mask`` true where a pair has a token, None for everywhere.
        """
        places = torch.arange(ids.shape[1])
        hidden = self.norm(self.words(ids) + self.positions(places) + self.segments(segments))
        seen = None if mask is None else mask[:, None, None, :]
        for layer in self.layers:
            hidden = layer(hidden, seen, self.dropout)
        return self.token_heads(hidden).float().unbind(-1), self.pair_heads(hidden[:, 0]).float().unbind(-1)


class Network(Body):
    """Reads pairs of question and passage."""

    def __init__(self) -> None:
        super().__init__(token_heads=2, pair_heads=3)

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor | None) -> Verdict:
        """As ``said`` takes them."""
        (starts, ends), (missing, relevant, supported) = self.said(ids, segments, mask)
        return Verdict(starts, ends, missing, relevant, supported)


def published() -> Network:
    """The body as published, its heads new; the word embeddings are frozen."""
    stored = {name: torch.from_numpy(tensor.copy()) for name, tensor in read_source().tensors.items()}
    network = Network()
    named = {
        "words.weight": stored["embeddings.word_embeddings.weight"],
        "positions.weight": stored["embeddings.position_embeddings.weight"][:POSITIONS],
        "segments.weight": stored["embeddings.token_type_embeddings.weight"],
        "norm.weight": stored["embeddings.LayerNorm.weight"],
        "norm.bias": stored["embeddings.LayerNorm.bias"],
    }
    for number in range(LAYERS):
        of_layer = f"encoder.layer.{number}"
        for part in ("weight", "bias"):
            heads = [stored[f"{of_layer}.attention.self.{head}.{part}"] for head in ("query", "key", "value")]
            named[f"layers.{number}.heads.{part}"] = torch.cat(heads)
            for ours, theirs in (
                ("attended", "attention.output.dense"),
                ("attended_norm", "attention.output.LayerNorm"),
                ("wide", "intermediate.dense"),
                ("read", "output.dense"),
                ("read_norm", "output.LayerNorm"),
            ):
                named[f"layers.{number}.{ours}.{part}"] = stored[f"{of_layer}.{theirs}.{part}"]
    for head in ("token_heads", "pair_heads"):
        nn.init.normal_(getattr(network, head).weight, std=0.02)
        nn.init.zeros_(getattr(network, head).bias)
    missing = network.load_state_dict(named, strict=False)
    assert not missing.unexpected_keys
    assert all("heads." in key for key in missing.missing_keys if "layers" not in key)
    assert not [key for key in missing.missing_keys if key.startswith("layers")]
    network.words.weight.requires_grad_(False)
    return network
