"""The decoder that CoVe's encoder is trained with (McCann et al. 2017, section 3,
https://arxiv.org/abs/1708.00107): an LSTM that writes German one word at a time and, before each
word, looks at the English words it needs (attention).

With H the encoder's states of the English words, one row each:

    h_t  = LSTM([z_{t-1}; h~_{t-1}], h_{t-1})     z = the last German word's vector
    a_t  = softmax(H (W1 h_t + b1))               how much each English word matters now
    h~_t = tanh(W2 [H^T a_t; h_t] + b2)           the state, adjusted by what was looked at
    p_t  = softmax(E (W3 h~_t + b3) + b4)         the next German word

As in the paper: the attention, the adjusted state that is fed back, the softmax over words,
dropout .2. Otherwise, for the sake of two CPU cores: one LSTM layer of 300 units instead of two;
the output shares its matrix E with the German word vectors (Press & Wolf 2017,
https://aclanthology.org/E17-2025), through the projection W3; label smoothing .1; Adam instead of
SGD (in the recipe).

Letters in the shapes: batch = sentences, n_source / n_target = English / German words with padding,
d_source = width of H, d = width of the decoder, d_word = width of a German word's vector,
n_vocabulary = German words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.nets.cove import Cove, words_mask


@dataclass(frozen=True)
class TranslatorConfig:
    """Sizes of the decoder."""

    n_vocabulary: int
    d_source: int = 600
    d: int = 300
    d_word: int = 128
    dropout: float = 0.2  # on word vectors, on the source, and before the output; in training only


class Source(NamedTuple):
    """What the decoder may look at: H, already multiplied by what does not change from one German
    word to the next. H (W1 h + b1) = (H W1) h + H b1, and W2 [H^T a; h] = (H W2')^T a + W2" h.
    """

    keys: Tensor  # (batch, n_source, d): H W1
    key_bias: Tensor  # (batch, n_source): H b1, -inf on padding
    values: Tensor  # (batch, n_source, d): H W2', the columns of W2 that belong to H


class DecoderState(NamedTuple):
    """What the decoder remembers between two words."""

    h: Tensor  # (batch, d)
    c: Tensor  # (batch, d)
    adjusted: Tensor  # (batch, d): h~, fed back with the next word


class Translator(nn.Module):
    """The decoder: the encoder's states and the German words so far in, the next word's
    distribution out.
    """

    def __init__(self, config: TranslatorConfig) -> None:
        super().__init__()
        self.config = config
        d, d_word, d_source = config.d, config.d_word, config.d_source
        self.words = nn.Embedding(config.n_vocabulary, d_word)  # E
        self.start_state = nn.Linear(d_source, d)
        self.cell = nn.LSTMCell(d_word + d, d)
        self.query = nn.Linear(d, d_source)  # W1, b1
        self.adjust = nn.Linear(d_source + d, d)  # W2, b2
        self.to_word = nn.Linear(d, d_word)  # W3, b3
        self.word_bias = nn.Parameter(torch.zeros(config.n_vocabulary))  # b4
        nn.init.normal_(self.words.weight, std=d_word**-0.5)  # as an output matrix needs it

    def begin(self, states: Tensor, is_word: Tensor) -> tuple[Source, DecoderState]:
        """Read the English sentence, before the first German word.

        Args:
            states: H, the encoder's top layer, (batch, n_source, d_source), zeros on padding.
            is_word: bool, (batch, n_source), False on padding.
        """
        d_source = self.config.d_source
        source = Source(
            keys=states @ self.query.weight,  # (batch, n_source, d)
            key_bias=(states @ self.query.bias).masked_fill(~is_word, -torch.inf),
            values=states @ self.adjust.weight[:, :d_source].T,  # (batch, n_source, d)
        )
        mean = states.sum(dim=1) / is_word.sum(dim=1, keepdim=True)  # (batch, d_source)
        h = torch.tanh(self.start_state(mean))  # (batch, d)
        return source, DecoderState(h, torch.zeros_like(h), torch.zeros_like(h))

    def step(self, z: Tensor, state: DecoderState, source: Source) -> tuple[DecoderState, Tensor]:
        """Read one German word.

        Args:
            z: the word's vector, (batch, d_word).
        Returns:
            The next state, and the attention over the English words: (batch, n_source), rows sum
            to 1, exactly 0 on padding.
        """
        h, c = self.cell(torch.cat([z, state.adjusted], dim=1), (state.h, state.c))  # (batch, d)
        scores = torch.bmm(source.keys, h[:, :, None])[:, :, 0] + source.key_bias
        attention = scores.softmax(dim=1)  # (batch, n_source)
        seen = torch.bmm(attention[:, None, :], source.values)[:, 0]  # (batch, d)
        own = F.linear(h, self.adjust.weight[:, self.config.d_source :], self.adjust.bias)
        return DecoderState(h, c, torch.tanh(seen + own)), attention

    def logits(self, adjusted: Tensor) -> Tensor:
        """Unnormalised log-probabilities of the next word: (..., d) -> (..., n_vocabulary)."""
        return F.linear(self.to_word(adjusted), self.words.weight, self.word_bias)

    def next_word(
        self, word_ids: Tensor, state: DecoderState, source: Source
    ) -> tuple[Tensor, DecoderState, Tensor]:
        """One word on: what may come after these words.

        Args:
            word_ids: int64, (batch,): the last German word of each sentence, or the start mark.
        Returns:
            Log-probabilities in nats (batch, n_vocabulary), the next state, and the attention
            (batch, n_source).
        """
        state, attention = self.step(self.words(word_ids), state, source)
        return self.logits(state.adjusted).log_softmax(dim=-1), state, attention

    def forward(self, states: Tensor, is_word: Tensor, word_ids: Tensor) -> tuple[Tensor, Tensor]:
        """All positions of known translations (teacher forcing).

        Args:
            states: the encoder's top layer, (batch, n_source, d_source), zeros on padding.
            is_word: bool, (batch, n_source), False on padding.
            word_ids: int64, (batch, n_target): the start mark, then the words without the end mark.
        Returns:
            h~ at every position, (batch, n_target, d), and the attention
            (batch, n_target, n_source). `logits` makes the first into distributions; training does
            that only where there is no padding.
        """
        dropout = self.config.dropout
        source, state = self.begin(F.dropout(states, dropout, self.training), is_word)
        vectors = self.words(word_ids)  # (batch, n_target, d_word)
        all_adjusted, all_attention = [], []
        for z in F.dropout(vectors, dropout, self.training).unbind(dim=1):
            state, attention = self.step(z, state, source)
            all_adjusted.append(state.adjusted)
            all_attention.append(attention)
        adjusted = F.dropout(torch.stack(all_adjusted, dim=1), dropout, self.training)
        return adjusted, torch.stack(all_attention, dim=1)


class EncoderDecoder(nn.Module):
    """Both halves, as they are trained together."""

    def __init__(self, encoder: Cove, decoder: Translator) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder

    def forward(self, word_vectors: Tensor, n_words: Tensor, word_ids: Tensor) -> Tensor:
        """h~ before each German word.

        Args:
            word_vectors: GloVe vectors of the English words, (batch, n_source, d_word).
            n_words: int64 on the CPU, (batch,): English words of each sentence.
            word_ids: int64, (batch, n_target): the start mark, then the German words.
        Returns:
            (batch, n_target, d).
        """
        states = self.encoder(word_vectors, n_words)[-1]  # (batch, n_source, d_source)
        is_word = words_mask(n_words, states.shape[1]).to(states.device)
        return self.decoder(states, is_word, word_ids)[0]
