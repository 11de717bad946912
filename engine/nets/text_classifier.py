"""ULMFiT's classifier: a language model's states, pooled over the text, and two linear blocks
(Howard & Ruder 2018, section 3.3, https://aclanthology.org/P18-1031).

A long text is read in windows whose state is carried on, and learns through its last windows only
(backpropagation through time for text classification, BPT3C). Texts of a batch differ in length:
what fills up the shorter ones never enters a state or the pooling, so a text gets the same answer
alone and in a batch. A backward classifier is the same net on the reversed text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

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


def concat_pool(windows: Sequence[Tensor], first: Tensor, end: Tensor) -> Tensor:
    """The last state, the maximum and the mean over each text's own tokens, side by side.

    Args:
        windows: states window after window, (n_reading, n_tokens, d) each: those of the texts that
            are not at their end yet, which are the first ones of the batch.
        first, end: (batch,); text i is the tokens first[i] <= place < end[i].
    Returns:
        (batch, 3 d).
    """
    start, parts = 0, []
    for states in windows:
        n_reading, n_tokens, _ = states.shape
        part = _pooled(states, first[:n_reading] - start, end[:n_reading] - start)
        missing = (0, 0, 0, len(end) - n_reading)  # rows below
        parts.append([F.pad(x, missing, value=v) for x, v in zip(part, (0, -inf, 0), strict=True)])
        start += n_tokens
    last, highest, total = (torch.stack(each) for each in zip(*parts, strict=True))
    mean = total.sum(0) / (end - first)[:, None]
    return torch.cat([last.sum(0), highest.amax(0), mean], 1)  # (batch, 3 d)


def _pooled(states: Tensor, first: Tensor, end: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The last state (0 where the text goes on), the maximum and the sum of one window's states
    (n_texts, n_tokens, d) over the places first <= place < end: (n_texts, d) each.
    """
    n_texts, n_tokens, _ = states.shape
    place = torch.arange(n_tokens, device=states.device)  # (n_tokens,)
    outside = ((place < first[:, None]) | (place >= end[:, None]))[..., None]
    last = states[torch.arange(n_texts, device=states.device), end.clamp(max=n_tokens) - 1]
    return (
        last.masked_fill((end > n_tokens)[:, None], 0),
        states.masked_fill(outside, -inf).amax(1),
        states.masked_fill(outside, 0).sum(1),
    )


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
        # Longest first, so that the texts still being read are the first ones of the batch.
        order = n_tokens.argsort(descending=True, stable=True)  # (batch,)
        token_ids, n_tokens = token_ids[order], n_tokens[order]
        first = (n_tokens - kept).clamp(min=0)  # (batch,)
        start = int(first.min()) // self.config.window * self.config.window
        windows = self._windows(token_ids, n_tokens.tolist(), start)
        return self.head(concat_pool(windows, first - start, n_tokens - start)[order.argsort()])

    def _windows(self, token_ids: Tensor, lengths: list[int], first: int) -> list[Tensor]:
        """The top states of each window from the place `first` on, where one begins: (n_reading,
        n_tokens, d_embedding) each.
        """
        window, state, windows = self.config.window, None, []
        for start in range(0, lengths[0], window):
            n_reading = sum(length > start for length in lengths)
            piece = token_ids[:n_reading, start : min(start + window, lengths[0])]
            with torch.set_grad_enabled(torch.is_grad_enabled() and start >= first):
                output = self.encoder(piece, rows(state, n_reading))
            state = output.state
            if start >= first:
                windows.append(output.layers[-1])
        return windows


def rows(state: State | None, n: int) -> State | None:
    """The state of a batch's first n texts."""
    return state and [(h[:, :n].contiguous(), c[:, :n].contiguous()) for h, c in state]
