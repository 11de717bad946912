"""A long text as windows for truncated backpropagation: parallel streams, read a window at a time,
whose LSTM state is carried from each window into the next.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from engine.training.prepared_text import PreparedText

SHORTEST_WINDOW = 5


class Windows:
    """An epoch is all articles in a random order, cut into `n_streams` streams side by side; of
    each stream the last part, 4 % or so, is left out, since windows have random lengths.

    Backward streams are the same text with every token in reverse order, so that a backward
    language model learns the previous word as if it were the next.
    """

    def __init__(
        self, text: PreparedText, *, n_streams: int, window: int, seed: int, backward: bool = False
    ) -> None:
        """window: mean number of tokens that the gradient flows through."""
        self._text, self._seed, self._backward = text, seed, backward
        self._n_streams, self._window = n_streams, window
        self._stream_length = len(text.ids) // n_streams
        # All epochs have as many windows as the shortest one may have, so that a step number
        # alone says which epoch it is in.
        self.per_epoch = int((self._stream_length - 1) / (window * 1.02))
        self._streams = lru_cache(maxsize=1)(self._make_streams)
        self._borders = lru_cache(maxsize=1)(self._make_borders)

    def batch(self, step: int) -> tuple[Tensor, Tensor, bool]:
        """(inputs (n_streams, n_tokens), targets likewise, whether an epoch begins here)."""
        epoch, number = divmod(step, self.per_epoch)
        start, end = self._borders(epoch)[number : number + 2]
        window = self._streams(epoch)[:, start : end + 1]
        both = torch.from_numpy(window.astype(np.int64))
        return both[:, :-1], both[:, 1:], number == 0

    def _make_streams(self, epoch: int) -> np.ndarray:
        order = np.random.default_rng([self._seed, epoch]).permutation(len(self._text.starts) - 1)
        ids = self._text.ordered(order)[: self._n_streams * self._stream_length]
        ids = ids[::-1] if self._backward else ids
        return ids.reshape(self._n_streams, self._stream_length)

    def _make_borders(self, epoch: int) -> np.ndarray:
        """Where windows begin: their length is random, so that no token always stands first
        (Merity et al. 2017, section 5; there the rate follows the length, here it does not).
        """
        rng = np.random.default_rng([self._seed, epoch, 1])
        base = np.where(rng.random(self.per_epoch) < 0.95, self._window, self._window // 2)
        lengths = np.maximum(SHORTEST_WINDOW, rng.normal(base, 5).round().astype(np.int64))
        borders = np.concatenate([[0], np.cumsum(lengths)])
        # The few epochs whose random lengths add up to more than the text are scaled to fit.
        fit = min(1.0, (self._stream_length - 1) / borders[-1])
        return np.floor(borders * fit).astype(np.int64)
