"""Sentences through an ELMo: characters once a word, then batches of sentences of like length."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from engine.nets.batches import of_like_length
from engine.nets.character_cnn import END, character_ids
from engine.nets.elmo import Elmo

BATCH_WORDS = 1024


class ElmoReader:
    """An Elmo that reads sentences as words: one vector per word and layer. Each sentence is read
    from a state of zeros, unlike AllenNLP's ElmoEmbedder, which carries its state on.
    """

    def __init__(self, net: Elmo, device: torch.device) -> None:
        self.net = net.eval().to(device)
        self._device = device

    @torch.inference_mode()
    def read(
        self,
        sentences: Sequence[Sequence[str]],
        progress: Callable[[int, int], None] | None = None,
    ) -> list[np.ndarray]:
        """The vectors of all words at all layers.

        Args:
            sentences: words of each sentence; the marks around a sentence are added here, read by
                the net, and left out of the result.
            progress: called with (sentences done, sentences in all); may raise to cancel.
        Returns:
            n_layers + 1 float32 arrays (n_words, 2 * d_word), words in reading order.
        """
        whole = [[self.net.config.sentence_start, *words, END] for words in sentences]
        rows = {word: i for i, word in enumerate(dict.fromkeys(w for s in whole for w in s))}
        table = self._word_vectors(list(rows))  # (n_different_words, d_word)
        offsets = np.cumsum([0, *(len(words) for words in sentences)])
        width, n_layers = 2 * table.shape[1], self.net.config.lstm.n_layers + 1
        layers = [np.empty((offsets[-1], width), np.float32) for _ in range(n_layers)]
        n_done = 0
        for batch in of_like_length([len(words) for words in whole]):
            lengths = torch.tensor([len(whole[i]) for i in batch])
            ids = torch.zeros(len(batch), int(lengths.max()), dtype=torch.int64)
            for row, number in zip(ids, batch, strict=True):
                row[: len(whole[number])] = torch.tensor([rows[w] for w in whole[number]])
            hidden_states, _ = self.net(table[ids.to(self._device)], lengths.to(self._device))
            for layer, hidden in zip(layers, hidden_states, strict=True):
                found = hidden.float().cpu().numpy()  # (batch, n_tokens, 2 * d_word)
                for row, number in zip(found, batch, strict=True):
                    words = slice(offsets[number], offsets[number + 1])
                    layer[words] = row[1 : len(whole[number]) - 1]
            n_done += len(batch)
            if progress:
                progress(n_done, len(sentences))
        return layers

    def _word_vectors(self, words: list[str]) -> Tensor:
        """(n_words, d_word); sorted by length, so that no filler is computed in vain."""
        order = sorted(range(len(words)), key=lambda i: len(words[i].encode("utf8", "ignore")))
        n_characters = self.net.config.characters.max_characters
        table = torch.empty(len(words), self.net.config.characters.d_word, device=self._device)
        for start in range(0, len(words), BATCH_WORDS):
            part = order[start : start + BATCH_WORDS]
            ids = torch.from_numpy(character_ids([words[i] for i in part], n_characters))
            table[torch.tensor(part, device=self._device)] = self.net.characters(
                ids.to(self._device)
            )
        return table
