"""From a word's characters to its first vector, as ELMo does it (Peters et al. 2018,
https://aclanthology.org/N18-1202, after Kim et al. 2016, https://arxiv.org/abs/1508.06615).

A word is its bytes. Filters of several widths slide over them, each looking for one pattern ("un",
"ing"); what counts is how strongly the pattern occurs anywhere in the word. Highway layers then
mix the patterns, and a projection makes the word vector. No word is unknown to such a net, and no
word sees its neighbours here.

Letters in the shapes: n_words = words, n_characters = characters with the marks around them,
n_filters = filters of all widths together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

# A byte's id is its value; the five marks follow. Everything is then shifted by one, so that 0 is
# free for what is no character at all: the padding between sentences of different lengths.
SENTENCE_START, SENTENCE_END, WORD_START, WORD_END, FILLER = range(256, 261)
N_CHARACTERS = 262
START, END = "<S>", "</S>"
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {"relu": torch.relu, "tanh": torch.tanh}
SINGLE_MARKS = {START: SENTENCE_START, END: SENTENCE_END}


@dataclass(frozen=True)
class CharacterConfig:
    """Sizes of a character net; the defaults are those of the ELMo that ships here."""

    d_character: int = 16
    filters: tuple[tuple[int, int], ...] = ((1, 32), (2, 32), (3, 64), (4, 128))  # (width, number)
    n_highway: int = 1
    d_word: int = 128
    max_characters: int = 50
    activation: str = "relu"

    @property
    def n_filters(self) -> int:
        """Filters of all widths together."""
        return sum(number for _, number in self.filters)


def character_ids(words: Sequence[str], max_characters: int = 50) -> np.ndarray:
    """Words as rows of character ids, int64, (n_words, max_characters).

    Start mark, the word's UTF-8 bytes, end mark, filler; all ids shifted by one. A word that is too
    long loses its last bytes, never its end mark. `<S>` and `</S>` are the ends of a sentence.

    >>> character_ids(["a", "<S>", "word"], max_characters=5).tolist()
    [[259, 98, 260, 261, 261], [259, 257, 260, 261, 261], [259, 120, 112, 115, 260]]
    """
    ids = np.full((len(words), max_characters), FILLER, np.int64)
    for row, word in zip(ids, words, strict=True):
        mark = SINGLE_MARKS.get(word)
        inside = [mark] if mark else list(word.encode("utf8", "ignore")[: max_characters - 2])
        row[: len(inside) + 2] = [WORD_START, *inside, WORD_END]
    return ids + 1


class Highway(nn.Module):
    """y = g * relu(T x) + (1 - g) * x, g = sigmoid(G x): each value is rewritten or passed on
    (Srivastava et al. 2015, https://arxiv.org/abs/1505.00387).
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.gate = nn.Linear(width, width)
        self.transform = nn.Linear(width, width)
        for layer in (self.gate, self.transform):
            nn.init.normal_(layer.weight, std=width**-0.5)
            nn.init.zeros_(layer.bias)
        # Nearly closed at first, so that training begins with a layer that changes little.
        nn.init.constant_(self.gate.bias, -2.0)

    def forward(self, x: Tensor) -> Tensor:
        """(n_words, width) -> the same shape."""
        gate = torch.sigmoid(self.gate(x))
        return gate * torch.relu(self.transform(x)) + (1 - gate) * x


class CharacterCnn(nn.Module):
    """Character ids in, one vector a word out."""

    def __init__(self, config: CharacterConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(N_CHARACTERS, config.d_character, padding_idx=0)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(config.d_character, number, width) for width, number in config.filters
        )
        self.highways = nn.ModuleList(Highway(config.n_filters) for _ in range(config.n_highway))
        self.projection = nn.Linear(config.n_filters, config.d_word)
        nn.init.uniform_(self.embedding.weight[1:], -1, 1)
        nn.init.normal_(self.projection.weight, std=config.n_filters**-0.5)
        nn.init.zeros_(self.projection.bias)

    def forward(self, ids: Tensor) -> Tensor:
        """Word vectors, (n_words, d_word).

        Args:
            ids: int64, (n_words, n_characters), as `character_ids` makes them.
        """
        activation = ACTIVATIONS[self.config.activation]
        x = self.embedding(self._without_idle_filler(ids))  # (n_words, n_characters, d_character)
        x = x.transpose(1, 2)  # (n_words, d_character, n_characters)
        # Rising activations keep the order of values, so the maximum may be taken before them.
        found = [convolve(x).amax(dim=2) for convolve in self.convolutions]
        x = activation(torch.cat(found, dim=1))  # (n_words, n_filters)
        for highway in self.highways:
            x = highway(x)
        return self.projection(x)  # (n_words, d_word)

    def _without_idle_filler(self, ids: Tensor) -> Tensor:
        """The columns that can matter: a filter that has seen one window of nothing but filler
        learns nothing from the next one, so the maximum stays exactly the same.
        """
        longest = int((ids != FILLER + 1).any(dim=0).sum())
        widest = max(width for width, _ in self.config.filters)
        return ids[:, : longest + widest]
