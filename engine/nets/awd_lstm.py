"""AWD-LSTM: the language model of ULMFiT (Merity et al. 2017, https://arxiv.org/abs/1708.02182).

An ordinary stack of LSTM layers; what is special is how it forgets in training, each time in
another place: whole words of the embedding, the same units at every step of a window (variational
dropout), and single hidden-to-hidden weights (DropConnect). The output layer is the embedding
itself (tied weights), so the last layer is as wide as a word vector.

The net does not know in which direction it reads: a backward language model is the same net on the
reversed text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

State = list[tuple[Tensor, Tensor]]  # (h, c) of each layer, (1, batch, d_layer) each


@dataclass(frozen=True)
class AwdLstmConfig:
    """Sizes and the five dropouts; all dropouts are off in eval mode."""

    vocab_size: int
    d_embedding: int = 200
    d_hidden: int = 400
    n_layers: int = 3
    embedding_dropout: float = 0.02  # whole words
    input_dropout: float = 0.05  # between embedding and first layer
    hidden_dropout: float = 0.05  # between layers
    output_dropout: float = 0.05  # before the softmax
    weight_dropout: float = 0.1  # of hidden-to-hidden weights

    def widths(self) -> list[tuple[int, int]]:
        """(input width, output width) of each layer; the last is as wide as the embedding."""
        outputs = [self.d_hidden] * (self.n_layers - 1) + [self.d_embedding]
        return list(zip([self.d_embedding, *outputs[:-1]], outputs, strict=True))


def variational_dropout(x: Tensor, p: float, training: bool) -> Tensor:
    """Drop the same units at every position of a sequence; x is (batch, n_tokens, d).

    Gal & Ghahramani 2016, https://arxiv.org/abs/1512.05287.
    """
    if not training or p == 0:
        return x
    mask = x.new_empty(x.shape[0], 1, x.shape[2]).bernoulli_(1 - p).div_(1 - p)
    return x * mask


def embed(token_ids: Tensor, weight: Tensor, p: float, training: bool) -> Tensor:
    """Look words up, (batch, n_tokens) -> (batch, n_tokens, d); a dropped word is 0 wherever it
    stands in the batch.
    """
    vectors = F.embedding(token_ids, weight)  # (batch, n_tokens, d)
    if not training or p == 0:
        return vectors
    kept = weight.new_empty(len(weight), 1).bernoulli_(1 - p).div_(1 - p)  # (V, 1)
    return vectors * F.embedding(token_ids, kept)


class WeightDroppedLstm(nn.Module):
    """One LSTM layer whose hidden-to-hidden weights lose a random share in every window."""

    def __init__(self, d_in: int, d_out: int, weight_dropout: float) -> None:
        super().__init__()
        bound = d_out**-0.5
        self.weight_ih = nn.Parameter(torch.empty(4 * d_out, d_in).uniform_(-bound, bound))
        self.weight_hh = nn.Parameter(torch.empty(4 * d_out, d_out).uniform_(-bound, bound))
        self.bias_ih = nn.Parameter(torch.empty(4 * d_out).uniform_(-bound, bound))
        self.bias_hh = nn.Parameter(torch.empty(4 * d_out).uniform_(-bound, bound))
        self.weight_dropout = weight_dropout

    def forward(self, x: Tensor, state: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """x (batch, n_tokens, d_in) -> output (batch, n_tokens, d_out), and the last h and c."""
        # One mask for all steps of the window: the weights are dropped, not the states.
        weight_hh = F.dropout(self.weight_hh, self.weight_dropout, self.training)
        weights = [self.weight_ih, weight_hh, self.bias_ih, self.bias_hh]
        return torch.lstm(x, state, weights, True, 1, 0.0, self.training, False, True)


@dataclass(frozen=True)
class AwdLstmOutput:
    """What one window gives."""

    layers: tuple[Tensor, ...]  # embedding, then each LSTM layer, before dropout
    top: Tensor  # last layer after output dropout, (batch, n_tokens, d_embedding)
    state: State  # to carry into the next window


class AwdLstm(nn.Module):
    """Token ids in, the states of every layer out; `logits` turns the top ones into next-word
    scores.
    """

    def __init__(self, config: AwdLstmConfig, embedding: nn.Parameter | None = None) -> None:
        """embedding (V, d_embedding): given where two directions share one."""
        super().__init__()
        self.config = config
        if embedding is None:
            start = torch.empty(config.vocab_size, config.d_embedding).uniform_(-0.1, 0.1)
            embedding = nn.Parameter(start)
        self.embedding = embedding
        self.lstms = nn.ModuleList(
            WeightDroppedLstm(d_in, d_out, config.weight_dropout) for d_in, d_out in config.widths()
        )
        self.output_bias = nn.Parameter(torch.zeros(config.vocab_size))

    def zero_state(self, batch: int) -> State:
        """The state before the first word of a text."""
        return [
            (self.embedding.new_zeros(1, batch, d), self.embedding.new_zeros(1, batch, d))
            for _, d in self.config.widths()
        ]

    def forward(self, token_ids: Tensor, state: State | None = None) -> AwdLstmOutput:
        """token_ids (batch, n_tokens); state of the window before, or None at the start."""
        config = self.config
        state = state or self.zero_state(len(token_ids))
        x = embed(token_ids, self.embedding, config.embedding_dropout, self.training)
        layers, new_state = [x], []
        x = variational_dropout(x, config.input_dropout, self.training)
        for number, lstm in enumerate(self.lstms):
            x, h, c = lstm(x, state[number])  # (batch, n_tokens, d_layer)
            layers.append(x)
            new_state.append((h, c))
            is_last = number == config.n_layers - 1
            p = config.output_dropout if is_last else config.hidden_dropout
            x = variational_dropout(x, p, self.training)
        return AwdLstmOutput(tuple(layers), x, new_state)

    def logits(self, top: Tensor) -> Tensor:
        """Scores of every word as the next one, (..., d_embedding) -> (..., V)."""
        return F.linear(top, self.embedding, self.output_bias)


def detached(state: State) -> State:
    """The state as a number to start from: no gradient flows into the window before."""
    return [(h.detach(), c.detach()) for h, c in state]


def named(states: Mapping[str, State]) -> dict[str, Tensor]:
    """The states of several directions as named tensors, for a checkpoint."""
    return {
        f"{direction}.{layer}.{part}": tensor
        for direction, state in states.items()
        for layer, pair in enumerate(state)
        for part, tensor in zip("hc", pair, strict=True)
    }


def from_named(tensors: Mapping[str, Tensor], device: torch.device) -> dict[str, State]:
    """What `named` was given, on a device."""
    states: dict[str, State] = {}
    for key in sorted(key for key in tensors if key.endswith(".h")):  # layer by layer
        pair = tensors[key].to(device), tensors[key.removesuffix("h") + "c"].to(device)
        states.setdefault(key.split(".")[0], []).append(pair)
    return states


def partly_fresh(state: State, share: float) -> State:
    """The state with a random share of the texts of the batch forgotten."""
    if not share:
        return state
    h = state[0][0]
    kept = (torch.rand(1, h.shape[1], 1, device=h.device) >= share).float()  # (1, batch, 1)
    return [(h * kept, c * kept) for h, c in state]
