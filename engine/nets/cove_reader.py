"""Sentences through CoVe's encoder: GloVe's rows in, batches of sentences of like length, the
states of all layers out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from engine.errors import TextError
from engine.nets.batches import of_like_length
from engine.nets.cove import Cove
from engine.text import Sentence
from engine.vectors import LayeredVectors, UnknownWord
from engine.vectors.glove_table import N_DIMENSIONS, glove_table


class CoveReader:
    """An encoder with GloVe's table: one vector per known word and layer of whatever it reads."""

    def __init__(self, net: Cove, device: torch.device) -> None:
        self.net = net.eval().to(device)
        self.device = device
        self._table = glove_table()

    def rows_of(self, sentence: Sentence) -> list[list[int]]:
        """For each word the GloVe rows it is made of; none for a word that GloVe does not know."""
        return [self._table.rows_of(word.text) for word in sentence.words]

    @torch.inference_mode()
    def states(self, sentences: Sequence[list[list[int]]]) -> tuple[list[Tensor], Tensor]:
        """Run the net on a few sentences, given as `rows_of` gives them, each with a word or more.

        Returns:
            n_layers + 1 tensors (batch, n_words, d_layer), zeros on padding; and the number of
            words of each sentence, int64, (batch,).
        """
        n_words = torch.tensor([len(rows) for rows in sentences])
        vectors = np.zeros((len(sentences), int(n_words.max()), N_DIMENSIONS), np.float32)
        for i, words in enumerate(sentences):
            vectors[i, : len(words)] = [self._table.mean_of(rows) for rows in words]
        x = torch.from_numpy(vectors).to(self.device)  # (batch, n_words, 50)
        return self.net(x, n_words), n_words

    def read(
        self,
        sentences: Sequence[Sentence],
        model: str,
        layer_names: tuple[str, ...],
        progress: Callable[[int, int], None] | None = None,
    ) -> LayeredVectors:
        """Every word that GloVe knows, at all layers; the net reads zeros in place of the others,
        which are listed in `unknown`.

        Args:
            progress: called with (sentences done, sentences in all); may raise to cancel.
        Raises:
            TextError: GloVe knows none of the words.
        """
        glove_rows = [self.rows_of(sentence) for sentence in sentences]
        # int64, (n_words,): number of each word's row in the result, -1 without one.
        known = np.array([bool(rows) for words in glove_rows for rows in words], bool)
        if not known.any():
            raise TextError("GloVe, which CoVe reads, knows none of the words; it is English.")
        row_numbers = np.where(known, known.cumsum() - 1, -1)
        firsts = np.cumsum([0, *map(len, glove_rows)])
        layers = self._layers(int(known.sum()))
        n_done = sum(not words for words in glove_rows)
        for batch in of_like_length([len(words) for words in glove_rows]):
            hidden_states, _ = self.states([glove_rows[i] for i in batch])
            for layer, hidden in zip(layers, hidden_states, strict=True):
                found = hidden.cpu().numpy()  # (batch, n_words, d_layer)
                for row, i in zip(found, batch, strict=True):
                    targets = row_numbers[firsts[i] : firsts[i + 1]]
                    layer[targets[targets >= 0]] = row[: len(targets)][targets >= 0]
            n_done += len(batch)
            if progress:
                progress(n_done, len(sentences))
        counts = [len(words) for words in glove_rows]
        sentence_ids = np.repeat(np.arange(len(sentences)), counts)
        positions = np.concatenate([np.arange(n) for n in counts])
        return LayeredVectors(
            model=model,
            sentences=tuple(sentences),
            sentence_ids=sentence_ids[known],
            positions=positions[known],
            layers=tuple(layers),
            layer_names=layer_names,
            n_pieces=np.array([len(r) for words in glove_rows for r in words if r], np.int64),
            unknown=_unknown(sentences, sentence_ids[~known], positions[~known]),
            device=self.device.type,
        )

    def _layers(self, n_rows: int) -> list[np.ndarray]:
        config = self.net.config
        widths = [config.d_word] + [2 * config.d_direction] * config.n_layers
        return [np.empty((n_rows, width), np.float32) for width in widths]


def _unknown(
    sentences: Sequence[Sentence], sentence_ids: np.ndarray, positions: np.ndarray
) -> tuple[UnknownWord, ...]:
    places = zip(sentence_ids.tolist(), positions.tolist(), strict=True)
    return tuple(UnknownWord(sentences[i].words[p].text, i, p) for i, p in places)
