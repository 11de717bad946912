"""ULMFiT's classifier: a language model's states, pooled over the text, and two linear blocks
(Howard & Ruder 2018, section 3.3, https://aclanthology.org/P18-1031).

A long text is read in windows whose state is carried on, and learns through its last windows only
(backpropagation through time for text classification, BPT3C). Texts of a batch differ in length:
what fills up the shorter ones never enters a state or the pooling, so a text gets the same answer
alone and in a batch. A backward classifier is the same net on the reversed text.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.nets.awd_lstm import AwdLstm, State


@dataclass(frozen=True)
class ClassifierConfig:
    """Sizes of what stands on the language model, and how a text is read."""

    n_labels: int
    d_hidden: int = 50
    dropout: float = 0.4  # of what is pooled
    hidden_dropout: float = 0.1  # between the blocks
    window: int = 70  # tokens that are read at a time
    n_windows: int = 20  # last windows that are pooled, and that learn


def concat_pool(states: Tensor, first: Tensor, end: Tensor) -> Tensor:
    """The last state, the maximum and the mean over each text's own tokens, side by side.

    Args:
        states: (batch, n_tokens, d).
        first, end: (batch,); text i is the tokens first[i] <= place < end[i].
    Returns:
        (batch, 3 d).
    """
    batch, n_tokens, _ = states.shape
    place = torch.arange(n_tokens, device=states.device)  # (n_tokens,)
    inside = (first[:, None] <= place) & (place < end[:, None])  # (batch, n_tokens)
    last = states[torch.arange(batch, device=states.device), end - 1]  # (batch, d)
    highest = states.masked_fill(~inside[..., None], float("-inf")).amax(1)  # (batch, d)
    total = states.masked_fill(~inside[..., None], 0).sum(1)  # (batch, d)
    return torch.cat([last, highest, total / (end - first)[:, None]], 1)  # (batch, 3 d)


class PromptBatchNorm(nn.BatchNorm1d):
    """Batch normalisation whose running mean and variance are right from the first batch on: they
    average all batches while these are few. With the usual momentum a classifier that has seen
    three batches of a hundred labels would be judged by its initial zeros and ones.
    """

    LEAST_MOMENTUM = 0.1

    def forward(self, x: Tensor) -> Tensor:
        """x (batch, d) -> likewise."""
        if self.training and self.num_batches_tracked is not None:
            self.momentum = max(self.LEAST_MOMENTUM, 1 / (int(self.num_batches_tracked) + 1))
        return super().forward(x)


class ClassifierHead(nn.Module):
    """Two blocks of batch normalisation, dropout and a linear layer, a ReLU between them."""

    def __init__(self, d_states: int, config: ClassifierConfig) -> None:
        super().__init__()
        self.norm_pooled = PromptBatchNorm(3 * d_states)
        self.drop_pooled = nn.Dropout(config.dropout)
        self.hidden = nn.Linear(3 * d_states, config.d_hidden)
        self.norm_hidden = PromptBatchNorm(config.d_hidden)
        self.drop_hidden = nn.Dropout(config.hidden_dropout)
        self.output = nn.Linear(config.d_hidden, config.n_labels)

    def forward(self, pooled: Tensor) -> Tensor:
        """Pooled states (batch, 3 d) -> logits (batch, n_labels)."""
        x = self.hidden(self.drop_pooled(self.norm_pooled(pooled)))  # (batch, d_hidden)
        x = self.drop_hidden(self.norm_hidden(F.relu(x)))
        return self.output(x)  # (batch, n_labels)


class TextClassifier(nn.Module):
    """Token ids in, one logit for each label out."""

    def __init__(self, encoder: AwdLstm, config: ClassifierConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = encoder
        self.head = ClassifierHead(encoder.config.d_embedding, config)

    def forward(self, token_ids: Tensor, n_tokens: Tensor) -> Tensor:
        """Logits, (batch, n_labels).

        Args:
            token_ids: (batch, longest); whatever stands behind the end of a text is not read.
            n_tokens: (batch,), each at least 1.
        """
        kept = self.config.window * self.config.n_windows  # tokens
        first = (n_tokens - kept).clamp(min=0)  # (batch,)
        states, start = self.read(token_ids, n_tokens, int(first.min()))
        return self.head(concat_pool(states, first - start, n_tokens - start))

    def read(self, token_ids: Tensor, n_tokens: Tensor, needed: int) -> tuple[Tensor, int]:
        """The top states of a batch.

        Args:
            needed: the first place whose state is asked for.
        Returns:
            States (batch, longest - start, d_embedding), zeros behind a text's last window, and
            `start`, where the window begins that holds the first needed place.
        """
        # Longest first, so that the texts still being read are the first ones of the batch.
        order = n_tokens.argsort(descending=True, stable=True)  # (batch,)
        token_ids, lengths = token_ids[order], n_tokens[order].tolist()
        window = self.config.window
        first_window = needed // window * window
        state, parts = None, []
        for start in range(0, lengths[0], window):
            n_reading = sum(length > start for length in lengths)
            piece = token_ids[:n_reading, start : min(start + window, lengths[0])]
            with torch.set_grad_enabled(torch.is_grad_enabled() and start >= first_window):
                output = self.encoder(piece, rows(state, n_reading))
            state = output.state
            if start >= first_window:
                top = output.layers[-1]  # (n_reading, window, d_embedding)
                parts.append(F.pad(top, (0, 0, 0, 0, 0, len(lengths) - n_reading)))
        return torch.cat(parts, 1)[order.argsort()], first_window


def rows(state: State | None, n: int) -> State | None:
    """The state of a batch's first n texts."""
    return state and [(h[:, :n].contiguous(), c[:, :n].contiguous()) for h, c in state]
