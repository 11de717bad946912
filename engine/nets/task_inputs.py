"""Where the task model's word vectors come from: one small module an input.

Each is called as `reader(n_words, *inputs)` and gives (batch, n_words, d_in). A frozen encoder
needs no module of its own: its vectors were computed once and come in as they are.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.nets.bert import Bert
from engine.nets.cove import Cove
from engine.nets.elmo import Elmo, ScalarMix


class WordTable(nn.Module):
    """One vector a word: from random numbers, word2vec or GloVe; frozen, or changed by the task."""

    def __init__(self, vectors: Tensor, *, tuned: bool) -> None:
        """vectors: (vocab_size, d); row 0 is for every word outside the vocabulary."""
        super().__init__()
        self.embedding = nn.Embedding.from_pretrained(vectors.clone(), freeze=not tuned)

    def forward(self, n_words: Tensor, word_ids: Tensor) -> Tensor:
        """word_ids: int64, (batch, n_words)."""
        return self.embedding(word_ids)  # (batch, n_words, d)


class StoredVectors(nn.Module):
    """Vectors of a frozen encoder, computed once for each review: nothing is left to do."""

    def forward(self, n_words: Tensor, vectors: Tensor) -> Tensor:
        """vectors: (batch, n_words, d), given back unchanged."""
        return vectors


class StoredLayers(nn.Module):
    """All layers of a frozen encoder; which of them count is learnt with the task."""

    def __init__(self, n_layers: int) -> None:
        super().__init__()
        self.mix = ScalarMix(n_layers)

    def forward(self, n_words: Tensor, layers: Tensor) -> Tensor:
        """layers: (batch, n_words, n_layers * d), the layers side by side."""
        return self.mix(layers.chunk(len(self.mix.weights), dim=2))  # (batch, n_words, d)


class TunedCove(nn.Module):
    """GloVe and CoVe's top layer side by side (McCann et al. 2017, section 4); the encoder learns
    on, GloVe does not.
    """

    def __init__(self, cove: Cove) -> None:
        super().__init__()
        self.cove = cove

    def forward(self, n_words: Tensor, glove: Tensor) -> Tensor:
        """glove: (batch, n_words, 50), zeros for unknown words."""
        return torch.cat([glove, self.cove(glove, n_words)[-1]], dim=2)  # (batch, n_words, 650)


class TunedElmo(nn.Module):
    """ELMo's layers in a learnt mixture; the characters' net and both language models learn on."""

    def __init__(self, elmo: Elmo) -> None:
        super().__init__()
        self.elmo = elmo
        self.mix = ScalarMix(elmo.config.lstm.n_layers + 1)

    def forward(self, n_words: Tensor, places: Tensor, character_ids: Tensor) -> Tensor:
        """Mixed layers without the marks around the review.

        Args:
            n_words: int64 on the CPU, (batch,), marks not counted.
            places: int64, (batch, n_words + 2): the row of `character_ids` of each word, the marks
                around the review included.
            character_ids: int64, (n_different_words, n_characters).
        """
        x = self.elmo.characters(character_ids)[places]  # (batch, n_words + 2, d_word)
        layers, _ = self.elmo(x, (n_words + 2).to(x.device))
        return self.mix(layers)[:, 1:-1]  # (batch, n_words, 2 * d_word)


class TunedBert(nn.Module):
    """The top layer of a BERT that learns on; a word is the mean of its pieces."""

    def __init__(self, bert: Bert) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, n_words: Tensor, token_ids: Tensor, mask: Tensor, words: Tensor) -> Tensor:
        """One vector a word; zeros for a word without pieces.

        Args:
            n_words: int64 on the CPU, (batch,).
            token_ids: int64, (batch, n_tokens).
            mask: bool, (batch, n_tokens), False on padding.
            words: int64, (batch, n_tokens): each piece's word, counted from 1; 0 = none.
        """
        top = self.bert(token_ids, mask)[-1]  # (batch, n_tokens, d_model)
        batch, _, d_model = top.shape
        slots = 1 + int(n_words.max())
        index = words[:, :, None].expand_as(top)
        sums = top.new_zeros(batch, slots, d_model).scatter_add(1, index, top)
        counts = top.new_zeros(batch, slots).scatter_add(1, words, torch.ones_like(top[:, :, 0]))
        return (sums / counts.clamp(min=1)[:, :, None])[:, 1:]  # (batch, n_words, d_model)
