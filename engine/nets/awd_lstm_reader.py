"""Sentences through a forward and a backward AWD-LSTM, their states side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from engine.nets.awd_lstm import AwdLstm
from engine.nets.batches import of_like_length

Progress = Callable[[int, int], None]


class AwdLstmReader:
    """Reads each sentence from a state of zeros, after the token that stands between sentences."""

    def __init__(self, forward_lm: AwdLstm, backward_lm: AwdLstm | None, boundary_id: int) -> None:
        """backward_lm: None for what stands before each word only."""
        self._lms = [lm.eval() for lm in (forward_lm, backward_lm) if lm is not None]
        self._boundary_id = boundary_id
        self._device = forward_lm.output_bias.device

    def forward_only(self) -> AwdLstmReader:
        """The same without its backward net."""
        return AwdLstmReader(self._lms[0], None, self._boundary_id)

    @torch.inference_mode()
    def read(
        self, sentences: Sequence[Sequence[int]], progress: Progress | None = None
    ) -> list[np.ndarray]:
        """The states of all words at all layers.

        Args:
            sentences: word ids.
            progress: called with (sentences done, sentences in all); may raise to cancel.
        Returns:
            n_layers + 1 float32 arrays (n_words, d_layer), words in reading order. Layer 0 is the
            word's embedding, which both directions share, once; the others hold the forward states
            and then the backward ones.
        """
        lengths = [len(ids) for ids in sentences]
        offsets = np.cumsum([0, *lengths])
        widths = self.widths()
        layers = [np.empty((offsets[-1], width), np.float32) for width in widths]
        n_done = lengths.count(0)
        for batch in of_like_length(lengths):
            found = self._states([sentences[i] for i in batch])
            for layer, hidden in zip(layers, found, strict=True):
                states = hidden.float().cpu().numpy()  # (batch, n_tokens, d_layer)
                for row, number in zip(states, batch, strict=True):
                    layer[offsets[number] : offsets[number + 1]] = row[: lengths[number]]
            n_done += len(batch)
            if progress:
                progress(n_done, len(sentences))
        return layers

    def _states(self, sentences: Sequence[Sequence[int]]) -> list[Tensor]:
        """Per layer (batch, n_tokens, d_layer): word i of a sentence at place i, in both halves."""
        lengths = torch.tensor([len(ids) for ids in sentences], device=self._device)
        place = torch.arange(int(lengths.max()), device=self._device)  # (n_tokens,)
        # The backward net reads each sentence from its own last word, so fillers come last for it
        # too and it never starts on them.
        mirrored = (lengths[:, None] - 1 - place).clamp(min=0)  # (batch, n_tokens)
        ids = self._padded(sentences)  # (batch, n_tokens)
        parts = [self._one_direction(self._lms[0], ids)]
        for lm in self._lms[1:]:
            states = self._one_direction(lm, ids.gather(1, mirrored))
            parts.append([_at(hidden, mirrored) for hidden in states])
        embedding = parts[0][0]
        return [embedding, *(torch.cat(layer, -1) for layer in zip(*(p[1:] for p in parts)))]  # noqa: B905

    def _one_direction(self, lm: AwdLstm, ids: Tensor) -> list[Tensor]:
        """Per layer (batch, n_tokens, d): the state after each word."""
        boundary = ids.new_full((len(ids), 1), self._boundary_id)
        output = lm(torch.cat([boundary, ids], 1))
        return [layer[:, 1:] for layer in output.layers]

    def _padded(self, sentences: Sequence[Sequence[int]]) -> Tensor:
        ids = torch.full((len(sentences), max(map(len, sentences))), self._boundary_id)
        for row, words in zip(ids, sentences, strict=True):
            row[: len(words)] = torch.tensor(words)
        return ids.to(self._device)

    def widths(self) -> list[int]:
        """Numbers of a vector at each layer."""
        config = self._lms[0].config
        return [config.d_embedding, *(d * len(self._lms) for _, d in config.widths())]


def _at(hidden: Tensor, places: Tensor) -> Tensor:
    """hidden (batch, n, d) at places (batch, n)."""
    return hidden.gather(1, places[:, :, None].expand(-1, -1, hidden.shape[2]))
