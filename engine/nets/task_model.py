"""The task model: is this review positive or negative? One small LSTM reads a review's word
vectors; where the vectors come from is the only thing that differs between the inputs compared.

A frozen input reaches the LSTM as numbers that never change. A tuned one is part of the net, so
that the labels change it too. Either way the LSTM and the classifier start from random weights: the
fewer labels there are, the more the input's own knowledge counts.

Letters in the shapes: batch = reviews, n_words = words with padding, d_in = width of the vectors,
d_hidden = units of the LSTM.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.nets.cove import words_mask

N_CLASSES = 2  # negative, positive


@dataclass(frozen=True)
class TaskConfig:
    """Sizes of the classifier."""

    d_in: int
    d_hidden: int = 64
    dropout: float = 0.3  # on the word vectors and on the pooled states, in training only


class TaskModel(nn.Module):
    """Reader -> LSTM -> maximum and mean over the words -> classifier.

    The reader turns a batch into word vectors: `reader(n_words, *inputs)` gives (batch, n_words,
    d_in). The readers are in task_inputs.py.
    """

    def __init__(self, reader: nn.Module, config: TaskConfig) -> None:
        super().__init__()
        self.reader = reader
        self.dropout = config.dropout
        self.lstm = nn.LSTM(config.d_in, config.d_hidden, batch_first=True)
        self.classifier = nn.Linear(2 * config.d_hidden, N_CLASSES)

    def forward(self, n_words: Tensor, *inputs: Tensor) -> Tensor:
        """Logits, (batch, 2).

        Args:
            n_words: int64 on the CPU, (batch,): words of each review, at least 1.
            inputs: what the reader takes.
        """
        x = self.reader(n_words, *inputs)  # (batch, n_words, d_in)
        x = F.dropout(x, self.dropout, self.training)
        # Padding stands at the end, so what the LSTM makes of it cannot reach a word's state.
        states, _ = self.lstm(x)  # (batch, n_words, d_hidden)
        pooled = pooled_over_words(states, n_words)  # (batch, 2 * d_hidden)
        return self.classifier(F.dropout(pooled, self.dropout, self.training))  # (batch, 2)


def pooled_over_words(states: Tensor, n_words: Tensor) -> Tensor:
    """Maximum and mean over each review's own words, side by side; padding has no say.

    Args:
        states: (batch, n_words, d).
        n_words: int64, (batch,), at least 1 each.
    Returns:
        (batch, 2 * d).

    >>> states = torch.tensor([[[1.0], [3.0], [9.0]]])
    >>> pooled_over_words(states, torch.tensor([2])).tolist()
    [[3.0, 2.0]]
    """
    counts = n_words.to(states.device)
    mask = words_mask(counts, states.shape[1])[:, :, None]  # (batch, n_words, 1)
    largest = states.masked_fill(~mask, -torch.inf).amax(dim=1)  # (batch, d)
    mean = (states * mask).sum(dim=1) / counts[:, None]  # (batch, d)
    return torch.cat([largest, mean], dim=1)  # (batch, 2 * d)


def n_parameters(*modules: nn.Module) -> int:
    """Weights of some modules together, trained or not."""
    return sum(weight.numel() for module in modules for weight in module.parameters())
