"""Sub-word pieces through a net, in length-sorted batches, and back to one vector per word.

Sorting by length is worth a factor of two: a batch is as slow as its longest sentence, so alike
lengths waste little.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

Forward = Callable[[Tensor, Tensor], Sequence[Tensor]]
"""(token_ids (batch, n_tokens), mask) -> one (batch, n_tokens, d_model) per layer."""


@dataclass(frozen=True)
class PieceSequence:
    """One sentence as pieces, and which row of the result each piece adds to.

    `pieces` and `rows` have the same length: piece `pieces[i]` belongs to the word whose vector is
    row `rows[i]`.
    """

    token_ids: Sequence[int]
    pieces: np.ndarray  # int64, ascending
    rows: np.ndarray  # int64


@dataclass(frozen=True)
class Window:
    """A stretch of a sentence that fits the net: pieces [first, first + length)."""

    sequence: int
    first: int
    length: int


@dataclass(frozen=True)
class Shape:
    """What surrounds the pieces, and how many fit."""

    prefix: tuple[int, ...]  # special tokens before them, such as [CLS]
    suffix: tuple[int, ...]  # and after them, such as [SEP]
    max_tokens: int  # longest sequence the net takes, specials included
    pad_id: int = 0


def cut_into_windows(lengths: Sequence[int], shape: Shape) -> list[Window]:
    """Windows of at most max_tokens, longest first, so that the first batch shows whether memory
    suffices.
    """
    room = shape.max_tokens - len(shape.prefix) - len(shape.suffix)
    windows = [
        Window(number, first, min(room, length - first))
        for number, length in enumerate(lengths)
        for first in range(0, length, room)
    ]
    return sorted(windows, key=lambda window: -window.length)


@torch.inference_mode()
def pooled_layers(
    sequences: Sequence[PieceSequence],
    forward: Forward,
    shape: Shape,
    *,
    device: torch.device,
    batch_size: int = 32,
    on_batch: Callable[[int], None] | None = None,
) -> list[np.ndarray]:
    """The mean of each word's pieces at every layer.

    Sub-words are averaged, not summed: a sum would make long words look important.

    Args:
        sequences: the sentences as pieces; their rows together cover 0 .. n_rows - 1.
        on_batch: called after every batch with the number of windows in it; may raise to cancel.
    Returns:
        One float32 array (n_rows, d_model) per layer.
    """
    n_rows = 1 + max(int(s.rows.max(initial=-1)) for s in sequences)
    windows = cut_into_windows([len(s.token_ids) for s in sequences], shape)
    sums: list[Tensor] = []
    n_pieces = torch.zeros(n_rows, 1, device=device)
    for start in range(0, len(windows), batch_size):
        batch = windows[start : start + batch_size]
        token_ids, mask, tokens, rows = (
            t.to(device) for t in _batch_tensors(batch, sequences, shape)
        )
        hidden_states = forward(token_ids, mask)
        if not sums:
            sums = [torch.zeros(n_rows, h.shape[-1], device=device) for h in hidden_states]
        n_pieces.index_add_(0, rows, torch.ones(len(rows), 1, device=device))
        for total, hidden in zip(sums, hidden_states, strict=True):
            total.index_add_(0, rows, hidden.flatten(0, 1)[tokens].float())
        if on_batch:
            on_batch(len(batch))
    return [(total / n_pieces).cpu().numpy() for total in sums]


def _batch_tensors(
    batch: Sequence[Window], sequences: Sequence[PieceSequence], shape: Shape
) -> tuple[Tensor, ...]:
    """token_ids and mask (batch, n_tokens); for each piece of a word its flat token number and its
    row.
    """
    n_prefix, n_special = len(shape.prefix), len(shape.prefix) + len(shape.suffix)
    n_tokens = max(window.length for window in batch) + n_special
    token_ids = np.full((len(batch), n_tokens), shape.pad_id, np.int64)
    mask = np.zeros((len(batch), n_tokens), bool)
    tokens, rows = [], []
    for i, window in enumerate(batch):
        sequence = sequences[window.sequence]
        ids = sequence.token_ids[window.first : window.first + window.length]
        token_ids[i, : window.length + n_special] = [*shape.prefix, *ids, *shape.suffix]
        mask[i, : window.length + n_special] = True
        inside = slice(
            *np.searchsorted(sequence.pieces, [window.first, window.first + window.length])
        )
        tokens.append(i * n_tokens + n_prefix + sequence.pieces[inside] - window.first)
        rows.append(sequence.rows[inside])
    arrays = (token_ids, mask, np.concatenate(tokens), np.concatenate(rows))
    return tuple(map(torch.from_numpy, arrays))
