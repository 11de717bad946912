"""ELMo: words from their characters, read by two language models, one in each direction (Peters et
al. 2018, https://aclanthology.org/N18-1202).

One LSTM stack reads from the left and learns to foretell the next word; the other reads from the
right and learns to foretell the previous one. Neither ever sees the other: what stands behind a
word cannot move its left-to-right state. A word's vector at a layer is the two states side by side.

Letters in the shapes: batch = sentences, n_tokens = words with <S> and </S>, d_word = width of one
direction; a layer has 2 * d_word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from engine.nets.character_cnn import END, CharacterCnn, CharacterConfig
from engine.nets.projected_lstm import LstmConfig, LstmStack, LstmState


@dataclass(frozen=True)
class ElmoConfig:
    """Sizes of an ELMo; the defaults are those of the one that ships here."""

    characters: CharacterConfig = field(default_factory=CharacterConfig)
    lstm: LstmConfig = field(default_factory=LstmConfig)
    # Our running text has one mark between sentences: what ends one starts the next.
    sentence_start: str = END

    def as_dict(self) -> dict[str, Any]:
        """The sizes as JSON can hold them."""
        return asdict(self)

    @classmethod
    def from_dict(cls, sizes: Mapping[str, Any]) -> ElmoConfig:
        """What `as_dict` gave.

        >>> ElmoConfig.from_dict(ElmoConfig().as_dict()) == ElmoConfig()
        True
        """
        characters = dict(sizes["characters"])
        characters["filters"] = tuple((w, n) for w, n in characters["filters"])
        lstm = LstmConfig(**sizes["lstm"])
        return cls(CharacterConfig(**characters), lstm, sizes["sentence_start"])


class ElmoState(NamedTuple):
    """What both directions carry from one batch to the next."""

    left_to_right: LstmState
    right_to_left: LstmState

    def detached(self) -> ElmoState:
        """The same values; gradients end here."""
        return ElmoState(self.left_to_right.detached(), self.right_to_left.detached())


class Elmo(nn.Module):
    """The two-way language model without its softmax: the vectors of every layer."""

    def __init__(self, config: ElmoConfig) -> None:
        super().__init__()
        self.config = config
        self.characters = CharacterCnn(config.characters)
        d_word = config.characters.d_word
        self.left_to_right = LstmStack(d_word, config.lstm)
        self.right_to_left = LstmStack(d_word, config.lstm)

    def start(self, batch: int) -> ElmoState:
        """The state before the first word, in both directions: zeros."""
        return ElmoState(self.left_to_right.start(batch), self.right_to_left.start(batch))

    def forward(
        self, x: Tensor, lengths: Tensor, state: ElmoState | None = None
    ) -> tuple[list[Tensor], ElmoState | None]:
        """All hidden states of padded sentences, layer 0 (characters) first.

        Args:
            x: word vectors from `characters`, (batch, n_tokens, d_word), padded at the end.
            lengths: int64, (batch,), each sentence's number of tokens, at least 1.
            state: None: each sentence stands alone, read from a state of zeros. What the call
                before gave back: as if the sentences continued those.
        Returns:
            n_layers + 1 tensors (batch, n_tokens, 2 * d_word), and the state after the sentences;
            None where they stand alone.
        """
        before = state or self.start(len(x))
        # Where no state is carried, nothing is spent on finding each sentence's end.
        ends = None if state is None else lengths
        ahead, after_ahead = self.left_to_right(x, before.left_to_right, ends)
        turned = turned_round(x, lengths)  # each sentence's last word first, padding still last
        back, after_back = self.right_to_left(turned, before.right_to_left, ends)
        hidden_states = [torch.cat([x, x], dim=2)]  # (batch, n_tokens, 2 * d_word)
        for from_left, from_right in zip(ahead, back, strict=True):
            hidden_states.append(torch.cat([from_left, turned_round(from_right, lengths)], dim=2))
        return hidden_states, None if state is None else ElmoState(after_ahead, after_back)


def turned_round(x: Tensor, lengths: Tensor) -> Tensor:
    """Each sequence reversed within its own length; padding stays where it is.

    The right-to-left LSTM must not start on padding, or a sentence's vectors would depend on which
    sentences it is batched with.

    Args:
        x: (batch, n_tokens, d).
        lengths: int64, (batch,).

    >>> turned_round(torch.tensor([[[1], [2], [0]]]), torch.tensor([2])).flatten().tolist()
    [2, 1, 0]
    """
    places = torch.arange(x.shape[1], device=x.device)[None, :]  # (1, n_tokens)
    ends = lengths[:, None]  # (batch, 1)
    source = torch.where(places < ends, ends - 1 - places, places)  # (batch, n_tokens)
    return x.gather(1, source[:, :, None].expand_as(x))


class ScalarMix(nn.Module):
    """ELMo's answer to "which layer?": gamma * sum_k softmax(w)_k h_k, learnt with the task.

    With `normalise`, each layer first gets mean 0 and variance 1, taken over all dimensions of all
    words that are no padding.
    """

    def __init__(self, n_layers: int, *, normalise: bool = False) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.zeros(n_layers))  # softmax: all layers alike at first
        self.gamma = nn.Parameter(torch.ones(()))
        self.normalise = normalise

    def forward(self, hidden_states: Sequence[Tensor], mask: Tensor | None = None) -> Tensor:
        """n_layers tensors (batch, n_tokens, d) -> one of the same shape.

        Args:
            mask: bool, (batch, n_tokens), False on padding; needed only to normalise.
        """
        layers = hidden_states
        if self.normalise:
            layers = [_normalised(layer, mask) for layer in layers]
        shares = torch.softmax(self.weights, dim=0)
        return self.gamma * torch.einsum("k,kbtd->btd", shares, torch.stack(list(layers)))


def _normalised(layer: Tensor, mask: Tensor | None) -> Tensor:
    counted = layer if mask is None else layer[mask]
    variance, mean = torch.var_mean(counted, correction=0)
    return (layer - mean) / torch.sqrt(variance + 1e-12)
