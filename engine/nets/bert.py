"""BERT's encoder (Devlin et al. 2019, https://aclanthology.org/N19-1423), as MiniLM and its
relatives use it.

A token's first vector is the sum of its word piece, its position and its segment. Each layer then
lets every token look at every other (attention), and transforms each token by itself
(feed-forward). Adding the input back after each step (the residual) is why a word's vector moves a
little per layer instead of being replaced.

Letters in the shapes: batch = sentences, n_tokens = pieces with [CLS] and [SEP], d_model = width,
d_head = d_model / n_heads.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class BertConfig:
    """Sizes of a BERT encoder; the defaults are MiniLM-L6's."""

    vocab_size: int = 30_522
    max_positions: int = 512
    n_layers: int = 6
    n_heads: int = 12
    d_model: int = 384
    d_feed_forward: int = 1536
    layer_norm_eps: float = 1e-12


class Embeddings(nn.Module):
    """Token ids -> layer 0: word piece + position + segment, normalised."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.word = nn.Embedding(config.vocab_size, config.d_model)
        self.position = nn.Embedding(config.max_positions, config.d_model)
        self.segment = nn.Embedding(2, config.d_model)
        self.norm = nn.LayerNorm(config.d_model, eps=config.layer_norm_eps)

    def forward(self, token_ids: Tensor) -> Tensor:
        """(batch, n_tokens) -> (batch, n_tokens, d_model)."""
        n_tokens = token_ids.shape[1]
        x = self.word(token_ids)  # (batch, n_tokens, d_model)
        # Every sentence stands alone here, so the segment is always the first one.
        return self.norm(x + self.position.weight[:n_tokens] + self.segment.weight[0])


class Layer(nn.Module):
    """Attention, then feed-forward; after each, the input is added back and the sum normalised."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.n_heads = config.n_heads
        # Query, key and value in one matrix product instead of three.
        self.query_key_value = nn.Linear(config.d_model, 3 * config.d_model)
        self.attention_out = nn.Linear(config.d_model, config.d_model)
        self.attention_norm = nn.LayerNorm(config.d_model, eps=config.layer_norm_eps)
        self.expand = nn.Linear(config.d_model, config.d_feed_forward)
        self.contract = nn.Linear(config.d_feed_forward, config.d_model)
        self.out_norm = nn.LayerNorm(config.d_model, eps=config.layer_norm_eps)

    def forward(self, x: Tensor, may_look_at: Tensor | None) -> Tensor:
        """(batch, n_tokens, d_model) -> the same shape; may_look_at: (batch, 1, 1, n_tokens)."""
        batch, n_tokens, d_model = x.shape
        heads = self.query_key_value(x).view(
            batch, n_tokens, 3, self.n_heads, d_model // self.n_heads
        )
        q, k, v = heads.permute(2, 0, 3, 1, 4)  # each (batch, n_heads, n_tokens, d_head)
        context = F.scaled_dot_product_attention(
            q, k, v, attn_mask=may_look_at
        )  # (batch, n_heads, n_tokens, d_head)
        context = context.transpose(1, 2).reshape(batch, n_tokens, d_model)
        x = self.attention_norm(x + self.attention_out(context))
        return self.out_norm(
            x + self.contract(F.gelu(self.expand(x)))
        )  # (batch, n_tokens, d_model)


class Bert(nn.Module):
    """The encoder: token ids in, the vectors of every layer out."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.n_layers))

    def forward(self, token_ids: Tensor, mask: Tensor) -> list[Tensor]:
        """All hidden states, layer 0 (embeddings) first.

        Args:
            token_ids: int64, (batch, n_tokens), padded at the end.
            mask: bool, (batch, n_tokens), False on padding.
        Returns:
            n_layers + 1 tensors (batch, n_tokens, d_model).
        """
        # Without padding no mask is needed, which lets PyTorch choose a faster attention kernel.
        may_look_at = (
            None if bool(mask.all()) else mask[:, None, None, :]
        )  # (batch, 1, 1, n_tokens)
        hidden_states = [self.embeddings(token_ids)]
        for layer in self.layers:
            hidden_states.append(layer(hidden_states[-1], may_look_at))
        return hidden_states


def from_published(weights: dict[str, Tensor], config: BertConfig) -> Bert:
    """A Bert with weights under the names of Google's and Hugging Face's BERT checkpoints.

    Raises:
        KeyError: a tensor is missing.
        RuntimeError: a tensor has another shape than the config says.
    """
    renamed = {
        "embeddings.word.weight": weights["embeddings.word_embeddings.weight"],
        "embeddings.position.weight": weights["embeddings.position_embeddings.weight"],
        "embeddings.segment.weight": weights["embeddings.token_type_embeddings.weight"],
    }
    for kind in ("weight", "bias"):
        renamed[f"embeddings.norm.{kind}"] = weights[f"embeddings.LayerNorm.{kind}"]
        for i in range(config.n_layers):
            theirs, ours = f"encoder.layer.{i}.", f"layers.{i}."
            parts = [
                weights[f"{theirs}attention.self.{name}.{kind}"]
                for name in ("query", "key", "value")
            ]
            renamed[f"{ours}query_key_value.{kind}"] = torch.cat(parts)
            renamed[f"{ours}attention_out.{kind}"] = weights[
                f"{theirs}attention.output.dense.{kind}"
            ]
            renamed[f"{ours}attention_norm.{kind}"] = weights[
                f"{theirs}attention.output.LayerNorm.{kind}"
            ]
            renamed[f"{ours}expand.{kind}"] = weights[f"{theirs}intermediate.dense.{kind}"]
            renamed[f"{ours}contract.{kind}"] = weights[f"{theirs}output.dense.{kind}"]
            renamed[f"{ours}out_norm.{kind}"] = weights[f"{theirs}output.LayerNorm.{kind}"]
    with torch.device("meta"):  # no time spent on random weights that are replaced at once
        net = Bert(config)
    net.load_state_dict(renamed, assign=True)
    return net.eval()
