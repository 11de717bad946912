"""CoVe's encoder, the MT-LSTM (McCann et al. 2017, https://arxiv.org/abs/1708.00107): two
bidirectional LSTM layers that once read English for a translator.

A word enters as its GloVe vector, which is never trained. In layer 1 one LSTM reads the sentence
from the left and another from the right; a word's state is the two side by side. Layer 2 does the
same with layer 1's states, so that its left-to-right LSTM already knows what follows: from layer 2
on the directions are mixed. Whoever wants the vectors leaves the decoder (translator.py) away.

As in the paper: 2 layers of 300 units a direction, fixed GloVe, zeros for unknown words. Otherwise:
GloVe has 50 dimensions here (6B) instead of 300 (840B).

Letters in the shapes: batch = sentences, n_words = words with padding, d_word = GloVe's width,
d_direction = units of one LSTM.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


@dataclass(frozen=True)
class CoveConfig:
    """Sizes of the encoder."""

    d_word: int = 50
    d_direction: int = 300
    n_layers: int = 2
    dropout: float = 0.2  # on the input of each layer and on the output, in training only


class BiLSTM(nn.Module):
    """One layer: an LSTM from the left, an LSTM from the right, their states side by side."""

    def __init__(self, d_in: int, d_direction: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(d_in, d_direction, batch_first=True, bidirectional=True)

    def forward(self, x: Tensor, n_words: Tensor) -> Tensor:
        """Both directions start from zero states, at the sentence's own first and last word.

        Args:
            x: (batch, n_words, d_in), padded at the end.
            n_words: int64 on the CPU, (batch,): words of each sentence, the longest fills its row.
        Returns:
            (batch, n_words, 2 * d_direction): the left-to-right states, then the right-to-left
            ones; zeros on padding.
        """
        if int(n_words.min()) == x.shape[1]:  # nothing is padded, so nothing needs packing
            return self.lstm(x)[0]  # (batch, n_words, 2 * d_direction)
        # Packed, the right-to-left LSTM begins at each sentence's last word and not on padding.
        packed = pack_padded_sequence(x, n_words, batch_first=True, enforce_sorted=False)
        return pad_packed_sequence(self.lstm(packed)[0], batch_first=True)[0]


class Cove(nn.Module):
    """GloVe vectors in, the states of both layers out."""

    def __init__(self, config: CoveConfig) -> None:
        super().__init__()
        self.config = config
        widths = [config.d_word] + [2 * config.d_direction] * (config.n_layers - 1)
        self.layers = nn.ModuleList(BiLSTM(width, config.d_direction) for width in widths)

    def forward(self, word_vectors: Tensor, n_words: Tensor) -> list[Tensor]:
        """All layers, layer 0 (the GloVe vectors) first.

        Args:
            word_vectors: (batch, n_words, d_word), zeros for unknown words and on padding.
            n_words: int64 on the CPU, (batch,): words of each sentence, at least 1.
        Returns:
            n_layers + 1 tensors; the first is word_vectors, the others (batch, n_words,
            2 * d_direction), zeros on padding.
        """
        states = [word_vectors]
        for layer in self.layers:
            x = F.dropout(states[-1], self.config.dropout, self.training)
            states.append(layer(x, n_words))  # (batch, n_words, 2 * d_direction)
        return states


def words_mask(n_words: Tensor, longest: int) -> Tensor:
    """True on words, False on padding: (batch, longest).

    >>> words_mask(torch.tensor([1, 2]), 2).tolist()
    [[True, False], [True, True]]
    """
    return torch.arange(longest, device=n_words.device) < n_words[:, None]  # (batch, longest)


def untrained(config: CoveConfig, seed: int = 0) -> Cove:
    """The same net with seeded random weights: what the wiring does before any training.

    PyTorch's own initialisation, uniform in +-1/sqrt(d_direction), from which training starts too.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Cove(config).eval()
